-- Billing runs, invoices, their lines, the customer ledger.

-- Who issues the documents. Numbers are drawn from the row itself, so that they have no gap.
create table sellers (
  id identifier primary key,
  name text not null,
  invoice_prefix text not null default 'INV-',
  next_invoice_number bigint not null default 1 check (next_invoice_number > 0),
  version integer not null default 1
);
insert into sellers (id, name) values ('default', 'Your company');

create table billing_runs (
  id identifier primary key check (id like 'run\_%'),
  period text not null,
  period_start timestamptz not null,
  period_end timestamptz not null,
  status text not null check (status in ('running', 'succeeded', 'failed')),
  position bigint not null,
  actor identifier not null,
  organizations_total integer not null default 0,
  organizations_done integer not null default 0,
  invoices_drafted integer not null default 0,
  lines_drafted integer not null default 0,
  problem jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  version integer not null default 1,
  check (period_end > period_start),
  check ((status = 'running') = (finished_at is null))
);
create index billing_runs_running on billing_runs (period) where status = 'running';

-- Which cycles of a payer a run has been through, and what it knew. A payer who owed nothing has no invoice, so this
-- is what tells "nothing was owed" from "nobody asked yet": what is found later for such a cycle goes on the next
-- invoice. "complete": each fee and charge due in the cycle has its line.
create table billing_cycles (
  organization_id identifier not null references organizations,
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  billing_run_id identifier not null references billing_runs,
  position bigint not null,
  complete boolean not null,
  primary key (organization_id, period_start, period_end)
);
create index billing_cycles_run on billing_cycles (billing_run_id);

create table invoices (
  id identifier primary key check (id like 'inv\_%'),
  seller_id identifier not null references sellers,
  organization_id identifier not null references organizations,
  billing_run_id identifier references billing_runs,
  number text,
  number_sequence bigint,
  status text not null check (status in ('draft', 'open', 'partially_paid', 'paid', 'void', 'uncollectible')),
  currency char(3) not null,
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  grouping_key text not null default '',
  position bigint not null,
  total numeric not null,
  recipient jsonb not null,
  issuer jsonb not null,
  seal text,
  issued_at timestamptz,
  due_at timestamptz,
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  unique (seller_id, number),
  unique (seller_id, number_sequence),
  check ((status = 'draft') = (number is null)),
  check ((number is null) = (number_sequence is null) and (number is null) = (seal is null)),
  check ((number is null) = (issued_at is null) and (number is null) = (due_at is null))
);
-- One invoice per payer, currency, cycle and grouping, whoever asks how often.
create unique index invoices_once on invoices (organization_id, currency, period_start, period_end, grouping_key)
  where status <> 'void';
create index invoices_open on invoices (organization_id, currency) where status in ('open', 'partially_paid');
create index invoices_organization on invoices (organization_id, id);
create index invoices_run on invoices (billing_run_id, id);

-- A line names its events: those of the subscription that its charge's meter counts, that occurred in
-- [payer_from, payer_to) and were recorded in (position_after, position]. event_sign -1: a line that takes them back.
-- Count, quantity and hash are those of the set as signed.
create table invoice_lines (
  id identifier primary key check (id like 'lin\_%'),
  invoice_id identifier not null references invoices on delete cascade,
  ordinal integer not null,
  kind text not null check (kind in ('fee', 'usage', 'adjustment')),
  description text not null,
  subscription_id identifier not null references subscriptions,
  plan_id identifier not null,
  plan_version integer not null,
  fee_id identifier references plan_fees,
  charge_id identifier references plan_charges,
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  payer_from timestamptz not null,
  payer_to timestamptz not null check (payer_to > payer_from),
  quantity numeric not null,
  amount numeric not null,
  price jsonb not null,
  position_after bigint not null default 0,
  position bigint not null check (position >= position_after),
  event_sign smallint not null default 1 check (event_sign in (1, -1)),
  event_count bigint not null default 0,
  event_quantity numeric not null default 0,
  event_hash numeric not null default 0,
  unique (invoice_id, ordinal),
  check (num_nonnulls(fee_id, charge_id) = 1),
  check (kind <> 'fee' or fee_id is not null),
  check (kind <> 'usage' or charge_id is not null)
);
create index invoice_lines_subscription on invoice_lines (subscription_id, period_start);

-- What an issued document says, in one hash: whatever is changed later, by whomever, no longer fits it. What is null
-- is left out, so that columns added later do not break the seals of before.
create function invoice_seal(invoice invoices) returns text language sql stable set timezone = 'UTC' as $$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(invoice) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from invoice_lines l where l.invoice_id = invoice.id), ''), 'UTF8')), 'hex')
$$;

-- Drafts may change; finalized documents never. Issuing seals.
create function finalized_is_final() returns trigger language plpgsql as $$
declare
  changing constant text[] := array['status', 'updated_at', 'version'];
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then
      raise exception 'DELETE on invoices: % is issued', old.number using errcode = 'integrity_constraint_violation';
    end if;
    return old;
  end if;
  if old.status <> 'draft' and (new.status = 'draft' or to_jsonb(old) - changing <> to_jsonb(new) - changing) then
    raise exception 'UPDATE on invoices: % is issued', old.number using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'draft' and new.status <> 'draft' then
    new.seal := invoice_seal(new);
  end if;
  return new;
end $$;
create trigger invoices_final before update or delete on invoices
  for each row execute function finalized_is_final();

create function lines_of_drafts_only() returns trigger language plpgsql as $$
declare
  subject identifier := case when tg_op = 'INSERT' then new.invoice_id else old.invoice_id end;
begin
  if exists (select from invoices where id = subject and status <> 'draft') or (tg_op = 'UPDATE' and new.invoice_id <> old.invoice_id) then
    raise exception '% on invoice_lines: invoice % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger invoice_lines_final before insert or update or delete on invoice_lines
  for each row execute function lines_of_drafts_only();

-- What each payer owes: the only source of statements.
create table ledger_entries (
  id bigint generated always as identity primary key,
  organization_id identifier not null references organizations,
  currency char(3) not null,
  kind text not null check (kind in ('invoice', 'payment', 'credit_note', 'credit_applied', 'refund', 'write_off', 'void_reversal')),
  amount numeric not null,
  invoice_id identifier references invoices,
  effective_at timestamptz not null,
  journal_id bigint not null references journal
);
create index ledger_entries_organization on ledger_entries (organization_id, currency, effective_at);
create index ledger_entries_invoice on ledger_entries (invoice_id) where invoice_id is not null;
create unique index ledger_entries_invoice_once on ledger_entries (invoice_id) where kind = 'invoice';
create trigger ledger_entries_fixed before update or delete on ledger_entries
  for each row execute function forbid_change();

grant select, update on sellers to customary_app;
grant select, insert, update on billing_runs, billing_cycles to customary_app;
grant select, insert, update, delete on invoices, invoice_lines to customary_app;
grant select, insert on ledger_entries to customary_app;
