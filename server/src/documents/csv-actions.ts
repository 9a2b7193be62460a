import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { cellsOf, type CsvColumn, safeText } from './csv-rules.ts';

/**
 * Rows as CSV, by RFC 4180, as they come: what is not asked for yet is not read yet. `bom`: for programs that take a
 * file without one for something other than UTF-8.
 */
export function streamCsv<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
  { bom = false } = {},
): Readable {
  async function* records() {
    yield columns.map(({ name }) => safeText(name));
    for await (const row of rows) yield cellsOf(columns, row);
  }
  const csv = stringify({ bom, record_delimiter: '\r\n' });
  // An error destroys the stream, and so the answer: a file cut short must not look whole.
  pipeline(Readable.from(records()), csv, () => {});
  return csv;
}

/** Everything that a query with `limit` and `cursor` finds, page by page. */
export async function* allPages<Row extends { id: string }>(
  pageSize: number,
  query: (page: { limit: number; cursor: string | undefined }) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  for (;;) {
    // Queries fetch one more than their limit, to see whether there is a next page.
    const rows = (await query({ limit: pageSize, cursor })).slice(0, pageSize);
    if (rows.length > 0) yield rows;
    cursor = rows.at(-1)?.id;
    if (rows.length < pageSize || cursor === undefined) return;
  }
}
