import { CustomaryProblem } from '@customary/sdk';

/** The steps under `/auth`: they come before anybody is signed in, so they are no part of the API's client. */

export type SignedIn = { status: 'signedIn' | 'twoFactorRequired' };

export type SignInOptions = {
  isSetUp: boolean;
  mailsPasswordLinks: boolean;
  /** The identity provider that one may sign in by. */
  sso: { name: string } | null;
};

export type JoinLink = {
  purpose: 'owner' | 'invitation' | 'password';
  email: string | null;
  name: string | null;
  role: string | null;
  expiresAt: string;
};

export type Redemption = { token: string; password: string; name?: string; email?: string };

export const auth = {
  options: () => ask<SignInOptions>('GET', '/auth/options'),
  signIn: (body: { email: string; password: string }) =>
    ask<SignedIn>('POST', '/auth/sign-in', body),
  twoFactor: (body: { code?: string; backupCode?: string; trustDevice: boolean }) =>
    ask<SignedIn>('POST', '/auth/two-factor', body),
  sso: (body: { next: string }) => ask<{ url: string }>('POST', '/auth/sso', body),
  passwordLink: (body: { email: string }) => ask<object>('POST', '/auth/password-link', body),
  enableTwoFactor: (body: { password: string }) =>
    ask<{ totpUri: string; backupCodes: string[] }>('POST', '/auth/two-factor/enable', body),
  confirmTwoFactor: (body: { code: string }) =>
    ask<undefined>('POST', '/auth/two-factor/confirm', body),
  disableTwoFactor: (body: { password: string }) =>
    ask<undefined>('POST', '/auth/two-factor/disable', body),
  signOut: () => ask<undefined>('POST', '/auth/sign-out', {}),
  inspect: (token: string) => ask<JoinLink>('POST', '/auth/links/inspect', { token }),
  redeem: (body: Redemption) => ask<SignedIn>('POST', '/auth/links/redeem', body),
};

async function ask<Result>(method: 'GET' | 'POST', path: string, body?: object): Promise<Result> {
  const answer = await fetch(path, {
    method,
    headers: { 'x-customary-csrf': '1', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as Result;
  throw new CustomaryProblem(JSON.parse(text) as CustomaryProblem['document'], {
    operation: path,
    attempts: 1,
  });
}
