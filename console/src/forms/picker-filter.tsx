import type { ReactNode } from 'react';
import type { Source } from '../lib/choices.ts';
import { useFilter, type Filters } from '../ui/filters.tsx';
import { Picker } from './picker.tsx';

/** A filter by a thing that one picks, such as the customer. */
export function PickerFilter<S extends object>({
  of,
  name,
  label,
  source,
  width = 200,
}: {
  readonly of: Filters<S>;
  readonly name: keyof S & string;
  readonly label: string;
  readonly source: Source;
  readonly width?: number;
}): ReactNode {
  const set = useFilter(of);
  return (
    <div style={{ width }}>
      <Picker
        size="xs"
        source={source}
        label={label}
        placeholder={label}
        value={(of.search[name] as string | undefined) ?? null}
        onChange={(id) => set({ [name]: id ?? '' } as Partial<Record<keyof S, unknown>>)}
      />
    </div>
  );
}
