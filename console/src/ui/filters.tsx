import { Checkbox, CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { useGo } from './link.tsx';
import classes from './filters.module.css';

/** Filters are the address: each change replaces it, and leads back to the first page. */
export type Filters<S> = {
  readonly search: S;
  readonly path: (search: S) => Path;
};

/** Changes filters in the address. */
export function useFilter<S extends object>({ search, path }: Filters<S>) {
  const go = useGo();
  return (change: Partial<Record<keyof S, unknown>>) => {
    const next: Record<string, unknown> = { ...search, ...change, cursor: undefined };
    for (const [name, value] of Object.entries(next)) {
      if (value === undefined || value === '' || value === false) delete next[name];
    }
    go(path(next as S), { replace: true, inPlace: true });
  };
}

export function FilterBar({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className={classes.bar} data-filters role="search">
      {children}
    </div>
  );
}

const typingMs = 300;

/** Text that takes effect when one stops typing, or at once on Enter. */
export function TextFilter<S extends object>({
  of,
  name,
  label,
  width = 190,
}: {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
  readonly width?: number;
}): ReactNode {
  const set = useFilter(of);
  const applied = (of.search[name] as string | undefined) ?? '';
  const [text, setText] = useState(applied);
  const [seen, setSeen] = useState(applied);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Back and forward change the address from outside.
  if (seen !== applied) {
    setSeen(applied);
    setText(applied);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => set({ [name]: value.trim() } as Partial<Record<keyof S, unknown>>),
      afterMs,
    );
  };
  return (
    <TextInput
      size="xs"
      w={width}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        apply(value, typingMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply(text, 0);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="xs"
            aria-label={`Clear ${label}`}
            onClick={() => {
              setText('');
              apply('', 0);
            }}
          />
        )
      }
    />
  );
}

export function ChoiceFilter<S extends object>({
  of,
  name,
  label,
  choices,
  bare = false,
}: {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  /** The label is itself one of the choices: what holds without the filter. */
  readonly bare?: boolean;
}): ReactNode {
  const set = useFilter(of);
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={(of.search[name] as string | undefined) ?? ''}
      onChange={({ currentTarget }) =>
        set({ [name]: currentTarget.value } as Partial<Record<keyof S, unknown>>)
      }
      data={[
        { value: '', label: bare ? label : `${label}: all` },
        ...choices.map(([value, text]) => ({ value, label: text })),
      ]}
    />
  );
}

export function FlagFilter<S extends object>({
  of,
  name,
  label,
}: {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
}): ReactNode {
  const set = useFilter(of);
  return (
    <Checkbox
      size="xs"
      label={label}
      checked={of.search[name] === true}
      onChange={({ currentTarget }) =>
        set({ [name]: currentTarget.checked } as Partial<Record<keyof S, unknown>>)
      }
    />
  );
}

type DateProps<S> = {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
};

export function DateFilter<S extends object>(props: DateProps<S>): ReactNode {
  return <CalendarFilter {...props} type="date" />;
}

/** A month, such as `2026-10`. */
export function MonthFilter<S extends object>(props: DateProps<S>): ReactNode {
  return <CalendarFilter {...props} type="month" />;
}

function CalendarFilter<S extends object>({
  of,
  name,
  label,
  type,
}: DateProps<S> & { readonly type: 'date' | 'month' }): ReactNode {
  const set = useFilter(of);
  return (
    <label className={classes.date}>
      <span>{label}</span>
      <TextInput
        size="xs"
        type={type}
        value={(of.search[name] as string | undefined) ?? ''}
        onChange={({ currentTarget }) =>
          set({ [name]: currentTarget.value } as Partial<Record<keyof S, unknown>>)
        }
      />
    </label>
  );
}

/** A filter that another page set, such as the customer: named, and removed with a click. */
export function FilterChip<S extends object>({
  of,
  name,
  label,
  children,
}: {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  const set = useFilter(of);
  if (of.search[name] === undefined) return null;
  return (
    <span className={classes.chip}>
      <span className="dim">{label}</span> {children}
      <CloseButton
        size="xs"
        aria-label={`Remove the filter ${label}`}
        onClick={() => set({ [name]: undefined } as Partial<Record<keyof S, unknown>>)}
      />
    </span>
  );
}
