import { dirname, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, readSources } from './support/sources.ts';
import type { SourceFile } from './support/sources.ts';

/**
 * What a file is, from its place and name. In a domain's folder the name ends in its role (`actions.ts`,
 * `moveActions.ts`, `move.actions.ts`); any other name (`allocate.ts`, `principal.ts`) is held to the strictest, `rules`.
 */
type Role = 'lib' | 'db' | 'http' | 'shapes' | 'domains' | 'cli' | 'jobs' | DomainRole;
type DomainRole = 'rules' | 'schema' | 'queries' | 'actions' | 'routes';

const pure = ['lib', 'rules'] as const satisfies Role[];
const storing = [...pure, 'db', 'queries'] as const satisfies Role[];
const acting = [...storing, 'schema', 'actions'] as const satisfies Role[];

/** routes → actions → {queries, rules} → lib, db: what each role may import. */
const mayImport: Record<Role, readonly Role[]> = {
  lib: ['lib'],
  db: ['lib', 'db'],
  rules: pure,
  schema: [...pure, 'schema', 'shapes'],
  queries: storing,
  actions: acting,
  jobs: [...acting, 'jobs'],
  routes: [...acting, 'http', 'shapes', 'routes'],
  shapes: ['lib', 'shapes'],
  // Every request is authenticated, so http knows the domain `access` (see `mayUse`).
  http: [...acting, 'http', 'shapes', 'domains'],
  domains: [...acting, 'http', 'shapes', 'domains', 'routes'],
  cli: [...acting, 'http', 'shapes', 'domains', 'routes', 'jobs', 'cli'],
};

const domainRole = /(schema|rules|queries|actions|routes|jobs)\.ts$/i;

function roleOf(path: string): Role {
  const [folder = '', ...rest] = path.replace('server/src/', '').split('/');
  if (rest.length === 0 || folder === 'cli') return 'cli';
  if (folder === 'lib' || folder === 'db') return folder;
  if (folder === 'http')
    return rest[0] === 'shapes.ts' ? 'shapes' : rest[0] === 'domains.ts' ? 'domains' : 'http';
  const named = domainRole.exec(path)?.[1]?.toLowerCase() as Role | undefined;
  return named ?? (folder === 'jobs' ? 'jobs' : 'rules');
}

const domainOf = (path: string): string => path.replace('server/src/', '').split('/')[0] ?? '';
const shells: readonly Role[] = ['routes', 'jobs', 'cli', 'domains'];

/** Why this file may not import that one, or null. */
function whyNot(file: string, target: string, isTypeOnly: boolean): string | null {
  const [role, other] = [roleOf(file), roleOf(target)];
  // A wire shape may be checked against the row it is made of.
  if (role === 'schema' && other === 'queries' && isTypeOnly) return null;
  if (!mayImport[role].includes(other)) return `${role} may not import ${other}`;
  if (other === 'routes' && role === 'routes' && domainOf(file) !== domainOf(target))
    return 'routes of another domain';
  if (role === 'http' && !['lib', 'db', 'http', 'access'].includes(domainOf(target))) {
    return 'http knows no domain but access';
  }
  if (domainOf(target) === 'repair' && domainOf(file) !== 'repair' && !shells.includes(role)) {
    return 'repair sits above the other domains';
  }
  return null;
}

