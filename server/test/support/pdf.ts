import { PDFiumLibrary } from '@hyzyla/pdfium';
import { PNG } from 'pngjs';

/** What a reader sees of a PDF: the text of each page, and the page as a picture. */
export type ReadPdf = { pages: { text: string; png: PNG }[] };

let library: Promise<PDFiumLibrary> | undefined;

/** Reads and draws with PDFium, as Chromium does; compiled to WebAssembly, so that every machine draws the same dots. */
export async function readPdf(
  bytes: Buffer,
  { scale = 1, pages = Infinity } = {},
): Promise<ReadPdf> {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(bytes);
  try {
    const read: ReadPdf['pages'] = [];
    for (const page of document.pages()) {
      // First the text: rendering closes the page.
      const text = page.getText();
      const { width, height, data } = await page.render({
        scale: read.length < pages ? scale : 0.1,
        colorSpace: 'BGRA',
        render: rgba,
      });
      const png = new PNG({ width, height });
      png.data = Buffer.from(data);
      read.push({ text, png });
    }
    return { pages: read };
  } finally {
    document.destroy();
  }
}

async function rgba({ data }: { data: Uint8Array }): Promise<Uint8Array> {
  return data;
}
