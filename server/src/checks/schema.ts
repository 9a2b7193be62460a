import { z } from 'zod';

import { booleanQuery } from '../http/shapes.ts';
import { checkNames } from './verdict.ts';

export const checksQuery = z.strictObject({
  complete: booleanQuery
    .optional()
    .transform((complete) => complete ?? false)
    .describe('Look at everything again, not only at what is new.'),
});

export const check = z
  .object({
    name: z.enum(checkNames),
    ok: z.boolean(),
    claim: z.string().describe('What must hold.'),
    figures: z.record(z.string(), z.string()).describe('What was counted and compared, in all.'),
    provenBefore: z
      .int()
      .describe(
        'Rows up to this position were proven before and not looked at again; 0: all were.',
      ),
    problems: z
      .array(z.object({ row: z.string(), detail: z.string() }))
      .describe('The rows that break it; at most 20 of each kind.'),
  })
  .meta({ id: 'Check' });

export const checks = z
  .object({
    position: z.int().describe('What the checks looked at: everything recorded up to here.'),
    complete: z.boolean().describe('Whether everything was looked at.'),
    checks: z.array(check),
  })
  .meta({ id: 'Checks' });
