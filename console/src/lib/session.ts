import { CustomaryProblem } from '@customary/sdk';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { authorization } from './api.ts';

/** Who is signed in and what they may do. The API enforces it; the console only says so beforehand. */
export type Me = {
  readonly name: string;
  readonly email: string | null;
  readonly role: string | null;
  /** null: not known beforehand, so everything is offered. */
  readonly permissions: ReadonlySet<string> | null;
};

const staleMs = 60_000;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => fetchMe(signal),
  staleTime: staleMs,
});

async function fetchMe(signal: AbortSignal): Promise<Me> {
  const answer = await fetch('/v1/me', { headers: authorization(), signal });
  if (answer.status === 404) return meByProbe(signal);
  const body: unknown = await answer.json();
  if (!answer.ok) throw problemOf(body);
  const me = body as {
    name?: string | null;
    email?: string | null;
    role?: string | null;
    permissions?: string[];
  };
  return {
    name: me.name ?? me.email ?? 'Signed in',
    email: me.email ?? null,
    role: me.role ?? null,
    permissions: me.permissions === undefined ? null : new Set(me.permissions),
  };
}

/** A server that cannot say who asks can still say whether it knows the key. */
async function meByProbe(signal: AbortSignal): Promise<Me> {
  const answer = await fetch('/v1/organizations?limit=1', { headers: authorization(), signal });
  if (answer.status === 401) throw problemOf(await answer.json());
  return { name: 'API key', email: null, role: null, permissions: null };
}

function problemOf(body: unknown): CustomaryProblem {
  return new CustomaryProblem(body as CustomaryProblem['document'], {
    operation: 'me.get',
    attempts: 1,
  });
}

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Why the signed-in person may not do what needs this permission; null: they may. */
export function refusal(me: Me, permission: string): string | null {
  if (me.permissions === null || me.permissions.has(permission)) return null;
  const who = me.role === null ? 'This API key' : `The role ${me.role}`;
  return `${who} does not have the permission ${permission}.`;
}

export function useRefusal(permission: string | undefined): string | null {
  const me = useMe();
  return permission === undefined ? null : refusal(me, permission);
}
