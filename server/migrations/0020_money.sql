-- Credit notes, payments, refunds: what moves in the customer ledger beside invoices; and balances kept beside it.

alter table sellers
  add column credit_note_prefix text not null default 'CN-',
  add column next_credit_note_number bigint not null default 1 check (next_credit_note_number > 0);

-- Lets no more of a row change than the columns named, and nothing at all once its status is a last one.
create function only_status_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.status in ('void', 'reversed') or to_jsonb(old) - tg_argv <> to_jsonb(new) - tg_argv then
    raise exception '% on %: % is issued', tg_op, tg_table_name, old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Credit notes -----------------------------------------------------------------------------------

-- Issued at once. effective_at: the day that counts for statements. invoice_id: whose amount due it lowers; what is more
-- than that, or names no invoice, is credit of the customer. position: what a billing run knew when it issued it.
create table credit_notes (
  id identifier primary key check (id like 'cn\_%'),
  seller_id identifier not null references sellers,
  organization_id identifier not null references organizations,
  invoice_id identifier references invoices,
  billing_run_id identifier references billing_runs,
  number text not null,
  number_sequence bigint not null,
  status text not null default 'issued' check (status in ('issued', 'void')),
  currency char(3) not null,
  total numeric not null check (total > 0),
  reason text not null,
  position bigint,
  recipient jsonb not null,
  issuer jsonb not null,
  seal text not null,
  issued_at timestamptz not null,
  effective_at timestamptz not null check (effective_at <= issued_at),
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  unique (seller_id, number),
  unique (seller_id, number_sequence)
);
create index credit_notes_organization on credit_notes (organization_id, id);
create index credit_notes_invoice on credit_notes (invoice_id, id) where invoice_id is not null;
create index credit_notes_run on credit_notes (billing_run_id, id) where billing_run_id is not null;

-- What is credited. "credit": a part of an invoice line, whose usage stays billed. "adjustment": what a re-rating came to,
-- with the signed set of events that an invoice line would have (see invoice_lines): it counts as billed. Amounts are what
-- the customer gets: positive lowers what is owed.
create table credit_note_lines (
  id identifier primary key check (id like 'cnl\_%'),
  credit_note_id identifier not null,
  ordinal integer not null,
  kind text not null check (kind in ('credit', 'adjustment')),
  description text not null,
  invoice_line_id identifier references invoice_lines,
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
  unique (credit_note_id, ordinal),
  check (num_nonnulls(fee_id, charge_id) = 1),
  check (kind <> 'credit' or (invoice_line_id is not null and position = position_after and event_count = 0)),
  -- Lines are written before their note, which seals them.
  constraint credit_note_lines_note foreign key (credit_note_id) references credit_notes deferrable initially deferred
);
create index credit_note_lines_line on credit_note_lines (invoice_line_id) where invoice_line_id is not null;
create index credit_note_lines_subscription on credit_note_lines (subscription_id, period_start) where kind = 'adjustment';

create function credit_note_seal(note credit_notes) returns text language sql stable set timezone = 'UTC' as $$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(note) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from credit_note_lines l where l.credit_note_id = note.id), ''), 'UTF8')), 'hex')
$$;

create function seal_credit_note() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount), 0) from credit_note_lines where credit_note_id = new.id) <> new.total then
    raise exception 'credit note %: its lines do not sum to its total', new.number using errcode = 'check_violation';
  end if;
  new.seal := credit_note_seal(new);
  return new;
end $$;
create trigger credit_notes_seal before insert on credit_notes for each row execute function seal_credit_note();
create trigger credit_notes_final before update or delete on credit_notes
  for each row execute function only_status_moves('status', 'updated_at', 'version');

-- A part of an invoice line is never credited twice. (What a re-rating comes to is bounded by the rating, not by a line.)
create function credit_within_line() returns trigger language plpgsql as $$
declare
  line numeric := (select amount from invoice_lines where id = new.invoice_line_id);
  credited numeric := (select sum(l.amount) from credit_note_lines l left join credit_notes n on n.id = l.credit_note_id
                        where l.invoice_line_id = new.invoice_line_id and n.status is distinct from 'void');
