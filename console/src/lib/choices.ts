import { api, type Reading } from './api.ts';
import { pickerItems } from './paging.ts';

/** Something to pick by name. */
export type Choice = { readonly id: string; readonly label: string; readonly detail?: string };

/** Where a picker finds what can be picked, and what an id is called. */
export type Source = {
  readonly kind: string;
  /** What it is limited to: choices are kept apart by it, names are not. */
  readonly within?: string | null;
  readonly search: (text: string, reading: Reading) => Promise<Choice[]>;
  readonly get: (id: string, reading: Reading) => Promise<Choice>;
};

const isIdOf = (prefix: string, text: string) =>
  new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`).test(text);

type NamedOrganization = { id: string; name: string; externalId: string | null };

const organizationChoice = ({ id, name, externalId }: NamedOrganization): Choice =>
  externalId === null ? { id, label: name } : { id, label: name, detail: externalId };

export const organizationSource: Source = {
  kind: 'organization',
  get: async (id, reading) => organizationChoice(await api().organizations.get(id, reading)),
  search: async (text, reading) => {
    const { organizations } = api();
    if (isIdOf('org', text)) return [organizationChoice(await organizations.get(text, reading))];
    if (text === '') {
      const newest = await organizations.list({ limit: pickerItems }, reading);
      return newest.items.map(organizationChoice);
    }
    const [named, known] = await Promise.all([
      organizations.list({ search: text, limit: pickerItems }, reading),
      organizations.list({ externalId: text, limit: 1 }, reading),
    ]);
    const found = new Map([...known.items, ...named.items].map((each) => [each.id, each]));
    return [...found.values()].map(organizationChoice);
  },
};

type NamedSubscriber = {
  id: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
};

const subscriberChoice = ({ id, email, firstName, lastName }: NamedSubscriber): Choice => {
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return name === '' ? { id, label: email } : { id, label: email, detail: name };
};

/** All subscribers, or those who belong to an organization. */
export function subscriberSourceOf(organizationId: string | undefined): Source {
  return {
    kind: 'subscriber',
    within: organizationId ?? null,
    get: async (id, reading) => subscriberChoice(await api().subscribers.get(id, reading)),
    search: async (text, reading) => {
      const { subscribers } = api();
      if (isIdOf('sbr', text)) return [subscriberChoice(await subscribers.get(text, reading))];
      const { items } = await subscribers.list({ organizationId, limit: pickerItems * 4 }, reading);
      const near = items.filter((each) => matches(text, each.email, each.firstName, each.lastName));
      if (near.length > 0 || text === '') return near.slice(0, pickerItems).map(subscriberChoice);
      if (!text.includes('@')) return [];
      const exact = await subscribers.list(
        { organizationId, email: text, limit: pickerItems },
        reading,
      );
      return exact.items.map(subscriberChoice);
    },
  };
}

export const subscriberSource = subscriberSourceOf(undefined);

type NamedSubscription = {
  id: string;
  name: string | null;
  externalId: string | null;
  status: string;
};

const subscriptionChoice = ({ id, name, externalId, status }: NamedSubscription): Choice => ({
  id,
  label: name ?? externalId ?? id,
  detail: status,
});

/** The subscriptions that usage of an organization may be billed to: its own and those above it. */
export function subscriptionSource(organizationId: string | null): Source {
  return {
    kind: 'subscription',
    within: organizationId,
    get: async (id, reading) => subscriptionChoice(await api().subscriptions.get(id, reading)),
    search: async (text, reading) => {
      const found =
        organizationId === null
          ? (await api().subscriptions.list({ limit: pickerItems * 4 }, reading)).items
          : await subscriptionsFor(organizationId, reading);
      return found
        .filter((each) => matches(text, each.name, each.externalId, each.id))
        .slice(0, pickerItems)
        .map(subscriptionChoice);
    },
  };
}

async function subscriptionsFor(organizationId: string, reading: Reading) {
  const above = await api().organizations.ancestors(organizationId, reading);
  const owners = [organizationId, ...above.items.map(({ id }) => id)];
  const lists = await Promise.all(
    owners.map((owner) =>
      api().subscriptions.list({ organizationId: owner, limit: pickerItems }, reading),
    ),
  );
  return lists.flatMap(({ items }) => items);
}

export const planSource: Source = {
  kind: 'plan',
  get: async (id, reading) => {
    const { name, currency } = await api().plans.get(id, reading);
    return { id, label: name, detail: currency };
  },
  search: async (text, reading) => {
    const { items } = await api().plans.list({ limit: pickerItems * 4 }, reading);
    return items
      .filter((each) => matches(text, each.name, each.externalId, each.id))
      .slice(0, pickerItems)
      .map(({ id, name, currency }) => ({ id, label: name, detail: currency }));
  },
};

export const productSource: Source = {
  kind: 'product',
  get: async (id, reading) => ({ id, label: (await api().products.get(id, reading)).name }),
  search: async (text, reading) => {
    const { items } = await api().products.list({ limit: pickerItems * 4 }, reading);
    return items
      .filter((each) => matches(text, each.name, each.externalId, each.id))
      .slice(0, pickerItems)
      .map(({ id, name }) => ({ id, label: name }));
  },
};

/** All credentials, or those of an organization. */
export function credentialSourceOf(organizationId: string | undefined): Source {
  return {
    kind: 'credential',
    within: organizationId ?? null,
    get: async (id, reading) => {
      const { name, credentialId } = await api().credentials.get(id, reading);
      return { id, label: name, detail: credentialId };
    },
    search: async (text, reading) => {
      const query = { organizationId, limit: pickerItems * 4 };
      const { items } = await api().credentials.list(query, reading);
      return items
        .filter((each) => matches(text, each.name, each.subscriberEmail, each.id, ...each.tags))
        .slice(0, pickerItems)
        .map(({ id, name, credentialId }) => ({ id, label: name, detail: credentialId }));
    },
  };
}

export const credentialSource = credentialSourceOf(undefined);

function matches(text: string, ...names: readonly (string | null)[]): boolean {
  const wanted = text.toLowerCase();
  return names.some((name) => name !== null && name.toLowerCase().includes(wanted));
}
