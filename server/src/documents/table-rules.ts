import { baselineOf, body, type Flow, label, lineHeight, shrinkToFit, small } from './flow.ts';
import { type Font, type Ink, type Surface, tabular } from './surface.ts';
import { wrap } from './text-rules.ts';

export type Column = {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** A share of what the columns of figures leave, for columns of text. */
  readonly share?: number;
};

export type Cell = {
  readonly text: string;
  readonly font?: Font;
  readonly ink?: Ink;
  readonly indent?: number;
};

export type Row = {
  /** One list of cells for each line of the row, by column. */
  readonly parts: readonly (readonly (Cell | null)[])[];
  readonly rule: Ink | null;
  readonly pad: readonly [number, number];
  /** Stays on one page with the row that follows. */
  readonly keepWithNext?: boolean;
  /** Said again when a page begins with this row. */
  readonly continues?: string;
};

type Measured = {
  readonly row: Row;
  readonly parts: readonly MeasuredPart[];
  readonly height: number;
};
type MeasuredPart = { readonly cells: readonly (MeasuredCell | null)[]; readonly height: number };
type MeasuredCell = {
  readonly lines: readonly string[];
  readonly font: Font;
  readonly ink: Ink;
  readonly indent: number;
};
type Placed = Column & { readonly left: number; readonly width: number };

const GAP = 16;
const FIGURES_WIDTH_MAX = 112;
const HEAD_HEIGHT = 21;

/**
 * Draws a table over as many pages as it takes. Its head is repeated; a row is never split, and rows that belong
 * together stay together. `tail`: room that what follows wants on the page of the last row.
 */
export function drawTable(
  flow: Flow,
  columns: readonly Column[],
  rows: readonly Row[],
  tail = 0,
): void {
  const placed = place(flow, columns, rows);
  const blocks = blocksOf(rows.map((row) => measureRow(flow.surface, placed, row)));
  const firstHeight = blocks[0]?.reduce((sum, each) => sum + each.height, 0) ?? 0;
  if (flow.y + HEAD_HEIGHT + firstHeight > flow.bottom) flow.breakPage();
  drawHead(flow, placed);
  let isBelowHead = true;
  for (const [i, block] of blocks.entries()) {
    const height = block.reduce((sum, each) => sum + each.height, 0);
    const wanted = height + (i === blocks.length - 1 ? tail : 0);
    const room = wanted <= flow.roomOnPage - HEAD_HEIGHT * 2 ? wanted : height;
    if (flow.y + room > flow.bottom && i > 0) {
      flow.breakPage();
      drawHead(flow, placed);
      const said = block[0]?.row.continues;
      if (said !== undefined) drawContinued(flow, placed, said);
      isBelowHead = true;
    }
    for (const each of block) {
      drawRow(flow, placed, each, isBelowHead ? null : each.row.rule);
      isBelowHead = false;
    }
  }
}

/** Columns of figures are as wide as their widest figure; columns of text share what is left. */
function place(
  { surface, left, right }: Flow,
  columns: readonly Column[],
  rows: readonly Row[],
): Placed[] {
  const figures = columns.map((column, i) => {
    if (column.share !== undefined) return 0;
    const cells = rows.flatMap((row) => row.parts.map((part) => part[i] ?? null));
    const widths = cells.map((cell) =>
      cell === null ? 0 : surface.measure(cell.text, fontOf(column, cell)),
    );
    const widest = widths.reduce(
      (most, each) => Math.max(most, each),
      surface.measure(column.title, label),
    );
    return Math.min(widest, FIGURES_WIDTH_MAX);
  });
  const shares = columns.reduce((sum, column) => sum + (column.share ?? 0), 0);
  const rest =
    right - left - GAP * (columns.length - 1) - figures.reduce((sum, each) => sum + each, 0);
  let at = left;
  return columns.map((column, i) => {
    const width = column.share === undefined ? (figures[i] ?? 0) : (rest * column.share) / shares;
    const placed = { ...column, left: at, width };
    at += width + GAP;
    return placed;
  });
}

/** What stands at the right is figures, one beneath the other. */
function fontOf({ align }: Column, { font = body }: Cell): Font {
  return align === 'right' ? tabular(font) : font;
}

function measureRow(surface: Surface, columns: readonly Placed[], row: Row): Measured {
  const parts = row.parts.map((part) => {
    const cells = columns.map((column, i) => measureCell(surface, column, part[i] ?? null));
    const heights = cells.map((cell) =>
      cell === null ? 0 : cell.lines.length * lineHeight(cell.font),
    );
    return { cells, height: Math.max(0, ...heights) };
  });
  const height = row.pad[0] + row.pad[1] + parts.reduce((sum, part) => sum + part.height, 0);
  return { row, parts, height };
}

function measureCell(surface: Surface, column: Placed, cell: Cell | null): MeasuredCell | null {
  if (cell === null) return null;
  const { ink = 'ink', indent = 0 } = cell;
  const font = fontOf(column, cell);
  const width = column.width - indent;
  const fitted = column.share === undefined ? shrinkToFit(surface, cell.text, width, font) : font;
  return { lines: wrap(surface, cell.text, width, fitted), font: fitted, ink, indent };
}

/** Rows that must stay together. */
function blocksOf(rows: readonly Measured[]): Measured[][] {
  const blocks: Measured[][] = [];
  let block: Measured[] = [];
  for (const each of rows) {
    block.push(each);
    if (each.row.keepWithNext === true) continue;
    blocks.push(block);
    block = [];
  }
  return block.length > 0 ? [...blocks, block] : blocks;
}

function drawHead(flow: Flow, columns: readonly Placed[]): void {
  const baseline = baselineOf(flow.y, label);
  for (const column of columns) {
    const x =
      column.align === 'left'
        ? column.left
        : column.left + column.width - flow.surface.measure(column.title, label);
    flow.surface.text(column.title, x, baseline, label, 'soft');
  }
  flow.y += HEAD_HEIGHT - 4;
  flow.surface.rule(flow.left, flow.right, flow.y, 'line', 0.75);
  flow.y += 4;
}

function drawContinued(flow: Flow, [column]: readonly Placed[], text: string): void {
  if (column === undefined) return;
  const line = wrap(flow.surface, `${text} (continued)`, column.width, small)[0] ?? '';
  flow.surface.text(line, column.left, baselineOf(flow.y + 3, small), small, 'faint');
  flow.y += lineHeight(small) + 5;
}

function drawRow(
  flow: Flow,
  columns: readonly Placed[],
  { row, parts, height }: Measured,
  rule: Ink | null,
): void {
  const { surface } = flow;
  if (rule !== null) surface.rule(flow.left, flow.right, flow.y, rule, 0.5);
  let top = flow.y + row.pad[0];
  for (const part of parts) {
    // Cells of one line stand on one baseline, whatever their size.
    const lead = part.cells.reduce(
      (most, cell) => Math.max(most, cell === null ? 0 : baselineOf(0, cell.font)),
      0,
    );
    for (const [i, cell] of part.cells.entries()) {
      const column = columns[i];
      if (cell === null || column === undefined) continue;
      for (const [n, line] of cell.lines.entries()) {
        const baseline = top + lead + n * lineHeight(cell.font);
        const x =
          column.align === 'left'
            ? column.left + cell.indent
            : column.left + column.width - surface.measure(line, cell.font);
        surface.text(line, x, baseline, cell.font, cell.ink);
      }
    }
    top += part.height;
  }
  flow.y += height;
}
