import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { OneTimeSecret, read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { auditOf } from '../audit/queries.ts';
import { history, historyToApi } from '../audit/schema.ts';
import { notFound } from '../lib/problem.ts';
import type { Permission } from './permissions.ts';
import {
  type By,
  changePerson,
  deactivatePerson,
  inviteAgain,
  invitePerson,
  letChoosePassword,
  type Linked,
  lockToActOn,
  reactivatePerson,
  resetTwoFactor,
  signOutPerson,
} from './people-actions.ts';
import { findPerson, listPeople } from './people-queries.ts';
import {
  invitedPerson,
  person,
  personInvite,
  personList,
  personParams,
  personReason,
  personToApi,
  personUpdate,
} from './people-schema.ts';
import type { Principal } from './principal.ts';

export function registerPeople(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerChanges(app, deployment);
  registerLinks(app, deployment);
  registerVerbs(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'people.list',
      method: 'GET',
      url: '/v1/people',
      permission: 'people.read',
      summary: 'List the people who sign in, newest first',
      query: personList,
      reply: pageOf(person),
    },
    async ({ query }) => toPage(await listPeople(db, query), query, (row) => row.id, personToApi),
  );
  read(
    app,
    {
      id: 'people.get',
      method: 'GET',
      url: '/v1/people/:id',
      permission: 'people.read',
      summary: 'Get a person',
      params: personParams,
      reply: person,
    },
    async ({ params }) => {
      const row = await findPerson(db, params.id);
      if (row === undefined) throw notFound('person', params.id);
      return personToApi(row);
    },
  );
  read(
    app,
    {
      id: 'people.history',
      method: 'GET',
      url: '/v1/people/:id/history',
      permission: 'auditLog.read',
      summary: 'Who changed a person, what and when, and when he signed in; oldest first',
      params: personParams,
      reply: history,
    },
    async ({ params }) => historyToApi(await auditOf(db, params.id)),
  );
}

function registerChanges(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'people.update',
      method: 'PATCH',
      url: '/v1/people/:id',
      permission: 'people.update',
      summary: "Change a person's name or role",
      description: 'Nobody gives a role that may do more than himself; the last owner stays one.',
      params: personParams,
      body: personUpdate,
      reply: person,
    },
    async (action, { params, body, principal, ifMatch }) => {
      const before = await lockToActOn(action, principal, params.id);
      requireVersion(before, ifMatch);
      return personToApi(await changePerson(action, principal, before, body));
    },
  );
}

function registerLinks(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'people.invite',
      method: 'POST',
      url: '/v1/people',
      permission: 'people.invite',
      summary: 'Invite a person',
      description:
        'A link by which the person chooses a password. It works once, for a week; it is mailed where mail is set up, else answered, this once.',
      body: personInvite,
      reply: invitedPerson,
      status: 201,
    },
    async (action, { body, principal, request }) =>
      shown(await invitePerson(action, by(deployment, principal, request), body)),
  );
  for (const [id, verb, permission, summary, act] of [
    ['people.inviteAgain', 'invite', 'people.invite', 'Invite again', inviteAgain],
    [
      'people.letChoosePassword',
      'password-link',
      'people.update',
      'Let a person choose a new password, by a link that works once, for an hour',
      letChoosePassword,
    ],
  ] as const) {
    write(
      app,
      deployment,
      {
        id,
        method: 'POST',
        url: `/v1/people/:id/${verb}`,
        permission,
        summary,
        description: 'The link before ends. It is mailed where mail is set up, else answered.',
        params: personParams,
        reply: invitedPerson,
      },
      async (action, { params, principal, request }) =>
        shown(await act(action, by(deployment, principal, request), params.id)),
    );
  }
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const verbs: [string, string, Permission, string, typeof deactivatePerson][] = [
    [
      'people.deactivate',
      'deactivate',
      'people.deactivate',
      'End what lets a person in: sessions, links, signing in',
      deactivatePerson,
    ],
    [
      'people.reactivate',
      'reactivate',
      'people.deactivate',
      'Let a deactivated person in again',
      reactivatePerson,
    ],
    [
      'people.resetTwoFactor',
      'reset-two-factor',
      'people.update',
      'Take the second factor off, for who has lost it',
      resetTwoFactor,
    ],
    ['people.signOut', 'sign-out', 'people.update', 'Sign a person out everywhere', signOutPerson],
  ];
  for (const [id, verb, permission, summary, act] of verbs) {
    write(
      app,
      deployment,
      {
        id,
        method: 'POST',
        url: `/v1/people/:id/${verb}`,
        permission,
        summary,
        params: personParams,
        body: personReason,
        reply: person,
      },
      async (action, { params, body, principal }) =>
        personToApi(await act(action, principal, params.id, body.reason)),
    );
  }
}

function by(deployment: Deployment, principal: Principal, request: FastifyRequest): By {
  return { principal, deployment, origin: originOf(deployment, request) };
}

/** Where people reach us: as set, else as whoever asks does. */
export function originOf({ url }: Deployment, request: FastifyRequest): string {
  return url ?? `${request.protocol}://${request.host}`;
}

/** A link that is mailed is not shown; one that is shown is shown once. */
function shown({ person: row, link }: Linked) {
  const body = personToApi(row);
  const { url, expiresAt, isMailed } = link;
  const hidden = { ...body, link: null as { url: string; expiresAt: string } | null };
  return isMailed ? hidden : new OneTimeSecret({ ...body, link: { url, expiresAt } }, hidden);
}