begin
  if exists (select from credit_notes where id = new.credit_note_id) then
    raise exception 'INSERT on credit_note_lines: % is issued', new.credit_note_id using errcode = 'integrity_constraint_violation';
  end if;
  if new.kind = 'credit' and not credited between least(line, 0) and greatest(line, 0) then
    raise exception 'INSERT on credit_note_lines: more than % of the line %', line, new.invoice_line_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger credit_note_lines_within after insert on credit_note_lines for each row execute function credit_within_line();
create trigger credit_note_lines_fixed before update or delete on credit_note_lines
  for each row execute function forbid_change();

-- Payments and refunds ---------------------------------------------------------------------------

create table payments (
  id identifier primary key check (id like 'pay\_%'),
  organization_id identifier not null references organizations,
  currency char(3) not null,
  amount numeric not null check (amount > 0),
  status text not null default 'received' check (status in ('received', 'reversed')),
  method text,
  reference text,
  received_at timestamptz not null,
  reversed_at timestamptz check (reversed_at >= received_at),
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  check ((status = 'reversed') = (reversed_at is not null))
);
create index payments_organization on payments (organization_id, id);
create index payments_reference on payments (reference, id) where reference is not null;
create trigger payments_final before update or delete on payments
  for each row execute function only_status_moves('status', 'reversed_at', 'updated_at', 'version');

