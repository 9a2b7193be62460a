import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

type Generate = (
  document: object,
  names: { source: string; core: string },
) => { types: string; resources: string };

const root = fileURLToPath(new URL('../../', import.meta.url));
const generator = new URL('../../scripts/lib/sdk-generator.mjs', import.meta.url).href;
const { generateSdk } = (await import(generator)) as { generateSdk: Generate };

const text = { type: 'string' };
const answers = (schema: object) => ({
  200: { description: 'Done.', content: { 'application/json': { schema } } },
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const thing = (properties: object) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

function generate(operation: object, schemas: object = {}, path = '/v1/things') {
  const document = {
    openapi: '3.1.0',
    paths: { [path]: { get: operation } },
    components: { schemas },
  };
  const { types, resources } = generateSdk(document, { source: 'openapi.json', core: '..' });
  return { types: types.replaceAll(/\s+/g, ' '), resources: resources.replaceAll(/\s+/g, ' ') };
}

/** The type printed for one schema. */
function typeOf(schema: object): string {
  const { types } = generate(
    { operationId: 'things.get', responses: answers(ref('Thing')) },
    { Thing: schema },
  );
  return /export type Thing = (.*);/.exec(types)?.[1] ?? types;
}

describe('types', () => {
  it.each([
    [{}, 'unknown'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: ['null', 'integer', 'number'] }, 'number | null'],
    [{ enum: ['a', null, 'b'] }, '"a" | "b" | null'],
    [{ const: 'x' }, '"x"'],
    [{ anyOf: [{ type: 'null' }, text] }, 'string | null'],
    [{ anyOf: [text, {}] }, 'unknown'],
    [{ type: 'array', items: { anyOf: [text, { type: 'number' }] } }, '(string | number)[]'],
    [
      { type: 'array', items: thing({ a: { type: ['string', 'null'] } }) },
      '({ a: string | null; })[]',
    ],
    [{ type: 'array', prefixItems: [text], items: { type: 'number' } }, '[string, ...number[]]'],
    [{ type: 'object' }, 'Record<string, unknown>'],
    [{ type: 'object', additionalProperties: false }, 'Record<string, never>'],
    [{ type: 'object', additionalProperties: text }, 'Record<string, string>'],
    [
      { type: 'object', propertyNames: { enum: ['a', 'b'] }, additionalProperties: text },
      'Partial<Record<"a" | "b", string>>',
    ],
    [
      { allOf: [thing({ a: text }), { anyOf: [text, { type: 'null' }] }] },
      '{ a: string; } & (string | null)',
    ],
  ])('%j is %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  it('carry their comments, and end none too early', () => {
    const schema = {
      ...thing({ 'a-b': { ...text, description: 'One */ two.', default: 'x' } }),
      required: [],
    };
    expect(typeOf({ ...schema, description: 'A thing.' })).toContain(
      '/** A thing. */ export interface Thing { /** * One *\\/ two. * * Default: `"x"`. */ "a-b"?: string | undefined; }',
    );
  });

  it('are only those that an operation reaches', () => {
    const schemas = {
      Unused: thing({ a: text }),
      Used: thing({ more: ref('More') }),
      More: thing({ b: text }),
    };
    const { types } = generate(
      { operationId: 'things.get', responses: answers(ref('Used')) },
      schemas,
    );
    expect([...types.matchAll(/export \w+ (\w+)/g)].map(([, name]) => name)).toEqual([
      'More',
      'Used',
    ]);
  });

  it('drop the Input of a pair whose halves say the same or have one user, and keep it otherwise', () => {
    const body = { required: true, content: { 'application/json': { schema: ref('ThingInput') } } };
    const named = (schemas: object, responses: object) => {
      const { resources, types } = generate(
        { operationId: 'things.get', requestBody: body, responses },
        schemas,
      );
      return [/body: Api\.(\w+)/.exec(resources)?.[1], types.match(/export/g)?.length];
    };
    const [a, b] = [thing({ a: text }), thing({ b: text })];
    const closed = { ...a, additionalProperties: false };
    expect(named({ ThingInput: a, Thing: closed }, answers(ref('Thing')))).toEqual(['Thing', 1]);
    expect(named({ ThingInput: b, Thing: a }, answers(text))).toEqual(['Thing', 1]);
    expect(named({ ThingInput: b, Thing: a }, answers(ref('Thing')))).toEqual(['ThingInput', 2]);
    const [outer, outerInput] = [
      thing({ inner: ref('Thing') }),
      thing({ inner: ref('ThingInput') }),
    ];
    const nested = { ThingInput: b, Thing: a, OuterInput: outerInput, Outer: outer };
    const both = answers({ anyOf: [ref('Outer'), ref('OuterInput')] });
    expect(named(nested, both)).toEqual(['ThingInput', 4]);
  });
});

