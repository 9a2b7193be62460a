import { Button, PasswordInput, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api, speakAs } from '../lib/api.ts';
import { auth } from '../lib/sign-in.ts';
import { Warning } from '../ui/notice.tsx';
import { EntryCard, useEntry } from './entry.tsx';
import classes from './sign-in.module.css';

export function SignInPage(): ReactNode {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const [isByKey, setByKey] = useState(false);
  return isByKey ? (
    <ByKey next={next} onOther={() => setByKey(false)} />
  ) : (
    <ByPassword next={next} onOther={() => setByKey(true)} />
  );
}

type Props = { readonly next: string | undefined; readonly onOther: () => void };

function ByPassword({ next, onOther }: Props): ReactNode {
  const { data: options } = useQuery({ queryKey: ['me', 'options'], queryFn: auth.options });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const { enter, error, isBusy } = useEntry(next);
  const signIn = async () => {
    speakAs(null);
    const { status } = await auth.signIn({ email: email.trim(), password });
    setNeedsCode(status === 'twoFactorRequired');
    return status === 'signedIn';
  };
  return (
    <EntryCard title="Sign in" error={error} onSubmit={() => enter(signIn)}>
      {options?.isSetUp === false && (
        <Warning title="Nobody has joined yet">
          The server printed a link for the first owner when it started. It works once.
        </Warning>
      )}
      {needsCode && (
        <Warning title="A second factor is needed">
          Signing in with a code is not possible on this page yet. Use an API key meanwhile.
        </Warning>
      )}
      <TextInput
        label="E-mail"
        type="email"
        required
        size="sm"
        autoComplete="username"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
      />
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
      <Other label="Use an API key instead" onClick={onOther} />
    </EntryCard>
  );
}

/** With an API key, which stays in this tab and goes with it. */
function ByKey({ next, onOther }: Props): ReactNode {
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
      <Other label="Use e-mail and password instead" onClick={onOther} />
    </EntryCard>
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
    <p className={classes.foot}>
      <UnstyledButton className="link" fz="xs" onClick={onClick}>
        {label}
      </UnstyledButton>
      {' · '}
      <a className="link" href="/docs">
        API documentation
      </a>
    </p>
  );
}
