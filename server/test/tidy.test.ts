import { describe, expect, it } from 'vitest';
import { codeOnly, listFiles, listFolders, readSources } from './support/sources.ts';
import type { SourceFile } from './support/sources.ts';

const linesMax = 450;

type Rule = {
  readonly name: string;
  /** What must not be there. */
  readonly banned: RegExp;
  /** Looked for in the code alone, or also in comments and strings. */
  readonly in: 'code' | 'text';
  readonly allowedIn: (path: string) => boolean;
};

const nowhere = () => false;
/** Where time and chance come in; console, bench, sdk and scripts have no clock to be given. */
const ownsTheClock = (path: string) =>
  /^server\/src\/lib\/(clock|id|instant)\.ts$/.test(path) ||
  !/^server\/(src|test(?!\/support))\//.test(path);
/** Tools ask for default exports in their own configuration. */
const isConfiguration = (path: string) => /\.config\.[a-z]+$/.test(path);

// Spelled as text, for as code it would find itself.
const anyType = new RegExp(
  [
    String.raw`\bas any\b`,
    String.raw`:\s*any\b(?!\()`,
    '<any\\b',
    String.raw`,\s*any>`,
    '\\bany\\[\\]',
  ].join('|'),
);

const rules: readonly Rule[] = [
  {
    name: 'the clock is an argument',
    banned: /\bDate\.now\(|\bnew Date\(/,
    in: 'code',
    allowedIn: ownsTheClock,
  },
  { name: 'chance is for ids', banned: /\bMath\.random\(/, in: 'code', allowedIn: ownsTheClock },
  {
    name: 'no any',
    banned: anyType,
    in: 'code',
    allowedIn: nowhere,
  },
  {
    name: 'no default export',
    banned: /^export default\b/m,
    in: 'code',
    allowedIn: isConfiguration,
  },
  {
    name: 'no enum',
    banned: /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/m,
    in: 'code',
    allowedIn: nowhere,
  },
  {
    name: 'no test left out',
    banned: /\b(?:it|test|describe|bench)\.(?:only|skip|todo)\b/,
    in: 'code',
    allowedIn: nowhere,
  },
  {
    name: 'nothing put off in a comment',
    banned: /\b(?:TO-?DO|FIX-?ME)\b/,
    in: 'text',
    allowedIn: isTidy,
  },
  {
    name: 'no path of one machine',
    banned: /(?<![\w.:/-])(?:\/work\/|\/(?:home|Users|root)\/\w|[A-Z]:\\\\?Users\b)/,
    in: 'text',
    allowedIn: isTidy,
  },
];

function isTidy(path: string): boolean {
  return path === 'server/test/tidy.test.ts';
}

/** Everything untidy in a file, one line each. */
function findUntidy({ path, text }: SourceFile): string[] {
  const code = codeOnly(text);
  const found = rules.flatMap((rule) => {
    const where = rule.allowedIn(path)
      ? -1
      : (rule.in === 'code' ? code : text).search(rule.banned);
    return where < 0 ? [] : [`${path}:${text.slice(0, where).split('\n').length} ${rule.name}`];
  });
  const lines = text.trimEnd().split('\n').length;
  return lines > linesMax ? [...found, `${path} has ${lines} lines, at most ${linesMax}`] : found;
}

/** Domain folders that do not say what they are. */
function findUndescribed(folders: readonly string[], files: readonly string[]): string[] {
  const helpers = new Set(['lib', 'db', 'http', 'cli']);
  return folders.filter(
    (folder) => !helpers.has(folder) && !files.includes(`server/src/${folder}/README.md`),
  );
}

describe('the repository', () => {
  const files = readSources(['server/src', 'server/test', 'sdk', 'console', 'scripts', 'bench']);

  it('has files to check', () => expect(files.length).toBeGreaterThan(10));
  it('is tidy', () => expect(files.flatMap(findUntidy)).toEqual([]));

  it('describes each domain in a README', () => {
    expect(findUndescribed(listFolders('server/src'), listFiles('server/src'))).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const untidy = (text: string, path = 'server/src/a/rules.ts') => findUntidy({ path, text });

  it.each([
    ['const now = Date.now();', 'the clock is an argument'],
    ['const now = new Date();', 'the clock is an argument'],
    ['const now = `${new Date(0)}`;', 'the clock is an argument'],
    ['const luck = Math.random();', 'chance is for ids'],
    ['function f(x: any) {}', 'no any'],
    ['const x = y as any;', 'no any'],
    ['const x: Map<string, any> = y;', 'no any'],
    ['const x: Array<any> = y;', 'no any'],
    ['type X = any[];', 'no any'],
    ['export default 1;', 'no default export'],
    ['export enum A { b }', 'no enum'],
    ["it.only('x', () => {});", 'no test left out'],
    ["describe.skip('x', () => {});", 'no test left out'],
    ["it.todo('x');", 'no test left out'],
    ['// TODO later', 'nothing put off in a comment'],
    ['/* FIXME */', 'nothing put off in a comment'],
    [`const path = '${['', 'work', 'main', 'x'].join('/')}';`, 'no path of one machine'],
    ["const path = '/home/somebody/x';", 'no path of one machine'],
    ['// see /Users/somebody', 'no path of one machine'],
  ])('sees %j', (text, rule) => {
    expect(untidy(`const a = 1;\n${text}`)).toEqual([`server/src/a/rules.ts:2 ${rule}`]);
  });

  it.each([
    ['// Date.now() is banned'],
    ["const text = 'new Date(';"],
    ["const company = 'as any other';"],
    ['const anyOf = z.any();'],
    ['expect.any(String)'],
    ['const x: anything = 1;'],
    ["it.skipIf(noSecondServer)('x', () => {});"],
    ["app.get('/v1/home/x', f)"],
    ["const todos = 'To do';"],
  ])('lets %j be', (text) => expect(untidy(text)).toEqual([]));

  it('knows who owns the clock', () => {
    for (const path of [
      'server/src/lib/clock.ts',
      'server/src/lib/id.ts',
      'server/test/support/db.ts',
      'scripts/run.mjs',
      'sdk/src/x.ts',
    ]) {
      expect(untidy('Date.now()', path), path).toEqual([]);
    }
    for (const path of [
      'server/src/db/act.ts',
      'server/src/lib/period.test.ts',
      'server/test/scenarios/x.test.ts',
    ]) {
      expect(untidy('Date.now()', path), path).toHaveLength(1);
    }
  });

  it('counts lines', () => {
    expect(untidy('a\n'.repeat(linesMax))).toEqual([]);
    expect(untidy('a\n'.repeat(linesMax + 1))).toEqual([
      `server/src/a/rules.ts has ${linesMax + 1} lines, at most ${linesMax}`,
    ]);
  });

  it('misses a README', () => {
    const files = ['server/src/a/README.md', 'server/src/b/rules.ts'];
    expect(findUndescribed(['a', 'b', 'lib', 'db', 'http', 'cli'], files)).toEqual(['b']);
  });
});
