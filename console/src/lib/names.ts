import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import type { Choice, Source } from './choices.ts';

const staleMs = 5 * 60_000;

/** What an id is called now. Asked for once, however many rows show it. */
export function nameQuery(
  source: Source,
  id: string,
): UseQueryOptions<Choice, Error, Choice, string[]> {
  return {
    queryKey: ['names', source.kind, id],
    queryFn: ({ signal }) => source.get(id, { signal }),
    staleTime: staleMs,
  };
}

/** undefined: not known yet, or not to be seen. */
export function useName(source: Source, id: string | null | undefined): string | undefined {
  const { data } = useQuery({ ...nameQuery(source, id ?? ''), enabled: id != null });
  return data?.label;
}
