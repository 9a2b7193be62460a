import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { sampleLogo } from '../../test/support/logo.ts';
import { readPdf } from '../../test/support/pdf.ts';
import type { AnyDocument, InvoiceDocument } from './model.ts';
import { renderCreditNotePdf, renderInvoicePdf, renderStatementPdf } from './pdf-actions.ts';
import {
  sampleCjkInvoice,
  sampleCreditNote,
  sampleInvoice,
  sampleLongInvoice,
  sampleStatement,
  sampleTeamInvoice,
} from './testing/samples.ts';

const logo = sampleLogo();
const golden = new URL('./golden/', import.meta.url);
const updates = process.env['UPDATE_GOLDEN'] === '1';

/** Dots that may differ, of a page of some three hundred thousand: less than one figure that becomes another. */
const DOTS_MAX = 8;

function render(document: AnyDocument): Promise<Buffer> {
  if (document.kind === 'invoice') return renderInvoicePdf(document);
  return document.kind === 'creditNote'
    ? renderCreditNotePdf(document)
    : renderStatementPdf(document);
}

/** How many dots of a picture differ from the one that was looked at and kept. */
function differingDots(name: string, png: PNG): number {
  const file = new URL(`${name}.png`, golden);
  if (updates) {
    mkdirSync(golden, { recursive: true });
    writeFileSync(file, PNG.sync.write(png, { colorType: 0, deflateLevel: 9 }));
  }
  if (!existsSync(file))
    throw new Error(`There is no ${name}.png yet: run with UPDATE_GOLDEN=1, and look at it`);
  const kept = PNG.sync.read(readFileSync(file));
  if (kept.width !== png.width || kept.height !== png.height) return Infinity;
  return pixelmatch(kept.data, grey(png), undefined, png.width, png.height, { threshold: 0.1 });
}

/** As pngjs writes grey. */
function grey(png: PNG): Buffer {
  return PNG.sync.read(PNG.sync.write(png, { colorType: 0 })).data;
}

describe('what a page looks like', () => {
  it.each<[string, AnyDocument, number]>([
    ['invoice', sampleInvoice(logo), 1],
    ['invoice-teams', sampleTeamInvoice(), 1],
    ['invoice-teams-2', sampleTeamInvoice(), 2],
    ['invoice-cjk', sampleCjkInvoice(), 1],
    ['invoice-draft', sampleLongInvoice(30), 2],
    ['credit-note', sampleCreditNote(), 1],
    ['statement', sampleStatement(logo), 1],
  ])('%s', async (name, document, page) => {
    const { pages } = await readPdf(await render(document), { scale: 0.8 });
    const png = pages[page - 1]?.png;
    expect(png).toBeDefined();
    expect(differingDots(name, png as PNG)).toBeLessThanOrEqual(DOTS_MAX);
  });

  it('would be seen to differ by one figure', async () => {
    const sample = sampleInvoice(logo);
    const { pages } = await readPdf(
      await render({ ...sample, amountDue: { amount: '2514.58', currency: 'USD' } }),
      { scale: 0.8 },
    );
    const kept = PNG.sync.read(readFileSync(new URL('invoice.png', golden)));
    const png = pages[0]?.png as PNG;
    expect(
      pixelmatch(kept.data, grey(png), undefined, png.width, png.height, { threshold: 0.1 }),
    ).toBeGreaterThan(DOTS_MAX);
  });
});

/** The text of each page. */
const textOf = async (document: AnyDocument) =>
  (await readPdf(await render(document), { scale: 0.1 })).pages.map((page) =>
    page.text.replaceAll('\u00a0', ' '),
  );

describe('bytes', () => {
  it.each<[string, AnyDocument]>([
    ['invoice', sampleInvoice(logo)],
    ['CJK invoice', sampleCjkInvoice()],
    ['credit note', sampleCreditNote()],
    ['statement', sampleStatement(logo)],
  ])(
    'are the same for the same %s, whatever else is rendered meanwhile',
    async (_name, document) => {
      const [first, , second] = await Promise.all([
        render(document),
        render(sampleLongInvoice(3)),
        render(structuredClone(document)),
      ]);
      expect(first.equals(second)).toBe(true);
      expect((await render(document)).equals(first)).toBe(true);
    },
  );

  it('do not depend on what was rendered before', async () => {
    const naming = (name: string) => ({
      ...sampleInvoice(null),
      recipient: { name, lines: [name] },
    });
    // The fonts draw the first of each pair with the outline of the second.
    await render(naming('Ǯ Ѷ Ӝ'));
    const [text = ''] = await textOf(naming('Ʒ Ѵ Җ'));
    expect(text).toContain('Ʒ Ѵ Җ');
  });

  it('say who made what, and when the document was made', async () => {
    const text = (await render(sampleInvoice(null))).toString('latin1');
    for (const part of [
      '(Invoice NW-2026-000417 for Acme Robotics GmbH)',
      '(Northwind Inference)',
      '(D:20261101060000Z)',
      '/Lang (en)',
    ]) {
      expect(text.includes(part), part).toBe(true);
    }
  });

  it('hold no more of a font than is used', async () => {
    expect((await render(sampleCjkInvoice())).length).toBeLessThan(150_000);
  });
});

