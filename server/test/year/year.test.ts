import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal, type Decimal, negate, toText } from '../../src/lib/decimal.ts';
import type { Json } from '../support/app.ts';
import { type Books, type Kept, lookAtStatements, openBooks, post, settleMonth } from './books.ts';
import { liveThrough } from './changes.ts';
import { type Company, foundCompany, openCustomers, openHoldings } from './company.ts';
import type { OracleDocument } from './model.ts';
import { createOracle, type Oracle } from './oracle.ts';
import {
  describe as inWords,
  draftsOf,
  type Made,
  mergedCredits,
  newCredits,
  noPlace,
} from './product.ts';
import { inParallel, startYearServer, type YearServer } from './server.ts';
import { send, usageOf } from './usage.ts';

/**
 * A year of a sample company, billed month by month: every document is what an oracle computes straight from the
 * events; statements, ledger and numbers add up; the server is killed in the middle of runs and of issuing.
 * `YEAR_CUSTOMERS=500` for the full size.
 */
const CUSTOMERS = Number(process.env['YEAR_CUSTOMERS'] ?? 24);
const SEED = Number(process.env['YEAR_SEED'] ?? 20_280_101);
const EVENTS_A_MONTH = 12;
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** In these months the server is killed during the run, or while invoices are issued; in one, two runs are asked for. */
const killedRuns = ['2028-03', '2028-08'];
const killedIssuing = ['2028-10'];
const twoRuns = ['2028-06'];

const months = Array.from({ length: 12 }, (_, i) => ({
  name: `2028-${String(i + 1).padStart(2, '0')}`,
  start: Date.UTC(2028, i, 1),
  next: Date.UTC(2028, i + 1, 1),
}));

let server: YearServer;
let company: Company;
let oracle: Oracle;
const books: Books = openBooks();
const closings = new Map<string, Decimal>();
const kept: Kept = [];
const knownCredits: string[] = [];
let kills = 0;

const nameOf = (id: string) => company.world.organizations.get(id)?.name ?? id;
const isGrace = ({ payerId }: OracleDocument) =>
  company.world.organizations.get(payerId)?.grace === true;

beforeAll(async () => {
  server = await startYearServer(Date.UTC(2028, 0, 1));
  company = await foundCompany(server, SEED);
  await openHoldings(company, Math.max(4, Math.round(CUSTOMERS / 10)));
  oracle = createOracle(company.world);
});
afterAll(() => server?.stop());

/** Newcomers: most in January, the rest through the year. */
function newcomers(index: number): number {
  const later = Math.floor(CUSTOMERS * 0.05);
  return index === 0 ? CUSTOMERS - 8 * later : index <= 8 ? later : 0;
}

async function useAll(from: number, to: number) {
  const events = company.customers.flatMap((customer) =>
    usageOf(company, customer, from, to, company.random.integer(2, EVENTS_A_MONTH)),
  );
  await send(company, events);
}

/** Usage of a few customers that comes in after the month: of it, or of the month before. */
async function useLate(from: number, to: number, withGrace: boolean) {
  const some = company.customers.filter(
    ({ grace }) => grace === withGrace && company.random.chance(withGrace ? 0.4 : 0.12),
  );
  await send(
    company,
    some.flatMap((customer) => {
      const since = !withGrace && company.random.chance(0.3) ? from - 31 * DAY : from;
      return usageOf(company, customer, since, to, 2).slice(0, 3);
    }),
  );
}

async function run(period: string) {
  const made = await server.ok('POST', '/v1/billing-runs', { period });
  expect(made).toMatchObject({ status: 'succeeded', problem: null });
}

const rowsOf = async <T extends object>(text: string): Promise<T[]> =>
  (await server.database.pool.query<T>(text)).rows;

/**
 * Kills the server once so many drafts were made, while the run goes on: it waits for one payer, whom we hold. The next
 * server is asked again.
 */
