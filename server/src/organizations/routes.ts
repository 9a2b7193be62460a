import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { auditOf } from '../audit/queries.ts';
import {
  historyToApi,
  inOrderOfRecording,
  ownershipHistory,
  timelineToApi,
} from '../audit/schema.ts';
import { timelineHistory } from '../audit/timeline-queries.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { cancelPlannedInput, pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { changeOwnership } from '../repair/actions.ts';
import {
  createOrganization,
  deleteOrganization,
  restoreOrganization,
  updateOrganization,
} from './actions.ts';
import { standingId } from './alias-queries.ts';
import { requireStanding } from './change-actions.ts';
import { billOrganizationTo, cancelPlannedOrganization, moveOrganization } from './move-actions.ts';
import { findOrganization, listOrganizations, organizationsByIds, treeIds } from './queries.ts';
import {
  organization,
  organizationBillTo,
  organizationCreate,
  organizationList,
  organizationMove,
  organizationParams,
  organizationReason,
  organizationToApi,
  organizationUpdate,
} from './schema.ts';

export function registerOrganizations(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerWrites(app, deployment);
  registerVerbs(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  read(
    app,
    {
      id: 'organizations.list',
      method: 'GET',
      url: '/v1/organizations',
      permission: 'organizations.read',
      summary: 'List organizations, newest first',
      query: organizationList,
      reply: pageOf(organization),
    },
    async ({ query }) =>
      toPage(
        await listOrganizations(db, query, clock()),
        query,
        (row) => row.id,
        organizationToApi,
      ),
  );
  read(
    app,
    {
      id: 'organizations.get',
      method: 'GET',
      url: '/v1/organizations/:id',
      permission: 'organizations.read',
      summary: 'Get an organization',
      description: 'By the id of one that was merged: whoever it was merged into.',
      params: organizationParams,
      reply: organization,
    },
    async ({ params }) => {
      const at = clock();
      const row = await findOrganization(db, await standingId(db, params.id, at), at);
      if (row === undefined) throw notFound('organization', params.id);
      return organizationToApi(row);
    },
  );
  for (const [verb, direction, summary] of [
    ['ancestors', 'up', 'The organizations above, nearest first'],
    ['descendants', 'down', 'The organizations below, level by level'],
  ] as const) {
    read(
      app,
      {
        id: `organizations.${verb}`,
        method: 'GET',
        url: `/v1/organizations/:id/${verb}`,
        permission: 'organizations.read',
        summary,
        params: organizationParams,
        reply: z.object({ items: z.array(organization) }),
      },
      async ({ params }) => {
        const at = clock();
        const id = await standingId(db, params.id, at);
        const rows = await organizationsByIds(db, await treeIds(db, id, direction, at), at);
        return { items: rows.map(organizationToApi) };
      },
    );
  }
  read(
    app,
    {
      id: 'organizations.history',
      method: 'GET',
      url: '/v1/organizations/:id/history',
      permission: 'organizations.read',
      summary: 'Who changed what, when and why',
      description:
        'The changes, and the rows of its parent, its payer and its merges as they were recorded, superseded ones included. Of what was merged, its own.',
      params: organizationParams,
      reply: ownershipHistory,
    },
    async ({ params: { id } }) => {
      const timeline = inOrderOfRecording([
        ...timelineToApi(
          'parent',
          await timelineHistory(db, 'organization_parents', id),
          (value) => ({ parentId: value['parent_id'] as string }),
        ),
        ...timelineToApi(
          'billTo',
          await timelineHistory(db, 'organization_payers', id),
          (value) => ({ billTo: value['payer_id'] as string }),
        ),
        ...timelineToApi(
          'mergedInto',
          await timelineHistory(db, 'organization_aliases', id),
          (value) => ({ mergedInto: value['survivor_id'] as string }),
        ),
      ]);
      return { ...historyToApi(await auditOf(db, id)), timeline };
    },
  );
}

function registerWrites(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'organizations.create',
      method: 'POST',
      url: '/v1/organizations',
      permission: 'organizations.create',
      summary: 'Create an organization',
      body: organizationCreate,
      reply: organization,
      status: 201,
    },
    async (action, { body }) =>
      organizationToApi(await changeOwnership(action, () => createOrganization(action, body))),
  );
  write(
    app,
    deployment,
    {
      id: 'organizations.update',
      method: 'PATCH',
      url: '/v1/organizations/:id',
      permission: 'organizations.update',
      summary: 'Change an organization',
      params: organizationParams,
      body: organizationUpdate,
      reply: organization,
    },
    async (action, { params, body, ifMatch }) =>
      organizationToApi(
        await changeOwnership(action, async () => {
          const before = await requireStanding(action, params.id);
          requireVersion(before, ifMatch);
          return updateOrganization(action, before, body);
        }),
      ),
  );
  write(
    app,
    deployment,
    {
      id: 'organizations.delete',
      method: 'DELETE',
      url: '/v1/organizations/:id',
      permission: 'organizations.delete',
      summary: 'Archive an organization, or remove it if nothing refers to it',
      params: organizationParams,
      reply: organization.nullable().describe('The archived organization; null if it was removed.'),
    },
    async (action, { params, ifMatch }) =>
      changeOwnership(action, async () => {
        const before = await requireStanding(action, params.id);
        requireVersion(before, ifMatch);
        const row = await deleteOrganization(action, before);
        return { result: row && organizationToApi(row), touched: {} };
      }),
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const shared = { method: 'POST', params: organizationParams, reply: organization } as const;
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'organizations.restore',
      url: '/v1/organizations/:id/restore',
      permission: 'organizations.update',
      summary: 'Bring an archived organization back',
      body: organizationReason,
    },
    async (action, { params, body }) =>
      organizationToApi(
        await changeOwnership(action, async () =>
          restoreOrganization(action, await requireStanding(action, params.id), body?.reason),
        ),
      ),
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'organizations.cancelPlanned',
      url: '/v1/organizations/:id/cancel-planned',
      permission: 'organizations.update',
      summary: 'Take back what is planned for its parent and its payer',
      description: 'What holds before the planned change goes on.',
      body: cancelPlannedInput,
    },
    async (action, { params, body }) =>
      organizationToApi(
        await changeOwnership(action, async () =>
          cancelPlannedOrganization(action, await requireStanding(action, params.id), body ?? {}),
        ),
      ),
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'organizations.move',
      url: '/v1/organizations/:id/move',
      permission: 'organizations.update',
      summary: 'Put it under another parent from a time',
      body: organizationMove,
    },
    async (action, { params, body }) =>
      organizationToApi(
        await changeOwnership(
          action,
          async () =>
            moveOrganization(action, await requireStanding(action, params.id), {
              ...body,
              from: body.from === undefined ? action.now : body.from,
            }),
          body,
        ),
      ),
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'organizations.billTo',
      url: '/v1/organizations/:id/bill-to',
      permission: 'organizations.update',
      summary: 'Let another organization pay for it from a time',
      body: organizationBillTo,
    },
    async (action, { params, body }) =>
      organizationToApi(
        await changeOwnership(action, async () =>
          billOrganizationTo(action, await requireStanding(action, params.id), {
            ...body,
            from: body.from === undefined ? action.now : body.from,
          }),
        ),
      ),
  );
}
