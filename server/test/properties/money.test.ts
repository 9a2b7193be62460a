import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Called, Json } from '../support/app.ts';
import { moneyApp, type MoneyApp } from '../support/money-app.ts';
import * as book from '../support/money-oracle.ts';

/**
 * Any sequence of invoices, payments, allocations, refunds, credit notes, voids and write-offs, of any customers, in any
 * currencies: each verb is taken or refused as an account in whole minor units says, and what everybody owes is what that
 * says; opening + activity = closing; the customers sum to the ledger; nothing owed is negative, at any time; and whatever
 * was read at two clocks is read again, byte for byte (design §3.2, §4.8).
 */
let m: MoneyApp;
beforeAll(async () => {
  m = await moneyApp();
});
afterAll(() => m.api.close());

const SCALES: Record<string, number> = { USD: 2, JPY: 0, KWD: 3 };
const CURRENCIES = Object.keys(SCALES);
const DAY_MS = 24 * 60 * 60 * 1000;

const VERBS = [
  'invoice',
  'invoice',
  'invoice',
  'pay',
  'pay',
  'pay',
  'keep',
  'aim',
  'aim',
  'allocate',
  'deallocate',
  'refund',
  'credit',
  'credit',
  'void',
  'writeOff',
  'reverse',
  'voidNote',
  'voidNote',
  'look',
  'look',
] as const;

const steps = fc.record({
  verb: fc.constantFrom(...VERBS),
  account: fc.nat(3),
  subject: fc.nat(99),
  other: fc.nat(99),
  amount: fc.integer({ min: 1, max: 30_000 }),
  part: fc.integer({ min: 1, max: 15_000 }),
  back: fc.nat(3),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

type World = {
  readonly accounts: book.Account[];
  readonly from: string;
  /** Everything that was read at two clocks, and what it was. */
  readonly read: Map<string, string>;
  readonly done: Map<string, { taken: number; refused: number }>;
};

it('whatever happens to money, the books are those of an accountant', async () => {
  const done: World['done'] = new Map();
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 60, maxLength: 60 }), async (taken) => {
      const world = await newWorld(done);
      for (const each of taken) {
        m.api.setClock(DAY_MS / 2);
        await take(world, each);
      }
      await compareAll(world);
      for (const [url, text] of world.read)
        expect((await m.api.call('GET', url)).text, url).toBe(text);
    }),
    { numRuns: 4, endOnFailure: true },
  );
  await m.booksAreRight();
  // A property that never gets anywhere proves nothing.
  const counts = Object.fromEntries(done);
  const verbsThat = (came: 'taken' | 'refused') =>
    Object.keys(counts).filter((verb) => (counts[verb]?.[came] ?? 0) > 0);
  expect(verbsThat('taken').length, 'verbs that were taken').toBeGreaterThan(8);
  expect(verbsThat('refused').length, 'verbs that were refused').toBeGreaterThan(4);
});

async function newWorld(done: World['done']): Promise<World> {
  const zones = ['UTC', 'Asia/Kathmandu', 'America/New_York'];
  const customers: string[] = [];
  for (const timeZone of zones) customers.push(await m.customer({ timeZone, paymentTermsDays: 2 }));
  const [first = '', second = '', third = ''] = customers;
  const accounts = [
    book.newAccount(first, 'USD'),
    book.newAccount(first, 'JPY'),
    book.newAccount(second, 'KWD'),
    book.newAccount(third, 'USD'),
  ];
  return { accounts, from: m.api.now(), read: new Map(), done };
}

