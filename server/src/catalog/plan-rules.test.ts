import { describe, expect, it } from 'vitest';
import {
  indexOfDuplicateMeter,
  indexOfSharedCost,
  indexOfTooFine,
  type PlanTerms,
  pricesTheSame,
} from './plan-rules.ts';

const fee = (amount: string) => ({ name: 'Base', amount, timing: 'advance' }) as const;
const charge = (meterId: string, unitPrice: string) =>
  ({ name: meterId, meterId, meterVersion: 1, model: 'perUnit', terms: { unitPrice } }) as const;
const terms: PlanTerms = {
  currency: 'USD',
  interval: { unit: 'month', count: 1 },
  trialDays: 0,
  fees: [fee('20')],
  charges: [charge('mtr_a', '0.000002'), charge('mtr_b', '0.000008')],
};

describe('fees', () => {
  it.each([
    ['USD', ['0', '20', '9.99', '9.990'], -1],
    ['USD', ['9.99', '9.999'], 1],
    ['JPY', ['2000'], -1],
    ['JPY', ['0.5'], 0],
    ['KWD', ['1.125'], -1],
    ['KWD', ['1.1255'], 0],
  ])('in %s: of %j the first too fine is %i', (currency, amounts, index) => {
    expect(indexOfTooFine(amounts.map(fee), currency)).toBe(index);
  });
});

it('finds the second charge on one meter', () => {
  expect(indexOfDuplicateMeter([])).toBe(-1);
  expect(indexOfDuplicateMeter(terms.charges)).toBe(-1);
  expect(indexOfDuplicateMeter([...terms.charges, charge('mtr_a', '1')])).toBe(2);
});

it.each<[string, object, object, number]>([
  ['without filters', {}, {}, 1],
  ['with filters on other attributes', { a: '1' }, { b: '1' }, 1],
  ['with a value in common', { a: ['1', '2'] }, { a: ['2', '3'] }, 1],
  ['with none in common', { a: ['1', '2'] }, { a: '3' }, -1],
  ['with none in common of one of two', { a: '1', b: '1' }, { b: '2', a: '1' }, -1],
])('two percentages on meters %s', (_name, a, b, index) => {
  const on = (filter: object) => ({
    model: 'percentage',
    filter: filter as Record<string, string>,
  });
  expect(indexOfSharedCost([on(a), on(b)])).toBe(index);
  expect(indexOfSharedCost([on(a), { ...on(b), model: 'perUnit' }])).toBe(-1);
});

describe('the same prices', () => {
  it('however a number is written', () => {
    expect(pricesTheSame(terms, { ...terms, fees: [fee('20.00')] })).toBe(true);
  });

  it.each<[string, Partial<PlanTerms>]>([
    ['currency', { currency: 'EUR' }],
    ['trial', { trialDays: 1 }],
    ['interval', { interval: { unit: 'month', count: 3 } }],
    ['amount', { fees: [fee('20.01')] }],
    ['timing', { fees: [{ ...fee('20'), timing: 'arrears' }] }],
    ['price', { charges: [charge('mtr_a', '0.000003'), charge('mtr_b', '0.000008')] }],
    [
      'version of a meter',
      { charges: terms.charges.map((each) => ({ ...each, meterVersion: 2 })) },
    ],
    ['order', { charges: terms.charges.toReversed() }],
  ])('not with another %s', (_, change) => {
    expect(pricesTheSame(terms, { ...terms, ...change })).toBe(false);
  });
});
