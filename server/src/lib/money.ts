import { currentCurrencies, withdrawnCurrencies } from './currencies.ts';
import { decimal, roundHalfEven, toFixedText } from './decimal.ts';
import type { Decimal } from './decimal.ts';

/** An amount as on the wire, always with its currency's own number of decimals: `{amount: '12.30', currency: 'USD'}`. */
export type Money = { readonly amount: string; readonly currency: string };

/** True for the code of a currency that ISO 4217 lists today and that has a minor unit; case matters. */
export function isCurrency(code: string): boolean {
  return currentCurrencies.has(code);
}

/**
 * Decimals of a currency by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD; withdrawn currencies answer too.
 * @throws RangeError for an unknown code.
 */
export function minorUnits(currency: string): number {
  const units = currentCurrencies.get(currency) ?? withdrawnCurrencies.get(currency);
  if (units === undefined)
    throw new RangeError(`Not a currency of ISO 4217: ${JSON.stringify(currency.slice(0, 60))}`);
  return units;
}

/** The one rounding of money: half-even to the currency's minor unit, once per invoice line. */
export function roundToMinor(amount: Decimal, currency: string): Decimal {
  return roundHalfEven(amount, minorUnits(currency));
}

/**
 * Writes an amount at exactly its currency's scale. Does not round.
 * @throws RangeError when digits would be lost: `roundToMinor` first.
 */
export function money(amount: Decimal, currency: string): Money {
  return { amount: toFixedText(amount, minorUnits(currency)), currency };
}

/** The number of a `Money`. */
export function amountOf(value: Money): Decimal {
  return decimal(value.amount);
}

const formats = new Map<string, Intl.NumberFormat>();

/** For people: `$1,234.50`. Exact for any size, with the decimals of our own table, not the locale's. */
export function formatMoney(value: Money, locale = 'en-US'): string {
  const key = `${locale} ${value.currency}`;
  let format = formats.get(key);
  if (format === undefined) {
    const digits = minorUnits(value.currency);
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: value.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  // Text, not a number: Intl reads decimal strings exactly.
  return format.format(value.amount as Intl.StringNumericLiteral);
}
