/**
 * A new random id (128 bits). `crypto.randomUUID` exists only on secure origins; a console that is served over
 * plain HTTP inside a company is not one.
 */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
