-- Months whose events and entries were written to files and dropped. They are archived in their order, so all that
-- occurred before the end of the last of them is in files. What dedupe, documents and usage by the hour need stays;
-- here is what the entries came to, so that whatever counts them goes on counting the same.
create table archived_months (
  month date primary key check (extract(day from month) = 1),
  journal_id bigint not null references journal,
  archived_at timestamptz not null,
  -- The files hold what was recorded up to here, and nothing was recorded since.
  position bigint not null check (position >= 0),
  events bigint not null check (events >= 0),
  entries bigint not null check (entries >= events),
  attributed bigint not null,
  unclassified bigint not null,
  corrections bigint not null check (corrections >= 0),
  through_bindings bigint not null,
  -- What its hours sum to, and the attributes that they tell apart.
  usage jsonb not null check (jsonb_typeof(usage) = 'object'),
  attributes text[] not null,
  files jsonb not null check (jsonb_typeof(files) = 'array'),
  check (attributed + unclassified = events)
);
create trigger archived_months_fixed before update or delete on archived_months for each row execute function forbid_change();
-- A process that records shares ownership and looks where the archive ends: it must not remember an earlier end.
create trigger archived_months_change_ownership before insert on archived_months for each statement execute function ownership_changes();
grant select on archived_months to customary_app;

-- All usage that occurred before this is in files.
create function archived_before() returns timestamptz language sql stable parallel safe as
$$ select coalesce((max(month) + interval '1 month') at time zone 'UTC', '-infinity') from archived_months $$;

-- What the hours of a month sum to: measure → events and quantity; '' is the events themselves and their cost.
create function usage_of_month(of_month date) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(measure, jsonb_build_object('events', events, 'quantity', trim_scale(quantity)::text)), '{}')
    from (select measure, sum(events) as events, sum(quantity) as quantity from usage_hours
           where hour >= of_month::timestamp at time zone 'UTC' and hour < (of_month + interval '1 month') at time zone 'UTC'
           group by measure having sum(events) <> 0 or sum(quantity) <> 0) summed
$$;

-- As before, but never again for a month that was archived: without a partition, nothing can be stored in it.
create or replace function ensure_event_partitions(months date[]) returns void
language plpgsql security definer set search_path = customary, pg_temp as $$
declare
  month date;
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.partitions', 0));
  foreach month in array months loop
    continue when month::timestamp at time zone 'UTC' < archived_before();
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

-- Usage that was billed over a service period which reaches into an archived month stands as it was billed: it could
-- not be rated anew. So nothing may ask for that.
create function bills_archived_usage(of_subscription identifier, after timestamptz) returns boolean language sql stable as $$
  select exists (select from invoice_lines l join invoices i on i.id = l.invoice_id
                  where l.subscription_id = of_subscription and l.charge_id is not null and i.status <> 'void'
                    and l.period_start < archived_before() and l.period_end > after)
$$;

create function refuse_archived_periods() returns trigger language plpgsql as $$
begin
  if new.changed_from < archived_before() or bills_archived_usage(new.subscription_id, new.periods_from) then
    raise exception 'usage before % was archived', to_char(archived_before() at time zone 'UTC', 'YYYY-MM-DD') using errcode = '23000';
  end if;
  return new;
end $$;
create trigger subscription_changes_not_archived before insert on subscription_changes
  for each row execute function refuse_archived_periods();

create function refuse_archived_void() returns trigger language plpgsql as $$
begin
  if exists (select from invoice_lines where invoice_id = new.invoice_id and charge_id is not null and period_start < archived_before() and new.kind = 'void_reversal')
     or exists (select from credit_note_lines where credit_note_id = new.credit_note_id and charge_id is not null and kind = 'adjustment'
                   and period_start < archived_before() and new.kind = 'credit_note') then
    raise exception 'usage before % was archived', to_char(archived_before() at time zone 'UTC', 'YYYY-MM-DD') using errcode = '23000';
  end if;
  return new;
end $$;
create trigger ledger_entries_not_archived before insert on ledger_entries
  for each row when (new.kind = 'void_reversal' or (new.kind = 'credit_note' and new.amount > 0))
  execute function refuse_archived_void();
