import type { Split } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { CredentialName, OrganizationName, SubscriberName } from '../../ui/names.tsx';
import { Card, CardGrid, Page, Section } from '../../ui/page.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { RepairFigures, RepairState, Since } from '../merges/repair.tsx';
import { PreviewFigures } from '../reattributions/preview.tsx';
import { useRepairSteps } from '../reattributions/steps.tsx';
import { splitQuery } from './queries.ts';
import { splitRoute } from './routes.ts';

export function SplitPage(): ReactNode {
  const { splitId } = splitRoute.useParams();
  const { data: split } = useSuspenseQuery(splitQuery(splitId));
  const isComing = split.isNew && split.status === 'previewed';
  return (
    <Page
      title="Split"
      aside={<RepairState of={split} />}
      crumbs={[...customerCrumbs, { label: 'Splits', path: paths.splits() }]}
      about={
        <>
          A part of <OrganizationName id={split.organizationId} /> to{' '}
          {isComing ? 'a new organization' : <OrganizationName id={split.intoId} />},{' '}
          {split.from !== null && 'from '}
          <Since from={split.from} />
          {split.reason !== null && `: ${split.reason}`}
        </>
      }
      actions={<Steps split={split} />}
    >
      <RepairFigures of={split} stayed="the other" />
      <What split={split} />
      <PreviewFigures preview={split.preview} {...(isComing && { comingId: split.intoId })} />
    </Page>
  );
}

const asks = {
  apply: {
    title: 'Split them?',
    label: 'Split',
    done: 'They are two now',
    about:
      'The keys and people below move with their usage. Issued documents stay as they are. It can be undone.',
  },
  undo: {
    title: 'Undo the split?',
    label: 'Undo',
    done: 'They are one again',
    about: 'Keys, people and usage go back to where they were. What came in between stays.',
  },
} as const;

function Steps({ split: { id, status } }: { readonly split: Split }): ReactNode {
  const { ask, dialog } = useRepairSteps(asks, (verb) => api().splits[verb](id));
  return (
    <>
      {status === 'previewed' && (
        <Action permission="splits.apply" onClick={() => ask('apply')}>
          Split
        </Action>
      )}
      {status === 'applied' && (
        <Action variant="default" permission="splits.apply" onClick={() => ask('undo')}>
          Undo
        </Action>
      )}
      {dialog}
    </>
  );
}

function What({ split: { credentialIds, subscriberIds } }: { readonly split: Split }): ReactNode {
  return (
    <Section title="What goes" about="with its usage">
      <CardGrid min={320}>
        <Card>
          <Names label="Credentials" ids={credentialIds} name={CredentialName} />
        </Card>
        <Card>
          <Names label="Subscribers" ids={subscriberIds} name={SubscriberName} />
        </Card>
      </CardGrid>
    </Section>
  );
}

function Names({
  label,
  ids,
  name: Name,
}: {
  readonly label: string;
  readonly ids: readonly string[];
  readonly name: typeof CredentialName;
}): ReactNode {
  return (
    <>
      <strong>{label}</strong>
      {ids.length === 0 ? (
        <p className="dim" style={{ margin: '6px 0 0' }}>
          None.
        </p>
      ) : (
        <ul aria-label={label} style={{ margin: '6px 0 0', paddingLeft: 18 }}>
          {ids.map((id) => (
            <li key={id}>
              <Name id={id} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
