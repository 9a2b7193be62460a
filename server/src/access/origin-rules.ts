/** What a browser says about where a request comes from. */
export type Provenance = {
  secFetchSite: string | undefined;
  origin: string | undefined;
  host: string | undefined;
  /** `x-customary-csrf`: a header that a page of another site cannot send without being asked (CORS preflight). */
  token: string | undefined;
};

/**
 * Why a request that rides on a cookie may not change anything, or null. A browser that vouches for the same origin is
 * believed; one that only names the origin has it compared with the address it asked, or with the public one.
 */
export function whyCrossSite(from: Provenance, publicUrl: string | undefined): string | null {
  if (from.token === undefined || from.token === '')
    return 'A request of a signed-in person that changes something must carry the header "x-customary-csrf: 1".';
  if (from.secFetchSite !== undefined)
    return from.secFetchSite === 'same-origin' ? null : NOT_FROM_HERE;
  if (from.origin === undefined) return null;
  if (!URL.canParse(from.origin)) return NOT_FROM_HERE;
  const { host, origin } = new URL(from.origin);
  const isPublic = publicUrl !== undefined && origin === new URL(publicUrl).origin;
  return isPublic || (from.host !== undefined && host === from.host.toLowerCase())
    ? null
    : NOT_FROM_HERE;
}

const NOT_FROM_HERE =
  'The browser says that this request was made by a page of another site. Only the console itself may use your session.';
