import type { HistoryEntry } from '@customary/sdk';
import type { ReactNode } from 'react';
import { Empty } from './notice.tsx';
import { Actor, sentenceCase, Time } from './values.tsx';
import classes from './history.module.css';

/** Who changed a thing, what, when and why; the newest first. */
export function History({ entries }: { readonly entries: readonly HistoryEntry[] }): ReactNode {
  if (entries.length === 0) return <Empty title="Nothing was changed yet" />;
  return (
    <ol className={classes.list}>
      {entries.toReversed().map((entry) => (
        <li key={`${entry.at} ${entry.action}`}>
          <div className={classes.head}>
            <strong>{verbOf(entry.action)}</strong>
            <span className="dim">
              by <Actor value={entry.actor} /> · <Time value={entry.at} />
            </span>
          </div>
          {entry.reason !== null && <p className={classes.reason}>“{entry.reason}”</p>}
          <Changes entry={entry} />
        </li>
      ))}
    </ol>
  );
}

function verbOf(action: string): string {
  return sentenceCase(action.split('.').at(-1) ?? action);
}

const unremarkable = new Set(['version', 'updatedAt', 'createdAt', 'id']);

function Changes({ entry: { before, after } }: { readonly entry: HistoryEntry }): ReactNode {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) =>
      !unremarkable.has(name) &&
      JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null) &&
      !(before === null && isBlank(after?.[name])),
  );
  if (names.length === 0) return null;
  return (
    <dl className={classes.changes}>
      {names.map((name) => (
        <div key={name}>
          <dt>{sentenceCase(name)}</dt>
          <dd>
            {before !== null && <del>{textOf(before[name])}</del>}
            {after !== null && <ins>{textOf(after[name])}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isBlank(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function textOf(value: unknown): string {
  if (isBlank(value)) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
