import { webcrypto } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { decimalText } from '../src/decimals.ts';
import { randomId } from '../src/id.ts';
import { encodeJson } from '../src/json.ts';

describe('decimalText', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [12.5, '12.5'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['12345678901234567890.000000000001', '12345678901234567890.000000000001'],
    ['-1.50', '-1.50'],
  ])('writes %s as %s', (value, text) => {
    expect(decimalText(value, '/x')).toBe(text);
  });

  it.each([
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    1e300,
    '',
    ' 1',
    '1e3',
    '0x10',
    '1,5',
    '.5',
    'NaN',
  ])('refuses %j', (value) => {
    expect(() => decimalText(value, '/measures/tokens')).toThrow('/measures/tokens: ');
  });

  it('refuses what is neither number nor text', () => {
    for (const value of [null, undefined, true, 1n, {}]) {
      expect(() => decimalText(value as never, '/x')).toThrow('/x: ');
    }
  });
});

describe('encodeJson', () => {
  it('writes what JSON.stringify writes', () => {
    const value = { a: [1, 'x', null, { b: 0.1 }], skipped: undefined, when: new Date(0) };
    expect(encodeJson(value)).toBe(JSON.stringify(value));
  });

  it.each([
    [{ a: [1, Number.NaN] }, '/a/1'],
    [{ 'a/b': { '~': 2 ** 60 } }, '/a~1b/~0'],
    [[1n], '/0'],
  ])('refuses what JSON would change (%#)', (value, pointer) => {
    expect(() => encodeJson(value)).toThrow(expect.objectContaining({ pointer }));
  });
});

describe('randomId', () => {
  it('differs each time, also where crypto.randomUUID is missing', () => {
    const without: string[] = [];
    vi.stubGlobal('crypto', {
      getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => webcrypto.getRandomValues(bytes),
    });
    without.push(randomId(), randomId());
    vi.unstubAllGlobals();
    expect(without[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set([...without, randomId(), randomId()]).size).toBe(4);
  });
});
