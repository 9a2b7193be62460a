import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { IconEye } from '../../ui/icons.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName, SubscriberName, SubscriptionName } from '../../ui/names.tsx';
import { Warning } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Metadata, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Id, Time } from '../../ui/values.tsx';
import { CredentialTimeline } from './credential-timeline.tsx';
import { bindingsQuery, credentialQuery } from './queries.ts';
import { Reveal } from './reveal.tsx';
import { credentialRoute } from './routes.ts';

export function CredentialGeneralTab(): ReactNode {
  const { credentialId } = credentialRoute.useParams();
  const { data: credential } = useSuspenseQuery(credentialQuery(credentialId));
  const [isRevealing, setRevealing] = useState(false);
  return (
    <>
      {credential.warnings.map(({ code, detail }) => (
        <Warning key={code} title="Organization and subscriber differ">
          {detail}
        </Warning>
      ))}
      <CardGrid min={340}>
        <Card>
          <Section title="Now">
            <Facts
              of={[
                [
                  'Credential ID',
                  <span key="id" style={{ display: 'inline-flex', alignItems: 'center', gap: 10 }}>
                    <span className="mono">{credential.credentialId}</span>
                    <Action
                      variant="subtle"
                      size="compact-xs"
                      leftSection={<IconEye size={13} />}
                      permission="credentials.reveal"
                      onClick={() => setRevealing(true)}
                    >
                      Reveal
                    </Action>
                  </span>,
                ],
                ['Subscriber', <SubscriberName key="s" id={credential.subscriberId} />],
                ['Organization', <OrganizationName key="o" id={credential.organizationId} />],
                [
                  'Subscription',
                  credential.subscriptionId === null ? (
                    'the first usage associates one'
                  ) : (
                    <SubscriptionName key="sub" id={credential.subscriptionId} />
                  ),
                ],
                ['External Secret', credential.hasExternalSecret ? 'kept, encrypted' : 'none'],
                ['Tags', <TagLinks key="tags" tags={credential.tags} />],
              ]}
            />
          </Section>
        </Card>
        <Card>
          <Section title="Usage">
            <Facts
              of={[
                ['First seen', <Time key="first" value={credential.firstSeenAt} />],
                ['Last seen', <Time key="last" value={credential.lastSeenAt} />],
                ['Made by', credential.autoCreated ? 'usage that named it' : 'a request'],
                ['Created', <Time key="created" value={credential.createdAt} />],
                ['ID', <Id key="own" value={credential.id} />],
              ]}
            />
          </Section>
        </Card>
        <Card>
          <Section title="Metadata">
            <Metadata of={credential.metadata} />
          </Section>
        </Card>
      </CardGrid>
      <Owners id={credentialId} />
      {isRevealing && <Reveal id={credentialId} onClose={() => setRevealing(false)} />}
      <Outlet />
    </>
  );
}

function TagLinks({ tags }: { readonly tags: readonly string[] }): ReactNode {
  if (tags.length === 0) return <Dash />;
  return tags.map((tag) => (
    <Link key={tag} path={paths.credentials({ tag })} style={{ marginRight: 8 }}>
      {tag}
    </Link>
  ));
}

function Owners({ id }: { readonly id: string }): ReactNode {
  const { data: bindings } = useSuspenseQuery(bindingsQuery(id));
  return (
    <Section
      title="Timeline"
      about="whose it was when, and by which IDs it was known; usage belongs to the owner at the moment of use"
    >
      <CredentialTimeline bindings={bindings} />
      <PlainTable
        label="Owners"
        head={['From', 'Until', 'Organization', 'Subscriber', 'Subscription']}
        rows={bindings.items.map((binding) => ({
          key: `${binding.from} ${binding.to}`,
          cells: [
            binding.from === null ? 'since ever' : <Time key="from" value={binding.from} />,
            binding.to === null ? 'further notice' : <Time key="to" value={binding.to} />,
            <OrganizationName key="o" id={binding.organizationId} />,
            <SubscriberName key="s" id={binding.subscriberId} />,
            <SubscriptionName key="sub" id={binding.subscriptionId} />,
          ],
        }))}
      />
    </Section>
  );
}
