import { Button, Skeleton } from '@mantine/core';
import {
  keepPreviousData,
  useQuery,
  useQueryClient,
  type UseQueryOptions,
} from '@tanstack/react-query';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { quantity } from '../lib/numbers.ts';
import { Link, useGo } from './link.tsx';
import { Trouble } from './notice.tsx';
import { useTableKeys } from './table-keys.ts';
import classes from './query-table.module.css';

export type Column<Row> = {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** A track of the grid, such as `160px` or `minmax(160px, 2fr)`, so that content never moves columns. */
  readonly width: string;
  readonly align?: 'start' | 'end';
  /**
   * On a narrow screen a row becomes a card: its title, what stands beside the title, further lines with their
   * header (`control`: with a button), or nothing.
   */
  readonly narrow: 'title' | 'aside' | 'line' | 'control' | 'hidden';
};

type PageOf<Row> = { items: Row[]; nextCursor: string | null };
/** What `queryOptions` makes of a list of the API. */
export type PageQuery<Row> = UseQueryOptions<PageOf<Row>, Error, PageOf<Row>>;

type Props<Row> = {
  /** What the table is of: its accessible name. */
  readonly label: string;
  readonly query: (cursor: string | undefined) => PageQuery<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** Where a row leads. The column that is the title carries the link. */
  readonly rowPath?: ((row: Row) => Path) | undefined;
  /** Lines of text in a row. */
  readonly lines?: 1 | 2;
  readonly empty: ReactNode;
  /** The page that the address names, and the address of another. */
  readonly cursor: string | undefined;
  readonly pagePath: (cursor: string | undefined) => Path;
};

const rowHeightsPx = { 1: 40, 2: 54 } as const;
const narrowTitlePx = 42;
const narrowLinePx = 20;
const narrowControlPx = 36;
const skeletonRows = 8;
const overscanRows = 12;

/** The one list of the console: pages from the server, only the rows in view, and the keyboard throughout. */
export function QueryTable<Row>(props: Props<Row>): ReactNode {
  const { label, query, columns, cursor, pagePath, empty, lines = 1 } = props;
  const result = useQuery({ ...query(cursor), placeholderData: keepPreviousData });
  const isNarrow = useMediaQuery('(max-width: 768px)', false, { getInitialValueInEffect: false });
  const rowPx = isNarrow ? narrowPx(columns, lines) : rowHeightsPx[lines];
  const rows = result.data?.items;
  if (rows?.length === 0 && cursor === undefined && !result.isPlaceholderData) return empty;
  const style = {
    '--columns': columns.map(({ width }) => width).join(' '),
    '--row-height': `${rowPx}px`,
  } as CSSProperties;
  return (
    <div className={classes.frame} style={style} data-stale={result.isPlaceholderData}>
      <div role="table" aria-label={label} aria-busy={result.isFetching}>
        <Head columns={columns} />
        {rows === undefined ? (
          result.isError ? null : (
            <SkeletonRows columns={columns} rowPx={rowPx} />
          )
        ) : (
          <Rows {...props} rows={rows} rowPx={rowPx} />
        )}
      </div>
      {result.isError && (
        <div className={classes.notice}>
          <Trouble error={result.error} onRetry={() => void result.refetch()} />
        </div>
      )}
      {rows !== undefined && (
        <Foot
          count={rows.length}
          next={result.data?.nextCursor ?? null}
          cursor={cursor}
          pagePath={pagePath}
          query={query as (cursor: string | undefined) => PageQuery<unknown>}
        />
      )}
    </div>
  );
}

function narrowPx<Row>(columns: readonly Column<Row>[], lines: 1 | 2): number {
  const count = (kind: Column<Row>['narrow']) =>
    columns.filter(({ narrow }) => narrow === kind).length;
  const linesPx = (count('line') + lines - 1) * narrowLinePx;
  return narrowTitlePx + linesPx + count('control') * narrowControlPx;
}

function Head<Row>({ columns }: { readonly columns: readonly Column<Row>[] }): ReactNode {
  return (
    <div role="rowgroup">
      <div role="row" className={`${classes.row} ${classes.head}`}>
        {columns.map(({ header, align }) => (
          <div key={header} role="columnheader" className={classes.cell} data-align={align}>
            {header}
          </div>
        ))}
      </div>
    </div>
  );
}

