// Generated from sdk/test/fixtures/openapi.sample.json by `npm run generate sdk`. Do not edit.

import { pages, type Pages } from '../paging.ts';
import { path } from '../path.ts';
import type {
  CallOptions,
  ConditionalOptions,
  IdempotentConditionalOptions,
  IdempotentOptions,
  Send,
} from '../request.ts';
import type * as Api from './types.gen.ts';

export type CredentialsResource = ReturnType<typeof credentialsResource>;

export function credentialsResource(send: Send) {
  return {
    /**
     * Move a credential.
     *
     * `POST /v1/credentials/{id}/move`
     */
    move: (
      id: string,
      body: Api.CredentialsMoveBody,
      options: IdempotentConditionalOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.move',
        method: 'POST',
        path: path`/v1/credentials/${id}/move`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Find a credential by its credential ID.
     *
     * `POST /v1/credentials/lookup`
     */
    lookup: (body: Api.CredentialsLookupBody, options: CallOptions = {}): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.lookup',
        method: 'POST',
        path: path`/v1/credentials/lookup`,
        body,
        options,
      }),
  };
}

export type EventsResource = ReturnType<typeof eventsResource>;

export function eventsResource(send: Send) {
  return {
    /**
     * Record usage.
     *
     * `POST /v1/events`
     */
    ingest: (
      body: Api.EventInput | Api.EventInput[],
      options: CallOptions = {},
    ): Promise<Api.IngestResult> =>
      send<Api.IngestResult>({
        operation: 'events.ingest',
        method: 'POST',
        path: path`/v1/events`,
        body,
        options,
      }),

    /**
     * Trace an event.
     *
     * `GET /v1/events/{id}/trace`
     */
    trace: (id: string, options: CallOptions = {}): Promise<Api.EventTrace> =>
      send<Api.EventTrace>({
        operation: 'events.trace',
        method: 'GET',
        path: path`/v1/events/${id}/trace`,
        options,
      }),
  };
}

export type InvoicesResource = ReturnType<typeof invoicesResource>;

export function invoicesResource(send: Send) {
  return {
    /**
     * Finalize a draft.
     *
     * `POST /v1/invoices/{id}/finalize`
     */
    finalize: (id: string, options: IdempotentOptions = {}): Promise<Api.Invoice> =>
      send<Api.Invoice>({
        operation: 'invoices.finalize',
        method: 'POST',
        path: path`/v1/invoices/${id}/finalize`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * The invoice as PDF.
     *
     * `GET /v1/invoices/{id}/pdf`
     */
    pdf: (id: string, options: CallOptions = {}): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'invoices.pdf',
        method: 'GET',
        path: path`/v1/invoices/${id}/pdf`,
        answer: 'bytes',
        accept: 'application/pdf',
        options,
      }),

    /**
     * List invoices.
     *
     * `GET /v1/invoices`
     */
    list: (
      query: Api.InvoicesListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Invoice, Api.InvoicesListResult> =>
      pages<Api.Invoice, Api.InvoicesListResult>(send, {
        operation: 'invoices.list',
        method: 'GET',
        path: path`/v1/invoices`,
        query,
        options,
      }),
  };
}

export type OrganizationsResource = ReturnType<typeof organizationsResource>;

export function organizationsResource(send: Send) {
  return {
    /**
     * List organizations.
     *
     * `GET /v1/organizations`
     */
    list: (
      query: Api.OrganizationsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Organization, Api.OrganizationPage> =>
      pages<Api.Organization, Api.OrganizationPage>(send, {
        operation: 'organizations.list',
        method: 'GET',
        path: path`/v1/organizations`,
        query,
        options,
      }),

    /**
     * Create an organization.
     *
     * `POST /v1/organizations`
     */
    create: (
      body: Api.NewOrganization,
      options: IdempotentOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.create',
        method: 'POST',
        path: path`/v1/organizations`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get an organization.
     *
     * `GET /v1/organizations/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.get',
        method: 'GET',
        path: path`/v1/organizations/${id}`,
        options,
      }),

    /**
     * Change an organization.
     *
     * Dated fields change from now.
     *
     * `PATCH /v1/organizations/{id}`
     */
    update: (
      id: string,
      body: Api.OrganizationPatch,
      options: ConditionalOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.update',
        method: 'PATCH',
        path: path`/v1/organizations/${id}`,
        body,
        options,
      }),

    /**
     * Archive an organization.
     *
     * `DELETE /v1/organizations/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<void> =>
      send<void>({
        operation: 'organizations.delete',
        method: 'DELETE',
        path: path`/v1/organizations/${id}`,
        answer: 'none',
        options,
      }),

    /**
     * Its ancestors, nearest first.
     *
     * `GET /v1/organizations/{id}/ancestors`
     */
    ancestors: (id: string, options: CallOptions = {}): Promise<Api.OrganizationsAncestorsResult> =>
      send<Api.OrganizationsAncestorsResult>({
        operation: 'organizations.ancestors',
        method: 'GET',
        path: path`/v1/organizations/${id}/ancestors`,
        options,
      }),

    /**
     * It and everything below it.
     *
     * `GET /v1/organizations/{id}/tree`
     */
    tree: (id: string, options: CallOptions = {}): Promise<Api.OrganizationTree> =>
      send<Api.OrganizationTree>({
        operation: 'organizations.tree',
        method: 'GET',
        path: path`/v1/organizations/${id}/tree`,
        options,
      }),
  };
}

export type StatementsResource = ReturnType<typeof statementsResource>;

export function statementsResource(send: Send) {
  return {
    /**
     * A statement as CSV.
     *
     * `GET /v1/statements/{organizationId}/csv`
     */
    csv: (
      organizationId: string,
      query: Api.StatementsCsvQuery = {},
      options: CallOptions = {},
    ): Promise<string> =>
      send<string>({
        operation: 'statements.csv',
        method: 'GET',
        path: path`/v1/statements/${organizationId}/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),
  };
}

export type UsageResource = ReturnType<typeof usageResource>;

export function usageResource(send: Send) {
  return {
    /**
     * Usage.
     *
     * `GET /v1/usage`
     */
    query: (query: Api.UsageQueryQuery, options: CallOptions = {}): Promise<Api.UsageQueryResult> =>
      send<Api.UsageQueryResult>({
        operation: 'usage.query',
        method: 'GET',
        path: path`/v1/usage`,
        query,
        options,
      }),
  };
}

/** Every resource of the API. */
export class Resources {
  readonly credentials: CredentialsResource;
  readonly events: EventsResource;
  readonly invoices: InvoicesResource;
  readonly organizations: OrganizationsResource;
  readonly statements: StatementsResource;
  readonly usage: UsageResource;

  constructor(send: Send) {
    this.credentials = credentialsResource(send);
    this.events = eventsResource(send);
    this.invoices = invoicesResource(send);
    this.organizations = organizationsResource(send);
    this.statements = statementsResource(send);
    this.usage = usageResource(send);
  }
}
