import type { Merge, MergePreview } from '@customary/sdk';
import { Button } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Link, useGo } from '../../ui/link.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Trouble } from '../../ui/notice.tsx';
import { Card, CardGrid, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Status, Time } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { PreviewFigures } from '../reattributions/preview.tsx';
import { useRepairSteps } from '../reattributions/steps.tsx';
import { mergeQuery } from './queries.ts';
import { RepairFigures, RepairState } from './repair.tsx';
import { mergeRoute } from './routes.ts';

export function MergePage(): ReactNode {
  const { mergeId } = mergeRoute.useParams();
  const { data: merge } = useSuspenseQuery(mergeQuery(mergeId));
  return (
    <Page
      title="Merge"
      aside={<RepairState of={merge} />}
      crumbs={[...customerCrumbs, { label: 'Merges', path: paths.merges() }]}
      about={
        <>
          <OrganizationName id={merge.organizationId} /> into <OrganizationName id={merge.intoId} />
          ,{' '}
          {merge.from === null ? (
            'since ever'
          ) : (
            <>
              from <Time value={merge.from} />
            </>
          )}
          {merge.reason !== null && `: ${merge.reason}`}
        </>
      }
      actions={<Steps merge={merge} />}
    >
      <RepairFigures of={merge} stayed="the survivor" />
      <Ambiguous merge={merge} />
      <PreviewFigures preview={merge.preview} />
      <Documents documents={merge.preview.documents} />
    </Page>
  );
}

function Steps({ merge: { id, status, preview } }: { readonly merge: Merge }): ReactNode {
  const { ask, dialog } = useRepairSteps(asks, (verb) => api().merges[verb](id));
  const isOpen = preview.ambiguous.some(({ choice }) => choice === null);
  return (
    <>
      {status === 'previewed' && (
        <Action
          permission="merges.apply"
          disabledReason={isOpen ? 'Choose who takes what both price first.' : null}
          onClick={() => ask('apply')}
        >
          Merge
        </Action>
      )}
      {status === 'applied' && (
        <Action variant="default" permission="merges.apply" onClick={() => ask('undo')}>
          Undo
        </Action>
      )}
      {dialog}
    </>
  );
}

const asks = {
  apply: {
    title: 'Merge them?',
    label: 'Merge',
    done: 'They are one now',
    about:
      'Its usage moves; its id keeps answering, with the survivor. Issued documents stay as they are. It can be undone.',
  },
  undo: {
    title: 'Undo the merge?',
    label: 'Undo',
    done: 'They are two again',
    about: 'Usage goes back to where it was. What came in between stays with the survivor.',
  },
} as const;

/** What subscriptions of both would price: each answer is another preview. */
function Ambiguous({ merge }: { readonly merge: Merge }): ReactNode {
  const go = useGo();
  const again = useWrite(
    ({ measure, subscriptionId }: { measure: string; subscriptionId: string }) =>
      api().merges.create({
        organizationId: merge.organizationId,
        intoId: merge.intoId,
        from: merge.from,
        choices: [
          ...merge.choices.filter((each) => each.measure !== measure),
          { measure, subscriptionId },
        ],
        ...(merge.reason !== null && { reason: merge.reason }),
      }),
    ({ id }) => go(paths.merge(id), { replace: true }),
  );
  const { ambiguous } = merge.preview;
  if (ambiguous.length === 0) return null;
  return (
    <Section title="Priced by both" about="choose which subscription takes it">
      {again.error !== null && <Trouble error={again.error} />}
      <CardGrid min={320}>
        {ambiguous.map(({ measure, subscriptions, choice }) => (
          <Card key={measure}>
            <strong>{measure === '*' ? 'every event' : measure}</strong>
            <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginTop: 8 }}>
              {[
                ...subscriptions.map((each) => ({
                  id: each.subscriptionId,
                  label: each.subscriptionName ?? each.subscriptionId,
                })),
                { id: 'own', label: 'Each keeps its own' },
              ].map(({ id, label }) => (
                <Button
                  key={id}
                  variant={choice === id ? 'filled' : 'default'}
                  aria-pressed={choice === id}
                  disabled={merge.status !== 'previewed' || again.isPending}
                  onClick={() => again.mutate({ measure, subscriptionId: id })}
                >
                  {label}
                </Button>
              ))}
            </div>
          </Card>
        ))}
      </CardGrid>
    </Section>
  );
}

function Documents({ documents }: Pick<MergePreview, 'documents'>): ReactNode {
  if (documents.length === 0) return null;
  return (
    <Section
      title="Open documents"
      about="they keep their recipient, and join the survivor’s statement"
    >
      <Card>
        <PlainTable
          label="Open documents"
          head={['Invoice', 'Status', 'Total#']}
          rows={documents.map(({ invoiceId, number, status, total }) => ({
            key: invoiceId,
            cells: [
              <Link key="number" path={paths.invoice(invoiceId)}>
                {number ?? 'Draft'}
              </Link>,
              <Status key="status" value={status} />,
              <Money key="total" value={total} />,
            ],
          }))}
        />
      </Card>
    </Section>
  );
}
