-- The floor: the application's role, the journal and its positions, audit, access, idempotency.
-- Everything lives in the schema "customary"; the migrator has put it first in the search path.

do $$
begin
  if not exists (select from pg_roles where rolname = 'customary_app') then
    create role customary_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database of this server made it at the same moment
  when insufficient_privilege then
    raise exception 'the role "customary_app" is missing and this user may not create it'
      using hint = 'As a superuser run: create role customary_app nologin; grant customary_app to ' || current_user || ';';
end $$;

do $$
begin
  if not pg_has_role(current_user, 'customary_app', 'usage') then
    execute format('grant customary_app to %I', current_user);
  end if;
end $$;

grant usage on schema customary to customary_app;

-- Ids and other machine-made or machine-compared text: byte order, never a locale's.
create domain identifier as text collate "C" check (octet_length(value) between 1 and 1024);

-- What must never change -------------------------------------------------------------------------

create function forbid_change() returns trigger language plpgsql as $$
begin
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'Append a correcting entry.';
end $$;

-- Allows exactly one change of a row: the column named by the first argument from null to a value.
create function only_fill_once() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
  will jsonb := to_jsonb(new);
begin
  if was -> tg_argv[0] <> 'null'::jsonb or will -> tg_argv[0] = 'null'::jsonb or was - tg_argv[0] <> will - tg_argv[0] then
    raise exception 'UPDATE on %: only "%" may be set, once', tg_table_name, tg_argv[0]
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Journal ----------------------------------------------------------------------------------------

-- One row for each recording transaction. A single follower numbers committed rows in order; that number,
-- the position, is the only "as we knew it" clock.
create table journal (
  id bigint generated always as identity primary key,
  kind text not null,
  actor identifier not null,
  recorded_at timestamptz not null,
  position bigint unique check (position > 0)
);
create index journal_unnumbered on journal (id) where position is null;
create trigger journal_position_once before update on journal
  for each row execute function only_fill_once('position');
create trigger journal_kept before delete on journal for each row execute function forbid_change();

-- Numbers what has been committed since the last call and answers the latest position.
create function number_journal() returns bigint language plpgsql as $$
declare
  latest bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.journal', 0));
  update journal j
     set position = n.position
    from (select id, (select coalesce(max(position), 0) from journal) + row_number() over (order by id) as position
            from journal where position is null) n
   where j.id = n.id;
  select coalesce(max(position), 0) into latest from journal;
  return latest;
end $$;

-- Deployment and access --------------------------------------------------------------------------

create table deployment (
  only_one boolean primary key default true check (only_one),
  secret_key_fingerprint text,
  attribution_mode text not null default 'provision' check (attribution_mode in ('provision', 'strict')),
  created_at timestamptz not null default now()
);
insert into deployment default values;

create table api_keys (
  id identifier primary key check (id like 'key\_%'),
  name text not null check (char_length(name) between 1 and 256),
  hash bytea not null unique check (octet_length(hash) = 32),
  hint text not null,
  permissions text[] not null check (cardinality(permissions) > 0),
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- The answer to a keyed request, kept in the transaction of the action itself.
create table idempotency_keys (
  principal_id identifier not null,
  operation text not null,
  key text not null check (char_length(key) between 1 and 256),
  body_hash bytea not null,
  status smallint not null,
  response text,
  expires_at timestamptz not null,
  primary key (principal_id, operation, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

create table audit_log (
  id bigint generated always as identity primary key,
  journal_id bigint not null references journal,
  at timestamptz not null,
  actor identifier not null,
  request_id text,
  action text not null,
  resource_id identifier not null,
  before jsonb,
  after jsonb,
  reason text
);
create index audit_log_resource on audit_log (resource_id, id);
create trigger audit_log_fixed before update or delete on audit_log
  for each row execute function forbid_change();

grant select, insert, update (position) on journal to customary_app;
grant select on migration_checksums to customary_app;
grant select, update on deployment to customary_app;
grant select, insert, update on api_keys to customary_app;
grant select, insert, delete on idempotency_keys to customary_app;
grant select, insert on audit_log to customary_app;
