import type { Finding } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Picker } from '../../forms/picker.tsx';
import { organizationSource, planSource, type Source } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CurlExample } from '../../ui/notice.tsx';
import { toast } from '../../ui/toast.tsx';
import { fixingOf, mergeOf, type Fixing, type Given } from './fixes.ts';

type Props = { readonly finding: Finding };

/** The one call that mends it: made here once it is confirmed; a merge is looked at first, on its own page. */
export function FixButton({ finding }: Props): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const { fix } = finding;
  const merge = mergeOf(fix);
  if (merge !== null)
    return (
      <Action
        variant="default"
        permission="merges.create"
        path={paths.organizationMerge(merge.organizationId, { intoId: merge.intoId })}
      >
        Look at the merge
      </Action>
    );
  const fixing = fixingOf(fix);
  if (fixing === null) return <CurlExample method={fix.method} path={fix.path} body={fix.body} />;
  return (
    <>
      <Action variant="default" permission={fixing.permission} onClick={() => setAsking(true)}>
        {fix.summary}
      </Action>
      {isAsking && <Ask finding={finding} fixing={fixing} onClose={() => setAsking(false)} />}
    </>
  );
}

function Ask({
  finding: { summary, fix },
  fixing,
  onClose,
}: Props & { readonly fixing: Fixing; readonly onClose: () => void }): ReactNode {
  const [given, setGiven] = useState<Given>({});
  const [missing, setMissing] = useState<string | null>(null);
  const write = useWrite(fixing.run, () => {
    toast('Mended');
    onClose();
  });
  const confirm = () => {
    const left = fix.needs.find((name) => (given[name] ?? '').trim() === '') ?? null;
    setMissing(left);
    if (left === null) write.mutate(given);
  };
  return (
    <Confirm
      title={`${fix.summary}?`}
      confirmLabel="Do it"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p style={{ margin: '0 0 12px' }}>{summary}.</p>
      {fix.needs.map((name) => (
        <Need
          key={name}
          name={name}
          value={given[name] ?? ''}
          error={missing === name ? 'This only you can say.' : null}
          onChange={(value) => setGiven({ ...given, [name]: value })}
        />
      ))}
    </Confirm>
  );
}

const sources: Readonly<Record<string, readonly [string, Source]>> = {
  organizationId: ['Organization', organizationSource],
  planId: ['Plan', planSource],
};

/** A field that only a person can fill. */
function Need({
  name,
  value,
  error,
  onChange,
}: {
  readonly name: string;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const picked = sources[name];
  if (picked === undefined)
    return (
      <TextInput
        label={name === 'billing.email' ? 'Billing e-mail' : name}
        required
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  const [label, source] = picked;
  return (
    <Picker
      source={source}
      label={label}
      required
      value={value === '' ? null : value}
      error={error}
      onChange={(id) => onChange(id ?? '')}
    />
  );
}
