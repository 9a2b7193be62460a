/** What in the customer model will cause billing trouble: each kind says it in one sentence, with its evidence and its fix. */

export const findingKinds = [
  'sharedDomain',
  'similarName',
  'separateInvoice',
  'sameMeterTwice',
  'organizationMismatch',
  'growingUnclassified',
  'unusedCredential',
  'noBillingEmail',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export type Named = { id: string; name: string };
export type Evidence = { label: string; value: string };
/** One call that mends it; where only a person knows what to give, `needs` names the fields. */
export type Fix = {
  summary: string;
  method: 'POST' | 'PATCH';
  path: string;
  body: Record<string, unknown>;
  needs: string[];
};
export type Finding = {
  kind: FindingKind;
  /** What it is about within its kind; ids of findings and pages are made of it. */
  key: string;
  summary: string;
  organization: Named | null;
  evidence: Evidence[];
  fix: Fix;
};

export const UNUSED_DAYS = 90;
export const GROWTH_DAYS = 7;
/** Fewer events a week are not worth a line. */
export const GROWTH_EVENTS_MIN = 10;

/** The identifiers that usage may carry, the strongest first (design §4.2). */
const identifiers = ['credential', 'subscription', 'subscriber', 'organization'] as const;

/** What a sender leaves out whose usage is known by `kind` at best. */
export function leftOut(kind: (typeof identifiers)[number] | 'none'): string[] {
  return kind === 'none' ? [...identifiers] : identifiers.slice(0, identifiers.indexOf(kind));
}

const merge = (from: Named, into: Named): Fix => ({
  summary: `Merge ${from.name} into ${into.name}: previewed first, and undone if need be`,
  method: 'POST',
  path: '/v1/merges',
  body: { organizationId: from.id, intoId: into.id },
  needs: [],
});

/** `customers` the oldest first. */
export function sharedDomain(domain: string, customers: readonly Named[]): Finding {
  const [oldest = { id: '', name: '' }, next = oldest] = customers;
  return {
    kind: 'sharedDomain',
    key: domain,
    summary: `${customers.length} customers share the mail domain ${domain}`,
    organization: oldest,
    evidence: customers.map(({ id, name }) => ({ label: name, value: id })),
    fix: merge(next, oldest),
  };
}

export function similarName(newer: Named, older: Named): Finding {
  return {
    kind: 'similarName',
    key: newer.id,
    summary: `${newer.name} is nearly the name of another customer, ${older.name}`,
    organization: newer,
    evidence: [
      { label: 'this', value: `${newer.name} (${newer.id})` },
      { label: 'other', value: `${older.name} (${older.id})` },
    ],
    fix: merge(newer, older),
  };
}

export type SeparateRow = { payer: Named; root: Named; payers: number; subscriptions: number };

export function separateInvoice({ payer, root, payers, subscriptions }: SeparateRow): Finding {
  return {
    kind: 'separateInvoice',
    key: payer.id,
    summary: `${payer.name} of ${root.name} is about to get an invoice of its own`,
    organization: payer,
    evidence: [
      { label: 'customer', value: `${root.name} (${root.id})` },
      { label: 'who is invoiced within it', value: `${payers} organizations` },
      { label: 'active subscriptions billed to this one', value: String(subscriptions) },
    ],
    fix: {
      summary: `Bill ${payer.name} to ${root.name}`,
      method: 'PATCH',
      path: `/v1/organizations/${payer.id}`,
      body: { billTo: root.id },
      needs: [],
    },
  };
}

export type SameMeterRow = {
  organization: Named;
  meterId: string;
  meterKey: string;
  /** The newest last. */
  subscriptions: { id: string; name: string | null; planName: string }[];
};

export function sameMeterTwice(row: SameMeterRow): Finding {
  const { organization, meterId, meterKey, subscriptions } = row;
  const newest = subscriptions.at(-1);
  return {
    kind: 'sameMeterTwice',
    key: `${organization.id} ${meterId}`,
    summary: `${subscriptions.length} active subscriptions of ${organization.name} price ${meterKey}: usage that names none of them is not billed`,
    organization,
    evidence: [
      { label: 'meter', value: meterKey },
      ...subscriptions.map(({ id, name, planName }) => ({ label: name ?? planName, value: id })),
    ],
    fix: {
      summary: `Cancel the newest, ${newest?.name ?? newest?.planName}, when its period ends`,
      method: 'POST',
      path: `/v1/subscriptions/${newest?.id}/cancel`,
      body: { at: 'periodEnd' },
      needs: [],
    },
  };
}

export type MismatchRow = {
  credential: Named;
  organization: Named;
  subscriber: { id: string; email: string };
  /** The subscriber's primary organization; null where it has none but UNCLASSIFIED. */
  primary: Named | null;
};

export function organizationMismatch(row: MismatchRow): Finding {
  const { credential, organization, subscriber, primary } = row;
  return {
    kind: 'organizationMismatch',
    key: credential.id,
    summary: `The credential ${credential.name} is ${organization.name}’s, but its subscriber ${subscriber.email} is not`,
    organization,
    evidence: [
      { label: 'credential', value: `${credential.name} (${credential.id})` },
      { label: 'subscriber', value: `${subscriber.email} (${subscriber.id})` },
      {
        label: 'organization of the subscriber',
        value: primary === null ? 'none' : `${primary.name} (${primary.id})`,
      },
    ],
    fix:
      primary === null
        ? {
            summary: `Make ${subscriber.email} a member of ${organization.name}`,
            method: 'PATCH',
            path: `/v1/subscribers/${subscriber.id}`,
            body: { organizationIds: [organization.id] },
            needs: [],
          }
        : {
            summary: `Move the credential to ${primary.name} from now on`,
            method: 'POST',
            path: `/v1/credentials/${credential.id}/move`,
            body: { organizationId: primary.id },
            needs: [],
          },
  };
}

export type GrowingRow = {
  groupId: string;
  kind: (typeof identifiers)[number] | 'none';
  /** Masked where it is a credential ID; the source where there is no identifier. */
  shown: string;
  reason: string;
  organization: Named | null;
  events: number;
  before: number;
  /** Whose it most likely is. */
  suggested: Named | null;
};

export function growingUnclassified(row: GrowingRow): Finding {
  const { groupId, kind, shown, reason, organization, events, before, suggested } = row;
  const missing = leftOut(kind);
  return {
    kind: 'growingUnclassified',
    key: groupId,
    summary: `Usage of ${shown} reaches ${organization === null ? 'nobody' : 'no subscription'}, and grows: ${events} events in ${GROWTH_DAYS} days, ${before} in those before`,
    organization,
    evidence: [
      { label: 'reason', value: reason },
      {
        label: 'left out by its sender',
        value: missing.length === 0 ? 'nothing' : missing.join(', '),
      },
      ...(suggested === null
        ? []
        : [{ label: 'most likely', value: `${suggested.name} (${suggested.id})` }]),
    ],
    fix: {
      ...claimOf(organization, suggested),
      method: 'POST',
      path: '/v1/unclassified/claim',
      body: {
        id: groupId,
        ...(organization !== null || suggested === null ? {} : { organizationId: suggested.id }),
      },
    },
  };
}

function claimOf(reached: Named | null, suggested: Named | null): Pick<Fix, 'summary' | 'needs'> {
  if (reached !== null)
    return { summary: `Subscribe ${reached.name} to a plan that prices it`, needs: ['planId'] };
  return suggested === null
    ? { summary: 'Claim it for its owner', needs: ['organizationId'] }
    : { summary: `Claim it for ${suggested.name}`, needs: [] };
}

export type UnusedRow = { credential: Named; organization: Named; lastSeenAt: string | null };

export function unusedCredential({ credential, organization, lastSeenAt }: UnusedRow): Finding {
  return {
    kind: 'unusedCredential',
    key: credential.id,
    summary: `The credential ${credential.name} of ${organization.name} has not been used for ${UNUSED_DAYS} days`,
    organization,
    evidence: [
      { label: 'credential', value: `${credential.name} (${credential.id})` },
      { label: 'last seen', value: lastSeenAt ?? 'never' },
    ],
    fix: {
      summary: 'Revoke it',
      method: 'POST',
      path: `/v1/credentials/${credential.id}/revoke`,
      body: { reason: `not used for ${UNUSED_DAYS} days` },
      needs: [],
    },
  };
}

export type NoEmailRow = {
  organization: Named;
  billing: Record<string, unknown>;
  money: { currency: string; outstanding: string; unappliedCredit: string }[];
  /** Of its members, the first: where bills may well go. */
  email: string | null;
};

export function noBillingEmail({ organization, billing, money, email }: NoEmailRow): Finding {
  return {
    kind: 'noBillingEmail',
    key: organization.id,
    summary: `${organization.name} has an account, but no billing e-mail: nothing can be sent to it`,
    organization,
    evidence: money.map(({ currency, outstanding, unappliedCredit }) => ({
      label: currency,
      value: `${outstanding} outstanding, ${unappliedCredit} unapplied credit`,
    })),
    fix: {
      summary: email === null ? 'Give a billing e-mail' : `Send its bills to ${email}`,
      method: 'PATCH',
      path: `/v1/organizations/${organization.id}`,
      body: { billing: { ...billing, ...(email === null ? {} : { email }) } },
      needs: email === null ? ['billing.email'] : [],
    },
  };
}
