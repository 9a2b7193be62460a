import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import { rateUsage } from '../rating/rules.ts';
import { chargeInput } from './charge-schema.ts';
import { models, type Pricing, pricingOf } from './pricing-rules.ts';
import { type GivenQuantity, usageGiven } from './simulation-rules.ts';

/** Every example of docs/concepts/pricing.md: a charge as it is sent, and a table of what quantities cost. */

const page = readFileSync(new URL('../../../docs/concepts/pricing.md', import.meta.url), 'utf8');
const EXAMPLE = /### (?<title>.+)\n[^#]*?```json\n(?<charge>[^`]+)```\n\n(?<table>(?:\|.*\n)+)/g;

const examples = [...page.matchAll(EXAMPLE)].map(({ groups = {} }) => {
  const {
    meter: _meter,
    name: _name,
    model,
    ...terms
  } = chargeInput.parse(JSON.parse(groups['charge'] ?? ''));
  const rows = (groups['table'] ?? '').trim().split('\n').slice(2);
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  return {
    title: groups['title'] ?? '',
    pricing: pricingOf({ model, terms }),
    cases: cells.map(([, quantity = '', amount = '']) => [quantity, amount] as const),
  };
});

/** `large 100000, another 3000`: quantities by the value of the attribute that prices differ by. */
function given(text: string, { terms }: Pricing): GivenQuantity[] {
  return text.split(', ').map((each) => {
    const [quantity = '', value] = each.split(' ').toReversed();
    const { byAttribute } = terms;
    const attributes = byAttribute && value ? { [byAttribute.attribute]: value } : {};
    return { quantity: decimal(quantity), attributes };
  });
}

function cost(text: string, pricing: Pricing): string {
  const usage = usageGiven(given(text, pricing), { aggregation: 'sum' }, pricing);
  const { minimum } = pricing.terms;
  const least = minimum === undefined ? null : decimal(minimum);
  return money(rateUsage(pricing, usage, 'USD', least).amount, 'USD').amount;
}

it('has an example of every model, and of all that they take', () => {
  expect(examples.map(({ title }) => title)).toEqual([
    ...models,
    'Included quantity',
    'Minimum',
    'Prices by attribute',
  ]);
  for (const { cases } of examples) expect(cases.length).toBeGreaterThan(1);
});

describe.each(examples)('$title', ({ pricing, cases }) => {
  it.each(cases)('%s costs %s', (quantity, amount) => expect(cost(quantity, pricing)).toBe(amount));
});
