import type { Finding, UnclassifiedClaim } from '@customary/sdk';
import { api } from '../../lib/api.ts';

type Fix = Finding['fix'];
type Verb = {
  readonly path: RegExp;
  readonly permission: string;
  readonly call: (id: string, body: Fix['body']) => Promise<unknown>;
};

/** The calls that mend things, each by the address that a fix names. A merge has a page of its own. */
const verbs: readonly Verb[] = [
  {
    path: /^\/v1\/organizations\/([^/]+)$/,
    permission: 'organizations.update',
    call: (id, body) => api().organizations.update(id, body),
  },
  {
    path: /^\/v1\/subscribers\/([^/]+)$/,
    permission: 'subscribers.update',
    call: (id, body) => api().subscribers.update(id, body),
  },
  {
    path: /^\/v1\/subscriptions\/([^/]+)\/cancel$/,
    permission: 'subscriptions.update',
    call: (id, body) => api().subscriptions.cancel(id, body),
  },
  {
    path: /^\/v1\/credentials\/([^/]+)\/move$/,
    permission: 'credentials.move',
    call: (id, body) => api().credentials.move(id, body),
  },
  {
    path: /^\/v1\/credentials\/([^/]+)\/revoke$/,
    permission: 'credentials.revoke',
    call: (id, body) => api().credentials.revoke(id, body),
  },
  {
    path: /^\/v1\/unclassified\/claim()$/,
    permission: 'unclassified.claim',
    call: (_id, body) => api().unclassified.claim(body as unknown as UnclassifiedClaim),
  },
];

export type Fixing = {
  readonly permission: string;
  readonly run: (given: Given) => Promise<unknown>;
};

/** What a person gave, by the name of the field: `billing.email`. */
export type Given = Readonly<Record<string, string>>;

/** How a fix is called from here; null: the console does not know the call, and shows it instead. */
export function fixingOf({ path, body }: Fix): Fixing | null {
  for (const verb of verbs) {
    const found = verb.path.exec(path);
    if (found !== null)
      return {
        permission: verb.permission,
        run: (given) => verb.call(found[1] ?? '', withGiven(body, given)),
      };
  }
  return null;
}

/** `{ billing: { city } }` and `billing.email` → `{ billing: { city, email } }` */
function withGiven(body: Fix['body'], given: Given): Fix['body'] {
  let filled = body;
  for (const [name, value] of Object.entries(given)) filled = set(filled, name.split('.'), value);
  return filled;
}

function set(
  into: Fix['body'],
  [first = '', ...rest]: readonly string[],
  value: string,
): Fix['body'] {
  if (rest.length === 0) return { ...into, [first]: value };
  return { ...into, [first]: set((into[first] ?? {}) as Fix['body'], rest, value) };
}

/** The two of a merge, which is looked at before it is made. */
export function mergeOf({ path, body }: Fix): { organizationId: string; intoId: string } | null {
  const { organizationId, intoId } = body;
  return path === '/v1/merges' && typeof organizationId === 'string' && typeof intoId === 'string'
    ? { organizationId, intoId }
    : null;
}
