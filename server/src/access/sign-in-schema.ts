import { z } from 'zod';
import { instant, nameInput } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { OpenLink } from './link-queries.ts';
import { emailInput, newPassword } from './people-schema.ts';

/** Wire shapes of `/auth`: signing in needs no permission, so it stands outside the OpenAPI document. */

const password = z.string().min(1).max(limits.passwordCharsMax);
const token = z.string().min(1).max(256);

export const signInBody = z.strictObject({
  email: emailInput,
  password,
  /** False: the session ends with the browser's, after a day at the latest. */
  remember: z.boolean().default(true),
});

export const signInReply = z.object({ status: z.enum(['signedIn', 'twoFactorRequired']) });

export const inspectBody = z.strictObject({ token });

export const inspectReply = z.object({
  purpose: z.enum(['owner', 'invitation', 'password']),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.string().nullable(),
  expiresAt: instant,
});

export const redeemBody = z.strictObject({
  token,
  password: newPassword,
  name: nameInput.optional(),
  email: emailInput.optional(),
});

export function linkToApi({ purpose, expiresAt, person }: OpenLink): z.output<typeof inspectReply> {
  return {
    purpose,
    email: person?.email ?? null,
    name: person?.name ?? null,
    role: purpose === 'owner' ? 'owner' : (person?.role ?? null),
    expiresAt,
  };
}
