import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { changeSchedule, nextRunAt } from './schedule-actions.ts';
import { findSchedule, lockedSchedule } from './schedule-queries.ts';
import { schedule, scheduleToApi, scheduleUpdate } from './schedule-schema.ts';

export function registerBillingSchedule(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'billingSchedule.get',
      method: 'GET',
      url: '/v1/billing-schedule',
      permission: 'billingSchedule.read',
      summary: 'When billing runs are made without being asked for',
      reply: schedule,
    },
    async () => {
      const row = await findSchedule(db);
      return scheduleToApi(row, await nextRunAt(db, row));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'billingSchedule.update',
      method: 'PATCH',
      url: '/v1/billing-schedule',
      permission: 'billingSchedule.update',
      summary: 'Turn billing by schedule on or off',
      description:
        'While it is on, each payer’s cycle is billed once its grace is over: into drafts, to be looked at and finalized, or finalized by themselves.',
      body: scheduleUpdate,
      reply: schedule,
    },
    async (action, { body, ifMatch }) => {
      const before = await lockedSchedule(action);
      requireVersion(before, ifMatch);
      const after = await changeSchedule(action, before, body);
      return scheduleToApi(after, await nextRunAt(action.tx, after));
    },
  );
}
