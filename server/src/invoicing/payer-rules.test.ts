import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromEpochMs } from '../lib/instant.ts';
import { replaceFrom, applyChange, type TimelineRow, valueAt } from '../lib/timeline.ts';
import { feePayer, payerSegments, payerTimeline } from './payer-rules.ts';

const day = (n: number) => instantFromEpochMs(Date.UTC(2026, 9, 1 + n));
const october = { start: day(0), end: day(31) };

describe('who owes', () => {
  it('is the organization itself, unless it bills to another', () => {
    expect(payerSegments('own', [], october)).toEqual([
      { payerId: 'own', from: day(0), to: day(31) },
    ]);
    expect(payerSegments('own', [{ from: null, to: null, value: 'other' }], october)).toEqual([
      { payerId: 'other', from: day(0), to: day(31) },
    ]);
  });
  it('may change within a period: fees go to who pays at their date', () => {
    const segments = payerSegments('own', [{ from: day(10), to: null, value: 'other' }], october);
    expect(segments).toEqual([
      { payerId: 'own', from: day(0), to: day(10) },
      { payerId: 'other', from: day(10), to: day(31) },
    ]);
    expect(feePayer(segments, 'advance')).toBe('own');
    expect(feePayer(segments, 'arrears')).toBe('other');
  });
  it('does not change where a row ends and the next says the same', () => {
    const rows = [
      { from: null, to: day(5), value: 'other' },
      { from: day(5), to: null, value: 'other' },
    ];
    expect(payerSegments('own', rows, october)).toHaveLength(1);
  });
  it('tiles the period and agrees with the timeline at every instant', () => {
    const change = fc.record({
      from: fc.integer({ min: -5, max: 40 }),
      value: fc.constantFrom('a', 'b', 'own'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        let rows: TimelineRow<string>[] = [];
        for (const { from, value } of changes)
          rows = applyChange(rows, replaceFrom(rows, value, day(from)));
        const segments = payerSegments('own', rows, october);
        expect(segments[0]?.from).toBe(october.start);
        expect(segments.at(-1)?.to).toBe(october.end);
        for (const [i, segment] of segments.entries()) {
          const next = segments[i + 1];
          if (next !== undefined)
            expect([next.from, next.payerId === segment.payerId]).toEqual([segment.to, false]);
        }
        for (let n = 0; n < 31; n += 1) {
          const at = segments.find((s) => s.from <= day(n) && day(n) < s.to);
          expect(at?.payerId).toBe(valueAt(rows, day(n)) ?? 'own');
        }
      }),
    );
  });
});

describe('who pays, through merges', () => {
  const since = (value: string, from: number | null = null): TimelineRow<string>[] => [
    { from: from === null ? null : day(from), to: null, value },
  ];
  const payers = (
    organizationId: string,
    billTo: Record<string, TimelineRow<string>[]>,
    mergedInto: Record<string, TimelineRow<string>[]>,
  ) => {
    const links = {
      billTo: new Map(Object.entries(billTo)),
      mergedInto: new Map(Object.entries(mergedInto)),
    };
    const rows = payerTimeline(organizationId, links);
    return [0, 10, 20].map((n) => valueAt(rows, day(n)));
  };

  it('is the survivor’s payer, from its date on', () => {
    const links = [{ s: since('p'), m: since('q') }, { m: since('s', 10) }] as const;
    expect(payers('m', ...links)).toEqual(['q', 'p', 'p']);
    expect(payers('x', { s: since('p'), x: since('m') }, links[1])).toEqual(['m', 'p', 'p']);
  });

  it('is who answers for the payer, and ends where a merge leads round', () => {
    expect(payers('x', { x: since('m') }, { m: since('s', 20) })).toEqual(['m', 'm', 's']);
    expect(payers('s', { s: since('m') }, { m: since('s', 10) })).toEqual(['m', 's', 's']);
    expect(payers('m', { m: since('s') }, { m: since('s', 10) })).toEqual(['s', 's', 's']);
  });
});
