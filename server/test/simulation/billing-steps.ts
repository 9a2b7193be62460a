import { expect } from 'vitest';
import {
  add,
  compare,
  decimal,
  divide,
  isZero,
  negate,
  type Decimal,
  subtract,
  sum,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import type { Json } from '../support/app.ts';
import { standing } from './attribution.ts';
import { type Amounts, differences, enter, owed } from './money.ts';
import { agree, count, post, type Simulation } from './simulation.ts';
import { instant, monthName, monthOf, timeOf } from './world.ts';

/** Billing runs, and what becomes of their invoices. After a run everything is billed exactly once. */

const rowsOf = async <R extends object>({ api }: Simulation, text: string): Promise<R[]> =>
  (await api.database.pool.query<R>(text)).rows;

/**
 * Bills the months that have ended; now and then the last one again, or twice at once. Drafts of earlier months wait for
 * nobody but their own month, so those are run again first.
 */
export async function bill(simulation: Simulation): Promise<void> {
  const { books, world } = simulation;
  const ended = monthOf(world.now);
  if (ended === 0) return;
  const isNew = books.months < ended;
  const drafts = await invoices(simulation, 'draft');
  const drafted = new Set(drafts.map(({ periodStart }) => monthOf(timeOf(periodStart))));
  for (let month = 0; month < ended; month += 1)
    if (month >= books.months || month === ended - 1 || drafted.has(month))
      await run(simulation, month);
  // What a void released may be left to each other by two drafts; the earlier one has it, run again.
  if (isNew && books.hasVoided)
    for (const month of [...drafted].toSorted((a, b) => a - b)) await run(simulation, month);
  if (isNew) books.hasVoided = false;
  // Of a month that was billed before, what is new may have to wait for the next invoice.
  if (isNew) await everythingIsBilled(simulation);
  await booksAreRight(simulation);
}

async function run(simulation: Simulation, month: number): Promise<void> {
  const { books, random, world } = simulation;
  books.months = Math.max(books.months, month + 1);
  const runs = random.chance(0.3) ? 2 : 1;
  const period = monthName(month);
  const answers = await Promise.all(
    Array.from({ length: runs }, () => post(simulation, 'billing-runs', { period })),
  );
  simulation.log.push(
    `${instant(world.now)} bill ${period} × ${runs} → ${answers.map(({ status }) => status).join()}`,
  );
  for (const { body, text } of answers) expect(body, text).toMatchObject({ status: 'succeeded' });
  count(simulation, 'bill', runs);
  await creditsOfRuns(simulation);
}

/** What runs have credited. */
async function creditsOfRuns(simulation: Simulation) {
  const { books } = simulation;
  const text = `select id, organization_id, total::text from credit_notes where billing_run_id is not null`;
  for (const row of await rowsOf<{ id: string; organization_id: string; total: string }>(
    simulation,
    text,
  )) {
    if (books.creditNotes.has(row.id)) continue;
    books.creditNotes.add(row.id);
    enter(books, row.organization_id, negate(decimal(row.total)));
    count(simulation, 'creditNotesOfRuns');
  }
}

/** Every line of every document that stands, by payer, subscription, month, and what for. */
async function everythingIsBilled(simulation: Simulation) {
  const { books, items, world } = simulation;
  const lines = await rowsOf<Json>(
    simulation,
    `select i.organization_id as payer, l.subscription_id, to_json(l.period_start) #>> '{}' as start, coalesce(l.fee_id, l.charge_id) as item, l.amount::text
       from invoice_lines l join invoices i on i.id = l.invoice_id where i.status <> 'void'
     union all
     select n.organization_id, l.subscription_id, to_json(l.period_start) #>> '{}', coalesce(l.fee_id, l.charge_id), (-l.amount)::text
       from credit_note_lines l join credit_notes n on n.id = l.credit_note_id where l.kind = 'adjustment' and n.status <> 'void'`,
  );
  const billed: Amounts = new Map();
  for (const { payer, subscription_id, start, item, amount } of lines) {
    const key = `${payer} ${subscription_id} ${instant(timeOf(start))} ${items.get(item)}`;
    billed.set(key, add(billed.get(key) ?? zero, decimal(amount)));
  }
  const shouldBe = owed(world, books.months);
  count(simulation, 'amounts', shouldBe.size);
  agree('billed', differences(billed, shouldBe));
}

/** Opening + activity = closing, and closing is what the books say; numbers have no gap. */
export async function booksAreRight(simulation: Simulation): Promise<void> {
  const { api, books, world } = simulation;
  const expected = new Map<string, Decimal>();
  for (const [payer, balance] of books.balances) {
    const id = standing(world, payer, world.now);
    expected.set(id, add(expected.get(id) ?? zero, balance));
  }
  const is = new Map<string, Decimal>();
  const of = (some: Json[]) => sum(some.map(({ amount }) => decimal(amount)));
  for (const id of expected.keys()) {
    const query = `from=${instant(Math.max(0, world.now - 40))}&to=${instant(world.now + 1)}&asOf=${instant(world.now + 1)}`;
    const statement = await api.ok('GET', `/v1/statements/${id}?${query}`);
    const { opening, activity, closing } = statement.account;
    expect(toText(add(of(opening), of(activity))), `account of ${id}`).toBe(toText(of(closing)));
    is.set(id, subtract(of(statement.outstandingBalance), of(statement.unappliedCredit)));
    expect(toText(of(closing)), `closing of ${id}`).toBe(toText(is.get(id) ?? zero));
  }
  agree('statements', differences(is, expected));
  const [ledger] = await rowsOf<{ sum: string }>(
    simulation,
    `select coalesce(sum(amount), 0)::text as sum from ledger_entries`,
  );
  expect(toText(decimal(ledger?.sum ?? '0')), 'ledger').toBe(toText(sum(expected.values())));
  for (const table of ['invoices', 'credit_notes']) {
    const numbers = await rowsOf<{ number: string }>(
      simulation,
      `select number from ${table} where number is not null order by number_sequence`,
    );
    const drawn = numbers.map(({ number }) => Number(number.split('-').at(-1)));
    expect(drawn, `numbers of ${table}`).toEqual(drawn.map((_, i) => i + 1));
  }
}

async function invoices(simulation: Simulation, status: string): Promise<Json[]> {
  const { items } = await simulation.api.ok('GET', `/v1/invoices?limit=200&status=${status}`);
  return items;
}

/** Several at once, so that numbers are drawn at once. */
export async function finalize(simulation: Simulation): Promise<void> {
  const { books, random, world } = simulation;
  const drafts = await invoices(simulation, 'draft');
  const some = random.shuffle(drafts).slice(0, random.integer(1, 4));
  const answers = await Promise.all(
    some.map(({ id }) => post(simulation, `invoices/${id}/finalize`)),
  );
  for (const { status, body, text } of answers) {
    simulation.log.push(`${instant(world.now)} finalize ${body.id} → ${status}`);
    expect(status, text).toBe(200);
    enter(books, body.organizationId, decimal(body.total.amount));
    count(simulation, 'finalize');
  }
}

export async function pay(simulation: Simulation): Promise<void> {
  const { books, random, world } = simulation;
  const open = await invoices(simulation, 'open');
  if (open.length === 0) return;
  const { organizationId, amountDue } = random.pick(open);
  const part = random.pick(['1', '2', '0.5']);
  const amount =
    part === '1' ? decimal(amountDue.amount) : divide(decimal(amountDue.amount), decimal('3'), 2);
  if (isZero(amount)) return;
  const money = { amount: toText(amount), currency: 'USD' };
  const { status, body, text } = await post(simulation, 'payments', {
    organizationId,
    amount: money,
  });
  simulation.log.push(`${instant(world.now)} pay ${organizationId} ${money.amount} → ${status}`);
  expect(status, text).toBeLessThan(300);
  enter(books, organizationId, negate(decimal(body.amount.amount)));
  count(simulation, 'pay');
}

export async function credit(simulation: Simulation): Promise<void> {
  const { books, random, world } = simulation;
  const isMore = ({ amount }: Json) => compare(decimal(amount), decimal('1')) > 0;
  const open = (await invoices(simulation, 'open')).filter(({ amountDue }) => isMore(amountDue));
  if (open.length === 0) return;
  const { id, organizationId } = random.pick(open);
  const { lines } = await simulation.api.ok('GET', `/v1/invoices/${id}`);
  const line = lines.find((each: Json) => isMore(each.amount));
  if (!line) return;
  const amount = { amount: '1.00', currency: 'USD' };
  const body = { invoiceId: id, reason: 'Agreed', lines: [{ lineId: line.id, amount }] };
  const answer = await post(simulation, 'credit-notes', body);
  simulation.log.push(`${instant(world.now)} credit ${id} → ${answer.status}`);
  if (answer.status >= 300) return count(simulation, 'credit refused');
  enter(books, organizationId, decimal('-1'));
  count(simulation, 'credit');
}

export async function voidOne(simulation: Simulation): Promise<void> {
  const { books, random, world } = simulation;
  const open = await invoices(simulation, 'open');
  if (open.length === 0) return;
  const { id, organizationId, total } = random.pick(open);
  const { status } = await post(simulation, `invoices/${id}/void`, { reason: 'Sent in error' });
  simulation.log.push(`${instant(world.now)} void ${id} → ${status}`);
  if (status >= 300) return count(simulation, 'void refused');
  enter(books, organizationId, negate(decimal(total.amount)));
  books.hasVoided = true;
  count(simulation, 'void');
}
