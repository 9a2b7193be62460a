import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, Problem } from '../lib/problem.ts';
import { type Changed, refuseBuiltIn, requireOrganization } from './change-actions.ts';
import { redateCycles } from './cycle-actions.ts';
import { setParent, setPayer } from './edge-actions.ts';
import { findSellerDefaults } from '../sellers/queries.ts';
import {
  findByExternalId,
  findDomainOwner,
  isReferredTo,
  openDependants,
  type OrganizationRow,
  replaceDomains,
  setDomainsLive,
} from './queries.ts';
import { organizationToApi, type OrganizationCreate, type OrganizationUpdate } from './schema.ts';

/** `id`: where one was promised before it is made. */
export async function createOrganization(
  action: Action,
  input: OrganizationCreate,
  id = newId('org', action.now),
): Promise<Changed> {
  await refuseTakenIdentifiers(action, id, input);
  await action.tx
    .insertInto('organizations')
    .values({
      id,
      created_at: action.now,
      updated_at: action.now,
      name: input.name,
      ...columnsOf(input),
      ...(await termsOf(action, input)),
    })
    .execute();
  await replaceDomains(action.tx, id, input.associatedDomains ?? []);
  if (input.parentId) await setParent(action, id, input.parentId, input.from ?? null);
  if (input.billTo) await setPayer(action, id, input.billTo, input.from ?? null);
  const row = await requireOrganization(action, id);
  await audit(action, {
    action: 'organizations.create',
    resourceId: id,
    before: null,
    after: organizationToApi(row),
  });
  return { result: row, touched: { organizationClaims: claimsOf(row), emailDomains: row.domains } };
}

/** What the seller's profile says, where nothing is given: from then on the organization's own. */
async function termsOf(action: Action, input: OrganizationCreate) {
  const seller = await findSellerDefaults(action.tx);
  return {
    currency: input.currency ?? seller.default_currency,
    time_zone: input.timeZone ?? seller.default_time_zone,
    payment_terms_days: input.paymentTermsDays ?? seller.default_payment_terms_days,
  };
}

export async function updateOrganization(
  action: Action,
  before: OrganizationRow,
  input: OrganizationUpdate,
): Promise<Changed> {
  refuseBuiltIn(before);
  const { id } = before;
  await refuseTakenIdentifiers(action, id, input);
  await action.tx
    .updateTable('organizations')
    .set({
      ...columnsOf(input),
      ...(input.name !== undefined && { name: input.name }),
      updated_at: action.now,
      version: before.version + 1,
    })
    .where('id', '=', id)
    .execute();
  if (input.associatedDomains) await replaceDomains(action.tx, id, input.associatedDomains);
  const moved = input.parentId !== undefined && input.parentId !== before.parent_id;
  if (moved) await setParent(action, id, input.parentId ?? null, action.now);
  if (input.billTo !== undefined && input.billTo !== before.payer_id)
    await setPayer(action, id, input.billTo, action.now);
  const row = await requireOrganization(action, id);
  await redateCycles(action, before, row);
  await audit(action, {
    action: 'organizations.update',
    resourceId: id,
    before: organizationToApi(before),
    after: organizationToApi(row),
    reason: input.reason,
  });
  const isNew = (known: string[]) => (name: string) => !known.includes(name);
  const renamed: Touched = {
    organizationClaims: claimsOf(row).filter(isNew(claimsOf(before))),
    emailDomains: row.domains.filter(isNew(before.domains)),
  };
  return {
    result: row,
    touched: moved ? [renamed, { usageBelow: [id], from: action.now }] : renamed,
  };
}

/** Archives; what nothing recorded refers to is removed. Answers null when removed. */
export async function deleteOrganization(
  action: Action,
  before: OrganizationRow,
): Promise<OrganizationRow | null> {
  refuseBuiltIn(before);
  const open = await openDependants(action.tx, before.id, action.now);
  if (open.children + open.merged + open.credentials + open.subscriptions > 0) {
    throw new Problem(
      'in_use',
      `It still has ${open.children} child organizations, ${open.merged} merged into it, ${open.credentials} credentials and ${open.subscriptions} subscriptions in force. End or move them first.`,
    );
  }
  if (!(await isReferredTo(action.tx, before.id))) {
    await action.tx.deleteFrom('organizations').where('id', '=', before.id).execute();
    await audit(action, {
      action: 'organizations.delete',
      resourceId: before.id,
      before: organizationToApi(before),
      after: null,
    });
    return null;
  }
  await setDomainsLive(action.tx, before.id, false);
  return setArchived(action, before, action.now);
}

export async function restoreOrganization(
  action: Action,
  before: OrganizationRow,
  reason?: string,
): Promise<Changed> {
  if (before.archived_at === null) return { result: before, touched: {} };
  await refuseTakenIdentifiers(action, before.id, {
    externalId: before.external_id,
    associatedDomains: before.domains,
  });
  await setDomainsLive(action.tx, before.id, true);
  const row = await setArchived(action, before, null, reason);
  return { result: row, touched: { organizationClaims: claimsOf(row), emailDomains: row.domains } };
}

async function setArchived(
  action: Action,
  before: OrganizationRow,
  at: Instant | null,
  reason?: string,
): Promise<OrganizationRow> {
  await action.tx
    .updateTable('organizations')
    .set({ archived_at: at, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireOrganization(action, before.id);
  await audit(action, {
    action: at === null ? 'organizations.restore' : 'organizations.delete',
    resourceId: before.id,
    before: organizationToApi(before),
    after: organizationToApi(row),
    reason,
  });
  return row;
}

async function refuseTakenIdentifiers(
  action: Action,
  id: string,
  input: { externalId?: string | null | undefined; associatedDomains?: string[] | undefined },
): Promise<void> {
  if (input.externalId) {
    const existing = await findByExternalId(action.tx, input.externalId);
    if (existing !== undefined && existing.id !== id)
      throw alreadyExists('An organization with this external id', '/externalId', existing.id);
  }
  const owner = await findDomainOwner(action.tx, input.associatedDomains ?? [], id);
  if (owner !== undefined)
    throw alreadyExists(
      `The association of ${owner.domain}`,
      '/associatedDomains',
      owner.organization_id,
    );
}

/** What events may call it by. */
function claimsOf(row: OrganizationRow): string[] {
  return [row.id, row.name, ...(row.external_id === null ? [] : [row.external_id])];
}

function columnsOf(input: OrganizationUpdate) {
  return {
    external_id: input.externalId,
    currency: input.currency,
    storefront_url: input.storefrontUrl,
    billing: input.billing && JSON.stringify(input.billing),
    time_zone: input.timeZone,
    billing_cycle: input.billingCycle && JSON.stringify(input.billingCycle),
    payment_terms_days: input.paymentTermsDays,
    invoice_grouping: input.invoiceGrouping,
    late_usage: input.lateUsage && JSON.stringify(input.lateUsage),
    tax_rates: input.taxRates && JSON.stringify(input.taxRates),
    tax_exempt_reason: input.taxExempt && input.taxExempt.reason,
    breakdown_by: input.breakdownBy,
    metadata: input.metadata && JSON.stringify(input.metadata),
  };
}