create table refunds (
  id identifier primary key check (id like 'rfd\_%'),
  organization_id identifier not null references organizations,
  currency char(3) not null,
  amount numeric not null check (amount > 0),
  method text,
  reference text,
  reason text,
  refunded_at timestamptz not null,
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create index refunds_organization on refunds (organization_id, id);
create trigger refunds_fixed before update or delete on refunds for each row execute function forbid_change();

-- The ledger names what moved it -----------------------------------------------------------------

-- An entry belongs to one item: the invoice that it names, else the payment or credit note whose unapplied rest it is.
-- "credit_applied" comes in pairs: from the rest of a payment or credit note to an invoice, or back.
alter table ledger_entries
  add column payment_id identifier references payments,
  add column credit_note_id identifier references credit_notes,
  add column refund_id identifier references refunds,
  add check (case kind
    when 'payment' then payment_id is not null and num_nonnulls(invoice_id, credit_note_id, refund_id) = 0
    when 'credit_note' then credit_note_id is not null and num_nonnulls(payment_id, refund_id) = 0
    when 'credit_applied' then num_nonnulls(payment_id, credit_note_id) = 1 and refund_id is null
    when 'refund' then refund_id is not null and num_nonnulls(payment_id, credit_note_id) = 1 and invoice_id is null
    else invoice_id is not null and num_nonnulls(payment_id, credit_note_id, refund_id) = 0 end);
create index ledger_entries_payment on ledger_entries (payment_id) where payment_id is not null;
create index ledger_entries_credit_note on ledger_entries (credit_note_id) where credit_note_id is not null;
create index ledger_entries_refund on ledger_entries (refund_id) where refund_id is not null;
create index ledger_entries_effect on ledger_entries (organization_id, effective_at);
create index ledger_entries_journal on ledger_entries (journal_id);
create unique index ledger_entries_void_once on ledger_entries (invoice_id) where kind = 'void_reversal';

-- Balances: what the entries sum to, kept by the database itself in the transaction that posts them ---------------

-- One row for each item: what is due on an invoice, or, negative, what is left of a payment or credit note.
create table balances (
  organization_id identifier not null references organizations,
  currency char(3) not null,
  item_id identifier not null,
  amount numeric not null default 0,
  paid numeric not null default 0,
  credited numeric not null default 0,
  written_off numeric not null default 0,
  is_void boolean not null default false,
  primary key (organization_id, currency, item_id),
  constraint balances_not_overdrawn check (case when item_id like 'inv\_%' then amount >= 0 else amount <= 0 end)
);
create index balances_open on balances (organization_id, currency) where amount <> 0;

create table customer_balances (
  organization_id identifier not null references organizations,
  currency char(3) not null,
  outstanding numeric not null default 0 check (outstanding >= 0),
  unapplied_credit numeric not null default 0 check (unapplied_credit >= 0),
  open_invoices integer not null default 0 check (open_invoices >= 0),
  oldest_due_at timestamptz,
  primary key (organization_id, currency)
);
create index customer_balances_outstanding on customer_balances (currency, outstanding desc, organization_id desc);
create index customer_balances_due on customer_balances (oldest_due_at) where oldest_due_at is not null;

-- Brings balances up to entries just added. The customers' rows are locked first, in one order.
create function keep_balances() returns trigger language plpgsql security definer set search_path from current as $$
begin
  insert into customer_balances as c (organization_id, currency)
  select distinct organization_id, currency from added order by organization_id, currency
  on conflict (organization_id, currency) do update set open_invoices = c.open_invoices;

  insert into balances (organization_id, currency, item_id)
  select distinct organization_id, currency, coalesce(invoice_id, payment_id, credit_note_id) from added
  on conflict do nothing;

  update balances b
     set amount = b.amount + a.amount, paid = b.paid + a.paid, credited = b.credited + a.credited,
         written_off = b.written_off + a.written_off, is_void = b.is_void or a.is_void
    from (select organization_id, currency, coalesce(invoice_id, payment_id, credit_note_id) as item_id, sum(amount) as amount,
                 coalesce(-sum(amount) filter (where invoice_id is not null and payment_id is not null), 0) as paid,
                 coalesce(-sum(amount) filter (where invoice_id is not null and credit_note_id is not null), 0) as credited,
                 coalesce(-sum(amount) filter (where kind = 'write_off'), 0) as written_off,
                 bool_or(kind = 'void_reversal') as is_void
            from added group by 1, 2, 3) a
   where b.organization_id = a.organization_id and b.currency = a.currency and b.item_id = a.item_id;

  update customer_balances c
     set outstanding = s.outstanding, unapplied_credit = s.unapplied_credit, open_invoices = s.open_invoices, oldest_due_at = s.oldest_due_at
    from (select t.organization_id, t.currency, coalesce(sum(b.amount) filter (where b.amount > 0), 0) as outstanding,
                 coalesce(-sum(b.amount) filter (where b.amount < 0), 0) as unapplied_credit,
                 count(*) filter (where b.amount > 0) as open_invoices, min(i.due_at) filter (where b.amount > 0) as oldest_due_at
            from (select distinct organization_id, currency from added) t
            left join balances b on b.organization_id = t.organization_id and b.currency = t.currency and b.amount <> 0
            left join invoices i on i.id = b.item_id
           group by 1, 2) s
   where c.organization_id = s.organization_id and c.currency = s.currency;
  return null;
end $$;

-- What was issued before.
insert into balances (organization_id, currency, item_id, amount)
select organization_id, currency, invoice_id, sum(amount) from ledger_entries group by 1, 2, 3;
insert into customer_balances (organization_id, currency, outstanding, open_invoices, oldest_due_at)
select b.organization_id, b.currency, sum(b.amount), count(*) filter (where b.amount > 0), min(i.due_at) filter (where b.amount > 0)
  from balances b join invoices i on i.id = b.item_id group by 1, 2;

create trigger ledger_entries_balances after insert on ledger_entries
  referencing new table as added for each statement execute function keep_balances();

-- The status of an invoice is what the ledger says of it -----------------------------------------

create function status_by_ledger(total numeric, due numeric, written_off numeric, is_void boolean) returns text language sql immutable as $$
  select case when is_void then 'void'
              when due = 0 then case when written_off > 0 then 'uncollectible' else 'paid' end
              when due < total then 'partially_paid' else 'open' end
$$;

create function status_fits_ledger() returns trigger language plpgsql as $$
declare
  subject identifier := case when tg_table_name = 'invoices' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'invoice_id' end;
  found record;
begin
  select i.id, i.status, case when b.item_id is null then 'draft' else status_by_ledger(i.total, b.amount, b.written_off, b.is_void) end as expected into found
    from invoices i left join balances b on b.organization_id = i.organization_id and b.currency = i.currency and b.item_id = i.id
   where i.id = subject;
  if found.status <> found.expected then
    raise exception 'invoice % is %, but by the ledger it is %', found.id, found.status, found.expected using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger invoices_fit_ledger after insert or update of status on invoices
  deferrable initially deferred for each row execute function status_fits_ledger();
create constraint trigger ledger_entries_fit_invoices after insert on ledger_entries
  deferrable initially deferred for each row when (new.invoice_id is not null) execute function status_fits_ledger();

grant select, insert on credit_notes, credit_note_lines, payments, refunds to customary_app;
grant update (status, updated_at, version) on credit_notes to customary_app;
grant update (status, reversed_at, updated_at, version) on payments to customary_app;
grant select on balances, customer_balances to customary_app;
