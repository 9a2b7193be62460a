import { z } from 'zod';
import { instant, nameInput } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { OpenLink } from './link-queries.ts';
import { emailInput, newPassword } from './people-schema.ts';

/** Wire shapes of `/auth`: signing in needs no permission, so it stands outside the OpenAPI document. */

const password = z.string().min(1).max(limits.passwordCharsMax);
const token = z.string().min(1).max(256);
const code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'Expected the six digits that the app shows');

export const signInBody = z.strictObject({
  email: emailInput,
  password,
  /** False: the session ends with the browser's, after a day at the latest. */
  remember: z.boolean().default(true),
});

export type SignInReply = { status: 'signedIn' | 'twoFactorRequired' };

/** One of the two. `trustDevice`: this browser is not asked again for 30 days. */
export const twoFactorBody = z
  .strictObject({
    code: code.optional(),
    backupCode: z.string().trim().min(1).max(64).optional(),
    trustDevice: z.boolean().default(false),
  })
  .refine((body) => (body.code === undefined) !== (body.backupCode === undefined), {
    message: 'Send either code or backupCode',
    path: ['code'],
  });

/** Where to go afterwards: a page of ours. */
export const ssoBody = z.strictObject({
  next: z
    .string()
    .max(2048)
    .regex(/^\/(?![/\\])/, 'Expected a path of this site')
    .default('/'),
});

export const passwordBody = z.strictObject({ password });
export const codeBody = z.strictObject({ code });
export const passwordChangeBody = z.strictObject({ currentPassword: password, newPassword });
export const emailBody = z.strictObject({ email: emailInput });

export const inspectBody = z.strictObject({ token });

export const redeemBody = z.strictObject({
  token,
  password: newPassword,
  name: nameInput.optional(),
  email: emailInput.optional(),
});

const inspected = z.object({
  purpose: z.enum(['owner', 'invitation', 'password']),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.string().nullable(),
  expiresAt: instant,
});

export function linkToApi({ purpose, expiresAt, person }: OpenLink): z.output<typeof inspected> {
  return {
    purpose,
    email: person?.email ?? null,
    name: person?.name ?? null,
    role: purpose === 'owner' ? 'owner' : (person?.role ?? null),
    expiresAt,
  };
}
