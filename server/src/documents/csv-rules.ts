/**
 * A column of a CSV. `text` comes from people and may hold anything; `exact` is a number, an instant, an id or a word
 * of ours.
 */
export type CsvColumn<Row> = {
  readonly name: string;
  readonly kind: 'text' | 'exact';
  readonly value: (row: Row) => string | number | null | undefined;
};

// What spreadsheets take for the beginning of a formula, full-width forms included.
const FORMULA = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** Text that no spreadsheet runs: a quote before what it would take for a formula. */
export function safeText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The cells of one row. A number is written as it is: a quote would make text of it. */
export function cellsOf<Row>(columns: readonly CsvColumn<Row>[], row: Row): string[] {
  return columns.map(({ kind, value }) => {
    const cell = value(row);
    if (cell === null || cell === undefined) return '';
    return kind === 'text' ? safeText(String(cell)) : String(cell);
  });
}

export function textColumn<Row>(name: string, value: CsvColumn<Row>['value']): CsvColumn<Row> {
  return { name, kind: 'text', value };
}

export function exactColumn<Row>(name: string, value: CsvColumn<Row>['value']): CsvColumn<Row> {
  return { name, kind: 'exact', value };
}
