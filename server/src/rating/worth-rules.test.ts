import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pricingOf } from '../catalog/pricing-rules.ts';
import { absolute, compare, decimal, fromUnits, subtract, sum, toText } from '../lib/decimal.ts';
import { allocate } from './allocate.ts';
import { shareOutWorth, worthOf } from './worth-rules.ts';

const share = (amount: string, worth: Record<string, string>, currency = 'USD') =>
  Object.fromEntries(
    [
      ...shareOutWorth(
        decimal(amount),
        Object.entries(worth).map(([key, weight]) => ({ key, weight: decimal(weight) })),
        currency,
      ),
    ].map(([key, part]) => [key, toText(part)]),
  );

describe('what usage is worth', () => {
  const pricing = pricingOf({
    model: 'perUnit',
    terms: {
      unitPrice: '1',
      byAttribute: { attribute: 'model', prices: { big: { unitPrice: '5' } } },
    },
  });
  const rated = [
    { value: null, quantity: decimal('10'), amount: decimal('10') },
    { value: 'big', quantity: decimal('4'), amount: decimal('20') },
  ];
  const worth = (groups: [string | null, string][], of = rated) =>
    toText(
      worthOf(
        {
          quantity: sum(groups.map(([, q]) => decimal(q))),
          groups: new Map(groups.map(([v, q]) => [v, decimal(q)])),
        },
        of,
        pricing,
      ),
    );
  it('is each quantity at the price of its group', () => {
    expect(worth([[null, '3']])).toBe('3');
    expect(worth([['big', '3']])).toBe('15');
    expect(
      worth([
        [null, '-1'],
        ['big', '1'],
      ]),
    ).toBe('4');
  });
  it('is at its own price where nothing of its group is left', () => {
    expect(worth([['big', '-2']], rated.slice(0, 1))).toBe('-10');
  });
});

describe('by hand', () => {
  it.each([
    ['in proportion', '10', { a: '1', b: '3' }, { a: '2.5', b: '7.5' }],
    [
      'what one gives and the other takes, though it comes to nothing',
      '0',
      { a: '5', b: '-5' },
      { a: '5', b: '-5' },
    ],
    [
      'a cent that is missing does not become thousands',
      '0.01',
      { a: '1000', b: '-999.9999' },
      { a: '1000', b: '-999.99' },
    ],
    ['all taken back', '-3', { a: '-1', b: '-2' }, { a: '-1', b: '-2' }],
    [
      'equally where nothing is worth anything',
      '0.03',
      { a: '0', b: '0' },
      { a: '0.02', b: '0.01' },
    ],
  ])('%s', (_rule, amount, worth, expected) => expect(share(amount, worth)).toEqual(expected));
  it('in whole yen', () =>
    expect(share('100', { a: '1', b: '2' }, 'JPY')).toEqual({ a: '33', b: '67' }));
});

describe('always', () => {
  const weight = fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 9 }))
    .map(([n, scale]) => fromUnits(BigInt(n), scale));
  const parts = fc
    .uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), weight), {
      minLength: 1,
      maxLength: 30,
      selector: ([key]) => key,
    })
    .map((list) => list.map(([key, value]) => ({ key, weight: value })));
  const cents = fc
    .bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
    .map((units) => fromUnits(units, 2));

  it('sums exactly, whatever the order', () => {
    fc.assert(
      fc.property(cents, parts, (amount, list) => {
        const shares = shareOutWorth(amount, list, 'USD');
        expect(toText(sum(shares.values()))).toBe(toText(amount));
        expect(shares.size).toBe(list.length);
        const back = shareOutWorth(amount, list.toReversed(), 'USD');
        for (const [key, part] of shares)
          expect(toText(back.get(key) ?? amount)).toBe(toText(part));
      }),
      { numRuns: 300 },
    );
  });
  it('is the allocator’s answer where nothing was taken back', () => {
    fc.assert(
      fc.property(cents, parts, (amount, list) => {
        const positive = list.map(({ key, weight: w }) => ({ key, weight: absolute(w) }));
        expect([...shareOutWorth(amount, positive, 'USD')]).toEqual([
          ...allocate(amount, positive, 2),
        ]);
      }),
    );
  });
  it('strays from the worth by no more than the amount does from the sum, and a cent', () => {
    fc.assert(
      fc.property(cents, parts, (amount, list) => {
        const off = absolute(subtract(amount, sum(list.map(({ weight: w }) => w))));
        for (const [key, part] of shareOutWorth(amount, list, 'USD')) {
          const worth = list.find((each) => each.key === key)?.weight ?? amount;
          const limit = sum([off, decimal('0.02')]);
          expect(compare(absolute(subtract(part, worth)), limit)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
