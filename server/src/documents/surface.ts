/** What a layout draws on: points from the top left corner; text stands on its baseline. */
export type Surface = {
  readonly width: number;
  readonly height: number;
  /** Width of the text on one line. */
  measure(text: string, font: Font): number;
  text(text: string, x: number, baseline: number, font: Font, ink: Ink): void;
  /** Text turned around its middle, faint, for beneath everything else. */
  stamp(text: string, font: Font): void;
  rule(x1: number, x2: number, y: number, ink: Ink, thickness: number): void;
  fill(x: number, y: number, width: number, height: number, ink: Ink): void;
  picture(bytes: Uint8Array, x: number, y: number, width: number, height: number): void;
  addPage(): void;
  pageCount(): number;
  /** Goes back to a page, counted from 1, to add to it. */
  onPage(page: number): void;
};

export const weights = ['regular', 'medium', 'semibold'] as const;
export type Weight = (typeof weights)[number];

/** `tabular`: figures of one width, for columns of them; in running text they would leave gaps. */
export type Font = { readonly size: number; readonly weight: Weight; readonly tabular?: true };

export type Ink = 'ink' | 'soft' | 'faint' | 'line' | 'hairline' | 'wash' | 'alert';

/** Near black, two greys for text, two for lines, a wash, and one red for what is past due. */
export const inks: Readonly<Record<Ink, string>> = {
  ink: '#14171f',
  soft: '#5b6270',
  faint: '#8a909c',
  line: '#c9cdd5',
  hairline: '#e6e8ec',
  wash: '#f6f7f9',
  alert: '#b3261e',
};

export function font(size: number, weight: Weight = 'regular'): Font {
  return { size, weight };
}

export function tabular(style: Font): Font {
  return { ...style, tabular: true };
}
