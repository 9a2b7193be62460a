import type { Decimal } from '../../lib/decimal.ts';

/**
 * One step of a price: what part of a quantity costs how much, and by which of the model's terms. Amounts are exact;
 * those of a quantity's parts sum to what the quantity costs.
 */
export type PricedPart = {
  readonly quantity: Decimal;
  /** Of a unit, or of a package. Absent where the part costs a flat amount or a percentage. */
  readonly unitPrice?: string;
  /** Above `from`, up to and including `upTo`; null is the open end. */
  readonly tier?: { readonly from: string; readonly upTo: string | null };
  /** How many packages the quantity takes. */
  readonly packages?: Decimal;
  readonly percent?: string;
  readonly amount: Decimal;
};
