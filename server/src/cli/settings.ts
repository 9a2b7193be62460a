import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { MailSettings, SsoSettings } from '../db/deployment.ts';

/** The settings, all from the environment; listed by `customary serve --help`. */
export const settingsHelp: readonly (readonly [name: string, fallback: string, meaning: string])[] =
  [
    ['PORT', '8787', 'port to listen on'],
    ['HOST', '127.0.0.1', 'address to listen on'],
    ['DATABASE_URL', '', 'a PostgreSQL (15 or newer) of yours; without it Customary runs its own'],
    ['CUSTOMARY_DATA', './data', 'folder for its own PostgreSQL and secret key'],
    [
      'CUSTOMARY_BOOTSTRAP_KEY',
      '',
      'first admin API key of an empty deployment, instead of a random one printed once',
    ],
    [
      'CUSTOMARY_SECRET_KEY',
      '',
      'encrypts secrets at rest; default: a file in the data folder; required with DATABASE_URL',
    ],
    [
      'CUSTOMARY_URL',
      '',
      'where people reach it, such as https://billing.example.com: for links in mail; https makes cookies secure',
    ],
    [
      'CUSTOMARY_TRUSTED_PROXIES',
      '',
      'addresses or networks of proxies in front of it, separated by commas, whose X-Forwarded-For is believed',
    ],
    [
      'CUSTOMARY_SMTP_URL',
      '',
      'mail server that sends invoices and reminders, such as smtp://user:password@mail.example.com:587; without it nothing is sent',
    ],
    [
      'CUSTOMARY_MAIL_FROM',
      '',
      'sender of that mail, such as "Example Billing <billing@example.com>"; required with CUSTOMARY_SMTP_URL',
    ],
    [
      'CUSTOMARY_OIDC_ISSUER',
      '',
      'OpenID Connect provider that people may sign in by, such as https://login.example.com; with CUSTOMARY_OIDC_CLIENT_ID, CUSTOMARY_OIDC_CLIENT_SECRET and CUSTOMARY_URL',
    ],
    ['CUSTOMARY_OIDC_CLIENT_ID', '', 'what it knows Customary by'],
    ['CUSTOMARY_OIDC_CLIENT_SECRET', '', 'the secret it gave Customary'],
    ['CUSTOMARY_OIDC_NAME', 'single sign-on', 'what it is called on the sign-in page'],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      '',
      'OpenTelemetry collector that takes traces by OTLP over HTTP, such as http://localhost:4318; without it none are made',
    ],
    ['CUSTOMARY_LOG_LEVEL', 'warn', 'trace, debug, info, warn, error or silent'],
  ];

const text = z.string().trim().min(1).optional();

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  DATABASE_URL: text.refine(
    (url) => url === undefined || /^postgres(ql)?:\/\//.test(url),
    'must begin with postgres://',
  ),
  CUSTOMARY_DATA: z.string().trim().min(1).default('./data'),
  CUSTOMARY_BOOTSTRAP_KEY: text.refine(
    (key) => key === undefined || key.length >= 16,
    'must be at least 16 characters long',
  ),
  CUSTOMARY_SECRET_KEY: text.refine(
    (key) => key === undefined || key.length >= 32,
    'must be at least 32 characters long',
  ),
  CUSTOMARY_URL: text.refine(
    (url) => url === undefined || isOrigin(url),
    'must be an address without a path, such as https://billing.example.com',
  ),
  CUSTOMARY_TRUSTED_PROXIES: text.refine(
    (list) => list === undefined || listOf(list).every(isNetwork),
    'must be IP addresses or networks separated by commas, such as 10.0.0.0/8, ::1',
  ),
  CUSTOMARY_SMTP_URL: text.refine(
    (url) => url === undefined || isSmtpUrl(url),
    'must be like smtp://user:password@host:587, or smtps:// for a server that speaks TLS from the start',
  ),
  CUSTOMARY_MAIL_FROM: text.refine(
    (from) => from === undefined || isSender(from),
    'must be an e-mail address, or a name and one: Example Billing <billing@example.com>',
  ),
  CUSTOMARY_OIDC_ISSUER: text.refine(
    (url) => url === undefined || isAddress(url),
    'must be the address of the provider, such as https://login.example.com',
  ),
  CUSTOMARY_OIDC_CLIENT_ID: text,
  CUSTOMARY_OIDC_CLIENT_SECRET: text,
  CUSTOMARY_OIDC_NAME: z.string().trim().min(1).max(60).default('single sign-on'),
  OTEL_EXPORTER_OTLP_ENDPOINT: text.refine(
    (url) => url === undefined || isAddress(url),
    'must be the address of a collector, such as http://localhost:4318',
  ),
  CUSTOMARY_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('warn'),
});

