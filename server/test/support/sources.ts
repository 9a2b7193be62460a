import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A hand-written file of this repository: its path from the root, with `/`, and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

/** An import: what it names, and whether types are all that is taken. */
export type Import = { readonly from: string; readonly isTypeOnly: boolean };

const root = fileURLToPath(new URL('../../../', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', 'data']);
const codeFile = /\.(ts|tsx|mts|mjs|cjs|js)$/;

/** The code under the folders given (from the root), generated files (`.gen.`) excepted; absent folders are empty. */
export function readSources(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    listFiles(folder)
      .filter((path) => codeFile.test(path) && !path.includes('.gen.'))
      .map((path) => ({ path, text: readFileSync(root + path, 'utf8') })),
  );
}

/** Every file under a folder, from the root. */
export function listFiles(folder: string): string[] {
  return readDirectory(folder).flatMap((entry) => {
    if (entry.isDirectory())
      return skipped.has(entry.name) ? [] : listFiles(`${folder}/${entry.name}`);
    return [`${folder}/${entry.name}`];
  });
}

/** The names of the folders right inside a folder. */
export function listFolders(folder: string): string[] {
  return readDirectory(folder)
    .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
    .map((entry) => entry.name);
}

function readDirectory(folder: string) {
  try {
    return readdirSync(root + folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

// Formatted code begins its imports at the first column. A clause has none of ; ' " ` = (, so that
// `export const a = …` is never read on into a later line.
const staticImport =
  /^(?:import|export)\b(?:(?<clause>[^;'"`=(]*?)\bfrom\s*)?\s*(?<quote>['"])(?<from>[^'"\n]+)\k<quote>/gm;
const dynamicImport = /\b(?:import|require)\(\s*['"](?<from>[^'"\n]+)['"]/g;

/** The imports of a file, in order: static, re-exported, dynamic, and `import('…')` in types. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  for (const { groups } of code.matchAll(staticImport)) {
    found.push({
      from: groups?.['from'] ?? '',
      isTypeOnly: isTypeClause(groups?.['clause'] ?? ''),
    });
  }
  for (const { groups } of code.matchAll(dynamicImport))
    found.push({ from: groups?.['from'] ?? '', isTypeOnly: false });
  return found;
}

/** `type X`, `type { X }` or `{ type X, type Y }`. */
function isTypeClause(clause: string): boolean {
  const text = clause.trim();
  if (/^type\b/.test(text)) return true;
  const names = /^\{(?<names>[^}]*)\}$/.exec(text)?.groups?.['names'];
  const listed = (names ?? '').split(',').filter((name) => name.trim() !== '');
  return listed.length > 0 && listed.every((name) => /^\s*type\s/.test(name));
}

const tokens =
  /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The text with its comments blanked, lines kept. */
export function withoutComments(text: string): string {
  return text.replaceAll(
    tokens,
    (token, string?: string) => string ?? token.replaceAll(/[^\n]/g, ' '),
  );
}

/** The text with its comments and the insides of its plain strings blanked; templates are kept, for they hold code. */
export function codeOnly(text: string): string {
  return text.replaceAll(tokens, (token, string?: string) => {
    if (string === undefined) return token.replaceAll(/[^\n]/g, ' ');
    return string.startsWith('`') ? string : string[0] + ' '.repeat(string.length - 2) + string[0];
  });
}
