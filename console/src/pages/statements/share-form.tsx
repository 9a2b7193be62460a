import type { CreatedShareLink, ShareLink } from '@customary/sdk';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { ShownOnce } from '../../forms/shown-once.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { oneQuery } from '../../lib/paging.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useWrite } from '../../lib/write.ts';
import { useGo } from '../../ui/link.tsx';
import { toast } from '../../ui/toast.tsx';
import { Status, Time } from '../../ui/values.tsx';
import { statementRoute } from './routes.ts';

const linksQuery = oneQuery(
  'share-links',
  (organizationId, reading) => api().shareLinks.list({ organizationId, active: true }, reading),
  'of-organization',
);

/** A link that shows the statement and the heads of invoices to whoever has it, until it expires or is revoked. */
export function ShareStatement(): ReactNode {
  const { organizationId } = statementRoute.useParams();
  const go = useGo();
  const [made, setMade] = useState<CreatedShareLink | null>(null);
  if (made?.url != null)
    return (
      <ShownOnce
        title="The share link"
        secret={made.url}
        onClose={() => go(paths.statement(organizationId), { replace: true, inPlace: true })}
      >
        Whoever has it sees this statement and the heads of its invoices, nothing beneath. It is
        shown once.
      </ShownOnce>
    );
  return (
    <VerbDrawer<{ name: string; expiresAt: string }, CreatedShareLink>
      title="Share this statement"
      about="A link for whoever asks what they owe: no account needed, and no way from it to usage, lines or keys."
      parent={paths.statement(organizationId)}
      submitLabel="Make a link"
      permission="shareLinks.create"
      initialValues={{ name: '', expiresAt: '' }}
      submit={({ name, expiresAt }) =>
        api().shareLinks.create({
          organizationId,
          ...(name.trim() !== '' && { name: name.trim() }),
          expiresAt: fromLocalInput(expiresAt),
        })
      }
      done="The link was made"
      onDone={setMade}
    >
      {(form) => (
        <>
          <TextInput
            label="For whom"
            placeholder="Accounts payable"
            data-autofocus
            {...form.getInputProps('name')}
          />
          <FromField
            label="Expires"
            description="Empty: in 30 days."
            {...form.getInputProps('expiresAt')}
          />
          <Links organizationId={organizationId} />
        </>
      )}
    </VerbDrawer>
  );
}

function Links({ organizationId }: { readonly organizationId: string }): ReactNode {
  const { data } = useQuery(linksQuery(organizationId));
  const revoke = useWrite(
    ({ id, version }: ShareLink) => api().shareLinks.delete(id, { ifMatch: version }),
    () => toast('The link was revoked'),
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-label="Links that work">
      <h3 style={{ margin: '8px 0', fontSize: '0.8125rem' }}>Links that work</h3>
      <ul style={{ listStyle: 'none', padding: 0, margin: 0, display: 'grid', gap: 10 }}>
        {data.items.map((link) => (
          <li key={link.id} style={{ display: 'flex', gap: 12, alignItems: 'center' }}>
            <span style={{ flex: 1, minWidth: 0 }}>
              {link.name ?? 'Without a name'} <Status value={link.status} />
              <br />
              <span className="dim">
                until <Time value={link.expiresAt} as="day" />, last used{' '}
                <Time value={link.lastUsedAt} as="relative" />
              </span>
            </span>
            <Button
              variant="default"
              aria-label={`Revoke ${link.name ?? 'the link'}`}
              loading={revoke.isPending}
              onClick={() => revoke.mutate(link)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
