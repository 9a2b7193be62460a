import type { Merge } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Picker } from '../../forms/picker.tsx';
import { SinceFields } from '../../forms/since-fields.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { organizationQuery } from '../organizations/queries.ts';
import { organizationMergeRoute, organizationRoute } from '../organizations/routes.ts';

type Values = { intoId: string | null; from: string; isSinceEver: boolean; reason: string };

export function MergeOrganization(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  const { intoId: suggested = null } = organizationMergeRoute.useSearch();
  const go = useGo();
  return (
    <VerbDrawer<Values, Merge>
      title={`Merge ${organization.name}`}
      about="Its usage, keys and open invoices become those of another, which keeps its own parent, payer and domains. You see what changes before it does, and it can be undone."
      parent={paths.organization(organizationId)}
      submitLabel="See what it changes"
      permission="merges.create"
      initialValues={{ intoId: suggested, from: '', isSinceEver: true, reason: '' }}
      validate={({ intoId }) => (intoId === null ? { intoId: 'Pick which one stays.' } : {})}
      submit={({ intoId, from, isSinceEver, reason }) =>
        api().merges.create({
          organizationId,
          intoId: intoId ?? '',
          from: isSinceEver ? null : fromLocalInput(from),
          ...reasonOf({ reason }),
        })
      }
      done="Here is what it would change"
      onDone={({ id }) => go(paths.merge(id), { replace: true })}
    >
      {(form) => (
        <>
          <Picker
            source={organizationSource}
            label="Into"
            required
            field="intoId"
            {...form.getInputProps('intoId')}
          />
          <SinceFields form={form} label="Since ever: they always were one" />
          <ReasonField description="Kept with it." {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}
