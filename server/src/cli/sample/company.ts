/**
 * A sample company that sells an LLM API: customers with departments of their own, people with several keys, and its
 * own teams, which are charged at cost. Things name each other by key; the ids come from the API.
 */

export type SampleOrganization = {
  key: string;
  name: string;
  parent?: string;
  billTo?: string;
  domains?: string[];
  email?: string;
};
export type SamplePlan = {
  key: string;
  name: string;
  currency: string;
  monthlyFee: string;
  inputPrice: string;
  outputPrice: string;
};
export type SampleSubscription = { key: string; name: string; organization: string; plan: string };
export type SampleSubscriber = {
  email: string;
  firstName: string;
  lastName: string;
  organizations: string[];
};
export type SampleCredential = {
  name: string;
  /** What an application would send. A sample may show it; a real one is a secret. */
  credentialId: string;
  subscriber: string;
  organization: string;
  /** Without one the first usage finds the one that is nearest above. */
  subscription?: string;
  tags: string[];
};

export const organizations: readonly SampleOrganization[] = [
  { key: 'acme', name: 'Acme Robotics', domains: ['acme.example'], email: 'accounts@acme.example' },
  { key: 'research', name: 'Research', parent: 'acme', billTo: 'acme' },
  { key: 'vision', name: 'Vision', parent: 'research' },
  { key: 'perception', name: 'Perception team', parent: 'vision' },
  { key: 'language', name: 'Language', parent: 'research' },
  { key: 'operations', name: 'Operations', parent: 'acme', billTo: 'acme' },
  { key: 'support', name: 'Customer support', parent: 'operations' },
  {
    key: 'globex',
    name: 'Globex Health',
    domains: ['globex.example'],
    email: 'finance@globex.example',
  },
  { key: 'initech', name: 'Initech', email: 'ap@initech.example' },
  { key: 'internal', name: 'Our own products', email: 'controlling@provider.example' },
  { key: 'search', name: 'Search', parent: 'internal' },
  { key: 'ranking', name: 'Ranking team', parent: 'search' },
];

export const product = { key: 'llm-api', name: 'LLM API' } as const;

export const plans: readonly SamplePlan[] = [
  {
    key: 'growth',
    name: 'Growth',
    currency: 'USD',
    monthlyFee: '49.00',
    inputPrice: '0.0000025',
    outputPrice: '0.00001',
  },
  {
    key: 'europe',
    name: 'Growth Europe',
    currency: 'EUR',
    monthlyFee: '45.00',
    inputPrice: '0.0000023',
    outputPrice: '0.0000092',
  },
  {
    key: 'at-cost',
    name: 'At cost',
    currency: 'USD',
    monthlyFee: '0.00',
    inputPrice: '0.0000008',
    outputPrice: '0.0000032',
  },
];

export const subscriptions: readonly SampleSubscription[] = [
  { key: 'research-api', name: 'Research API', organization: 'research', plan: 'growth' },
  { key: 'operations-api', name: 'Operations API', organization: 'operations', plan: 'growth' },
  { key: 'globex-api', name: 'Globex API', organization: 'globex', plan: 'growth' },
  { key: 'initech-api', name: 'Initech API', organization: 'initech', plan: 'europe' },
  { key: 'internal-api', name: 'Internal API', organization: 'internal', plan: 'at-cost' },
];

export const subscribers: readonly SampleSubscriber[] = [
  {
    email: 'ada@acme.example',
    firstName: 'Ada',
    lastName: 'Okafor',
    organizations: ['perception', 'language'],
  },
  { email: 'bo@acme.example', firstName: 'Bo', lastName: 'Lindqvist', organizations: ['language'] },
  { email: 'chen@acme.example', firstName: 'Chen', lastName: 'Wei', organizations: ['support'] },
  { email: 'dana@globex.example', firstName: 'Dana', lastName: 'Ruiz', organizations: ['globex'] },
  { email: 'eva@initech.example', firstName: 'Eva', lastName: 'Novak', organizations: ['initech'] },
  {
    email: 'femi@provider.example',
    firstName: 'Femi',
    lastName: 'Bello',
    organizations: ['ranking'],
  },
];

export const credentials: readonly SampleCredential[] = [
  {
    name: 'Perception notebook',
    credentialId: 'sk-sample-perception-notebook-7Qm2',
    subscriber: 'ada@acme.example',
    organization: 'perception',
    subscription: 'research-api',
    tags: ['interactive'],
  },
  {
    name: 'Perception training',
    credentialId: 'sk-sample-perception-training-K4xD',
    subscriber: 'ada@acme.example',
    organization: 'perception',
    subscription: 'research-api',
    tags: ['batch'],
  },
  {
    name: 'Language evaluation',
    credentialId: 'sk-sample-language-evaluation-t8Vn',
    subscriber: 'ada@acme.example',
    organization: 'language',
    subscription: 'research-api',
    tags: ['batch'],
  },
  {
    name: 'Language gateway',
    credentialId: 'sk-sample-language-gateway-P3wz',
    subscriber: 'bo@acme.example',
    organization: 'language',
    tags: ['production'],
  },
  {
    name: 'Support chatbot',
    credentialId: 'sk-sample-support-chatbot-9LhR',
    subscriber: 'chen@acme.example',
    organization: 'support',
    tags: ['production'],
  },
  {
    name: 'Support triage',
    credentialId: 'sk-sample-support-triage-e6Yb',
    subscriber: 'chen@acme.example',
    organization: 'support',
    tags: ['production'],
  },
  {
    name: 'Globex production',
    credentialId: 'sk-sample-globex-production-A1sU',
    subscriber: 'dana@globex.example',
    organization: 'globex',
    tags: ['production'],
  },
  {
    name: 'Globex staging',
    credentialId: 'sk-sample-globex-staging-j5Tc',
    subscriber: 'dana@globex.example',
    organization: 'globex',
    tags: ['staging'],
  },
  {
    name: 'Initech ERP',
    credentialId: 'sk-sample-initech-erp-W2gK',
    subscriber: 'eva@initech.example',
    organization: 'initech',
    tags: ['production'],
  },
  {
    name: 'Ranking offline',
    credentialId: 'sk-sample-ranking-offline-N7pF',
    subscriber: 'femi@provider.example',
    organization: 'ranking',
    tags: ['internal', 'batch'],
  },
];
