// Types of packages that come without any: as much of them as is used here.

declare module 'subset-font' {
  /** The font with only these characters, fixed at points of its variation axes. */
  function subsetFont(
    font: Buffer,
    text: string | undefined,
    options: {
      targetFormat: 'sfnt' | 'truetype' | 'woff' | 'woff2';
      variationAxes?: Record<string, number>;
      /** Instead of a text: the whole font. */
      keepAllGlyphs?: boolean;
      keepFeatures?: readonly string[];
      noHinting?: boolean;
    },
  ): Promise<Buffer>;
  export default subsetFont;
}

declare module 'linebreak' {
  /** UAX 14: where a line may, and where it must, end. */
  class LineBreaker {
    constructor(text: string);
    nextBreak(): { position: number; required: boolean } | null;
  }
  export default LineBreaker;
}
