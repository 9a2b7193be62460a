import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, decimal, toText } from '../../lib/decimal.ts';
import { amountFor } from '../pricing-rules.ts';
import { perUnitAmount } from './per-unit.ts';

const rate = (unitPrice: string, quantity: string) =>
  toText(perUnitAmount({ unitPrice }, decimal(quantity)));

describe('per unit, worked by hand', () => {
  it.each([
    ['0.000002', '0', '0'],
    ['0.000002', '1', '0.000002'],
    ['0.000002', '28185', '0.05637'],
    ['0', '1000000000000', '0'],
    ['0.000000000001', '1000000000000', '1'],
    ['0.123456789012', '999999999999', '123456789011.876543210988'],
    ['3', '-2.5', '-7.5'],
  ])('%s × %s = %s', (unitPrice, quantity, amount) =>
    expect(rate(unitPrice, quantity)).toBe(amount),
  );
});

it('is chosen by the name of its model', () => {
  const pricing = { model: 'perUnit', terms: { unitPrice: '0.5' } } as const;
  expect(toText(amountFor(pricing, decimal('3')))).toBe('1.5');
});

it('is linear: usage cut in two costs what it costs in one', () => {
  const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((n) => decimal(`${n}e-6`));
  const price = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((n) => `${n}e-12`);
  fc.assert(
    fc.property(units, units, price, (a, b, unitPrice) => {
      const terms = { unitPrice };
      const parts = add(perUnitAmount(terms, a), perUnitAmount(terms, b));
      expect(toText(parts)).toBe(toText(perUnitAmount(terms, add(a, b))));
    }),
  );
});
