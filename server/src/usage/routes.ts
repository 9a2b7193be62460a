import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { askUsage } from './actions.ts';
import { explainUsage } from './explain-actions.ts';
import { againstOf, explained, explainQuery } from './explain-schema.ts';
import { filterOf, questionOf, usage, usageQuery } from './schema.ts';

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
        'Over `[from, to)` by occurrence. Usage that reached no customer is that of UNCLASSIFIED. `costs` is what it cost to provide: as the events say, else by the list price of their `model` (and `provider`) for `input_tokens`, `cache_read_tokens`, `cache_write_tokens` and `output_tokens`. List prices are for reading; nothing is invoiced by them. `amounts` is what it is rated at, as on invoices.',
      query: usageQuery,
      reply: usage,
    },
    ({ query }) => askUsage(deployment.database, questionOf(query), deployment.clock()),
  );
  read(
    app,
    {
      id: 'usage.explain',
      method: 'GET',
      url: '/v1/usage/explain',
      permission: 'usage.read',
      summary: 'What made usage change',
      description:
        'Compares two ranges of time and follows the change down to what made most of it: which subscription, whose key, which organization, which model.',
      query: explainQuery,
      reply: explained,
    },
    ({ query }) => {
      const { from, to, limit, by } = query;
      const question = { from, to, against: againstOf(query), filter: filterOf(query), limit, by };
      return explainUsage(deployment.database, question, deployment.clock());
    },
  );
}
