import fc from 'fast-check';

/** Arbitrary prices and quantities for the properties of pricing models. */

export const anyPrice = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((units) => `${units}e-12`);

/** From nothing to 10^14, with up to six decimals. */
export const anyQuantity = fc.bigInt({ min: 0n, max: 10n ** 20n }).map((units) => `${units}e-6`);

/** Valid tiers: ascending bounds, the last one open, prices of any order. */
export const anyTiers = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 15n }), { maxLength: 6 })
  .chain((bounds) =>
    fc
      .array(anyPrice, { minLength: bounds.length + 1, maxLength: bounds.length + 1 })
      .map((prices) => {
        const ascending = bounds.toSorted((a, b) => (a < b ? -1 : 1)).map(String);
        return prices.map((unitPrice, i) => ({ upTo: ascending[i] ?? null, unitPrice }));
      }),
  );
