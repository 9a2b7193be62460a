import type { FastifyInstance } from 'fastify';
import { auditOf } from '../audit/queries.ts';
import { historyToApi, ownershipHistory } from '../audit/schema.ts';
import { timelineHistory } from '../audit/timeline-queries.ts';
import type { Principal } from '../access/principal.ts';
import type { Deployment } from '../db/deployment.ts';
import { loadTimeline } from '../db/timelines.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { rowAt } from '../lib/timeline.ts';
import { changeOwnership } from '../repair/actions.ts';
import { createCredential, revealCredential, updateCredential } from './actions.ts';
import { requireCredential } from './change-actions.ts';
import {
  findCredential,
  findCredentialKeys,
  listCredentials,
  maskedByKey,
  namingsOf,
  rangesOf,
} from './queries.ts';
import type { Binding } from './rules.ts';
import {
  bindingsToApi,
  bindingToApi,
  credential,
  credentialBindings,
  credentialCreate,
  credentialFound,
  credentialList,
  credentialLookup,
  credentialParams,
  credentialReason,
  credentialSecrets,
  credentialTimeline,
  credentialToApi,
  credentialUpdate,
  type CredentialUpdate,
  ownerFields,
} from './schema.ts';
import { registerCredentialVerbs } from './verb-routes.ts';

const URL = '/v1/credentials';

export function registerCredentials(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerLookup(app, deployment);
  registerCreate(app, deployment);
  registerUpdate(app, deployment);
  registerCredentialVerbs(app, deployment);
  registerReveal(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  const shared = { method: 'GET', permission: 'credentials.read' } as const;
  const one = { ...shared, params: credentialParams };
  read(
    app,
    {
      ...shared,
      id: 'credentials.list',
      url: URL,
      summary: 'List credentials, newest first',
      description: 'To find one by its credential ID, post to `/v1/credentials/lookup`.',
      query: credentialList,
      reply: pageOf(credential),
    },
    async ({ query }) => {
      const rows = await listCredentials(db, query, clock());
      return toPage(rows, query, (row) => row.id, credentialToApi);
    },
  );
  const known = async (id: string) => {
    const row = await findCredential(db, id, clock());
    if (row === undefined) throw notFound('credential', id);
    return row;
  };
  read(
    app,
    {
      ...one,
      id: 'credentials.get',
      url: `${URL}/:id`,
      summary: 'Get a credential',
      reply: credential,
    },
    async ({ params }) => credentialToApi(await known(params.id)),
  );
  read(
    app,
    {
      ...one,
      id: 'credentials.bindings',
      url: `${URL}/:id/bindings`,
      summary: 'Whom it was bound to, when, and the IDs it had',
      reply: credentialBindings,
    },
    async ({ params }) => {
      const { id } = await known(params.id);
      const bindings = await loadTimeline<Binding>(db, 'bindings', id);
      return bindingsToApi(bindings, await rangesOf(db, id));
    },
  );
  read(
    app,
    {
      ...one,
      id: 'credentials.history',
      url: `${URL}/:id/history`,
      summary: 'Who changed what, when and why',
      description:
        'The changes, and the rows of its timelines as they were recorded, superseded ones included.',
      reply: ownershipHistory,
    },
    async ({ params }) => {
      const { id } = await known(params.id);
      const ids = await timelineHistory(db, 'credential_ids', id);
      const keys = ids.map((row) => row.value['value_key'] as number);
      const masked = await maskedByKey(db, keys);
      const timeline = credentialTimeline(await timelineHistory(db, 'bindings', id), ids, masked);
      return { ...historyToApi(await auditOf(db, id)), timeline };
    },
  );
}

function registerLookup(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  read(
    app,
    {
      id: 'credentials.lookup',
      method: 'POST',
      url: `${URL}/lookup`,
      permission: 'credentials.read',
      summary: 'Find the credential that a credential ID names',
      description: 'Changes nothing. The ID travels in the body because it may be a live key.',
      body: credentialLookup,
      reply: credentialFound,
      idempotent: false,
    },
    async ({ body }) => {
      const now = clock();
      const at = body.at ?? now;
      const known = (await findCredentialKeys(db, [body.credentialId])).get(body.credentialId);
      const id = known && rowAt(await namingsOf(db, known.key), at)?.value;
      const row = id === undefined ? undefined : await findCredential(db, id, now);
      if (row === undefined) {
        throw new Problem('not_found', 'This credential ID names no credential at that time.');
      }
      const binding = rowAt(await loadTimeline<Binding>(db, 'bindings', row.id), at);
      return { credential: credentialToApi(row), binding: binding && bindingToApi(binding) };
    },
  );
}

function registerCreate(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'credentials.create',
      method: 'POST',
      url: URL,
      permission: 'credentials.create',
      summary: 'Create a credential',
      description: 'Usage that was recorded with its ID before finds its owner.',
      body: credentialCreate,
      reply: credential,
      status: 201,
    },
    async (action, { body }) => {
      const create = () => createCredential(action, deployment.secrets, body);
      return credentialToApi(await changeOwnership(action, create));
    },
  );
}

function registerUpdate(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'credentials.update',
      method: 'PATCH',
      url: `${URL}/:id`,
      permission: 'credentials.update',
      summary: 'Change a credential',
      params: credentialParams,
      body: credentialUpdate,
      reply: credential,
    },
    async (action, { params, body, principal, ifMatch }) => {
      refuseMove(body, principal);
      const row = await changeOwnership(action, async () => {
        const before = await requireCredential(action, params.id);
        requireVersion(before, ifMatch);
        return updateCredential(action, deployment.secrets, before, body);
      });
      return credentialToApi(row);
    },
  );
}

/** To name another owner is to move it, whichever operation does. */
function refuseMove(body: CredentialUpdate, principal: Principal): void {
  if (principal.permissions.has('credentials.move')) return;
  const named = ownerFields.filter((field) => body[field] !== undefined);
  if (named.length === 0) return;
  throw new Problem(
    'forbidden',
    'To bind a credential to another owner takes the permission credentials.move.',
    named.map((field) => ({
      pointer: `/${field}`,
      code: 'forbidden',
      detail: 'Leave it out, or ask somebody who may move credentials.',
    })),
  );
}

function registerReveal(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'credentials.reveal',
      method: 'POST',
      url: `${URL}/:id/reveal`,
      permission: 'credentials.reveal',
      summary: 'Show the credential ID and the external secret',
      description: 'Kept in the history of the credential. Nothing of the answer is stored.',
      params: credentialParams,
      body: credentialReason,
      reply: credentialSecrets,
      idempotent: false,
    },
    async (action, { params, body }) =>
      revealCredential(
        action,
        deployment.secrets,
        await requireCredential(action, params.id),
        body?.reason,
      ),
  );
}
