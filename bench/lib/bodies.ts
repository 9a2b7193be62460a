import { credentialIdOf } from './generate.ts';

/** Requests to ingest, made before anything is measured: batches of different events, each with two measures. */
export function bodiesOf({
  first,
  batches,
  perBatch,
  credentials,
  at,
}: {
  first: number;
  batches: number;
  perBatch: number;
  credentials: number;
  /** Milliseconds since 1970 of the first event; the others follow a millisecond apart. */
  at: number;
}): string[] {
  return Array.from({ length: batches }, (_, batch) =>
    JSON.stringify(
      Array.from({ length: perBatch }, (__, i) => {
        const number = first + batch * perBatch + i;
        return {
          id: `req-${number}`,
          source: 'gateway',
          time: new Date(at + number).toISOString(),
          credential: credentialIdOf((number % credentials) + 1),
          measures: { input_tokens: 400 + (number % 4000), output_tokens: number % 700 },
          attributes: { model: number % 3 === 0 ? 'atlas-large' : 'atlas-small', region: 'eu' },
        };
      }),
    ),
  );
}

/** Sends the bodies, so many at a time; every one must be accepted. */
export async function sendAll(
  bodies: readonly string[],
  atOnce: number,
  post: (body: string) => Promise<number>,
): Promise<void> {
  const left = [...bodies];
  const send = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const status = await post(body);
      if (status !== 200) throw new Error(`Ingest answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
}
