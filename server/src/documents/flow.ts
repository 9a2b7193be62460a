import { type Font, font, type Ink, type Surface } from './surface.ts';
import { ellipsis, wrap } from './text-rules.ts';

/** Text that runs down pages: where it stands, and how far it may go. */
export type Flow = {
  readonly surface: Surface;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  /** The upper edge of what comes next. */
  y: number;
  /** Goes on to the next page. */
  breakPage(): void;
  /** What a whole page has room for, below its running head. */
  readonly roomOnPage: number;
};

export type RunningTexts = {
  /** At the top of every page but the first: what this is, and whose. */
  readonly head: readonly [string, string];
  /** At the foot of every page, before its number. */
  readonly foot: string;
  /** Across every page, such as DRAFT. */
  readonly stamp: string | null;
};

export const small = font(7.5);
export const label = font(7.5, 'medium');
export const body = font(9);
export const bodyMedium = font(9, 'medium');
export const bodyStrong = font(9, 'semibold');
export const LEADING = 1.48;

const MARGIN_SIDE = 54;
const MARGIN_TOP = 54;
const MARGIN_BOTTOM = 70;
const RUNNING_HEAD_HEIGHT = 34;
const FOOT_BASELINE = 38;
const STAMP_SIZE = 120;
const HAIRLINE = 0.5;

/** Begins a document on its first page. */
export function startFlow(surface: Surface, running: RunningTexts): Flow {
  const [left, right] = [MARGIN_SIDE, surface.width - MARGIN_SIDE];
  const addPage = () => {
    surface.addPage();
    if (running.stamp !== null) surface.stamp(running.stamp, font(STAMP_SIZE, 'semibold'));
  };
  addPage();
  return {
    surface,
    left,
    right,
    bottom: surface.height - MARGIN_BOTTOM,
    y: MARGIN_TOP,
    roomOnPage: surface.height - MARGIN_BOTTOM - MARGIN_TOP - RUNNING_HEAD_HEIGHT,
    breakPage() {
      addPage();
      drawRunningHead(surface, running.head, left, right);
      this.y = MARGIN_TOP + RUNNING_HEAD_HEIGHT;
    },
  };
}

function drawRunningHead(
  surface: Surface,
  [what, whose]: readonly [string, string],
  left: number,
  right: number,
): void {
  const baseline = MARGIN_TOP;
  const half = (right - left) / 2 - 8;
  surface.text(ellipsis(surface, what, half, bodyMedium), left, baseline, bodyMedium, 'ink');
  textRight(surface, ellipsis(surface, whose, half, body), right, baseline, body, 'soft');
  surface.rule(left, right, baseline + 10, 'hairline', HAIRLINE);
}

/** Writes the foot of every page, once their number is known. */
export function finishFlow({ surface, left, right }: Flow, { foot }: RunningTexts): void {
  const pages = surface.pageCount();
  const baseline = surface.height - FOOT_BASELINE;
  for (let page = 1; page <= pages; page += 1) {
    surface.onPage(page);
    const number = `Page ${page} of ${pages}`;
    surface.rule(left, right, baseline - 15, 'hairline', HAIRLINE);
    const room = right - left - surface.measure(number, small) - 16;
    surface.text(ellipsis(surface, foot, room, small), left, baseline, small, 'faint');
    textRight(surface, number, right, baseline, small, 'faint');
  }
}

/** Breaks the page unless that much fits on it; answers whether it did. */
export function need(flow: Flow, height: number): boolean {
  if (flow.y + height <= flow.bottom) return false;
  flow.breakPage();
  return true;
}

export function textRight(
  surface: Surface,
  text: string,
  right: number,
  baseline: number,
  style: Font,
  ink: Ink,
): void {
  surface.text(text, right - surface.measure(text, style), baseline, style, ink);
}

/** The baseline of a line of text whose upper edge is at `y`. */
export function baselineOf(y: number, style: Font): number {
  return y + style.size * LEADING * 0.5 + style.size * 0.36;
}

export function lineHeight(style: Font): number {
  return style.size * LEADING;
}

/** Wrapped text from the flow's place on, over pages where it must. */
export function flowText(flow: Flow, text: string, width: number, style: Font, ink: Ink): void {
  for (const line of wrap(flow.surface, text, width, style)) {
    need(flow, lineHeight(style));
    flow.surface.text(line, flow.left, baselineOf(flow.y, style), style, ink);
    flow.y += lineHeight(style);
  }
}

/** The same style, smaller where the text would not fit: an amount is never cut, and never broken where it need not be. */
export function shrinkToFit(surface: Surface, text: string, width: number, style: Font): Font {
  const wanted = surface.measure(text, style);
  if (wanted <= width) return style;
  return { ...style, size: Math.max(style.size * SHRINK_MIN, (style.size * width) / wanted) };
}
const SHRINK_MIN = 0.6;