describe('operations', () => {
  it('outside /v1 are no part of the client', () => {
    const probe = { operationId: 'whatever', responses: answers(text) };
    expect(generate(probe, {}, '/healthz').resources).not.toContain('whatever');
  });

  it('take true and false as booleans', () => {
    const archived = {
      in: 'query',
      name: 'archived',
      schema: { enum: ['true', 'false'], type: 'string' },
    };
    const operation = {
      operationId: 'things.list',
      parameters: [archived],
      responses: answers(text),
    };
    expect(generate(operation).types).toContain('archived?: boolean | undefined;');
  });

  it('may answer nothing instead', () => {
    const responses = { ...answers(text), 204: { description: 'Removed.' } };
    expect(generate({ operationId: 'things.get', responses }).resources).toContain(
      'Promise<string | null>',
    );
  });

  const parameter = (fields: object) => ({ parameters: [{ name: 'x', schema: text, ...fields }] });
  it.each([
    ['no operationId', { responses: answers(text) }, 'GET /v1/things: operationId must be'],
    ['no resource', { operationId: 'list', responses: answers(text) }, '"resource.verb"'],
    ['no success', { operationId: 'a.b', responses: {} }, 'a.b: no 2xx'],
    [
      'a header',
      { operationId: 'a.b', ...parameter({ in: 'header' }) },
      'a.b: the client does not know',
    ],
    [
      'a style',
      { operationId: 'a.b', ...parameter({ in: 'query', style: 'deepObject' }) },
      'a.b: query',
    ],
    ['a cookie', { operationId: 'a.b', ...parameter({ in: 'cookie' }) }, 'a.b: cookie'],
    [
      'a body',
      {
        operationId: 'a.b',
        responses: answers(text),
        requestBody: { content: { 'text/csv': {} } },
      },
      'a.b: the request body',
    ],
    ['a reference', { operationId: 'a.b', responses: answers(ref('Gone')) }, '"Gone"'],
    ['another reference', { operationId: 'a.b', responses: answers({ $ref: 'x.json' }) }, 'x.json'],
  ])('that cannot be expressed are refused by name: %s', (_, operation, message) => {
    expect(() => generate(operation)).toThrow(message);
  });

  it('are refused when two have one name, or a type would be made twice', () => {
    const get = { operationId: 'things.get', responses: answers(text) };
    const twice = { openapi: '3.1.0', paths: { '/v1/a': { get }, '/v1/b': { get } } };
    const names = { source: 'x', core: '..' };
    expect(() => generateSdk(twice, names)).toThrow('"things.get" is used twice');
    const clash = {
      operationId: 'things.get',
      responses: answers(thing({ a: ref('ThingsGetResult') })),
    };
    expect(() => generate(clash, { ThingsGetResult: text })).toThrow('made twice');
  });
});

describe('scripts/generate.mjs', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/generate.mjs', ...args], { cwd: root });

  it('finds the committed SDK up to date', async () => {
    await expect(run('--check', 'sdk')).resolves.toMatchObject({ stderr: '' });
  });

  it('names the steps there are when asked for another', async () => {
    await expect(run('nonsense')).rejects.toThrow(/no step named nonsense; there are: .*sdk/);
  });
});
