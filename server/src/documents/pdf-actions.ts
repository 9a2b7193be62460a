import PDFDocument from 'pdfkit';
import { toDate } from '../lib/instant.ts';
import { type FontBook, openFontBook, type Run } from './font-actions.ts';
import { layOutBill } from './bill-rules.ts';
import type {
  AnyDocument,
  CreditNoteDocument,
  InvoiceDocument,
  StatementDocument,
} from './model.ts';
import { titleOf, words } from './word-rules.ts';
import { layOutStatement } from './statement-rules.ts';
import { type Font, inks, type Surface } from './surface.ts';
import { cleanText } from './text-rules.ts';

/** An invoice as a PDF. The same document gives the same bytes: nothing is read but the document and the fonts. */
export function renderInvoicePdf(document: InvoiceDocument): Promise<Buffer> {
  return render(document, (surface) => layOutBill(surface, document));
}

/** A credit note as a PDF, under the same promise. */
export function renderCreditNotePdf(document: CreditNoteDocument): Promise<Buffer> {
  return render(document, (surface) => layOutBill(surface, document));
}

/** A statement as a PDF, under the same promise. */
export function renderStatementPdf(document: StatementDocument): Promise<Buffer> {
  return render(document, (surface) => layOutStatement(surface, document));
}

const PAPERS = { letter: [612, 792], A4: [595.28, 841.89] } as const;
/** Figures of one width, where they stand beneath each other. */
const featuresOf = (font: Font): PDFKit.Mixins.OpenTypeFeatures[] => (font.tabular ? ['tnum'] : []);
const STAMP_OPACITY = 0.05;
const STAMP_DEGREES = -50;

async function render(document: AnyDocument, layOut: (surface: Surface) => void): Promise<Buffer> {
  const [width, height] = PAPERS[document.style.paper];
  const pdf = new PDFDocument({
    size: [width, height],
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    // With the date and the texts given, the PDF's ID follows from them: no clock, no chance.
    info: {
      Title: cleanText(titleOf(document)),
      Author: cleanText(document.issuer.name),
      Creator: 'Customary',
      Producer: 'Customary',
      CreationDate: toDate(document.madeAt),
      ModDate: toDate(document.madeAt),
    },
  });
  const written = collect(pdf);
  layOut(surfaceOn(pdf, await openFontBook(textsIn([document, words])), width, height));
  pdf.end();
  return written;
}

function collect(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}

/** Every text of a document, for the font book to know its characters. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [cleanText(value)];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(textsIn);
}

function surfaceOn(
  pdf: PDFKit.PDFDocument,
  book: FontBook,
  width: number,
  height: number,
): Surface {
  const widthOf = measuring(book);
  const draw = (text: string, x: number, baseline: number, font: Font) => {
    let at = x;
    for (const run of book.runs(text, font.weight)) {
      // pdfkit takes a parsed font as well as its bytes; its types do not say so.
      pdf.font(run.face.font as unknown as Buffer, run.face.id).fontSize(font.size);
      pdf.text(run.text, at, baseline, {
        lineBreak: false,
        baseline: 'alphabetic',
        features: featuresOf(font),
      });
      at += widthOf.run(run, font);
    }
  };
  let pages = 0;
  return {
    width,
    height,
    measure: widthOf.text,
    text(text, x, baseline, font, ink) {
      pdf.fillColor(inks[ink]);
      draw(text, x, baseline, font);
    },
    stamp(text, font) {
      const [x, y] = [width / 2, height / 2];
      pdf
        .save()
        .rotate(STAMP_DEGREES, { origin: [x, y] })
        .fillColor(inks.ink, STAMP_OPACITY);
      draw(text, x - widthOf.text(text, font) / 2, y + font.size / 3, font);
      pdf.restore().fillColor(inks.ink, 1);
    },
    rule(x1, x2, y, ink, thickness) {
      pdf.moveTo(x1, y).lineTo(x2, y).lineWidth(thickness).strokeColor(inks[ink]).stroke();
    },
    fill(x, y, w, h, ink) {
      pdf.rect(x, y, w, h).fill(inks[ink]);
    },
    picture(bytes, x, y, w, h) {
      pdf.image(Buffer.from(bytes), x, y, { width: w, height: h });
    },
    addPage() {
      pdf.addPage();
      pages += 1;
    },
    pageCount: () => pages,
    onPage: (page) => void pdf.switchToPage(page - 1),
  };
}

/** Widths as the fonts have them, kerning included; each distinct stretch is measured once. */
function measuring(book: FontBook) {
  const known = new Map<string, number>();
  const run = ({ face, text }: Run, font: Font): number => {
    const key = `${face.id} ${font.tabular === true} ${text}`;
    let ofOnePoint = known.get(key);
    if (ofOnePoint === undefined) {
      ofOnePoint = face.font.layout(text, featuresOf(font)).advanceWidth / face.font.unitsPerEm;
      known.set(key, ofOnePoint);
    }
    return ofOnePoint * font.size;
  };
  const text = (whole: string, font: Font) =>
    book.runs(whole, font.weight).reduce((sum, each) => sum + run(each, font), 0);
  return { run, text };
}
