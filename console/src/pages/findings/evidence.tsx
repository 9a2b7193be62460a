import type { Finding } from '@customary/sdk';
import type { ReactNode } from 'react';
import { pathOfId } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Facts } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { sentenceCase } from '../../ui/values.tsx';

type Fact = Finding['evidence'][number];

/** What a finding rests on, each thing leading to its page. */
export function Evidence({ of }: { readonly of: Finding['evidence'] }): ReactNode {
  return <Facts of={of.map((fact) => [nameOf(fact), <Value key="value" of={fact} />] as const)} />;
}

const id = /^[a-z]+_[0-9A-HJKMNP-TV-Z]{26}$/;
const named = /^(.*) \(([a-z]+_[0-9A-HJKMNP-TV-Z]{26})\)$/;
const code = /^[a-z]+(?:_[a-z]+)+$/;

/** Where the value is an id alone, the label is its name, and names may be alike. */
function nameOf({ label, value }: Fact): string {
  return id.test(value) ? kindOf(value) : sentenceCase(label);
}

const kindNames: Readonly<Record<string, string>> = {
  org: 'Organization',
  sub: 'Subscription',
  crd: 'Credential',
  sbr: 'Subscriber',
};

function kindOf(value: string): string {
  return kindNames[value.split('_', 1)[0] ?? ''] ?? 'About';
}

function Value({ of: { label, value } }: { readonly of: Fact }): ReactNode {
  const [, text, namedId] = named.exec(value) ?? (id.test(value) ? [value, label, value] : []);
  const path = namedId === undefined ? null : pathOfId(namedId);
  if (path !== null && text !== undefined) return <Link path={path}>{text}</Link>;
  return code.test(value) ? sentenceCase(value) : <Said>{value}</Said>;
}