describe('text', () => {
  it('can be read from the PDF, whatever its script', async () => {
    const [text = ''] = await textOf(sampleCjkInvoice());
    for (const part of [
      '株式会社ノースウィンド',
      '深圳市云际智能科技有限公司',
      '프리미엄 지원 서비스',
      'Хранение данных',
      'Υπολογιστικά Νέφη',
      'Việt Nam',
      'Łódź',
      '消費税 10%',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('has every amount at the scale of its currency, and quantities exactly', async () => {
    const [yen = ''] = await textOf(sampleCjkInvoice());
    expect(yen).toContain('JP¥690,135');
    expect(yen).not.toContain('690,135.');
    const dinars = (await textOf(sampleLongInvoice(3))).join('\n');
    expect(dinars).toContain('45,187.500 KWD');
    const [first] = sampleInvoice(null).lines;
    const huge = {
      ...first!,
      quantity: '99999999999999999999999999.123456789012',
      unitPrice: '0.000000000001',
    };
    const [text = ''] = await textOf({ ...sampleInvoice(null), lines: [huge] });
    expect(text.replaceAll(/\s/g, '')).toContain('99,999,999,999,999,999,999,999,999.123456789012');
    expect(text).toContain('0.000000000001');
  });

  it('runs over pages, with its head and number on each, and every line once', async () => {
    const pages = await textOf(sampleLongInvoice(300));
    expect(pages.length).toBe(21);
    for (const [i, text] of pages.entries()) {
      expect(text).toContain(`Page ${i + 1} of 21`);
      expect(text).toContain('Unit price');
      expect(text).toContain('DRAFT');
    }
    const whole = pages.join('\n');
    for (let n = 1; n <= 300; n += 1)
      expect(whole.split(`Line ${n}: requests`).length - 1, `line ${n}`).toBeGreaterThanOrEqual(1);
    expect(whole.match(/\(continued\)/g)?.length).toBeGreaterThan(0);
    expect(pages.at(-1)).toContain('Line 300: requests');
    expect(pages.at(-1)).toContain('Total');
  });

  it('wraps what is long, and never runs off the page', async () => {
    const name =
      'Gesellschaft für außerordentlich lange Firmenbezeichnungen und deren Abrechnung in mehreren Währungen mbH & Co. KG';
    const word = 'x'.repeat(300);
    const sample = sampleInvoice(null);
    const document: InvoiceDocument = {
      ...sample,
      issuer: { ...sample.issuer, name },
      recipient: { name: word, lines: [word, name] },
      number: word,
      lines: [{ ...sample.lines[0]!, description: `${name} ${word}` }],
      remittance: Array.from({ length: 120 }, (_, i) => `Line ${i} of the instructions`).join('\n'),
    };
    const { pages } = await readPdf(await render(document), { scale: 0.5 });
    expect(pages.length).toBeLessThan(6);
    const text = pages.map((page) => page.text).join();
    expect(text.includes('Line 119 of the instructions')).toBe(true);
    for (const { png } of pages) expect(inkIn(png, png.width - 20, png.width)).toBe(0);
  });

  it('is not turned around, nor cut, by characters without a shape', async () => {
    const sample = sampleInvoice(null);
    const [text = ''] = await textOf({
      ...sample,
      recipient: { name: 'Acme\u202E evil\u0000\u200B Ltd\uFE0F', lines: [] },
    });
    expect(text).toContain('Acme evil Ltd');
  });
});

/** Dots that are not white between two columns. */
function inkIn(png: PNG, from: number, to: number): number {
  let dots = 0;
  for (let y = 0; y < png.height; y += 1) {
    for (let x = from; x < to; x += 1)
      if ((png.data[(y * png.width + x) * 4] ?? 255) < 250) dots += 1;
  }
  return dots;
}