/** Packages that only some files may know. */
const owners: {
  readonly packages: RegExp;
  readonly mayBeIn: (path: string) => boolean;
  readonly why: string;
}[] = [
  {
    packages: /^big\.js$/,
    mayBeIn: (path) => path.endsWith('lib/decimal.ts'),
    why: 'lib/decimal.ts alone knows it',
  },
  {
    packages: /^temporal-polyfill/,
    mayBeIn: (path) => /lib\/(instant|period)\.ts$/.test(path),
    why: 'lib/instant.ts and lib/period.ts alone know it',
  },
  {
    packages: /^(pino|graphile-worker|nodemailer|pdfkit|node:(?!crypto$).*)$/,
    mayBeIn: (path) => roleOf(path) !== 'rules',
    why: 'rules are pure; name a file after its role if it is not',
  },
  {
    packages: /^(fastify|@fastify\/.*|fastify-.*)$/,
    mayBeIn: (path) => ['http', 'domains', 'shapes', 'routes', 'cli'].includes(roleOf(path)),
    why: 'HTTP is for http and routes',
  },
  {
    packages: /^@opentelemetry\//,
    mayBeIn: (path) => path.startsWith('server/src/telemetry/'),
    why: 'telemetry alone knows it; what is worth a span asks lib/tracing.ts',
  },
  {
    packages: /^(pg|pg-.*|kysely)$/,
    mayBeIn: (path) => !['lib', 'rules', 'schema', 'routes'].includes(roleOf(path)),
    why: 'SQL belongs into queries',
  },
];

/** Everything wrong with the imports of `server/src`, one line each. */
function findViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ from, isTypeOnly }) => {
      const say = (why: string) => [`${path} imports ${from}: ${why}`];
      if (!from.startsWith('.')) {
        return owners
          .filter((o) => o.packages.test(from) && !o.mayBeIn(path))
          .flatMap((o) => say(o.why));
      }
      const target = posix.join(dirname(path), from);
      if (from.endsWith('.json')) return [];
      if (!from.endsWith('.ts')) return say('a relative import ends in .ts');
      if (!target.startsWith('server/src/')) return say('it lies outside server/src');
      const why = whyNot(path, target, isTypeOnly);
      return why === null ? [] : say(why);
    }),
  );
}

/** Each circle of files that import each other, types included, as `a → b → a`. */
function findCycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map(({ path, text }) => {
      const relative = importsOf(text).filter(({ from }) => from.startsWith('.'));
      return [path, relative.map(({ from }) => posix.join(dirname(path), from))];
    }),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) cycles.push([...trail.slice(seenAt), path].join(' → '));
    if (seenAt >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return cycles;
}

const isTest = (path: string): boolean => path.endsWith('.test.ts');

describe('server/src', () => {
  const files = readSources(['server/src']).filter(({ path }) => !isTest(path));

  it('has files to check', () => expect(files.length).toBeGreaterThan(5));
  it('imports one way', () => expect(findViolations(files)).toEqual([]));
  it('has no cycles', () => expect(findCycles(files)).toEqual([]));
});

