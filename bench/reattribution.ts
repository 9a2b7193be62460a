import { type BenchDeployment, folded, requireChecks, startDeployment } from './lib/deployment.ts';
import {
  idOf,
  makeCredentials,
  makeCustomers,
  makeEvents,
  makePlan,
  settle,
} from './lib/generate.ts';
import { timed } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const CUSTOMERS = 20;
const CREDENTIALS = 100;
const STARTED = '2026-01-01T00:00:00Z';
const SAMPLE_MS = 100;
const OWNER = { organizationId: idOf('org', CUSTOMERS + 1) };

/**
 * A month's usage of 100 credentials of 20 customers given to one: preview, apply and undo; and a tenth of it found anew by its rules.
 * Time for each event with a million of them against a tenth, what the server holds meanwhile, and how long the hours
 * take to follow, which nobody waits for. Figures must return exactly.
 */
export async function reattribution(size: Size): Promise<Result> {
  const counts = size === 'quick' ? [1_000, 10_000] : [100_000, 1_000_000];
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: CUSTOMERS + 1, startAt: STARTED });
    await makeCredentials(deployment, { first: 1, last: CREDENTIALS, customers: CUSTOMERS });
    const rounds = [];
    let resolved: object = {};
    for (const [i, events] of counts.entries()) {
      // The months do not overlap.
      const [from, to] = [`2026-0${i + 1}-01T00:00:00Z`, `2026-0${i + 2}-01T00:00:00Z`];
      const shared = { from, to, credentials: CREDENTIALS, customers: CUSTOMERS };
      await makeEvents(deployment, {
        first: i * 10_000_000,
        last: i * 10_000_000 + events - 1,
        ...shared,
      });
      await settle(deployment);
      rounds.push({ events, ...(await measured(deployment, { from, to })) });
      if (i === 0) resolved = await resolvedAnew(deployment, { from, to });
    }
    await requireChecks(deployment);
    const [few, many] = rounds as [Round, Round];
    const perEvent = (name: 'previewMs' | 'applyMs' | 'undoMs') =>
      many[name] / many.events / (few[name] / few.events);
    const bar = (name: string, value: number) =>
      ({ name, value, first: 1.5, aim: 1.2, better: 'lower', unit: '×' }) as const;
    return {
      bench: 'reattribution',
      bars: [
        bar(`preview, time for each of ${many.events} events`, perEvent('previewMs')),
        bar(`apply, time for each of ${many.events} events`, perEvent('applyMs')),
        bar(`undo, time for each of ${many.events} events`, perEvent('undoMs')),
        {
          name: 'resident memory meanwhile',
          value: many.peakMb,
          first: 400,
          aim: 300,
          better: 'lower',
          unit: ' MB',
        },
      ],
      figures: { rounds, resolved: { events: few.events, ...resolved } },
    };
  } finally {
    await deployment.close();
  }
}

type Round = Awaited<ReturnType<typeof measured>> & { events: number };

async function measured(deployment: BenchDeployment, selection: { from: string; to: string }) {
  const before = await figuresOf(deployment, selection);
  const memory = sampled(deployment);
  const profile = await profiled(deployment);
  const preview = await timedPost(deployment, '', { selection, owner: OWNER });
  const apply = await timedPost(deployment, `/${preview.id}/apply`);
  const follow = await timed(() => folded(deployment));
  const undo = await timedPost(deployment, `/${preview.id}/undo`);
  const peakMb = memory.stop();
  const where = await profile();
  await requireSame(deployment, selection, before);
  return {
    previewMs: preview.ms,
    applyMs: apply.ms,
    hoursFollowMs: Math.round(follow.ms),
    undoMs: undo.ms,
    peakMb,
    profile: where,
  };
}

/** The same usage given away once more, and found anew by its rules, event by event. */
async function resolvedAnew(deployment: BenchDeployment, selection: { from: string; to: string }) {
  const before = await figuresOf(deployment, selection);
  const memory = sampled(deployment);
  const given = await timedPost(deployment, '', { selection, owner: OWNER });
  await timedPost(deployment, `/${given.id}/apply`);
  const preview = await timedPost(deployment, '', {
    kind: 'resolve',
    selection: { ...selection, rule: 'reattributed' },
  });
  const apply = await timedPost(deployment, `/${preview.id}/apply`);
  const peakMb = memory.stop();
  await requireSame(deployment, selection, before);
  return { previewMs: preview.ms, applyMs: apply.ms, peakMb };
}

async function timedPost(deployment: BenchDeployment, path: string, body?: object) {
  const { ms, result } = await timed(() =>
    deployment.ok<{ id: string }>('POST', `/v1/reattributions${path}`, body),
  );
  return { ms: Math.round(ms), id: result.id };
}

/** Who holds what, to the last digit. */
async function figuresOf({ sql }: BenchDeployment, { from, to }: { from: string; to: string }) {
  const { rows } = await sql.query<Record<string, string>>(
    `select a.organization_id, a.subscription_id, a.credential_id, sum(a.sign)::text as events, sum(a.sign * event_hash(a.event_id))::text as hash,
            sum(a.sign * (e.measures ->> 'input_tokens')::numeric)::text as input_tokens
       from attributions a join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
      where a.occurred_at >= $1 and a.occurred_at < $2
      group by 1, 2, 3 having sum(a.sign) <> 0 order by 1, 2, 3`,
    [from, to],
  );
  return JSON.stringify(rows);
}

async function requireSame(
  deployment: BenchDeployment,
  span: { from: string; to: string },
  before: string,
): Promise<void> {
  if ((await figuresOf(deployment, span)) !== before)
    throw new Error('Figures are not what they were before');
}

function sampled(deployment: BenchDeployment): { stop: () => number } {
  let peak = deployment.residentMb();
  const timer = setInterval(() => (peak = Math.max(peak, deployment.residentMb())), SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
