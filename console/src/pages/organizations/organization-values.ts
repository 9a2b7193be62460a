import type { Organization, OrganizationUpdate } from '@customary/sdk';
import { orNull } from '../../forms/choices.ts';
import {
  metadataOf,
  metadataProblem,
  metadataRows,
  type MetadataRow,
} from '../../forms/metadata-field.tsx';

import { taxBody, taxValues, type TaxValues } from '../../forms/tax-fields.tsx';

/** What the forms of an organization edit. */
export type OrganizationValues = {
  name: string;
  parentId: string | null;
  externalId: string;
  currency: string;
  associatedDomains: string[];
  storefrontUrl: string;
  billing: {
    address1: string;
    address2: string;
    country: string;
    state: string;
    city: string;
    zip: string;
    phone: string;
    email: string;
    remittanceInstructions: string;
  };
  timeZone: string;
  paymentTermsDays: number | '';
  invoiceGrouping: 'consolidated' | 'perSubscription';
  billingCycle: {
    unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
    count: number | '';
    anchorDay: number | '';
  };
  latePolicy: '' | 'adjustNextInvoice' | 'creditNote' | 'ignore';
  lateGraceHours: number | '';
  breakdownBy: string;
  metadata: MetadataRow[];
} & TaxValues;

const emptyBilling: OrganizationValues['billing'] = {
  address1: '',
  address2: '',
  country: '',
  state: '',
  city: '',
  zip: '',
  phone: '',
  email: '',
  remittanceInstructions: '',
};

export const emptyOrganization: OrganizationValues = {
  name: '',
  parentId: null,
  externalId: '',
  currency: 'USD',
  associatedDomains: [],
  storefrontUrl: '',
  billing: emptyBilling,
  timeZone: 'UTC',
  paymentTermsDays: 30,
  invoiceGrouping: 'consolidated',
  billingCycle: { unit: 'month', count: 1, anchorDay: 1 },
  latePolicy: '',
  lateGraceHours: 0,
  taxRates: [],
  exemptReason: '',
  breakdownBy: '',
  metadata: [],
};

export function valuesOf(organization: Organization): OrganizationValues {
  return {
    name: organization.name,
    parentId: organization.parentId,
    externalId: organization.externalId ?? '',
    currency: organization.currency,
    associatedDomains: organization.associatedDomains,
    storefrontUrl: organization.storefrontUrl ?? '',
    billing: { ...emptyBilling, ...organization.billing },
    timeZone: organization.timeZone,
    paymentTermsDays: organization.paymentTermsDays,
    invoiceGrouping: organization.invoiceGrouping,
    billingCycle: organization.billingCycle,
    latePolicy: organization.lateUsage?.policy ?? '',
    lateGraceHours: organization.lateUsage?.graceHours ?? 0,
    ...taxValues(organization),
    breakdownBy: organization.breakdownBy ?? '',
    metadata: metadataRows(organization.metadata),
  };
}

/** The three steps of the documented form: what the API is told of each. */
export function documentedPart(values: OrganizationValues) {
  return {
    name: values.name.trim(),
    externalId: orNull(values.externalId),
    currency: values.currency,
    associatedDomains: values.associatedDomains,
    storefrontUrl: orNull(values.storefrontUrl),
    billing: Object.fromEntries(
      Object.entries(values.billing).filter(([, value]) => value.trim() !== ''),
    ),
    metadata: metadataOf(values.metadata),
  } satisfies OrganizationUpdate;
}

/** How it is invoiced: for whoever looks after that, in the form that changes an organization. */
export function invoicingPart(values: OrganizationValues) {
  const { billingCycle } = values;
  return {
    timeZone: values.timeZone,
    paymentTermsDays: Number(values.paymentTermsDays),
    invoiceGrouping: values.invoiceGrouping,
    billingCycle: {
      unit: billingCycle.unit,
      count: Number(billingCycle.count),
      anchorDay: Number(billingCycle.anchorDay),
    },
    lateUsage:
      values.latePolicy === ''
        ? null
        : { policy: values.latePolicy, graceHours: Number(values.lateGraceHours) },
    ...taxBody(values),
    breakdownBy: values.breakdownBy === '' ? null : values.breakdownBy,
  } satisfies OrganizationUpdate;
}

export function checkOrganization(values: OrganizationValues): Partial<Record<string, string>> {
  const metadata = metadataProblem(values.metadata);
  return {
    ...(values.name.trim() === '' && { name: 'Enter a name.' }),
    ...(metadata !== null && { metadata }),
  };
}