function Rows<Row>({
  rows,
  columns,
  rowId,
  rowPath,
  rowPx,
}: Props<Row> & { readonly rows: readonly Row[]; readonly rowPx: number }): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measured = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setTop(measured);
  }, [rows]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowPx,
    overscan: overscanRows,
    scrollMargin: top,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, rowPx]);
  useTableKeys(body, rows.length, (index) => virtual.scrollToIndex(index));
  return (
    <div
      ref={body}
      role="rowgroup"
      className={classes.body}
      style={{ height: rows.length * rowPx }}
      data-table-body
    >
      {virtual.getVirtualItems().map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <div
            key={rowId(row)}
            role="row"
            aria-rowindex={index + 2}
            className={`${classes.row} ${classes.bodyRow}`}
            style={{ transform: `translateY(${start - top}px)` }}
            data-index={index}
            data-linked={rowPath === undefined ? undefined : ''}
            data-last={index === rows.length - 1 ? '' : undefined}
          >
            <Cells row={row} columns={columns} path={rowPath?.(row)} />
          </div>
        );
      })}
    </div>
  );
}

function Cells<Row>({
  row,
  columns,
  path,
}: {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly path: Path | undefined;
}): ReactNode {
  return columns.map(({ header, cell, align, narrow }) => (
    <div key={header} role="cell" className={classes.cell} data-align={align} data-narrow={narrow}>
      {(narrow === 'line' || narrow === 'control') && (
        <span className={classes.label}>{header}</span>
      )}
      {narrow === 'title' && path !== undefined ? (
        <Link path={path} className={classes.rowLink} data-row-link>
          {cell(row)}
        </Link>
      ) : (
        cell(row)
      )}
    </div>
  ));
}

/** As high as the rows that will be there. */
function SkeletonRows<Row>({
  columns,
  rowPx,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rowPx: number;
}): ReactNode {
  return (
    <div className={classes.body} style={{ height: skeletonRows * rowPx }} aria-hidden>
      {Array.from({ length: skeletonRows }, (_, index) => (
        <div
          key={index}
          className={`${classes.row} ${classes.bodyRow}`}
          style={{ transform: `translateY(${index * rowPx}px)` }}
        >
          {columns.map(({ header, narrow }) => (
            <div key={header} className={classes.cell} data-narrow={narrow}>
              <Skeleton height={10} width={`${45 + ((index * 7 + header.length * 5) % 40)}%`} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Where one came from, by the address of a page: the API's lists only lead forward. */
const comeFrom = new Map<string, Path>();

function Foot({
  count,
  next,
  cursor,
  pagePath,
  query,
}: {
  readonly count: number;
  readonly next: string | null;
  readonly cursor: string | undefined;
  readonly pagePath: (cursor: string | undefined) => Path;
  readonly query: (cursor: string | undefined) => PageQuery<unknown>;
}): ReactNode {
  const go = useGo();
  const client = useQueryClient();
  const nextPath = next === null ? null : pagePath(next);
  const here = pagePath(cursor);
  const previousPath = cursor === undefined ? null : (comeFrom.get(keyOf(here)) ?? null);
  const isKnown = previousPath !== null;
  return (
    <div className={classes.foot}>
      <span>
        {quantity(count)} {count === 1 ? 'row' : 'rows'}
        {next === null && cursor === undefined ? '' : ' on this page'}
      </span>
      {cursor !== undefined && (
        <Button
          variant="default"
          data-page="previous"
          onClick={() => go(previousPath ?? pagePath(undefined))}
        >
          {isKnown ? 'Previous' : 'First page'}
        </Button>
      )}
      {nextPath !== null && (
        <Button
          variant="default"
          data-page="next"
          onMouseEnter={() => void client.prefetchQuery(query(next ?? undefined))}
          onClick={() => {
            comeFrom.set(keyOf(nextPath), here);
            go(nextPath);
          }}
        >
          Next
        </Button>
      )}
    </div>
  );
}

function keyOf({ to, search }: Path): string {
  return JSON.stringify([to, search]);
}
