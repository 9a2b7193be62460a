import type { Customary } from '@customary/sdk';
import type { Sample } from './sample.ts';

/** Every page of the console, as `routes.test.ts` looks at it: add yours here. */
export type Route = { readonly name: string; readonly path: string };

export async function routesOf(api: Customary, sample: Sample): Promise<Route[]> {
  const organization = sample.organizations.get('globex') ?? '';
  return [
    { name: 'overview', path: '/' },
    ...organizationRoutes(organization),
    ...(await subscriberRoutes(api, organization)),
    ...(await credentialRoutes(api, organization)),
    ...statementRoutes(organization),
    ...(await eventRoutes(api, organization)),
    ...(await invoiceRoutes(api, organization)),
    ...(await moneyRoutes(api, organization)),
    ...(await runRoutes(api)),
    ...(await repairRoutes(api, organization)),
    ...usageRoutes(organization),
    ...(await subscriptionRoutes(api, organization)),
    ...(await catalogRoutes(api)),
    ...settingsRoutes(),
    ...(await shareRoutes(api, organization)),
    ...(await mergeRoutes(api, organization)),
    ...(await splitRoutes(api, organization)),
    ...(await keptRoutes(api, sample)),
    { name: 'findings', path: '/findings' },
    { name: 'findings-none', path: '/findings?kind=growingUnclassified' },
    { name: 'not-found', path: '/nowhere' },
  ];
}

function organizationRoutes(id: string): Route[] {
  const one = `/customers/organizations/${id}`;
  return [
    { name: 'organizations', path: '/customers/organizations' },
    { name: 'organizations-none', path: '/customers/organizations?name=nobody' },
    { name: 'organization-new', path: '/customers/organizations/new' },
    { name: 'organization-tree', path: `/customers/organizations/tree?focus=${id}` },
    { name: 'organization', path: one },
    { name: 'organization-below', path: `${one}/tree` },
    { name: 'organization-members', path: `${one}/members` },
    { name: 'organization-credentials', path: `${one}/credentials` },
    { name: 'organization-subscriptions', path: `${one}/subscriptions` },
    { name: 'organization-usage', path: `${one}/usage?range=lastMonth&rollUp=true` },
    { name: 'organization-statement', path: `${one}/statement` },
    { name: 'organization-history', path: `${one}/history` },
    { name: 'organization-edit', path: `${one}/edit` },
    { name: 'organization-move', path: `${one}/move` },
    { name: 'organization-bill-to', path: `${one}/bill-to` },
  ];
}

async function subscriberRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const [one] = (await api.subscribers.list({ organizationId, limit: 1 })).items;
  const path = `/customers/subscribers/${one?.id}`;
  return [
    { name: 'subscribers', path: '/customers/subscribers' },
    { name: 'subscriber-new', path: '/customers/subscribers/new' },
    { name: 'subscriber', path },
    { name: 'subscriber-credentials', path: `${path}/credentials` },
    { name: 'subscriber-history', path: `${path}/history` },
    { name: 'subscriber-edit', path: `${path}/edit` },
    { name: 'subscriber-memberships', path: `${path}/memberships` },
  ];
}

async function credentialRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const [one] = (await api.credentials.list({ organizationId, limit: 1 })).items;
  const path = `/customers/credentials/${one?.id}`;
  return [
    { name: 'credentials', path: '/customers/credentials' },
    { name: 'credential-new', path: '/customers/credentials/new' },
    { name: 'credential', path },
    { name: 'credential-history', path: `${path}/history` },
    { name: 'credential-edit', path: `${path}/edit` },
    { name: 'credential-move', path: `${path}/move` },
    { name: 'credential-rotate', path: `${path}/rotate` },
  ];
}

function statementRoutes(organizationId: string): Route[] {
  const account = `/customers/statements/${organizationId}?from=2020-01-01&to=2099-01-01`;
  return [
    { name: 'statements', path: '/customers/statements' },
    { name: 'statement', path: account },
  ];
}

async function eventRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const [one] = (await api.events.list({ organizationId, limit: 1 })).items;
  return [
    { name: 'events', path: '/events' },
    { name: 'event', path: `/events/${one?.id}` },
  ];
}

