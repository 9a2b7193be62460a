import { Customary } from '@customary/sdk';

/** The token of a share link stands behind the #, which browsers send to nobody; it goes to the API in a header. */
export function shareToken(): string {
  return location.hash.slice(1);
}

/** What whoever has a share link asks with: neither session nor key, which would be somebody else. */
export function sharedApi(token: string): Customary {
  return new Customary({
    baseUrl: '',
    retriesMax: 1,
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      headers.set('x-share-token', token);
      return fetch(url, { ...init, headers, credentials: 'omit' });
    },
  });
}
