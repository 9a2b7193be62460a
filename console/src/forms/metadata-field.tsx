import { ActionIcon, Button, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconPlus, IconX } from '../ui/icons.ts';
import classes from './form.module.css';

/** Metadata while it is edited: rows, because a name may be empty or twice until it is finished. */
export type MetadataRow = { readonly key: number; readonly name: string; readonly value: string };

export function metadataRows(metadata: Record<string, string>): MetadataRow[] {
  return Object.entries(metadata).map(([name, value], key) => ({ key, name, value }));
}

export function metadataOf(rows: readonly MetadataRow[]): Record<string, string> {
  return Object.fromEntries(
    rows.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

/** What is wrong with the rows, or null. */
export function metadataProblem(rows: readonly MetadataRow[]): string | null {
  const names = rows.map(({ name }) => name.trim());
  if (rows.some(({ name, value }) => name.trim() === '' && value !== ''))
    return 'Every value needs a field name.';
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  return twice === undefined ? null : `There are two fields named “${twice}”.`;
}

type Props = {
  readonly rows: readonly MetadataRow[];
  readonly onChange: (rows: MetadataRow[]) => void;
  readonly error?: ReactNode;
  readonly legend?: string;
  readonly hint?: string;
};

/** Field Name and Field Value, as many as one likes. */
export function MetadataField({
  rows,
  onChange,
  error,
  legend = 'Custom Metadata',
  hint = 'Pairs of your own. They do not change what is billed; they come back with every answer of the API, and usage can be grouped by them.',
}: Props): ReactNode {
  const change = (key: number, part: Partial<MetadataRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () =>
    onChange([
      ...rows,
      { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, name: '', value: '' },
    ]);
  return (
    <div className={classes.pairs} role="group" aria-label={legend} data-field="metadata">
      <span className={classes.legend}>{legend}</span>
      <p className={classes.hint}>{hint}</p>
      {rows.map(({ key, name, value }, index) => (
        <div key={key} className={classes.pair}>
          <TextInput
            aria-label={`Field Name ${index + 1}`}
            placeholder="Field Name"
            value={name}
            onChange={({ currentTarget }) => change(key, { name: currentTarget.value })}
          />
          <TextInput
            aria-label={`Field Value ${index + 1}`}
            placeholder="Field Value"
            value={value}
            onChange={({ currentTarget }) => change(key, { value: currentTarget.value })}
          />
          <ActionIcon
            aria-label={`Remove field ${index + 1}`}
            onClick={() => onChange(rows.filter((row) => row.key !== key))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      {error !== undefined && error !== null && (
        <span role="alert" style={{ color: 'var(--c-bad)', fontSize: '0.75rem' }}>
          {error}
        </span>
      )}
      <div>
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
          Add field
        </Button>
      </div>
    </div>
  );
}