async function invoiceRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const [open] = (await api.invoices.list({ organizationId, unpaid: true, limit: 1 })).items;
  const [draft] = (await api.invoices.list({ status: 'draft', limit: 1 })).items;
  const { lines } = await api.invoices.get(open?.id ?? '');
  const usage = lines.find(({ kind }) => kind === 'usage');
  const path = `/billing/invoices/${open?.id}`;
  return [
    { name: 'invoices', path: '/billing/invoices' },
    {
      name: 'invoices-unpaid',
      path: `/billing/invoices?unpaid=true&organizationId=${organizationId}`,
    },
    { name: 'invoice-headers', path: '/billing/invoice-headers?overdue=true' },
    { name: 'invoice-draft', path: `/billing/invoices/${draft?.id}` },
    { name: 'invoice', path: `${path}?breakdownBy=subscriber` },
    { name: 'invoice-pay', path: `${path}/pay` },
    { name: 'invoice-credit', path: `${path}/credit` },
    { name: 'invoice-void', path: `${path}/void` },
    { name: 'invoice-write-off', path: `${path}/write-off` },
    { name: 'invoice-line', path: `${path}/lines/${usage?.id}` },
  ];
}

/** A payment and a credit note of a part of another invoice, so that each has a page to look at. */
async function moneyRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const amount = { amount: '5.00', currency: 'USD' };
  const payment = await api.payments.create({ organizationId, amount, reference: 'wire 4711' });
  const [invoice] = (await api.invoices.list({ unpaid: true, organizationId, limit: 1 })).items;
  const { lines } = await api.invoices.get(invoice?.id ?? '');
  const note = await api.creditNotes.create({
    invoiceId: invoice?.id ?? '',
    lines: [{ lineId: lines[0]?.id ?? '', amount: { amount: '1.00', currency: 'USD' } }],
    reason: 'Agreed on the phone',
  });
  return [
    { name: 'payments', path: '/billing/payments' },
    { name: 'payment-new', path: '/billing/payments/new' },
    { name: 'payment', path: `/billing/payments/${payment.id}` },
    { name: 'payment-allocate', path: `/billing/payments/${payment.id}/allocate` },
    { name: 'payment-reverse', path: `/billing/payments/${payment.id}/reverse` },
    { name: 'credit-notes', path: '/billing/credit-notes' },
    { name: 'credit-note', path: `/billing/credit-notes/${note.id}` },
    { name: 'credit-note-allocate', path: `/billing/credit-notes/${note.id}/allocate` },
  ];
}

async function runRoutes(api: Customary): Promise<Route[]> {
  const [run] = (await api.billingRuns.list({ limit: 1 })).items;
  return [
    { name: 'billing-runs', path: '/billing/runs' },
    { name: 'billing-run-new', path: '/billing/runs/new' },
    { name: 'billing-run', path: `/billing/runs/${run?.id}` },
  ];
}

/** A key that nobody knows, and usage that is looked at before it goes to another customer. */
async function repairRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const subscriber = 'dana@globex.example';
  const credential = 'gx_live_nobody_knows_7791';
  const usage = { credential, subscriber: 'eve@globex.example', measures: { input_tokens: 9000 } };
  await api.events.ingest([
    { id: 'unknown-1', credential, measures: { input_tokens: 1200 } },
    { id: 'unknown-2', ...usage, subscriber },
    { id: 'unknown-3', credential: 'sk_other_unknown_key_12', measures: { input_tokens: 40 } },
  ]);
  const [group] = (await api.unclassified.list({ limit: 1 })).items;
  const [other] = (await api.organizations.list({ name: 'Acme Robotics' })).items;
  const made = await api.reattributions.create({
    selection: { organizationId },
    owner: { organizationId: other?.id ?? '' },
    reason: 'It was the other customer’s key',
  });
  await api.reattributions.preview(made.id);
  return [
    { name: 'unclassified', path: '/unclassified' },
    { name: 'unclassified-group', path: `/unclassified/${group?.id}` },
    { name: 'unclassified-claim', path: `/unclassified/${group?.id}/claim` },
    { name: 'reattributions', path: '/reattributions' },
    { name: 'reattribution-new', path: '/reattributions/new' },
    { name: 'reattribution', path: `/reattributions/${made.id}` },
  ];
}

function usageRoutes(organizationId: string): Route[] {
  const last = 'range=lastMonth&compare=true';
  const spike = new Date();
  spike.setUTCDate(0);
  spike.setUTCHours(0, 0, 0, 0);
  return [
    { name: 'usage', path: `/usage?${last}` },
    { name: 'usage-cost', path: `/usage?${last}&show=cost&groupBy=attribute:model` },
    {
      name: 'usage-explained',
      path: `/usage?${last}&organizationId=${organizationId}&spike=${spike.toISOString()}`,
    },
  ];
}

async function subscriptionRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const [one] = (await api.subscriptions.list({ organizationId, limit: 1 })).items;
  const path = `/subscriptions/${one?.id}`;
  return [
    { name: 'subscriptions', path: '/subscriptions' },
    { name: 'subscription-new', path: '/subscriptions/new' },
    { name: 'subscription', path },
    { name: 'subscription-edit', path: `${path}/edit` },
    { name: 'subscription-change-plan', path: `${path}/change-plan` },
    { name: 'subscription-cancel', path: `${path}/cancel` },
  ];
}

