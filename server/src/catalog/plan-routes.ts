import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { registerSimulation } from './simulation-routes.ts';
import {
  amendPlanVersion,
  createPlan,
  deletePlan,
  requirePlan,
  restorePlan,
  updatePlan,
} from './plan-actions.ts';
import { findPlan, listPlans, listPlanVersions } from './plan-queries.ts';
import {
  plan,
  planCreate,
  planList,
  planParams,
  planToApi,
  planUpdate,
  planVersion,
  planVersionList,
  planVersionParams,
  planVersionToApi,
  planVersionUpdate,
} from './plan-schema.ts';

export function registerPlans(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerWrites(app, deployment);
  registerSimulation(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'plans.list',
      method: 'GET',
      url: '/v1/plans',
      permission: 'plans.read',
      summary: 'List plans, newest first',
      query: planList,
      reply: pageOf(plan),
    },
    async ({ query }) => toPage(await listPlans(db, query), query, (row) => row.id, planToApi),
  );
  read(
    app,
    {
      id: 'plans.get',
      method: 'GET',
      url: '/v1/plans/:id',
      permission: 'plans.read',
      summary: 'Get a plan in its latest version',
      params: planParams,
      reply: plan,
    },
    async ({ params }) => {
      const row = await findPlan(db, params.id);
      if (row === undefined) throw notFound('plan', params.id);
      return planToApi(row);
    },
  );
  read(
    app,
    {
      id: 'plans.versions',
      method: 'GET',
      url: '/v1/plans/:id/versions',
      permission: 'plans.read',
      summary: 'List the versions of a plan, newest first',
      params: planParams,
      query: planVersionList,
      reply: pageOf(planVersion),
    },
    async ({ params, query }) => {
      const before = query.cursor === undefined ? null : Number(query.cursor);
      const rows = await listPlanVersions(db, params.id, { limit: query.limit, before });
      if (rows.length === 0 && before === null) throw notFound('plan', params.id);
      return toPage(rows, query, (row) => String(row.plan_version), planVersionToApi);
    },
  );
}

function registerWrites(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'plans.create',
      method: 'POST',
      url: '/v1/plans',
      permission: 'plans.create',
      summary: 'Create a plan',
      body: planCreate,
      reply: plan,
      status: 201,
    },
    async (action, { body }) => planToApi(await createPlan(action, body)),
  );
  write(
    app,
    deployment,
    {
      id: 'plans.update',
      method: 'PATCH',
      url: '/v1/plans/:id',
      permission: 'plans.update',
      summary: 'Change a plan',
      description:
        'Other prices are a new version: existing subscriptions keep theirs until their plan is changed. `fees` and `charges` replace all of them; charges that are sent pin the current versions of their meters.',
      params: planParams,
      body: planUpdate,
      reply: plan,
    },
    async (action, { params, body, ifMatch }) => {
      const before = await requirePlan(action, params.id);
      requireVersion(before, ifMatch);
      return planToApi(await updatePlan(action, before, body));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'plans.amend',
      method: 'PATCH',
      url: '/v1/plans/:id/versions/:planVersion',
      permission: 'plans.update',
      summary: 'Correct a version of a plan that nobody has subscribed to',
      description:
        'Under the same number. Once somebody has subscribed to it a version is fixed: 409 `in_use`; change the plan, which makes a new one.',
      params: planVersionParams,
      body: planVersionUpdate,
      reply: planVersion,
    },
    async (action, { params, body, ifMatch }) => {
      const before = await requirePlan(action, params.id);
      requireVersion(before, ifMatch);
      const row = await amendPlanVersion(action, before, params.planVersion, body);
      return planVersionToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'plans.delete',
      method: 'DELETE',
      url: '/v1/plans/:id',
      permission: 'plans.delete',
      summary: 'Archive a plan, or remove it',
      description:
        'Removed where nobody ever subscribed to it. Otherwise archived: nobody can newly subscribe to it, and existing subscriptions go on.',
      params: planParams,
      reply: plan.nullable(),
    },
    async (action, { params, ifMatch }) => {
      const before = await requirePlan(action, params.id);
      requireVersion(before, ifMatch);
      const row = await deletePlan(action, before);
      return row && planToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'plans.restore',
      method: 'POST',
      url: '/v1/plans/:id/restore',
      permission: 'plans.update',
      summary: 'Bring an archived plan back',
      params: planParams,
      reply: plan,
    },
    async (action, { params }) =>
      planToApi(await restorePlan(action, await requirePlan(action, params.id))),
  );
}
