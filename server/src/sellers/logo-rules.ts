/** A picture as its own header describes it. */
export type Picture = {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
};

/** What a PNG says about itself, and its pixels, still compressed. */
export type PngParts = Picture & {
  readonly bitDepth: number;
  readonly channels: number;
  readonly isInterlaced: boolean;
  readonly packed: readonly Uint8Array[];
};

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 13;
const CHUNK_OVERHEAD_BYTES = 12;
/** Color type → samples per pixel, and the bit depths that PNG allows for it. */
const COLOR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

export function isPng(bytes: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Reads the chunks of a PNG; null unless it is whole: a header, a palette where one is needed, pixels, an end. */
export function readPng(bytes: Uint8Array): PngParts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Omit<PngParts, 'packed'> | null = null;
  let needsPalette = false;
  const packed: Uint8Array[] = [];
  for (let at = PNG_SIGNATURE.length; at + CHUNK_OVERHEAD_BYTES <= bytes.length;) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (data.length < size || (header === null) !== (type === 'IHDR')) return null;
    if (type === 'IHDR') {
      header = size === HEADER_BYTES ? pngHeader(data) : null;
      if (header === null) return null;
      needsPalette = data[9] === 3;
    }
    if (type === 'PLTE') needsPalette = false;
    if (type === 'IDAT') packed.push(data);
    if (type === 'IEND')
      return header !== null && packed.length > 0 && !needsPalette ? { ...header, packed } : null;
    at += CHUNK_OVERHEAD_BYTES + size;
  }
  return null;
}

function pngHeader(data: Uint8Array): Omit<PngParts, 'packed'> | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [bitDepth = 0, colorType = -1, compression, filter, interlace] = data.subarray(8);
  const color = COLOR_TYPES[colorType];
  if (color === undefined || !color.depths.includes(bitDepth)) return null;
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) return null;
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width === 0 || height === 0) return null;
  return {
    mediaType: 'image/png',
    width,
    height,
    bitDepth,
    channels: color.channels,
    isInterlaced: interlace === 1,
  };
}

/** Bytes of one row of pixels before compression, its filter byte included. */
export function pngRowBytes({ width, bitDepth, channels }: PngParts): number {
  return 1 + Math.ceil((width * bitDepth * channels) / 8);
}

// Frames that PDF readers draw: baseline, extended, progressive.
const DRAWN_FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const START_OF_SCAN = 0xda;

/** Reads the segments of a JPEG up to its pixels; null unless it is one of 8 bits, grey or in colors, with an end. */
export function readJpeg(bytes: Uint8Array): Picture | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let picture: Picture | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const size = view.getUint16(at + 2);
    if (size < 2 || at + 2 + size > bytes.length || OTHER_FRAMES.has(marker)) return null;
    if (DRAWN_FRAMES.has(marker)) {
      const [depth, , , , , components] = bytes.subarray(at + 4, at + 10);
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (depth !== 8 || (components !== 1 && components !== 3) || width === 0 || height === 0)
        return null;
      picture = { mediaType: 'image/jpeg', width, height };
    }
    if (marker === START_OF_SCAN) return hasEnd(bytes, at) ? picture : null;
    at += 2 + size;
  }
  return null;
}

function hasEnd(bytes: Uint8Array, from: number): boolean {
  const at = bytes.lastIndexOf(0xd9);
  return at > from && bytes[at - 1] === 0xff;
}
