import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Choice, Source } from '../lib/choices.ts';
import { nameQuery } from '../lib/names.ts';
import classes from './form.module.css';

type Props = {
  readonly source: Source;
  readonly label: string;
  readonly value?: string | null;
  readonly onChange?: (id: string | null) => void;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly error?: ReactNode;
  readonly disabled?: boolean;
  /** The name of the form's field, so that errors of the API find it. */
  readonly field?: string;
  /** `xs`: for a filter, its label unseen. */
  readonly size?: 'xs' | 'sm';
};

const typingMs = 200;

/** Picks one of many by typing a part of its name; a pasted id is found as well. */
export function Picker({
  source,
  label,
  value = null,
  onChange,
  field,
  required,
  placeholder = 'Type to find',
  size = 'sm',
  ...rest
}: Props): ReactNode {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const chosen = useQuery({ ...nameQuery(source, value ?? ''), enabled: value !== null });
  // While the choice itself stands in the field, it is no search.
  const wanted = text === chosen.data?.label ? '' : text.trim();
  const [settled] = useDebouncedValue(wanted, typingMs);
  const found = useQuery({
    queryKey: [
      'choices',
      source.kind,
      source.within ?? null,
      settled,
      value === null ? '' : 'chosen',
    ],
    queryFn: ({ signal }) => source.search(settled, { signal }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const choices = withChosen(found.data ?? [], chosen.data);
  const byId = new Map(choices.map((choice) => [choice.id, choice]));
  return (
    <div data-field={field}>
      <Select
        {...rest}
        {...(size === 'xs' ? { 'aria-label': label } : { label })}
        size={size}
        withAsterisk={required ?? false}
        aria-required={required}
        placeholder={placeholder}
        searchable
        clearable={!required}
        value={value}
        onChange={(id) => onChange?.(id)}
        searchValue={text}
        onSearchChange={setText}
        onDropdownOpen={() => setOpen(true)}
        filter={({ options }) => options}
        data={choices.map((choice) => ({ value: choice.id, label: choice.label }))}
        nothingFoundMessage={found.isFetching ? 'Looking …' : 'Nothing found'}
        rightSection={found.isFetching && isOpen ? <Loader size={14} /> : undefined}
        renderOption={({ option }) => <Option choice={byId.get(option.value)} />}
        comboboxProps={{ withinPortal: true }}
        maxDropdownHeight={260}
      />
    </div>
  );
}

function Option({ choice }: { readonly choice: Choice | undefined }): ReactNode {
  if (choice === undefined) return null;
  return (
    <span className={classes.option}>
      <span className="ellipsis">{choice.label}</span>
      {choice.detail !== undefined && <small className="ellipsis">{choice.detail}</small>}
    </span>
  );
}

function withChosen(found: readonly Choice[], chosen: Choice | undefined): Choice[] {
  if (chosen === undefined || found.some(({ id }) => id === chosen.id)) return [...found];
  return [chosen, ...found];
}
