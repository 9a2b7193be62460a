import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Page } from '../../ui/page.tsx';
import { toast } from '../../ui/toast.tsx';
import { Id, Status } from '../../ui/values.tsx';
import { catalogCrumbs } from '../catalog/tabs.ts';
import { planQuery } from './queries.ts';
import { planRoute } from './routes.ts';

export function PlanPage(): ReactNode {
  const { planId } = planRoute.useParams();
  const { data: plan } = useSuspenseQuery(planQuery(planId));
  const [isArchiving, setArchiving] = useState(false);
  const isArchived = plan.archivedAt !== null;
  const restore = useWrite(
    () => api().plans.restore(planId),
    () => toast(`${plan.name} was restored`),
  );
  return (
    <Page
      title={plan.name}
      aside={
        <>
          {isArchived && <Status value="archived" />}
          <Id value={plan.id} />
        </>
      }
      crumbs={[...catalogCrumbs, { label: 'Plans', path: paths.plans() }]}
      about={plan.description ?? undefined}
      tabs={[
        { label: 'Prices', path: paths.plan(planId) },
        { label: 'Simulator', path: paths.planSimulator(planId) },
      ]}
      actions={
        <>
          <Action
            path={paths.subscriptionNew({ planId })}
            permission="subscriptions.create"
            disabledReason={isArchived ? 'It is archived: restore it first.' : null}
          >
            Subscribe a customer
          </Action>
          <Action
            variant="default"
            path={paths.planEdit(planId)}
            permission="plans.update"
            disabledReason={isArchived ? 'It is archived: restore it first.' : null}
          >
            Edit
          </Action>
          {isArchived ? (
            <Action
              variant="default"
              permission="plans.update"
              onClick={() => restore.mutate(undefined)}
            >
              Restore
            </Action>
          ) : (
            <Action variant="default" permission="plans.delete" onClick={() => setArchiving(true)}>
              Archive
            </Action>
          )}
        </>
      }
    >
      <Outlet />
      {isArchiving && (
        <ArchivePlan id={planId} version={plan.version} onClose={() => setArchiving(false)} />
      )}
    </Page>
  );
}

function ArchivePlan({
  id,
  version,
  onClose,
}: {
  readonly id: string;
  readonly version: number;
  readonly onClose: () => void;
}): ReactNode {
  const archive = useWrite(
    () => api().plans.delete(id, { ifMatch: version }),
    () => {
      toast('The plan was archived');
      onClose();
    },
  );
  return (
    <Confirm
      title="Archive the plan?"
      confirmLabel="Archive"
      isDanger
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate(undefined)}
      onClose={onClose}
    >
      Nobody can subscribe to it any more; who did, stays on it. If nobody ever did, it is removed.
    </Confirm>
  );
}
