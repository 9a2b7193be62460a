export const UNSTORABLE =
  'Text must not hold NUL or half of a surrogate pair, and nothing can be named __proto__.';

/**
 * Where a parsed JSON value holds text that cannot be stored as it is: NUL and half a surrogate pair (PostgreSQL takes
 * neither), or the name `__proto__` (records would lose it without a word); null if nowhere. The pointer is a JSON
 * pointer without `~` escapes.
 */
export function unstorableText(value: unknown): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : '';
  if (typeof value !== 'object' || value === null) return null;
  for (const key of Object.keys(value)) {
    if (!isStorable(key)) return '';
    const found =
      key === '__proto__' ? '' : unstorableText((value as Record<string, unknown>)[key]);
    if (found !== null) return `/${key}${found}`;
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text that becomes part of a page or a mail. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
