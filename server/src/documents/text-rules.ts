import LineBreaker from 'linebreak';
import type { Font, Surface } from './surface.ts';

/**
 * Text as it can stand on paper: composed, without control characters and without what has no shape of its own or
 * would turn the direction of the text around.
 */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\t\u2028\u2029]/g, ' ')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]|[\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu, '');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

type Measuring = Pick<Surface, 'measure'>;

/** Breaks text into lines no wider than `width`: where Unicode allows it, and within a word that is wider than a line. */
export function wrap(surface: Measuring, text: string, width: number, style: Font): string[] {
  return cleanText(text)
    .split('\n')
    .flatMap((paragraph) => wrapParagraph(surface, paragraph, width, style));
}

function wrapParagraph(surface: Measuring, text: string, width: number, style: Font): string[] {
  const widthOf = (part: string) => surface.measure(part, style);
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  for (const piece of pieces(text)) {
    // The space at the end of a line does not count.
    const bare = widthOf(piece.trimEnd());
    if (lineWidth + bare > width && line !== '') {
      lines.push(line.trimEnd());
      [line, lineWidth] = ['', 0];
    }
    if (bare > width) {
      const broken = breakAnywhere(surface, piece, width, style);
      line = broken.pop() ?? '';
      lines.push(...broken);
      lineWidth = widthOf(line);
    } else {
      line += piece;
      lineWidth += widthOf(piece);
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** A word that is wider than a line, between any two of its characters. */
function breakAnywhere(surface: Measuring, word: string, width: number, style: Font): string[] {
  const lines: string[] = [];
  let line = '';
  for (const { segment } of graphemes.segment(word)) {
    if (line !== '' && surface.measure(line + segment, style) > width) {
      lines.push(line);
      line = '';
    }
    line += segment;
  }
  return [...lines, line];
}

/** Text cut wherever a line may end. */
function pieces(text: string): string[] {
  const breaker = new LineBreaker(text);
  const found: string[] = [];
  let last = 0;
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    found.push(text.slice(last, next.position));
    last = next.position;
  }
  return found;
}

/** One line, cut with an ellipsis where it is too wide. */
export function ellipsis(surface: Measuring, text: string, width: number, style: Font): string {
  const line = cleanText(text).replaceAll('\n', ' ');
  if (surface.measure(line, style) <= width) return line;
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(line)) {
    if (surface.measure(`${kept.join('')}${segment}…`, style) > width) break;
    kept.push(segment);
  }
  return `${kept.join('').trimEnd()}…`;
}
