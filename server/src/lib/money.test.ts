import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyListDate, currentCurrencies, withdrawnCurrencies } from './currencies.ts';
import { decimal, equals } from './decimal.ts';
import { amountOf, formatMoney, isCurrency, minorUnits, money, roundToMinor } from './money.ts';

describe('currencies', () => {
  it('is the whole of list one, as published', () => {
    // 178 codes, of which 13 (metals, XDR, XSU, XTS, XUA, XXX, bond units) have no minor unit.
    expect(currencyListDate).toBe('2026-01-01');
    expect(currentCurrencies.size).toBe(178 - 13);
    for (const code of [...currentCurrencies.keys(), ...withdrawnCurrencies.keys()])
      expect(code).toMatch(/^[A-Z]{3}$/);
    for (const code of withdrawnCurrencies.keys()) expect(currentCurrencies.has(code)).toBe(false);
  });

  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    // CLDR has 0 for these, ISO 4217 has 2 (3 for IQD): the reason not to ask Intl.
    ['AFN', 2],
    ['HUF', 2],
    ['IDR', 2],
    ['IQD', 3],
    ['BGN', 2],
  ])('%s has %i decimals', (code, units) => expect(minorUnits(code)).toBe(units));

  it('tells currencies from other codes', () => {
    for (const code of ['USD', 'JPY', 'XCG']) expect(isCurrency(code)).toBe(true);
    for (const code of ['usd', 'XAU', 'XXX', 'BGN', 'US', '', 'BTC', 'constructor'])
      expect(isCurrency(code)).toBe(false);
    expect(() => minorUnits('XAU')).toThrow(RangeError);
    expect(() => money(decimal('1'), 'BTC')).toThrow('Not a currency');
  });
});

describe('amounts', () => {
  it.each([
    ['12.345', 'USD', '12.34'],
    ['12.355', 'USD', '12.36'],
    ['-12.345', 'USD', '-12.34'],
    ['-0.001', 'USD', '0.00'],
    ['0.5', 'JPY', '0'],
    ['1.5', 'JPY', '2'],
    ['1234', 'JPY', '1234'],
    ['0.0005', 'KWD', '0.000'],
    ['7', 'KWD', '7.000'],
  ])('%s %s is billed as %s', (amount, currency, billed) => {
    expect(money(roundToMinor(decimal(amount), currency), currency)).toEqual({
      amount: billed,
      currency,
    });
  });

  it('never rounds in passing', () => {
    expect(() => money(decimal('12.345'), 'USD')).toThrow('more than 2 decimals');
    expect(() => money(decimal('0.5'), 'JPY')).toThrow(RangeError);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.constantFrom(...currentCurrencies.keys()), (units, currency) => {
        const amount = decimal(`${units}e-${minorUnits(currency)}`);
        expect(equals(amountOf(money(amount, currency)), amount)).toBe(true);
      }),
    );
  });
});

describe('for people', () => {
  it.each([
    ['1234.50', 'USD', '$1,234.50'],
    ['-0.05', 'USD', '-$0.05'],
    ['1234', 'JPY', '¥1,234'],
    ['1.500', 'KWD', 'KWD\u00a01.500'],
    ['1234.00', 'HUF', 'HUF\u00a01,234.00'],
    ['12345678901234567890123.45', 'EUR', '€12,345,678,901,234,567,890,123.45'],
  ])('%s %s is shown as %s', (amount, currency, shown) => {
    expect(formatMoney({ amount, currency })).toBe(shown);
  });

  it('follows the locale', () => {
    expect(formatMoney({ amount: '1234.50', currency: 'EUR' }, 'de-DE')).toBe('1.234,50\u00a0€');
  });
});
