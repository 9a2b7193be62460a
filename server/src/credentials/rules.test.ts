import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromEpochMs, type Instant } from '../lib/instant.ts';
import { applyChange, isTimeline, rowAt, type TimelineRow } from '../lib/timeline.ts';
import {
  autoCreatedName,
  type Binding,
  changeBindings,
  isCredentialId,
  maskCredentialId,
  nextNaming,
} from './rules.ts';

const at = (hour: number): Instant => instantFromEpochMs(hour * 3_600_000);

describe('isCredentialId', () => {
  it.each(['k', 'sk-live-1', 'client id', 'ключ', 'x'.repeat(512), 'é'.repeat(512)])(
    'takes %j',
    (text) => expect(isCredentialId(text)).toBe(true),
  );
  it.each(['', 'x'.repeat(513), '漢'.repeat(512), 'a\u0000b', 'a\ud800b'])('refuses %j', (text) =>
    expect(isCredentialId(text)).toBe(false),
  );
});

describe('maskCredentialId', () => {
  it.each([
    ['k', '…'],
    ['secret1', '…'],
    ['secret12', 's…2'],
    ['secret123', 'se…3'],
    ['sk-live-4242', 'sk…42'],
    ['sk-live-4242424242429f3a', 'sk-l…9f3a'],
    ['x'.repeat(512), 'xxxx…xxxx'],
    ['a\nb\u001b[31mcdefghijklmnopqrstuvw', 'a·b·…tuvw'],
    ['🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑', '🔑🔑…🔑🔑'],
  ])('shows %j as %s', (value, masked) => expect(maskCredentialId(value)).toBe(masked));

  it('never shows more than a third, nor more than four at either end, and is deterministic', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 512 });
    fc.assert(
      fc.property(value, (text) => {
        const masked = maskCredentialId(text);
        const [chars, shown] = [Array.from(text), Array.from(masked)];
        expect(masked).toBe(maskCredentialId(text));
        expect(shown.length - 1).toBeLessThanOrEqual(Math.min(8, Math.floor(chars.length / 3)));
        expect(masked).not.toBe(text);
        expect(masked).not.toMatch(/[\p{C}\s]/u);
      }),
    );
  });

  it('names auto-created credentials by it', () =>
    expect(autoCreatedName('sk-l…9f3a')).toBe('Auto-created sk-l…9f3a'));
});

describe('changeBindings', () => {
  const bound = (
    subscriber_id: string,
    organization_id = 'o',
    subscription_id = null,
  ): Binding => ({
    subscriber_id,
    organization_id,
    subscription_id,
  });

  it('cuts what it overlaps and keeps later changes of what it leaves alone', () => {
    const rows = [
      { from: null, to: at(5), value: bound('s', 'o1') },
      { from: at(5), to: at(9), value: bound('s', 'o2') },
    ];
    const change = changeBindings(rows, at(3), (value) => ({ ...value, subscriber_id: 't' }));
    expect(applyChange(rows, change)).toEqual([
      { from: null, to: at(3), value: bound('s', 'o1') },
      { from: at(3), to: at(5), value: bound('t', 'o1') },
      { from: at(5), to: at(9), value: bound('t', 'o2') },
    ]);
  });

  it('does nothing where it is so already, and nothing before', () => {
    const rows = [{ from: null, to: at(5), value: bound('s') }];
    const same = changeBindings(rows, null, (value) => ({ ...value }));
    const ended = changeBindings(rows, at(5), () => bound('t'));
    for (const change of [same, ended]) expect(change).toEqual({ superseded: [], inserted: [] });
  });

  it('leaves the past and the gaps as they were', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 });
    const from = fc.option(fc.integer({ min: 0, max: 20 }), { nil: null });
    fc.assert(
      fc.property(hours, from, (ends, since) => {
        const sorted = ends.toSorted((a, b) => a - b);
        const rows: TimelineRow<Binding>[] = [];
        for (let i = 0; i + 1 < sorted.length; i += 2) {
          rows.push({
            from: at(sorted[i] ?? 0),
            to: at(sorted[i + 1] ?? 0),
            value: bound(`s${i}`),
          });
        }
        const instant = since === null ? null : at(since);
        const change = changeBindings(rows, instant, (value) => ({
          ...value,
          subscription_id: 'x',
        }));
        const after = applyChange(rows, change);
        expect(isTimeline(after)).toBe(true);
        for (let hour = -1; hour <= 21; hour += 1) {
          const was = rowAt(rows, at(hour))?.value;
          const isAfter = since === null || hour >= since;
          const wanted = was && isAfter ? { ...was, subscription_id: 'x' } : was;
          expect(rowAt(after, at(hour))?.value).toEqual(wanted);
        }
      }),
    );
  });
});

describe('nextNaming', () => {
  const naming = (value: string, from: Instant | null, to: Instant | null) => ({ from, to, value });

  it.each<[string, ReturnType<typeof naming>[], Instant | undefined, object]>([
    ['reaches back to the beginning', [], undefined, { from: null }],
    ['takes the given start', [], at(3), { from: at(3) }],
    ['is refused an ID in use', [naming('a', null, null)], undefined, { takenBy: 'a' }],
    ['is refused an ID in use from then on', [naming('a', at(8), null)], at(3), { takenBy: 'a' }],
    [
      'is refused an ID that is still in use',
      [naming('a', null, at(6))],
      undefined,
      { takenBy: 'a' },
    ],
    ['may follow one that will have ended', [naming('a', null, at(6))], at(6), { from: at(6) }],
    [
      'reaches back to the last predecessor',
      [naming('a', null, at(1)), naming('b', at(2), at(4))],
      undefined,
      { from: at(4) },
    ],
  ])('%s', (_, namings, from, expected) =>
    expect(nextNaming(namings, from, at(5))).toEqual(expected),
  );
});
