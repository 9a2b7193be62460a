import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, type Font as FontkitFont } from 'fontkit';
import subsetFont from 'subset-font';
import { type Weight, weights } from './surface.ts';

/** A stretch of text that one font can draw. */
export type Run = { readonly text: string; readonly face: Face };

/** A font file, parsed, under the name it has within a PDF. */
export type Face = { readonly id: string; readonly font: FontkitFont };

type WeightedFaces = Readonly<Record<Weight, Face>>;

/** Finds the fonts for text. Made for one document, whose characters it knows. */
export type FontBook = { runs(text: string, weight: Weight): Run[] };

const packages = createRequire(import.meta.url);
const folderOf = (name: string) => dirname(packages.resolve(`${name}/package.json`));

// Latin, Cyrillic and Greek: Inter, whole -----------------------------------------------------------

const INTER_FILES: Readonly<Record<Weight, string>> = {
  regular: 'Inter-Regular',
  medium: 'Inter-Medium',
  semibold: 'Inter-SemiBold',
};
const WEIGHT_NUMBERS: Readonly<Record<Weight, number>> = {
  regular: 400,
  medium: 500,
  semibold: 600,
};

// Kerning, marks, composition, figures of one width. Its contextual alternates would take longer than all the rest.
const INTER_FEATURES = ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'tnum'];

let inter: Promise<WeightedFaces> | undefined;

async function loadInter(): Promise<WeightedFaces> {
  const faces = await Promise.all(
    weights.map(async (weight): Promise<[Weight, Face]> => {
      const woff2 = await readFile(
        join(folderOf('inter-ui'), 'web', `${INTER_FILES[weight]}.woff2`),
      );
      // subset-font does one at a time: what decodes WOFF2 beneath it must not be asked twice at once.
      const bytes = await subsetFont(woff2, undefined, {
        targetFormat: 'truetype',
        keepAllGlyphs: true,
        keepFeatures: INTER_FEATURES,
        noHinting: true,
      });
      return [weight, { id: `inter-${weight}`, font: parse(bytes) }];
    }),
  );
  return Object.fromEntries(faces) as Record<Weight, Face>;
}

function parse(bytes: Buffer): FontkitFont {
  const font = create(bytes);
  if ('fonts' in font) throw new TypeError('Expected one font, not a collection');
  return font;
}

// Chinese, Japanese, Korean: Noto Sans, in pieces of a hundred characters ------------------------------

type Script = 'jp' | 'kr' | 'sc';
type Piece = {
  readonly script: Script;
  readonly name: string;
  readonly ranges: readonly (readonly [number, number])[];
};

const pieceLists = new Map<Script, Promise<readonly Piece[]>>();

function piecesOf(script: Script): Promise<readonly Piece[]> {
  let pieces = pieceLists.get(script);
  if (pieces === undefined) {
    pieces = loadPieces(script);
    pieceLists.set(script, pieces);
  }
  return pieces;
}

/** The package says which file holds which characters. */
async function loadPieces(script: Script): Promise<readonly Piece[]> {
  const text = await readFile(
    join(folderOf(`@fontsource-variable/noto-sans-${script}`), 'unicode.json'),
    'utf8',
  );
  return Object.entries(JSON.parse(text) as Record<string, string>).map(([name, ranges]) => ({
    script,
    name: name.replaceAll(/[[\]]/g, ''),
    ranges: ranges.split(',').map((range) => {
      const [from = '', to = from] = range.replace('U+', '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
    }),
  }));
}

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}]|\bjapan\b|日本/iu;
const KOREAN = /\p{Script=Hangul}|\bkorea\b/iu;

/** Which national forms come first, by what a text says of itself; null: it says nothing. */
function scriptsFor(text: string): readonly Script[] | null {
  if (JAPANESE.test(text)) return ['jp', 'sc', 'kr'];
  return KOREAN.test(text) ? ['kr', 'sc', 'jp'] : null;
}

/** China's font has the most characters. */
const otherwise: readonly Script[] = ['sc', 'jp', 'kr'];

async function pieceFor(codePoint: number, scripts: readonly Script[]): Promise<Piece | null> {
  for (const script of scripts) {
    const found = (await piecesOf(script)).find(({ ranges }) =>
      ranges.some(([from, to]) => codePoint >= from && codePoint <= to),
    );
    if (found !== undefined) return found;
  }
  return null;
}

