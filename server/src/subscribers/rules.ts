import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import {
  dropPlanned,
  endAt,
  nextBoundary,
  replaceFrom,
  type TimelineChange,
  type TimelineRow,
} from '../lib/timeline.ts';

export const emailCharsMax = 320;

/** Service subscribers have addresses of this domain, and nobody else: RFC 2606 keeps `.invalid` from being mail. */
export const SERVICE_DOMAIN = 'customary.invalid';

/** What an e-mail address is compared by: without case. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}

/** One `@`, a dot in the domain, nothing invisible: enough to identify by; whether mail arrives is not asked. */
export function isEmailAddress(text: string): boolean {
  return text.length <= emailCharsMax && /^[^\s@\p{C}]+@[^\s@\p{C}]+\.[^\s@.\p{C}]+$/u.test(text);
}

export function isServiceAddress(email: string): boolean {
  return emailKey(email).endsWith(`@${SERVICE_DOMAIN}`);
}

/** The address of the subscriber that stands for an organization where usage names nobody. */
export function serviceEmail(organizationId: string): string {
  return `service+${organizationId.slice('org_'.length).toLowerCase()}@${SERVICE_DOMAIN}`;
}

/** What events may call a subscriber by. */
export function claimsOf(subscriber: {
  id: string;
  email_key: string;
  subscriber_id: string;
}): string[] {
  return [...new Set([subscriber.email_key, subscriber.id, subscriber.subscriber_id])];
}

export type Membership = { organization_id: string; is_primary: boolean };

const sameMembership = (a: Membership, b: Membership) =>
  a.organization_id === b.organization_id && a.is_primary === b.is_primary;

/**
 * From `from` on (null: since ever), the subscriber belongs to exactly these organizations, the first being primary.
 * Each organization's rows are a timeline of their own; because every other row ends at `from`, at most one
 * membership is primary at any instant, and exactly one wherever there is any.
 */
export function changeMemberships<R extends TimelineRow<Membership>>(
  rows: readonly R[],
  organizationIds: readonly string[],
  from: Instant | null,
): TimelineChange<R> {
  const wanted = organizationIds.map((organization_id, index) => ({
    organization_id,
    is_primary: index === 0,
  }));
  const byOrganization = rowsByOrganization(rows);
  const left = [...byOrganization].filter(([id]) => !organizationIds.includes(id));
  return together([
    ...left.map(([, own]) => endFrom(own, from)),
    ...wanted.map((value) =>
      replaceFrom(
        byOrganization.get(value.organization_id) ?? [],
        value,
        from,
        null,
        sameMembership,
      ),
    ),
  ]);
}

/**
 * Takes back what is planned after `now`, or at `at`. Where it belongs nowhere yet its beginning is no plan: nothing
 * changes.
 */
export function dropPlannedMemberships<R extends TimelineRow<Membership>>(
  rows: readonly R[],
  now: Instant,
  at: Instant | null,
): TimelineChange<R> {
  if (rows.every((row) => row.from !== null && row.from > now))
    return { superseded: [], inserted: [] };
  const until = at === null ? null : nextBoundary(rows, at);
  const timelines = [...rowsByOrganization(rows).values()];
  return together(timelines.map((own) => dropPlanned(own, now, at, until)));
}

function rowsByOrganization<R extends TimelineRow<Membership>>(rows: readonly R[]) {
  const byOrganization = new Map<string, R[]>();
  for (const row of rows) {
    const id = row.value.organization_id;
    byOrganization.set(id, [...(byOrganization.get(id) ?? []), row]);
  }
  return byOrganization;
}

function together<R extends TimelineRow<Membership>>(
  changes: readonly TimelineChange<R>[],
): TimelineChange<R> {
  return {
    superseded: changes.flatMap((change) => change.superseded),
    inserted: changes.flatMap((change) => change.inserted),
  };
}

function endFrom<R extends TimelineRow<Membership>>(
  rows: R[],
  from: Instant | null,
): TimelineChange<R> {
  return from === null ? { superseded: rows, inserted: [] } : endAt(rows, from);
}

/** The index of UNCLASSIFIED where it stands beside other organizations, or null: it is what remains, so it is alone. */
export function misplacedUnclassified(organizationIds: readonly string[]): number | null {
  const index = organizationIds.indexOf(UNCLASSIFIED_ID);
  return index >= 0 && organizationIds.length > 1 ? index : null;
}
