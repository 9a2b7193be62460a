import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { decimal, toText } from '../lib/decimal.ts';
import { costedOf, sumCosts, sumUsage } from './queries.ts';
import { totalCosts } from './cost-rules.ts';
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
        'Over `[from, to)` by occurrence. Usage that reached no customer is that of UNCLASSIFIED. `costs` is what it cost to provide: as the events say, else by the list price of their `model` (and `provider`) for `input_tokens`, `cache_read_tokens`, `cache_write_tokens` and `output_tokens`. List prices are for reading; nothing is invoiced by them.',
      query: usageQuery,
      reply: usage,
    },
    async ({ query }) => {
      const { db } = deployment.database;
      const rows = await sumUsage(db, query);
      const costs = totalCosts((await sumCosts(db, query)).map(costedOf));
      return {
        from: query.from,
        to: query.to,
        items: rows.map((row) => ({ ...row, quantity: toText(decimal(row.quantity)) })),
        costs: costs.map((row) => ({ ...row, amount: row.amount && toText(row.amount) })),
      };
    },
  );
}
