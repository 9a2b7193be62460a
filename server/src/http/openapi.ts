import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** What the OpenAPI document says beside the operations themselves. */
export const describeApi: { document: FastifyDynamicSwaggerOptions['openapi']; zodToJsonConfig: { unrepresentable: 'any' } } = {
  document: {
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
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer <key>`.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key in `x-api-key`.' },
      },
    },
    security: [{ bearer: [] }, { apiKey: [] }],
  },
  /** Inputs may be a string or a JSON number wherever a decimal is expected; zod alone cannot tell. */
  zodToJsonConfig: { unrepresentable: 'any' },
};
