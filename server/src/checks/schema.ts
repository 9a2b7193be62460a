import { z } from 'zod';

import { checkNames } from './verdict.ts';

export const check = z
  .object({
    name: z.enum(checkNames),
    ok: z.boolean(),
    claim: z.string().describe('What must hold.'),
    figures: z.record(z.string(), z.string()).describe('What was counted and compared.'),
    problems: z
      .array(z.object({ row: z.string(), detail: z.string() }))
      .describe('The rows that break it; at most 20 of each kind.'),
  })
  .meta({ id: 'Check' });

export const checks = z
  .object({
    position: z.int().describe('What the checks looked at: everything recorded up to here.'),
    checks: z.array(check),
  })
  .meta({ id: 'Checks' });
