import type { Attribution, Refused } from '../attribution/outcome.ts';
import type { Instant } from '../lib/instant.ts';
import { toInput, type ValidEvent } from './rules.ts';
import type { IngestResult } from './schema.ts';
import type { Rejection } from './validation-schema.ts';

type Sent = { request: number; event: ValidEvent };

/** What one request is told, of all that was recorded together with it. */
export function resultOf(
  request: number,
  all: { accepted: readonly Sent[]; duplicates: readonly Sent[]; conflicts: readonly Sent[] },
  rejected: readonly Rejection[],
): IngestResult {
  const ours = (sent: readonly Sent[]) => sent.filter((each) => each.request === request);
  return {
    accepted: ours(all.accepted).length,
    duplicates: ours(all.duplicates).length,
    conflicts: ours(all.conflicts)
      .map(({ event }) => ({ index: event.index, id: event.clientId }))
      .toSorted((a, b) => a.index - b.index),
    rejected: rejected
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, code, pointer, detail }) => ({ index, code, pointer, detail })),
  };
}

export function refusedByStrictMode(
  candidates: readonly Sent[],
  answers: readonly (Attribution | Refused | undefined)[],
): Map<ValidEvent, Rejection> {
  const refused = new Map<ValidEvent, Rejection>();
  candidates.forEach(({ event }, i) => {
    const answer = answers[i];
    if (answer === undefined || !('refused' in answer)) return;
    const field = answer.refused.replace(/^unknown_/, '');
    const detail = `This deployment is strict: the ${field} must be known.`;
    refused.set(event, rejectionOf(event, answer.refused, `/${field}`, detail));
  });
  return refused;
}

export function refusedAsArchived(event: ValidEvent, before: Instant): Rejection {
  const detail = `Usage before ${before.slice(0, 10)} was archived: nothing more is recorded there.`;
  return rejectionOf(event, 'time_archived', '/time', detail);
}

export function refusedToo(event: ValidEvent): Rejection {
  const detail = 'An event of the same id, earlier in this request, was refused.';
  return rejectionOf(event, 'id_refused', '/id', detail);
}

function rejectionOf(event: ValidEvent, code: string, pointer: string, detail: string): Rejection {
  return { index: event.index, code, pointer, detail, body: JSON.stringify(toInput(event)) };
}
