import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pricing } from '../catalog/pricing-rules.ts';
import { compare, decimal, equals, sum, toText, zero } from '../lib/decimal.ts';
import { accountableFor, countedBy, noUsage, rateUsage, shareOut, takenBack } from './rules.ts';

const usage = (groups: Record<string, string>) => {
  const entries = Object.entries(groups).map(
    ([value, quantity]) => [value === 'rest' ? null : value, decimal(quantity)] as const,
  );
  return { quantity: sum(entries.map(([, quantity]) => quantity)), groups: new Map(entries) };
};
const byModel: Pricing = {
  model: 'perUnit',
  terms: {
    unitPrice: '1',
    byAttribute: { attribute: 'model', prices: { large: { unitPrice: '10' } } },
  },
};
const definition = { aggregation: 'max', measure: 'gigabytes', filter: { region: 'eu' } } as const;

describe('what a charge counts', () => {
  it('is what its meter says', () => {
    const pricing: Pricing = { model: 'perUnit', terms: { unitPrice: '1' } };
    expect(countedBy(definition, pricing, 'USD')).toEqual(definition);
    expect(countedBy(definition, byModel, 'USD').split).toEqual({
      attribute: 'model',
      values: ['large'],
    });
  });

  it('is the cost of its events, summed, for a percentage', () => {
    const pricing: Pricing = { model: 'percentage', terms: { percent: '1', bills: 'markUp' } };
    const counted = { ...definition, aggregation: 'sum', cost: 'EUR' };
    expect(countedBy(definition, pricing, 'EUR')).toEqual(counted);
  });
});

describe('a rated charge', () => {
  it('is rounded once, over all its groups', () => {
    const rated = rateUsage(byModel, usage({ large: '0.0004', rest: '0.004' }), 'USD', null);
    expect([toText(rated.usageAmount), toText(rated.topUp)]).toEqual(['0.01', '0']);
  });

  it.each([
    ['0', '5', '5', '5'],
    ['4.994', '5', '0.01', '5'],
    ['5', '5', '0', '5'],
    ['6', '5', '0', '6'],
    ['-1', '5', '6', '5'],
  ])('of %s, at least %s, lacks %s and comes to %s', (quantity, minimum, topUp, amount) => {
    const rated = rateUsage(byModel, usage({ rest: quantity }), 'USD', decimal(minimum));
    expect([toText(rated.topUp), toText(rated.amount)]).toEqual([topUp, amount]);
  });

  it('turns its sign, group by group, when it is taken back', () => {
    const back = takenBack({ ...noUsage, ...usage({ large: '2', rest: '3' }) });
    expect([...(back.groups ?? [])].map(([value, quantity]) => [value, toText(quantity)])).toEqual([
      ['large', '-2'],
      [null, '-3'],
    ]);
  });
});

describe('who is accountable', () => {
  it('bears the price of what it used', () => {
    const whole = rateUsage(byModel, usage({ large: '3', rest: '70' }), 'USD', null);
    const parts = accountableFor(whole, [
      { key: 'a', usage: usage({ large: '3' }) },
      { key: 'b', usage: usage({ rest: '70' }) },
    ]);
    expect(parts.map(({ key, weight }) => [key, toText(weight)])).toEqual([
      ['a', '30'],
      ['b', '70'],
    ]);
  });

  it('shares in proportion to quantity where there is one price', () => {
    const pricing: Pricing = {
      model: 'flatByTier',
      terms: { tiers: [{ upTo: null, amount: '9' }] },
    };
    const whole = rateUsage(pricing, { quantity: decimal('3') }, 'USD', null);
    const parts = accountableFor(whole, [
      { key: 'a', usage: { quantity: decimal('1') } },
      { key: 'b', usage: { quantity: decimal('2') } },
    ]);
    const shares = shareOut(whole.usageAmount, parts, 'USD');
    expect([...shares].map(([key, share]) => [key, toText(share)])).toEqual([
      ['a', '3'],
      ['b', '6'],
    ]);
  });

  it('together with the others, for exactly all of it, and nobody for what another used', () => {
    const quantity = fc.nat({ max: 10_000_000 }).map((units) => `${units}e-3`);
    const segment = fc.record({ large: quantity, rest: quantity });
    const price = fc.nat({ max: 1_000_000 }).map((units) => `${units}e-6`);
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 5 }),
        price,
        price,
        (segments, own, large) => {
          const pricing: Pricing = {
            model: 'perUnit',
            terms: {
              unitPrice: own,
              byAttribute: { attribute: 'm', prices: { large: { unitPrice: large } } },
            },
          };
          const used = segments.map((each) => usage(each));
          const total = (of: 'large' | 'rest') =>
            toText(sum(segments.map((each) => decimal(each[of]))));
          const whole = rateUsage(
            pricing,
            usage({ large: total('large'), rest: total('rest') }),
            'USD',
            null,
          );
          const parts = used.map((each, i) => ({ key: String(i), usage: each }));
          const weights = accountableFor(whole, parts);
          const exact = sum(whole.groups.map((group) => group.amount));
          expect(equals(sum(weights.map(({ weight }) => weight)), exact)).toBe(true);
          const shares = shareOut(whole.usageAmount, weights, 'USD');
          expect(equals(sum(shares.values()), whole.usageAmount)).toBe(true);
          for (const [i, each] of used.entries())
            if (equals(each.quantity, zero) && compare(exact, zero) > 0)
              expect(toText(shares.get(String(i)) ?? decimal('-1'))).toBe('0');
        },
      ),
    );
  });
});
