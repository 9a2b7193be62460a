import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, decimal, toText } from '../../lib/decimal.ts';
import { percentageParts } from './percentage.ts';
import { anyQuantity } from '../../../test/support/prices.ts';

type Bills = 'costAndMarkUp' | 'markUp';
const cost = (percent: string, bills: Bills, of: string) =>
  toText(percentageParts({ percent, bills }, decimal(of))[0]?.amount ?? decimal('-1'));

describe('percentage, worked by hand', () => {
  it.each<[string, Bills, string, string]>([
    ['20', 'costAndMarkUp', '0', '0'],
    ['20', 'costAndMarkUp', '100', '120'],
    ['20', 'markUp', '100', '20'],
    ['0', 'costAndMarkUp', '12.345678901234', '12.345678901234'],
    ['0', 'markUp', '12.345678901234', '0'],
    ['2.9', 'markUp', '1000000000000', '29000000000'],
    ['0.000000000001', 'markUp', '1', '0.00000000000001'],
    ['33.333333333333', 'costAndMarkUp', '0.000000000003', '0.00000000000399999999999999'],
    ['20', 'costAndMarkUp', '-5', '-6'],
  ])('%s %% as %s of %s is %s', (percent, bills, of, amount) =>
    expect(cost(percent, bills, of)).toBe(amount),
  );
});

it('is linear: cost cut in two is marked up as in one', () => {
  fc.assert(
    fc.property(
      anyQuantity,
      anyQuantity,
      fc.constantFrom<Bills>('costAndMarkUp', 'markUp'),
      (a, b, bills) => {
        const whole = toText(add(decimal(a), decimal(b)));
        const parts = add(decimal(cost('17.5', bills, a)), decimal(cost('17.5', bills, b)));
        expect(toText(parts)).toBe(cost('17.5', bills, whole));
      },
    ),
  );
});
