import type { Charge, Plan } from '@customary/sdk';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { plural, quantity } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Card, CardGrid, Facts, Metadata, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, OrDash, sentenceCase, Time, TwoLines } from '../../ui/values.tsx';
import { intervalText, models, priceText } from './price-text.ts';
import { planQuery, planVersionsQuery } from './queries.ts';
import { planRoute } from './routes.ts';

/** What a plan takes, and what it took before. */
export function PricesTab(): ReactNode {
  const { planId } = planRoute.useParams();
  const { data: plan } = useSuspenseQuery(planQuery(planId));
  return (
    <>
      <Fees plan={plan} />
      <Section
        title="Charges"
        about="prices of what meters count, rated once for each service period"
      >
        <Card>
          <Charges charges={plan.charges} currency={plan.currency} />
        </Card>
      </Section>
      <Versions planId={planId} />
      <Section title="About">
        <CardGrid min={320}>
          <Card>
            <Facts
              of={[
                ['Version', plan.planVersion],
                ['Currency', plan.currency],
                ['Interval', intervalText(plan.interval)],
                ['Trial', plan.trialDays === 0 ? 'none' : plural(plan.trialDays, 'day')],
                ['External ID', <OrDash key="external">{plan.externalId}</OrDash>],
                [
                  'Subscriptions',
                  <Link key="subscriptions" path={paths.subscriptions({ planId })}>
                    Who is on it
                  </Link>,
                ],
              ]}
            />
          </Card>
          <Card>
            <Metadata of={plan.metadata} />
          </Card>
        </CardGrid>
      </Section>
      <Outlet />
    </>
  );
}

const timings = {
  advance: 'in advance',
  arrears: 'in arrears',
  setUp: 'once, at the start',
} as const;

function Fees({ plan }: { readonly plan: Plan }): ReactNode {
  return (
    <Section title="Fees">
      {plan.fees.length === 0 ? (
        <p className="dim" style={{ margin: 0 }}>
          None: only usage is charged.
        </p>
      ) : (
        <Card>
          <PlainTable
            label="Fees"
            head={['Fee', 'When', 'Amount#']}
            rows={plan.fees.map(({ id, name, timing, amount }) => ({
              key: id,
              cells: [
                name,
                timings[timing],
                <Money key="amount" value={{ amount, currency: plan.currency }} />,
              ],
            }))}
          />
        </Card>
      )}
    </Section>
  );
}

function Charges({
  charges,
  currency,
}: {
  readonly charges: readonly Charge[];
  readonly currency: string;
}): ReactNode {
  if (charges.length === 0)
    return <p className="dim">None: usage is counted, and costs nothing.</p>;
  return (
    <PlainTable
      label="Charges"
      head={['Charge', 'Model', 'Price', 'Included#', 'At least#']}
      rows={charges.flatMap((charge) => chargeRows(charge, currency))}
    />
  );
}

/** The charge, and under it its other prices: those of the values of an attribute. */
function chargeRows(charge: Charge, currency: string) {
  const { id, name, meter, meterVersion, model, minimum, byAttribute } = charge;
  return [
    {
      key: id,
      cells: [
        <TwoLines key="name" first={name} second={`${meter}, version ${meterVersion}`} />,
        models[model],
        priceText(charge, currency),
        <Included key="included" of={charge} />,
        minimum === undefined ? (
          <Dash key="minimum" />
        ) : (
          <Money key="minimum" value={{ amount: minimum, currency }} />
        ),
      ],
    },
    ...variantsOf(charge).map(([value, variant]) => ({
      key: `${id} ${value}`,
      cells: [
        <span key="name" className="dim" style={{ paddingLeft: 14 }}>
          {byAttribute?.attribute}: {value}
        </span>,
        '',
        priceText(variant, currency),
        <Included key="included" of={variant} />,
        '',
      ],
    })),
  ];
}

function Included({ of: { included } }: { readonly of: Charge }): ReactNode {
  return included === undefined ? <Dash /> : quantity(included);
}

function variantsOf(charge: Charge): (readonly [value: string, variant: Charge])[] {
  const { included: _own, ...base } = charge;
  return Object.entries(charge.byAttribute?.prices ?? {}).map(([value, price]) => [
    value,
    { ...base, ...price } as Charge,
  ]);
}

function Versions({ planId }: { readonly planId: string }): ReactNode {
  const { data } = useQuery(planVersionsQuery(planId));
  if (data === undefined || data.items.length < 2) return null;
  return (
    <Section title="Versions" about="subscriptions keep theirs">
      <Card>
        <PlainTable
          label="Versions"
          head={['Version', 'Made', 'Fees', 'Charges']}
          rows={data.items.map((version) => ({
            key: String(version.planVersion),
            cells: [
              version.planVersion,
              <Time key="made" value={version.createdAt} />,
              version.fees.map(({ name, amount }) => `${name} ${amount}`).join(', ') || 'none',
              version.charges
                .map((charge) => `${charge.name}: ${priceText(charge, version.currency)}`)
                .join('; ') || sentenceCase('none'),
            ],
          }))}
        />
      </Card>
    </Section>
  );
}
