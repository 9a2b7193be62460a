import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { decimal, toText } from '../lib/decimal.ts';
import { sumUsage } from './queries.ts';
import { usage, usageQuery } from './schema.ts';

export function registerUsage(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'usage.get',
      method: 'GET',
      url: '/v1/usage',
      permission: 'usage.read',
      summary: 'Usage, summed by group and measure',
      description:
        'Over `[from, to)` by occurrence. Usage that reached no customer is that of UNCLASSIFIED.',
      query: usageQuery,
      reply: usage,
    },
    async ({ query }) => {
      const rows = await sumUsage(deployment.database.db, query);
      return {
        from: query.from,
        to: query.to,
        items: rows.map((row) => ({ ...row, quantity: toText(decimal(row.quantity)) })),
      };
    },
  );
}
