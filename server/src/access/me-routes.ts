import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { changePerson, endSession } from './people-actions.ts';
import { lockPerson, sessionsOf } from './people-queries.ts';
import {
  me,
  meUpdate,
  person,
  personToApi,
  session,
  sessionParams,
  sessionToApi,
} from './people-schema.ts';
import type { Principal } from './principal.ts';

/** Oneself: who asks, and where else he is signed in. */
export function registerMe(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'me.get',
      method: 'GET',
      url: '/v1/me',
      permission: 'me.read',
      summary: 'Who I am, and what I may do',
      reply: me,
    },
    async ({ principal: { kind, id, name, permissions, person: own, share } }) => ({
      kind,
      id,
      name,
      email: own?.email ?? null,
      role: own?.role ?? null,
      permissions: [...permissions].sort(),
      twoFactorEnabled: own?.twoFactorEnabled ?? false,
      sessionId: own?.sessionId ?? null,
      share,
    }),
  );
  write(
    app,
    deployment,
    {
      id: 'me.update',
      method: 'PATCH',
      url: '/v1/me',
      permission: 'me.update',
      summary: 'Change my name',
      body: meUpdate,
      reply: person,
    },
    async (action, { body, principal, ifMatch }) => {
      requirePerson(principal);
      const before = await lockPerson(action.tx, principal.id);
      if (before === undefined) throw notFound('person', principal.id);
      requireVersion(before, ifMatch);
      return personToApi(await changePerson(action, principal, before, body));
    },
  );
  registerSessions(app, deployment);
}

function registerSessions(app: FastifyInstance, deployment: Deployment): void {
  const { database, clock } = deployment;
  read(
    app,
    {
      id: 'me.sessions',
      method: 'GET',
      url: '/v1/me/sessions',
      permission: 'me.read',
      summary: 'Where I am signed in, the latest first',
      reply: z.object({ items: z.array(session) }),
    },
    async ({ principal }) => {
      const { sessionId } = requirePerson(principal);
      const rows = await sessionsOf(database.db, principal.id, clock());
      return { items: rows.map((row) => sessionToApi(row, sessionId)) };
    },
  );
  write(
    app,
    deployment,
    {
      id: 'me.endSession',
      method: 'POST',
      url: '/v1/me/sessions/:id/end',
      permission: 'me.update',
      summary: 'Sign myself out somewhere',
      params: sessionParams,
      reply: z.object({ items: z.array(session) }),
    },
    async (action, { params, principal }) => {
      const { sessionId } = requirePerson(principal);
      await endSession(action, principal.id, params.id);
      const rows = await sessionsOf(action.tx, principal.id, action.now);
      return { items: rows.map((row) => sessionToApi(row, sessionId)) };
    },
  );
}

function requirePerson(principal: Principal): NonNullable<Principal['person']> {
  if (principal.person !== null) return principal.person;
  throw new Problem('invalid_state', 'An API key has no sessions and no profile: sign in.');
}
