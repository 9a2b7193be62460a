import { findCreditNote, linesOfCreditNote } from '../credit-notes/queries.ts';
import { creditNoteToApi } from '../credit-notes/schema.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { contentOf } from '../invoicing/breakdown-actions.ts';
import { findInvoice } from '../invoicing/invoice-queries.ts';
import { invoiceToApi } from '../invoicing/invoice-schema.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound } from '../lib/problem.ts';
import { requireSeller } from '../sellers/actions.ts';
import { findLogo, issuerSnapshot, profileChangedAfter } from '../sellers/queries.ts';
import { issuerOf, type IssuerSnapshot } from '../sellers/rules.ts';
import { type SellerApi, sellerToApi } from '../sellers/schema.ts';
import { statementOf } from '../statements/actions.ts';
import type { CreditNoteDocument, InvoiceDocument, Picture, StatementDocument } from './model.ts';
import { renderCreditNotePdf, renderInvoicePdf, renderStatementPdf } from './pdf-actions.ts';
import { statementDocument } from './statement-mapping-rules.ts';
import { entriesAfterInvoice, recipientAsKnown, subscriptionZones, timeZoneOf } from './queries.ts';
import {
  creditNoteDocument,
  type Detail,
  invoiceDocument,
  type RecipientSnapshot,
} from './rules.ts';

export type PdfFile = { readonly fileName: string; readonly content: Buffer };

/** An invoice as a file: for whoever downloads it, and for whoever sends it. */
export async function invoicePdf(
  db: Queryable,
  id: string,
  detail: Detail = 'full',
): Promise<PdfFile> {
  const document = await loadInvoice(db, id, detail);
  return {
    fileName: `${document.number ?? `draft-${id}`}.pdf`,
    content: await renderInvoicePdf(document),
  };
}

/** An issued invoice without what is beneath its totals. Whoever may see no more does not learn of drafts. */
export async function issuedSummaryPdf(db: Queryable, id: string): Promise<PdfFile> {
  const row = await findInvoice(db, id);
  if (row === undefined || row.status === 'draft') throw notFound('issued invoice', id);
  return invoicePdf(db, id, 'summary');
}

/** What is on the paper of an invoice: all of it from the invoice itself once it is issued, but what was paid since. */
export async function loadInvoice(
  db: Queryable,
  id: string,
  detail: Detail = 'full',
): Promise<InvoiceDocument> {
  const row = await findInvoice(db, id);
  if (row === undefined) throw notFound('invoice', id);
  const isDraft = row.status === 'draft';
  const issuer = isDraft ? await issuerSnapshot(db, row.seller_id) : (row.issuer as IssuerSnapshot);
  const recipient = row.recipient as RecipientSnapshot;
  const timeZone = recipient.timeZone ?? (await timeZoneOf(db, row.organization_id));
  const invoice = invoiceToApi(row, await contentOf(db, row));
  const zones = await subscriptionZones(
    db,
    invoice.lines.map((line) => line.subscriptionId),
  );
  return invoiceDocument(invoice, {
    issuer,
    logo: await loadLogo(db, issuer),
    recipient,
    timeZone,
    entries: await entriesAfterInvoice(db, id),
    detail,
    zoneOf: (subscriptionId) => zones.get(subscriptionId) ?? timeZone,
  });
}

/** A credit note as a file. */
export async function creditNotePdf(db: Queryable, id: string): Promise<PdfFile> {
  const document = await loadCreditNote(db, id);
  return {
    fileName: `${document.number ?? id}.pdf`,
    content: await renderCreditNotePdf(document),
  };
}

/** What is on the paper of a credit note: all of it from the note itself, but what has become of it since. */
export async function loadCreditNote(db: Queryable, id: string): Promise<CreditNoteDocument> {
  const row = await findCreditNote(db, id);
  if (row === undefined) throw notFound('credit note', id);
  const issuer = row.issuer as IssuerSnapshot;
  const recipient = row.recipient as RecipientSnapshot;
  const timeZone = recipient.timeZone ?? (await timeZoneOf(db, row.organization_id));
  const note = creditNoteToApi(row, await linesOfCreditNote(db, id));
  const zones = await subscriptionZones(
    db,
    note.lines.map((line) => line.subscriptionId),
  );
  return creditNoteDocument(note, {
    issuer,
    logo: await loadLogo(db, issuer),
    recipient,
    timeZone,
    zoneOf: (subscriptionId) => zones.get(subscriptionId) ?? timeZone,
  });
}

/** A customer's statement as a file. */
export async function statementPdf(
  deployment: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant } | null,
): Promise<PdfFile> {
  const document = await loadStatement(deployment, organizationId, known, range);
  return {
    fileName: `statement-${document.recipient.name}-${document.asOf}.pdf`,
    content: await renderStatementPdf(document),
  };
}

/** What is on the paper of a statement: the customer and the seller too as they were known at its position. */
export async function loadStatement(
  deployment: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant } | null,
): Promise<StatementDocument> {
  const { db } = deployment.database;
  const statement = await statementOf(deployment, organizationId, known, { range });
  const { issuer, recipient } = await partiesAsKnown(db, organizationId, known.knownAt);
  const logo = await loadLogo(db, issuer);
  return statementDocument(statement, {
    issuer,
    logo,
    recipient,
    timeZone: recipient.timeZone,
  });
}

/** The seller and a customer as they were known at a position. */
export async function partiesAsKnown(db: Queryable, organizationId: string, position: number) {
  const recipient = await recipientAsKnown(db, organizationId, position);
  if (recipient === null) throw notFound('customer', organizationId);
  return { recipient, issuer: await issuerAsKnown(db, position) };
}

async function issuerAsKnown(db: Queryable, position: number): Promise<IssuerSnapshot> {
  const seller = await requireSeller(db);
  const before = (await profileChangedAfter(db, seller.id, position)) as SellerApi | null;
  return issuerOf(before ?? sellerToApi(seller));
}

async function loadLogo(db: Queryable, { logo: hash }: IssuerSnapshot): Promise<Picture | null> {
  const row = hash === undefined ? undefined : await findLogo(db, hash);
  return row === undefined ? null : { bytes: row.bytes, width: row.width, height: row.height };
}
