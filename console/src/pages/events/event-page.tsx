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
      <Ignored ignored={trace.ignored} />
      <Section title="The chain" about="from the event to the statement, and back by each link">
        <Chain trace={trace} />
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
      <Lines trace={trace} />
      <Corrections history={trace.history} />
    </Page>
  );
}

/** Each step leads to its own page; the next says what it follows from. */
function Chain({ trace: { hops, lines } }: { readonly trace: Trace }): ReactNode {
  const line = ({ kind, id }: Hop) =>
    kind === 'invoiceLine' ? lines.find(({ lineId }) => lineId === id) : undefined;
  return (
    <ol className={classes.chain} aria-label="Trace">
      {hops.map((hop) => (
        <li key={`${hop.kind} ${hop.id}`} className={classes.hop}>
          <span className={classes.kind}>{sentenceCase(hop.kind)}</span>
          <HopName hop={hop} line={line(hop)} />
          <span className={classes.detail}>
            <Said>{hop.detail}</Said>
          </span>
        </li>
      ))}
    </ol>
  );
}

type Hop = Trace['hops'][number];
type Line = Trace['lines'][number];

function HopName({
  hop: { kind, id, name },
  line,
}: {
  readonly hop: Hop;
  readonly line: Line | undefined;
}): ReactNode {
  const path = id === null ? null : kind === 'statement' ? paths.statement(id) : pathOfId(id);
  const to = line === undefined ? path : paths.invoiceLine(line.invoiceId, line.lineId);
  const text = name ?? id ?? '–';
  return to === null ? (
    <strong className={classes.name}>{text}</strong>
  ) : (
    <Link path={to} className={`link ${classes.name}`}>
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

/** Where it is counted, taken out again, or credited: each document that has it. */
function Lines({ trace: { lines, creditNoteLines } }: { readonly trace: Trace }): ReactNode {
  if (lines.length + creditNoteLines.length === 0) return null;
  const documents = [
    ...lines.map((line) => ({
      line,
      number: line.invoiceNumber ?? 'Draft',
      path: paths.invoiceLine(line.invoiceId, line.lineId),
    })),
    ...creditNoteLines.map((line) => ({
      line,
      number: line.creditNoteNumber,
      path: paths.creditNote(line.creditNoteId),
    })),
  ];
  return (
    <Section title="On invoice lines">
      <PlainTable
        label="Invoice lines"
        head={['Document', 'Line', 'Effect', 'Meter', 'Amount of the line#']}
        rows={documents.map(({ line, number, path }) => ({
          key: `${line.lineId} ${line.sign}`,
          cells: [
            <Link key="document" path={path}>
              {number}
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

/** Late usage that the policy says to ignore is on no line: it is said where it is. */
function Ignored({ ignored }: Pick<Trace, 'ignored'>): ReactNode {
  const [first] = ignored;
  if (first === undefined) return null;
  return (
    <Warning title="Ignored, because it came late">
      {ignored.map(({ id, meter }) => (
        <div key={id}>
          As {meter}: <Link path={paths.ignored(id)}>what was ignored with it</Link>
        </div>
      ))}
    </Warning>
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
