import { act, currentPosition } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { groupBy } from '../lib/group.ts';
import { billPayer } from './draft-actions.ts';
import { type Drafted, draftedCycles, type DraftedCycle, draftsByIds } from './draft-queries.ts';
import { findNews } from './news-queries.ts';

/** Brings drafts up to what is known now, in the name of the runs that made them. What is issued by now stays. */
export async function redraft(deployment: Deployment, ids: readonly string[]): Promise<void> {
  await draftAnew(deployment, await draftsByIds(deployment.database.db, ids));
}

/** The same of cycles that have drafts; also where nothing was left on one, for there may be something again. */
export async function redraftCycles(
  deployment: Deployment,
  cycles: readonly Drafted[],
): Promise<void> {
  await draftAnew(deployment, await draftedCycles(deployment.database.db, cycles));
}

async function draftAnew(
  { database, clock }: Deployment,
  drafts: readonly DraftedCycle[],
): Promise<void> {
  if (drafts.length === 0) return;
  const position = await currentPosition(database);
  const news = await findNews(database.db, position);
  const asked = { kind: 'invoices.redraft', actor: 'system' };
  const groups = groupBy(drafts, (each) => `${each.organization_id} ${each.billing_run_id}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || first.billing_run_id === null) continue;
    const run = { id: first.billing_run_id, position, news, isToCredit: false };
    const cycles = group
      .map((each) => ({ start: each.period_start, end: each.period_end }))
      .toSorted((a, b) => (a.start < b.start ? -1 : 1));
    await act(database, clock, asked, (action) =>
      billPayer(action, run, first.organization_id, cycles),
    );
  }
}