async function runAndKill(period: string) {
  const made = async () => {
    const text = `select count(*) as drafts, (select status from billing_runs order by created_at desc, id desc limit 1) as status
                    from invoices where status = 'draft'`;
    const [row] = await rowsOf<{ drafts: number; status: string }>(text);
    return { drafts: Number(row?.drafts), status: row?.status };
  };
  const held = company.customers.find(({ isSettled }) => isSettled)?.organizationId;
  const holder = await server.database.pool.connect();
  const lock = `select pg_advisory_xact_lock(hashtextextended('customary.payer.${held}', 0))`;
  await holder.query(`begin; ${lock}`);
  const asked = server.ok('POST', '/v1/billing-runs', { period }).catch(() => 'killed');
  while ((await made()).drafts < CUSTOMERS / 10) await new Promise(setImmediate);
  await server.kill();
  await holder.query('rollback');
  holder.release();
  expect(await asked).toBe('killed');
  expect(await made()).toMatchObject({ status: 'running' });
  kills += 1;
  await server.start();
  await run(period);
}

/** What the run made is what the oracle says; answers it with the oracle's documents. */
async function compare(month: string): Promise<Made[]> {
  const expected = oracle.bill(month, server.now()).filter((each) => !isIssuedAlready(each));
  const drafts = await draftsOf(company);
  const { ids, credits } = await newCredits(company, knownCredits);
  knownCredits.push(...ids);
  const own = [
    ...drafts.map(({ document }) => document),
    ...credits.map((each) => ({ ...each, ...noPlace })),
  ];
  const notes = mergedCredits(expected.filter(({ kind }) => kind === 'credit'));
  const wanted = [...expected.filter(({ kind }) => kind !== 'credit'), ...notes];
  const [is, shouldBe] = [own, wanted].map((all) => all.map((each) => inWords(nameOf, each)));
  const tooMuch = is?.filter((text) => !shouldBe?.includes(text)) ?? [];
  const missing = shouldBe?.filter((text) => !is?.includes(text)) ?? [];
  expect({ missing: missing.toSorted(), tooMuch: tooMuch.toSorted() }).toEqual({
    missing: [],
    tooMuch: [],
  });
  for (const note of notes) {
    oracle.commit(note);
    post(books, note.payerId, note.currency, negate(decimal(note.total)));
  }
  compared += own.length;
  for (const { kind, lines } of own) {
    tally(kind);
    for (const line of lines) tally(`${line.kind} lines`);
  }
  return drafts;
}
let compared = 0;
const tally = (what: string) => {
  books.counts[what] = (books.counts[what] ?? 0) + 1;
};
/** Payers whose invoices of the month were issued are not billed again in it. */
const issuedIn = new Set<string>();
const isIssuedAlready = ({ payerId, cycleEnd }: OracleDocument) =>
  issuedIn.has(`${payerId} ${cycleEnd}`);

/** Issues drafts; a server that is killed on the way leaves no gap. */
async function issue(drafts: readonly Made[], killAfter: number | null) {
  let issued = 0;
  const killing: Promise<void>[] = [];
  const finalize = async ({ id, document }: Made) => {
    if (killing.length > 0) return;
    const asked = server.ok('POST', `/v1/invoices/${id}/finalize`);
    const invoice = killAfter === null ? await asked : await asked.catch(() => null);
    if (invoice) enter(document, invoice);
    issued += 1;
    if (issued === killAfter) killing.push(server.kill());
  };
  await inParallel(drafts, finalize);
  if (killing.length === 0) return;
  await Promise.all(killing);
  kills += 1;
  await server.start();
  const left = [];
  for (const made of drafts) {
    if (books.issued.some(({ id }) => id === made.id)) continue;
    const now = await server.ok('GET', `/v1/invoices/${made.id}`);
    if (now.status === 'draft') left.push(made);
    else enter(made.document, now); // it was issued, but nobody was told
  }
  await issue(left, null);
}

function enter(document: OracleDocument, { id, number, total }: Json) {
  const { payerId, currency, cycleEnd } = document;
  expect(toText(decimal(total.amount))).toBe(document.total);
  oracle.commit(document);
  issuedIn.add(`${payerId} ${cycleEnd}`);
  post(books, payerId, currency, decimal(total.amount));
  const name = nameOf(payerId);
  const entry = { id, payerId, name, currency, number, total: total.amount, document };
  books.issued.push({ ...entry, isVoid: false, isNew: true });
}

