import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, toText } from '../lib/decimal.ts';
import { type Instant, toDate } from '../lib/instant.ts';
import { listPriceOf, LONG_REQUEST_TOKENS } from './list-prices.ts';

const DAY = '2026-10-05T00:00:00.000000Z' as Instant;
const price = (
  [provider, model]: [string | null, string],
  { input = '0', read = '0', written = '0', output = '0', longInput = null as string | null },
) => {
  const amount = listPriceOf(
    { provider, model, day: DAY, longInput: longInput === null ? null : decimal(longInput) },
    {
      input_tokens: decimal(input),
      cache_read_tokens: decimal(read),
      cache_write_tokens: decimal(written),
      output_tokens: decimal(output),
    },
  );
  return amount && toText(amount);
};

describe('list prices', () => {
  it('are exact where the library is not', () => {
    // 1,000 × 1.25 + 100 × 10, per million.
    expect(price(['openai', 'gpt-5'], { input: '1000', output: '100' })).toBe('0.00225');
    const theirs = calcPrice({ input_tokens: 1000, output_tokens: 100 }, 'gpt-5');
    expect(String(theirs?.total_price)).toBe('0.0022500000000000003');
  });

  it('take what was cached out of the input', () => {
    // (4740 − 4000 − 735) × 3 + 4000 × 0.3 + 735 × 3.75 + 255 × 15, per million.
    const tokens = { input: '4740', read: '4000', written: '735', output: '255' };
    expect(price(['anthropic', 'claude-sonnet-4-20250514'], tokens)).toBe('0.00779625');
  });

  it('step up with the size of a request', () => {
    const gemini: [string, string] = ['google', 'gemini-2.5-pro'];
    expect(price(gemini, { input: '200000', longInput: '200000' })).toBe('0.25');
    expect(price(gemini, { input: '200001', longInput: '200001' })).toBe('0.5000025');
    // Twice 200,001 tokens in one sum: each request reached the step.
    expect(price(gemini, { input: '400002', longInput: '200001' })).toBe('1.000005');
    expect(price(gemini, { input: '1000000' })).toBe('1.25');
  });

  it('find a provider by the model, and nothing where nothing is known', () => {
    expect(price([null, 'gpt-5'], { input: '1000000' })).toBe('1.25');
    expect(price([null, 'our-own-model'], { input: '1' })).toBeNull();
    expect(price(['nobody', 'gpt-5'], { input: '1' })).toBeNull();
    expect(price(['openai', 'gpt-5'], { input: '1', read: '2' })).toBeNull();
  });

  it('come to what the library computes, but for its rounding', () => {
    const models: [string, string][] = [
      ['openai', 'gpt-5'],
      ['openai', 'gpt-4.1-mini'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['google', 'gemini-2.5-flash'],
      ['mistral', 'mistral-medium-latest'],
    ];
    const tokens = fc.nat({ max: LONG_REQUEST_TOKENS / 2 });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        tokens,
        tokens,
        tokens,
        ([provider, model], fresh, read, output) => {
          const ours = price([provider, model], {
            input: String(fresh + read),
            read: String(read),
            output: String(output),
          });
          const usage = {
            input_tokens: fresh + read,
            cache_read_tokens: read,
            output_tokens: output,
          };
          const timestamp = toDate(DAY);
          const theirs = calcPrice(usage, model, { providerId: provider, timestamp });
          expect(Number(ours)).toBeCloseTo(theirs?.total_price ?? -1, 9);
        },
      ),
    );
  });
});
