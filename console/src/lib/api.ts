import { Customary, type CallOptions } from '@customary/sdk';

/**
 * The one client of the public API; the console uses nothing else. A signed-in person is known by the session's
 * cookie, which scripts cannot read. Where somebody signs in with an API key instead, it lives in this tab only.
 */

const storageKey = 'customary.api-key';
const retriesMax = 1;

let apiKey: string | null = sessionStorage.getItem(storageKey);
let client = connect();

function connect(): Customary {
  return new Customary({ baseUrl: '', retriesMax, ...(apiKey !== null && { apiKey }) });
}

export function api(): Customary {
  return client;
}

export function usesApiKey(): boolean {
  return apiKey !== null;
}

/** Speaks with this key from now on; null: with the session. */
export function speakAs(key: string | null): void {
  apiKey = key;
  if (key === null) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, key);
  client = connect();
}

/** The headers of a request outside the generated client. */
export function authorization(): Record<string, string> {
  return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
}

/** What a query passes on to a call, so that what nobody waits for any more is cancelled. */
export type Reading = Pick<CallOptions, 'signal'>;
