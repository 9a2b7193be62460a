import type { Trace } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths, pathOfId } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Warning } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Actor, Dash, Id, Money, OrDash, sentenceCase, Status, Time } from '../../ui/values.tsx';
import { measuresText } from './list-page.tsx';
import { traceQuery } from './queries.ts';
import { eventRoute } from './routes.ts';
import classes from './trace.module.css';

export function EventPage(): ReactNode {
  const { eventId } = eventRoute.useParams();
  const { data: trace } = useSuspenseQuery(traceQuery(eventId));
  const { event } = trace;
  const { unbilledReason, claimConflicts } = event.attribution;
  return (
    <Page
      title={event.clientId}
      aside={<Id value={event.id} />}
      crumbs={[{ label: 'Usage' }, { label: 'Events', path: paths.events() }]}
      about={<Said>{trace.sentence}</Said>}
    >
      {claimConflicts.length > 0 && (
        <Warning title="It claimed otherwise">
          These claims contradict the rule that decided: {claimConflicts.join(', ')}. They are
          recorded, not obeyed.
        </Warning>
      )}
      {unbilledReason !== null && (
        <Warning title="Not billed">{sentenceCase(unbilledReason)}.</Warning>
      )}
      <Section title="The chain" about="from the event to the statement, and back by each link">
        <Chain hops={trace.hops} />
      </Section>
      <CardGrid min={340}>
        <Card>
          <Section title="As it was sent">
            <Claimed trace={trace} />
          </Section>
        </Card>
        <Card>
          <Section title="What was used">
            <Facts
              of={[
                ['Measures', measuresText(event.measures)],
                ['Cost', <Money key="cost" value={event.cost} />],
                ...Object.entries(event.attributes),
              ]}
            />
          </Section>
        </Card>
      </CardGrid>
      <Lines lines={trace.lines} />
      <Corrections history={trace.history} />
    </Page>
  );
}

/** Each step leads to its own page; the next says what it follows from. */
function Chain({ hops }: { readonly hops: Trace['hops'] }): ReactNode {
  return (
    <ol className={classes.chain} aria-label="Trace">
      {hops.map(({ kind, id, name, detail }) => (
        <li key={`${kind} ${id}`} className={classes.hop}>
          <span className={classes.kind}>{sentenceCase(kind)}</span>
          <HopName kind={kind} id={id} name={name} />
          <span className={classes.detail}>
            <Said>{detail}</Said>
          </span>
        </li>
      ))}
    </ol>
  );
}

function HopName({
  kind,
  id,
  name,
}: Pick<Trace['hops'][number], 'kind' | 'id' | 'name'>): ReactNode {
  const path = id === null ? null : kind === 'statement' ? paths.statement(id) : pathOfId(id);
  const text = name ?? id ?? '–';
  return path === null ? (
    <strong className={classes.name}>{text}</strong>
  ) : (
    <Link path={path} className={`link ${classes.name}`}>
      {text}
    </Link>
  );
}

function Claimed({ trace: { event } }: { readonly trace: Trace }): ReactNode {
  const { claim } = event;
  return (
    <Facts
      of={[
        ['Source', <OrDash key="source">{event.source}</OrDash>],
        ['Credential', <OrDash key="credential">{claim.credential}</OrDash>],
        ['Subscription', <OrDash key="subscription">{claim.subscription}</OrDash>],
        ['Subscriber', <OrDash key="subscriber">{claim.subscriber}</OrDash>],
        ['Organization', <OrDash key="organization">{claim.organization}</OrDash>],
        ['Product', <OrDash key="product">{claim.product}</OrDash>],
        ['Occurred', <Time key="occurred" value={event.occurredAt} as="second" />],
        ['Recorded', <Time key="recorded" value={event.recordedAt} as="second" />],
        ['Position', event.position ?? 'being numbered'],
      ]}
    />
  );
}

function Lines({ lines }: { readonly lines: Trace['lines'] }): ReactNode {
  if (lines.length === 0) return null;
  return (
    <Section title="On invoice lines">
      <PlainTable
        label="Invoice lines"
        head={['Invoice', 'Line', 'Effect', 'Meter', 'Amount of the line#']}
        rows={lines.map((line) => ({
          key: `${line.lineId} ${line.sign}`,
          cells: [
            <Link key="invoice" path={paths.invoice(line.invoiceId)}>
              {line.invoiceNumber ?? 'Draft'}
            </Link>,
            line.description,
            line.sign < 0 ? 'taken out' : 'counted',
            line.meter,
            <Money key="amount" value={line.amount} />,
          ],
        }))}
      />
    </Section>
  );
}

function Corrections({ history }: { readonly history: Trace['history'] }): ReactNode {
  return (
    <Section title="Attribution" about="every entry; a correction reverses the one before">
      <PlainTable
        label="Attribution entries"
        head={['Recorded', 'Entry', 'Organization', 'Rule', 'By', 'Reason']}
        rows={history.map((entry) => ({
          key: `${entry.position} ${entry.sign} ${entry.organizationId}`,
          cells: [
            <Time key="at" value={entry.recordedAt} as="second" />,
            <Status
              key="sign"
              value={entry.sign < 0 ? 'reversed' : 'counted'}
              tone={entry.sign < 0 ? 'quiet' : 'good'}
            />,
            <OrganizationName key="organization" id={entry.organizationId} />,
            sentenceCase(entry.rule),
            <Actor key="actor" value={entry.actor} />,
            entry.reason ?? <Dash key="none" />,
          ],
        }))}
      />
    </Section>
  );
}
