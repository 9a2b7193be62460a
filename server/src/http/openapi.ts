import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';

/** What zod alone cannot tell stays open in the document instead of failing. */
const zodToJsonConfig = { unrepresentable: 'any' as const };
const toDocument = createJsonSchemaTransformObject({ zodToJsonConfig });

/** How the OpenAPI document is made: from the operations' own shapes, and this. */
export const describeApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Customary',
      version: '1.0.0',
      description:
        'The customer layer for usage-based billing: every metering event is traced to the account that owes for it, and every amount owed is explained back to its events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `Authorization: Bearer <key>`.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same key in `x-api-key`.',
        },
        shareToken: {
          type: 'apiKey',
          in: 'header',
          name: 'x-share-token',
          description: 'The token of a share link, alone: the operations that name it answer.',
        },
      },
    },
    security: [{ bearer: [] }, { apiKey: [] }],
  },
  transform: createJsonSchemaTransform({ zodToJsonConfig }),
  transformObject: (input) =>
    onlyUsedComponents(toDocument(input) as Document) as ReturnType<typeof toDocument>,
};

type Document = { components?: { schemas?: Record<string, unknown> } };

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(REFERENCE)].map((match) => match[1] ?? '');
}

/**
 * The library describes every named shape twice, as input (`NameInput`) and as output. Only those referred to stay,
 * and an input that has no output beside it gets its plain name back.
 */
function onlyUsedComponents(document: Document): Document {
  const { schemas = {} } = document.components ?? {};
  const used = new Set<string>();
  const visit = (names: string[]): void => {
    for (const name of names) {
      if (used.has(name)) continue;
      used.add(name);
      visit(referencesIn(schemas[name] ?? {}));
    }
  };
  visit(referencesIn({ ...document, components: {} }));
  const plainName = (name: string): string => {
    const plain = name.replace(/Input$/, '');
    return plain !== name && plain in schemas && !used.has(plain) ? plain : name;
  };
  const kept = Object.fromEntries(
    [...used].toSorted().map((name) => [plainName(name), schemas[name]]),
  );
  const whole = { ...document, components: { ...document.components, schemas: kept } };
  const renamed = JSON.stringify(whole).replace(
    REFERENCE,
    (_match, name: string) => `"#/components/schemas/${plainName(name)}"`,
  );
  return JSON.parse(renamed) as Document;
}
