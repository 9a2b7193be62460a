import type { ReactNode } from 'react';
import {
  credentialSource,
  organizationSource,
  planSource,
  subscriberSource,
  subscriptionSource,
  type Source,
} from '../lib/choices.ts';
import { useName } from '../lib/names.ts';
import { paths, type Path } from '../lib/paths.ts';
import { Link } from './link.tsx';
import { Dash, shortId } from './values.tsx';

type Props = {
  readonly id: string | null | undefined;
  /** Text alone, for inside of another link. */
  readonly plain?: boolean;
};

function named(source: Source, pathOf: (id: string) => Path) {
  return function Named({ id, plain }: Props): ReactNode {
    const name = useName(source, id);
    if (id === null || id === undefined) return <Dash />;
    const text = name ?? shortId(id);
    return plain === true ? (
      text
    ) : (
      <Link path={pathOf(id)} style={{ position: 'relative', zIndex: 1 }}>
        {text}
      </Link>
    );
  };
}

const anySubscription = subscriptionSource(null);

export const OrganizationName = named(organizationSource, (id) => paths.organization(id));
export const SubscriberName = named(subscriberSource, (id) => paths.subscriber(id));
export const CredentialName = named(credentialSource, (id) => paths.credential(id));
export const SubscriptionName = named(anySubscription, (id) => paths.subscription(id));
export const PlanName = named(planSource, (id) => paths.plan(id));
