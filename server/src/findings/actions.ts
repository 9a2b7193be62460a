import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { findGroups } from '../unclassified/queries.ts';
import type { Viewed } from '../unclassified/schema.ts';
import { viewGroups } from '../unclassified/view-actions.ts';
import {
  type Part,
  separateInvoices,
  sharedDomains,
  similarNames,
  withoutBillingEmail,
} from './customer-queries.ts';
import {
  type Finding,
  type FindingKind,
  findingKinds,
  growingUnclassified,
  noBillingEmail,
  organizationMismatch,
  sameMeterTwice,
  separateInvoice,
  sharedDomain,
  similarName,
  unusedCredential,
} from './rules.ts';
import {
  growing,
  type Growth,
  mismatches,
  sameMeters,
  unusedCredentials,
} from './usage-queries.ts';

type Find = (db: Queryable, part: Part) => Promise<Finding[]>;

const finders: Record<FindingKind, Find> = {
  sharedDomain: async (db, part) =>
    (await sharedDomains(db, part)).map((row) => sharedDomain(row.domain, row.customers)),
  similarName: async (db, part) =>
    (await similarNames(db, part)).map((row) => similarName(row.newer, row.older)),
  separateInvoice: async (db, part) => (await separateInvoices(db, part)).map(separateInvoice),
  sameMeterTwice: async (db, part) => (await sameMeters(db, part)).map(sameMeterTwice),
  organizationMismatch: async (db, part) => (await mismatches(db, part)).map(organizationMismatch),
  growingUnclassified: async (db, part) => {
    const grown = new Map((await growing(db, part)).map((row) => [row.groupId, row]));
    const groups = await viewGroups(db, await findGroups(db, [...grown.keys()]), part.at);
    return groups.flatMap((group) => {
      const growth = grown.get(group.row.id);
      return growth === undefined ? [] : [ofGroup(group, growth)];
    });
  },
  unusedCredential: async (db, part) => (await unusedCredentials(db, part)).map(unusedCredential),
  noBillingEmail: async (db, part) => (await withoutBillingEmail(db, part)).map(noBillingEmail),
};

function ofGroup({ row, suggestions }: Viewed, { events, before }: Growth): Finding {
  const [first] = suggestions;
  return growingUnclassified({
    groupId: row.id,
    kind: row.kind,
    shown: row.masked ?? row.claim ?? 'no identifier',
    reason: row.reason,
    organization:
      row.organization_id === UNCLASSIFIED_ID
        ? null
        : { id: row.organization_id, name: row.organization_name },
    events,
    before,
    suggested:
      first === undefined ? null : { id: first.organizationId, name: first.organizationName },
  });
}

export type FindingFilter = {
  limit: number;
  /** Kind and key of the last finding of the page before. */
  after: { kind: FindingKind; key: string } | null;
  kind?: FindingKind | undefined;
};

/** A page of findings, and one more where there is one: kind by kind, each in the order of its keys. */
export async function listFindings(
  db: Queryable,
  { limit, after, kind }: FindingFilter,
  at: Instant,
): Promise<Finding[]> {
  const start = after === null ? 0 : findingKinds.indexOf(after.kind);
  const found: Finding[] = [];
  for (const next of findingKinds.slice(start)) {
    if (kind !== undefined && next !== kind) continue;
    const from = after?.kind === next ? after.key : '';
    found.push(...(await finders[next](db, { at, after: from, limit: limit + 1 - found.length })));
    if (found.length > limit) break;
  }
  return found;
}
