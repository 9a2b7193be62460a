import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/**
 * A backup file is a plain `tar.gz` of small entries, so that any tool can look into it. Entries are whole in memory
 * on both sides: writers cut what is large into parts.
 */
export type ArchiveEntry = { name: string; body: Buffer };

export const partBytesMax = 4 * 1024 * 1024;

const BLOCK_BYTES = 512;
const NAME_BYTES_MAX = 100;
/** No entry of ours is larger; a file that says otherwise is not ours. */
const ENTRY_BYTES_MAX = 64 * 1024 * 1024;

/** The file is no backup, or not a whole one. Said before anything is written to a database. */
export class BackupFileError extends Error {}

/** One entry as tar writes it: header, body, zeros up to a whole block. */
export function packEntry({ name, body }: ArchiveEntry): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw new RangeError(`Too long for tar: ${name}`);
  header.write(name, 0);
  header.write('0000600\0', 100); // mode
  header.write('0000000\0', 108); // owner
  header.write('0000000\0', 116); // group
  header.write(`${octal(body.length, 11)}\0`, 124);
  header.write(`${octal(0, 11)}\0`, 136); // time: the manifest has it
  header.write('0', 156); // a regular file
  header.write('ustar\x0000', 257);
  header.write(`${octal(checksumOf(header), 6)}\0 `, 148);
  const padding = Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return Buffer.concat([header, body, padding]);
}

/** What ends an archive. */
export const archiveEnd: Buffer = Buffer.alloc(2 * BLOCK_BYTES);

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** The sum of the header's bytes, its own eight counted as spaces. */
function checksumOf(header: Buffer): number {
  let total = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) total += byte;
  return total;
}

/** The entries of a file in order. Rejects with a `BackupFileError` at the first thing that is not right. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  const chunks = inflate(path);
  const take = takerOf(chunks);
  for (;;) {
    const header = await take(BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) break;
    const { name, sizeBytes } = readHeader(header);
    const body = await take(sizeBytes);
    await take((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
    yield { name, body };
  }
  // To the very end, where the compression keeps its own checksum.
  for await (const rest of chunks) {
    if (rest.some((byte) => byte !== 0))
      throw new BackupFileError('The file goes on after its end.');
  }
}

function readHeader(header: Buffer): { name: string; sizeBytes: number } {
  const text = (from: number, to: number) =>
    header.toString('utf8', from, to).replace(/\0.*$/s, '').trim();
  const sizeBytes = Number.parseInt(text(124, 136), 8);
  const isOurs =
    text(257, 263) === 'ustar' && checksumOf(header) === Number.parseInt(text(148, 156), 8);
  if (!isOurs || !(sizeBytes >= 0 && sizeBytes <= ENTRY_BYTES_MAX)) {
    throw new BackupFileError('The file is damaged, or it is not a backup of Customary.');
  }
  return { name: text(0, NAME_BYTES_MAX), sizeBytes };
}

async function* inflate(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.once('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of file.pipe(unpacked)) yield chunk as Buffer;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    throw new BackupFileError(
      code === 'Z_BUF_ERROR'
        ? 'The file is not whole: it ends too early.'
        : `The file is damaged, or it is not a backup of Customary (${message}).`,
    );
  } finally {
    file.destroy();
  }
}

/** Answers exactly as many bytes as are asked for. */
function takerOf(chunks: AsyncGenerator<Buffer>): (sizeBytes: number) => Promise<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  return async (sizeBytes) => {
    while (heldBytes < sizeBytes) {
      const next = await chunks.next();
      if (next.done === true)
        throw new BackupFileError('The file is not whole: it ends too early.');
      held.push(next.value);
      heldBytes += next.value.length;
    }
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [all.subarray(sizeBytes)];
    heldBytes -= sizeBytes;
    return all.subarray(0, sizeBytes);
  };
}
