import type { ReattributionPreview } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName, SubscriptionName } from '../../ui/names.tsx';
import { Card, CardGrid, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, Quantity, sentenceCase, Status, TwoLines } from '../../ui/values.tsx';
import { PeriodDays } from '../invoices/invoice-values.tsx';

/** What a re-attribution changes: usage, money, and documents. */
export function PreviewFigures({
  preview,
  comingId,
}: {
  readonly preview: ReattributionPreview;
  /** An organization that is made only when this is applied: it has no page yet. */
  readonly comingId?: string | undefined;
}): ReactNode {
  if (preview.flows.length === 0 && preview.money.length === 0)
    return (
      <Section title="Usage">
        <p className="dim" style={{ margin: 0 }}>
          No recorded usage moves, and nobody owes more or less.
        </p>
      </Section>
    );
  return (
    <>
      <Section title="Usage" about="from where to where">
        <Card>
          <Flows flows={preview.flows} comingId={comingId} />
          <LeftOut count={preview.flowsLeftOut} />
        </Card>
      </Section>
      <Section title="Money" about="what each payer owes for usage in the periods it touches">
        <CardGrid min={420}>
          <Card>
            <Owed money={preview.money} />
          </Card>
          <Card>
            <Moving preview={preview} />
          </Card>
        </CardGrid>
      </Section>
      {preview.adjustments.length > 0 && (
        <Section
          title="Adjustments"
          about="issued invoices stay; the next ones carry the difference"
        >
          <Card>
            <Adjustments adjustments={preview.adjustments} />
            <LeftOut count={preview.adjustmentsLeftOut} />
          </Card>
        </Section>
      )}
      {preview.drafts.length > 0 && (
        <Section title="Drafts" about="rated anew">
          <Card>
            <Drafts drafts={preview.drafts} />
          </Card>
        </Section>
      )}
    </>
  );
}

type Side = ReattributionPreview['flows'][number]['from'];

function SideName({
  side,
  comingId,
}: {
  readonly side: Side;
  readonly comingId: string | undefined;
}): ReactNode {
  return (
    <TwoLines
      first={
        side.organizationId === comingId ? (
          side.organizationName
        ) : (
          <OrganizationName id={side.organizationId} />
        )
      }
      second={
        side.subscriptionId === null ? (
          sentenceCase(side.unbilledReason ?? 'not billed')
        ) : (
          <SubscriptionName id={side.subscriptionId} />
        )
      }
    />
  );
}

function Flows({
  flows,
  comingId,
}: Pick<ReattributionPreview, 'flows'> & { readonly comingId: string | undefined }): ReactNode {
  return (
    <PlainTable
      label="Usage that moves"
      head={['From', 'To', 'Events#']}
      rows={flows.map(({ from, to, events }) => ({
        key: JSON.stringify([from, to]),
        cells: [
          <SideName key="from" side={from} comingId={comingId} />,
          <SideName key="to" side={to} comingId={comingId} />,
          <Quantity key="events" value={events} />,
        ],
      }))}
    />
  );
}

function Owed({ money }: Pick<ReattributionPreview, 'money'>): ReactNode {
  return (
    <PlainTable
      label="What payers owe"
      head={['Payer', 'Before#', 'After#', 'Difference#']}
      rows={money.map(({ organizationId, organizationName, before, after, difference }) => ({
        key: `${organizationId} ${before.currency}`,
        cells: [
          organizationName,
          <Money key="before" value={before} />,
          <Money key="after" value={after} />,
          <strong key="difference">
            <Money value={difference} />
          </strong>,
        ],
      }))}
    />
  );
}

function Moving({ preview }: { readonly preview: ReattributionPreview }): ReactNode {
  return (
    <PlainTable
      label="Measures that move"
      head={['What moves', 'Quantity#']}
      rows={[
        ...preview.measures.map(({ measure, quantity }) => ({
          key: measure,
          cells: [measure, <Quantity key="quantity" value={quantity} />],
        })),
        ...preview.costs.map((cost) => ({
          key: `cost ${cost.currency}`,
          cells: ['Cost it carries', <Money key="cost" value={cost} />],
        })),
      ]}
    />
  );
}

function Adjustments({ adjustments }: Pick<ReattributionPreview, 'adjustments'>): ReactNode {
  return (
    <PlainTable
      label="Adjustments"
      head={['Payer', 'Charge', 'Service period', 'Billed#', 'Difference#', 'Adjustment#']}
      rows={adjustments.map((each) => ({
        key: `${each.subscriptionId} ${each.charge} ${each.periodStart} ${each.organizationId}`,
        cells: [
          <TwoLines
            key="payer"
            first={<OrganizationName id={each.organizationId} />}
            second={each.invoiceNumbers.join(', ') || <Dash />}
          />,
          each.charge,
          <PeriodDays key="period" of={each} />,
          <Money key="billed" value={each.billed} />,
          <Money key="difference" value={each.difference} />,
          <Money key="adjustment" value={each.adjustment} />,
        ],
      }))}
    />
  );
}

function Drafts({ drafts }: Pick<ReattributionPreview, 'drafts'>): ReactNode {
  return (
    <PlainTable
      label="Drafts"
      head={['Payer', 'Period', 'Status', 'Total now#']}
      rows={drafts.map((draft) => ({
        key: draft.invoiceId,
        cells: [
          <Link key="invoice" path={paths.invoice(draft.invoiceId)}>
            <OrganizationName id={draft.organizationId} plain />
          </Link>,
          <PeriodDays key="period" of={draft} />,
          <Status key="status" value="draft" />,
          <Money key="total" value={draft.total} />,
        ],
      }))}
    />
  );
}

function LeftOut({ count }: { readonly count: number }): ReactNode {
  return count === 0 ? null : (
    <p className="dim" style={{ margin: '8px 0 0' }}>
      and {count} more
    </p>
  );
}
