import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { limits } from '../lib/limits.ts';
import { invalidField } from '../lib/problem.ts';
import {
  isJpeg,
  isPng,
  type Picture,
  type PngParts,
  pngRowBytes,
  readJpeg,
  readPng,
} from './logo-rules.ts';

export type Logo = Picture & { readonly hash: string; readonly bytes: Buffer };

const POINTER = '/logo/contentBase64';
const FILTER_MAX = 4;

/**
 * A logo from outside: by its bytes, whatever it was called, and read to the end, so that what is stored can be drawn.
 * @throws Problem naming what is wrong with it.
 */
export function readLogo(contentBase64: string): Logo {
  const bytes = Buffer.from(contentBase64, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== contentBase64.replaceAll(/\s/g, '')) {
    throw invalidField(POINTER, 'base64', 'Expected base64.');
  }
  if (bytes.length > limits.logoBytesMax) {
    throw invalidField(
      POINTER,
      'too_large',
      `At most ${limits.logoBytesMax / 1024} KiB; this has ${Math.ceil(bytes.length / 1024)}.`,
    );
  }
  const picture = pictureIn(bytes);
  const side = limits.logoSidePixelsMax;
  if (picture.width > side || picture.height > side) {
    throw invalidField(
      POINTER,
      'too_large',
      `At most ${side} pixels wide and high; this is ${picture.width} × ${picture.height}.`,
    );
  }
  const { mediaType, width, height } = picture;
  return {
    mediaType,
    width,
    height,
    bytes,
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  };
}

function pictureIn(bytes: Buffer): Picture {
  if (isPng(bytes)) {
    const png = readPng(bytes);
    if (png?.isInterlaced)
      throw invalidField(POINTER, 'interlaced', 'Save the PNG without interlacing.');
    if (
      png !== null &&
      (png.width > limits.logoSidePixelsMax ||
        png.height > limits.logoSidePixelsMax ||
        hasAllPixels(png))
    )
      return png;
    throw invalidField(POINTER, 'damaged', 'The PNG is damaged.');
  }
  if (isJpeg(bytes)) {
    const jpeg = readJpeg(bytes);
    if (jpeg !== null) return jpeg;
    throw invalidField(
      POINTER,
      'damaged',
      'The JPEG is damaged, or neither grey nor RGB with 8 bits: save it as an ordinary one.',
    );
  }
  throw invalidField(POINTER, 'media_type', 'Expected a PNG or a JPEG.');
}

/** Exactly the pixels that the header announces: no more (a bomb), no fewer (the PDF could not be drawn). */
function hasAllPixels(png: PngParts): boolean {
  const rowBytes = pngRowBytes(png);
  const bytesMax = rowBytes * png.height;
  try {
    const rows = inflateSync(Buffer.concat(png.packed), { maxOutputLength: bytesMax });
    if (rows.length !== bytesMax) return false;
    for (let at = 0; at < rows.length; at += rowBytes)
      if ((rows[at] ?? 0) > FILTER_MAX) return false;
    return true;
  } catch {
    return false;
  }
}
