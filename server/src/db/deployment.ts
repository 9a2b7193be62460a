import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { PasswordCost } from '../lib/passwords.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Database } from './connect.ts';

/** How mail leaves: the SMTP server, and the sender. */
export type MailSettings = { smtpUrl: string; from: string };

/** The identity provider that people may sign in by: any that speaks OpenID Connect and can be discovered. */
export type SsoSettings = {
  /** What it is called on the button. */
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
};

/** What every shell around the core (HTTP, jobs, CLI) works with. */
export type Deployment = {
  database: Database;
  clock: Clock;
  secrets: Secrets;
  log: Logger;
  /** Where people reach it (CUSTOMARY_URL), without a slash at the end. Absent: wherever they happen to ask. */
  url?: string | undefined;
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies?: string[] | undefined;
  /** Absent: mail is not sent, and messages say so. */
  mail?: MailSettings | undefined;
  /** Absent: people sign in by password alone. */
  sso?: SsoSettings | undefined;
  /** For tests, which sign in often. Absent: what a password is worth. */
  passwordCost?: PasswordCost;
  /** Aborted when the process begins to stop: long work ends at its next safe point. */
  stopping?: AbortSignal;
};
