import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Asked } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { repairList } from './merge-schema.ts';
import { keepRepairAgain, refuseDone, requireRepair } from './repair-actions.ts';
import {
  findRepair,
  listRepairs,
  type RepairKind,
  type RepairRow,
  type ShownRepair,
} from './repair-queries.ts';

/** A kind of repair, as its routes see it. */
type Repair<T> = {
  kind: RepairKind;
  params: z.ZodType<{ id: string }>;
  reply: z.ZodType<T>;
  toApi: (row: RepairRow) => T;
  previewAgain: (deployment: Deployment, asked: Asked, row: RepairRow) => Promise<ShownRepair>;
};

/** What merges and splits are asked alike: which there are, and to be previewed again. */
export function registerRepair<T>(
  app: FastifyInstance,
  deployment: Deployment,
  { kind, params, reply, toApi, previewAgain }: Repair<T>,
): void {
  const { db } = deployment.database;
  const url = `/v1/${kind}s`;
  const reading = { method: 'GET', permission: `${kind}s.read` } as const;
  read(
    app,
    {
      ...reading,
      id: `${kind}s.list`,
      url,
      summary: `List ${kind}s of organizations, newest first`,
      query: repairList,
      reply: pageOf(reply),
    },
    async ({ query }) => toPage(await listRepairs(db, kind, query), query, (row) => row.id, toApi),
  );
  read(
    app,
    {
      ...reading,
      id: `${kind}s.get`,
      url: `${url}/:id`,
      summary: `Get a ${kind}, with its preview`,
      params,
      reply,
    },
    async ({ params: { id } }) => {
      const row = await findRepair(db, kind, id);
      if (row === undefined) throw notFound(kind, id);
      return toApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: `${kind}s.preview`,
      method: 'POST',
      url: `${url}/:id/preview`,
      permission: `${kind}s.create`,
      summary: 'Preview it again, once its preview has become stale',
      params,
      reply,
      idempotent: false,
    },
    async (action, { params: { id } }) => {
      const row = await requireRepair(action, kind, id);
      refuseDone(row);
      const { actor, requestId } = action;
      const asked = { kind: `${kind}s.preview`, actor, requestId };
      const shown = await previewAgain(deployment, asked, row);
      return toApi(await keepRepairAgain(action, kind, id, shown));
    },
  );
}
