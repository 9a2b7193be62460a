/** What the commands print: counts, tables, a line that moves. Plain text where nobody watches. */

const grouped = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return grouped.format(value);
}

/** `-1234567.50` → `-1,234,567.50`, without ever being a number. */
export function groupDigits(decimal: string): string {
  const [whole = '', decimals] = decimal.split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** `1 event`, `2 events`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`;
  if (sizeBytes < 1024 ** 2) return `${(sizeBytes / 1024).toFixed(1)} KiB`;
  return sizeBytes < 1024 ** 3
    ? `${(sizeBytes / 1024 ** 2).toFixed(1)} MiB`
    : `${(sizeBytes / 1024 ** 3).toFixed(1)} GiB`;
}

export function durationText(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** Stands for stdout, so that a test can read what a command says. */
export type Out = {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export type Column = { title: string; right?: boolean };

/** Columns under their titles, as wide as they need to be. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  indent = '  ',
): string {
  const widths = columns.map(({ title }, i) =>
    Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))),
  );
  const lineOf = (cells: readonly string[]) =>
    (
      indent +
      columns.map(({ right }, i) => pad(cells[i] ?? '', widths[i] ?? 0, right === true)).join('  ')
    ).trimEnd();
  const rule = indent + widths.map((wide) => '─'.repeat(wide)).join('  ');
  return [lineOf(columns.map(({ title }) => title)), rule, ...rows.map(lineOf)].join('\n');
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

const graphemes = new Intl.Segmenter();

/** How many columns a text takes: colours take none. */
export function width(text: string): number {
  return [...graphemes.segment(text.replaceAll(ESCAPES, ''))].length;
}

export function pad(text: string, to: number, right = false): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

/** Bold, dim and colours on a terminal that wants them; plain text elsewhere. */
export function paintFor(out: Out, env: NodeJS.ProcessEnv) {
  const on = out.isTTY === true && !env['NO_COLOR'];
  const style = (code: number) => (text: string) => (on ? `\u001B[${code}m${text}\u001B[0m` : text);
  return {
    bold: style(1),
    dim: style(2),
    red: style(31),
    green: style(32),
    yellow: style(33),
    cyan: style(36),
  };
}

export type Paint = ReturnType<typeof paintFor>;

const REDRAW_MS = 80;
const BAR_CHARS = 28;
const LINES_FROM = 100;

/**
 * Progress towards a total: a bar that is redrawn in place on a terminal; elsewhere a line at each tenth,
 * if there is enough to do. `note` says what a number cannot.
 */
export function progress(out: Out, label: string, total: number) {
  let drawnAtMs = -Infinity;
  let tenth = 0;
  const draw = (done: number, note: string) => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * BAR_CHARS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CHARS - filled);
    out.write(
      `\r\u001B[2K  ${label}  ${bar}  ${pad(`${Math.floor(share * 100)}%`, 4, true)}  ${count(done)} of ${count(total)}  ${note}`,
    );
  };
  return {
    update(done: number, note = '') {
      if (out.isTTY === true) {
        if (performance.now() - drawnAtMs < REDRAW_MS) return;
        drawnAtMs = performance.now();
        draw(done, note);
      } else if (total >= LINES_FROM && Math.floor((done / total) * 10) > tenth) {
        tenth = Math.floor((done / total) * 10);
        out.write(`  ${label}  ${count(done)} of ${count(total)}  ${note}\n`);
      }
    },
    /** Clears the bar; the caller says how it ended. */
    done() {
      if (out.isTTY === true) out.write('\r\u001B[2K');
    },
  };
}
