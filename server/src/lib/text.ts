/**
 * Where a parsed JSON value holds text that PostgreSQL cannot store as it is (NUL, half a surrogate pair); null if
 * nowhere. The pointer is a JSON pointer without `~` escapes.
 */
export function unstorableText(value: unknown, pointer = ''): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? pointer : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    if (key.includes('\0') || !key.isWellFormed()) return pointer;
    const found = unstorableText(item, `${pointer}/${key}`);
    if (found !== null) return found;
  }
  return null;
}
