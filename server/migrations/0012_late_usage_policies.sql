-- What follows up on what was billed: on the next invoice, or by documents of its own.

-- An invoice beside the regular one of its cycle, for what was found later. (Null, not false: the seals of before hold.)
alter table invoices add column standalone boolean check (standalone);
drop index invoices_once;
create unique index invoices_once on invoices (organization_id, currency, period_start, period_end, grouping_key, (standalone is not null))
  where status <> 'void';

alter table billing_runs add column credit_notes_issued integer not null default 0;

-- Up to which position a payer's share of a billed service period was looked at and nothing was found to follow up.
create table settled_periods (
  organization_id identifier not null references organizations,
  subscription_id identifier not null references subscriptions,
  period_start timestamptz not null,
  position bigint not null,
  primary key (organization_id, subscription_id, period_start)
);
grant select, insert, update on settled_periods to customary_app;

-- Of who has none of its own.
alter table billing_schedule add column late_policy text not null default 'adjustNextInvoice'
  check (late_policy in ('adjustNextInvoice', 'creditNote', 'ignore'));
