// OpenAPI document → what the SDK is printed from: named types, and operations by resource.
// Everything the printer cannot express is refused here, naming the operation.

import { isPlainObject, refName, refsIn, renderType } from './schema-types.mjs';

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'];
const OPERATION_ID = /^([a-z][A-Za-z0-9]*)\.([a-z][A-Za-z0-9]*)$/;
const HEADERS_IGNORED = new Set(['authorization', 'x-api-key', 'accept', 'content-type']);

/** Reads a document into `{ types: [{name, schema}], resources: [{name, operations}] }`, sorted by name. */
export function readModel(document) {
  const inline = [];
  const operations = listOperations(document).map((each) => readOperation(document, each, inline));
  const schemas = document.components?.schemas ?? {};
  const reached = reach(schemas, [
    ...operations.flatMap((each) => each.schemas),
    schemas.Problem === undefined ? {} : { $ref: '#/components/schemas/Problem' },
  ]);
  const names = nameComponents(schemas, reached);
  const types = new Map();
  for (const name of reached) {
    const given = names.get(name);
    if (!types.has(given)) types.set(given, schemas[name]);
  }
  for (const { name, schema } of inline) {
    if (types.has(name))
      throw new Error(`the type "${name}" would be made twice: rename a component`);
    types.set(name, schema);
  }
  return {
    nameOf: (component) => names.get(component),
    types: [...types].map(([name, schema]) => ({ name, schema })).sort(byName),
    resources: groupByResource(operations),
  };
}

function listOperations(document) {
  const found = [];
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (!path.startsWith('/v1/')) continue; // probes, documentation and sign-in are no part of the client
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])];
      found.push({ path, method, operation: { ...item[method], parameters } });
    }
  }
  return found;
}

function readOperation(document, { path, method, operation }, inline) {
  const where = `${method.toUpperCase()} ${path}`;
  const match = OPERATION_ID.exec(operation.operationId ?? '');
  if (!match)
    throw new Error(
      `${where}: operationId must be "resource.verb", not "${operation.operationId}"`,
    );
  const [id, resource, verb] = match;
  const typeBase = upperFirst(resource) + upperFirst(verb);
  const schemas = [];
  const typed = (schema, suffix) => {
    schemas.push(schema);
    if (suffix === null || !isPlainObject(schema)) return { schema, type: null };
    inline.push({ name: typeBase + suffix, schema });
    return { schema, type: typeBase + suffix };
  };
  const parameters = operation.parameters.map((parameter) => checkParameter(parameter, id));
  const result = readResult(operation, id, typed);
  return {
    id,
    resource,
    verb,
    method: method.toUpperCase(),
    path,
    notes: [sentence(operation.summary), operation.description, `\`${where}\``],
    deprecated: operation.deprecated === true,
    pathParameters: readPathParameters(path, parameters, id),
    body: readBody(operation, id, typed),
    query: readQuery(parameters, typed),
    result,
    pageItem: pageItem(document, parameters, result),
    takesKey: hasHeader(parameters, 'idempotency-key'),
    takesVersion: hasHeader(parameters, 'if-match'),
    schemas,
  };
}

function checkParameter(parameter, id) {
  const name = parameter.name.toLowerCase();
  if (
    parameter.in === 'header' &&
    !HEADERS_IGNORED.has(name) &&
    !['idempotency-key', 'if-match'].includes(name)
  ) {
    throw new Error(`${id}: the client does not know the header "${parameter.name}"`);
  }
  const plain = (parameter.style ?? 'form') === 'form' && parameter.explode !== false;
  if (parameter.in === 'query' && (!plain || parameter.schema?.type === 'object')) {
    throw new Error(
      `${id}: query parameter "${parameter.name}": only scalars and repeated values are supported`,
    );
  }
  if (parameter.in === 'cookie') throw new Error(`${id}: cookie parameters are not supported`);
  return parameter;
}

function readPathParameters(path, parameters, id) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    if (!parameter) throw new Error(`${id}: the path parameter "${name}" is not described`);
    const isNumber = ['integer', 'number'].includes(parameter.schema?.type);
    return { name, type: isNumber ? 'number | string' : 'string' };
  });
}

function readBody(operation, id, typed) {
  if (operation.requestBody === undefined) return null;
  const schema = operation.requestBody.content['application/json']?.schema;
  if (schema === undefined) throw new Error(`${id}: the request body must have application/json`);
  return { ...typed(schema, 'Body'), required: operation.requestBody.required === true };
}