async function numbersHaveNoGap() {
  for (const table of ['invoices', 'credit_notes']) {
    const rows = await rowsOf<{ number: string }>(
      `select number from ${table} where number is not null order by number`,
    );
    const numbers = rows.map(({ number }) => Number(number.split('-').at(-1)));
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  }
}

describe('a year', () => {
  it.each(months)('$name', async ({ name, start, next }) => {
    const index = months.findIndex((each) => each.name === name);
    await server.setClock(start + HOUR / 2);
    await openCustomers(company, newcomers(index), start);
    await liveThrough(company, start);

    await server.setClock(next + 20 * HOUR);
    await useAll(start, next);
    await server.setClock(next + 36 * HOUR);
    if (killedRuns.includes(name)) await runAndKill(name);
    else if (twoRuns.includes(name)) await Promise.all([run(name), run(name)]);
    else await run(name);
    const drafts = await compare(name);
    const [waiting, due] = [true, false].map((grace) =>
      drafts.filter(({ document }) => isGrace(document) === grace),
    );
    await issue(due ?? [], killedIssuing.includes(name) ? Math.ceil((due ?? []).length / 3) : null);

    // Whoever has grace is billed again, with what came in meanwhile; for all others nothing is new.
    await server.setClock(next + 60 * HOUR);
    await useLate(start, next, true);
    await run(name);
    const late = await compare(name);
    expect(late.every(({ document }) => isGrace(document))).toBe(true);
    expect((waiting ?? []).length).toBeGreaterThan(0);
    await issue(late, null);
    await numbersHaveNoGap();

    await server.setClock(next + 5 * DAY);
    await useLate(start, next, false);
    const voidBefore = books.issued.filter(({ isVoid }) => isVoid);
    await settleMonth(company, books);
    for (const each of books.issued)
      if (each.isVoid && !voidBefore.includes(each)) oracle.release(each.document);
    await server.setClock(next + 9 * DAY);
    const range = { from: start + 9 * DAY, to: next + 9 * DAY };
    kept.push(
      ...(await lookAtStatements(
        company,
        books,
        index === 0 ? { ...range, from: start } : range,
        closings,
      )),
    );
  });

  it('is answered alike, byte for byte, to whoever asks what was known when', async () => {
    await inParallel(kept, async ({ path, text }) => expect(await server.text(path)).toBe(text));
    expect(kept.length).toBeGreaterThan(12);
  });

  it('attributes every event to the subscription that it is billed by', async () => {
    const rows = await rowsOf<{ client_id: string; subscription_id: string | null }>(
      `select e.client_id, a.subscription_id from events e join attributions a on a.event_id = e.id
        group by 1, 2 having sum(a.sign) = 1`,
    );
    const { subscriptions } = company.world;
    const billedBy = oracle.attributed();
    const wrong = rows.filter(({ client_id, subscription_id }) => {
      const expected = billedBy.get(client_id) ?? null;
      return (
        subscription_id !== expected &&
        (expected !== null || subscriptions.has(subscription_id ?? ''))
      );
    });
    expect(wrong).toEqual([]);
  });

  it('is proved by the checks, and has seen what a year has', async () => {
    const { checks } = await server.ok('GET', '/v1/checks');
    expect(checks.filter(({ ok }: Json) => !ok)).toEqual([]);
    console.log(
      `${CUSTOMERS} customers, ${company.events} events, ${compared} documents compared, ${books.issued.length} issued, ${knownCredits.length} credit notes of runs, ${oracle.ignored()} events ignored, ${kills} kills`,
      books.counts,
    );
    expect(oracle.ignored()).toBeGreaterThan(0);
    expect(kills).toBe(killedRuns.length + killedIssuing.length);
    expect(Object.keys(books.counts).length).toBeGreaterThanOrEqual(5);
  });
});
