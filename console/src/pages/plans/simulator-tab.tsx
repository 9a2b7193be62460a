import type { Simulation } from '@customary/sdk';
import { SegmentedControl, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Picker } from '../../forms/picker.tsx';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { Trouble } from '../../ui/notice.tsx';
import { Card, CardGrid, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Quantity, Time } from '../../ui/values.tsx';
import {
  isAsked,
  planQuery,
  quantitiesOf,
  quantitiesText,
  simulationQuery,
  type SimulatorSearch,
} from './queries.ts';
import { simulatorRoute } from './routes.ts';

/** What usage would come to. Every question is an address; nothing is kept. */
export function SimulatorTab(): ReactNode {
  const { planId } = simulatorRoute.useParams();
  const search = simulatorRoute.useSearch();
  const { data: plan } = useSuspenseQuery(planQuery(planId));
  const [mode, setMode] = useState(search.organizationId === undefined ? 'own' : 'customer');
  const go = useGo();
  const set = (next: SimulatorSearch) =>
    go(paths.planSimulator(planId, next), { replace: true, inPlace: true });
  const result = useQuery({
    ...simulationQuery(planId, search),
    placeholderData: keepPreviousData,
  });
  const meters = [...new Set(plan.charges.map(({ meter }) => meter))];
  return (
    <CardGrid min={340}>
      <Card>
        <div style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
          <SegmentedControl
            aria-label="What usage"
            value={mode}
            onChange={(next) => {
              setMode(next);
              set({});
            }}
            data={[
              { value: 'own', label: 'Quantities' },
              { value: 'customer', label: 'What a customer used' },
            ]}
          />
          {mode === 'own' ? (
            meters.map((meter) => (
              <QuantityField key={meter} meter={meter} search={search} onChange={set} />
            ))
          ) : (
            <CustomerFields search={search} onChange={set} />
          )}
          {meters.length === 0 && <p className="dim">The plan charges for no usage.</p>}
        </div>
      </Card>
      <div>
        {result.error !== null && <Trouble error={result.error} />}
        {!isAsked(search) && (
          <p className="dim">
            Enter quantities of one service period, or pick a customer and a range, to see what the
            plan takes for it, step by step.
          </p>
        )}
        {isAsked(search) && result.data !== undefined && <Result simulation={result.data} />}
      </div>
    </CardGrid>
  );
}

type FieldProps = {
  readonly search: SimulatorSearch;
  readonly onChange: (next: SimulatorSearch) => void;
};

function QuantityField({
  meter,
  search,
  onChange,
}: FieldProps & { readonly meter: string }): ReactNode {
  const quantities = quantitiesOf(search.quantities);
  return (
    <TextInput
      label={meter}
      inputMode="decimal"
      value={quantities.get(meter) ?? ''}
      onChange={({ currentTarget: { value } }) => {
        const text = quantitiesText(new Map([...quantities, [meter, value]]));
        onChange(text === '' ? {} : { quantities: text });
      }}
    />
  );
}

function CustomerFields({ search, onChange }: FieldProps): ReactNode {
  const { quantities: _quantities, ...rest } = search;
  return (
    <>
      <Picker
        source={organizationSource}
        label="Customer"
        value={search.organizationId ?? null}
        onChange={(id) => onChange(id === null ? {} : { ...rest, organizationId: id })}
      />
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={name === 'from' ? 'From' : 'To'}
          value={search[name] ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ ...rest, [name]: value })}
        />
      ))}
    </>
  );
}

function Result({ simulation }: { readonly simulation: Simulation }): ReactNode {
  return (
    <>
      {simulation.periods.map((period) => (
        <Section
          key={period.start ?? 'one'}
          title="What it comes to"
          about={<RangeOf period={period} />}
        >
          <Card>
            <PlainTable
              label="What it comes to"
              head={['For', 'Quantity#', 'Amount#']}
              rows={[
                ...period.fees.map((fee) => ({
                  key: fee.feeId,
                  cells: [fee.name, '', <Money key="amount" value={fee.amount} />],
                })),
                ...period.charges.flatMap((each) => chargeRows(each, simulation.currency)),
                {
                  key: 'total',
                  cells: [
                    <strong key="total">Total</strong>,
                    '',
                    <strong key="amount">
                      <Money value={period.total} />
                    </strong>,
                  ],
                },
              ]}
            />
          </Card>
        </Section>
      ))}
    </>
  );
}

function RangeOf({
  period: { start, end },
}: {
  readonly period: Simulation['periods'][number];
}): ReactNode {
  if (start === null || end === null) return 'for one whole service period';
  return (
    <>
      <Time value={start} as="day" /> – <Time value={end} as="day" />
    </>
  );
}

type ChargeOf = Simulation['periods'][number]['charges'][number];

function chargeRows(charge: ChargeOf, currency: string) {
  const row = {
    key: charge.chargeId,
    cells: [
      <strong key="name">{charge.name}</strong>,
      <Quantity key="quantity" value={charge.quantity} />,
      <Money key="amount" value={charge.amount} />,
    ],
  };
  return [row, ...stepsOf(charge, currency)];
}

/** How an amount came about: tier by tier, price by price. */
function stepsOf({ chargeId, breakdown, topUp }: ChargeOf, currency: string) {
  const steps = breakdown.flatMap(({ value, parts }) =>
    parts.map((part, index) => ({
      key: `${chargeId} ${value} ${index}`,
      cells: [
        <span key="step" className="dim" style={{ paddingLeft: 16 }}>
          {[
            value,
            part.tier === undefined ? null : `${part.tier.from} to ${part.tier.upTo ?? 'any'}`,
            part.unitPrice === undefined ? null : `at ${part.unitPrice}`,
            part.packages === undefined ? null : `${part.packages} packages`,
            part.percent === undefined ? null : `${part.percent} %`,
          ]
            .filter(Boolean)
            .join(', ')}
        </span>,
        <Quantity key="quantity" value={part.quantity} />,
        <Money key="amount" value={{ amount: part.amount, currency }} />,
      ],
    })),
  );
  return topUp === undefined
    ? steps
    : [
        ...steps,
        {
          key: `${chargeId} minimum`,
          cells: [
            <span key="step" className="dim" style={{ paddingLeft: 16 }}>
              up to the minimum
            </span>,
            '',
            <Money key="amount" value={{ amount: topUp, currency }} />,
          ],
        },
      ];
}
