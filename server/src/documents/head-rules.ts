import {
  baselineOf,
  body,
  bodyMedium,
  bodyStrong,
  type Flow,
  label,
  lineHeight,
  need,
  shrinkToFit,
} from './flow.ts';
import type { Issuer, Party } from './model.ts';
import { font, tabular } from './surface.ts';
import { cleanText, ellipsis, wrap } from './text-rules.ts';

const title = font(26, 'semibold');
const sellerName = font(13, 'semibold');
const LOGO_WIDTH_MAX = 150;
const LOGO_HEIGHT_MAX = 44;
/** At most this many points for one pixel: a small logo is not blown up. */
const POINTS_PER_PIXEL = 0.75;
const COLUMN_GAP = 24;

type Facts = readonly (readonly [string, string])[];

/** The first page's head: what it is at the left, whose it is at the right; beneath, both parties and the facts. */
export function drawHead(
  flow: Flow,
  head: { title: string; issuer: Issuer; facts: Facts; toLabel: string; recipient: Party },
): void {
  const { issuer, recipient } = head;
  drawTitle(flow, head.title, issuer);
  const width = (flow.right - flow.left - COLUMN_GAP * 2) / 3;
  const columnAt = (i: number) => flow.left + i * (width + COLUMN_GAP);
  const bottoms = [
    drawParty(flow, columnAt(0), width, 'From', issuer.name, detailsOf(issuer)),
    drawParty(flow, columnAt(1), width, head.toLabel, recipient.name, recipient.lines),
    drawFacts(flow, columnAt(2), width, head.facts),
  ];
  flow.y = Math.max(...bottoms);
}

function drawTitle(flow: Flow, text: string, issuer: Issuer): void {
  const { surface, left, right, y } = flow;
  surface.text(text, left, y + 21, title, 'ink');
  const room = (right - left) / 2;
  if (issuer.logo === null) {
    const lines = wrap(surface, issuer.name, room, sellerName).slice(0, 2);
    for (const [i, line] of lines.entries()) {
      surface.text(
        line,
        right - surface.measure(line, sellerName),
        y + 18 + i * 17,
        sellerName,
        'ink',
      );
    }
  } else {
    const { bytes, width, height } = issuer.logo;
    const scale = Math.min(LOGO_WIDTH_MAX / width, LOGO_HEIGHT_MAX / height, POINTS_PER_PIXEL);
    surface.picture(bytes, right - width * scale, y, width * scale, height * scale);
  }
  flow.y += 58;
}

/** Each fact beneath its name. */
function drawFacts({ surface, y }: Flow, x: number, width: number, facts: Facts): number {
  let at = y;
  for (const [name, value] of facts) {
    surface.text(name, x, baselineOf(at, label), label, 'soft');
    at += lineHeight(label) + 1;
    // Figures of one width look better in dates; hyphens of one width do not, in numbers.
    const wanted = value.includes('-') ? bodyMedium : tabular(bodyMedium);
    const style = shrinkToFit(surface, cleanText(value), width, wanted);
    surface.text(
      ellipsis(surface, value, width, style),
      x,
      baselineOf(at, bodyMedium),
      style,
      'ink',
    );
    at += lineHeight(bodyMedium) + 5;
  }
  return at;
}

function detailsOf(issuer: Issuer): string[] {
  const taxId = issuer.taxId === null ? null : `Tax ID ${issuer.taxId}`;
  return [
    ...issuer.lines,
    ...[issuer.email, issuer.website, taxId].filter((text) => text !== null),
  ];
}

function drawParty(
  { surface, y }: Flow,
  x: number,
  width: number,
  heading: string,
  name: string,
  lines: readonly string[],
): number {
  let at = y;
  surface.text(heading, x, baselineOf(at, label), label, 'soft');
  at += lineHeight(label) + 3;
  for (const [style, ink, text] of [
    [bodyStrong, 'ink', name] as const,
    ...lines.map((line) => [body, 'soft', line] as const),
  ]) {
    for (const line of wrap(surface, text, width, style)) {
      surface.text(line, x, baselineOf(at, style), style, ink);
      at += lineHeight(style);
    }
  }
  return at;
}

/** The one sentence that a reader looks for. */
export function drawHeadline(flow: Flow, text: string, note: string | null): void {
  const style = shrinkToFit(flow.surface, text, flow.right - flow.left, headline);
  flow.surface.text(text, flow.left, baselineOf(flow.y, style), style, 'ink');
  flow.y += lineHeight(headline);
  if (note === null) return;
  for (const line of wrap(flow.surface, note, (flow.right - flow.left) * 0.8, body)) {
    flow.surface.text(line, flow.left, baselineOf(flow.y, body), body, 'soft');
    flow.y += lineHeight(body);
  }
}
const headline = font(17, 'semibold');

/** What the table beneath it is. */
export function drawHeading(flow: Flow, text: string): void {
  flow.y += 24;
  need(flow, HEADING_ROOM);
  flow.surface.text(text, flow.left, baselineOf(flow.y, heading), heading, 'ink');
  flow.y += lineHeight(heading) + 6;
}
const heading = font(11, 'semibold');
/** Of what a heading stands above, some fits beneath it. */
const HEADING_ROOM = 80;
