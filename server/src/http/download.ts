import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../lib/problem.ts';
import { extensions, type Operation, type ReadInput } from './operation.ts';
import { problemShape } from './shapes.ts';

/** A file: its name for whoever saves it, and its bytes, at once or as they come. */
export type Download = {
  readonly fileName: string;
  readonly content: Buffer | Readable;
  /** Where the operation's own is but a family, such as `image/*`. */
  readonly mediaType?: string;
};

type Empty = z.ZodUndefined;
type FileType = { readonly mediaType: string; readonly opens: 'inline' | 'attachment' };

export const fileTypes = {
  /** Shown by the browser. */
  pdf: { mediaType: 'application/pdf', opens: 'inline' },
  image: { mediaType: 'image/*', opens: 'inline' },
  csv: { mediaType: 'text/csv', opens: 'attachment' },
  /** For Prometheus. */
  metrics: { mediaType: 'text/plain; version=0.0.4; charset=utf-8', opens: 'inline' },
  ndjson: { mediaType: 'application/x-ndjson', opens: 'attachment' },
} as const satisfies Record<string, FileType>;

type DownloadOperation<P extends z.ZodType, Q extends z.ZodType> = Omit<
  Operation<P, Q, Empty, z.ZodType>,
  'method' | 'body' | 'validateBody' | 'reply' | 'status' | 'idempotent'
> & { readonly file: keyof typeof fileTypes };

/**
 * An operation that answers a file. `read` answers JSON through the shape's serializer; a file has no shape, may be
 * streamed, and carries a name, so it has a way of its own, with the same validation, permission and documentation.
 */
export function download<P extends z.ZodType = Empty, Q extends z.ZodType = Empty>(
  app: FastifyInstance,
  { file, ...operation }: DownloadOperation<P, Q>,
  handler: (input: ReadInput<P, Q, Empty>) => Promise<Download>,
): void {
  const { mediaType, opens } = fileTypes[file];
  app.get(
    operation.url,
    {
      config: { permission: operation.permission, operation: operation.id },
      schema: {
        operationId: operation.id,
        ...extensions(operation),
        summary: operation.summary,
        description:
          `${operation.description ?? ''}\n\nPermission: \`${operation.permission}\`.`.trim(),
        tags: [operation.id.split('.')[0] ?? ''],
        querystring: operation.query ?? z.strictObject({}),
        ...(operation.params && { params: operation.params }),
        response: {
          200: {
            description: 'The file',
            content: { [mediaType]: { schema: z.string().meta({ format: 'binary' }) } },
          },
          default: {
            description: 'A problem (RFC 9457)',
            content: { 'application/problem+json': { schema: problemShape } },
          },
        },
      },
    },
    async (request, reply) => {
      if (request.principal === null) throw new Problem('unauthenticated', 'Send an API key.');
      const answer = await handler({
        params: request.params as z.output<P>,
        query: request.query as z.output<Q>,
        body: undefined,
        principal: request.principal,
        request,
      });
      return reply
        .type(
          answer.mediaType ??
            (file === 'csv' ? `${mediaType}; charset=utf-8; header=present` : mediaType),
        )
        .header('content-disposition', `${opens}; filename="${safeFileName(answer.fileName)}"`)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, no-store')
        .send(answer.content);
    },
  );
}

const FILE_NAME_CHARS_MAX = 120;

/** Letters, digits, dot, dash and underscore; nothing that a header, a shell or a file system takes for more. */
export function safeFileName(name: string): string {
  const safe = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '');
  return safe.slice(-FILE_NAME_CHARS_MAX) || 'document';
}