/** The piece's characters at one weight: cut out and fixed by HarfBuzz, for the file holds all weights in one. */
async function cutFace(piece: Piece, characters: string, weight: Weight): Promise<Face> {
  const folder = folderOf(`@fontsource-variable/noto-sans-${piece.script}`);
  const woff2 = await readFile(
    join(folder, 'files', `noto-sans-${piece.script}-${piece.name}-wght-normal.woff2`),
  );
  const bytes = await subsetFont(woff2, characters, {
    targetFormat: 'truetype',
    variationAxes: { wght: WEIGHT_NUMBERS[weight] },
  });
  return { id: `noto-${piece.script}-${piece.name}-${weight}`, font: parse(bytes) };
}

// The book -----------------------------------------------------------------------------------------

/** Fonts for all these texts, which are those of one document. What no font has is drawn as an empty box. */
export async function openFontBook(texts: Iterable<string>): Promise<FontBook> {
  inter ??= loadInter();
  const faces = memoizedFaces(await inter);
  const others = await findOthers([...new Set(texts)], faces);
  return {
    runs(text, weight) {
      const runs: { text: string; face: Face }[] = [];
      for (const character of text) {
        const face = (others.get(character) ?? faces)[weight];
        const last = runs.at(-1);
        if (last?.face === face) last.text += character;
        else runs.push({ text: character, face });
      }
      return runs;
    },
  };
}

function memoizedFaces(faces: WeightedFaces): WeightedFaces {
  const entries = weights.map(
    (weight) => [weight, { ...faces[weight], font: memoized(faces[weight].font) }] as const,
  );
  return Object.fromEntries(entries) as Record<Weight, Face>;
}

/**
 * The font for one document. It shapes each text once, for a document says the same words often, and each is measured
 * before it is drawn. Its tables are shared with all documents, but not its glyphs: a glyph remembers the characters it
 * was first met for, which is what a reader copies from the PDF, and must not depend on what was rendered before.
 */
function memoized(shared: FontkitFont): FontkitFont {
  const font = Object.assign(Object.create(shared) as FontkitFont, { _glyphs: {} });
  const known = new Map<string, ReturnType<FontkitFont['layout']>>();
  const layout: FontkitFont['layout'] = (text, features, ...rest) => {
    const key = `${JSON.stringify(features)} ${text}`;
    let run = known.get(key);
    if (run === undefined) {
      run = font.layout(text, features, ...rest);
      known.set(key, run);
    }
    // Whoever asks scales the positions in place.
    const positions = run.positions.map((position) => ({ ...position }));
    const copy = Object.create(Object.getPrototypeOf(run) as object) as typeof run;
    return Object.assign(copy, run, { positions });
  };
  return Object.assign(Object.create(font) as FontkitFont, { layout });
}

function has({ regular }: WeightedFaces, character: string): boolean {
  return regular.font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
}

/** The faces of each character that Inter does not have, in the national form that its text, else its document, asks for. */
async function findOthers(
  texts: readonly string[],
  usual: WeightedFaces,
): Promise<ReadonlyMap<string, WeightedFaces>> {
  const wanted = new Map<string, readonly Script[]>();
  const byDocument = scriptsFor(texts.join('\n')) ?? otherwise;
  for (const text of texts) {
    const order = scriptsFor(text) ?? byDocument;
    for (const character of text) {
      if (character !== '\n' && !wanted.has(character) && !has(usual, character))
        wanted.set(character, order);
    }
  }
  const byPiece = new Map<Piece, string[]>();
  for (const [character, order] of [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const piece = await pieceFor(character.codePointAt(0) ?? 0, order);
    if (piece !== null) byPiece.set(piece, [...(byPiece.get(piece) ?? []), character]);
  }
  const cut = await Promise.all(
    [...byPiece].map(([piece, characters]) => cutFaces(piece, characters)),
  );
  return new Map(cut.flat());
}

async function cutFaces(
  piece: Piece,
  characters: readonly string[],
): Promise<[string, WeightedFaces][]> {
  const text = characters.join('');
  const byWeight = await Promise.all(
    weights.map(async (weight) => [weight, await cutFace(piece, text, weight)] as const),
  );
  const faces = memoizedFaces(Object.fromEntries(byWeight) as Record<Weight, Face>);
  return characters
    .filter((character) => has(faces, character))
    .map((character) => [character, faces]);
}
