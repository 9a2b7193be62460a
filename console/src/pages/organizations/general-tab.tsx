import type { Organization } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { OrganizationName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Metadata, Section } from '../../ui/page.tsx';
import { Copyable, Dash, Id, OrDash, Tags, Time, sentenceCase } from '../../ui/values.tsx';
import { organizationQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

export function GeneralTab(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  return (
    <>
      <CardGrid min={340}>
        <Card>
          <Section title="General">
            <General organization={organization} />
          </Section>
        </Card>
        <Card>
          <Section title="Billing">
            <Billing organization={organization} />
          </Section>
        </Card>
        <Card>
          <Section title="Invoicing">
            <Invoicing organization={organization} />
          </Section>
        </Card>
        <Card>
          <Section title="Metadata">
            <Metadata of={organization.metadata} />
          </Section>
        </Card>
      </CardGrid>
      <Outlet />
    </>
  );
}

type Props = { readonly organization: Organization };

function General({ organization }: Props): ReactNode {
  const { storefrontUrl } = organization;
  return (
    <Facts
      of={[
        ['Name', organization.name],
        ['ID', <Id key="id" value={organization.id} />],
        ['Parent', <OrganizationName key="parent" id={organization.parentId} />],
        [
          'External ID',
          organization.externalId === null ? (
            <Dash key="external" />
          ) : (
            <Copyable key="external" value={organization.externalId} />
          ),
        ],
        ['Currency', organization.currency],
        ['Associated domains', <Tags key="domains" values={organization.associatedDomains} />],
        [
          'Storefront URL',
          storefrontUrl === null ? (
            <Dash key="url" />
          ) : (
            <a key="url" className="link" href={storefrontUrl} rel="noreferrer" target="_blank">
              {storefrontUrl}
            </a>
          ),
        ],
        ['Created', <Time key="created" value={organization.createdAt} />],
      ]}
    />
  );
}

function Billing({ organization: { billing } }: Props): ReactNode {
  return (
    <Facts
      of={[
        ['Address 1', <OrDash key="1">{billing.address1}</OrDash>],
        ['Address 2', <OrDash key="2">{billing.address2}</OrDash>],
        ['Country', <OrDash key="country">{billing.country}</OrDash>],
        ['State', <OrDash key="state">{billing.state}</OrDash>],
        ['City', <OrDash key="city">{billing.city}</OrDash>],
        ['Zip', <OrDash key="zip">{billing.zip}</OrDash>],
        ['Phone', <OrDash key="phone">{billing.phone}</OrDash>],
        ['Email', <OrDash key="email">{billing.email}</OrDash>],
        ['Remittance', <OrDash key="remittance">{billing.remittanceInstructions}</OrDash>],
      ]}
    />
  );
}

function Invoicing({ organization }: Props): ReactNode {
  const { billingCycle, lateUsage, taxRates, taxExempt, breakdownBy } = organization;
  const every =
    billingCycle.count === 1 ? billingCycle.unit : `${billingCycle.count} ${billingCycle.unit}s`;
  return (
    <Facts
      of={[
        [
          'Billed to',
          organization.billTo === null ? (
            'itself'
          ) : (
            <OrganizationName key="payer" id={organization.billTo} />
          ),
        ],
        ['Invoiced', `every ${every}, from day ${billingCycle.anchorDay}`],
        ['Time zone', organization.timeZone],
        ['Payment terms', `${organization.paymentTermsDays} days`],
        [
          'Invoices',
          organization.invoiceGrouping === 'consolidated'
            ? 'one per cycle and currency'
            : 'one per subscription',
        ],
        [
          'Late usage',
          lateUsage === null
            ? 'as the deployment does'
            : `${sentenceCase(lateUsage.policy)}, ${lateUsage.graceHours} h grace`,
        ],
        ['Broken down by', breakdownBy ?? 'as the seller does'],
        [
          'Tax',
          taxExempt !== null ? (
            `none: ${taxExempt.reason}`
          ) : (
            <OrDash key="tax">
              {taxRates.map(({ name, percent }) => `${name} ${percent} %`).join(', ')}
            </OrDash>
          ),
        ],
      ]}
    />
  );
}