/** Without a path: cookies, links and the check of origins belong to a whole host. */
function isOrigin(url: string): boolean {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return false;
  const { pathname, search, hash, username, password } = new URL(url);
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}

/** It may have a path, but nothing after it: more of a path is appended. */
function isAddress(url: string): boolean {
  return /^https?:\/\/[^?#]+$/.test(url) && URL.canParse(url);
}

function listOf(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

function isSmtpUrl(url: string): boolean {
  if (!/^smtps?:\/\//.test(url) || !URL.canParse(url)) return false;
  return new URL(url).hostname !== '';
}

function isSender(from: string): boolean {
  const address = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(from)?.[1] ?? from;
  return z.email().safeParse(address).success;
}

export type Settings = {
  port: number;
  host: string;
  databaseUrl: string | undefined;
  dataDir: string;
  bootstrapKey: string | undefined;
  secretKey: string | undefined;
  /** Where people reach it; absent: wherever they happen to ask. */
  url?: string | undefined;
  trustedProxies?: string[] | undefined;
  /** Absent: nothing is mailed. */
  mail?: MailSettings | undefined;
  /** Absent: people sign in by password alone. */
  sso?: SsoSettings | undefined;
  /** Absent: no traces are made. */
  collectorUrl?: string | undefined;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/** An error for the operator: printed as it is, without a stack. */
export class OperatorError extends Error {}

/** Reads and checks the settings; an empty variable counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new OperatorError(`These settings are not valid:\n${lines.join('\n')}`);
  }
  const { data } = parsed;
  if (data.DATABASE_URL !== undefined && data.CUSTOMARY_SECRET_KEY === undefined) {
    throw new OperatorError(
      'DATABASE_URL is set but CUSTOMARY_SECRET_KEY is not. The key that encrypts secrets must not live beside an external database:\n' +
        'set CUSTOMARY_SECRET_KEY to a random text of at least 32 characters (openssl rand -base64 32) and keep it safe.',
    );
  }
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    dataDir: resolve(folder, data.CUSTOMARY_DATA),
    bootstrapKey: data.CUSTOMARY_BOOTSTRAP_KEY,
    secretKey: data.CUSTOMARY_SECRET_KEY,
    url: data.CUSTOMARY_URL === undefined ? undefined : new URL(data.CUSTOMARY_URL).origin,
    trustedProxies: listOf(data.CUSTOMARY_TRUSTED_PROXIES),
    mail: mailOf(data.CUSTOMARY_SMTP_URL, data.CUSTOMARY_MAIL_FROM),
    sso: ssoOf(data),
    collectorUrl: data.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: data.CUSTOMARY_LOG_LEVEL,
  };
}

function mailOf(smtpUrl: string | undefined, from: string | undefined): MailSettings | undefined {
  if (smtpUrl === undefined) return undefined;
  if (from === undefined)
    throw new OperatorError(
      'CUSTOMARY_SMTP_URL is set but CUSTOMARY_MAIL_FROM is not: say who the mail is from, such as "Example Billing <billing@example.com>".',
    );
  return { smtpUrl, from };
}

function ssoOf(data: z.output<typeof environment>): SsoSettings | undefined {
  const { CUSTOMARY_OIDC_ISSUER: issuer, CUSTOMARY_OIDC_CLIENT_ID: clientId } = data;
  const { CUSTOMARY_OIDC_CLIENT_SECRET: clientSecret, CUSTOMARY_URL: url } = data;
  if (issuer === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined || url === undefined)
    throw new OperatorError(
      'CUSTOMARY_OIDC_ISSUER is set, so these have to be: CUSTOMARY_OIDC_CLIENT_ID and CUSTOMARY_OIDC_CLIENT_SECRET, as the provider gave them, and CUSTOMARY_URL, where it sends people back to (…/auth/sso/callback).',
    );
  return { name: data.CUSTOMARY_OIDC_NAME, issuer, clientId, clientSecret };
}
