import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const firstLoadBytesMax = 350_000;

type Chunk = { file: string; imports?: string[]; css?: string[]; isDynamicEntry?: boolean };

const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<
  string,
  Chunk
>;

/** Everything that a chunk needs before it runs. */
function filesOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const file of chunk.css ?? []) seen.add(file);
  for (const other of chunk.imports ?? []) filesOf(other, seen);
  return seen;
}

describe('the build', () => {
  it(`loads less than ${firstLoadBytesMax / 1000} kB, compressed, before the first page`, () => {
    const html = readFileSync(`${dist}index.html`);
    const files = [...filesOf('index.html')].map((file) => readFileSync(dist + file));
    // What draws Latin text; fonts are compressed as they are.
    const font = Object.values(manifest).find(({ file }) => /inter-latin-wght/.test(file));
    const fontBytes = font === undefined ? 0 : readFileSync(dist + font.file).length;
    expect(fontBytes).toBeGreaterThan(0);
    const bytes = [html, ...files].map((content) => gzipSync(content).length);
    expect(bytes.reduce((total, each) => total + each, fontBytes)).toBeLessThan(firstLoadBytesMax);
  });

  it('is for production, whoever built it', () => {
    const code = [...filesOf('index.html')].map((file) => readFileSync(dist + file, 'utf8'));
    expect(code.some((text) => text.includes('react_stack_bottom_frame'))).toBe(false);
  });

  it('splits routes: pages load when they are opened', () => {
    const pages = Object.entries(manifest).filter(([name]) => name.startsWith('src/pages/'));
    const first = filesOf('index.html');
    expect(pages.length).toBeGreaterThan(5);
    for (const [, page] of pages) {
      expect(page.isDynamicEntry, page.file).toBe(true);
      expect(first.has(page.file), page.file).toBe(false);
    }
  });
});
