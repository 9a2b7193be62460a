import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { sentenceCase } from '../ui/values.tsx';
import { Warning } from '../ui/notice.tsx';

type Thing = { version: number };

type Props<T extends Thing> = {
  /** As it was when the form was opened. */
  readonly before: T;
  /** As somebody else has made it meanwhile; undefined: on its way. */
  readonly now: T | undefined;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
};

/** Somebody else was faster: says what they changed, and lets one choose. Nothing that was entered is lost. */
export function Conflict<T extends Thing>({
  before,
  now,
  onKeepMine,
  onTakeTheirs,
}: Props<T>): ReactNode {
  if (now === undefined) return <Warning title="Somebody else has changed this meanwhile" />;
  const fields = changedFields(before, now);
  return (
    <Warning title="Somebody else has changed this meanwhile">
      <p style={{ margin: '2px 0 0' }}>What you entered is still here. Their change:</p>
      <ul>
        {fields.map((name) => (
          <li key={name}>
            {sentenceCase(name)}: {shown(before[name])} →{' '}
            <strong style={{ display: 'inline' }}>{shown(now[name])}</strong>
          </li>
        ))}
        {fields.length === 0 && <li>nothing that this form shows</li>}
      </ul>
      <div style={{ display: 'flex', gap: 8, marginTop: 8, flexWrap: 'wrap' }}>
        <Button variant="default" onClick={onKeepMine}>
          Save mine on top of it
        </Button>
        <Button variant="default" onClick={onTakeTheirs}>
          Start again from theirs
        </Button>
      </div>
    </Warning>
  );
}

const unremarkable = new Set(['version', 'updatedAt']);

function changedFields<T extends Thing>(before: T, now: T): (keyof T & string)[] {
  return (Object.keys(now) as (keyof T & string)[]).filter(
    (name) => !unremarkable.has(name) && JSON.stringify(before[name]) !== JSON.stringify(now[name]),
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
