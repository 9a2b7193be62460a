import type { Organization } from '@customary/sdk';
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type CSSProperties, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import { paths } from '../../lib/paths.ts';
import { IconChevronRight } from '../../ui/icons.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Trouble } from '../../ui/notice.tsx';
import classes from '../../ui/tree.module.css';
import { Id } from '../../ui/values.tsx';

/** The organizations right below a parent, or those without one, as far as they have been asked for. */
function useChildren(parentId: string | null) {
  return useInfiniteQuery({
    queryKey: ['organizations', 'children', parentId],
    queryFn: async ({ signal, pageParam }) =>
      api().organizations.list(
        {
          ...(parentId === null ? { root: true } : { parentId }),
          ...(pageParam !== '' && { cursor: pageParam }),
          limit: pageItems,
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

type BranchProps = {
  readonly parentId: string | null;
  readonly level: number;
  /** Open from the start. */
  readonly expanded: ReadonlySet<string>;
  readonly currentId?: string | undefined;
};

const levelOf = (level: number) => ({ '--level': level }) as CSSProperties;

/** Branches are asked for when they are opened: a tree of 100,000 costs no more than what one looks at. */
export function Branch({ parentId, level, expanded, currentId }: BranchProps): ReactNode {
  const children = useChildren(parentId);
  if (children.isError)
    return <Trouble error={children.error} onRetry={() => void children.refetch()} />;
  if (children.data === undefined)
    return (
      <div className={classes.row} style={levelOf(level)} aria-hidden>
        <Skeleton height={10} width={160} ml={26} />
      </div>
    );
  const items = children.data.pages.flatMap((page) => page.items);
  return (
    <ul className={classes.list}>
      {items.map((organization) => (
        <Node
          key={organization.id}
          organization={organization}
          level={level}
          expanded={expanded}
          currentId={currentId}
        />
      ))}
      {items.length === 0 && (
        <li className={classes.more} style={levelOf(level)}>
          <span className="dim">Nothing below it</span>
        </li>
      )}
      {children.hasNextPage && (
        <li className={classes.more} style={levelOf(level)}>
          <Button
            variant="default"
            loading={children.isFetchingNextPage}
            onClick={() => void children.fetchNextPage()}
          >
            More
          </Button>
        </li>
      )}
    </ul>
  );
}

function Node({
  organization: { id, name, billTo },
  level,
  expanded,
  currentId,
}: {
  readonly organization: Organization;
  readonly level: number;
  readonly expanded: ReadonlySet<string>;
  readonly currentId: string | undefined;
}): ReactNode {
  const [isOpen, setOpen] = useState(expanded.has(id));
  return (
    <li>
      <div
        className={classes.row}
        style={levelOf(level)}
        data-current={id === currentId ? '' : undefined}
      >
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Close' : 'Open'} ${name}`}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight size={14} aria-hidden />
        </button>
        <Link path={paths.organization(id)} className={classes.name}>
          {name}
        </Link>
        <span className={classes.notes}>
          {billTo !== null && (
            <span className="ellipsis">
              billed to <OrganizationName id={billTo} />
            </span>
          )}
          <Id value={id} />
        </span>
      </div>
      {isOpen && (
        <Branch parentId={id} level={level + 1} expanded={expanded} currentId={currentId} />
      )}
    </li>
  );
}

export function TreeFrame({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={classes.frame}>{children}</div>;
}
