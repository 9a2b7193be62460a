import type { Organization } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { changed } from '../../forms/choices.ts';
import { Conflict } from '../../forms/conflict.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { taxFieldNames } from '../../forms/tax-fields.tsx';
import { Steps, stepOf, type Step } from '../../forms/steps.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { useVersioned } from '../../forms/use-versioned.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useClose } from '../../forms/form-drawer.tsx';
import { toast } from '../../ui/toast.tsx';
import {
  BillingFields,
  GeneralFields,
  InvoicingFields,
  MetadataStep,
} from './organization-fields.tsx';
import {
  checkOrganization,
  documentedPart,
  invoicingPart,
  valuesOf,
  type OrganizationValues,
} from './organization-values.ts';
import { organizationQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

const bodyOf = (values: OrganizationValues) => ({
  ...documentedPart(values),
  ...invoicingPart(values),
});

const invoicingFields =
  /^(timeZone|billingCycle|paymentTermsDays|invoiceGrouping|late|tax|exempt|breakdown)/;

export function EditOrganization(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  // The form begins with what it was opened with, whatever is fetched meanwhile.
  const versioned = useVersioned<Organization>(organization, () =>
    api().organizations.get(organizationId),
  );
  const [step, setStep] = useState(0);
  const parent = paths.organization(organizationId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble, submit } = useApiForm({
    initialValues: valuesOf(organization),
    validate: checkOrganization,
    submit: (values: OrganizationValues) =>
      api().organizations.update(
        organizationId,
        changed(bodyOf(values), bodyOf(valuesOf(versioned.base))),
        { ifMatch: versioned.version },
      ),
    fieldNames: { lateUsage: 'latePolicy', ...taxFieldNames },
    onErrors: (fields) => setStep(stepOf(steps, fields)),
    onConflict: versioned.look,
    onDone: (updated) => {
      toast(`${updated.name} was saved`);
      close();
    },
  });
  const isBilling = (field: string) => field === 'billing' || field.startsWith('billing.');
  const isInvoicing = (field: string) => invoicingFields.test(field);
  const steps: Step[] = [
    {
      label: 'General',
      content: <GeneralFields form={form} withParent={false} />,
      has: (field) => !isBilling(field) && !isInvoicing(field) && field !== 'metadata',
    },
    { label: 'Billing', content: <BillingFields form={form} />, has: isBilling },
    { label: 'Invoicing', content: <InvoicingFields form={form} />, has: isInvoicing },
    {
      label: 'Metadata',
      content: <MetadataStep form={form} />,
      has: (field) => field === 'metadata',
    },
  ];
  return (
    <FormDrawer
      title={`Edit ${versioned.base.name}`}
      parent={parent}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="organizations.update"
      conflict={
        <Conflict
          before={versioned.base}
          now={versioned.now}
          onKeepMine={() => {
            versioned.keepMine();
            submit();
          }}
          onTakeTheirs={() => {
            const theirs = versioned.takeTheirs();
            form.setValues(valuesOf(theirs));
          }}
        />
      }
    >
      <Steps steps={steps} current={step} onChange={setStep} invalid={Object.keys(form.errors)} />
    </FormDrawer>
  );
}
