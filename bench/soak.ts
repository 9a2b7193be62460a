import { bodiesOf, sendAll } from './lib/bodies.ts';
import { type BenchDeployment, folded, requireChecks, startDeployment } from './lib/deployment.ts';
import { analyze, makeCredentials, makeCustomers, makePlan } from './lib/generate.ts';
import { latencies, type Spread, timed } from './lib/measure.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const PER_BATCH = 500;
const PER_PART = 50_000;
const AT_ONCE = 8;
const CUSTOMERS = 2_000;
const CREDENTIALS = 10_000;
const FLAT = 1.15;
const FEW_PARTS = 2;
const TRACES = 200;
/** Positions; a position is a recording transaction, of up to a few batches. */
const LAG_MAX = 2_000;
const DEFAULT_EVENTS = { quick: 500_000, full: 20_000_000 } as const;

/**
 * An hour's worth and more at full rate: what the server holds must not grow after a fifth, the fold must keep up, no
 * tenth may be much slower than the first, and all checks must hold at the end. An event's trace is taken among the first
 * of them, and among all.
 */
export async function soak(size: Size, asked?: number): Promise<Result> {
  const parts = Math.max(2, Math.round((asked ?? DEFAULT_EVENTS[size]) / PER_PART));
  const events = parts * PER_PART;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    const startAt = '2026-01-01T00:00:00Z';
    await makeCustomers(deployment, planId, { first: 1, last: CUSTOMERS, startAt });
    await makeCredentials(deployment, { first: 1, last: CREDENTIALS, customers: CUSTOMERS });
    await analyze(deployment);
    const samples: Sample[] = [];
    let amongFew: Spread | undefined;
    for (let part = 0; part < parts; part += 1) {
      samples.push(await sendPart(deployment, part));
      if ((part + 1) % Math.ceil(parts / 10) === 0)
        process.stderr.write(
          `  ${(part + 1) * PER_PART} of ${events}: ${JSON.stringify(samples.at(-1))}\n`,
        );
      if (part + 1 === FEW_PARTS) amongFew = await traces(deployment, FEW_PARTS * PER_PART);
    }
    const amongAll = await traces(deployment, events);
    process.stderr.write(`  traces: ${JSON.stringify({ amongFew, amongAll })}\n`);
    const checking = await timed(() => requireChecks(deployment));
    return resultOf({ events, samples, checksMs: checking.ms, amongFew, amongAll });
  } finally {
    await deployment.close();
  }
}

type Sample = { eventsPerSecond: number; residentMb: number; lag: number };

async function sendPart(deployment: BenchDeployment, part: number): Promise<Sample> {
  const bodies = bodiesOf({
    first: part * PER_PART,
    batches: PER_PART / PER_BATCH,
    perBatch: PER_BATCH,
    credentials: CREDENTIALS,
    at: Date.UTC(2026, 9, 1),
  });
  const sent = await timed(() =>
    sendAll(bodies, AT_ONCE, (body) => deployment.post('/v1/events', body)),
  );
  const { rows } = await deployment.sql.query<{ lag: string }>(
    'select (select max(id) from journal) - (select coalesce(max(j.id), 0) from journal j where j.position = f.position) as lag from usage_fold f',
  );
  return {
    eventsPerSecond: Math.round((PER_PART / sent.ms) * 1000),
    residentMb: deployment.residentMb(),
    lag: Number(rows[0]?.lag ?? 0),
  };
}

/** How long the trace of an event takes among so many, of events spread over all of them. */
async function traces(deployment: BenchDeployment, events: number): Promise<Spread> {
  await folded(deployment);
  const { rows } = await deployment.sql.query<{ id: string }>(
    `select event_id as id from generate_series(0, ${events - 1}, ${events / TRACES}) as n
       join event_keys on source = 'gateway' and client_id = 'req-' || n`,
  );
  return latencies(rows.length, (i) =>
    deployment.ok('GET', `/v1/events/${rows[i]?.id ?? ''}/trace`),
  );
}

type Measured = {
  events: number;
  samples: readonly Sample[];
  checksMs: number;
  amongFew: Spread | undefined;
  amongAll: Spread;
};

function resultOf({ events, samples, checksMs, amongFew, amongAll }: Measured): Result {
  const fifth = Math.ceil(samples.length / 5);
  const most = (some: readonly Sample[], of: keyof Sample) =>
    Math.max(...some.map((sample) => sample[of]));
  const rate = (some: readonly Sample[]) =>
    some.length / some.reduce((sum, sample) => sum + 1 / sample.eventsPerSecond, 0);
  const [first, last] = [rate(samples.slice(0, fifth)), rate(samples.slice(-fifth))];
  const shared = { better: 'lower', unit: '' } as const;
  return {
    bench: 'soak',
    bars: [
      {
        ...shared,
        name: `resident memory while ${events} events come in`,
        value: most(samples, 'residentMb'),
        first: Math.round(most(samples.slice(0, fifth), 'residentMb') * FLAT),
        aim: 300,
        unit: ' MB',
      },
      {
        ...shared,
        name: 'journal rows that the fold lags behind, at most',
        value: most(samples, 'lag'),
        first: LAG_MAX,
        aim: LAG_MAX / 10,
      },
      {
        ...shared,
        name: 'time for each event, the last fifth to the first',
        value: first / last,
        first: 1.5,
        aim: 1.1,
        unit: '×',
      },
      {
        ...shared,
        name: `event trace, ${events} events to ${FEW_PARTS * PER_PART}`,
        value: amongAll.median / (amongFew?.median ?? amongAll.median),
        first: 2,
        aim: 1.3,
        unit: '×',
      },
    ],
    figures: {
      events,
      eventsPerSecond: Math.round(rate(samples)),
      checksMs,
      tracesMs: { amongFew, amongAll },
      samples,
    },
  };
}
