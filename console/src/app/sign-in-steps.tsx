import { Button, Checkbox, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { auth } from '../lib/sign-in.ts';
import { EmailField, EntryCard, useEntry } from './entry.tsx';
import classes from './sign-in.module.css';

/** A step that one has asked for begins where one types. */
const focus = (input: HTMLInputElement | null) => input?.focus();

/** The six digits of the app, or one of the backup codes. */
export function SecondFactor({
  next,
  onBack,
}: {
  readonly next: string | undefined;
  readonly onBack: () => void;
}): ReactNode {
  const [code, setCode] = useState('');
  const [isBackup, setBackup] = useState(false);
  const [trustDevice, setTrustDevice] = useState(false);
  const { enter, error, isBusy } = useEntry(next);
  const confirm = async () => {
    const given = isBackup ? { backupCode: code.trim() } : { code: code.replaceAll(' ', '') };
    return (await auth.twoFactor({ ...given, trustDevice })).status === 'signedIn';
  };
  return (
    <EntryCard title="Second factor" error={error} onSubmit={() => enter(confirm)}>
      <TextInput
        key={String(isBackup)}
        label={isBackup ? 'Backup code' : 'Code of your authenticator app'}
        required
        size="sm"
        ref={focus}
        autoComplete="one-time-code"
        {...(!isBackup && { inputMode: 'numeric' as const })}
        value={code}
        onChange={({ currentTarget }) => setCode(currentTarget.value)}
      />
      <Checkbox
        label="Do not ask again in this browser for 30 days"
        size="xs"
        checked={trustDevice}
        onChange={({ currentTarget }) => setTrustDevice(currentTarget.checked)}
      />
      <Button type="submit" size="sm" fullWidth loading={isBusy}>
        Confirm
      </Button>
      <p className={classes.foot}>
        <UnstyledButton
          className="link"
          fz="xs"
          onClick={() => {
            setBackup(!isBackup);
            setCode('');
          }}
        >
          {isBackup ? 'Use the app' : 'Use a backup code'}
        </UnstyledButton>
        {' · '}
        <UnstyledButton className="link" fz="xs" onClick={onBack}>
          Begin again
        </UnstyledButton>
      </p>
    </EntryCard>
  );
}

/** Has a link to a new password mailed; whether anybody is known by the address, nobody learns. */
export function ForgottenPassword({ onBack }: { readonly onBack: () => void }): ReactNode {
  const [email, setEmail] = useState('');
  const [isAsked, setAsked] = useState(false);
  const { enter, error, isBusy } = useEntry(undefined);
  const ask = async () => {
    await auth.passwordLink({ email: email.trim() });
    setAsked(true);
    return false;
  };
  return (
    <EntryCard title="New password" error={error} onSubmit={() => enter(ask)}>
      {isAsked ? (
        <p role="status">
          If somebody signs in here with this address, a link is on its way to it. It works for an
          hour.
        </p>
      ) : (
        <>
          <EmailField ref={focus} value={email} onChange={setEmail} />
          <Button type="submit" size="sm" fullWidth loading={isBusy}>
            Mail me a link
          </Button>
        </>
      )}
      <p className={classes.foot}>
        <UnstyledButton className="link" fz="xs" onClick={onBack}>
          Back to signing in
        </UnstyledButton>
      </p>
    </EntryCard>
  );
}
