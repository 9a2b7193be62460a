import { describe, expect, it } from 'vitest';
import type { Instant } from '../lib/instant.ts';
import { cutInSpans, intervalsOf } from './span-rules.ts';

const at = (text: string) => `2026-10-${text}.000000Z` as Instant;
const short = (periods: readonly { start: Instant; end: Instant }[]) =>
  periods.map(({ start, end }) => `${start.slice(8, 16)} ${end.slice(8, 16)}`);

describe('a range', () => {
  it('of whole hours has nothing ragged', () => {
    const spans = cutInSpans({ from: at('01T00:00:00'), to: at('02T00:00:00') });
    expect(spans).toMatchObject({ cuts: [], ragged: [], pieces: [], intervalOf: [0], treeOf: [0] });
    expect(spans.hours).toEqual({ start: at('01T00:00:00'), end: at('02T00:00:00') });
  });

  it('is ragged at its ends, and wherever something changes within an hour', () => {
    const spans = cutInSpans({
      from: at('01T00:30:00'),
      to: at('01T05:15:00'),
      tree: [at('01T02:00:00'), at('01T03:45:00'), at('09T00:00:00')],
    });
    expect(spans.hours).toEqual({ start: at('01T01:00:00'), end: at('01T05:00:00') });
    expect(short(spans.pieces)).toEqual([
      '01T00:30 01T01:00',
      '01T03:00 01T04:00',
      '01T05:00 01T05:15',
    ]);
    expect(spans.cuts).toEqual([at('01T02:00:00'), at('01T03:45:00')]);
    expect(spans.treeOf).toEqual([0, 1, 2]);
    expect(spans.treeAt).toEqual([at('01T00:30:00'), at('01T02:00:00'), at('01T03:45:00')]);
  });

  it('within one hour has no hours', () => {
    const spans = cutInSpans({ from: at('01T00:10:00'), to: at('01T00:20:00') });
    expect([spans.hours, short(spans.pieces)]).toEqual([null, ['01T00:10 01T00:20']]);
  });

  it('is put under one tree where that is asked for, whatever changed', () => {
    const tree = [at('01T02:00:00')];
    const spans = cutInSpans({
      from: at('01T00:00:00'),
      to: at('02T00:00:00'),
      tree,
      treeAt: at('20T00:00:00'),
    });
    expect([spans.cuts, spans.treeAt]).toEqual([[], [at('20T00:00:00')]]);
  });

  it('knows the interval of each span', () => {
    const [from, to] = [at('01T00:00:00'), at('03T12:00:00')];
    const spans = cutInSpans({
      from,
      to,
      intervals: intervalsOf('day', 'UTC', from, to),
      products: [at('02T06:00:00')],
    });
    expect(spans.intervalOf).toEqual([0, 1, 1, 2]);
    expect(spans.productsOf).toEqual([0, 0, 1, 1]);
    expect(short(spans.productsIn)).toEqual(['01T00:00 02T06:00', '02T06:00 03T12:00']);
  });
});

describe('intervals', () => {
  it('are those of a calendar in the zone, uncut', () => {
    const [from, to] = [at('24T12:00:00'), at('26T12:00:00')];
    expect(short(intervalsOf('day', 'Europe/Berlin', from, to))).toEqual([
      '23T22:00 24T22:00',
      '24T22:00 25T23:00', // the clock goes back
      '25T23:00 26T23:00',
    ]);
    expect(short(intervalsOf('week', 'Asia/Kolkata', from, to))).toEqual([
      '18T18:30 25T18:30',
      '25T18:30 01T18:30',
    ]);
    expect(intervalsOf('month', 'UTC', from, to).map(({ start }) => start)).toEqual([
      at('01T00:00:00'),
    ]);
    expect(
      short(intervalsOf('hour', 'Asia/Kolkata', at('01T00:30:00'), at('01T02:00:00'))),
    ).toEqual(['01T00:00 01T01:00', '01T01:00 01T02:00']);
  });

  it('are not without end', () => {
    const [from, to] = ['2000-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z'] as Instant[];
    expect(() => intervalsOf('hour', 'UTC', from as Instant, to as Instant)).toThrow(RangeError);
  });
});
