import {
  add,
  type Decimal,
  decimal,
  isZero,
  multiply,
  subtract,
  sum,
  toText,
  zero,
} from '../lib/decimal.ts';
import { roundToMinor } from '../lib/money.ts';

export type TaxRate = { readonly name: string; readonly percent: string };

/** What is taxed, and how: the rates, or why there is none. */
export type TaxTerms = {
  readonly rates: readonly TaxRate[];
  readonly exemptReason: string | null;
};

/** What a product says about tax; `rates` null: nothing. */
export type ProductTax = {
  readonly rates: readonly TaxRate[] | null;
  readonly exemptReason: string | null;
};

export type TaxedLine = {
  readonly ordinal: number;
  readonly amount: Decimal;
  readonly terms: TaxTerms;
};

export type Tax = {
  readonly name: string;
  /** Null: there is none, and `exemptReason` says why. */
  readonly percent: string | null;
  readonly exemptReason: string | null;
  readonly lineOrdinals: readonly number[];
  readonly taxable: Decimal;
  readonly amount: Decimal;
};

export const EXEMPT_NAME = 'Tax exempt';

/** An exempt payer is exempt of everything; a product that has rates, or is exempt, is taxed by its own. */
export function taxTermsOf(payer: TaxTerms, product: ProductTax): TaxTerms {
  if (payer.exemptReason !== null) return { rates: [], exemptReason: payer.exemptReason };
  if (product.exemptReason !== null) return { rates: [], exemptReason: product.exemptReason };
  return { rates: product.rates ?? payer.rates, exemptReason: null };
}

/**
 * The taxes on an invoice: for each name and percentage the sum of the lines that it is for, taxed and rounded once.
 * In the order in which the lines ask for them. Lines with neither rates nor an exemption are on none.
 */
export function taxesOn(lines: readonly TaxedLine[], currency: string): Tax[] {
  type Group = Pick<Tax, 'name' | 'percent' | 'exemptReason'> & { lines: TaxedLine[] };
  const groups = new Map<string, Group>();
  const put = (line: TaxedLine, group: Omit<Group, 'lines'>) => {
    const key = JSON.stringify([group.name, group.percent, group.exemptReason]);
    const known = groups.get(key) ?? { ...group, lines: [] };
    known.lines.push(line);
    groups.set(key, known);
  };
  for (const line of lines) {
    const { rates, exemptReason } = line.terms;
    if (exemptReason !== null) put(line, { name: EXEMPT_NAME, percent: null, exemptReason });
    for (const { name, percent } of rates) put(line, { name, percent, exemptReason: null });
  }
  return [...groups.values()].map(({ lines: on, ...group }) => {
    const taxable = sum(on.map(({ amount }) => amount));
    return {
      ...group,
      lineOrdinals: on.map(({ ordinal }) => ordinal),
      taxable,
      amount: group.percent === null ? zero : taxOf(taxable, group.percent, currency),
    };
  });
}

function taxOf(taxable: Decimal, percent: string, currency: string): Decimal {
  return roundToMinor(multiply(multiply(taxable, decimal(percent)), decimal('0.01')), currency);
}

/** Lines with their taxes, and what they come to. */
export type Taxed = {
  readonly subtotal: Decimal;
  readonly taxes: readonly Tax[];
  readonly taxTotal: Decimal;
  readonly total: Decimal;
};

export function taxed(lines: readonly TaxedLine[], currency: string): Taxed {
  const subtotal = sum(lines.map(({ amount }) => amount));
  const taxes = taxesOn(lines, currency);
  const taxTotal = sum(taxes.map(({ amount }) => amount));
  return { subtotal, taxes, taxTotal, total: add(subtotal, taxTotal) };
}

/** As columns of an invoice. */
export function totalsOf({ subtotal, taxTotal, total }: Taxed) {
  return { subtotal: toText(subtotal), tax_total: toText(taxTotal), total: toText(total) };
}

/** A part of an invoice that is credited: of the line with this ordinal, so much (positive, without tax). */
export type CreditedLine = { readonly ordinal: number; readonly amount: Decimal };

export type TaxCredit = Pick<Tax, 'name' | 'percent' | 'exemptReason' | 'lineOrdinals'> & {
  readonly taxable: Decimal;
  readonly amount: Decimal;
};

/**
 * The tax that a credit takes back, rate by rate, as positive amounts: in proportion to what is credited of the lines
 * that the tax is on. Reckoned from all that has been credited so far, so that crediting a line in parts gives back,
 * in all, what crediting it at once does, and crediting everything gives back all of the tax to the last cent.
 */
export function taxBack(
  taxes: readonly Tax[],
  credited: readonly CreditedLine[],
  creditedBefore: readonly CreditedLine[],
  currency: string,
): TaxCredit[] {
  return taxes.flatMap((tax) => {
    const of = (lines: readonly CreditedLine[]) =>
      sum(lines.filter(({ ordinal }) => tax.lineOrdinals.includes(ordinal)).map((l) => l.amount));
    const [now, before] = [of(credited), of(creditedBefore)];
    if (isZero(now)) return [];
    const { name, percent, exemptReason } = tax;
    const upTo = (part: Decimal) => (percent === null ? zero : taxOf(part, percent, currency));
    return {
      name,
      percent,
      exemptReason,
      lineOrdinals: credited
        .filter(({ ordinal }) => tax.lineOrdinals.includes(ordinal))
        .map(({ ordinal }) => ordinal),
      taxable: now,
      amount: subtract(upTo(add(before, now)), upTo(before)),
    };
  });
}
