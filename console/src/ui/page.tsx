import { Skeleton } from '@mantine/core';
import { useEffect, type CSSProperties, type ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { Link, toRouter } from './link.tsx';
import { Link as RouterLink } from '@tanstack/react-router';
import classes from './page.module.css';

export type Crumb = { readonly label: string; readonly path?: Path | undefined };
export type Tab = { readonly label: string; readonly path: Path };

type Props = {
  readonly title: string;
  /** What stands beside the title, such as a state. */
  readonly aside?: ReactNode;
  readonly crumbs?: readonly Crumb[] | undefined;
  /** One sentence on what this is for, in place of documentation. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly tabs?: readonly Tab[] | undefined;
  readonly children: ReactNode;
};

/** The frame of every page: where one is, what it is called, what can be done, and its tabs. */
export function Page({ title, aside, crumbs, about, actions, tabs, children }: Props): ReactNode {
  useDocumentTitle(title);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.titles}>
          {crumbs !== undefined && (
            <nav aria-label="Breadcrumb">
              <ol className={classes.crumbs}>
                {crumbs.map(({ label, path }) => (
                  <li key={label}>
                    {path === undefined ? (
                      label
                    ) : (
                      <Link path={path} className="">
                        {label}
                      </Link>
                    )}
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <div style={{ display: 'flex', alignItems: 'center', gap: 10, flexWrap: 'wrap' }}>
            <h1 className={classes.title}>{title}</h1>
            {aside}
          </div>
          {about !== undefined && <p className={classes.about}>{about}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {tabs !== undefined && <Tabs tabs={tabs} label={title} />}
      {children}
    </div>
  );
}

/** Tabs are addresses, so they are links. */
export function Tabs({
  tabs,
  label,
}: {
  readonly tabs: readonly Tab[];
  readonly label: string;
}): ReactNode {
  return (
    <nav ref={showActive} className={classes.tabs} aria-label={`${label} sections`}>
      {tabs.map(({ label: name, path }) => (
        <RouterLink
          key={name}
          {...toRouter(path)}
          preload="intent"
          activeOptions={{ exact: isRootTab(path, tabs), includeSearch: false }}
        >
          {name}
        </RouterLink>
      ))}
    </nav>
  );
}

/** Where there are more tabs than fit, the one that one is on is among those that are seen. */
function showActive(nav: HTMLElement | null): void {
  const active = nav?.querySelector('[aria-current="page"]');
  if (nav === null || active == null) return;
  const { left, width } = active.getBoundingClientRect();
  nav.scrollLeft += left - nav.getBoundingClientRect().left - (nav.clientWidth - width) / 2;
}

/** A tab whose address begins that of another is itself only where nothing follows. */
function isRootTab(path: Path, tabs: readonly Tab[]): boolean {
  return tabs.some((other) => other.path.to.startsWith(`${path.to}/`));
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Customary`;
  }, [title]);
}

export function Section({
  title,
  about,
  actions,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2>{title}</h2>
        {about !== undefined && <span className={classes.sectionAbout}>{about}</span>}
        {actions !== undefined && <div>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export function Card({
  minHeightPx,
  children,
}: {
  /** Of what is in it, so that nothing moves once it is there. */
  readonly minHeightPx?: number;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={classes.card}>
      {minHeightPx === undefined ? (
        children
      ) : (
        <div style={{ minHeight: minHeightPx }}>{children}</div>
      )}
    </div>
  );
}

const wideCardPx = 320;

/** Cards beside each other while there is room. */
export function CardGrid({
  min = 300,
  children,
}: {
  readonly min?: number;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div
      className={classes.grid}
      style={{ '--grid-min': `${min}px` } as CSSProperties}
      data-wide={min >= wideCardPx ? '' : undefined}
    >
      {children}
    </div>
  );
}

/** Names and values: `<Facts of={[['Currency', 'USD']]} />` */
export function Facts({
  of,
}: {
  readonly of: readonly (readonly [string, ReactNode])[];
}): ReactNode {
  return (
    <dl className={classes.facts}>
      {of.map(([name, value]) => (
        <FactRow key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { readonly name: string; readonly value: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** Pairs of the customer's own. */
export function Metadata({ of }: { readonly of: Record<string, string> }): ReactNode {
  const entries = Object.entries(of);
  if (entries.length === 0)
    return (
      <p className={classes.none}>
        None. Edit adds pairs of your own: segments, cost centers, owners.
      </p>
    );
  return <Facts of={entries} />;
}

/** One number that matters, with what it is and what to compare it with. */
export function Figure({
  label,
  value,
  note,
}: {
  readonly label: string;
  /** undefined: still on its way. */
  readonly value: ReactNode | undefined;
  readonly note?: ReactNode;
}): ReactNode {
  return (
    <div className={classes.card}>
      <div className={classes.figure}>
        <span className={classes.figureLabel}>{label}</span>
        <span className={classes.figureValue}>
          {value === undefined ? <Skeleton height={22} width="60%" mt={6} /> : value}
        </span>
        <span className={classes.figureNote}>{note}</span>
      </div>
    </div>
  );
}
