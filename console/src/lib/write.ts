import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';

/**
 * A change through the API. One change shows up in many places (a moved key changes usage, invoices, queues), so once
 * it succeeded everything that is shown is asked for again.
 */
export function useWrite<Input, Result>(
  run: (input: Input) => Promise<Result>,
  onDone?: (result: Result, input: Input) => void | Promise<void>,
): UseMutationResult<Result, Error, Input> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result, input) => {
      const refreshed = client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== 'me',
      });
      await onDone?.(result, input);
      void refreshed;
    },
  });
}
