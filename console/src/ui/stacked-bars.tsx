import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisText, quantity } from '../lib/numbers.ts';
import { timeText } from '../lib/times.ts';
import classes from './stacked-bars.module.css';

export type BarSeries = { readonly label: string; readonly values: readonly number[] };

type Props = {
  /** What is drawn: the accessible name. What it shows, a table beside it says as well. */
  readonly label: string;
  /** When each bar begins, in seconds. */
  readonly starts: readonly number[];
  readonly series: readonly BarSeries[];
  /** A click on a bar. */
  readonly onPick?: ((index: number) => void) | undefined;
};

const heightPx = 240;
const colorsMax = 8;
const msPerSecond = 1000;

/** Quantities over time, part upon part. For seeing, so in floating point: the exact numbers are in the table. */
export function StackedBars(props: Props): ReactNode {
  // What is drawn has the colors of its day: another theme is another drawing.
  return <Drawing key={useComputedColorScheme('light')} {...props} />;
}

function Drawing({ label, starts, series, onPick }: Props): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const plot = new uPlot(
      optionsOf(element, starts, series, setAt),
      dataOf(starts, series),
      element,
    );
    const fit = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: heightPx }),
    );
    fit.observe(element);
    plot.over.addEventListener('click', () => {
      if (plot.cursor.idx != null) pick.current?.(plot.cursor.idx);
    });
    return () => {
      fit.disconnect();
      plot.destroy();
    };
  }, [starts, series]);
  return (
    <figure className={classes.figure}>
      <div
        ref={frame}
        role="img"
        aria-label={label}
        className={classes.frame}
        style={{ height: heightPx }}
        data-pickable={onPick === undefined ? undefined : ''}
      />
      <figcaption className={classes.legend}>
        <span className="dim">
          {at === null || starts[at] === undefined
            ? '\u00a0'
            : timeText(new Date(starts[at] * msPerSecond).toISOString())}
        </span>
        {series.map(({ label: name, values }, index) => (
          <span key={name} className={classes.entry}>
            <span className={classes.swatch} style={{ background: `var(${colorName(index)})` }} />
            {name}
            {at !== null && <span className="tabular">{quantity(values[at] ?? 0)}</span>}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const colorName = (index: number): string =>
  index < colorsMax ? `--chart-${index + 1}` : '--chart-rest';

/** Bars from nought to each running total, the greatest first, so that each lower one covers it. */
function dataOf(starts: readonly number[], series: readonly BarSeries[]): uPlot.AlignedData {
  const totals: number[][] = [];
  let below = starts.map(() => 0);
  for (const { values } of series) {
    below = below.map((value, index) => value + (values[index] ?? 0));
    totals.push(below);
  }
  return [[...starts], ...totals.toReversed()];
}

function optionsOf(
  element: HTMLElement,
  starts: readonly number[],
  series: readonly BarSeries[],
  setAt: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--c-dim'),
    grid: { stroke: color('--c-line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const step = (starts[1] ?? 0) - (starts[0] ?? 0) || 1;
  const bars = uPlot.paths.bars?.({ size: [0.82, 64], align: 1, radius: 0.04 });
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
    scales: {
      x: { range: [starts[0] ?? 0, (starts.at(-1) ?? 0) + step] },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.06 : 1] },
    },
    axes: [axis, { ...axis, size: 56, values: (_plot, values) => values.map(axisText) }],
    series: [
      {},
      ...series.map((_each, index) => ({
        fill: color(colorName(series.length - 1 - index)),
        width: 0,
        points: { show: false },
        ...(bars !== undefined && { paths: bars }),
      })),
    ],
    hooks: { setCursor: [(plot) => setAt(plot.cursor.idx ?? null)] },
  };
}
