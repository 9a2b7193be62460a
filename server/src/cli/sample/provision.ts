import { createHash } from 'node:crypto';
import { type Customary, CustomaryProblem } from '@customary/sdk';
import {
  credentials,
  organizations,
  plans,
  product,
  subscribers,
  subscriptions,
} from './company.ts';

/** The ids that the API gave the things of the sample, by their keys. */
export type Provisioned = {
  organizations: ReadonlyMap<string, string>;
  subscriptions: ReadonlyMap<string, string>;
  credentialIds: readonly string[];
};

const externalId = (key: string) => `sample-${key}`;

/**
 * Makes the sample company through the API. A second run finds what the first made: by idempotency key while the
 * server keeps those, by external id, e-mail or credential ID ever after.
 */
export async function provision(
  api: Customary,
  { startAt }: { startAt: string },
): Promise<Provisioned> {
  await each([{ key: 'input_tokens' }, { key: 'output_tokens' }], ({ key }) =>
    ensure({ key, aggregation: 'sum' as const, measure: key }, (body, options) =>
      api.meters.create(body, options),
    ),
  );
  const productId = await ensure(
    { name: product.name, externalId: externalId(product.key) },
    (body, options) => api.products.create(body, options),
  );
  const planIds = await each(plans, (plan) =>
    ensure(planBody(plan, productId), (body, options) => api.plans.create(body, options)),
  );
  const organizationIds = await provisionOrganizations(api);
  await provisionSubscribers(api, organizationIds);
  const subscriptionIds = await each(subscriptions, ({ key, name, organization, plan }) =>
    ensure(
      {
        name,
        externalId: externalId(key),
        organizationId: idOf(organizationIds, organization),
        planId: idOf(planIds, plan),
        startAt,
      },
      (body, options) => api.subscriptions.create(body, options),
    ),
  );
  await provisionCredentials(api, organizationIds, subscriptionIds);
  return {
    organizations: organizationIds,
    subscriptions: subscriptionIds,
    credentialIds: credentials.map(({ credentialId }) => credentialId),
  };
}

/** Parents come before their children in the sample. */
async function provisionOrganizations(api: Customary): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { key, name, parent, billTo, domains, email } of organizations) {
    const body = {
      name,
      externalId: externalId(key),
      ...(parent !== undefined && { parentId: idOf(ids, parent) }),
      ...(billTo !== undefined && { billTo: idOf(ids, billTo) }),
      ...(domains !== undefined && { associatedDomains: domains }),
      ...(email !== undefined && { billing: { email } }),
    };
    ids.set(key, await ensure(body, (input, options) => api.organizations.create(input, options)));
  }
  return ids;
}

async function provisionSubscribers(
  api: Customary,
  organizationIds: ReadonlyMap<string, string>,
): Promise<void> {
  const bodies = subscribers.map(({ organizations: keys, ...person }) => ({
    ...person,
    organizationIds: keys.map((key) => idOf(organizationIds, key)),
  }));
  await Promise.all(
    bodies.map((body) => ensure(body, (input, options) => api.subscribers.create(input, options))),
  );
}

async function provisionCredentials(
  api: Customary,
  organizationIds: ReadonlyMap<string, string>,
  subscriptionIds: ReadonlyMap<string, string>,
): Promise<void> {
  const bodies = credentials.map(
    ({ name, credentialId, subscriber, organization, subscription, tags }) => ({
      name,
      credentialId,
      subscriberEmail: subscriber,
      organizationId: idOf(organizationIds, organization),
      ...(subscription !== undefined && { subscriptionId: idOf(subscriptionIds, subscription) }),
      tags,
    }),
  );
  await Promise.all(
    bodies.map((body) => ensure(body, (input, options) => api.credentials.create(input, options))),
  );
}

function planBody(plan: (typeof plans)[number], productId: string) {
  return {
    productId,
    name: plan.name,
    externalId: externalId(plan.key),
    currency: plan.currency,
    fees: plan.monthlyFee === '0.00' ? [] : [{ name: 'Platform fee', amount: plan.monthlyFee }],
    charges: [
      {
        name: 'Input tokens',
        meter: 'input_tokens',
        model: 'perUnit' as const,
        unitPrice: plan.inputPrice,
      },
      {
        name: 'Output tokens',
        meter: 'output_tokens',
        model: 'perUnit' as const,
        unitPrice: plan.outputPrice,
      },
    ],
  };
}

/** Creates, or answers the id of what is there already. The key covers the body, so another body is another request. */
async function ensure<Body>(
  body: Body,
  create: (body: Body, options: { idempotencyKey: string }) => Promise<{ id: string }>,
): Promise<string> {
  const idempotencyKey = `sample-${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}`;
  try {
    return (await create(body, { idempotencyKey })).id;
  } catch (error) {
    if (
      error instanceof CustomaryProblem &&
      error.code === 'already_exists' &&
      error.existingId !== null
    )
      return error.existingId;
    throw error;
  }
}

/** Makes several at once; answers their ids by key. */
async function each<Item extends { key: string }>(
  items: readonly Item[],
  make: (item: Item) => Promise<string>,
): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(items.map(async (item) => [item.key, await make(item)] as const)),
  );
}

function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`The sample names "${key}" before it is made`);
  return id;
}
