// Generated from openapi.json by `npm run generate sdk`. Do not edit.

import { pages, type Pages } from '../paging.ts';
import { path } from '../path.ts';
import type { CallOptions, ConditionalOptions, IdempotentOptions, Send } from '../request.ts';
import type * as Api from './types.gen.ts';

export type ApiKeysResource = ReturnType<typeof apiKeysResource>;

export function apiKeysResource(send: Send) {
  return {
    /**
     * List API keys, newest first.
     *
     * Permission: `apiKeys.read`.
     *
     * `GET /v1/api-keys`
     */
    list: (
      query: Api.ApiKeysListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.ApiKey, Api.ApiKeysListResult> =>
      pages<Api.ApiKey, Api.ApiKeysListResult>(send, {
        operation: 'apiKeys.list',
        method: 'GET',
        path: path`/v1/api-keys`,
        query,
        options,
      }),

    /**
     * Create an API key.
     *
     * The key is shown once and kept as a hash.
     *
     * Permission: `apiKeys.create`.
     *
     * `POST /v1/api-keys`
     */
    create: (body: Api.ApiKeyCreate, options: IdempotentOptions = {}): Promise<Api.CreatedApiKey> =>
      send<Api.CreatedApiKey>({
        operation: 'apiKeys.create',
        method: 'POST',
        path: path`/v1/api-keys`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Revoke an API key.
     *
     * Permission: `apiKeys.revoke`.
     *
     * `POST /v1/api-keys/{id}/revoke`
     */
    revoke: (id: string, options: IdempotentOptions = {}): Promise<Api.ApiKey> =>
      send<Api.ApiKey>({
        operation: 'apiKeys.revoke',
        method: 'POST',
        path: path`/v1/api-keys/${id}/revoke`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type AuditLogResource = ReturnType<typeof auditLogResource>;

export function auditLogResource(send: Send) {
  return {
    /**
     * Who changed what, from where and why; the latest first.
     *
     * Permission: `auditLog.read`.
     *
     * `GET /v1/audit-log`
     */
    list: (
      query: Api.AuditLogListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.AuditEntry, Api.AuditLogListResult> =>
      pages<Api.AuditEntry, Api.AuditLogListResult>(send, {
        operation: 'auditLog.list',
        method: 'GET',
        path: path`/v1/audit-log`,
        query,
        options,
      }),

    /**
     * The audit log as CSV, all that the filters find.
     *
     * Permission: `auditLog.read`.
     *
     * `GET /v1/audit-log/csv`
     */
    csv: (query: Api.AuditLogCsvQuery = {}, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'auditLog.csv',
        method: 'GET',
        path: path`/v1/audit-log/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),

    /**
     * The audit log as one JSON object a line, all that the filters find.
     *
     * Permission: `auditLog.read`.
     *
     * `GET /v1/audit-log/ndjson`
     */
    ndjson: (query: Api.AuditLogNdjsonQuery = {}, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'auditLog.ndjson',
        method: 'GET',
        path: path`/v1/audit-log/ndjson`,
        query,
        answer: 'text',
        accept: 'application/x-ndjson',
        options,
      }),
  };
}

export type BillingRunsResource = ReturnType<typeof billingRunsResource>;

export function billingRunsResource(send: Send) {
  return {
    /**
     * List billing runs, newest first.
     *
     * Permission: `billingRuns.read`.
     *
     * `GET /v1/billing-runs`
     */
    list: (
      query: Api.BillingRunsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.BillingRun, Api.BillingRunsListResult> =>
      pages<Api.BillingRun, Api.BillingRunsListResult>(send, {
        operation: 'billingRuns.list',
        method: 'GET',
        path: path`/v1/billing-runs`,
        query,
        options,
      }),

    /**
     * Draft the invoices of a month.
     *
     * Drafts what is due in the cycles that end in the period, and what was recorded late for cycles billed before. Asking again brings drafts up to date; what is issued never changes.
     *
     * Permission: `billingRuns.create`.
     *
     * `POST /v1/billing-runs`
     */
    create: (
      body: Api.BillingRunCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.BillingRun> =>
      send<Api.BillingRun>({
        operation: 'billingRuns.create',
        method: 'POST',
        path: path`/v1/billing-runs`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a billing run, with its progress.
     *
     * Permission: `billingRuns.read`.
     *
     * `GET /v1/billing-runs/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.BillingRun> =>
      send<Api.BillingRun>({
        operation: 'billingRuns.get',
        method: 'GET',
        path: path`/v1/billing-runs/${id}`,
        options,
      }),
  };
}

export type BillingScheduleResource = ReturnType<typeof billingScheduleResource>;

export function billingScheduleResource(send: Send) {
  return {
    /**
     * When billing runs are made without being asked for.
     *
     * Permission: `billingSchedule.read`.
     *
     * `GET /v1/billing-schedule`
     */
    get: (options: CallOptions = {}): Promise<Api.BillingSchedule> =>
      send<Api.BillingSchedule>({
        operation: 'billingSchedule.get',
        method: 'GET',
        path: path`/v1/billing-schedule`,
        options,
      }),

    /**
     * Turn billing by schedule on or off.
     *
     * While it is on, each payer’s cycle is billed once its grace is over: into drafts, to be looked at and finalized, or finalized by themselves.
     *
     * Permission: `billingSchedule.update`.
     *
     * `PATCH /v1/billing-schedule`
     */
    update: (
      body: Api.BillingScheduleUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.BillingSchedule> =>
      send<Api.BillingSchedule>({
        operation: 'billingSchedule.update',
        method: 'PATCH',
        path: path`/v1/billing-schedule`,
        body,
        options,
      }),
  };
}

export type ChecksResource = ReturnType<typeof checksResource>;

export function checksResource(send: Send) {
  return {
    /**
     * Prove that the books hold.
     *
     * Recomputes, from the rows themselves and in one snapshot, what must always hold: of what was recorded since it was proven last, which happens once a minute, or, with `complete=true`, of everything. A check that fails names the rows, and is looked at again until it holds.
     *
     * Permission: `checks.read`.
     *
     * `GET /v1/checks`
     */
    run: (query: Api.ChecksRunQuery = {}, options: CallOptions = {}): Promise<Api.Checks> =>
      send<Api.Checks>({
        operation: 'checks.run',
        method: 'GET',
        path: path`/v1/checks`,
        query,
        options,
      }),
  };
}

export type ConflictsResource = ReturnType<typeof conflictsResource>;

export function conflictsResource(send: Send) {
  return {
    /**
     * List other bodies of recorded events, newest first.
     *
     * The first body of an id stands; another one is kept, and not counted.
     *
     * Permission: `conflicts.read`.
     *
     * `GET /v1/conflicts`
     */
    list: (
      query: Api.ConflictsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.EventConflict, Api.ConflictsListResult> =>
      pages<Api.EventConflict, Api.ConflictsListResult>(send, {
        operation: 'conflicts.list',
        method: 'GET',
        path: path`/v1/conflicts`,
        query,
        options,
      }),
  };
}

export type CredentialsResource = ReturnType<typeof credentialsResource>;

export function credentialsResource(send: Send) {
  return {
    /**
     * List credentials, newest first.
     *
     * To find one by its credential ID, post to `/v1/credentials/lookup`.
     *
     * Permission: `credentials.read`.
     *
     * `GET /v1/credentials`
     */
    list: (
      query: Api.CredentialsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Credential, Api.CredentialsListResult> =>
      pages<Api.Credential, Api.CredentialsListResult>(send, {
        operation: 'credentials.list',
        method: 'GET',
        path: path`/v1/credentials`,
        query,
        options,
      }),

    /**
     * Create a credential.
     *
     * Usage that was recorded with its ID before finds its owner.
     *
     * Permission: `credentials.create`.
     *
     * `POST /v1/credentials`
     */
    create: (
      body: Api.CredentialCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.create',
        method: 'POST',
        path: path`/v1/credentials`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a credential.
     *
     * Permission: `credentials.read`.
     *
     * `GET /v1/credentials/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.get',
        method: 'GET',
        path: path`/v1/credentials/${id}`,
        options,
      }),

    /**
     * Change a credential.
     *
     * Permission: `credentials.update`.
     *
     * `PATCH /v1/credentials/{id}`
     */
    update: (
      id: string,
      body: Api.CredentialUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.update',
        method: 'PATCH',
        path: path`/v1/credentials/${id}`,
        body,
        options,
      }),

    /**
     * End a credential now and archive it.
     *
     * Its past usage stays attributed; its ID may name another credential from now on.
     *
     * Permission: `credentials.delete`.
     *
     * `DELETE /v1/credentials/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Credential | null> =>
      send<Api.Credential | null>({
        operation: 'credentials.delete',
        method: 'DELETE',
        path: path`/v1/credentials/${id}`,
        options,
      }),

    /**
     * Whom it was bound to, when, and the IDs it had.
     *
     * Permission: `credentials.read`.
     *
     * `GET /v1/credentials/{id}/bindings`
     */
    bindings: (id: string, options: CallOptions = {}): Promise<Api.CredentialBindings> =>
      send<Api.CredentialBindings>({
        operation: 'credentials.bindings',
        method: 'GET',
        path: path`/v1/credentials/${id}/bindings`,
        options,
      }),

    /**
     * Who changed what, when and why.
     *
     * The changes, and the rows of its timelines as they were recorded, superseded ones included.
     *
     * Permission: `credentials.read`.
     *
     * `GET /v1/credentials/{id}/history`
     */
    history: (id: string, options: CallOptions = {}): Promise<Api.CredentialsHistoryResult> =>
      send<Api.CredentialsHistoryResult>({
        operation: 'credentials.history',
        method: 'GET',
        path: path`/v1/credentials/${id}/history`,
        options,
      }),

    /**
     * Find the credential that a credential ID names.
     *
     * Changes nothing. The ID travels in the body because it may be a live key.
     *
     * Permission: `credentials.read`.
     *
     * `POST /v1/credentials/lookup`
     */
    lookup: (body: Api.CredentialLookup, options: CallOptions = {}): Promise<Api.CredentialFound> =>
      send<Api.CredentialFound>({
        operation: 'credentials.lookup',
        method: 'POST',
        path: path`/v1/credentials/lookup`,
        body,
        options,
      }),

    /**
     * Bind it to another subscriber, organization or subscription from a time.
     *
     * What was recorded at or after `from` is attributed again. A subscription that is not named is kept if it fits the organization, else let go.
     *
     * Permission: `credentials.move`.
     *
     * `POST /v1/credentials/{id}/move`
     */
    move: (
      id: string,
      body: Api.CredentialMove,
      options: IdempotentOptions = {},
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
     * Give it a new credential ID.
     *
     * It stays the same credential: its usage goes on in one line. The IDs it has work until `previousUntil`.
     *
     * Permission: `credentials.update`.
     *
     * `POST /v1/credentials/{id}/rotate`
     */
    rotate: (
      id: string,
      body: Api.CredentialRotate,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.rotate',
        method: 'POST',
        path: path`/v1/credentials/${id}/rotate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * End it now, or from a time in the past.
     *
     * Its IDs name it no more: usage that occurred from then on finds another owner, or is unclassified for the reason `credential_ended`.
     *
     * Permission: `credentials.revoke`.
     *
     * `POST /v1/credentials/{id}/revoke`
     */
    revoke: (
      id: string,
      body: Api.CredentialRevoke,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.revoke',
        method: 'POST',
        path: path`/v1/credentials/${id}/revoke`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Plan its end, or take the planned end back.
     *
     * Permission: `credentials.revoke`.
     *
     * `POST /v1/credentials/{id}/expire`
     */
    expire: (
      id: string,
      body: Api.CredentialExpire,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.expire',
        method: 'POST',
        path: path`/v1/credentials/${id}/expire`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what is planned for it.
     *
     * Moves, rotations and ends that lie in the future. What holds before them goes on.
     *
     * Permission: `credentials.move`.
     *
     * `POST /v1/credentials/{id}/cancel-planned`
     */
    cancelPlanned: (
      id: string,
      body: Api.CancelPlanned,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.cancelPlanned',
        method: 'POST',
        path: path`/v1/credentials/${id}/cancel-planned`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Bind one again that was deleted, revoked or has expired.
     *
     * Permission: `credentials.update`.
     *
     * `POST /v1/credentials/{id}/restore`
     */
    restore: (
      id: string,
      body: Api.CredentialRestore,
      options: IdempotentOptions = {},
    ): Promise<Api.Credential> =>
      send<Api.Credential>({
        operation: 'credentials.restore',
        method: 'POST',
        path: path`/v1/credentials/${id}/restore`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Show the credential ID and the external secret.
     *
     * Kept in the history of the credential. Nothing of the answer is stored.
     *
     * Permission: `credentials.reveal`.
     *
     * `POST /v1/credentials/{id}/reveal`
     */
    reveal: (
      id: string,
      body: {
        /** Kept in the history. */
        reason?: string | undefined;
      } | null,
      options: CallOptions = {},
    ): Promise<Api.CredentialSecrets> =>
      send<Api.CredentialSecrets>({
        operation: 'credentials.reveal',
        method: 'POST',
        path: path`/v1/credentials/${id}/reveal`,
        body,
        options,
      }),
  };
}

export type CreditNoteLinesResource = ReturnType<typeof creditNoteLinesResource>;

export function creditNoteLinesResource(send: Send) {
  return {
    /**
     * The exact events behind a line of a credit note, in order of time.
     *
     * As those of an invoice line: a credit takes back the events with sign -1. A part of an invoice line that was credited by hand has none; its usage stays billed.
     *
     * Permission: `creditNotes.read`.
     *
     * `GET /v1/credit-note-lines/{id}/events`
     */
    events: (
      id: string,
      query: Api.CreditNoteLinesEventsQuery = {},
      options: CallOptions = {},
    ): Pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents> =>
      pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents>(send, {
        operation: 'creditNoteLines.events',
        method: 'GET',
        path: path`/v1/credit-note-lines/${id}/events`,
        query,
        options,
      }),
  };
}

export type CreditNotesResource = ReturnType<typeof creditNotesResource>;

export function creditNotesResource(send: Send) {
  return {
    /**
     * List credit notes, newest first, without their lines.
     *
     * Permission: `creditNotes.read`.
     *
     * `GET /v1/credit-notes`
     */
    list: (
      query: Api.CreditNotesListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.CreditNoteHeader, Api.CreditNotesListResult> =>
      pages<Api.CreditNoteHeader, Api.CreditNotesListResult>(send, {
        operation: 'creditNotes.list',
        method: 'GET',
        path: path`/v1/credit-notes`,
        query,
        options,
      }),

    /**
     * Credit an invoice, or parts of its lines.
     *
     * Issued at once, with a number of its own. It lowers what is due on the invoice; what is more than that is credit of the customer. The usage stays billed.
     *
     * Permission: `creditNotes.create`.
     *
     * `POST /v1/credit-notes`
     */
    create: (
      body: Api.CreditNoteCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.CreditNote> =>
      send<Api.CreditNote>({
        operation: 'creditNotes.create',
        method: 'POST',
        path: path`/v1/credit-notes`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a credit note with its lines.
     *
     * Permission: `creditNotes.read`.
     *
     * `GET /v1/credit-notes/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.CreditNote> =>
      send<Api.CreditNote>({
        operation: 'creditNotes.get',
        method: 'GET',
        path: path`/v1/credit-notes/${id}`,
        options,
      }),

    /**
     * Take a credit note back.
     *
     * What it had credited is owed again, by an entry of its own. Not once its credit has been used. Its number stays used.
     *
     * Permission: `creditNotes.void`.
     *
     * `POST /v1/credit-notes/{id}/void`
     */
    void: (
      id: string,
      body: Api.CreditNotesVoidBody,
      options: IdempotentOptions = {},
    ): Promise<Api.CreditNoteHeader> =>
      send<Api.CreditNoteHeader>({
        operation: 'creditNotes.void',
        method: 'POST',
        path: path`/v1/credit-notes/${id}/void`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Apply what is left of a credit note to invoices.
     *
     * Permission: `creditNotes.allocate`.
     *
     * `POST /v1/credit-notes/{id}/allocate`
     */
    allocate: (
      id: string,
      body: Api.Allocate,
      options: IdempotentOptions = {},
    ): Promise<Api.CreditNoteHeader> =>
      send<Api.CreditNoteHeader>({
        operation: 'creditNotes.allocate',
        method: 'POST',
        path: path`/v1/credit-notes/${id}/allocate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what the rest of a credit note paid of an invoice.
     *
     * Permission: `creditNotes.allocate`.
     *
     * `POST /v1/credit-notes/{id}/deallocate`
     */
    deallocate: (
      id: string,
      body: Api.Deallocate,
      options: IdempotentOptions = {},
    ): Promise<Api.CreditNoteHeader> =>
      send<Api.CreditNoteHeader>({
        operation: 'creditNotes.deallocate',
        method: 'POST',
        path: path`/v1/credit-notes/${id}/deallocate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Send a credit note to the customer.
     *
     * To the billing e-mail of the organization, with its PDF. Where it cannot be sent the message says `not_sent`, and why.
     *
     * Permission: `creditNotes.send`.
     *
     * `POST /v1/credit-notes/{id}/send`
     */
    send: (id: string, options: IdempotentOptions = {}): Promise<Api.Message> =>
      send<Api.Message>({
        operation: 'creditNotes.send',
        method: 'POST',
        path: path`/v1/credit-notes/${id}/send`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * A credit note as PDF.
     *
     * As it was issued, with what has become of it since.
     *
     * Permission: `creditNotes.read`.
     *
     * `GET /v1/credit-notes/{id}/pdf`
     */
    pdf: (id: string, options: CallOptions = {}): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'creditNotes.pdf',
        method: 'GET',
        path: path`/v1/credit-notes/${id}/pdf`,
        answer: 'bytes',
        accept: 'application/pdf',
        options,
      }),
  };
}

export type EventsResource = ReturnType<typeof eventsResource>;

export function eventsResource(send: Send) {
  return {
    /**
     * List events, latest occurrence first.
     *
     * Permission: `events.read`.
     *
     * `GET /v1/events`
     */
    list: (
      query: Api.EventsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Event, Api.EventsListResult> =>
      pages<Api.Event, Api.EventsListResult>(send, {
        operation: 'events.list',
        method: 'GET',
        path: path`/v1/events`,
        query,
        options,
      }),

    /**
     * Record usage: one event, an array, or NDJSON.
     *
     * Durable before the answer. The body may be gzip (`Content-Encoding: gzip`). An event counts once, for ever, by `source` and `id`, so a retry is always safe. One bad event does not fail its neighbours; a single event that is refused is answered as a problem.
     *
     * Permission: `events.ingest`.
     *
     * `POST /v1/events`
     */
    ingest: (
      body: Api.NewEvent | Api.NewEvent[],
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
     * Find events by what they carry, too, latest occurrence first.
     *
     * As the list, and by any identifier as it was sent. It changes nothing; it is a POST because a credential ID may be a live key and has no place in an address.
     *
     * Permission: `events.read`.
     *
     * `POST /v1/events/search`
     */
    search: (body: Api.EventSearch, options: CallOptions = {}): Promise<Api.EventsSearchResult> =>
      send<Api.EventsSearchResult>({
        operation: 'events.search',
        method: 'POST',
        path: path`/v1/events/search`,
        body,
        options,
      }),

    /**
     * Get an event and what it is attributed to.
     *
     * Permission: `events.read`.
     *
     * `GET /v1/events/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Event> =>
      send<Api.Event>({
        operation: 'events.get',
        method: 'GET',
        path: path`/v1/events/${id}`,
        options,
      }),

    /**
     * Follow an event to the statement it ends on.
     *
     * Every hop, the rule that decided and why, and the lines of invoices and credit notes whose set holds the event.
     *
     * Permission: `events.read`.
     *
     * `GET /v1/events/{id}/trace`
     */
    trace: (id: string, options: CallOptions = {}): Promise<Api.Trace> =>
      send<Api.Trace>({
        operation: 'events.trace',
        method: 'GET',
        path: path`/v1/events/${id}/trace`,
        options,
      }),
  };
}

export type FindingsResource = ReturnType<typeof findingsResource>;

export function findingsResource(send: Send) {
  return {
    /**
     * Check the customer model for what will cause billing trouble.
     *
     * Customers that look like one, invoices that will be several, keys in the wrong place or unused, usage that reaches nobody, accounts that cannot be written to: each with its evidence and one call that mends it.
     *
     * Permission: `findings.read`.
     *
     * `GET /v1/findings`
     */
    list: (
      query: Api.FindingsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Finding, Api.FindingsListResult> =>
      pages<Api.Finding, Api.FindingsListResult>(send, {
        operation: 'findings.list',
        method: 'GET',
        path: path`/v1/findings`,
        query,
        options,
      }),
  };
}

export type IgnoredUsageResource = ReturnType<typeof ignoredUsageResource>;

export function ignoredUsageResource(send: Send) {
  return {
    /**
     * Late usage that was not billed because the policy is to ignore it, newest first.
     *
     * One entry for each charge, service period and run. No later document counts it, whatever the policy has become.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/ignored-usage`
     */
    list: (
      query: Api.IgnoredUsageListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.IgnoredUsage, Api.IgnoredUsageListResult> =>
      pages<Api.IgnoredUsage, Api.IgnoredUsageListResult>(send, {
        operation: 'ignoredUsage.list',
        method: 'GET',
        path: path`/v1/ignored-usage`,
        query,
        options,
      }),

    /**
     * Get ignored usage.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/ignored-usage/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.IgnoredUsage> =>
      send<Api.IgnoredUsage>({
        operation: 'ignoredUsage.get',
        method: 'GET',
        path: path`/v1/ignored-usage/${id}`,
        options,
      }),

    /**
     * The exact events that were ignored, in order of time.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/ignored-usage/{id}/events`
     */
    events: (
      id: string,
      query: Api.IgnoredUsageEventsQuery = {},
      options: CallOptions = {},
    ): Pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents> =>
      pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents>(send, {
        operation: 'ignoredUsage.events',
        method: 'GET',
        path: path`/v1/ignored-usage/${id}/events`,
        query,
        options,
      }),
  };
}

export type IngestSettingsResource = ReturnType<typeof ingestSettingsResource>;

export function ingestSettingsResource(send: Send) {
  return {
    /**
     * How unknown identifiers are met.
     *
     * Permission: `ingestSettings.read`.
     *
     * `GET /v1/ingest-settings`
     */
    get: (options: CallOptions = {}): Promise<Api.IngestSettings> =>
      send<Api.IngestSettings>({
        operation: 'ingestSettings.get',
        method: 'GET',
        path: path`/v1/ingest-settings`,
        options,
      }),

    /**
     * Change how unknown identifiers are met.
     *
     * Permission: `ingestSettings.update`.
     *
     * `PATCH /v1/ingest-settings`
     */
    update: (
      body: Api.IngestSettingsUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.IngestSettings> =>
      send<Api.IngestSettings>({
        operation: 'ingestSettings.update',
        method: 'PATCH',
        path: path`/v1/ingest-settings`,
        body,
        options,
      }),
  };
}

export type InvoiceHeadersResource = ReturnType<typeof invoiceHeadersResource>;

export function invoiceHeadersResource(send: Send) {
  return {
    /**
     * List the heads of issued invoices, newest first.
     *
     * Totals, taxes, what was paid and what is due; no lines, nor what leads to them. `unpaid=true&organizationId=…` is what one customer still owes.
     *
     * Permission: `invoices.readHeaders`.
     *
     * `GET /v1/invoice-headers`
     */
    list: (
      query: Api.InvoiceHeadersListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.IssuedInvoiceHeader, Api.InvoiceHeadersListResult> =>
      pages<Api.IssuedInvoiceHeader, Api.InvoiceHeadersListResult>(send, {
        operation: 'invoiceHeaders.list',
        method: 'GET',
        path: path`/v1/invoice-headers`,
        query,
        options,
      }),

    /**
     * Get the head of an issued invoice.
     *
     * Permission: `invoices.readHeaders`.
     *
     * `GET /v1/invoice-headers/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.IssuedInvoiceHeader> =>
      send<Api.IssuedInvoiceHeader>({
        operation: 'invoiceHeaders.get',
        method: 'GET',
        path: path`/v1/invoice-headers/${id}`,
        options,
      }),
  };
}

export type InvoiceLinesResource = ReturnType<typeof invoiceLinesResource>;

export function invoiceLinesResource(send: Send) {
  return {
    /**
     * The exact events behind a line, in order of time.
     *
     * Events that the line adds and that it takes back. With the first page come the figures of the whole set, computed from the events, beside those that the line keeps.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoice-lines/{id}/events`
     */
    events: (
      id: string,
      query: Api.InvoiceLinesEventsQuery = {},
      options: CallOptions = {},
    ): Pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents> =>
      pages<Api.InvoiceLineEvent, Api.InvoiceLineEvents>(send, {
        operation: 'invoiceLines.events',
        method: 'GET',
        path: path`/v1/invoice-lines/${id}/events`,
        query,
        options,
      }),

    /**
     * The lines of many invoices as CSV.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoice-lines/csv`
     */
    csv: (query: Api.InvoiceLinesCsvQuery = {}, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'invoiceLines.csv',
        method: 'GET',
        path: path`/v1/invoice-lines/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),
  };
}

export type InvoicesResource = ReturnType<typeof invoicesResource>;

export function invoicesResource(send: Send) {
  return {
    /**
     * List invoices, newest first, without their lines.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices`
     */
    list: (
      query: Api.InvoicesListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.InvoiceHeader, Api.InvoicesListResult> =>
      pages<Api.InvoiceHeader, Api.InvoicesListResult>(send, {
        operation: 'invoices.list',
        method: 'GET',
        path: path`/v1/invoices`,
        query,
        options,
      }),

    /**
     * Get an invoice with its lines.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices/{id}`
     */
    get: (
      id: string,
      query: Api.InvoicesGetQuery = {},
      options: CallOptions = {},
    ): Promise<Api.Invoice> =>
      send<Api.Invoice>({
        operation: 'invoices.get',
        method: 'GET',
        path: path`/v1/invoices/${id}`,
        query,
        options,
      }),

    /**
     * Issue a draft.
     *
     * It gets its number and its dates, and its total is owed, less what credit the customer has. From then on it never changes.
     *
     * Permission: `invoices.finalize`.
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
     * Take an issued invoice back.
     *
     * Only while nothing was paid or credited of it. Its number stays used; its usage is billed again by the next run.
     *
     * Permission: `invoices.void`.
     *
     * `POST /v1/invoices/{id}/void`
     */
    void: (
      id: string,
      body: Api.InvoicesVoidBody,
      options: IdempotentOptions = {},
    ): Promise<Api.InvoiceHeader> =>
      send<Api.InvoiceHeader>({
        operation: 'invoices.void',
        method: 'POST',
        path: path`/v1/invoices/${id}/void`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Give up what is due on an invoice.
     *
     * A payment that names it later is taken all the same.
     *
     * Permission: `invoices.writeOff`.
     *
     * `POST /v1/invoices/{id}/uncollectible`
     */
    writeOff: (
      id: string,
      body: Api.InvoicesWriteOffBody,
      options: IdempotentOptions = {},
    ): Promise<Api.InvoiceHeader> =>
      send<Api.InvoiceHeader>({
        operation: 'invoices.writeOff',
        method: 'POST',
        path: path`/v1/invoices/${id}/uncollectible`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * What a payer’s running cycle comes to so far.
     *
     * What a billing run would draft, had the cycle ended: fees and usage that fall due in it, and what follows up on earlier invoices, with taxes and breakdown. Nothing is stored.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices/upcoming`
     */
    upcoming: (
      query: Api.InvoicesUpcomingQuery,
      options: CallOptions = {},
    ): Promise<Api.Upcoming> =>
      send<Api.Upcoming>({
        operation: 'invoices.upcoming',
        method: 'GET',
        path: path`/v1/invoices/upcoming`,
        query,
        options,
      }),

    /**
     * Send an invoice to the payer.
     *
     * To the billing e-mail of the organization, now or as soon as the mail server takes it. Where it cannot be sent the message says `not_sent`, and why.
     *
     * Permission: `invoices.send`.
     *
     * `POST /v1/invoices/{id}/send`
     */
    send: (id: string, options: IdempotentOptions = {}): Promise<Api.Message> =>
      send<Api.Message>({
        operation: 'invoices.send',
        method: 'POST',
        path: path`/v1/invoices/${id}/send`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Remind the payer of an open invoice.
     *
     * Like `send`, with what is still due.
     *
     * Permission: `invoices.send`.
     *
     * `POST /v1/invoices/{id}/remind`
     */
    remind: (id: string, options: IdempotentOptions = {}): Promise<Api.Message> =>
      send<Api.Message>({
        operation: 'invoices.remind',
        method: 'POST',
        path: path`/v1/invoices/${id}/remind`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * An invoice as PDF.
     *
     * As it was issued, with what was paid since; a draft says across its pages that it is one. The same invoice gives the same bytes.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices/{id}/pdf`
     */
    pdf: (
      id: string,
      query: Api.InvoicesPdfQuery = {},
      options: CallOptions = {},
    ): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'invoices.pdf',
        method: 'GET',
        path: path`/v1/invoices/${id}/pdf`,
        query,
        answer: 'bytes',
        accept: 'application/pdf',
        options,
      }),

    /**
     * An issued invoice as PDF, without lines and breakdown.
     *
     * For whoever may see what is owed and not what it is made of: totals, taxes, what was paid and what is due.
     *
     * Permission: `invoices.readHeaders`.
     *
     * `GET /v1/invoices/{id}/summary-pdf`
     */
    summaryPdf: (id: string, options: CallOptions = {}): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'invoices.summaryPdf',
        method: 'GET',
        path: path`/v1/invoices/${id}/summary-pdf`,
        answer: 'bytes',
        accept: 'application/pdf',
        options,
      }),

    /**
     * The lines of an invoice, or their breakdown, as CSV.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices/{id}/csv`
     */
    linesCsv: (
      id: string,
      query: Api.InvoicesLinesCsvQuery = {},
      options: CallOptions = {},
    ): Promise<string> =>
      send<string>({
        operation: 'invoices.linesCsv',
        method: 'GET',
        path: path`/v1/invoices/${id}/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),

    /**
     * Invoices as CSV, newest first.
     *
     * Permission: `invoices.read`.
     *
     * `GET /v1/invoices/csv`
     */
    csv: (query: Api.InvoicesCsvQuery = {}, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'invoices.csv',
        method: 'GET',
        path: path`/v1/invoices/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),
  };
}

export type MeResource = ReturnType<typeof meResource>;

export function meResource(send: Send) {
  return {
    /**
     * Who I am, and what I may do.
     *
     * Permission: `me.read`.
     *
     * `GET /v1/me`
     */
    get: (options: CallOptions = {}): Promise<Api.Me> =>
      send<Api.Me>({ operation: 'me.get', method: 'GET', path: path`/v1/me`, options }),

    /**
     * Change my name.
     *
     * Permission: `me.update`.
     *
     * `PATCH /v1/me`
     */
    update: (body: Api.MeUpdate, options: ConditionalOptions = {}): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'me.update',
        method: 'PATCH',
        path: path`/v1/me`,
        body,
        options,
      }),

    /**
     * Where I am signed in, the latest first.
     *
     * Permission: `me.read`.
     *
     * `GET /v1/me/sessions`
     */
    sessions: (options: CallOptions = {}): Promise<Api.MeSessionsResult> =>
      send<Api.MeSessionsResult>({
        operation: 'me.sessions',
        method: 'GET',
        path: path`/v1/me/sessions`,
        options,
      }),

    /**
     * Sign myself out somewhere.
     *
     * Permission: `me.update`.
     *
     * `POST /v1/me/sessions/{id}/end`
     */
    endSession: (id: string, options: IdempotentOptions = {}): Promise<Api.MeEndSessionResult> =>
      send<Api.MeEndSessionResult>({
        operation: 'me.endSession',
        method: 'POST',
        path: path`/v1/me/sessions/${id}/end`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type MergesResource = ReturnType<typeof mergesResource>;

export function mergesResource(send: Send) {
  return {
    /**
     * List merges of organizations, newest first.
     *
     * Permission: `merges.read`.
     *
     * `GET /v1/merges`
     */
    list: (
      query: Api.MergesListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Merge, Api.MergesListResult> =>
      pages<Api.Merge, Api.MergesListResult>(send, {
        operation: 'merges.list',
        method: 'GET',
        path: path`/v1/merges`,
        query,
        options,
      }),

    /**
     * Preview the merge of an organization into another.
     *
     * Shows what would move, what it would do to drafts, invoices and what everybody owes, and which usage subscriptions of both would price: that asks for a choice. Nothing changes until it is applied.
     *
     * Permission: `merges.create`.
     *
     * `POST /v1/merges`
     */
    create: (body: Api.MergeCreate, options: CallOptions = {}): Promise<Api.Merge> =>
      send<Api.Merge>({
        operation: 'merges.create',
        method: 'POST',
        path: path`/v1/merges`,
        body,
        options,
      }),

    /**
     * Get a merge, with its preview.
     *
     * Permission: `merges.read`.
     *
     * `GET /v1/merges/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Merge> =>
      send<Api.Merge>({
        operation: 'merges.get',
        method: 'GET',
        path: path`/v1/merges/${id}`,
        options,
      }),

    /**
     * Preview it again, once its preview has become stale.
     *
     * Permission: `merges.create`.
     *
     * `POST /v1/merges/{id}/preview`
     */
    preview: (id: string, options: CallOptions = {}): Promise<Api.Merge> =>
      send<Api.Merge>({
        operation: 'merges.preview',
        method: 'POST',
        path: path`/v1/merges/${id}/preview`,
        options,
      }),

    /**
     * Merge as previewed.
     *
     * From then on the survivor answers wherever the merged organization is named; usage that was recorded since the preview follows. Refused as `preview_stale` where what was previewed, or where it would go, has changed since, and as `choice_required` where usage would be ambiguous. Applying it again answers the same.
     *
     * Permission: `merges.apply`.
     *
     * `POST /v1/merges/{id}/apply`
     */
    apply: (id: string, options: IdempotentOptions = {}): Promise<Api.Merge> =>
      send<Api.Merge>({
        operation: 'merges.apply',
        method: 'POST',
        path: path`/v1/merges/${id}/apply`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take a merge back.
     *
     * Appends the compensation: the organization answers for itself again, and usage that was moved returns. What occurred from the merge until now stays with the survivor.
     *
     * Permission: `merges.apply`.
     *
     * `POST /v1/merges/{id}/undo`
     */
    undo: (id: string, options: IdempotentOptions = {}): Promise<Api.Merge> =>
      send<Api.Merge>({
        operation: 'merges.undo',
        method: 'POST',
        path: path`/v1/merges/${id}/undo`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type MessagesResource = ReturnType<typeof messagesResource>;

export function messagesResource(send: Send) {
  return {
    /**
     * What was sent to customers, or was not, newest first.
     *
     * Permission: `messages.read`.
     *
     * `GET /v1/messages`
     */
    list: (
      query: Api.MessagesListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Message, Api.MessagesListResult> =>
      pages<Api.Message, Api.MessagesListResult>(send, {
        operation: 'messages.list',
        method: 'GET',
        path: path`/v1/messages`,
        query,
        options,
      }),

    /**
     * Get a message with every attempt to send it.
     *
     * Permission: `messages.read`.
     *
     * `GET /v1/messages/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.MessageWithLog> =>
      send<Api.MessageWithLog>({
        operation: 'messages.get',
        method: 'GET',
        path: path`/v1/messages/${id}`,
        options,
      }),
  };
}

export type MetersResource = ReturnType<typeof metersResource>;

export function metersResource(send: Send) {
  return {
    /**
     * List meters, newest first.
     *
     * Permission: `meters.read`.
     *
     * `GET /v1/meters`
     */
    list: (
      query: Api.MetersListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Meter, Api.MetersListResult> =>
      pages<Api.Meter, Api.MetersListResult>(send, {
        operation: 'meters.list',
        method: 'GET',
        path: path`/v1/meters`,
        query,
        options,
      }),

    /**
     * Create a meter.
     *
     * Permission: `meters.create`.
     *
     * `POST /v1/meters`
     */
    create: (body: Api.MeterCreate, options: IdempotentOptions = {}): Promise<Api.Meter> =>
      send<Api.Meter>({
        operation: 'meters.create',
        method: 'POST',
        path: path`/v1/meters`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a meter.
     *
     * Permission: `meters.read`.
     *
     * `GET /v1/meters/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Meter> =>
      send<Api.Meter>({
        operation: 'meters.get',
        method: 'GET',
        path: path`/v1/meters/${id}`,
        options,
      }),

    /**
     * Change what a meter counts.
     *
     * Another definition is a new version; plans keep the version they pinned.
     *
     * Permission: `meters.update`.
     *
     * `PATCH /v1/meters/{id}`
     */
    update: (
      id: string,
      body: Api.MeterUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Meter> =>
      send<Api.Meter>({
        operation: 'meters.update',
        method: 'PATCH',
        path: path`/v1/meters/${id}`,
        body,
        options,
      }),

    /**
     * Archive a meter, or remove it.
     *
     * Removed where no plan ever named it and no event brought it about. Otherwise archived: no new charge can name it, events do not make it again, and what pinned it goes on.
     *
     * Permission: `meters.delete`.
     *
     * `DELETE /v1/meters/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Meter | null | null> =>
      send<Api.Meter | null | null>({
        operation: 'meters.delete',
        method: 'DELETE',
        path: path`/v1/meters/${id}`,
        options,
      }),
  };
}

export type OrganizationsResource = ReturnType<typeof organizationsResource>;

export function organizationsResource(send: Send) {
  return {
    /**
     * List organizations, newest first.
     *
     * Permission: `organizations.read`.
     *
     * `GET /v1/organizations`
     */
    list: (
      query: Api.OrganizationsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Organization, Api.OrganizationsListResult> =>
      pages<Api.Organization, Api.OrganizationsListResult>(send, {
        operation: 'organizations.list',
        method: 'GET',
        path: path`/v1/organizations`,
        query,
        options,
      }),

    /**
     * Create an organization.
     *
     * Permission: `organizations.create`.
     *
     * `POST /v1/organizations`
     */
    create: (
      body: Api.OrganizationCreate,
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
     * By the id of one that was merged: whoever it was merged into.
     *
     * Permission: `organizations.read`.
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
     * Permission: `organizations.update`.
     *
     * `PATCH /v1/organizations/{id}`
     */
    update: (
      id: string,
      body: Api.OrganizationUpdate,
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
     * Archive an organization, or remove it if nothing refers to it.
     *
     * Permission: `organizations.delete`.
     *
     * `DELETE /v1/organizations/{id}`
     */
    delete: (
      id: string,
      options: ConditionalOptions = {},
    ): Promise<Api.Organization | null | null> =>
      send<Api.Organization | null | null>({
        operation: 'organizations.delete',
        method: 'DELETE',
        path: path`/v1/organizations/${id}`,
        options,
      }),

    /**
     * The organizations above, nearest first.
     *
     * Permission: `organizations.read`.
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
     * The organizations below, level by level.
     *
     * Permission: `organizations.read`.
     *
     * `GET /v1/organizations/{id}/descendants`
     */
    descendants: (
      id: string,
      options: CallOptions = {},
    ): Promise<Api.OrganizationsDescendantsResult> =>
      send<Api.OrganizationsDescendantsResult>({
        operation: 'organizations.descendants',
        method: 'GET',
        path: path`/v1/organizations/${id}/descendants`,
        options,
      }),

    /**
     * Who changed what, when and why.
     *
     * The changes, and the rows of its parent, its payer and its merges as they were recorded, superseded ones included. Of what was merged, its own.
     *
     * Permission: `organizations.read`.
     *
     * `GET /v1/organizations/{id}/history`
     */
    history: (id: string, options: CallOptions = {}): Promise<Api.OrganizationsHistoryResult> =>
      send<Api.OrganizationsHistoryResult>({
        operation: 'organizations.history',
        method: 'GET',
        path: path`/v1/organizations/${id}/history`,
        options,
      }),

    /**
     * Bring an archived organization back.
     *
     * Permission: `organizations.update`.
     *
     * `POST /v1/organizations/{id}/restore`
     */
    restore: (
      id: string,
      body: {
        /** Kept in the history. */
        reason?: string | undefined;
      } | null,
      options: IdempotentOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.restore',
        method: 'POST',
        path: path`/v1/organizations/${id}/restore`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what is planned for its parent and its payer.
     *
     * What holds before the planned change goes on.
     *
     * Permission: `organizations.update`.
     *
     * `POST /v1/organizations/{id}/cancel-planned`
     */
    cancelPlanned: (
      id: string,
      body: Api.CancelPlanned,
      options: IdempotentOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.cancelPlanned',
        method: 'POST',
        path: path`/v1/organizations/${id}/cancel-planned`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Put it under another parent from a time.
     *
     * Permission: `organizations.update`.
     *
     * `POST /v1/organizations/{id}/move`
     */
    move: (
      id: string,
      body: Api.OrganizationMove,
      options: IdempotentOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.move',
        method: 'POST',
        path: path`/v1/organizations/${id}/move`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Let another organization pay for it from a time.
     *
     * Permission: `organizations.update`.
     *
     * `POST /v1/organizations/{id}/bill-to`
     */
    billTo: (
      id: string,
      body: Api.OrganizationBillTo,
      options: IdempotentOptions = {},
    ): Promise<Api.Organization> =>
      send<Api.Organization>({
        operation: 'organizations.billTo',
        method: 'POST',
        path: path`/v1/organizations/${id}/bill-to`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type PaymentsResource = ReturnType<typeof paymentsResource>;

export function paymentsResource(send: Send) {
  return {
    /**
     * List payments, newest first.
     *
     * Permission: `payments.read`.
     *
     * `GET /v1/payments`
     */
    list: (
      query: Api.PaymentsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Payment, Api.PaymentsListResult> =>
      pages<Api.Payment, Api.PaymentsListResult>(send, {
        operation: 'payments.list',
        method: 'GET',
        path: path`/v1/payments`,
        query,
        options,
      }),

    /**
     * Record a payment.
     *
     * Pays the invoices that are due, the one due first first, or those named. What is left is credit that the next invoices of the currency use.
     *
     * Permission: `payments.create`.
     *
     * `POST /v1/payments`
     */
    create: (body: Api.PaymentCreate, options: IdempotentOptions = {}): Promise<Api.Payment> =>
      send<Api.Payment>({
        operation: 'payments.create',
        method: 'POST',
        path: path`/v1/payments`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a payment, with what it paid.
     *
     * Permission: `payments.read`.
     *
     * `GET /v1/payments/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Payment> =>
      send<Api.Payment>({
        operation: 'payments.get',
        method: 'GET',
        path: path`/v1/payments/${id}`,
        options,
      }),

    /**
     * Apply what is left of a payment to invoices.
     *
     * Permission: `payments.allocate`.
     *
     * `POST /v1/payments/{id}/allocate`
     */
    allocate: (
      id: string,
      body: Api.Allocate,
      options: IdempotentOptions = {},
    ): Promise<Api.Payment> =>
      send<Api.Payment>({
        operation: 'payments.allocate',
        method: 'POST',
        path: path`/v1/payments/${id}/allocate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what a payment paid of an invoice.
     *
     * That is due again, and the payment has as much left.
     *
     * Permission: `payments.allocate`.
     *
     * `POST /v1/payments/{id}/deallocate`
     */
    deallocate: (
      id: string,
      body: Api.Deallocate,
      options: IdempotentOptions = {},
    ): Promise<Api.Payment> =>
      send<Api.Payment>({
        operation: 'payments.deallocate',
        method: 'POST',
        path: path`/v1/payments/${id}/deallocate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Record that a payment bounced.
     *
     * What it had paid is due again.
     *
     * Permission: `payments.reverse`.
     *
     * `POST /v1/payments/{id}/reverse`
     */
    reverse: (
      id: string,
      body: Api.PaymentReverse,
      options: IdempotentOptions = {},
    ): Promise<Api.Payment> =>
      send<Api.Payment>({
        operation: 'payments.reverse',
        method: 'POST',
        path: path`/v1/payments/${id}/reverse`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type PeopleResource = ReturnType<typeof peopleResource>;

export function peopleResource(send: Send) {
  return {
    /**
     * List the people who sign in, newest first.
     *
     * Permission: `people.read`.
     *
     * `GET /v1/people`
     */
    list: (
      query: Api.PeopleListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Person, Api.PeopleListResult> =>
      pages<Api.Person, Api.PeopleListResult>(send, {
        operation: 'people.list',
        method: 'GET',
        path: path`/v1/people`,
        query,
        options,
      }),

    /**
     * Invite a person.
     *
     * A link by which the person chooses a password. It works once, for a week; it is mailed where mail is set up, else answered, this once.
     *
     * Permission: `people.invite`.
     *
     * `POST /v1/people`
     */
    invite: (body: Api.PersonInvite, options: IdempotentOptions = {}): Promise<Api.InvitedPerson> =>
      send<Api.InvitedPerson>({
        operation: 'people.invite',
        method: 'POST',
        path: path`/v1/people`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a person.
     *
     * Permission: `people.read`.
     *
     * `GET /v1/people/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.get',
        method: 'GET',
        path: path`/v1/people/${id}`,
        options,
      }),

    /**
     * Change a person's name or role.
     *
     * Nobody gives a role that may do more than himself; the last owner stays one.
     *
     * Permission: `people.update`.
     *
     * `PATCH /v1/people/{id}`
     */
    update: (
      id: string,
      body: Api.PersonUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.update',
        method: 'PATCH',
        path: path`/v1/people/${id}`,
        body,
        options,
      }),

    /**
     * Who changed a person, what and when, and when he signed in; oldest first.
     *
     * Permission: `auditLog.read`.
     *
     * `GET /v1/people/{id}/history`
     */
    history: (id: string, options: CallOptions = {}): Promise<Api.PeopleHistoryResult> =>
      send<Api.PeopleHistoryResult>({
        operation: 'people.history',
        method: 'GET',
        path: path`/v1/people/${id}/history`,
        options,
      }),

    /**
     * Invite again.
     *
     * The link before ends. It is mailed where mail is set up, else answered.
     *
     * Permission: `people.invite`.
     *
     * `POST /v1/people/{id}/invite`
     */
    inviteAgain: (id: string, options: IdempotentOptions = {}): Promise<Api.InvitedPerson> =>
      send<Api.InvitedPerson>({
        operation: 'people.inviteAgain',
        method: 'POST',
        path: path`/v1/people/${id}/invite`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Let a person choose a new password, by a link that works once, for an hour.
     *
     * The link before ends. It is mailed where mail is set up, else answered.
     *
     * Permission: `people.update`.
     *
     * `POST /v1/people/{id}/password-link`
     */
    letChoosePassword: (id: string, options: IdempotentOptions = {}): Promise<Api.InvitedPerson> =>
      send<Api.InvitedPerson>({
        operation: 'people.letChoosePassword',
        method: 'POST',
        path: path`/v1/people/${id}/password-link`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * End what lets a person in: sessions, links, signing in.
     *
     * Permission: `people.deactivate`.
     *
     * `POST /v1/people/{id}/deactivate`
     */
    deactivate: (
      id: string,
      body: Api.PersonReason,
      options: IdempotentOptions = {},
    ): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.deactivate',
        method: 'POST',
        path: path`/v1/people/${id}/deactivate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Let a deactivated person in again.
     *
     * Permission: `people.deactivate`.
     *
     * `POST /v1/people/{id}/reactivate`
     */
    reactivate: (
      id: string,
      body: Api.PersonReason,
      options: IdempotentOptions = {},
    ): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.reactivate',
        method: 'POST',
        path: path`/v1/people/${id}/reactivate`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take the second factor off, for who has lost it.
     *
     * Permission: `people.update`.
     *
     * `POST /v1/people/{id}/reset-two-factor`
     */
    resetTwoFactor: (
      id: string,
      body: Api.PersonReason,
      options: IdempotentOptions = {},
    ): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.resetTwoFactor',
        method: 'POST',
        path: path`/v1/people/${id}/reset-two-factor`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Sign a person out everywhere.
     *
     * Permission: `people.update`.
     *
     * `POST /v1/people/{id}/sign-out`
     */
    signOut: (
      id: string,
      body: Api.PersonReason,
      options: IdempotentOptions = {},
    ): Promise<Api.Person> =>
      send<Api.Person>({
        operation: 'people.signOut',
        method: 'POST',
        path: path`/v1/people/${id}/sign-out`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type PlansResource = ReturnType<typeof plansResource>;

export function plansResource(send: Send) {
  return {
    /**
     * List plans, newest first.
     *
     * Permission: `plans.read`.
     *
     * `GET /v1/plans`
     */
    list: (
      query: Api.PlansListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Plan, Api.PlansListResult> =>
      pages<Api.Plan, Api.PlansListResult>(send, {
        operation: 'plans.list',
        method: 'GET',
        path: path`/v1/plans`,
        query,
        options,
      }),

    /**
     * Create a plan.
     *
     * Permission: `plans.create`.
     *
     * `POST /v1/plans`
     */
    create: (body: Api.PlanCreate, options: IdempotentOptions = {}): Promise<Api.Plan> =>
      send<Api.Plan>({
        operation: 'plans.create',
        method: 'POST',
        path: path`/v1/plans`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a plan in its latest version.
     *
     * Permission: `plans.read`.
     *
     * `GET /v1/plans/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Plan> =>
      send<Api.Plan>({
        operation: 'plans.get',
        method: 'GET',
        path: path`/v1/plans/${id}`,
        options,
      }),

    /**
     * Change a plan.
     *
     * Other prices are a new version: existing subscriptions keep theirs until their plan is changed. `fees` and `charges` replace all of them; charges that are sent pin the current versions of their meters.
     *
     * Permission: `plans.update`.
     *
     * `PATCH /v1/plans/{id}`
     */
    update: (
      id: string,
      body: Api.PlanUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Plan> =>
      send<Api.Plan>({
        operation: 'plans.update',
        method: 'PATCH',
        path: path`/v1/plans/${id}`,
        body,
        options,
      }),

    /**
     * Archive a plan, or remove it.
     *
     * Removed where nobody ever subscribed to it. Otherwise archived: nobody can newly subscribe to it, and existing subscriptions go on.
     *
     * Permission: `plans.delete`.
     *
     * `DELETE /v1/plans/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Plan | null | null> =>
      send<Api.Plan | null | null>({
        operation: 'plans.delete',
        method: 'DELETE',
        path: path`/v1/plans/${id}`,
        options,
      }),

    /**
     * List the versions of a plan, newest first.
     *
     * Permission: `plans.read`.
     *
     * `GET /v1/plans/{id}/versions`
     */
    versions: (
      id: string,
      query: Api.PlansVersionsQuery = {},
      options: CallOptions = {},
    ): Pages<Api.PlanVersion, Api.PlansVersionsResult> =>
      pages<Api.PlanVersion, Api.PlansVersionsResult>(send, {
        operation: 'plans.versions',
        method: 'GET',
        path: path`/v1/plans/${id}/versions`,
        query,
        options,
      }),

    /**
     * Correct a version of a plan that nobody has subscribed to.
     *
     * Under the same number. Once somebody has subscribed to it a version is fixed: 409 `in_use`; change the plan, which makes a new one.
     *
     * Permission: `plans.update`.
     *
     * `PATCH /v1/plans/{id}/versions/{planVersion}`
     */
    amend: (
      id: string,
      planVersion: number | string,
      body: Api.PlanVersionUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.PlanVersion> =>
      send<Api.PlanVersion>({
        operation: 'plans.amend',
        method: 'PATCH',
        path: path`/v1/plans/${id}/versions/${planVersion}`,
        body,
        options,
      }),

    /**
     * Bring an archived plan back.
     *
     * Permission: `plans.update`.
     *
     * `POST /v1/plans/{id}/restore`
     */
    restore: (id: string, options: IdempotentOptions = {}): Promise<Api.Plan> =>
      send<Api.Plan>({
        operation: 'plans.restore',
        method: 'POST',
        path: path`/v1/plans/${id}/restore`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * What quantities, or what a customer used, would come to at this plan.
     *
     * By the rules that invoices are made by, and without changing anything: amounts, breakdown by price and tier, fees, total. Real usage is priced in service periods counted from `from` in the time zone of the organization; the last one is cut at `to` and its fees are prorated. Simulating real usage takes `usage.read`, too.
     *
     * Permission: `plans.read`.
     *
     * `POST /v1/plans/{id}/simulate`
     */
    simulate: (
      id: string,
      body: Api.SimulationTerms,
      options: CallOptions = {},
    ): Promise<Api.Simulation> =>
      send<Api.Simulation>({
        operation: 'plans.simulate',
        method: 'POST',
        path: path`/v1/plans/${id}/simulate`,
        body,
        options,
      }),
  };
}

export type ProductsResource = ReturnType<typeof productsResource>;

export function productsResource(send: Send) {
  return {
    /**
     * List products, newest first.
     *
     * Permission: `products.read`.
     *
     * `GET /v1/products`
     */
    list: (
      query: Api.ProductsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Product, Api.ProductsListResult> =>
      pages<Api.Product, Api.ProductsListResult>(send, {
        operation: 'products.list',
        method: 'GET',
        path: path`/v1/products`,
        query,
        options,
      }),

    /**
     * Create a product.
     *
     * Permission: `products.create`.
     *
     * `POST /v1/products`
     */
    create: (body: Api.ProductCreate, options: IdempotentOptions = {}): Promise<Api.Product> =>
      send<Api.Product>({
        operation: 'products.create',
        method: 'POST',
        path: path`/v1/products`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a product.
     *
     * Permission: `products.read`.
     *
     * `GET /v1/products/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Product> =>
      send<Api.Product>({
        operation: 'products.get',
        method: 'GET',
        path: path`/v1/products/${id}`,
        options,
      }),

    /**
     * Change a product.
     *
     * Permission: `products.update`.
     *
     * `PATCH /v1/products/{id}`
     */
    update: (
      id: string,
      body: Api.ProductUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Product> =>
      send<Api.Product>({
        operation: 'products.update',
        method: 'PATCH',
        path: path`/v1/products/${id}`,
        body,
        options,
      }),

    /**
     * Archive a product, or remove it if it never had a plan.
     *
     * Permission: `products.delete`.
     *
     * `DELETE /v1/products/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Product | null | null> =>
      send<Api.Product | null | null>({
        operation: 'products.delete',
        method: 'DELETE',
        path: path`/v1/products/${id}`,
        options,
      }),

    /**
     * Bring an archived product back.
     *
     * Permission: `products.update`.
     *
     * `POST /v1/products/{id}/restore`
     */
    restore: (id: string, options: IdempotentOptions = {}): Promise<Api.Product> =>
      send<Api.Product>({
        operation: 'products.restore',
        method: 'POST',
        path: path`/v1/products/${id}/restore`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type ReattributionsResource = ReturnType<typeof reattributionsResource>;

export function reattributionsResource(send: Send) {
  return {
    /**
     * List re-attributions, newest first.
     *
     * Permission: `reattributions.read`.
     *
     * `GET /v1/reattributions`
     */
    list: (
      query: Api.ReattributionsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Reattribution, Api.ReattributionsListResult> =>
      pages<Api.Reattribution, Api.ReattributionsListResult>(send, {
        operation: 'reattributions.list',
        method: 'GET',
        path: path`/v1/reattributions`,
        query,
        options,
      }),

    /**
     * Preview a re-attribution of recorded usage.
     *
     * Shows what would move and what it would do to drafts, invoices and what everybody owes. Nothing changes until it is applied.
     *
     * Permission: `reattributions.create`.
     *
     * `POST /v1/reattributions`
     */
    create: (
      body: Api.ReattributionsCreateBody,
      options: CallOptions = {},
    ): Promise<Api.Reattribution> =>
      send<Api.Reattribution>({
        operation: 'reattributions.create',
        method: 'POST',
        path: path`/v1/reattributions`,
        body,
        options,
      }),

    /**
     * Get a re-attribution, with its preview.
     *
     * Permission: `reattributions.read`.
     *
     * `GET /v1/reattributions/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Reattribution> =>
      send<Api.Reattribution>({
        operation: 'reattributions.get',
        method: 'GET',
        path: path`/v1/reattributions/${id}`,
        options,
      }),

    /**
     * Preview it, or preview it again.
     *
     * For what a change of ownership left to be moved later, and for a preview that has become stale.
     *
     * Permission: `reattributions.create`.
     *
     * `POST /v1/reattributions/{id}/preview`
     */
    preview: (id: string, options: CallOptions = {}): Promise<Api.Reattribution> =>
      send<Api.Reattribution>({
        operation: 'reattributions.preview',
        method: 'POST',
        path: path`/v1/reattributions/${id}/preview`,
        options,
      }),

    /**
     * Do what was previewed.
     *
     * Moves exactly the events that were previewed, all or none: what was recorded since is not in it. Refused as `preview_stale` where these events, or where they would go, have changed since. Applying it again answers the same.
     *
     * Permission: `reattributions.apply`.
     *
     * `POST /v1/reattributions/{id}/apply`
     */
    apply: (id: string, options: IdempotentOptions = {}): Promise<Api.Reattribution> =>
      send<Api.Reattribution>({
        operation: 'reattributions.apply',
        method: 'POST',
        path: path`/v1/reattributions/${id}/apply`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what was applied.
     *
     * Appends the compensation: figures return exactly. What something else has moved since is left where it is, and listed.
     *
     * Permission: `reattributions.apply`.
     *
     * `POST /v1/reattributions/{id}/undo`
     */
    undo: (id: string, options: IdempotentOptions = {}): Promise<Api.Reattribution> =>
      send<Api.Reattribution>({
        operation: 'reattributions.undo',
        method: 'POST',
        path: path`/v1/reattributions/${id}/undo`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type RefundsResource = ReturnType<typeof refundsResource>;

export function refundsResource(send: Send) {
  return {
    /**
     * List refunds, newest first.
     *
     * Permission: `refunds.read`.
     *
     * `GET /v1/refunds`
     */
    list: (
      query: Api.RefundsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Refund, Api.RefundsListResult> =>
      pages<Api.Refund, Api.RefundsListResult>(send, {
        operation: 'refunds.list',
        method: 'GET',
        path: path`/v1/refunds`,
        query,
        options,
      }),

    /**
     * Record that money was given back.
     *
     * Out of what is left of payments and credit notes, the oldest first, or out of the one named. To give back what an invoice took, credit the invoice first.
     *
     * Permission: `refunds.create`.
     *
     * `POST /v1/refunds`
     */
    create: (body: Api.RefundCreate, options: IdempotentOptions = {}): Promise<Api.Refund> =>
      send<Api.Refund>({
        operation: 'refunds.create',
        method: 'POST',
        path: path`/v1/refunds`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a refund.
     *
     * Permission: `refunds.read`.
     *
     * `GET /v1/refunds/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Refund> =>
      send<Api.Refund>({
        operation: 'refunds.get',
        method: 'GET',
        path: path`/v1/refunds/${id}`,
        options,
      }),
  };
}

export type RejectsResource = ReturnType<typeof rejectsResource>;

export function rejectsResource(send: Send) {
  return {
    /**
     * List refused events, newest first.
     *
     * Kept encrypted; text that may be a key is shown masked.
     *
     * Permission: `rejects.read`.
     *
     * `GET /v1/rejects`
     */
    list: (
      query: Api.RejectsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Reject, Api.RejectsListResult> =>
      pages<Api.Reject, Api.RejectsListResult>(send, {
        operation: 'rejects.list',
        method: 'GET',
        path: path`/v1/rejects`,
        query,
        options,
      }),

    /**
     * Send refused events again, as they were sent.
     *
     * By id, or all that match a filter, so many at once. What gets through is not sent again; what is refused again stays.
     *
     * Permission: `rejects.replay`.
     *
     * `POST /v1/rejects/replay`
     */
    replay: (
      body: Api.RejectReplay,
      options: IdempotentOptions = {},
    ): Promise<Api.RejectReplayResult> =>
      send<Api.RejectReplayResult>({
        operation: 'rejects.replay',
        method: 'POST',
        path: path`/v1/rejects/replay`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type SellerResource = ReturnType<typeof sellerResource>;

export function sellerResource(send: Send) {
  return {
    /**
     * Who issues the documents.
     *
     * Permission: `seller.read`.
     *
     * `GET /v1/seller`
     */
    get: (options: CallOptions = {}): Promise<Api.Seller> =>
      send<Api.Seller>({ operation: 'seller.get', method: 'GET', path: path`/v1/seller`, options }),

    /**
     * Change who issues the documents.
     *
     * For what is issued from now on: what was issued keeps what it says, and its number.
     *
     * Permission: `seller.update`.
     *
     * `PATCH /v1/seller`
     */
    update: (body: Api.SellerUpdate, options: ConditionalOptions = {}): Promise<Api.Seller> =>
      send<Api.Seller>({
        operation: 'seller.update',
        method: 'PATCH',
        path: path`/v1/seller`,
        body,
        options,
      }),

    /**
     * The logo.
     *
     * Permission: `seller.read`.
     *
     * `GET /v1/seller/logo`
     */
    logo: (options: CallOptions = {}): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'seller.logo',
        method: 'GET',
        path: path`/v1/seller/logo`,
        answer: 'bytes',
        accept: 'image/*',
        options,
      }),
  };
}

export type SendingSettingsResource = ReturnType<typeof sendingSettingsResource>;

export function sendingSettingsResource(send: Send) {
  return {
    /**
     * What is sent without being asked for.
     *
     * Permission: `sendingSettings.read`.
     *
     * `GET /v1/sending-settings`
     */
    get: (options: CallOptions = {}): Promise<Api.SendingSettings> =>
      send<Api.SendingSettings>({
        operation: 'sendingSettings.get',
        method: 'GET',
        path: path`/v1/sending-settings`,
        options,
      }),

    /**
     * Turn sending on finalize, and reminders, on or off.
     *
     * Permission: `sendingSettings.update`.
     *
     * `PATCH /v1/sending-settings`
     */
    update: (
      body: Api.SendingSettingsUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.SendingSettings> =>
      send<Api.SendingSettings>({
        operation: 'sendingSettings.update',
        method: 'PATCH',
        path: path`/v1/sending-settings`,
        body,
        options,
      }),
  };
}

export type ShareLinksResource = ReturnType<typeof shareLinksResource>;

export function shareLinksResource(send: Send) {
  return {
    /**
     * List share links, newest first.
     *
     * Permission: `shareLinks.read`.
     *
     * `GET /v1/share-links`
     */
    list: (
      query: Api.ShareLinksListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.ShareLink, Api.ShareLinksListResult> =>
      pages<Api.ShareLink, Api.ShareLinksListResult>(send, {
        operation: 'shareLinks.list',
        method: 'GET',
        path: path`/v1/share-links`,
        query,
        options,
      }),

    /**
     * Show what a customer owes to whoever has the link.
     *
     * The statement and the heads of the invoices of one customer, without an account, until the link expires or is revoked. The token is shown once and kept as a hash; whoever has it sends it as `x-share-token`, alone.
     *
     * Permission: `shareLinks.create`.
     *
     * `POST /v1/share-links`
     */
    create: (
      body: Api.ShareLinkCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.CreatedShareLink> =>
      send<Api.CreatedShareLink>({
        operation: 'shareLinks.create',
        method: 'POST',
        path: path`/v1/share-links`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a share link.
     *
     * Permission: `shareLinks.read`.
     *
     * `GET /v1/share-links/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.ShareLink> =>
      send<Api.ShareLink>({
        operation: 'shareLinks.get',
        method: 'GET',
        path: path`/v1/share-links/${id}`,
        options,
      }),

    /**
     * Revoke a share link.
     *
     * From this moment it shows nothing.
     *
     * Permission: `shareLinks.revoke`.
     *
     * `DELETE /v1/share-links/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.ShareLink | null> =>
      send<Api.ShareLink | null>({
        operation: 'shareLinks.delete',
        method: 'DELETE',
        path: path`/v1/share-links/${id}`,
        options,
      }),
  };
}

export type SplitsResource = ReturnType<typeof splitsResource>;

export function splitsResource(send: Send) {
  return {
    /**
     * List splits of organizations, newest first.
     *
     * Permission: `splits.read`.
     *
     * `GET /v1/splits`
     */
    list: (
      query: Api.SplitsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Split, Api.SplitsListResult> =>
      pages<Api.Split, Api.SplitsListResult>(send, {
        operation: 'splits.list',
        method: 'GET',
        path: path`/v1/splits`,
        query,
        options,
      }),

    /**
     * Preview a split: credentials and subscribers go to another organization, with their usage.
     *
     * Into one that there is, or a new one. Shows what would move, and what it would do to drafts, invoices and what everybody owes. Nothing changes until it is applied.
     *
     * Permission: `splits.create`.
     *
     * `POST /v1/splits`
     */
    create: (body: Api.SplitCreate, options: CallOptions = {}): Promise<Api.Split> =>
      send<Api.Split>({
        operation: 'splits.create',
        method: 'POST',
        path: path`/v1/splits`,
        body,
        options,
      }),

    /**
     * Get a split, with its preview.
     *
     * Permission: `splits.read`.
     *
     * `GET /v1/splits/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Split> =>
      send<Api.Split>({
        operation: 'splits.get',
        method: 'GET',
        path: path`/v1/splits/${id}`,
        options,
      }),

    /**
     * Preview it again, once its preview has become stale.
     *
     * Permission: `splits.create`.
     *
     * `POST /v1/splits/{id}/preview`
     */
    preview: (id: string, options: CallOptions = {}): Promise<Api.Split> =>
      send<Api.Split>({
        operation: 'splits.preview',
        method: 'POST',
        path: path`/v1/splits/${id}/preview`,
        options,
      }),

    /**
     * Split as previewed.
     *
     * All of it, or nothing; usage that was recorded since the preview follows. Refused as `preview_stale` where what was previewed, or where it would go, has changed since. Applying it again answers the same.
     *
     * Permission: `splits.apply`.
     *
     * `POST /v1/splits/{id}/apply`
     */
    apply: (id: string, options: IdempotentOptions = {}): Promise<Api.Split> =>
      send<Api.Split>({
        operation: 'splits.apply',
        method: 'POST',
        path: path`/v1/splits/${id}/apply`,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take a split back.
     *
     * As if it had never been: credentials, subscribers and their usage return, but for what was moved on since. An organization that it made is archived, if nothing else came to it.
     *
     * Permission: `splits.apply`.
     *
     * `POST /v1/splits/{id}/undo`
     */
    undo: (id: string, options: IdempotentOptions = {}): Promise<Api.Split> =>
      send<Api.Split>({
        operation: 'splits.undo',
        method: 'POST',
        path: path`/v1/splits/${id}/undo`,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type StatementsResource = ReturnType<typeof statementsResource>;

export function statementsResource(send: Send) {
  return {
    /**
     * Send a customer its statement.
     *
     * To the billing e-mail of the organization, with its PDF. Where it cannot be sent the message says `not_sent`, and why. It is the statement of both clocks at the moment of asking, unless others are named.
     *
     * Permission: `statements.send`.
     *
     * `POST /v1/statements/{organizationId}/send`
     */
    send: (
      organizationId: string,
      body: Api.StatementSend,
      options: IdempotentOptions = {},
    ): Promise<Api.Message> =>
      send<Api.Message>({
        operation: 'statements.send',
        method: 'POST',
        path: path`/v1/statements/${organizationId}/send`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * What every customer owes.
     *
     * Every customer is listed, owing or not; an archived one only while it owes.
     *
     * Permission: `statements.read`.
     *
     * `GET /v1/statements`
     */
    list: (
      query: Api.StatementsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.StatementSummary, Api.StatementsListResult> =>
      pages<Api.StatementSummary, Api.StatementsListResult>(send, {
        operation: 'statements.list',
        method: 'GET',
        path: path`/v1/statements`,
        query,
        options,
      }),

    /**
     * What one customer owes, as of any date and as known at any position.
     *
     * Permission: `statements.read`.
     *
     * `GET /v1/statements/{organizationId}`
     */
    get: (
      organizationId: string,
      query: Api.StatementsGetQuery = {},
      options: CallOptions = {},
    ): Promise<Api.Statement> =>
      send<Api.Statement>({
        operation: 'statements.get',
        method: 'GET',
        path: path`/v1/statements/${organizationId}`,
        query,
        options,
      }),

    /**
     * The statement of one customer as PDF.
     *
     * With the same `asOf` and `knownAt` the bytes are the same, for ever.
     *
     * Permission: `statements.read`.
     *
     * `GET /v1/statements/{organizationId}/pdf`
     */
    pdf: (
      organizationId: string,
      query: Api.StatementsPdfQuery = {},
      options: CallOptions = {},
    ): Promise<Uint8Array> =>
      send<Uint8Array>({
        operation: 'statements.pdf',
        method: 'GET',
        path: path`/v1/statements/${organizationId}/pdf`,
        query,
        answer: 'bytes',
        accept: 'application/pdf',
        options,
      }),

    /**
     * The statement of one customer as CSV.
     *
     * Its open invoices, and, over a range, its account: opening balance, entries, closing balance.
     *
     * Permission: `statements.read`.
     *
     * `GET /v1/statements/{organizationId}/csv`
     */
    customerCsv: (
      organizationId: string,
      query: Api.StatementsCustomerCsvQuery = {},
      options: CallOptions = {},
    ): Promise<string> =>
      send<string>({
        operation: 'statements.customerCsv',
        method: 'GET',
        path: path`/v1/statements/${organizationId}/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),

    /**
     * What every customer owes, as CSV.
     *
     * Permission: `statements.read`.
     *
     * `GET /v1/statements/csv`
     */
    csv: (query: Api.StatementsCsvQuery = {}, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'statements.csv',
        method: 'GET',
        path: path`/v1/statements/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),
  };
}

export type SubscribersResource = ReturnType<typeof subscribersResource>;

export function subscribersResource(send: Send) {
  return {
    /**
     * List subscribers, newest first.
     *
     * Permission: `subscribers.read`.
     *
     * `GET /v1/subscribers`
     */
    list: (
      query: Api.SubscribersListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Subscriber, Api.SubscribersListResult> =>
      pages<Api.Subscriber, Api.SubscribersListResult>(send, {
        operation: 'subscribers.list',
        method: 'GET',
        path: path`/v1/subscribers`,
        query,
        options,
      }),

    /**
     * Create a subscriber.
     *
     * Permission: `subscribers.create`.
     *
     * `POST /v1/subscribers`
     */
    create: (
      body: Api.SubscriberCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.create',
        method: 'POST',
        path: path`/v1/subscribers`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a subscriber.
     *
     * Permission: `subscribers.read`.
     *
     * `GET /v1/subscribers/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.get',
        method: 'GET',
        path: path`/v1/subscribers/${id}`,
        options,
      }),

    /**
     * Change a subscriber.
     *
     * Permission: `subscribers.update`.
     *
     * `PATCH /v1/subscribers/{id}`
     */
    update: (
      id: string,
      body: Api.SubscriberUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.update',
        method: 'PATCH',
        path: path`/v1/subscribers/${id}`,
        body,
        options,
      }),

    /**
     * Archive a subscriber.
     *
     * Refused while it holds credentials. Its past usage stays its own.
     *
     * Permission: `subscribers.delete`.
     *
     * `DELETE /v1/subscribers/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Subscriber | null> =>
      send<Api.Subscriber | null>({
        operation: 'subscribers.delete',
        method: 'DELETE',
        path: path`/v1/subscribers/${id}`,
        options,
      }),

    /**
     * Who changed what, when and why.
     *
     * The changes, and the rows of its memberships as they were recorded, superseded ones included.
     *
     * Permission: `subscribers.read`.
     *
     * `GET /v1/subscribers/{id}/history`
     */
    history: (id: string, options: CallOptions = {}): Promise<Api.SubscribersHistoryResult> =>
      send<Api.SubscribersHistoryResult>({
        operation: 'subscribers.history',
        method: 'GET',
        path: path`/v1/subscribers/${id}/history`,
        options,
      }),

    /**
     * Bring an archived subscriber back.
     *
     * Permission: `subscribers.update`.
     *
     * `POST /v1/subscribers/{id}/restore`
     */
    restore: (
      id: string,
      body: {
        /** Kept in the history. */
        reason?: string | undefined;
      } | null,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.restore',
        method: 'POST',
        path: path`/v1/subscribers/${id}/restore`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take back what is planned for its memberships.
     *
     * What holds before the planned change goes on.
     *
     * Permission: `subscribers.update`.
     *
     * `POST /v1/subscribers/{id}/cancel-planned`
     */
    cancelPlanned: (
      id: string,
      body: Api.CancelPlanned,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.cancelPlanned',
        method: 'POST',
        path: path`/v1/subscribers/${id}/cancel-planned`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Let it belong to other organizations from a time.
     *
     * What was recorded at or after `from` is attributed again.
     *
     * Permission: `subscribers.update`.
     *
     * `POST /v1/subscribers/{id}/memberships`
     */
    memberships: (
      id: string,
      body: Api.SubscriberMemberships,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscriber> =>
      send<Api.Subscriber>({
        operation: 'subscribers.memberships',
        method: 'POST',
        path: path`/v1/subscribers/${id}/memberships`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type SubscriptionsResource = ReturnType<typeof subscriptionsResource>;

export function subscriptionsResource(send: Send) {
  return {
    /**
     * List subscriptions, newest first.
     *
     * Permission: `subscriptions.read`.
     *
     * `GET /v1/subscriptions`
     */
    list: (
      query: Api.SubscriptionsListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.Subscription, Api.SubscriptionsListResult> =>
      pages<Api.Subscription, Api.SubscriptionsListResult>(send, {
        operation: 'subscriptions.list',
        method: 'GET',
        path: path`/v1/subscriptions`,
        query,
        options,
      }),

    /**
     * Subscribe an organization to a plan.
     *
     * Permission: `subscriptions.create`.
     *
     * `POST /v1/subscriptions`
     */
    create: (
      body: Api.SubscriptionCreate,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.create',
        method: 'POST',
        path: path`/v1/subscriptions`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Get a subscription.
     *
     * Permission: `subscriptions.read`.
     *
     * `GET /v1/subscriptions/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.get',
        method: 'GET',
        path: path`/v1/subscriptions/${id}`,
        options,
      }),

    /**
     * Change a subscription.
     *
     * The start is fixed; the plan and pauses have verbs of their own. Another anchor day or time zone holds from the next service period on.
     *
     * Permission: `subscriptions.update`.
     *
     * `PATCH /v1/subscriptions/{id}`
     */
    update: (
      id: string,
      body: Api.SubscriptionUpdate,
      options: ConditionalOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.update',
        method: 'PATCH',
        path: path`/v1/subscriptions/${id}`,
        body,
        options,
      }),

    /**
     * Withdraw a subscription.
     *
     * As if it had never been: possible until a credential is bound to it or an invoice names it. To end it, cancel it.
     *
     * Permission: `subscriptions.delete`.
     *
     * `DELETE /v1/subscriptions/{id}`
     */
    delete: (id: string, options: ConditionalOptions = {}): Promise<Api.Subscription | null> =>
      send<Api.Subscription | null>({
        operation: 'subscriptions.delete',
        method: 'DELETE',
        path: path`/v1/subscriptions/${id}`,
        options,
      }),

    /**
     * Who changed what, when and why.
     *
     * Permission: `subscriptions.read`.
     *
     * `GET /v1/subscriptions/{id}/history`
     */
    history: (id: string, options: CallOptions = {}): Promise<Api.SubscriptionsHistoryResult> =>
      send<Api.SubscriptionsHistoryResult>({
        operation: 'subscriptions.history',
        method: 'GET',
        path: path`/v1/subscriptions/${id}/history`,
        options,
      }),

    /**
     * End it: now, with the current period, or at an instant.
     *
     * Permission: `subscriptions.update`.
     *
     * `POST /v1/subscriptions/{id}/cancel`
     */
    cancel: (
      id: string,
      body: Api.SubscriptionCancel,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.cancel',
        method: 'POST',
        path: path`/v1/subscriptions/${id}/cancel`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Take no usage from a time on.
     *
     * Permission: `subscriptions.update`.
     *
     * `POST /v1/subscriptions/{id}/pause`
     */
    pause: (
      id: string,
      body: Api.SubscriptionPause,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.pause',
        method: 'POST',
        path: path`/v1/subscriptions/${id}/pause`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * End a pause.
     *
     * Permission: `subscriptions.update`.
     *
     * `POST /v1/subscriptions/{id}/resume`
     */
    resume: (
      id: string,
      body: Api.SubscriptionPause,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.resume',
        method: 'POST',
        path: path`/v1/subscriptions/${id}/resume`,
        body,
        takesIdempotencyKey: true,
        options,
      }),

    /**
     * Another plan, or the latest version of its plan: now, or from the next period on.
     *
     * Within a service period its plan ends there and the new one begins, both prorated by time; what was billed in advance for later is credited.
     *
     * Permission: `subscriptions.update`.
     *
     * `POST /v1/subscriptions/{id}/change-plan`
     */
    changePlan: (
      id: string,
      body: Api.SubscriptionChangePlan,
      options: IdempotentOptions = {},
    ): Promise<Api.Subscription> =>
      send<Api.Subscription>({
        operation: 'subscriptions.changePlan',
        method: 'POST',
        path: path`/v1/subscriptions/${id}/change-plan`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type UnclassifiedResource = ReturnType<typeof unclassifiedResource>;

export function unclassifiedResource(send: Send) {
  return {
    /**
     * List usage that reached no organization or no subscription.
     *
     * By what it identified itself with. Each group says why, how much, what it is worth and whose it may be.
     *
     * Permission: `unclassified.read`.
     *
     * `GET /v1/unclassified`
     */
    list: (
      query: Api.UnclassifiedListQuery = {},
      options: CallOptions = {},
    ): Pages<Api.UnclassifiedGroup, Api.UnclassifiedListResult> =>
      pages<Api.UnclassifiedGroup, Api.UnclassifiedListResult>(send, {
        operation: 'unclassified.list',
        method: 'GET',
        path: path`/v1/unclassified`,
        query,
        options,
      }),

    /**
     * Get a group of unclassified usage.
     *
     * Permission: `unclassified.read`.
     *
     * `GET /v1/unclassified/{id}`
     */
    get: (id: string, options: CallOptions = {}): Promise<Api.UnclassifiedGroup> =>
      send<Api.UnclassifiedGroup>({
        operation: 'unclassified.get',
        method: 'GET',
        path: path`/v1/unclassified/${id}`,
        options,
      }),

    /**
     * Give unclassified usage its owner.
     *
     * Makes or picks organization, subscriber, credential and subscription as the identifier demands, bound from when the group was first seen, and re-attributes its usage in the same transaction.
     *
     * Permission: `unclassified.claim`.
     *
     * `POST /v1/unclassified/claim`
     */
    claim: (
      body: Api.UnclassifiedClaim,
      options: IdempotentOptions = {},
    ): Promise<Api.UnclassifiedClaimResult> =>
      send<Api.UnclassifiedClaimResult>({
        operation: 'unclassified.claim',
        method: 'POST',
        path: path`/v1/unclassified/claim`,
        body,
        takesIdempotencyKey: true,
        options,
      }),
  };
}

export type UsageResource = ReturnType<typeof usageResource>;

export function usageResource(send: Send) {
  return {
    /**
     * Usage, summed by group and measure.
     *
     * Over `[from, to)` by occurrence. Usage that reached no customer is that of UNCLASSIFIED. `costs` is what it cost to provide: as the events say, else by the list price of their `model` (and `provider`) for `input_tokens`, `cache_read_tokens`, `cache_write_tokens` and `output_tokens`. List prices are for reading; nothing is invoiced by them. `amounts` is what it is rated at, as on invoices.
     *
     * Permission: `usage.read`.
     *
     * `GET /v1/usage`
     */
    get: (query: Api.UsageGetQuery, options: CallOptions = {}): Promise<Api.Usage> =>
      send<Api.Usage>({
        operation: 'usage.get',
        method: 'GET',
        path: path`/v1/usage`,
        query,
        options,
      }),

    /**
     * What made usage change.
     *
     * Compares two ranges of time and follows the change down to what made most of it: which subscription, whose key, which organization, which model.
     *
     * Permission: `usage.read`.
     *
     * `GET /v1/usage/explain`
     */
    explain: (
      query: Api.UsageExplainQuery,
      options: CallOptions = {},
    ): Promise<Api.UsageExplained> =>
      send<Api.UsageExplained>({
        operation: 'usage.explain',
        method: 'GET',
        path: path`/v1/usage/explain`,
        query,
        options,
      }),

    /**
     * Usage, summed by group and measure, as CSV.
     *
     * Permission: `usage.read`.
     *
     * `GET /v1/usage/csv`
     */
    csv: (query: Api.UsageCsvQuery, options: CallOptions = {}): Promise<string> =>
      send<string>({
        operation: 'usage.csv',
        method: 'GET',
        path: path`/v1/usage/csv`,
        query,
        answer: 'text',
        accept: 'text/csv',
        options,
      }),
  };
}

/** Every resource of the API. */
export class Resources {
  readonly apiKeys: ApiKeysResource;
  readonly auditLog: AuditLogResource;
  readonly billingRuns: BillingRunsResource;
  readonly billingSchedule: BillingScheduleResource;
  readonly checks: ChecksResource;
  readonly conflicts: ConflictsResource;
  readonly credentials: CredentialsResource;
  readonly creditNoteLines: CreditNoteLinesResource;
  readonly creditNotes: CreditNotesResource;
  readonly events: EventsResource;
  readonly findings: FindingsResource;
  readonly ignoredUsage: IgnoredUsageResource;
  readonly ingestSettings: IngestSettingsResource;
  readonly invoiceHeaders: InvoiceHeadersResource;
  readonly invoiceLines: InvoiceLinesResource;
  readonly invoices: InvoicesResource;
  readonly me: MeResource;
  readonly merges: MergesResource;
  readonly messages: MessagesResource;
  readonly meters: MetersResource;
  readonly organizations: OrganizationsResource;
  readonly payments: PaymentsResource;
  readonly people: PeopleResource;
  readonly plans: PlansResource;
  readonly products: ProductsResource;
  readonly reattributions: ReattributionsResource;
  readonly refunds: RefundsResource;
  readonly rejects: RejectsResource;
  readonly seller: SellerResource;
  readonly sendingSettings: SendingSettingsResource;
  readonly shareLinks: ShareLinksResource;
  readonly splits: SplitsResource;
  readonly statements: StatementsResource;
  readonly subscribers: SubscribersResource;
  readonly subscriptions: SubscriptionsResource;
  readonly unclassified: UnclassifiedResource;
  readonly usage: UsageResource;

  constructor(send: Send) {
    this.apiKeys = apiKeysResource(send);
    this.auditLog = auditLogResource(send);
    this.billingRuns = billingRunsResource(send);
    this.billingSchedule = billingScheduleResource(send);
    this.checks = checksResource(send);
    this.conflicts = conflictsResource(send);
    this.credentials = credentialsResource(send);
    this.creditNoteLines = creditNoteLinesResource(send);
    this.creditNotes = creditNotesResource(send);
    this.events = eventsResource(send);
    this.findings = findingsResource(send);
    this.ignoredUsage = ignoredUsageResource(send);
    this.ingestSettings = ingestSettingsResource(send);
    this.invoiceHeaders = invoiceHeadersResource(send);
    this.invoiceLines = invoiceLinesResource(send);
    this.invoices = invoicesResource(send);
    this.me = meResource(send);
    this.merges = mergesResource(send);
    this.messages = messagesResource(send);
    this.meters = metersResource(send);
    this.organizations = organizationsResource(send);
    this.payments = paymentsResource(send);
    this.people = peopleResource(send);
    this.plans = plansResource(send);
    this.products = productsResource(send);
    this.reattributions = reattributionsResource(send);
    this.refunds = refundsResource(send);
    this.rejects = rejectsResource(send);
    this.seller = sellerResource(send);
    this.sendingSettings = sendingSettingsResource(send);
    this.shareLinks = shareLinksResource(send);
    this.splits = splitsResource(send);
    this.statements = statementsResource(send);
    this.subscribers = subscribersResource(send);
    this.subscriptions = subscriptionsResource(send);
    this.unclassified = unclassifiedResource(send);
    this.usage = usageResource(send);
  }
}
