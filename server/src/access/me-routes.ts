import type { FastifyInstance } from 'fastify';
import { read } from '../http/operation.ts';
import { me } from './people-schema.ts';

export function registerMe(app: FastifyInstance): void {
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
    async ({ principal: { kind, id, name, permissions, person } }) => ({
      kind,
      id,
      name,
      email: person?.email ?? null,
      role: person?.role ?? null,
      permissions: [...permissions].sort(),
      twoFactorEnabled: person?.twoFactorEnabled ?? false,
      sessionId: person?.sessionId ?? null,
    }),
  );
}
