/** Lets the browser save what the API answered, under a name that says what it is. */
export function save(content: Uint8Array | string, name: string, mediaType: string): void {
  const blob = new Blob([content as BlobPart], { type: mediaType });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
}

const keptMs = 10_000;

/** Letters, digits, dots and dashes, as the server names files. */
export function fileName(...parts: readonly string[]): string {
  return parts
    .join('-')
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-');
}
