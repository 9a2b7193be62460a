import { CustomaryProblem } from '@customary/sdk';
import { api, type Reading } from './api.ts';
import { organizationSource } from './choices.ts';
import { moneyText } from './numbers.ts';
import { pathOfId, paths, type Path } from './paths.ts';

/** Something that an identifier names. */
export type Hit = {
  readonly key: string;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly path: Path;
};

/**
 * Finds what a text names: any id of ours or of yours, an e-mail, an invoice's number, a name, or a credential ID. A
 * credential ID may be a live key: it is asked for by POST and goes into no address.
 */
export async function find(text: string, reading: Reading): Promise<Hit[]> {
  const wanted = text.trim();
  if (wanted === '') return [];
  const prefix = /^([a-z]{2,3})_[0-9A-HJKMNP-TV-Z]{26}$/.exec(wanted)?.[1];
  const byId = prefix === undefined ? undefined : finderById[prefix];
  if (byId !== undefined) return ask([byId], wanted, reading);
  if (prefix !== undefined) return byIdAlone(wanted);
  const credentials = await ask([byCredentialId], wanted, reading);
  // Whatever may be a key is asked for in a body alone.
  if (credentials.length > 0 || looksSecret(wanted)) return credentials;
  return ask(/^\S+@\S+\.\S+$/.test(wanted) ? [byEmail] : byAnything, wanted, reading);
}

type Finder = (text: string, reading: Reading) => Promise<Hit[]>;

async function ask(finders: readonly Finder[], text: string, reading: Reading): Promise<Hit[]> {
  const asked = finders.map(async (finder) => {
    try {
      return await finder(text, reading);
    } catch (error) {
      // What may not be seen, or is not there, is not found.
      if (error instanceof CustomaryProblem && error.status < 500 && error.status !== 401)
        return [];
      throw error;
    }
  });
  const hits = (await Promise.all(asked)).flat();
  return [...new Map(hits.map((hit) => [hit.key, hit])).values()];
}

const finderById: Record<string, Finder> = {
  org: async (id, reading) => [organizationHit(await api().organizations.get(id, reading))],
  sbr: async (id, reading) => [subscriberHit(await api().subscribers.get(id, reading))],
  crd: async (id, reading) => [credentialHit(await api().credentials.get(id, reading))],
  sub: async (id, reading) => [subscriptionHit(await api().subscriptions.get(id, reading))],
  inv: async (id, reading) => [invoiceHit(await api().invoices.get(id, {}, reading))],
  evt: async (id, reading) => [eventHit(await api().events.get(id, reading))],
  pln: async (id, reading) => {
    const plan = await api().plans.get(id, reading);
    return [
      { key: id, kind: 'Plan', title: plan.name, detail: plan.currency, path: paths.plan(id) },
    ];
  },
};

/** What is called by its id alone, and has a page. */
function byIdAlone(id: string): Hit[] {
  const path = pathOfId(id);
  const kind = kinds[id.split('_', 1)[0] ?? ''];
  return path === null || kind === undefined
    ? []
    : [{ key: id, kind, title: id, detail: '', path }];
}

const kinds: Record<string, string> = {
  pay: 'Payment',
  cn: 'Credit note',
  prd: 'Product',
  mtr: 'Meter',
  run: 'Billing run',
  mrg: 'Merge',
  spl: 'Split',
  rea: 'Re-attribution',
  ign: 'Ignored usage',
};

const foundMax = 5;

/** By words of the name, or how they begin; by the external id as well. */
const byName: Finder = async (name, reading) =>
  (await organizationSource.search(name, reading))
    .slice(0, foundMax)
    .map(({ id, label, detail }) =>
      organizationHit({ id, name: label, externalId: detail ?? null }),
    );

const byEmail: Finder = async (email, reading) =>
  (await api().subscribers.list({ email, limit: foundMax }, reading)).items.map(subscriberHit);

const bySubscriberId: Finder = async (subscriberId, reading) =>
  (await api().subscribers.list({ subscriberId, limit: foundMax }, reading)).items.map(
    subscriberHit,
  );

const byInvoiceNumber: Finder = async (number, reading) =>
  (await api().invoices.list({ number, limit: foundMax }, reading)).items.map(invoiceHit);

