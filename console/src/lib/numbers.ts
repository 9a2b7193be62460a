import type { Money } from '@customary/sdk';

/** Numbers are decimal strings from end to end: `Intl` formats them digit by digit, nothing passes through a float. */

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;
const decimalsMax = 12;

const quantityFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: decimalsMax });
const compactFormat = new Intl.NumberFormat(locale, {
  notation: 'compact',
  maximumFractionDigits: 1,
});
const axisFormat = new Intl.NumberFormat(locale, {
  notation: 'compact',
  maximumSignificantDigits: 3,
});
const percentFormat = new Intl.NumberFormat(locale, {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

/** `1,234,567.25` */
export function quantity(value: string | number): string {
  return typeof value === 'number'
    ? quantityFormat.format(value)
    : quantityFormat.format(value as `${number}`);
}

/** `1.2M`, where the exact number is beside it or on hover. */
export function compact(value: string | number): string {
  return compactFormat.format(Number(value));
}

/** For the axis of a chart, whose steps may be thousands or hundredths. */
export function axisText(value: number): string {
  return axisFormat.format(value);
}

/** How much more or less `now` is than `before`; null where there is nothing to compare with. */
export function change(now: string | number, before: string | number): string | null {
  const base = Number(before);
  return base === 0 ? null : percentFormat.format((Number(now) - base) / Math.abs(base));
}

/** The amount of money with as many decimals as its currency has, and more only where there are more. */
export function amountText({ amount, currency }: Money): string {
  const digits = currencyDigits(currency);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: Math.max(digits, decimalsMax),
  }).format(amount as `${number}`);
}

/** The amount to the decimals of its currency, for a glance; the exact one is where it leads. */
export function roundedText({ amount, currency }: Money): string {
  const digits = currencyDigits(currency);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount as `${number}`);
}

/** `1,234.50 USD`, for sentences and labels. */
export function moneyText(money: Money): string {
  return `${amountText(money)} ${money.currency}`;
}

const digitsByCurrency = new Map<string, number>();

function currencyDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    try {
      digits =
        new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
          .minimumFractionDigits ?? 2;
    } catch {
      digits = 2;
    }
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}

export function isZero(amount: string): boolean {
  return /^-?0*(?:\.0*)?$/.test(amount);
}

/** The lesser of two amounts, digit by digit; `first` where one of them is no amount, for the API to say so. */
export function lesser(first: string, second: string): string {
  const parts = [first, second].map((amount) => /^(\d+)(?:\.(\d*))?$/.exec(amount));
  const places = Math.max(...parts.map((part) => part?.[2]?.length ?? 0));
  const [a, b] = parts.map((part) =>
    part === null ? null : BigInt(`${part[1]}${(part[2] ?? '').padEnd(places, '0')}`),
  );
  return typeof a === 'bigint' && typeof b === 'bigint' && b < a ? second : first;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${quantity(count)} ${count === 1 ? one : many}`;
}
