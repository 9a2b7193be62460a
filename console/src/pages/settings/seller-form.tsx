import type { Seller } from '@customary/sdk';
import { FileInput, NativeSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { currencyChoices, orNull, timeZoneChoices } from '../../forms/choices.ts';
import { BreakdownSelect } from '../../forms/breakdown-select.tsx';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import formClasses from '../../forms/form.module.css';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { sellerQuery } from './queries.ts';

type Values = {
  name: string;
  legalName: string;
  address: string;
  country: string;
  taxId: string;
  email: string;
  website: string;
  remittanceInstructions: string;
  invoicePrefix: string;
  creditNotePrefix: string;
  defaultPaymentTermsDays: string;
  defaultCurrency: string;
  defaultTimeZone: string;
  defaultBreakdown: string;
  locale: Seller['locale'];
  paper: Seller['paper'];
  logo: string;
};

const valuesOf = (seller: Seller): Values => ({
  name: seller.name,
  legalName: seller.legalName ?? '',
  address: seller.address.join('\n'),
  country: seller.country ?? '',
  taxId: seller.taxId ?? '',
  email: seller.email ?? '',
  website: seller.website ?? '',
  remittanceInstructions: seller.remittanceInstructions ?? '',
  invoicePrefix: seller.invoicePrefix,
  creditNotePrefix: seller.creditNotePrefix,
  defaultPaymentTermsDays: String(seller.defaultPaymentTermsDays),
  defaultCurrency: seller.defaultCurrency,
  defaultTimeZone: seller.defaultTimeZone,
  defaultBreakdown: seller.defaultBreakdown,
  locale: seller.locale,
  paper: seller.paper,
  logo: '',
});

const bodyOf = (values: Values) => ({
  name: values.name.trim(),
  legalName: orNull(values.legalName),
  address: values.address
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  country: orNull(values.country),
  taxId: orNull(values.taxId),
  email: orNull(values.email),
  website: orNull(values.website),
  remittanceInstructions: orNull(values.remittanceInstructions),
  invoicePrefix: values.invoicePrefix,
  creditNotePrefix: values.creditNotePrefix,
  defaultPaymentTermsDays: Number(values.defaultPaymentTermsDays),
  defaultCurrency: values.defaultCurrency,
  defaultTimeZone: values.defaultTimeZone,
  defaultBreakdown: values.defaultBreakdown,
  locale: values.locale,
  paper: values.paper,
  ...(values.logo !== '' && { logo: { contentBase64: values.logo } }),
});

const locales: readonly Seller['locale'][] = [
  'en-US',
  'en-GB',
  'en-150',
  'en-AU',
  'en-CA',
  'en-IE',
  'en-IN',
  'en-NZ',
  'en-SG',
  'en-ZA',
];

/** `United States: 12/31/2026 and 1,234.5` */
function localeLabel(locale: Seller['locale']): string {
  const region = new Intl.DisplayNames('en', { type: 'region' }).of(locale.slice(3)) ?? locale;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return `${region}: ${day.format(new Date('2026-12-31T00:00:00Z'))}`;
}

export function EditSeller(): ReactNode {
  const { data: seller } = useSuspenseQuery(sellerQuery);
  const [file, setFile] = useState<File | null>(null);
  return (
    <EditDrawer<Seller, Values, ReturnType<typeof bodyOf>>
      title="Edit the seller"
      about="Holds for what is issued from now on."
      parent={paths.settingsSeller()}
      permission="seller.update"
      thing={seller}
      read={() => api().seller.get()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      validate={({ name }) => (name.trim() === '' ? { name: 'Enter a name.' } : {})}
      update={(changes, options) => api().seller.update(changes, options)}
      saved="The seller was saved"
    >
      {(form) => (
        <>
          <TextInput label="Name" required {...form.getInputProps('name')} />
          <TextInput label="Legal name" {...form.getInputProps('legalName')} />
          <Textarea
            label="Address"
            description="Line by line, as on an envelope."
            {...form.getInputProps('address')}
          />
          <div className={formClasses.two}>
            <TextInput label="Country" placeholder="US" {...form.getInputProps('country')} />
            <TextInput label="Tax ID" {...form.getInputProps('taxId')} />
          </div>
          <div className={formClasses.two}>
            <TextInput label="E-mail" type="email" {...form.getInputProps('email')} />
            <TextInput label="Website" {...form.getInputProps('website')} />
          </div>
          <FileInput
            label="Logo"
            description="A PNG or JPEG of at most 256 KiB."
            accept="image/png,image/jpeg"
            placeholder={seller.logo === null ? 'Choose a file' : 'Replace the present one'}
            clearable
            value={file}
            error={form.errors['logo']}
            data-field="logo"
            onChange={(chosen) => {
              setFile(chosen);
              void contentOf(chosen).then((content) => form.setFieldValue('logo', content));
            }}
          />
          <Textarea label="How to pay" {...form.getInputProps('remittanceInstructions')} />
          <div className={formClasses.two}>
            <TextInput label="Invoice prefix" {...form.getInputProps('invoicePrefix')} />
            <TextInput label="Credit note prefix" {...form.getInputProps('creditNotePrefix')} />
          </div>
          <div className={formClasses.two}>
            <TextInput
              label="Payment terms in days"
              inputMode="numeric"
              {...form.getInputProps('defaultPaymentTermsDays')}
            />
            <NativeSelect label="Paper" data={['letter', 'A4']} {...form.getInputProps('paper')} />
          </div>
          <BreakdownSelect
            own={seller.defaultBreakdown}
            {...form.getInputProps('defaultBreakdown')}
          />
          <NativeSelect
            label="Dates and numbers"
            description="As they are written where English is spoken so."
            data={locales.map((value) => ({ value, label: localeLabel(value) }))}
            {...form.getInputProps('locale')}
          />
          <Select
            label="Currency"
            searchable
            allowDeselect={false}
            data={currencyChoices()}
            {...form.getInputProps('defaultCurrency')}
          />
          <Select
            label="Time zone"
            searchable
            allowDeselect={false}
            data={timeZoneChoices()}
            {...form.getInputProps('defaultTimeZone')}
          />
        </>
      )}
    </EditDrawer>
  );
}

async function contentOf(file: File | null): Promise<string> {
  if (file === null) return '';
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
}