describe('the rules themselves', () => {
  const plant = (path: string, ...lines: string[]): SourceFile => ({
    path: `server/src/${path}`,
    text: lines.join('\n'),
  });
  const violations = (file: SourceFile) => findViolations([file]);

  it.each([
    ['a/routes.ts', '../b/actions.ts'],
    ['a/routes.ts', '../http/app.ts'],
    ['a/routes.ts', './queries.ts'],
    ['a/actions.ts', '../b/actions.ts'],
    ['a/actions.ts', '../b/allocate.ts'],
    ['a/actions.ts', '../db/act.ts'],
    ['a/queries.ts', './rules.ts'],
    ['a/schema.ts', '../http/shapes.ts'],
    ['a/rules.ts', '../b/rules.ts'],
    ['a/jobs.ts', './actions.ts'],
    ['a/jobs.ts', '../repair/actions.ts'],
    ['http/app.ts', '../access/actions.ts'],
    ['http/domains.ts', '../a/routes.ts'],
    ['cli/main.ts', '../jobs/worker.ts'],
    ['repair/actions.ts', '../a/actions.ts'],
    ['a/routes.ts', 'fastify'],
    ['a/queries.ts', 'kysely'],
    ['lib/decimal.ts', 'big.js'],
    ['lib/period.ts', 'temporal-polyfill'],
    ['a/rules.ts', 'node:crypto'],
  ])('%s may import %s', (path, from) =>
    expect(violations(plant(path, `import { x } from '${from}';`))).toEqual([]),
  );

  it.each([
    ['lib/id.ts', '../db/act.ts'],
    ['lib/id.ts', '../a/rules.ts'],
    ['lib/id.ts', '../http/shapes.ts'],
    ['db/act.ts', '../a/queries.ts'],
    ['a/rules.ts', './queries.ts'],
    ['a/rules.ts', '../db/act.ts'],
    ['a/rules.ts', '../http/shapes.ts'],
    ['a/rules.ts', 'pg'],
    ['a/rules.ts', 'kysely'],
    ['a/rules.ts', 'fastify'],
    ['a/rules.ts', 'node:fs'],
    ['a/anything.ts', './actions.ts'],
    ['a/priceRules.ts', '../b/queries.ts'],
    ['a/queries.ts', './actions.ts'],
    ['a/queries.ts', 'fastify'],
    ['a/schema.ts', './queries.ts'],
    ['a/schema.ts', '../http/app.ts'],
    ['a/actions.ts', './routes.ts'],
    ['a/actions.ts', '../http/app.ts'],
    ['a/actions.ts', '../http/shapes.ts'],
    ['a/actions.ts', '../repair/actions.ts'],
    ['a/jobs.ts', './routes.ts'],
    ['a/routes.ts', '../b/routes.ts'],
    ['a/routes.ts', 'kysely'],
    ['access/routes.ts', '../a/routes.ts'],
    ['http/app.ts', '../a/actions.ts'],
    ['http/app.ts', '../access/routes.ts'],
    ['a/actions.ts', 'big.js'],
    ['lib/money.ts', 'big.js'],
    ['lib/clock.ts', 'temporal-polyfill'],
    ['a/actions.ts', './rules'],
    ['a/actions.ts', '../../test/x.ts'],
  ])('%s may not import %s', (path, from) => {
    expect(violations(plant(path, `import { x } from '${from}';`))).toHaveLength(1);
  });

  it('lets a schema take the type of a row, and nothing more', () => {
    expect(violations(plant('a/schema.ts', "import type { Row } from './queries.ts';"))).toEqual(
      [],
    );
    expect(
      violations(plant('a/schema.ts', "import { type Row, type Other } from './queries.ts';")),
    ).toEqual([]);
    expect(
      violations(plant('a/schema.ts', "import { type Row, rows } from './queries.ts';")),
    ).toHaveLength(1);
  });

  it.each([
    ["import './actions.ts'"],
    ["import a from './actions.ts'"],
    ["import * as a from './actions.ts'"],
    ['import a, { b } from "./actions.ts"'],
    ["import {\n  a,\n  type B, // why\n} from './actions.ts';"],
    ["import type { A } from './actions.ts'"],
    ["export * from './actions.ts'"],
    ["export { a } from './actions.ts'"],
    ["export const a = 1\nexport type B = { from: string };\nimport { b } from './actions.ts'"],
    ["const a = await import('./actions.ts')"],
    ["type A = import('./actions.ts').A"],
  ])('sees %j', (text) => expect(violations(plant('a/rules.ts', text))).toHaveLength(1));

  it.each([["// import './actions.ts'"], ["/*\nimport './actions.ts'\n*/"]])(
    'does not see %j',
    (text) => {
      expect(violations(plant('a/rules.ts', text))).toEqual([]);
    },
  );

  it('finds cycles, of two and of more, and none where there is none', () => {
    const a = plant('a/rules.ts', "import { b } from '../b/rules.ts';");
    const b = plant('b/rules.ts', "import { c } from '../c/rules.ts';");
    const back = plant('c/rules.ts', "import type { A } from '../a/rules.ts';");
    expect(findCycles([a, b, back])).toEqual([
      'server/src/a/rules.ts → server/src/b/rules.ts → server/src/c/rules.ts → server/src/a/rules.ts',
    ]);
    expect(findCycles([a, b, plant('c/rules.ts')])).toEqual([]);
    expect(findCycles([plant('a/rules.ts', "import './rules.ts'")])).toHaveLength(1);
  });
});
