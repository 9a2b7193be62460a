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
  return new Customary({
    baseUrl: '',
    retriesMax,
    fetch: send,
    ...(apiKey !== null && { apiKey }),
  });
}

/** A key speaks for itself: beside a session the server would not know whom to believe. */
function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  // What pages of other sites cannot send: it shows that a change was meant.
  headers.set('x-customary-csrf', '1');
  return fetch(url, { ...init, headers, credentials: apiKey === null ? 'same-origin' : 'omit' });
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

/** What a query passes on to a call, so that what nobody waits for any more is cancelled. */
export type Reading = Pick<CallOptions, 'signal'>;
