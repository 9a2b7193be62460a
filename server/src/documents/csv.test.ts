import { describe, expect, it } from 'vitest';
import { safeFileName } from '../http/download.ts';
import { allPages, streamCsv } from './csv-actions.ts';
import { exactColumn, safeText, textColumn } from './csv-rules.ts';
import { usageColumns } from './export-rules.ts';

type Row = { name: string | null; amount: string };
const columns = [
  textColumn<Row>('name', (row) => row.name),
  exactColumn<Row>('amount', (row) => row.amount),
];

async function csvOf(rows: Row[], options?: { bom: boolean }): Promise<string> {
  return Buffer.concat(await streamCsv(columns, rows, options).toArray()).toString('utf8');
}

describe('CSV', () => {
  it('follows RFC 4180', async () => {
    const rows = [
      { name: 'Plain', amount: '-12.340' },
      { name: 'Comma, "quote"\nand line', amount: '12345678901234567890.000000000001' },
      { name: null, amount: '0' },
      { name: '株式会社', amount: '1' },
    ];
    expect(await csvOf(rows)).toBe(
      'name,amount\r\nPlain,-12.340\r\n"Comma, ""quote""\nand line",12345678901234567890.000000000001\r\n,0\r\n株式会社,1\r\n',
    );
  });

  it('has its head when there is nothing else', async () =>
    expect(await csvOf([])).toBe('name,amount\r\n'));
  it('begins with a byte order mark where asked to', async () =>
    expect(await csvOf([], { bom: true })).toBe('\uFEFFname,amount\r\n'));

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '＝1',
    `=HYPERLINK("http://x","y")`,
  ])('quotes %j', (text) => {
    expect(safeText(text)).toBe(`'${text}`);
  });
  it.each(['', 'a=1', '1-1', 'x@y.example', "'=1", '–1'])('leaves %j', (text) =>
    expect(safeText(text)).toBe(text),
  );

  it('quotes the names of columns too, for they may come from events', async () => {
    const usage = streamCsv(usageColumns(['=cmd'], true), []);
    expect((await usage.toArray()).join('')).toBe("start,'=cmd,measure,quantity,events\r\n");
  });

  it('reads no more than is asked for, and all of it in the end', async () => {
    let made = 0;
    async function* rows() {
      for (; made < 50_000; made += 1) yield { name: `row ${made}`, amount: String(made) };
    }
    const csv = streamCsv(columns, rows());
    const reader = csv[Symbol.asyncIterator]();
    await reader.next();
    expect(made).toBeLessThan(10_000);
    let bytes = 0;
    for await (const chunk of { [Symbol.asyncIterator]: () => reader })
      bytes += (chunk as Buffer).length;
    expect([made, bytes > 500_000]).toEqual([50_000, true]);
  });

  it('fails rather than end early', async () => {
    async function* rows() {
      yield { name: 'a', amount: '1' };
      throw new Error('the database went away');
    }
    await expect(streamCsv(columns, rows()).toArray()).rejects.toThrow('the database went away');
  });

  it('pages through all there is', async () => {
    const ids = Array.from({ length: 7 }, (_, i) => ({ id: String(i) }));
    for (const size of [1, 3, 7, 8]) {
      const seen: string[] = [];
      const query = async ({ limit, cursor }: { limit: number; cursor: string | undefined }) =>
        ids.filter(({ id }) => cursor === undefined || id > cursor).slice(0, limit + 1);
      for await (const page of allPages(size, query)) seen.push(...page.map(({ id }) => id));
      expect(seen).toEqual(ids.map(({ id }) => id));
    }
  });
});

describe('file names', () => {
  it.each([
    ['INV-000042.pdf', 'INV-000042.pdf'],
    ['A/2026/000042.pdf', 'A-2026-000042.pdf'],
    ['statement-Café "X"\r\nSet-Cookie: a.csv', 'statement-Cafe-X-Set-Cookie-a.csv'],
    ['../../etc/passwd', 'etc-passwd'],
    ['株式会社', 'document'],
  ])('makes %j safe', (name, safe) => expect(safeFileName(name)).toBe(safe));
});
