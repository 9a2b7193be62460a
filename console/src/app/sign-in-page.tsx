import { Button, PasswordInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api, speakAs } from '../lib/api.ts';
import { auth, type SignInOptions } from '../lib/sign-in.ts';
import { Trouble, Warning } from '../ui/notice.tsx';
import { EmailField, EntryCard, localPath, useEntry } from './entry.tsx';
import classes from './sign-in.module.css';
import { ForgottenPassword, SecondFactor } from './sign-in-steps.tsx';

type Way = 'password' | 'code' | 'forgotten' | 'key';

/** All ways in; each is a card of its own. */
export function SignInPage(): ReactNode {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const [way, setWay] = useState<Way>('password');
  if (way === 'key') return <ByKey next={next} onOther={() => setWay('password')} />;
  if (way === 'code') return <SecondFactor next={next} onBack={() => setWay('password')} />;
  if (way === 'forgotten') return <ForgottenPassword onBack={() => setWay('password')} />;
  return <ByPassword next={next} onOther={setWay} />;
}

function ByPassword({
  next,
  onOther,
}: {
  readonly next: string | undefined;
  readonly onOther: (way: Way) => void;
}): ReactNode {
  const { data: options } = useQuery({ queryKey: ['me', 'options'], queryFn: auth.options });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { enter, error, isBusy } = useEntry(next);
  const signIn = async () => {
    speakAs(null);
    const { status } = await auth.signIn({ email: email.trim(), password });
    if (status === 'twoFactorRequired') onOther('code');
    return status === 'signedIn';
  };
  return (
    <EntryCard title="Sign in" error={error} onSubmit={() => enter(signIn)}>
      {options?.isSetUp === false && (
        <Warning title="Nobody has joined yet">
          The server printed a link for the first owner when it started. It works once.
        </Warning>
      )}
      <SsoRefusal />
      <EmailField value={email} onChange={setEmail} />
      <PasswordInput
        label="Password"
        required
        size="sm"
        autoComplete="current-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button type="submit" size="sm" fullWidth loading={isBusy}>
        Sign in
      </Button>
      <Sso options={options} next={next} />
      <Others>
        <Other label="Use an API key instead" onClick={() => onOther('key')} />
        {options?.mailsPasswordLinks === true && (
          <Other label="Forgot the password?" onClick={() => onOther('forgotten')} />
        )}
      </Others>
    </EntryCard>
  );
}

/** Goes to the identity provider, where there is one. */
function Sso({
  options,
  next,
}: {
  readonly options: SignInOptions | undefined;
  readonly next: string | undefined;
}): ReactNode {
  const { enter, error, isBusy } = useEntry(next);
  if (options?.sso == null) return null;
  const leave = async () => {
    speakAs(null);
    const { url } = await auth.sso({ next: localPath(next) });
    location.assign(url);
    return false;
  };
  return (
    <>
      <Button size="sm" fullWidth variant="default" loading={isBusy} onClick={() => enter(leave)}>
        Continue with {options.sso.name}
      </Button>
      {error !== null && <Trouble error={error} />}
    </>
  );
}

const refusals: Record<string, string> = {
  unknown: 'Nobody here has your e-mail address. Ask an owner or an admin to invite you.',
  unverified: 'Your identity provider has not verified your e-mail address.',
  deactivated: 'You were deactivated here. Ask an owner or an admin to let you in again.',
  cancelled: 'You cancelled at your identity provider.',
  failed: 'That did not work, or took too long. Try again.',
};

/** Why single sign-on came back without a session. */
function SsoRefusal(): ReactNode {
  const { sso } = useSearch({ strict: false }) as { sso?: string };
  const why = sso === undefined ? undefined : refusals[sso];
  return why === undefined ? null : <Warning title="Not signed in">{why}</Warning>;
}

/** With an API key, which stays in this tab and goes with it. */
function ByKey({
  next,
  onOther,
}: {
  readonly next: string | undefined;
  readonly onOther: () => void;
}): ReactNode {
  const [key, setKey] = useState('');
  const { enter, error, isBusy } = useEntry(next);
  const signIn = async () => {
    speakAs(key.trim());
    try {
      await api().me.get();
      return true;
    } catch (failure) {
      speakAs(null);
      throw failure;
    }
  };
  return (
    <EntryCard title="Sign in with an API key" error={error} onSubmit={() => enter(signIn)}>
      <p className="dim">
        The first one is printed when the server starts for the first time;
        <code> customary keys create</code> makes another.
      </p>
      <PasswordInput
        label="API key"
        required
        size="sm"
        autoComplete="off"
        value={key}
        onChange={({ currentTarget }) => setKey(currentTarget.value)}
      />
      <Button type="submit" size="sm" fullWidth loading={isBusy}>
        Sign in
      </Button>
      <Others>
        <Other label="Use e-mail and password instead" onClick={onOther} />
      </Others>
    </EntryCard>
  );
}

function Others({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <p className={classes.foot}>
      {children}
      <a className="link" href="/docs">
        API documentation
      </a>
    </p>
  );
}

function Other({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <>
      <UnstyledButton className="link" fz="xs" onClick={onClick}>
        {label}
      </UnstyledButton>
      {' · '}
    </>
  );
}
