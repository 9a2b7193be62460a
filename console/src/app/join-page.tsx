import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { speakAs } from '../lib/api.ts';
import { auth, type JoinLink } from '../lib/sign-in.ts';
import { Trouble } from '../ui/notice.tsx';
import { Time } from '../ui/values.tsx';
import { EmailField, EntryCard, useEntry } from './entry.tsx';

/** Taken from the address once and removed there, so that it stays in no history. */
const token = location.pathname === '/join' ? location.hash.slice(1) : '';
if (token !== '') history.replaceState(history.state, '', '/join');

const titles: Record<JoinLink['purpose'], string> = {
  owner: 'Become the first owner',
  invitation: 'Join',
  password: 'Set a new password',
};

/** Where a one-time link leads: the first owner, somebody invited, or a new password. */
export function JoinPage(): ReactNode {
  const link = useQuery({
    queryKey: ['me', 'join'],
    queryFn: () => auth.inspect(token),
    enabled: token !== '',
    staleTime: Infinity,
  });
  if (token === '' || link.isError)
    return (
      <EntryCard title="This link does not work" error={null}>
        {link.isError && <Trouble error={link.error} />}
        <p className="dim">
          A link works once and for a limited time. Ask whoever sent it for another.
        </p>
        <a className="link" href="/sign-in">
          Sign in
        </a>
      </EntryCard>
    );
  if (link.data === undefined)
    return (
      <EntryCard title="Join" error={null}>
        <p className="dim">Looking at the link …</p>
      </EntryCard>
    );
  return <JoinForm link={link.data} />;
}

function JoinForm({ link }: { readonly link: JoinLink }): ReactNode {
  const [name, setName] = useState(link.name ?? '');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { enter, error, isBusy } = useEntry('/');
  const isOwner = link.purpose === 'owner';
  const join = async () => {
    speakAs(null);
    const { status } = await auth.redeem({
      token,
      password,
      ...(link.purpose !== 'password' && { name: name.trim() }),
      ...(isOwner && { email: email.trim() }),
    });
    return status === 'signedIn';
  };
  return (
    <EntryCard title={titles[link.purpose]} error={error} onSubmit={() => enter(join)}>
      <p className="dim">
        {link.email !== null && <>{link.email}, </>}
        {link.role !== null && <>as {link.role}. </>}
        The link works once, until <Time value={link.expiresAt} />.
      </p>
      {link.purpose !== 'password' && (
        <TextInput
          label="Name"
          required
          size="sm"
          autoComplete="name"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
      )}
      {isOwner && <EmailField value={email} onChange={setEmail} />}
      <PasswordInput
        label="Password"
        description="Long is what makes it hard to guess."
        required
        size="sm"
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button type="submit" size="sm" fullWidth loading={isBusy}>
        {link.purpose === 'password' ? 'Set the password' : 'Join'}
      </Button>
    </EntryCard>
  );
}
