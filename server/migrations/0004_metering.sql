-- Events, what they were attributed to, and the table that counts each of them once.
--
-- Events and attributions are partitioned by month of occurrence so that old months can be detached. Event ids
-- begin with the millisecond of occurrence, so an id alone finds its partition. No foreign keys lead into or
-- out of these tables: they may be distributed.

-- Dedupe, for ever: never partitioned by time, never dropped.
create table event_keys (
  source text collate "C" not null,
  client_id identifier not null,
  body_hash bytea not null check (octet_length(body_hash) = 32),
  event_id identifier not null,
  journal_id bigint not null,
  primary key (source, client_id)
);

-- What became of each event of a request.
create table ingest_batches (
  journal_id bigint primary key,
  accepted integer not null check (accepted >= 0),
  duplicates integer not null check (duplicates >= 0),
  conflicts integer not null check (conflicts >= 0),
  rejected integer not null check (rejected >= 0)
);

create table events (
  id identifier not null,
  occurred_at timestamptz not null,
  journal_id bigint not null,
  source text collate "C" not null,
  client_id identifier not null,
  credential_key bigint,
  subscription_claim identifier,
  subscriber_claim identifier,
  organization_claim text collate "C",
  product_claim text collate "C",
  measures jsonb not null check (jsonb_typeof(measures) = 'object'),
  cost_amount numeric,
  cost_currency char(3),
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  primary key (occurred_at, id),
  check ((cost_amount is null) = (cost_currency is null))
) partition by range (occurred_at);
create index events_credential_key on events (credential_key, occurred_at);
-- Usage is found by what it claims, too: what could not be resolved waits for its owner. Most usage claims only a
-- credential, so these stay small.
create index events_subscription_claim on events (subscription_claim, occurred_at) where subscription_claim is not null;
create index events_subscriber_claim on events (subscriber_claim, occurred_at) where subscriber_claim is not null;
create index events_subscriber_domain on events (split_part(subscriber_claim, '@', 2), occurred_at) where subscriber_claim is not null;
create index events_organization_claim on events (organization_claim, occurred_at) where organization_claim is not null;
create index events_journal on events using brin (journal_id);

-- Entries, not states: a correction appends the old answer with sign -1 and the new one with +1. The sum of the
-- signs over any set of entries up to a position is what was so then.
create table attributions (
  event_id identifier not null,
  occurred_at timestamptz not null,
  journal_id bigint not null,
  sign smallint not null check (sign in (1, -1)),
  credential_id identifier,
  binding_id bigint,
  subscriber_id identifier,
  organization_id identifier not null,
  subscription_id identifier,
  rule text not null,
  reasons text[] not null default '{}',
  unbilled_reason text,
  claim_conflicts text[] not null default '{}',
  sentence text not null,
  primary key (event_id, occurred_at, journal_id, sign),
  check ((subscription_id is null) = (unbilled_reason is not null))
) partition by range (occurred_at);
create index attributions_subscription on attributions (subscription_id, occurred_at) where subscription_id is not null;
create index attributions_organization on attributions (organization_id, occurred_at);
create index attributions_journal on attributions using brin (journal_id);

-- The same source and id with another body: the first stands, the others are kept and shown.
create table event_conflicts (
  source text collate "C" not null,
  client_id identifier not null,
  body_hash bytea not null check (octet_length(body_hash) = 32),
  event_id identifier not null,
  credential_key bigint,
  body jsonb not null,
  journal_id bigint not null,
  primary key (source, client_id, body_hash)
);

-- What was refused, encrypted because a malformed event may carry a key anywhere.
create table event_rejects (
  id bigint generated always as identity primary key,
  journal_id bigint not null,
  batch_index integer not null,
  code text not null,
  pointer text not null,
  detail text not null,
  body_encrypted bytea
);

do $$
declare
  t text;
begin
  foreach t in array array['ingest_batches', 'event_keys', 'events', 'attributions', 'event_conflicts', 'event_rejects'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function forbid_change()', t || '_fixed', t);
    execute format('grant select, insert on %I to customary_app', t);
  end loop;
end $$;

-- Makes the monthly partitions for the given first days of months. Attaching takes a weaker lock than
-- "create … partition of", so ingest that is under way does not wait.
create function ensure_event_partitions(months date[]) returns void
language plpgsql security definer set search_path = customary, pg_temp as $$
declare
  month date;
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.partitions', 0));
  foreach month in array months loop
    foreach parent in array array['events', 'attributions'] loop
      child := parent || to_char(month, '"_"YYYY"_"MM');
      if to_regclass('customary.' || child) is null then
        execute format('create table %I (like %I including defaults including constraints including generated)', child, parent);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child,
          to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
      end if;
    end loop;
  end loop;
end $$;
revoke execute on function ensure_event_partitions(date[]) from public;
grant execute on function ensure_event_partitions(date[]) to customary_app;

-- The number that an event adds to the hash of a set. Sets are compared by the signed sum of it: it does not
-- depend on order, and sets can be merged and subtracted.
create function event_hash(event_id text) returns numeric language sql immutable parallel safe strict as
$$ select ('x' || left(md5(event_id), 16))::bit(64)::bigint::numeric $$;
