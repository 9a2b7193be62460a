import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, equals, fromUnits, subtract, sum, toText } from '../lib/decimal.ts';
import { type Instant, instantFromEpochMs, parseInstant } from '../lib/instant.ts';
import { accountOf, ageingBuckets, bucketOf, daysPastDue, positionsOf } from './rules.ts';

const at = (text: string) => parseInstant(text) as Instant;

describe('days past due', () => {
  it.each<[string, string, string, number]>([
    ['2026-11-30T12:00:00Z', '2026-11-30T23:59:59Z', 'UTC', 0],
    ['2026-11-30T12:00:00Z', '2026-12-01T00:00:00Z', 'UTC', 1],
    // Midnight comes earlier in Kathmandu.
    ['2026-11-30T12:00:00Z', '2026-11-30T18:15:00Z', 'Asia/Kathmandu', 1],
    ['2026-11-30T12:00:00Z', '2026-11-30T18:14:59Z', 'Asia/Kathmandu', 0],
    // A day of 25 hours is a day.
    ['2026-10-24T12:00:00Z', '2026-10-26T00:00:00Z', 'Europe/Berlin', 2],
    ['2026-12-30T12:00:00Z', '2026-11-30T12:00:00Z', 'UTC', -30],
  ])('due %s, on %s in %s: %s', (dueAt, asOf, zone, days) => {
    expect(daysPastDue(at(dueAt), at(asOf), zone)).toBe(days);
  });
  it.each([
    [-1, 'current'],
    [0, 'current'],
    [1, 'days1To30'],
    [30, 'days1To30'],
    [31, 'days31To60'],
    [60, 'days31To60'],
    [61, 'days61To90'],
    [90, 'days61To90'],
    [91, 'days90Plus'],
  ])('%s days are in %s', (days, bucket) => expect(bucketOf(days)).toBe(bucket));
});

const amount = fc
  .integer({ min: -100_000, max: 100_000 })
  .map((cents) => fromUnits(BigInt(cents), 2));
const currency = fc.constantFrom('EUR', 'USD');

it('outstanding less credit is the balance, and ageing adds up to outstanding, for any dues', () => {
  const due = fc.record({
    currency,
    amount,
    invoice: fc.option(
      fc.nat(200).map((days) => ({ dueAt: instantFromEpochMs(Date.UTC(2026, 0, 1 + days)) })),
    ),
  });
  fc.assert(
    fc.property(fc.array(due, { maxLength: 20 }), (dues) => {
      for (const position of positionsOf(dues, at('2026-06-01T00:00:00Z'), 'UTC')) {
        const mine = dues.filter((each) => each.currency === position.currency);
        const balance = sum(mine.map((each) => each.amount));
        expect(toText(subtract(position.outstanding, position.unappliedCredit))).toBe(
          toText(balance),
        );
        expect(toText(sum(ageingBuckets.map((name) => position.ageing[name])))).toBe(
          toText(position.outstanding),
        );
        expect(toText(position.outstanding)).not.toMatch(/^-/);
      }
    }),
  );
});

it('opening and activity are closing, wherever an account is cut', () => {
  const entries = fc.array(fc.record({ currency, amount }), { maxLength: 20 });
  fc.assert(
    fc.property(entries, fc.nat(20), (all, cut) => {
      const whole = accountOf([], all);
      const later = accountOf(all.slice(0, cut), all.slice(cut));
      for (const each of whole) {
        const same = later.find((other) => other.currency === each.currency);
        expect(same !== undefined && equals(same.closing, each.closing)).toBe(true);
      }
      for (const each of later)
        expect(toText(sum([each.opening, each.activity]))).toBe(toText(each.closing));
    }),
  );
  expect(accountOf([{ currency: 'USD', amount: decimal('1') }], [])).toHaveLength(1);
});
