import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { createMeter, deleteMeter, requireMeter, updateMeter } from './meter-actions.ts';
import { findMeter, listMeters } from './meter-queries.ts';
import {
  meter,
  meterCreate,
  meterList,
  meterParams,
  meterToApi,
  meterUpdate,
} from './meter-schema.ts';

export function registerMeters(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'meters.list',
      method: 'GET',
      url: '/v1/meters',
      permission: 'meters.read',
      summary: 'List meters, newest first',
      query: meterList,
      reply: pageOf(meter),
    },
    async ({ query }) => toPage(await listMeters(db, query), query, (row) => row.id, meterToApi),
  );
  read(
    app,
    {
      id: 'meters.get',
      method: 'GET',
      url: '/v1/meters/:id',
      permission: 'meters.read',
      summary: 'Get a meter',
      params: meterParams,
      reply: meter,
    },
    async ({ params }) => {
      const row = await findMeter(db, params.id);
      if (row === undefined) throw notFound('meter', params.id);
      return meterToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'meters.create',
      method: 'POST',
      url: '/v1/meters',
      permission: 'meters.create',
      summary: 'Create a meter',
      body: meterCreate,
      reply: meter,
      status: 201,
    },
    async (action, { body }) => meterToApi(await createMeter(action, body)),
  );
  write(
    app,
    deployment,
    {
      id: 'meters.update',
      method: 'PATCH',
      url: '/v1/meters/:id',
      permission: 'meters.update',
      summary: 'Change what a meter counts',
      description: 'Another definition is a new version; plans keep the version they pinned.',
      params: meterParams,
      body: meterUpdate,
      reply: meter,
    },
    async (action, { params, body, ifMatch }) => {
      const before = await requireMeter(action, params.id);
      requireVersion(before, ifMatch);
      return meterToApi(await updateMeter(action, before, body));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'meters.delete',
      method: 'DELETE',
      url: '/v1/meters/:id',
      permission: 'meters.delete',
      summary: 'Archive a meter, or remove it',
      description:
        'Removed where no plan ever named it and no event brought it about. Otherwise archived: no new charge can name it, events do not make it again, and what pinned it goes on.',
      params: meterParams,
      reply: meter.nullable(),
    },
    async (action, { params, ifMatch }) => {
      const before = await requireMeter(action, params.id);
      requireVersion(before, ifMatch);
      const row = await deleteMeter(action, before);
      return row && meterToApi(row);
    },
  );
}
