import { expect, it } from 'vitest';
import { faultOfTiers } from './tiers.ts';

const tiers = (...bounds: (string | null)[]) => bounds.map((upTo) => ({ upTo }));

it.each<[string, (string | null)[], number | null]>([
  ['one open tier', [null], null],
  ['ascending', ['0.5', '1', '1.000000000001', null], null],
  ['closed at the end', ['10', '20'], 1],
  ['open in the middle', ['10', null, '20', null], 1],
  ['the same twice', ['10', '10', null], 1],
  ['descending', ['10', '9', null], 1],
  ['beginning at zero', ['0', '10', null], 0],
  ['written otherwise', ['9', '10', null], null],
])('%s', (_name, bounds, index) => {
  expect(faultOfTiers(tiers(...bounds))?.index ?? null).toBe(index);
});
