import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedClock, systemClock } from './clock.ts';
import {
  epochMs,
  instantFromEpochMs,
  instantFromPg,
  instantFromTemporal,
  instantToTemporal,
  parseInstant,
  plusMs,
} from './instant.ts';
import type { Instant } from './instant.ts';

const at = (text: string): Instant => parseInstant(text) ?? expect.fail(`${text} is no instant`);
const minMs = Date.parse('0001-01-01T00:00:00.000Z');
const maxMs = Date.parse('9999-12-31T23:59:59.999Z');
const anyMs = fc.integer({ min: minMs, max: maxMs });
const anyInstant = fc
  .tuple(anyMs, fc.integer({ min: 0, max: 999 }))
  .map(
    ([ms, micros]) =>
      instantFromEpochMs(ms).replace('000Z', `${String(micros).padStart(3, '0')}Z`) as Instant,
  );

describe('parseInstant', () => {
  it.each([
    ['2026-10-01T00:00:00Z', '2026-10-01T00:00:00.000000Z'],
    ['2026-10-01t12:34:56.7z', '2026-10-01T12:34:56.700000Z'],
    ['2026-10-01T00:00:00.1234569Z', '2026-10-01T00:00:00.123456Z'],
    ['2026-12-31T23:59:59.999999999999Z', '2026-12-31T23:59:59.999999Z'],
    ['1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.999999Z'],
    ['2026-10-01T00:00:00+05:45', '2026-09-30T18:15:00.000000Z'],
    ['2026-12-31T23:00:00.000001-09:30', '2027-01-01T08:30:00.000001Z'],
    ['2026-10-01T00:00:00-00:00', '2026-10-01T00:00:00.000000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
    ['2000-02-29T23:59:59+23:59', '2000-02-29T00:00:59.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ])('%s is %s', (text, instant) => expect(parseInstant(text)).toBe(instant));

  it.each([
    '',
    '2026-10-01',
    '2026-10-01T00:00:00',
    '2026-10-01 00:00:00Z',
    '2026-10-01T00:00Z',
    '2026-10-01T00:00:00.Z',
    '2026-10-01T00:00:00,5Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-10-00T00:00:00Z',
    '2026-10-01T24:00:00Z',
    '2026-10-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '2026-10-01T00:00:00+24:00',
    '2026-10-01T00:00:00+05:60',
    '2026-10-01T00:00:00+0545',
    '2026-10-01T00:00:00+05',
    '0000-12-31T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+002026-10-01T00:00:00Z',
    '12026-10-01T00:00:00Z',
    '2026-10-01T00:00:00Z\n',
    ' 2026-10-01T00:00:00Z',
    '２０２６-10-01T00:00:00Z',
  ])('refuses %j', (text) => expect(parseInstant(text)).toBeNull());

  it('agrees with Date.parse in any offset', () => {
    const offset = fc
      .tuple(
        fc.constantFrom('+', '-'),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
      )
      .map(([sign, h, m]) => `${sign}${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const dayMs = 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: minMs + dayMs, max: maxMs - dayMs }), offset, (ms, zone) => {
        const text = instantFromEpochMs(ms).replace('000Z', zone);
        const instant = at(text);
        expect(epochMs(instant)).toBe(Date.parse(text));
        expect(parseInstant(instant)).toBe(instant);
      }),
    );
  });
});

describe('order', () => {
  it('of text is the order of time', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, (a, b) => {
        const diff = instantToTemporal(a).epochNanoseconds - instantToTemporal(b).epochNanoseconds;
        expect(a < b).toBe(diff < 0n);
        expect(a === b).toBe(diff === 0n);
      }),
    );
  });
});

describe('instantFromPg', () => {
  it.each([
    ['2026-10-01 00:00:00+00', '2026-10-01T00:00:00.000000Z'],
    ['2026-10-01 00:00:00.1+00', '2026-10-01T00:00:00.100000Z'],
    ['2026-10-01 05:45:00.000001+05:45', '2026-10-01T00:00:00.000001Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ])('%s is %s', (text, instant) => expect(instantFromPg(text)).toBe(instant));

  it('has no instant for the unbounded ends', () => {
    expect(instantFromPg('infinity')).toBeNull();
    expect(instantFromPg('-infinity')).toBeNull();
  });

  it.each([
    '',
    '2026-10-01',
    '2026-10-01 00:00:00',
    '0044-03-15 00:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    'now',
  ])('throws at %j', (text) => expect(() => instantFromPg(text)).toThrow(RangeError));
});

describe('arithmetic', () => {
  it('adds milliseconds and keeps the microseconds', () => {
    expect(plusMs(at('2026-10-01T00:00:00.000001Z'), -1)).toBe('2026-09-30T23:59:59.999001Z');
    expect(plusMs(at('1969-12-31T23:59:59.999999Z'), 1)).toBe('1970-01-01T00:00:00.000999Z');
    expect(() => plusMs(at('9999-12-31T23:59:59Z'), 1000)).toThrow(RangeError);
    expect(() => plusMs(at('2026-10-01T00:00:00Z'), 0.5)).toThrow(RangeError);
  });

  it('goes to milliseconds and back', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        expect(epochMs(instantFromEpochMs(ms))).toBe(ms);
        expect(plusMs(at('1970-01-01T00:00:00Z'), ms)).toBe(instantFromEpochMs(ms));
      }),
    );
    expect(instantFromEpochMs(-0.25)).toBe('1969-12-31T23:59:59.999750Z');
    expect(() => instantFromEpochMs(maxMs + 1)).toThrow(RangeError);
    expect(() => instantFromEpochMs(Number.NaN)).toThrow(RangeError);
  });

  it('goes to Temporal and back', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(instantFromTemporal(instantToTemporal(instant))).toBe(instant);
      }),
    );
    const finest = instantToTemporal(at('1969-12-31T23:59:59.999999Z')).add({ nanoseconds: 999 });
    expect(instantFromTemporal(finest)).toBe('1969-12-31T23:59:59.999999Z');
    const last = instantToTemporal(at('9999-12-31T23:59:59.999999Z'));
    expect(() => instantFromTemporal(last.add({ nanoseconds: 1000 }))).toThrow(RangeError);
    expect(() =>
      instantFromTemporal(instantToTemporal(at('0001-01-01T00:00:00Z')).subtract({ hours: 1 })),
    ).toThrow(RangeError);
  });
});

describe('clocks', () => {
  it('the system clock tells the time of the machine', () => {
    const before = Date.parse(systemClock());
    const now = systemClock();
    expect(now).toMatch(/^[0-9]{4}-.*\.[0-9]{6}Z$/);
    expect(parseInstant(now)).toBe(now);
    expect(epochMs(now)).toBeGreaterThanOrEqual(before);
  });

  it('a fixed clock stands still', () => {
    const clock = fixedClock(at('2026-10-01T00:00:00Z'));
    expect([clock(), clock()]).toEqual([
      '2026-10-01T00:00:00.000000Z',
      '2026-10-01T00:00:00.000000Z',
    ]);
  });
});
