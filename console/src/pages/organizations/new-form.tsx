import type { Organization } from '@customary/sdk';
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { Steps, stepOf, type Step } from '../../forms/steps.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { toast } from '../../ui/toast.tsx';
import { BillingFields, GeneralFields, MetadataStep } from './organization-fields.tsx';
import {
  checkOrganization,
  documentedPart,
  emptyOrganization,
  type OrganizationValues,
} from './organization-values.ts';
import { newOrganizationRoute } from './routes.ts';

const create = (values: OrganizationValues): Promise<Organization> =>
  api().organizations.create({ ...documentedPart(values), parentId: values.parentId });

const isBilling = (field: string) => field === 'billing' || field.startsWith('billing.');

/** General, Billing, Metadata: the last two can be skipped, and filled in later. */
export function NewOrganization(): ReactNode {
  const { parentId = null } = newOrganizationRoute.useSearch();
  const [step, setStep] = useState(0);
  const go = useGo();
  const { form, onSubmit, isBusy, trouble } = useApiForm({
    initialValues: { ...emptyOrganization, parentId },
    validate: checkOrganization,
    submit: create,
    onErrors: (fields) => setStep(stepOf(steps, fields)),
    onDone: (created) => {
      toast(`${created.name} was created`);
      go(paths.organization(created.id), { replace: true });
    },
  });
  const steps: Step[] = [
    {
      label: 'General',
      content: <GeneralFields form={form} withParent />,
      has: (field) => !isBilling(field) && field !== 'metadata',
    },
    { label: 'Billing', content: <BillingFields form={form} />, has: isBilling },
    {
      label: 'Metadata',
      content: <MetadataStep form={form} />,
      has: (field) => field === 'metadata',
    },
  ];
  const isLast = step === steps.length - 1;
  return (
    <FormDrawer
      title="New Org"
      parent={paths.organizations()}
      submitLabel="Create"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="organizations.create"
      extraActions={
        isLast ? undefined : (
          <Button variant="default" size="sm" onClick={() => setStep(step + 1)}>
            Next
          </Button>
        )
      }
    >
      <Steps steps={steps} current={step} onChange={setStep} invalid={Object.keys(form.errors)} />
    </FormDrawer>
  );
}
