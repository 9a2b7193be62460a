import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { registerMe } from '../access/me-routes.ts';
import { registerAuditLog } from '../audit/routes.ts';
import { registerPeople } from '../access/people-routes.ts';
import { registerApiKeys } from '../access/routes.ts';
import { registerShareLinks } from '../access/share-link-routes.ts';
import type { SignIn } from '../access/sign-in-actions.ts';
import { registerSignIn } from '../access/sign-in-routes.ts';
import { registerKept } from '../metering/kept-routes.ts';
import { registerEvents } from '../metering/routes.ts';
import { createMetrics } from '../metrics/registry-actions.ts';
import { measureRequests, registerMetrics } from '../metrics/routes.ts';
import { registerMeters } from '../catalog/meter-routes.ts';
import { registerPlans } from '../catalog/plan-routes.ts';
import { registerProducts } from '../catalog/product-routes.ts';
import { registerCredentials } from '../credentials/routes.ts';
import { registerUnclassified } from '../unclassified/routes.ts';
import { registerUsage } from '../usage/routes.ts';
import { registerCreditNotes } from '../credit-notes/routes.ts';
import { registerPayments } from '../payments/routes.ts';
import { registerInvoicing } from '../invoicing/routes.ts';
import { registerMerges } from '../repair/merge-routes.ts';
import { registerSplits } from '../repair/split-routes.ts';
import { registerReattributions } from '../repair/reattribution-routes.ts';
import { registerBillingSchedule } from '../invoicing/schedule-routes.ts';
import { registerChecks } from '../checks/routes.ts';
import { registerFindings } from '../findings/routes.ts';
import { registerDocuments } from '../documents/routes.ts';
import { registerSeller } from '../sellers/routes.ts';
import { registerOrganizations } from '../organizations/routes.ts';
import { registerSending } from '../sending/routes.ts';
import { registerStatements } from '../statements/routes.ts';
import { registerSubscribers } from '../subscribers/routes.ts';
import { registerSubscriptions } from '../subscriptions/routes.ts';

/** Every domain's operations, in the order of the documentation. */
export function registerDomains(
  app: FastifyInstance,
  deployment: Deployment,
  signIn: SignIn,
): void {
  const metrics = createMetrics(deployment);
  measureRequests(app, metrics);
  registerOrganizations(app, deployment);
  registerSubscribers(app, deployment);
  registerCredentials(app, deployment);
  registerEvents(app, deployment, metrics);
  registerKept(app, deployment);
  registerUnclassified(app, deployment);
  registerMeters(app, deployment);
  registerProducts(app, deployment);
  registerPlans(app, deployment);
  registerSubscriptions(app, deployment);
  registerUsage(app, deployment);
  registerReattributions(app, deployment);
  registerMerges(app, deployment);
  registerSplits(app, deployment);
  registerInvoicing(app, deployment);
  registerCreditNotes(app, deployment);
  registerPayments(app, deployment);
  registerBillingSchedule(app, deployment);
  registerSending(app, deployment);
  registerStatements(app, deployment);
  registerShareLinks(app, deployment);
  registerDocuments(app, deployment);
  registerSeller(app, deployment);
  registerChecks(app, deployment);
  registerFindings(app, deployment);
  registerAuditLog(app, deployment);
  registerMe(app, deployment);
  registerPeople(app, deployment);
  registerMetrics(app, metrics);
  registerSignIn(app, deployment, signIn);
  registerApiKeys(app, deployment);
}