async function catalogRoutes(api: Customary): Promise<Route[]> {
  const [plan] = (await api.plans.list({ limit: 1 })).items;
  const [product] = (await api.products.list({ limit: 1 })).items;
  const [meter] = (await api.meters.list({ limit: 1 })).items;
  const path = `/catalog/plans/${plan?.id}`;
  const quantities = `${plan?.charges[0]?.meter}:250000`;
  return [
    { name: 'plans', path: '/catalog/plans' },
    { name: 'plan-new', path: '/catalog/plans/new' },
    { name: 'plan', path },
    { name: 'plan-edit', path: `${path}/edit` },
    { name: 'plan-simulator', path: `${path}/simulator?quantities=${quantities}` },
    { name: 'products', path: '/catalog/products' },
    { name: 'product', path: `/catalog/products/${product?.id}` },
    { name: 'meters', path: '/catalog/meters' },
    { name: 'meter', path: `/catalog/meters/${meter?.id}` },
  ];
}

function settingsRoutes(): Route[] {
  return [
    { name: 'checks', path: '/checks' },
    { name: 'settings-seller', path: '/settings/seller' },
    { name: 'settings-seller-edit', path: '/settings/seller/edit' },
    { name: 'settings-billing', path: '/settings/billing' },
    { name: 'settings-schedule', path: '/settings/billing/schedule' },
    { name: 'settings-ingest', path: '/settings/ingest' },
    { name: 'settings-ingest-edit', path: '/settings/ingest/edit' },
    { name: 'settings-api-keys', path: '/settings/api-keys' },
    { name: 'settings-api-key-new', path: '/settings/api-keys/new' },
    { name: 'settings-people', path: '/settings/people' },
    { name: 'settings-invite', path: '/settings/people/invite' },
    { name: 'settings-audit-log', path: '/settings/audit-log' },
    { name: 'settings-security', path: '/settings/security' },
  ];
}

async function shareRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const { token } = await api.shareLinks.create({ organizationId, name: 'Accounts payable' });
  return [
    { name: 'statement-share', path: `/customers/statements/${organizationId}/share` },
    { name: 'shared', path: `/shared#${token}` },
  ];
}

/** What was refused, what contradicts itself, and what came too late to be billed. */
async function keptRoutes(api: Customary, { month, organizations }: Sample): Promise<Route[]> {
  const organizationId = organizations.get('globex') ?? '';
  const { version } = await api.organizations.get(organizationId);
  const lateUsage = { policy: 'ignore' as const };
  await api.organizations.update(organizationId, { lateUsage }, { ifMatch: version });
  await api.events.ingest([
    {
      id: 'late-1',
      organization: organizationId,
      time: month.start,
      measures: { input_tokens: 9000 },
    },
  ]);
  await api.billingRuns.create({ period: month.start.slice(0, 7), wait: true });
  const [ignored] = (await api.ignoredUsage.list({ organizationId, limit: 1 })).items;
  await api.events.ingest([
    { id: 'early-1', credential: 'gx_live', time: '1999-01-01T00:00:00Z', measures: { n: 1 } },
    {
      id: 'late-1',
      organization: organizationId,
      time: month.start,
      measures: { input_tokens: 8 },
    },
  ]);
  const [reject] = (await api.rejects.list({ limit: 1 })).items;
  return [
    { name: 'rejects', path: '/events/refused' },
    { name: 'reject', path: `/events/refused?look=${reject?.id}` },
    { name: 'conflicts', path: '/events/conflicts' },
    { name: 'ignored-usage', path: '/events/ignored' },
    { name: 'ignored', path: `/events/ignored/${ignored?.id}` },
  ];
}

async function splitRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const { items } = await api.credentials.list({ organizationId, limit: 2 });
  const made = await api.splits.create({
    organizationId,
    credentialIds: items.map(({ id }) => id),
    organization: { name: 'Globex Labs' },
    from: null,
  });
  return [
    { name: 'splits', path: '/customers/splits' },
    { name: 'split', path: `/customers/splits/${made.id}` },
    { name: 'organization-split', path: `/customers/organizations/${organizationId}/split` },
  ];
}

async function mergeRoutes(api: Customary, organizationId: string): Promise<Route[]> {
  const twin = await api.organizations.create({ name: 'Globex Health Inc.' });
  const made = await api.merges.create({
    organizationId: twin.id,
    intoId: organizationId,
    from: null,
    reason: 'The same company',
  });
  return [
    { name: 'merges', path: '/customers/merges' },
    { name: 'merge', path: `/customers/merges/${made.id}` },
    { name: 'organization-merge', path: `/customers/organizations/${twin.id}/merge` },
  ];
}
