import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, decimal, equals, fromUnits, sum, toText, zero } from '../lib/decimal.ts';
import { minorUnits } from '../lib/money.ts';
import { type TaxedLine, type TaxTerms, taxBack, taxed, taxesOn, taxTermsOf } from './tax-rules.ts';

const rates = (...list: [string, string][]): TaxTerms => ({
  rates: list.map(([name, percent]) => ({ name, percent })),
  exemptReason: null,
});
const exempt = (reason: string): TaxTerms => ({ rates: [], exemptReason: reason });
const line = (ordinal: number, amount: string, terms: TaxTerms): TaxedLine => ({
  ordinal,
  amount: decimal(amount),
  terms,
});
const shown = (lines: TaxedLine[], currency = 'EUR') =>
  taxesOn(lines, currency).map((tax) => [
    tax.name,
    tax.percent,
    toText(tax.taxable),
    toText(tax.amount),
    tax.lineOrdinals,
  ]);

describe('whose rates hold', () => {
  const vat = rates(['VAT', '19']);
  const nothing = { rates: null, exemptReason: null };
  const reduced = { rates: [{ name: 'VAT', percent: '7' }], exemptReason: null };
  it.each([
    ['the payer’s', vat, nothing, vat],
    ['the product’s in place of the payer’s', vat, reduced, rates(['VAT', '7'])],
    ['none, where the product says so', vat, { rates: [], exemptReason: null }, rates()],
    ['none on an exempt product', vat, { rates: null, exemptReason: 'Books' }, exempt('Books')],
    [
      'none for an exempt payer, whatever the product',
      exempt('Charity'),
      reduced,
      exempt('Charity'),
    ],
    ['none, where nobody says anything', rates(), nothing, rates()],
  ])('%s', (_rule, payer, product, expected) =>
    expect(taxTermsOf(payer, product)).toEqual(expected),
  );
});

describe('by hand', () => {
  const vat = rates(['VAT', '19']);
  it('is rounded once over all lines, not line by line', () => {
    // 3 × 0.13 × 19 % is 0.0741; rounded line by line it would be 3 × 0.02.
    const lines = [1, 2, 3].map((ordinal) => line(ordinal, '0.13', vat));
    expect(shown(lines)).toEqual([['VAT', '19', '0.39', '0.07', [1, 2, 3]]]);
  });
  it('keeps rates apart by name and percentage', () => {
    const lines = [
      line(1, '100', rates(['GST', '5'], ['QST', '9.975'])),
      line(2, '50', rates(['GST', '5'])),
      line(3, '10', rates(['GST', '0'])),
    ];
    expect(shown(lines)).toEqual([
      ['GST', '5', '150', '7.5', [1, 2]],
      ['QST', '9.975', '100', '9.98', [1]],
      ['GST', '0', '10', '0', [3]],
    ]);
  });
  it('goes half to even, at the minor unit of the currency', () => {
    expect(shown([line(1, '0.5', rates(['VAT', '5']))])[0]?.[3]).toBe('0.02');
    expect(shown([line(1, '1.5', rates(['VAT', '5']))])[0]?.[3]).toBe('0.08');
    expect(shown([line(1, '105', rates(['消費税', '10']))], 'JPY')[0]?.[3]).toBe('10');
    expect(shown([line(1, '1.005', rates(['VAT', '10']))], 'KWD')[0]?.[3]).toBe('0.1');
  });
  it('of credits is negative, and an exemption says why there is none', () => {
    const lines = [
      line(1, '100', vat),
      line(2, '-30', vat),
      line(3, '7', exempt('Reverse charge')),
    ];
    expect(shown(lines)).toEqual([
      ['VAT', '19', '70', '13.3', [1, 2]],
      ['Tax exempt', null, '7', '0', [3]],
    ]);
    expect(toText(taxed(lines, 'EUR').total)).toBe('90.3');
  });
});

const amounts = (currency: string) =>
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 14n }).map((u) => fromUnits(u, minorUnits(currency)));
const percents = fc
  .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 3, max: 6 }))
  .map(([n, scale]) => toText(fromUnits(BigInt(n), scale)));
const terms = fc.oneof(
  fc.uniqueArray(fc.tuple(fc.constantFrom('VAT', 'City', 'State'), percents), {
    maxLength: 3,
    selector: ([name]) => name,
  }),
  fc.constant(null),
);
const termsOf = (list: [string, string][] | null) =>
  list === null ? exempt('Because') : rates(...list);
const currencies = fc.constantFrom('USD', 'JPY', 'KWD');

describe('always', () => {
  it('lines and taxes are the total, and each tax is within half a unit of its percentage', () => {
    fc.assert(
      fc.property(
        currencies.chain((currency) =>
          fc.tuple(
            fc.constant(currency),
            fc.array(fc.tuple(amounts(currency), terms), { maxLength: 20 }),
          ),
        ),
        ([currency, list]) => {
          const lines = list.map(([amount, some], i) => ({
            ordinal: i + 1,
            amount,
            terms: termsOf(some),
          }));
          const result = taxed(lines, currency);
          const total = add(
            sum(lines.map(({ amount }) => amount)),
            sum(result.taxes.map(({ amount }) => amount)),
          );
          expect(equals(total, result.total)).toBe(true);
          for (const tax of result.taxes) {
            const on = lines.filter(({ ordinal }) => tax.lineOrdinals.includes(ordinal));
            expect(equals(sum(on.map(({ amount }) => amount)), tax.taxable)).toBe(true);
          }
        },
      ),
    );
  });

  it('what is credited in parts gives back what crediting all at once does', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(shares, { minLength: 1, maxLength: 5 }), percents, (list, percent) => {
        const cents = (n: number) => fromUnits(BigInt(n), 2);
        const lines = list.map((parts, i) => ({
          ordinal: i + 1,
          amount: cents(parts.reduce((a, b) => a + b, 0)),
          terms: rates(['VAT', percent]),
        }));
        const taxes = taxesOn(lines, 'USD');
        const before: { ordinal: number; amount: typeof zero }[] = [];
        let back = zero;
        for (const [i, parts] of list.entries()) {
          for (const part of parts) {
            const credit = { ordinal: i + 1, amount: cents(part) };
            const [tax] = taxBack(taxes, [credit], before, 'USD');
            if (tax !== undefined) expect(compare(tax.amount, zero)).toBeGreaterThanOrEqual(0);
            back = add(back, tax?.amount ?? zero);
            before.push(credit);
          }
        }
        expect(toText(back)).toBe(toText(sum(taxes.map(({ amount }) => amount))));
      }),
    );
  });
});
