import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { auth } from '../../lib/sign-in.ts';
import { useWrite } from '../../lib/write.ts';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Card, CardGrid, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { toast } from '../../ui/toast.tsx';
import { Copyable, OrDash, Status, Time } from '../../ui/values.tsx';
import { sessionsQuery } from './queries.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

/** How one signs in oneself: second factor, and where one is signed in. */
export function SecurityPage(): ReactNode {
  const me = useMe();
  return (
    <Page
      title="My sign-in"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="A second factor, and where you are signed in."
    >
      {me.email === null ? (
        <Empty title="You are signed in with an API key">
          A second factor and sessions are for people who sign in with e-mail and password.
        </Empty>
      ) : (
        <>
          <CardGrid min={340}>
            <Card>
              <TwoFactor isOn={me.twoFactorEnabled} />
            </Card>
          </CardGrid>
          <Sessions />
        </>
      )}
    </Page>
  );
}

type Enabled = { totpUri: string; backupCodes: string[] };

function TwoFactor({ isOn }: { readonly isOn: boolean }): ReactNode {
  const client = useQueryClient();
  const [enabled, setEnabled] = useState<Enabled | null>(null);
  const [text, setText] = useState('');
  const done = async (said: string) => {
    setEnabled(null);
    setText('');
    toast(said);
    await client.invalidateQueries({ queryKey: ['me'] });
  };
  const step = useMutation({
    mutationFn: async () => {
      if (isOn) {
        await auth.disableTwoFactor({ password: text });
        await done('The second factor is off');
      } else if (enabled === null) {
        setEnabled(await auth.enableTwoFactor({ password: text }));
        setText('');
      } else {
        await auth.confirmTwoFactor({ code: text.trim() });
        await done('The second factor is on');
      }
    },
  });
  const isCode = enabled !== null;
  return (
    <Section title="Second factor" actions={<Status value={isOn ? 'on' : 'off'} />}>
      <form
        aria-label="Second factor"
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          step.mutate();
        }}
      >
        {enabled !== null && <Secret enabled={enabled} />}
        {isCode ? (
          <TextInput
            label="Code of the app"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        ) : (
          <PasswordInput
            label="Your password"
            required
            autoComplete="current-password"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
        {step.error !== null && <Trouble error={step.error} />}
        <div>
          <Button type="submit" size="sm" loading={step.isPending} disabled={text === ''}>
            {isOn ? 'Turn it off' : isCode ? 'Confirm' : 'Turn it on'}
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** Shown while it is set up, and never again. */
function Secret({ enabled: { totpUri, backupCodes } }: { readonly enabled: Enabled }): ReactNode {
  const secret = new URL(totpUri).searchParams.get('secret') ?? '';
  return (
    <>
      <QrCode text={totpUri} label="The secret as a QR code" />
      <p style={{ margin: 0 }}>
        Scan this with an authenticator app, enter the secret below in one, or{' '}
        <a className="link" href={totpUri}>
          open the app
        </a>{' '}
        on this device; then enter the code that it shows.
      </p>
      <Copyable value={secret} />
      <p style={{ margin: 0 }}>Each backup code works once, should the app be lost:</p>
      <Copyable value={backupCodes.join('\n')} shown={backupCodes.join(' ')} />
    </>
  );
}

function Sessions(): ReactNode {
  const { data, error } = useQuery(sessionsQuery);
  const end = useWrite((id: string) => api().me.endSession(id));
  return (
    <Section title="Where you are signed in">
      {error !== null && <Trouble error={error} />}
      <Card>
        <PlainTable
          label="Sessions"
          head={['Browser', 'Address', 'Since', 'Last seen', 'End']}
          rows={(data?.items ?? []).map((session) => ({
            key: session.id,
            cells: [
              <OrDash key="agent">{session.userAgent}</OrDash>,
              <OrDash key="ip">{session.ip}</OrDash>,
              <Time key="since" value={session.createdAt} />,
              <Time key="seen" value={session.lastSeenAt} as="relative" />,
              session.isCurrent ? (
                'this one'
              ) : (
                <Button key="end" variant="default" onClick={() => end.mutate(session.id)}>
                  Sign out
                </Button>
              ),
            ],
          }))}
        />
      </Card>
    </Section>
  );
}
