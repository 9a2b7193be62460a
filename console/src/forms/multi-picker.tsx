import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Source } from '../lib/choices.ts';
import { nameQuery } from '../lib/names.ts';

type Props = {
  readonly source: Source;
  readonly label: string;
  readonly value?: string[];
  readonly onChange?: (ids: string[]) => void;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly error?: ReactNode;
  readonly field?: string;
};

const typingMs = 200;

/** Picks several of many, in the order in which they are picked. */
export function MultiPicker({
  source,
  value = [],
  onChange,
  field,
  required,
  placeholder = 'Type to find',
  ...rest
}: Props): ReactNode {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [settled] = useDebouncedValue(text.trim(), typingMs);
  const chosen = useQueries({ queries: value.map((id) => nameQuery(source, id)) });
  const found = useQuery({
    queryKey: ['choices', source.kind, source.within ?? null, settled, 'several'],
    queryFn: ({ signal }) => source.search(settled, { signal }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const labels = new Map(found.data?.map(({ id, label }) => [id, label]));
  chosen.forEach(({ data }, index) => labels.set(value[index] ?? '', data?.label ?? '…'));
  return (
    <div data-field={field}>
      <MultiSelect
        {...rest}
        size="sm"
        withAsterisk={required ?? false}
        aria-required={required}
        placeholder={value.length === 0 ? placeholder : ''}
        searchable
        hidePickedOptions
        value={value}
        onChange={(ids) => onChange?.(ids)}
        searchValue={text}
        onSearchChange={setText}
        onDropdownOpen={() => setOpen(true)}
        filter={({ options }) => options}
        data={[...labels].map(([id, label]) => ({ value: id, label }))}
        nothingFoundMessage={found.isFetching ? 'Looking …' : 'Nothing found'}
        maxDropdownHeight={260}
      />
    </div>
  );
}
