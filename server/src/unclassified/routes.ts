import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { changeOwnership } from '../repair/actions.ts';
import { claimGroup } from './claim-actions.ts';
import { findGroup, groupCursor, listGroups, movedBy } from './queries.ts';
import {
  claim,
  claimResult,
  groupList,
  groupParams,
  groupToApi,
  unclassifiedGroup,
} from './schema.ts';
import { viewGroups } from './view-actions.ts';

const URL = '/v1/unclassified';

export function registerUnclassified(app: FastifyInstance, deployment: Deployment): void {
  const { clock } = deployment;
  const { db } = deployment.database;
  const shared = { method: 'GET', permission: 'unclassified.read' } as const;
  read(
    app,
    {
      ...shared,
      id: 'unclassified.list',
      url: URL,
      summary: 'List usage that reached no organization or no subscription',
      description:
        'By what it identified itself with. Each group says why, how much, what it is worth and whose it may be.',
      query: groupList,
      reply: pageOf(unclassifiedGroup),
    },
    async ({ query }) => {
      const rows = await listGroups(db, query, deployment.clock());
      const { items, nextCursor } = toPage(
        rows,
        query,
        (row) => groupCursor(row, query.sort),
        (row) => row,
      );
      return { items: (await viewGroups(db, items, clock())).map(groupToApi), nextCursor };
    },
  );
  read(
    app,
    {
      ...shared,
      id: 'unclassified.get',
      url: `${URL}/:id`,
      summary: 'Get a group of unclassified usage',
      params: groupParams,
      reply: unclassifiedGroup,
    },
    async ({ params }) => {
      const row = await findGroup(db, params.id);
      const [viewed] = row === undefined ? [] : await viewGroups(db, [row], clock());
      if (viewed === undefined) throw notFound('group of unclassified usage', params.id);
      return groupToApi(viewed);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'unclassified.claim',
      method: 'POST',
      url: `${URL}/claim`,
      permission: 'unclassified.claim',
      summary: 'Give unclassified usage its owner',
      description:
        'Makes or picks organization, subscriber, credential and subscription as the identifier demands, bound from when the group was first seen, and re-attributes its usage in the same transaction.',
      body: claim,
      reply: claimResult,
    },
    async (action, { body }) => {
      const result = await changeOwnership(action, () => claimGroup(action, body), body);
      return { ...result, ...(await movedBy(action.tx, action.journalId)) };
    },
  );
}
