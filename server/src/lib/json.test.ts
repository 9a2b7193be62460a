import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { Problem } from './problem.ts';

/** What the lossless parser alone makes of a text, with every number as its digits. */
function slowly(text: string): unknown {
  return parse(text, undefined, (digits) => `number ${Number(digits)}`);
}

function quickly(text: string): unknown {
  return JSON.parse(JSON.stringify(parseJson(text)), (_key, value: unknown) =>
    typeof value === 'number' ? `number ${value}` : value,
  );
}

describe('JSON', () => {
  it('is read the same whichever parser reads it', () => {
    const plain = fc.json({ maxDepth: 4 }).filter((text) => !/\d{15}|\de|__proto__/i.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(quickly(text)).toEqual(slowly(text));
      }),
    );
  });

  it.each([
    ['{"a":"\\\\","b":"\\"x\\": 1"}', { a: '\\', b: '"x": 1' }],
    ['[-0.5, 0, 123456789012345]', [-0.5, 0, 123_456_789_012_345]],
    ['{"a:b":{"c":[{"a":1},{"a":2}]}}', { 'a:b': { c: [{ a: 1 }, { a: 2 }] } }],
  ])('of %s loses nothing', (text, value) => expect(parseJson(text)).toEqual(value));

  it.each(['0.12345678901234567', '12345678901234567890', '1.5e400'])(
    'keeps every digit of %s',
    (digits) =>
      expect(parseJson(`[${digits}]`)).toEqual([{ isLosslessNumber: true, value: digits }]),
  );

  it.each([
    ['{"a":1,"a":2}', 'names the same key twice'],
    ['[{"b":{"a":1,"a":2}}]', 'names the same key twice'],
    ['{"a":', 'not valid JSON'],
    ['[01]', 'not valid JSON'],
  ])('refuses %s', (text, why) => {
    expect(() => parseJson(text)).toThrow(Problem);
    expect(() => parseJson(text)).toThrow(why);
  });
});
