import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { OrganizationName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Metadata, Section } from '../../ui/page.tsx';
import { Copyable, Id, OrDash, Time } from '../../ui/values.tsx';
import { subscriberQuery } from './queries.ts';
import { subscriberRoute } from './routes.ts';

export function SubscriberGeneralTab(): ReactNode {
  const { subscriberId } = subscriberRoute.useParams();
  const { data: subscriber } = useSuspenseQuery(subscriberQuery(subscriberId));
  return (
    <>
      <CardGrid min={340}>
        <Card>
          <Section title="General">
            <Facts
              of={[
                ['First Name', <OrDash key="first">{subscriber.firstName}</OrDash>],
                ['Last Name', <OrDash key="last">{subscriber.lastName}</OrDash>],
                ['Email', <Copyable key="email" value={subscriber.email} />],
                ['Subscriber ID', <Copyable key="own" value={subscriber.subscriberId} />],
                ['ID', <Id key="id" value={subscriber.id} />],
                ['Made by', subscriber.autoCreated ? 'usage that named it' : 'a request'],
                ['Created', <Time key="created" value={subscriber.createdAt} />],
              ]}
            />
          </Section>
        </Card>
        <Card>
          <Section title="Organizations" about="now; the first is primary">
            <Facts
              of={subscriber.organizationIds.map((id, index) => [
                index === 0 ? 'Primary' : `Also ${index}`,
                <OrganizationName key={id} id={id} />,
              ])}
            />
          </Section>
        </Card>
        <Card>
          <Section title="Metadata">
            <Metadata of={subscriber.metadata} />
          </Section>
        </Card>
      </CardGrid>
      <Outlet />
    </>
  );
}
