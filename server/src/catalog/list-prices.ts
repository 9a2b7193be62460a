import { calcPrice } from '@pydantic/genai-prices';
import {
  compare,
  decimal,
  type Decimal,
  divide,
  isNegative,
  isZero,
  multiply,
  subtract,
  sum,
  zero,
} from '../lib/decimal.ts';
import { type Instant, plusMs, toDate } from '../lib/instant.ts';

/**
 * What providers of language models ask for them, from the data of `@pydantic/genai-prices`. For reporting, simulation
 * and samples where events carry no cost of their own; nothing is ever invoiced by it.
 */

export const LIST_CURRENCY = 'USD';

/** The measures that list prices are for, by their names in events. `input_tokens` holds the cached ones, too. */
export const listedMeasures = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
] as const;
export type ListedTokens = Readonly<Record<(typeof listedMeasures)[number], Decimal>>;

/**
 * Requests with more input than this are priced one by one, because the price of some models depends on the size of
 * the request; smaller ones of a day are priced by their sums. No known model has a step below it.
 */
export const LONG_REQUEST_TOKENS = 100_000;

/** How long a long request is may be told in steps of so many tokens, rounded up: no known price has a step between. */
export const LONG_INPUT_STEP = 1_000;

export type ListPriceAsk = {
  readonly provider: string | null;
  readonly model: string;
  /** The day, by its first instant: prices in force at its noon apply. */
  readonly day: Instant;
  /** The input of each request where it is long; null: none of them is. */
  readonly longInput: Decimal | null;
};

type Price =
  | number
  | { readonly base: number; readonly tiers: readonly { start: number; price: number }[] };

const PER_MILLION = decimal('1000000');
const DIGITS = 30;
const NOON_MS = 12 * 60 * 60 * 1000;

/** The list price of tokens, exactly; null where the model, or a kind of token that was used, has none. */
export function listPriceOf(ask: ListPriceAsk, tokens: ListedTokens): Decimal | null {
  const prices = pricesOf(ask);
  if (prices === null) return null;
  const { input_tokens: input, output_tokens: output } = tokens;
  const { cache_read_tokens: read, cache_write_tokens: written } = tokens;
  const fresh = subtract(subtract(input, read), written);
  if (isNegative(fresh)) return null;
  const inputPrice = prices['input_mtok'];
  const parts = [
    priced(fresh, inputPrice, ask.longInput),
    priced(read, prices['cache_read_mtok'] ?? inputPrice, ask.longInput),
    priced(written, prices['cache_write_mtok'] ?? inputPrice, ask.longInput),
    priced(output, prices['output_mtok'], ask.longInput),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : sum(known);
}

function priced(tokens: Decimal, price: Price | undefined, longInput: Decimal | null) {
  if (isZero(tokens)) return zero;
  if (price === undefined) return null;
  const perMillion = typeof price === 'number' ? price : stepOf(price, longInput);
  if (perMillion === null) return null;
  return divide(multiply(tokens, exactly(perMillion)), PER_MILLION, DIGITS);
}

/** The price of the step that a request reaches; null where a step lies so low that its requests were not kept apart. */
function stepOf(price: Exclude<Price, number>, longInput: Decimal | null): number | null {
  const isBetween = (start: number) => start < LONG_REQUEST_TOKENS || start % LONG_INPUT_STEP !== 0;
  if (price.tiers.some(({ start }) => isBetween(start))) return null;
  if (longInput === null) return price.base;
  return price.tiers.reduce(
    (found, { start, price: above }) =>
      compare(longInput, decimal(String(start))) > 0 ? above : found,
    price.base,
  );
}

/** A price as it was written: the shortest decimal text of a double is the text that it was read from. */
const exactly = (price: number): Decimal => decimal(String(price));

const remembered = new Map<string, Record<string, Price | undefined> | null>();
const REMEMBERED_MAX = 10_000;

/** What the model costs on that day. The library reckons in doubles, so only its prices are taken. */
function pricesOf({
  provider,
  model,
  day,
}: ListPriceAsk): Record<string, Price | undefined> | null {
  const key = JSON.stringify([provider, model, day]);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const timestamp = toDate(plusMs(day, NOON_MS));
  const found = calcPrice({}, model, {
    timestamp,
    ...(provider !== null && { providerId: provider }),
  });
  const prices = (found?.model_price ?? null) as Record<string, Price | undefined> | null;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(key, prices);
  return prices;
}