function readQuery(parameters, typed) {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  if (query.length === 0) return null;
  const properties = query.map(({ name, schema, description }) => [
    name,
    {
      ...(isBooleanText(schema) ? { type: 'boolean' } : schema),
      ...(description && { description }),
    },
  ]);
  const required = query
    .filter((parameter) => parameter.required)
    .map((parameter) => parameter.name);
  const schema = { type: 'object', properties: Object.fromEntries(properties), required };
  return { ...typed(schema, 'Query'), required: required.length > 0 };
}

/** `?archived=true`: text in an address, a boolean for whoever writes the call. */
function isBooleanText(schema) {
  return schema.enum?.length === 2 && schema.enum.includes('true') && schema.enum.includes('false');
}

function readResult(operation, id, typed) {
  const replies = Object.entries(operation.responses ?? {}).filter(([status]) =>
    status.startsWith('2'),
  );
  if (replies.length === 0) throw new Error(`${id}: no 2xx response is described`);
  const contents = replies.map(([, reply]) => reply.content ?? {});
  const json = contents.flatMap((content) => content['application/json']?.schema ?? []);
  if (json.length > 0) {
    const isSometimesEmpty = contents.some((content) => Object.keys(content).length === 0);
    const unique = [...new Map(json.map((schema) => [JSON.stringify(schema), schema])).values()];
    const parts = unique.map((schema) => typed(schema, unique.length === 1 ? 'Result' : null));
    return { kind: 'json', parts, isSometimesEmpty };
  }
  const media = contents.flatMap((content) => Object.keys(content))[0];
  if (media === undefined) return { kind: 'none' };
  return { kind: /^text\/|ndjson/.test(media) ? 'text' : 'bytes', media };
}

/** The item's schema, for a list that is read page by page with a cursor. */
function pageItem(document, parameters, result) {
  if (result.kind !== 'json' || result.parts.length !== 1) return null;
  if (!parameters.some((parameter) => parameter.in === 'query' && parameter.name === 'cursor'))
    return null;
  let { schema } = result.parts[0];
  if (schema.$ref !== undefined) schema = document.components.schemas[refName(schema.$ref)];
  const isPage =
    schema?.properties?.items?.type === 'array' && schema.properties.nextCursor !== undefined;
  return isPage ? schema.properties.items.items : null;
}

function hasHeader(parameters, name) {
  return parameters.some(
    (parameter) => parameter.in === 'header' && parameter.name.toLowerCase() === name,
  );
}

/** The components reachable from `roots`, in the document's order. */
function reach(schemas, roots) {
  const seen = new Set();
  const queue = [...refsIn(roots)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    if (schemas[name] === undefined)
      throw new Error(`the component "${name}" is referred to but not there`);
    seen.add(name);
    queue.push(...refsIn(schemas[name]));
  }
  return Object.keys(schemas).filter((name) => seen.has(name));
}

/**
 * Names for components. The server's OpenAPI writer describes every schema twice: `X` as answered and
 * `XInput` as asked for. Where the two say the same, or only `XInput` is used, both are called `X`.
 */
function nameComponents(schemas, reached) {
  const used = new Set(reached);
  const twins = new Map(
    reached
      .filter((name) => name.endsWith('Input') && schemas[name.slice(0, -5)] !== undefined)
      .map((name) => [name, name.slice(0, -5)]),
  );
  for (let changed = true; changed;) {
    changed = false;
    const nameOf = (name) => twins.get(name) ?? name;
    for (const [input, output] of twins) {
      const same = renderType(schemas[input], nameOf) === renderType(schemas[output], nameOf);
      if (used.has(output) && !same) changed = twins.delete(input);
    }
  }
  const names = new Map(reached.map((name) => [name, typeName(twins.get(name) ?? name)]));
  const owners = new Map();
  for (const [component, name] of names) {
    const owner = twins.get(component) ?? component;
    if ((owners.get(name) ?? owner) !== owner)
      throw new Error(`two components are both named "${name}"`);
    owners.set(name, owner);
  }
  return names;
}

function typeName(component) {
  const name = component.replaceAll(/[^A-Za-z0-9_]+(.)?/g, (_, next = '') => next.toUpperCase());
  return /^[0-9]/.test(name) ? `_${name}` : upperFirst(name);
}

function groupByResource(operations) {
  const resources = new Map();
  const ids = new Set();
  for (const operation of operations) {
    if (ids.has(operation.id)) throw new Error(`the operationId "${operation.id}" is used twice`);
    ids.add(operation.id);
    resources.set(operation.resource, [...(resources.get(operation.resource) ?? []), operation]);
  }
  return [...resources].map(([name, list]) => ({ name, operations: list })).sort(byName);
}

function byName(left, right) {
  return left.name < right.name ? -1 : 1;
}

function sentence(text) {
  return text === undefined || /[.!?]$/.test(text) ? text : `${text}.`;
}

export function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
