-- Billing runs as jobs and by schedule; what is mailed to customers.

-- A run is queued until a worker, or whoever waits for it, takes it up.
alter table billing_runs drop constraint billing_runs_status_check;
alter table billing_runs add constraint billing_runs_status_check
  check (status in ('queued', 'running', 'succeeded', 'failed'));
alter table billing_runs drop constraint billing_runs_check1;
alter table billing_runs add constraint billing_runs_check1
  check ((status in ('queued', 'running')) = (finished_at is null));
create index billing_runs_unfinished on billing_runs (id) where status in ('queued', 'running');

-- Which cycles are billed without being asked for: those that have ended since billed_until, once the grace is over.
create table billing_schedule (
  only_one boolean primary key default true check (only_one),
  enabled boolean not null default false,
  grace_hours integer not null default 24 check (grace_hours between 0 and 720),
  billed_until timestamptz,
  last_run_id identifier references billing_runs,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  check (not enabled or billed_until is not null)
);
insert into billing_schedule default values;

create table sending_settings (
  only_one boolean primary key default true check (only_one),
  send_on_finalize boolean not null default false,
  reminder_days integer[] not null default '{}' check (cardinality(reminder_days) <= 10 and 0 < all (reminder_days)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1
);
insert into sending_settings default values;

-- A message to a customer about a document. once_key: what asks for it by itself asks once.
create table messages (
  id identifier primary key check (id like 'msg\_%'),
  kind text not null check (kind in ('invoice', 'reminder')),
  organization_id identifier not null references organizations,
  invoice_id identifier not null references invoices,
  once_key identifier unique,
  recipient text,
  status text not null check (status in ('queued', 'sent', 'failed', 'not_sent')),
  reason text,
  attempts integer not null default 0 check (attempts >= 0),
  sent_at timestamptz,
  actor identifier not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  check ((status = 'sent') = (sent_at is not null)),
  check (status not in ('failed', 'not_sent') or reason is not null),
  check (status not in ('queued', 'sent') or recipient is not null)
);
create index messages_invoice on messages (invoice_id, id);
create index messages_organization on messages (organization_id, id);
create index messages_queued on messages (id) where status = 'queued';

-- What was tried: never changed, never removed.
create table message_attempts (
  id bigint generated always as identity primary key,
  message_id identifier not null references messages,
  at timestamptz not null,
  outcome text not null check (outcome in ('sent', 'failed')),
  detail text not null
);
create index message_attempts_message on message_attempts (message_id, id);
create trigger message_attempts_fixed before update or delete on message_attempts
  for each row execute function forbid_change();

-- Invoices that may be reminded of.
create index invoices_due on invoices (due_at) where status in ('open', 'partially_paid');

grant select, update on billing_schedule, sending_settings to customary_app;
grant select, insert, update on messages to customary_app;
grant select, insert on message_attempts to customary_app;
