import type { HistoryEntry } from '@customary/sdk';
import type { ReactNode } from 'react';
import { pathOfId } from '../lib/paths.ts';
import { timeText } from '../lib/times.ts';
import { Link } from './link.tsx';
import { Empty } from './notice.tsx';
import { Actor, sentenceCase, shortId, Time } from './values.tsx';
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
              by {entry.actorName ?? <Actor value={entry.actor} />} · <Time value={entry.at} />
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
            {before !== null && (
              <del>
                <Value of={before[name]} />
              </del>
            )}
            {after !== null && (
              <ins>
                <Value of={after[name]} />
              </ins>
            )}
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

/** A value as people write it; an id leads to what it names. */
function Value({ of: value }: { readonly of: unknown }): ReactNode {
  const path = typeof value === 'string' ? pathOfId(value) : null;
  return path === null ? textOf(value) : <Link path={path}>{shortId(String(value))}</Link>;
}

function textOf(value: unknown): string {
  if (isBlank(value)) return 'none';
  if (typeof value === 'string') return isInstant.test(value) ? timeText(value) : value;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).filter(([, each]) => !isBlank(each));
  return pairs
    .map(([name, each]) => `${sentenceCase(name).toLowerCase()} ${textOf(each)}`)
    .join(', ');
}

const isInstant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
