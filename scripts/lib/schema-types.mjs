// JSON Schema (the dialect of OpenAPI 3.1) → TypeScript types, as text.

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const REF_PREFIX = '#/components/schemas/';

/** The component a `$ref` names. Anything but a reference to a component is refused. */
export function refName(ref) {
  if (!ref.startsWith(REF_PREFIX))
    throw new Error(`unsupported $ref "${ref}": only ${REF_PREFIX}…`);
  return decodeURIComponent(ref.slice(REF_PREFIX.length));
}

/** Every component name that `node`, any part of a document, refers to directly. */
export function refsIn(node, found = new Set()) {
  if (Array.isArray(node)) for (const item of node) refsIn(item, found);
  else if (node !== null && typeof node === 'object') {
    if (typeof node.$ref === 'string') found.add(refName(node.$ref));
    for (const value of Object.values(node)) refsIn(value, found);
  }
  return found;
}

/** A TypeScript type for `schema`; `nameOf` turns a component's name into a type's name. */
export function renderType(schema, nameOf) {
  if (schema === true || schema === undefined) return 'unknown';
  if (schema === false) return 'never';
  if (schema.$ref !== undefined) return nameOf(refName(schema.$ref));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const combined = schema.anyOf ?? schema.oneOf;
  const parts = [];
  if (combined !== undefined) parts.push(union(combined.map((each) => renderType(each, nameOf))));
  if (schema.allOf !== undefined)
    parts.push(...schema.allOf.map((each) => renderType(each, nameOf)));
  if (combined !== undefined || schema.allOf !== undefined) {
    if (schema.properties !== undefined) parts.push(renderObject(schema, nameOf));
    return parts.map((part) => (parts.length > 1 ? group(part) : part)).join(' & ');
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => renderSimple({ ...schema, type }, nameOf)));
  }
  return renderSimple(schema, nameOf);
}

function renderSimple(schema, nameOf) {
  switch (schema.type ?? impliedType(schema)) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return renderArray(schema, nameOf);
    case 'object':
      return renderObject(schema, nameOf);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`unsupported schema type "${schema.type}"`);
  }
}

function impliedType(schema) {
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return 'object';
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array';
  return undefined;
}

function renderArray(schema, nameOf) {
  if (schema.prefixItems === undefined) return `${group(renderType(schema.items, nameOf))}[]`;
  const items = schema.prefixItems.map((item) => renderType(item, nameOf));
  if (schema.items !== undefined && schema.items !== false) {
    items.push(`...${group(renderType(schema.items, nameOf))}[]`);
  }
  return `[${items.join(', ')}]`;
}

function renderObject(schema, nameOf) {
  if (Object.keys(schema.properties ?? {}).length === 0) return renderRecord(schema, nameOf);
  return `{\n${renderProperties(schema, nameOf)}\n}`;
}

function renderRecord(schema, nameOf) {
  const values = schema.additionalProperties ?? Object.values(schema.patternProperties ?? {})[0];
  const value = renderType(values, nameOf);
  const keys = schema.propertyNames?.enum;
  if (keys === undefined) return `Record<string, ${value}>`;
  const record = `Record<${renderType({ enum: keys }, nameOf)}, ${value}>`;
  return keys.every((key) => schema.required?.includes(key)) ? record : `Partial<${record}>`;
}

/** The members of an object type, one a line, each with its comment. */
export function renderProperties(schema, nameOf) {
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties).map(([name, property]) => {
    const type = renderType(property, nameOf);
    const member = required.has(name)
      ? `${propertyName(name)}: ${type};`
      : `${propertyName(name)}?: ${type} | undefined;`;
    return comment(propertyNotes(property)) + member;
  });
  const extra = schema.additionalProperties;
  if (extra === true || (extra !== null && typeof extra === 'object'))
    lines.push('[name: string]: unknown;');
  return lines.join('\n');
}

/** True for a schema that reads best as an `interface`. */
export function isPlainObject(schema) {
  return (
    schema.type === 'object' &&
    Object.keys(schema.properties ?? {}).length > 0 &&
    !schema.anyOf &&
    !schema.oneOf &&
    !schema.allOf
  );
}

function propertyNotes(schema) {
  if (schema === null || typeof schema !== 'object') return [];
  const notes = [];
  if (schema.description) notes.push(schema.description);
  if (schema.default !== undefined && isWorthSaying(schema.default)) {
    notes.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  }
  if (schema.deprecated) notes.push('@deprecated');
  return notes;
}

function isWorthSaying(value) {
  return value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);
}

/** A doc comment with its line ending, or nothing where there is nothing to say. */
export function comment(paragraphs) {
  const lines = paragraphs
    .filter((text) => text !== undefined && text !== '')
    .join('\n\n')
    .replaceAll('*/', '*\\/')
    .split('\n')
    .map((line) => line.trimEnd());
  if (lines.length === 1) return lines[0] === '' ? '' : `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => (line === '' ? ' *' : ` * ${line}`)).join('\n')}\n */\n`;
}

function propertyName(name) {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

/** A union without repeats, `null` last. */
export function union(types) {
  const unique = [...new Set(types)];
  if (unique.includes('unknown')) return 'unknown';
  const ordered = [
    ...unique.filter((type) => type !== 'null'),
    ...unique.filter((type) => type === 'null'),
  ];
  return ordered.length === 0 ? 'never' : ordered.join(' | ');
}

/** Parentheses where `[]` or `&` might bind to a part of the type only; the formatter drops those too many. */
function group(type) {
  return / [|&] /.test(type) ? `(${type})` : type;
}
