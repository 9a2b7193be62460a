import { z } from 'zod';
import { pageQuery } from '../http/shapes.ts';
import { type Finding, type FindingKind, findingKinds } from './rules.ts';

/** The kind and the key of the last finding of a page. */
export function parseCursor(cursor: string): { kind: FindingKind; key: string } | null {
  const [given, ...key] = cursor.split(' ');
  const kind = findingKinds.find((known) => known === given);
  return kind === undefined ? null : { kind, key: key.join(' ') };
}

export const findingList = z.strictObject({
  ...pageQuery,
  cursor: pageQuery.cursor.refine(
    (cursor) => cursor === undefined || parseCursor(cursor) !== null,
    'Expected the nextCursor of the page before',
  ),
  kind: z.enum(findingKinds).optional(),
});

const named = z.object({ id: z.string(), name: z.string() });

export const finding = z
  .object({
    id: z.string().describe('Stands for what was found; the same as long as it is so.'),
    kind: z.enum(findingKinds),
    summary: z.string(),
    organization: named.nullable(),
    evidence: z.array(z.object({ label: z.string(), value: z.string() })),
    fix: z
      .object({
        summary: z.string(),
        method: z.enum(['POST', 'PATCH']),
        path: z.string(),
        body: z.record(z.string(), z.unknown()),
        needs: z.array(z.string()).describe('Fields of the body that only a person can give.'),
      })
      .describe('One call that mends it.'),
  })
  .meta({ id: 'Finding' });

export function findingToApi({ key, ...found }: Finding): z.output<typeof finding> {
  return { id: `${found.kind}:${key.replace(' ', ':')}`, ...found };
}
