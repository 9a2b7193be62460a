import type { FastifyInstance } from 'fastify';
import type { Permission } from '../access/permissions.ts';
import type { Action } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { requireVersion, write } from '../http/operation.ts';
import { cancelPlannedInput } from '../http/shapes.ts';
import type { z } from 'zod';
import { changeOwnership, type ChangeOptions } from '../repair/actions.ts';
import { moveCredential, rotateCredential } from './actions.ts';
import { type Changed, requireCredential } from './change-actions.ts';
import {
  cancelPlannedCredential,
  deleteCredential,
  expireCredential,
  restoreCredential,
  revokeCredential,
} from './ending-actions.ts';
import type { CredentialRow } from './queries.ts';
import {
  credential,
  credentialExpire,
  credentialMove,
  credentialParams,
  credentialRestore,
  credentialRevoke,
  credentialRotate,
  credentialToApi,
} from './schema.ts';

const URL = '/v1/credentials/:id';

/** The dated verbs: each changes timelines of one credential and re-attributes what it touches. */
export function registerCredentialVerbs(app: FastifyInstance, deployment: Deployment): void {
  registerDelete(app, deployment);
  const verb = verbOf(app, deployment);
  verb(
    {
      name: 'move',
      permission: 'credentials.move',
      summary: 'Bind it to another subscriber, organization or subscription from a time',
      description:
        'What was recorded at or after `from` is attributed again. A subscription that is not named is kept if it fits the organization, else let go.',
      body: credentialMove,
    },
    (action, before, body) =>
      moveCredential(action, before, {
        ...body,
        from: body.from === undefined ? action.now : body.from,
      }),
  );
  verb(
    {
      name: 'rotate',
      permission: 'credentials.update',
      summary: 'Give it a new credential ID',
      description:
        'It stays the same credential: its usage goes on in one line. The IDs it has work until `previousUntil`.',
      body: credentialRotate,
    },
    (action, before, body) => rotateCredential(action, deployment.secrets, before, body),
  );
  verb(
    {
      name: 'revoke',
      permission: 'credentials.revoke',
      summary: 'End it now, or from a time in the past',
      description:
        'Its IDs name it no more: usage that occurred from then on finds another owner, or is unclassified for the reason `credential_ended`.',
      body: credentialRevoke,
    },
    (action, before, body) =>
      revokeCredential(action, before, { ...body, from: body?.from ?? action.now }),
  );
  verb(
    {
      name: 'expire',
      permission: 'credentials.revoke',
      summary: 'Plan its end, or take the planned end back',
      body: credentialExpire,
    },
    expireCredential,
  );
  verb(
    {
      name: 'cancel-planned',
      permission: 'credentials.move',
      summary: 'Take back what is planned for it',
      description:
        'Moves, rotations and ends that lie in the future. What holds before them goes on.',
      body: cancelPlannedInput,
    },
    (action, before, body) => cancelPlannedCredential(action, before, body ?? {}),
  );
  verb(
    {
      name: 'restore',
      permission: 'credentials.update',
      summary: 'Bind one again that was deleted, revoked or has expired',
      body: credentialRestore,
    },
    (action, before, body) => restoreCredential(action, before, body ?? {}),
  );
}

type Verb<B extends z.ZodType> = {
  name: string;
  permission: Permission;
  summary: string;
  description?: string;
  body: B;
};

function verbOf(app: FastifyInstance, deployment: Deployment) {
  return <B extends z.ZodType>(
    { name, ...operation }: Verb<B>,
    change: (action: Action, before: CredentialRow, body: z.output<B>) => Promise<Changed>,
  ): void =>
    write(
      app,
      deployment,
      {
        ...operation,
        id: `credentials.${camelCase(name)}`,
        method: 'POST',
        url: `${URL}/${name}`,
        params: credentialParams,
        reply: credential,
      },
      async (action, { params, body }) => {
        const row = await changeOwnership(
          action,
          async () => change(action, await requireCredential(action, params.id), body),
          (body ?? {}) as ChangeOptions,
        );
        return credentialToApi(row);
      },
    );
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function registerDelete(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'credentials.delete',
      method: 'DELETE',
      url: URL,
      permission: 'credentials.delete',
      summary: 'End a credential now and archive it',
      description:
        'Its past usage stays attributed; its ID may name another credential from now on.',
      params: credentialParams,
      reply: credential,
    },
    async (action, { params, ifMatch }) => {
      const row = await changeOwnership(action, async () => {
        const before = await requireCredential(action, params.id);
        requireVersion(before, ifMatch);
        return deleteCredential(action, before);
      });
      return credentialToApi(row);
    },
  );
}