const bySubscriptionExternalId: Finder = async (externalId, reading) =>
  (await api().subscriptions.list({ externalId, limit: foundMax }, reading)).items.map(
    subscriptionHit,
  );

/** An event's own id is one within its source. */
const byClientId: Finder = async (clientId, reading) => {
  const found = (await sources()).map(async (source) =>
    api().events.list({ source, clientId, limit: 1 }, reading),
  );
  return (await Promise.all(found)).flatMap(({ items }) => items.map(eventHit));
};

const sourcesMax = 8;
const sourcesOfDays = 30;
const hourMs = 3_600_000;
let knownSources: Promise<string[]> | null = null;

/** Where usage came from lately, and no source at all: asked for once. */
function sources(): Promise<string[]> {
  const end = Math.ceil(Date.now() / hourMs) * hourMs;
  const from = new Date(end - sourcesOfDays * 24 * hourMs).toISOString();
  const to = new Date(end).toISOString();
  knownSources ??= Promise.resolve(
    api().usage.get({ from, to, groupBy: 'source', figures: 'quantity', top: sourcesMax }),
  ).then(
    ({ items }) => [
      ...new Set([
        '',
        ...items.flatMap(({ group, other }) => (other ? [] : (group['source'] ?? []))),
      ]),
    ],
    () => {
      knownSources = null;
      return [''];
    },
  );
  return knownSources;
}

const byPaymentReference: Finder = async (reference, reading) =>
  (await api().payments.list({ reference, limit: foundMax }, reading)).items.map((payment) => ({
    key: payment.id,
    kind: 'Payment',
    title: reference,
    detail: moneyText(payment.amount),
    path: paths.payment(payment.id),
  }));

const byCreditNoteNumber: Finder = async (number, reading) =>
  (await api().creditNotes.list({ number, limit: foundMax }, reading)).items.map((note) => ({
    key: note.id,
    kind: 'Credit note',
    title: note.number,
    detail: moneyText(note.total),
    path: paths.creditNote(note.id),
  }));

const byAnything: readonly Finder[] = [
  byName,
  bySubscriberId,
  byInvoiceNumber,
  bySubscriptionExternalId,
  byClientId,
  byPaymentReference,
  byCreditNoteNumber,
];

const byCredentialId: Finder = async (credentialId, reading) => {
  const { credential } = await api().credentials.lookup({ credentialId }, reading);
  return [credentialHit(credential)];
};

const secretCharsMin = 16;

/** Long, without a space, letters and digits: it may be a key, and keys belong into no address. */
export function looksSecret(text: string): boolean {
  return (
    text.length >= secretCharsMin && !/\s/.test(text) && /\d/.test(text) && /[a-z]/i.test(text)
  );
}

function organizationHit(each: { id: string; name: string; externalId: string | null }): Hit {
  return {
    key: each.id,
    kind: 'Organization',
    title: each.name,
    detail: each.externalId ?? each.id,
    path: paths.organization(each.id),
  };
}

function subscriberHit(each: { id: string; email: string; subscriberId: string }): Hit {
  return {
    key: each.id,
    kind: 'Subscriber',
    title: each.email,
    detail: each.subscriberId,
    path: paths.subscriber(each.id),
  };
}

function credentialHit(each: { id: string; name: string; credentialId: string }): Hit {
  return {
    key: each.id,
    kind: 'Credential',
    title: each.name,
    detail: each.credentialId,
    path: paths.credential(each.id),
  };
}

function subscriptionHit(each: {
  id: string;
  name: string | null;
  externalId: string | null;
  status: string;
}): Hit {
  return {
    key: each.id,
    kind: 'Subscription',
    title: each.name ?? each.externalId ?? each.id,
    detail: each.status,
    path: paths.subscription(each.id),
  };
}

function invoiceHit(each: { id: string; number: string | null; recipient: { name: string } }): Hit {
  return {
    key: each.id,
    kind: 'Invoice',
    title: each.number ?? 'Draft',
    detail: each.recipient.name,
    path: paths.invoice(each.id),
  };
}

function eventHit(each: { id: string; clientId: string; occurredAt: string }): Hit {
  return {
    key: each.id,
    kind: 'Event',
    title: each.clientId,
    detail: each.occurredAt,
    path: paths.event(each.id),
  };
}
