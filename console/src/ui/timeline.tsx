import { useState, type CSSProperties, type ReactNode } from 'react';
import { dayText } from '../lib/times.ts';
import classes from './timeline.module.css';

/** A half-open range of time; null: unbounded. */
export type Span = { readonly from: string | null; readonly to: string | null };

export type Bar = Span & {
  readonly key: string;
  readonly label: ReactNode;
  /** In full, for hovering. */
  readonly title: string;
};

export type Lane = { readonly name: string; readonly bars: readonly Bar[] };

const ticksMax = 5;
const barPx = 32;
const barGapPx = 4;
const marginShare = 0.08;
const quietMs = 30 * 24 * 60 * 60 * 1000;

/** Ranges of time drawn under each other, with the present. What it shows, a table beside it says as well. */
export function Timeline({ lanes }: { readonly lanes: readonly Lane[] }): ReactNode {
  const [nowMs] = useState(() => Date.now());
  const scale = scaleOf(
    lanes.flatMap(({ bars }) => bars),
    nowMs,
  );
  return (
    <div className={classes.frame} role="img" aria-label={sentenceOf(lanes)}>
      <div className={classes.lanes}>
        {lanes.map(({ name, bars }) => (
          <LaneRow key={name} name={name} bars={bars} scale={scale} nowMs={nowMs} />
        ))}
      </div>
      <div className={classes.axis}>
        {scale.ticks.map((at) => (
          <span key={at} className={classes.tick} style={{ left: `${scale.percent(at)}%` }}>
            {at === nowMs ? 'now' : dayText(new Date(at).toISOString())}
          </span>
        ))}
      </div>
    </div>
  );
}

function LaneRow({
  name,
  bars,
  scale,
  nowMs,
}: Lane & { readonly scale: Scale; readonly nowMs: number }): ReactNode {
  const rows = stack(bars);
  const height = rows.length * (barPx + barGapPx) - barGapPx;
  return (
    <>
      <span className={classes.laneName}>{name}</span>
      <div className={classes.track} style={{ height }}>
        {rows.flatMap((row, index) =>
          row.map((bar) => (
            <div
              key={bar.key}
              className={classes.bar}
              title={bar.title}
              style={placeOf(bar, index, scale)}
              data-past={bar.to !== null && Date.parse(bar.to) <= nowMs ? '' : undefined}
              data-open-start={bar.from === null ? '' : undefined}
              data-open-end={bar.to === null ? '' : undefined}
            >
              <span>{bar.label}</span>
            </div>
          )),
        )}
        <span className={classes.now} style={{ left: `${scale.percent(nowMs)}%` }} />
      </div>
    </>
  );
}

function placeOf({ from, to }: Span, row: number, scale: Scale): CSSProperties {
  const left = from === null ? 0 : scale.percent(Date.parse(from));
  const right = to === null ? 100 : scale.percent(Date.parse(to));
  return {
    left: `${left}%`,
    width: `calc(${Math.max(0, right - left)}% - 2px)`,
    top: row * (barPx + barGapPx),
  };
}

/** Bars that overlap go under each other. */
function stack(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = [];
  const startOf = ({ from }: Span) => (from === null ? -Infinity : Date.parse(from));
  const endOf = ({ to }: Span) => (to === null ? Infinity : Date.parse(to));
  for (const bar of bars.toSorted((a, b) => startOf(a) - startOf(b))) {
    const free = rows.find((row) => row.every((other) => endOf(other) <= startOf(bar)));
    if (free === undefined) rows.push([bar]);
    else free.push(bar);
  }
  return rows.length === 0 ? [[]] : rows;
}

type Scale = { readonly percent: (ms: number) => number; readonly ticks: readonly number[] };

/** From before the first thing that happened to after the last, the present always in it. */
function scaleOf(spans: readonly Span[], nowMs: number): Scale {
  const known = spans.flatMap(({ from, to }) => [from, to]).filter((each) => each !== null);
  const moments = [...known.map((each) => Date.parse(each)), nowMs];
  const first = Math.min(...moments);
  const last = Math.max(...moments);
  const length = Math.max(last - first, quietMs);
  const start = first - length * marginShare;
  const end = last + length * marginShare;
  const percent = (ms: number) => Math.min(100, Math.max(0, ((ms - start) / (end - start)) * 100));
  const others = [...new Set(moments)].filter((each) => each !== nowMs);
  return { percent, ticks: spread([nowMs, ...others.toSorted((a, b) => b - a)], percent) };
}

const ticksApartPercent = 16;

/** As many as can be read beside each other, the first of them above all. */
function spread(ticks: readonly number[], percent: (ms: number) => number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const isFar = kept.every(
      (other) => Math.abs(percent(tick) - percent(other)) >= ticksApartPercent,
    );
    if (isFar && kept.length < ticksMax) kept.push(tick);
  }
  return kept;
}

function sentenceOf(lanes: readonly Lane[]): string {
  const said = lanes.map(
    ({ name, bars }) => `${name}: ${bars.map(({ title }) => title).join('; ') || 'nothing'}`,
  );
  return `Timeline. ${said.join('. ')}.`;
}

/** A small table of what is at hand, without pages. */
export function PlainTable({
  label,
  head,
  rows,
}: {
  readonly label: string;
  /** A name that ends in `#` is of numbers, which stand on the right. */
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}): ReactNode {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col" data-align={alignOf(name)}>
                {nameOf(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td
                  key={head[index]}
                  data-align={alignOf(head[index])}
                  data-label={nameOf(head[index] ?? '')}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const nameOf = (head: string) => head.replace(/#$/, '');

function alignOf(name: string | undefined): 'end' | undefined {
  return name?.endsWith('#') === true ? 'end' : undefined;
}
