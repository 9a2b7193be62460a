import { act } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { sendIssued } from '../sending/actions.ts';
import { finalizeInvoice, requireLockedInvoice } from './invoice-actions.ts';
import { draftsByIds } from './draft-queries.ts';
import { redraft } from './redraft-actions.ts';
import { draftsToFinalize } from './schedule-queries.ts';

/**
 * Issues the drafts whose grace is over, each brought up to date before; answers their ids. May be called at any time,
 * in several processes at once. One that cannot be issued does not hold up the others.
 */
export async function finalizeBySchedule(deployment: Deployment): Promise<string[]> {
  const { database, clock, log } = deployment;
  const due = await draftsToFinalize(database.db, clock());
  if (due.length === 0) return [];
  await redraft(deployment, due);
  const issued: string[] = [];
  // What they have come to may be nothing by now, and then they are no more.
  const left = new Set((await draftsByIds(database.db, due)).map(({ id }) => id));
  for (const id of due.filter((each) => left.has(each))) {
    const asked = { kind: 'invoices.finalize', actor: 'system' };
    try {
      const isIssued = await act(database, clock, asked, async (action) => {
        const before = await requireLockedInvoice(action, id);
        if (before.status !== 'draft') return false;
        await sendIssued(action, deployment.mail, await finalizeInvoice(action, before));
        return true;
      });
      if (isIssued) issued.push(id);
    } catch (error) {
      log.error({ err: error, invoice: id }, 'a draft could not be finalized');
    }
  }
  return issued;
}
