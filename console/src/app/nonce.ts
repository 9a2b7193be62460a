/**
 * The page's content-security policy lets only styles with its nonce be injected. Mantine asks for it; the scroll lock
 * of modals looks for this global.
 */
export function takeStyleNonce(): string {
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
  Object.assign(globalThis, { __webpack_nonce__: nonce });
  return nonce;
}
