import { CustomaryProblem } from '@customary/sdk';
import { QueryCache, QueryClient } from '@tanstack/react-query';

const staleMs = 10_000;
const keptMs = 10 * 60_000;

/** `onSignedOut` is told when the server no longer knows who asks. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== 'me') onSignedOut();
      },
    }),
    defaultOptions: {
      // The client repeats what is safe to repeat by itself.
      queries: { staleTime: staleMs, gcTime: keptMs, retry: false, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof CustomaryProblem && error.status === 401;
}
