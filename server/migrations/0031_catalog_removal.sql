-- What nothing refers to is removed (design §5): plans that nobody ever subscribed to, and meters that no plan ever
-- named. All else of the catalog is archived, and its versions are kept for good.

-- Versions still never change. They go only with what nobody has agreed to.
create function kept_once_used() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
begin
  if tg_op = 'DELETE' and not exists (
    select from subscription_plans s where s.plan_id = was ->> 'plan_id' and s.plan_version = coalesce(was ->> 'plan_version', was ->> 'version')::integer) then
    return old;
  end if;
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'Somebody subscribed to it.';
end $$;

create function kept_once_named() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from plan_charges c where c.meter_id = old.meter_id) then
    return old;
  end if;
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'A plan names it.';
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['plan_versions', 'plan_fees', 'plan_charges'] loop
    execute format('drop trigger %I on %I', t || '_fixed', t);
    execute format('create trigger %I before update or delete on %I for each row execute function kept_once_used()', t || '_fixed', t);
  end loop;
end $$;
drop trigger meter_versions_fixed on meter_versions;
create trigger meter_versions_fixed before update or delete on meter_versions for each row execute function kept_once_named();

-- The application may not delete versions; it may ask for what is unused to be removed. False: something refers to it.
-- The rows are locked before they are looked at, so that whoever subscribes at that moment is seen, or sees them gone.
create function remove_unused_plan_version(plan identifier, of_version integer) returns boolean
language plpgsql security definer set search_path = customary, pg_temp as $$
begin
  perform from plan_versions where plan_id = plan and version = of_version for update;
  if exists (select from subscription_plans where plan_id = plan and plan_version = of_version) then
    return false;
  end if;
  delete from plan_fees where plan_id = plan and plan_version = of_version;
  delete from plan_charges where plan_id = plan and plan_version = of_version;
  delete from plan_versions where plan_id = plan and version = of_version;
  return true;
exception
  when foreign_key_violation then return false;
end $$;

create function remove_unused_plan(plan identifier) returns boolean
language plpgsql security definer set search_path = customary, pg_temp as $$
begin
  perform from plan_versions where plan_id = plan for update;
  if exists (select from subscription_plans where plan_id = plan) then
    return false;
  end if;
  delete from plan_fees where plan_id = plan;
  delete from plan_charges where plan_id = plan;
  delete from plan_versions where plan_id = plan;
  delete from plans where id = plan;
  return true;
exception
  when foreign_key_violation then return false;
end $$;

-- A meter that events brought about is one that they refer to.
create function remove_unused_meter(meter identifier) returns boolean
language plpgsql security definer set search_path = customary, pg_temp as $$
begin
  perform from meter_versions where meter_id = meter for update;
  if exists (select from meters where id = meter and auto_created) or exists (select from plan_charges where meter_id = meter) then
    return false;
  end if;
  delete from meter_versions where meter_id = meter;
  delete from meters where id = meter;
  return true;
exception
  when foreign_key_violation then return false;
end $$;

revoke execute on function remove_unused_plan_version(identifier, integer), remove_unused_plan(identifier), remove_unused_meter(identifier) from public;
grant execute on function remove_unused_plan_version(identifier, integer), remove_unused_plan(identifier), remove_unused_meter(identifier) to customary_app;
