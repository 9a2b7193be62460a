import type pg from 'pg';
import { bodiesOf, sendAll } from './lib/bodies.ts';
import { type BenchDeployment, requireChecks, startDeployment } from './lib/deployment.ts';
import { analyze, makeCredentials, makeCustomers, makePlan } from './lib/generate.ts';
import { spreadOf, timed } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const PER_BATCH = 500;
const AT_ONCE = 4;
const CUSTOMERS = 200;
const CREDENTIALS = 1_000;
const STARTED = '2026-01-01T00:00:00Z';
const OCCURRED_MS = Date.UTC(2026, 9, 1);

/**
 * Ingest over HTTP against what PostgreSQL itself can do: `COPY` of the very rows that each round stored, into tables
 * of the same columns and indexes, one after the other, on one connection.
 */
export async function ingest(size: Size): Promise<Result> {
  const batches = size === 'quick' ? 30 : 400;
  const rounds = size === 'quick' ? 3 : 5;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: CUSTOMERS, startAt: STARTED });
    await makeCredentials(deployment, { first: 1, last: CREDENTIALS, customers: CUSTOMERS });
    await analyze(deployment);
    const round = async (number: number) => {
      const bodies = bodiesOf({
        first: number * batches * PER_BATCH,
        batches,
        perBatch: PER_BATCH,
        credentials: CREDENTIALS,
        at: OCCURRED_MS,
      });
      const from = await lastJournalId(deployment.sql);
      const profile = await profiled(deployment);
      const sent = await timed(() =>
        sendAll(bodies, AT_ONCE, (body) => deployment.post('/v1/events', body)),
      );
      const where = await profile();
      return { ingestMs: sent.ms, copyMs: await copySame(deployment, from), where };
    };
    await round(0); // warms up
    const measured = [];
    for (let i = 1; i <= rounds; i += 1) measured.push(await round(i));
    await requireChecks(deployment);
    const events = batches * PER_BATCH;
    const perSecond = (ms: number) => Math.round((events / ms) * 1000);
    const ratio = spreadOf(measured.map(({ ingestMs, copyMs }) => copyMs / ingestMs));
    return {
      bench: 'ingest',
      bars: [
        {
          name: 'ingest over HTTP, of COPY',
          value: ratio.median,
          first: 0.25,
          aim: 0.5,
          better: 'higher',
          unit: '',
        },
      ],
      figures: {
        eventsEachRound: events,
        clients: AT_ONCE,
        ratio,
        ingestEventsPerSecond: spreadOf(measured.map(({ ingestMs }) => perSecond(ingestMs))),
        copyEventsPerSecond: spreadOf(measured.map(({ copyMs }) => perSecond(copyMs))),
        residentMb: deployment.residentMb(),
        profile: measured.at(-1)?.where,
      },
    };
  } finally {
    await deployment.close();
  }
}

async function lastJournalId(sql: pg.Pool): Promise<string> {
  const { rows } = await sql.query<{ id: string }>('select max(id)::text as id from journal');
  return rows[0]?.id ?? '0';
}

/** Milliseconds that `COPY` takes for the rows recorded after a journal row: the physical limit. */
async function copySame({ sql }: BenchDeployment, after: string): Promise<number> {
  const client = await sql.connect();
  try {
    const { rows } = await client.query<{ dir: string }>(
      `select current_setting('data_directory') as dir`,
    );
    let ms = 0;
    for (const [table, like] of [
      ['event_keys', 'event_keys'],
      ['events', 'events_2026_10'],
      ['attributions', 'attributions_2026_10'],
    ] as const) {
      const file = `${rows[0]?.dir ?? ''}/bench-${table}.copy`;
      await client.query(`create table if not exists bench_${table} (like ${like} including all)`);
      await client.query(`copy (select * from ${table} where journal_id > ${after}) to '${file}'`);
      await client.query('checkpoint');
      ms += (await timed(() => client.query(`copy bench_${table} from '${file}'`))).ms;
    }
    return ms;
  } finally {
    client.release();
  }
}
