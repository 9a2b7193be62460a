-- What attribution reads, numbered: whoever changes any of it holds the ownership lock alone, and the number moves on.
-- Storing transactions read the number under the shared lock, where it cannot move, so what a process has cached at
-- that number is what the tables say (design §4.1: a cache may be stale, a stored attribution may not).

create sequence ownership_version;

create function ownership_lock_key() returns bigint language sql immutable parallel safe
as $$ select hashtextextended('customary.ownership', 0) $$;

-- Shares the ownership lock until the transaction ends; answers the version that it holds still.
create function share_ownership() returns bigint language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(ownership_lock_key());
  return (select last_value from ownership_version);
end $$;

create function ownership_changes() returns trigger language plpgsql security definer set search_path = customary, pg_temp as $$
begin
  perform pg_advisory_xact_lock(ownership_lock_key());
  perform nextval('ownership_version');
  return null;
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['organizations', 'organization_domains', 'organization_parents', 'subscribers', 'memberships',
                              'credential_ids', 'bindings', 'products', 'subscriptions', 'subscription_plans', 'subscription_pauses', 'deployment'] loop
    execute format('create trigger %I before insert or update or delete on %I for each statement execute function ownership_changes()',
      name || '_change_ownership', name);
  end loop;
end $$;

grant select on ownership_version to customary_app;
