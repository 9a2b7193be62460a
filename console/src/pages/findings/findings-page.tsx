import type { Finding } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar } from '../../ui/filters.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { Card, Page, Section } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { Evidence } from './evidence.tsx';
import { FixButton } from './fix-button.tsx';
import classes from './findings.module.css';
import { kindChoices, kinds } from './kinds.ts';
import { findingsQuery } from './queries.ts';
import { findingsRoute } from './routes.ts';

/** What people have set up that will cause billing trouble, each with the one call that mends it. */
export function FindingsPage(): ReactNode {
  const search = findingsRoute.useSearch();
  const { data, error, refetch } = useQuery(findingsQuery(search)(search.cursor));
  return (
    <Page
      title="Findings"
      about="Nothing is wrong in the books: these will likely cause billing trouble, and each goes when its cause does."
    >
      <FilterBar>
        <ChoiceFilter
          of={{ search, path: paths.findings }}
          name="kind"
          label="Kind"
          choices={kindChoices}
        />
      </FilterBar>
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined
        ? error === null && <Placeholders />
        : kinds.map(([kind, title, about]) => (
            <Kind
              key={kind}
              title={title}
              about={about}
              found={data.items.filter((each) => each.kind === kind)}
            />
          ))}
      {data?.items.length === 0 && (
        <Nothing search={search} of="finding" all={paths.findings()}>
          <Empty title="Customers are set up as they should be" curl={{ path: '/v1/findings' }}>
            Accounts that look like one customer, keys in the wrong place or unused, usage that
            reaches nobody, accounts that cannot be written to would be listed here.
          </Empty>
        </Nothing>
      )}
      {data?.nextCursor != null && (
        <div className={classes.more}>
          <Action variant="default" path={paths.findings({ ...search, cursor: data.nextCursor })}>
            Further findings
          </Action>
        </div>
      )}
    </Page>
  );
}

function Kind({
  title,
  about,
  found,
}: {
  readonly title: string;
  readonly about: string;
  readonly found: readonly Finding[];
}): ReactNode {
  if (found.length === 0) return null;
  return (
    <Section title={title} about={`${plural(found.length, 'finding')}: ${about}`}>
      <ul className={classes.list} aria-label={title}>
        {found.map((finding) => (
          <li key={finding.id}>
            <Card>
              <div className={classes.finding}>
                <div>
                  <h3 className={classes.summary}>
                    <Said>{finding.summary}</Said>
                  </h3>
                  <Evidence of={finding.evidence} />
                </div>
                <div className={classes.fix}>
                  <FixButton finding={finding} />
                </div>
              </div>
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const placeholders = ['a', 'b', 'c', 'd'];

function Placeholders(): ReactNode {
  return (
    <div className={classes.list}>
      {placeholders.map((key) => (
        <Skeleton key={key} height={108} radius={8} />
      ))}
    </div>
  );
}
