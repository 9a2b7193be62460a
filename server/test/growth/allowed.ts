/** What may read much, and why. Whatever is not needed any more has to go: the test says so. */
export const allowed: readonly {
  /** Operation and address. */
  readonly call: RegExp;
  readonly tables: readonly string[];
  readonly reason: string;
}[] = [
  {
    call: /^(events\.list .*(source=rare|measure=pages)|events\.search)/,
    tables: ['events', 'attributions'],
    reason:
      'Sources, measures and claimed products have no index, which ingest would pay for: the newest are read until a page is full. A range of time bounds it.',
  },
  {
    call: /^rejects\.list .*replayed=false/,
    tables: ['event_rejects', 'reject_replays'],
    reason: 'What was not sent again is read newest first until a page is full.',
  },
  {
    call: /^(rejects|conflicts)\.list .*to=/,
    tables: ['journal'],
    reason: 'Each of a page with its row of the journal; PostgreSQL merges the two.',
  },
  {
    call: /^unclassified\.list /,
    tables: ['credential_id_values', 'credential_ids', 'organization_parents'],
    reason: 'For each group of a page, a bounded number of similar identifiers.',
  },
  {
    call: /^subscriptions\.list .*planId=/,
    tables: ['subscriptions', 'subscription_plans'],
    reason: 'Nearly all are on the plan that is asked for.',
  },
  {
    call: /^usage\./,
    tables: ['subscription_plans', 'subscriptions'],
    reason:
      'Products and minimums are of each subscription: as many as there are customers, however much they use.',
  },
  {
    call: /^usage\./,
    tables: ['usage_owners'],
    reason: 'Who has ever used anything: as many as there are credentials, however much they use.',
  },
  {
    call: /^(invoices\.upcoming|statements\.get) /,
    tables: ['billing_runs'],
    reason: 'There are a few runs a month.',
  },
  {
    call: /^statements\.list .*knownAt=/,
    tables: ['organizations', 'audit_log', 'journal', 'ledger_entries', 'invoices'],
    reason: 'Far back almost everything has changed since: it is read from the entries.',
  },
  {
    call: /^statements\.list /,
    tables: ['ledger_entries', 'invoices', 'audit_log', 'journal', 'organizations'],
    reason: 'Customers that were ever merged are read from the entries; their number is bounded.',
  },
  {
    call: /^checks\.run /,
    tables: [
      'attributions',
      'event_keys',
      'events',
      'invoices',
      'invoice_lines',
      'ignored_usage',
      'journal',
    ],
    reason: 'The first time, and on request, everything is looked at; afterwards what is new.',
  },
  {
    call: /^findings\.list /,
    tables: [
      'organizations',
      'organization_parents',
      'subscriptions',
      'subscription_plans',
      'bindings',
      'subscribers',
      'credentials',
      'customer_balances',
      'memberships',
    ],
    reason:
      'A report over all customers. It grows with them, not with what they use or are billed.',
  },
  {
    call: /^auditLog\.list .*search=/,
    tables: ['audit_log'],
    reason: 'Words are looked for newest first until a page is full.',
  },
];

/** These answer documents, of which data made with SQL does not hold all; their statements have run by then. Or nothing. */
export const isRendered = (operation: string): boolean =>
  !/^(conflicts|reattributions|merges|splits|checks|me|people|seller)\./.test(operation);
