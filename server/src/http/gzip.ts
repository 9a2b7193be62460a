import { PassThrough, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../lib/problem.ts';

/**
 * Lets the operations of this scope take bodies that are compressed. The body's limit holds for what comes out: reading
 * stops there, however much more there would be.
 */
export function acceptGzip(scope: FastifyInstance): void {
  scope.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return payload;
    if (encoding !== 'gzip' && encoding !== 'x-gzip')
      throw new Problem('unsupported_media_type', 'Send the body as it is, or compressed as gzip.');
    const out: Transform & { receivedEncodedLength?: number } = new PassThrough();
    out.receivedEncodedLength = 0;
    payload.on(
      'data',
      (chunk: Buffer) =>
        (out.receivedEncodedLength = (out.receivedEncodedLength ?? 0) + chunk.length),
    );
    const gunzip = createGunzip();
    gunzip.on('error', () =>
      out.destroy(new Problem('malformed_encoding', 'The body is not valid gzip.')),
    );
    payload.on('error', (error) => out.destroy(error));
    payload.pipe(gunzip).pipe(out);
    out.on('close', () => gunzip.destroy());
    return out;
  });
}
