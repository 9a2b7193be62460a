import type { BreakdownBy } from '../lib/breakdown.ts';

/** What an issued document keeps of its seller. Fields that are not set are left out: a snapshot stays small. */
export type IssuerSnapshot = {
  readonly name: string;
  readonly legalName?: string;
  readonly address?: readonly string[];
  readonly country?: string;
  readonly taxId?: string;
  readonly email?: string;
  readonly website?: string;
  readonly remittanceInstructions?: string;
  /** Names the logo in `seller_logos`, where it never changes. */
  readonly logo?: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly paper: Paper;
  readonly breakdown: Breakdown;
};

export const papers = ['letter', 'A4'] as const;
export type Paper = (typeof papers)[number];

export type Breakdown = 'none' | BreakdownBy;

/** Documents are in English; these say how it writes dates and numbers. `en-150` is that of continental Europe. */
export const locales = [
  'en-US',
  'en-GB',
  'en-150',
  'en-AU',
  'en-CA',
  'en-IE',
  'en-IN',
  'en-NZ',
  'en-SG',
  'en-ZA',
] as const;
export type Locale = (typeof locales)[number];

const PREFIX = /^(?:[A-Za-z0-9][A-Za-z0-9._/-]{0,15})?$/;

/** What is wrong with a prefix of invoice numbers, or null. */
export function prefixFault(prefix: string): string | null {
  if (!PREFIX.test(prefix))
    return 'Expected at most 16 letters, digits, or any of . _ / - and a letter or digit first';
  // INV-1 with number 000001 and INV- with 1000001 would be the same.
  if (/\d$/.test(prefix)) return 'Must not end in a digit: INV-2026-, not INV-2026';
  return null;
}

/** A profile as the API shows it, or as the audit log kept it. */
export type Profile = {
  readonly name: string;
  readonly legalName: string | null;
  readonly address: readonly string[];
  readonly country: string | null;
  readonly taxId: string | null;
  readonly email: string | null;
  readonly website: string | null;
  readonly remittanceInstructions: string | null;
  readonly logo: { readonly hash: string } | null;
  readonly defaultTimeZone: string;
  readonly locale: string;
  readonly paper: Paper;
  readonly defaultBreakdown: Breakdown;
};

/** What a document keeps of a profile. */
export function issuerOf(profile: Profile): IssuerSnapshot {
  const {
    name,
    legalName,
    address,
    country,
    taxId,
    email,
    website,
    remittanceInstructions,
    locale,
    paper,
  } = profile;
  const optional = {
    legalName,
    address,
    country,
    taxId,
    email,
    website,
    remittanceInstructions,
    logo: profile.logo?.hash ?? null,
  };
  return {
    name,
    ...(withoutBlanks(optional) as Partial<IssuerSnapshot>),
    timeZone: profile.defaultTimeZone,
    locale,
    paper,
    breakdown: profile.defaultBreakdown,
  };
}

/** Without what is null, empty or an empty list. */
function withoutBlanks<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, each]) => each !== null && each !== '' && !(Array.isArray(each) && each.length === 0),
    ),
  ) as T;
}
