import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { registerApiKeys } from '../access/routes.ts';
import { registerEvents } from '../metering/routes.ts';
import { registerOrganizations } from '../organizations/routes.ts';

/** Every domain's operations, in the order of the documentation. */
export function registerDomains(app: FastifyInstance, deployment: Deployment): void {
  registerOrganizations(app, deployment);
  registerEvents(app, deployment);
  registerApiKeys(app, deployment);
}
