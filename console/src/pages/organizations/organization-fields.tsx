import { NativeSelect, NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { BreakdownSelect } from '../../forms/breakdown-select.tsx';
import { currencyChoices, timeZoneChoices } from '../../forms/choices.ts';
import formClasses from '../../forms/form.module.css';
import { MetadataField } from '../../forms/metadata-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { TaxFields } from '../../forms/tax-fields.tsx';
import { organizationSource } from '../../lib/choices.ts';
import type { OrganizationValues } from './organization-values.ts';

export type OrganizationForm = UseFormReturnType<OrganizationValues>;
type Props = { readonly form: OrganizationForm };

export function GeneralFields({
  form,
  withParent,
}: Props & { readonly withParent: boolean }): ReactNode {
  return (
    <>
      <TextInput
        label="Name"
        required
        description="Shown in dashboards, invoices and analytics."
        data-autofocus
        {...form.getInputProps('name')}
      />
      {withParent && (
        <Picker
          source={organizationSource}
          label="Parent"
          description="Where its usage rolls up. Leave it out for a top-level organization."
          field="parentId"
          placeholder="No parent"
          {...form.getInputProps('parentId')}
        />
      )}
      <TextInput
        label="External Id"
        description="What your CRM, ERP or customer database calls it."
        {...form.getInputProps('externalId')}
      />
      <Select
        label="Currency"
        description="Only the default: what is invoiced is in the currency of the plan."
        searchable
        allowDeselect={false}
        data={currencyChoices()}
        {...form.getInputProps('currency')}
      />
      <div data-field="associatedDomains">
        <TagsInput
          label="Associated Domains"
          description="Subscribers with an e-mail of these domains are recognized as belonging here. Enter after each."
          placeholder={form.values.associatedDomains.length === 0 ? 'acme.com' : ''}
          {...form.getInputProps('associatedDomains')}
        />
      </div>
      <TextInput
        label="Storefront URL"
        type="url"
        description="Of a linked commerce portal."
        {...form.getInputProps('storefrontUrl')}
      />
    </>
  );
}

export function BillingFields({ form }: Props): ReactNode {
  return (
    <>
      <TextInput label="Address 1" autoComplete="off" {...form.getInputProps('billing.address1')} />
      <TextInput label="Address 2" autoComplete="off" {...form.getInputProps('billing.address2')} />
      <div className={formClasses.two}>
        <TextInput label="Country" {...form.getInputProps('billing.country')} />
        <TextInput label="State" {...form.getInputProps('billing.state')} />
        <TextInput label="City" {...form.getInputProps('billing.city')} />
        <TextInput label="Zip" {...form.getInputProps('billing.zip')} />
      </div>
      <TextInput label="Billing Phone Number" type="tel" {...form.getInputProps('billing.phone')} />
      <TextInput
        label="Billing Email"
        type="email"
        description="Where invoices and billing notifications are sent."
        {...form.getInputProps('billing.email')}
      />
      <Textarea
        label="Remittance Instructions"
        description="How to pay; appears on invoices."
        {...form.getInputProps('billing.remittanceInstructions')}
      />
    </>
  );
}

export function MetadataStep({ form }: Props): ReactNode {
  return (
    <MetadataField
      rows={form.values.metadata}
      onChange={(rows) => form.setFieldValue('metadata', rows)}
      error={form.errors['metadata']}
    />
  );
}

export function InvoicingFields({ form }: Props): ReactNode {
  return (
    <>
      <Select
        label="Time zone"
        description="Its billing cycles begin and its invoices fall due by this clock."
        searchable
        allowDeselect={false}
        data={timeZoneChoices()}
        {...form.getInputProps('timeZone')}
      />
      <div className={formClasses.three}>
        <NumberInput
          label="Invoice every"
          min={1}
          max={366}
          allowDecimal={false}
          {...form.getInputProps('billingCycle.count')}
        />
        <NativeSelect
          label="Unit"
          data={['day', 'week', 'month', 'quarter', 'year']}
          {...form.getInputProps('billingCycle.unit')}
        />
        <NumberInput
          label="Anchor day"
          min={1}
          max={31}
          allowDecimal={false}
          {...form.getInputProps('billingCycle.anchorDay')}
        />
      </div>
      <NumberInput
        label="Payment terms"
        suffix=" days"
        min={0}
        max={3650}
        allowDecimal={false}
        {...form.getInputProps('paymentTermsDays')}
      />
      <NativeSelect
        label="Invoices"
        data={[
          { value: 'consolidated', label: 'One per cycle and currency' },
          { value: 'perSubscription', label: 'One per subscription' },
        ]}
        {...form.getInputProps('invoiceGrouping')}
      />
      <div className={formClasses.two}>
        <NativeSelect
          label="Usage recorded late"
          data={[
            { value: '', label: 'As the deployment does' },
            { value: 'adjustNextInvoice', label: 'Adjusts the next invoice' },
            { value: 'creditNote', label: 'Gets a document of its own' },
            { value: 'ignore', label: 'Is shown, not billed' },
          ]}
          {...form.getInputProps('latePolicy')}
        />
        <NumberInput
          label="Grace before finalizing"
          suffix=" hours"
          min={0}
          max={720}
          allowDecimal={false}
          disabled={form.values.latePolicy === ''}
          {...form.getInputProps('lateGraceHours')}
        />
      </div>
      <BreakdownSelect
        own={form.values.breakdownBy}
        unset="As the seller does"
        {...form.getInputProps('breakdownBy')}
      />
      <TaxFields form={form} />
    </>
  );
}
