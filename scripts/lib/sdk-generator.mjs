// Prints the generated half of the SDK from an OpenAPI document: types, and the client's surface.

import { readModel, upperFirst } from './openapi-model.mjs';
import { comment, isPlainObject, renderProperties, renderType, union } from './schema-types.mjs';

const RESERVED = new Set([
  'body',
  'query',
  'options',
  'send',
  'pages',
  'path',
  'delete',
  'new',
  'class',
  'default',
]);

/**
 * The SDK's generated files, unformatted.
 * @param {object} document an OpenAPI 3.1 document
 * @param {{ source: string, core: string }} names what the header credits, and where the core is imported from
 * @returns {{ types: string, resources: string }}
 */
export function generateSdk(document, { source, core }) {
  const model = readModel(document);
  const header = `// Generated from ${source} by \`npm run generate sdk\`. Do not edit.\n\n`;
  return {
    types: header + model.types.map((type) => printType(type, model.nameOf)).join('\n\n') + '\n',
    resources: header + printResources(model, core),
  };
}

function printType({ name, schema }, nameOf) {
  const notes = comment([schema.description]);
  if (isPlainObject(schema))
    return `${notes}export interface ${name} {\n${renderProperties(schema, nameOf)}\n}`;
  return `${notes}export type ${name} = ${renderType(schema, nameOf)};`;
}

function printResources(model, core) {
  const body = model.resources
    .map((resource) => printResource(resource, model.nameOf))
    .join('\n\n');
  return `${printImports(body, core)}\n${body}\n\n${printClient(model.resources)}`;
}

/** Only what the printed code uses: an unused import is a lint error. */
function printImports(body, core) {
  const uses = (name) => new RegExp(`\\b${name}\\b`).test(body);
  const options = [
    'CallOptions',
    'ConditionalOptions',
    'IdempotentConditionalOptions',
    'IdempotentOptions',
  ];
  const lines = [];
  if (/\bpages</.test(body)) lines.push(`import { pages, type Pages } from '${core}/paging.ts';`);
  lines.push(`import { path } from '${core}/path.ts';`);
  lines.push(
    `import type { ${[...options.filter(uses), 'Send'].join(', ')} } from '${core}/request.ts';`,
  );
  if (uses('Api')) lines.push(`import type * as Api from './types.gen.ts';`);
  return lines.join('\n') + '\n';
}

function printResource({ name, operations }, nameOf) {
  const type = `${upperFirst(name)}Resource`;
  const methods = operations.map((operation) => printOperation(operation, nameOf)).join('\n\n');
  return [
    `export type ${type} = ReturnType<typeof ${name}Resource>;`,
    '',
    `export function ${name}Resource(send: Send) {`,
    'return {',
    methods,
    '};',
    '}',
  ].join('\n');
}

function printOperation(operation, nameOf) {
  const result = resultType(operation, nameOf);
  const notes = [...operation.notes, operation.deprecated ? '@deprecated' : undefined];
  const parameters = `${operation.verb}: (${parametersOf(operation, nameOf).join(', ')})`;
  const [answer, sent] =
    operation.pageItem === null
      ? [`Promise<${result}>`, `send<${result}>(`]
      : withPages(`<${apiType(operation.pageItem, nameOf)}, ${result}>`);
  // Arrow functions: there is no `this` to lose when a method is passed on.
  return `${comment(notes)}${parameters}: ${answer} =>\n${sent}{ ${printCall(operation)} }),`;
}

function withPages(types) {
  return [`Pages${types}`, `pages${types}(send, `];
}

function parametersOf(operation, nameOf) {
  const { body, query } = operation;
  const parameters = operation.pathParameters.map(
    ({ name, type }) => `${argumentName(name)}: ${type}`,
  );
  if (body !== null) {
    // An optional parameter cannot stand before a required one.
    const optional = body.required ? ': ' : query?.required ? ': undefined | ' : '?: undefined | ';
    parameters.push(`body${optional}${partType(body, nameOf)}`);
  }
  if (query !== null)
    parameters.push(`query: ${partType(query, nameOf)}${query.required ? '' : ' = {}'}`);
  parameters.push(`options: ${optionsType(operation)} = {}`);
  return parameters;
}

function printCall(operation) {
  const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => `\${${argumentName(name)}}`);
  const fields = [
    `operation: '${operation.id}'`,
    `method: '${operation.method}'`,
    `path: path\`${address}\``,
    operation.query === null ? '' : 'query',
    operation.body === null ? '' : 'body',
    operation.takesKey ? 'takesIdempotencyKey: true' : '',
    operation.result.kind === 'json' ? '' : `answer: '${operation.result.kind}'`,
    operation.result.media === undefined ? '' : `accept: '${operation.result.media}'`,
    'options',
  ];
  return fields.filter((field) => field !== '').join(', ');
}

function optionsType({ takesKey, takesVersion }) {
  if (takesKey) return takesVersion ? 'IdempotentConditionalOptions' : 'IdempotentOptions';
  return takesVersion ? 'ConditionalOptions' : 'CallOptions';
}

function resultType({ result }, nameOf) {
  if (result.kind === 'none') return 'void';
  if (result.kind === 'text') return 'string';
  if (result.kind === 'bytes') return 'Uint8Array';
  const types = result.parts.map((part) => partType(part, nameOf));
  return union(result.isSometimesEmpty ? [...types, 'null'] : types);
}

function partType(part, nameOf) {
  return part.type === null ? apiType(part.schema, nameOf) : `Api.${part.type}`;
}

function apiType(schema, nameOf) {
  return renderType(schema, (component) => `Api.${nameOf(component)}`);
}

function argumentName(name) {
  return RESERVED.has(name) ? `${name}Value` : name;
}

function printClient(resources) {
  const fields = resources.map(({ name }) => `readonly ${name}: ${upperFirst(name)}Resource;`);
  const made = resources.map(({ name }) => `this.${name} = ${name}Resource(send);`);
  return [
    '/** Every resource of the API. */',
    'export class Resources {',
    ...fields,
    '',
    'constructor(send: Send) {',
    ...made,
    '}',
    '}',
    '',
  ].join('\n');
}