/** Minor units → the text of the API, and back. */
function textOf(minor: bigint, currency: string): string {
  const scale = SCALES[currency] ?? 0;
  const digits = String(minor < 0n ? -minor : minor).padStart(scale + 1, '0');
  const sign = minor < 0n ? '-' : '';
  const whole = digits.slice(0, digits.length - scale);
  return sign + (scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`);
}
const minorOf = (text: string) => BigInt(text.replace('.', ''));

async function take(world: World, step: Step): Promise<void> {
  const account = pick(world.accounts, step.account);
  if (account === undefined) return;
  if (step.verb === 'look') return look(world, step);
  const answer = await verbs[step.verb](account, step, world);
  if (answer === null) return;
  const { called, may } = answer;
  expect(called.status < 300, `${step.verb}: ${called.text}`).toBe(may);
  if (!may) expect([400, 409, 422], called.text).toContain(called.status);
  const count = world.done.get(step.verb) ?? { taken: 0, refused: 0 };
  count[may ? 'taken' : 'refused'] += 1;
  world.done.set(step.verb, count);
  await compare(account, step.verb);
}

const pick = <T>(values: readonly T[], at: number): T | undefined => values[at % values.length];
const money = (minor: bigint | number, { currency }: book.Account) => ({
  amount: textOf(BigInt(minor), currency),
  currency,
});
type Taken = { called: Called; may: boolean } | null;

async function payWith(account: book.Account, step: Step, target: book.Target): Promise<Taken> {
  const amount = BigInt(step.amount);
  const receivedAt = m.api.setClock(-step.back * DAY_MS);
  m.api.setClock(step.back * DAY_MS);
  const aimed = target && [{ invoiceId: target.invoice.id, amount: money(target.amount, account) }];
  const called = await m.api.call('POST', '/v1/payments', {
    organizationId: account.customerId,
    amount: money(amount, account),
    receivedAt,
    ...(target !== undefined && { allocations: aimed ?? [] }),
  });
  const may = book.mayPay(account, amount, target);
  if (may) book.pay(account, { id: called.body.id, since: receivedAt, amount }, target);
  return { called, may };
}

const verbs: Record<
  Exclude<Step['verb'], 'look'>,
  (account: book.Account, step: Step, world: World) => Promise<Taken>
> = {
  async invoice(account, { amount, part, other }) {
    const given = other % 2 === 0 ? [amount] : [amount, part];
    const texts = given.map((minor) => textOf(BigInt(minor), account.currency));
    const id = await m.draft(account.customerId, texts, account.currency);
    const called = await m.api.call('POST', `/v1/invoices/${id}/finalize`);
    const lines = (called.body.lines as Json[]).map((line) => ({
      id: line.id as string,
      left: minorOf(line.amount.amount),
    }));
    book.issue(account, id, lines);
    return { called, may: true };
  },
  pay: (account, step) => payWith(account, step, undefined),
  keep: (account, step) => payWith(account, step, null),
  /** At an invoice of anybody, in any currency. */
  async aim(account, step, world) {
    const owner = step.other % 4 === 0 ? pick(world.accounts, step.other) : account;
    const invoice = pick(owner?.invoices ?? [], step.subject);
    if (invoice === undefined) return null;
    const isExact = step.other % 3 === 0 && invoice.due > 0n;
    const amount = isExact ? invoice.due : BigInt(step.part);
    return payWith(account, step, { invoice, amount });
  },
  async allocate(account, { subject }) {
    const source = pick(account.credits, subject);
    if (source === undefined) return null;
    const called = await m.api.call('POST', `${pathOf(source)}/allocate`);
    return { called, may: book.allocateRest(account, source) };
  },
  async deallocate(account, { subject, other, part }) {
    const source = pick(account.credits, subject);
    const applied = [...(source?.applied ?? [])];
    const [invoice, all] = pick(applied, other) ?? [];
    if (source === undefined || invoice === undefined || all === undefined) return null;
    const amount = other % 2 === 0 && all > 0n ? all : BigInt(part);
    const body = { invoiceId: invoice.id, amount: money(amount, account) };
    const called = await m.api.call('POST', `${pathOf(source)}/deallocate`, body);
    return { called, may: book.deallocate(source, invoice, amount) };
  },
  async refund(account, { part }) {
    const body = { organizationId: account.customerId, amount: money(part, account) };
    const called = await m.api.call('POST', '/v1/refunds', body);
    return { called, may: book.refund(account, BigInt(part)) };
  },
  async credit(account, { subject, other, part }) {
    const invoice = pick(account.invoices, subject);
    const line = pick(invoice?.lines ?? [], other);
    if (invoice === undefined || line === undefined) return null;
    const amount = other % 3 === 0 && line.left > 0n ? line.left : BigInt(part);
    const lines = [{ lineId: line.id, amount: money(amount, account) }];
    const body = { invoiceId: invoice.id, reason: 'Agreed', lines };
    const called = await m.api.call('POST', '/v1/credit-notes', body);
    const may = book.mayCredit(invoice, line, amount);
    if (may)
      book.issueNote(account, { id: called.body.id, since: m.api.now(), amount }, invoice, line);
    return { called, may };
  },
  async void(account, { subject }) {
    const invoice = pick(account.invoices, subject);
    if (invoice === undefined) return null;
    const called = await m.api.call('POST', `/v1/invoices/${invoice.id}/void`);
    return { called, may: book.voidInvoice(invoice) };
  },
  async writeOff(account, { subject }) {
    const invoice = pick(account.invoices, subject);
    if (invoice === undefined) return null;
    const called = await m.api.call('POST', `/v1/invoices/${invoice.id}/uncollectible`);
    return { called, may: book.writeOff(invoice) };
  },
  async reverse(account, { subject }) {
    const source = pick(
      account.credits.filter(({ kind }) => kind === 'payment'),
      subject,
    );
    if (source === undefined) return null;
    const called = await m.api.call('POST', `${pathOf(source)}/reverse`);
    return { called, may: book.reverse(source) };
  },
  async voidNote(account, { subject }) {
    const source = pick(
      account.credits.filter(({ kind }) => kind === 'creditNote'),
      subject,
    );
    if (source === undefined) return null;
    const called = await m.api.call('POST', `${pathOf(source)}/void`);
    return { called, may: book.voidCreditNote(source) };
  },
};

const pathOf = ({ id, kind }: book.CreditBook) =>
  `/v1/${kind === 'payment' ? 'payments' : 'credit-notes'}/${id}`;

const amountOf = (amounts: Json[], currency: string): bigint =>
  minorOf(amounts.find((each) => each.currency === currency)?.amount ?? '0');

/** The customer's statement, and each of its invoices, against the account. */
async function compare(account: book.Account, after: string): Promise<void> {
  const { customerId: id, currency } = account;
  const statement = await m.api.ok('GET', `/v1/statements/${id}`);
  expect(
    [
      amountOf(statement.outstandingBalance, currency),
      amountOf(statement.unappliedCredit, currency),
    ],
    after,
  ).toEqual([book.outstandingOf(account), book.unappliedOf(account)]);
  const { items } = await m.api.ok(
    'GET',
    `/v1/invoices?organizationId=${id}&currency=${currency}&limit=200`,
  );
  const shown = items.toReversed().map((each: Json) => {
    const { amountDue, amountPaid, amountCredited, amountWrittenOff } = each;
    const amounts = [amountDue, amountPaid, amountCredited, amountWrittenOff];
    return [each.id, each.status, ...amounts.map(({ amount }: Json) => minorOf(amount))];
  });
  expect(shown, after).toEqual(
    account.invoices.map((each) => [
      each.id,
      book.statusOf(each),
      each.due,
      each.paid,
      each.credited,
      each.writtenOff,
    ]),
  );
}

async function compareAll(world: World): Promise<void> {
  for (const account of world.accounts) await compare(account, 'at the end');
  const { rows } = await sql<{ currency: string; amount: string }>`
    select currency, sum(amount)::text as amount from ledger_entries group by 1 order by 1`.execute(
    m.api.database.db,
  );
  const { items } = await m.api.ok('GET', '/v1/statements?limit=200');
  for (const { currency, amount } of rows) {
    const net = items.reduce(
      (sum: bigint, { outstandingBalance, unappliedCredit }: Json) =>
        sum + amountOf(outstandingBalance, currency) - amountOf(unappliedCredit, currency),
      0n,
    );
    expect(net, `all customers, ${currency}`).toBe(
      minorOf(Number(amount) === 0 ? '0' : scaled(amount, currency)),
    );
  }
}

/** `12.5` → `12.50`. */
function scaled(amount: string, currency: string): string {
  const scale = SCALES[currency] ?? 0;
  const [whole = '', decimals = ''] = amount.split('.');
  return scale === 0 ? whole : `${whole}.${decimals.padEnd(scale, '0').slice(0, scale)}`;
}

/** Reads a statement and the list at some day, as known now; keeps them, to be read again; adds them up. */
async function look(world: World, { account: at, back, subject }: Step): Promise<void> {
  const account = pick(world.accounts, at);
  if (account === undefined) return;
  const now = m.api.now();
  const asOf = m.api.setClock(-back * DAY_MS);
  m.api.setClock(now);
  const { knownAt } = await m.api.ok('GET', `/v1/statements/${account.customerId}`);
  const clocks = `asOf=${asOf}&knownAt=${knownAt}`;
  const middle = m.api.setClock(-(back + (subject % 20)) * DAY_MS);
  m.api.setClock(now);
  const until = m.api.setClock(1);
  m.api.setClock(now);
  const range = `from=${middle < world.from ? world.from : middle}&to=${until}`;
  const url = `/v1/statements/${account.customerId}?${clocks}&${range}`;
  for (const path of [
    url,
    `/v1/statements?${clocks}&limit=200`,
    `/v1/statements?${clocks}&owing=true`,
  ]) {
    const { status, text } = await m.api.call('GET', path);
    expect(status, text).toBe(200);
    world.read.set(path, text);
  }
  const statement = JSON.parse(world.read.get(url) ?? '{}');
  const { opening, activity, closing, entries, activityByKind } = statement.account;
  const sumOf = (amounts: Json[], currency: string) =>
    amounts
      .filter((each) => each.currency === currency)
      .reduce((sum, { amount }) => sum + minorOf(amount), 0n);
  for (const currency of CURRENCIES) {
    const [opens, moves, closes] = [opening, activity, closing].map((each) =>
      amountOf(each, currency),
    ) as [bigint, bigint, bigint];
    expect(opens + moves, 'opening + activity = closing').toBe(closes);
    const amounts = (some: Json[]) => some.map(({ amount }) => amount);
    expect(sumOf(amounts(entries), currency), 'entries').toBe(moves);
    expect(sumOf(amounts(activityByKind), currency), 'by kind').toBe(moves);
    const owed = amountOf(statement.outstandingBalance, currency);
    const credit = amountOf(statement.unappliedCredit, currency);
    expect(owed >= 0n && credit >= 0n, 'never negative').toBe(true);
    expect(owed - credit, 'the account closes with what is owed').toBe(closes);
    const ageing = statement.ageing.find((each: Json) => each.currency === currency);
    const { currency: _, ...buckets } = ageing ?? { currency };
    const aged = Object.values<string>(buckets).reduce((sum, each) => sum + minorOf(each), 0n);
    expect(aged, 'ageing').toBe(owed);
    const items = statement.openInvoices.items.map(({ amountDue }: Json) => amountDue);
    expect(sumOf(items, currency), 'open invoices').toBe(owed);
  }
}
