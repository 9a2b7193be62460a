import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { Problem } from '../lib/problem.ts';
import { planParams } from './plan-schema.ts';
import { simulatePlan } from './simulation-actions.ts';
import { simulated, simulation } from './simulation-schema.ts';

export function registerSimulation(app: FastifyInstance, { database, clock }: Deployment): void {
  read(
    app,
    {
      id: 'plans.simulate',
      method: 'POST',
      url: '/v1/plans/:id/simulate',
      permission: 'plans.read',
      idempotent: false,
      summary: 'What quantities, or what a customer used, would come to at this plan',
      description:
        'By the rules that invoices are made by, and without changing anything: amounts, breakdown by price and tier, fees, total. Real usage is priced in service periods counted from `from` in the time zone of the organization; the last one is cut at `to` and its fees are prorated. Simulating real usage takes `usage.read`, too.',
      params: planParams,
      body: simulation,
      reply: simulated,
    },
    async ({ params, body, principal }) => {
      if (body.organizationId !== undefined && !principal.permissions.has('usage.read')) {
        throw new Problem('forbidden', 'What a customer used takes the permission usage.read.', [
          { pointer: '/organizationId', code: 'forbidden', detail: 'Send quantities instead.' },
        ]);
      }
      return simulatePlan(database, params.id, body, clock());
    },
  );
}
