import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import { newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { alreadyExists, notFound, Problem, unknownReference } from '../lib/problem.ts';
import { endAt, replaceFrom } from '../lib/timeline.ts';
import {
  findByExternalId,
  findDomainOwner,
  findOrganization,
  isReferredTo,
  openDependants,
  type OrganizationRow,
  payerEdges,
  replaceDomains,
  setDomainsLive,
  treeIds,
} from './queries.ts';
import { organizationToApi, type OrganizationCreate, type OrganizationUpdate } from './schema.ts';

type Changed = { result: OrganizationRow; touched: Touched | Touched[] };

export async function requireOrganization(action: Action, id: string): Promise<OrganizationRow> {
  const row = await findOrganization(action.tx, id, action.now);
  if (row === undefined) throw notFound('organization', id);
  return row;
}

export async function createOrganization(
  action: Action,
  input: OrganizationCreate,
): Promise<Changed> {
  const id = newId('org', action.now);
  await refuseTakenIdentifiers(action, id, input);
  await action.tx
    .insertInto('organizations')
    .values({
      id,
      created_at: action.now,
      updated_at: action.now,
      name: input.name,
      ...columnsOf(input),
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
  await audit(action, {
    action: 'organizations.update',
    resourceId: id,
    before: organizationToApi(before),
    after: organizationToApi(row),
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

/** Another parent from an instant: the roll-up follows, and so do the subscriptions its usage may fall to. */
export async function moveOrganization(
  action: Action,
  before: OrganizationRow,
  input: { parentId: string | null; from: Instant; reason?: string | undefined },
): Promise<Changed> {
  refuseBuiltIn(before);
  await setParent(action, before.id, input.parentId, input.from);
  const row = await touch(
    action,
    before,
    'organizations.move',
    { parentId: input.parentId, from: input.from },
    input.reason,
  );
  return { result: row, touched: { usageBelow: [before.id], from: input.from } };
}

/** Another payer from an instant. Attribution does not depend on it; rating asks for it when it bills. */
export async function billOrganizationTo(
  action: Action,
  before: OrganizationRow,
  input: { billTo: string | null; from: Instant; reason?: string | undefined },
): Promise<Changed> {
  refuseBuiltIn(before);
  await setPayer(action, before.id, input.billTo, input.from);
  const row = await touch(
    action,
    before,
    'organizations.billTo',
    { billTo: input.billTo, from: input.from },
    input.reason,
  );
  return { result: row, touched: {} };
}

/** Archives; what nothing recorded refers to is removed. Answers null when removed. */
export async function deleteOrganization(
  action: Action,
  before: OrganizationRow,
): Promise<OrganizationRow | null> {
  refuseBuiltIn(before);
  const open = await openDependants(action.tx, before.id, action.now);
  if (open.children + open.credentials + open.subscriptions > 0) {
    throw new Problem(
      'in_use',
      `It still has ${open.children} child organizations, ${open.credentials} credentials and ${open.subscriptions} subscriptions in force. End or move them first.`,
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
): Promise<Changed> {
  if (before.archived_at === null) return { result: before, touched: {} };
  await refuseTakenIdentifiers(action, before.id, {
    externalId: before.external_id,
    associatedDomains: before.domains,
  });
  await setDomainsLive(action.tx, before.id, true);
  const row = await setArchived(action, before, null);
  return { result: row, touched: { organizationClaims: claimsOf(row), emailDomains: row.domains } };
}

async function setArchived(
  action: Action,
  before: OrganizationRow,
  at: Instant | null,
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
  });
  return row;
}

async function touch(
  action: Action,
  before: OrganizationRow,
  verb: string,
  change: object,
  reason?: string,
): Promise<OrganizationRow> {
  await action.tx
    .updateTable('organizations')
    .set({ updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireOrganization(action, before.id);
  await audit(action, {
    action: verb,
    resourceId: before.id,
    before: organizationToApi(before),
    after: { ...organizationToApi(row), change },
    reason,
  });
  return row;
}

async function setParent(
  action: Action,
  id: string,
  parentId: string | null,
  from: Instant | null,
): Promise<void> {
  const rows = await loadTimeline<{ parent_id: string }>(action.tx, 'organization_parents', id);
  if (parentId === null)
    return saveTimeline(action, 'organization_parents', id, endAt(rows, from ?? action.now));
  await requireReference(action, parentId, '/parentId', 'parent organization');
  if (parentId === id) throw cycle();
  const change = replaceFrom(
    rows,
    { parent_id: parentId },
    from,
    null,
    (a, b) => a.parent_id === b.parent_id,
  );
  await saveTimeline(action, 'organization_parents', id, change);
  await refuseCycle(action, id, from);
}

/** Looks at every instant from which the tree could differ: the change itself and the changes above that follow it. */
async function refuseCycle(action: Action, id: string, from: Instant | null): Promise<void> {
  const edges = await action.tx
    .selectFrom('organization_parents')
    .select((e) => e.fn<Instant | null>('lower', ['valid']).as('from'))
    .distinct()
    .where('superseded_by', 'is', null)
    .execute();
  const starts = edges
    .map((edge) => edge.from)
    .filter((start): start is Instant => start !== null && (from === null || start >= from));
  for (const at of new Set([from ?? limits.occurredAtMin, ...starts])) {
    const above = await treeIds(action.tx, id, 'up', at);
    if (above.includes(id)) throw cycle();
    const below = await treeIds(action.tx, id, 'down', at);
    const tooDeep =
      above.length >= limits.treeDepthMax ||
      (below.length > 0 && (await deepest(action, id, at)) + above.length >= limits.treeDepthMax);
    if (tooDeep) {
      throw new Problem(
        'unprocessable',
        `The tree would be deeper than ${limits.treeDepthMax} levels.`,
        [
          {
            pointer: '/parentId',
            code: 'too_deep',
            detail: `At most ${limits.treeDepthMax} levels.`,
          },
        ],
      );
    }
  }
}

function cycle(): Problem {
  return new Problem('unprocessable', 'An organization cannot be its own descendant.', [
    {
      pointer: '/parentId',
      code: 'cycle',
      detail: 'The parent named is the organization itself or below it.',
    },
  ]);
}

async function deepest(action: Action, id: string, at: Instant): Promise<number> {
  let depth = 0;
  for (const below of (await treeIds(action.tx, id, 'down', at)).slice(-1)) {
    const between = await treeIds(action.tx, below, 'up', at);
    depth = between.indexOf(id) + 1;
  }
  return depth;
}

/** One hop: a payer bills to itself, so neither may the payer have a payer nor the organization be one. */
async function setPayer(
  action: Action,
  id: string,
  payerId: string | null,
  from: Instant | null,
): Promise<void> {
  const rows = await loadTimeline<{ payer_id: string }>(action.tx, 'organization_payers', id);
  if (payerId === null || payerId === id)
    return saveTimeline(action, 'organization_payers', id, endAt(rows, from ?? action.now));
  await requireReference(action, payerId, '/billTo', 'paying organization');
  const inForce = (edge: { to: Instant | null }) =>
    edge.to === null || from === null || edge.to > from;
  const chained =
    (await payerEdges(action, payerId)).some(
      (edge) => edge.organization_id === payerId && inForce(edge),
    ) || (await payerEdges(action, id)).some((edge) => edge.payer_id === id && inForce(edge));
  if (chained) {
    throw new Problem('unprocessable', 'A payer pays for itself: chains of payers are refused.', [
      {
        pointer: '/billTo',
        code: 'payer_chain',
        detail: 'Name the organization that pays in the end.',
      },
    ]);
  }
  await saveTimeline(
    action,
    'organization_payers',
    id,
    replaceFrom(rows, { payer_id: payerId }, from, null, (a, b) => a.payer_id === b.payer_id),
  );
}

async function requireReference(
  action: Action,
  id: string,
  pointer: string,
  what: string,
): Promise<void> {
  const row = await findOrganization(action.tx, id, action.now);
  if (row === undefined || row.archived_at !== null) throw unknownReference(pointer, what);
  if (id === UNCLASSIFIED_ID) {
    throw new Problem('unprocessable', 'UNCLASSIFIED can be neither nested nor billed.', [
      { pointer, code: 'unclassified', detail: 'Name another organization.' },
    ]);
  }
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

function refuseBuiltIn(row: OrganizationRow): void {
  if (row.unclassified)
    throw new Problem(
      'invalid_state',
      'UNCLASSIFIED is built in: it can be neither changed, nested, billed nor archived.',
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
