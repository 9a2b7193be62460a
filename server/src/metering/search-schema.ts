import { z } from 'zod';
import { isCredentialId } from '../credentials/rules.ts';
import { idOf, instantInput, pageQuery } from '../http/shapes.ts';
import { isId } from '../lib/id.ts';
import { parseInstant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';

/** The time and the id of the last event of a page. */
function isEventCursor(cursor: string): boolean {
  const [occurredAt = '', id = '', ...more] = cursor.split(' ');
  return more.length === 0 && parseInstant(occurredAt) === occurredAt && isId('evt', id);
}

const page = {
  ...pageQuery,
  cursor: pageQuery.cursor.refine(
    (cursor) => cursor === undefined || isEventCursor(cursor),
    'Expected the nextCursor of the page before',
  ),
};

/** What a URL may ask for: nothing of it is a secret. */
const filters = {
  from: instantInput.optional().describe('Occurred then or later.'),
  to: instantInput.optional().describe('Occurred before.'),
  organizationId: idOf('org').optional(),
  subscriberId: idOf('sbr').optional(),
  credentialId: idOf('crd').optional(),
  subscriptionId: idOf('sub').optional(),
  rule: z.string().max(64).optional().describe('The rule that decided, e.g. `credential_binding`.'),
  reason: z
    .string()
    .max(64)
    .optional()
    .describe('A reason code, or a reason for not being billed.'),
  measure: z.string().max(limits.nameCharsMax).optional().describe('Carries this measure.'),
  source: z.string().max(256).optional(),
  clientId: z
    .string()
    .max(limits.eventIdCharsMax)
    .optional()
    .describe('Your own id of the event; of the source `""` where none is named.'),
};

export const eventList = z.strictObject({ ...page, ...filters });

const claim = z.string().min(1).max(256).optional();

export const eventSearch = z
  .strictObject({
    ...page,
    ...filters,
    credential: z
      .string()
      .refine(isCredentialId, 'Expected a credential ID of 1 to 512 characters')
      .optional()
      .describe('The credential ID that the events carry. It is answered masked.'),
    subscription: claim.describe('As sent: id or external id.'),
    subscriber: claim.describe('As sent: e-mail (in any case) or subscriber id.'),
    organization: claim.describe('As sent: id, external id or name.'),
    product: claim.describe('As sent.'),
  })
  .meta({ id: 'EventSearch' });
