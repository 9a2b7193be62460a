import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api } from './api.ts';

/** Who is signed in and what they may do. The API enforces it; the console only says so beforehand. */
export type Me = {
  readonly name: string;
  readonly email: string | null;
  readonly role: string | null;
  readonly permissions: ReadonlySet<string>;
  readonly twoFactorEnabled: boolean;
};

const staleMs = 60_000;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me> => {
    const { name, email, role, permissions, twoFactorEnabled } = await api().me.get({ signal });
    return { name, email, role, twoFactorEnabled, permissions: new Set<string>(permissions) };
  },
  staleTime: staleMs,
});

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Why the signed-in person may not do what needs this permission; null: they may. */
export function refusal(me: Me, permission: string): string | null {
  if (me.permissions.has(permission)) return null;
  const who = me.role === null ? 'This API key' : `The role ${me.role}`;
  return `${who} does not have the permission ${permission}.`;
}

export function useRefusal(permission: string | undefined): string | null {
  const me = useMe();
  return permission === undefined ? null : refusal(me, permission);
}
