-- Merges and splits of organizations. A merge is a dated alias edge: over "valid", the organization stands for nothing of
-- its own, and its survivor answers in its place. No other row changes. An alias never leads to another: it is one hop.

create table organization_aliases (
  id bigint generated always as identity primary key,
  organization_id identifier not null references organizations,
  survivor_id identifier not null references organizations,
  -- Which subscription takes usage that several of the two price: measure ('*': any) → subscription, null: each its own.
  choices jsonb not null default '{}' check (jsonb_typeof(choices) = 'object'),
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  check (survivor_id <> organization_id),
  exclude using gist (organization_id with =, valid with &&) where (superseded_by is null)
);
create index organization_aliases_survivor on organization_aliases (survivor_id) where superseded_by is null;

create trigger organization_aliases_superseded_once before update on organization_aliases
  for each row execute function only_fill_once('superseded_by');
create trigger organization_aliases_kept before delete on organization_aliases
  for each row execute function forbid_change();
create trigger organization_aliases_change_ownership before insert or update or delete on organization_aliases
  for each statement execute function ownership_changes();

-- Looked at when the transaction ends: on its way a merge supersedes and inserts.
create function aliases_are_one_hop() returns trigger language plpgsql as $$
begin
  if exists (select from organization_aliases a
               join organization_aliases b on b.organization_id = a.survivor_id and b.superseded_by is null and b.valid && a.valid
              where a.superseded_by is null and (a.id = new.id or b.id = new.id)) then
    raise exception 'an alias leads to another: %', new.organization_id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger organization_aliases_one_hop after insert on organization_aliases
  deferrable initially deferred for each row execute function aliases_are_one_hop();

-- Who answers for an organization at an instant: itself, or whom it had been merged into.
create function stands_for(organization identifier, at timestamptz) returns identifier language sql stable parallel safe
as $$ select coalesce((select a.survivor_id from organization_aliases a
                        where a.organization_id = $1 and a.superseded_by is null and a.valid @> $2), $1) $$;

-- An organization and whatever had been merged into it then.
create function answering_for(organization identifier, at timestamptz) returns setof identifier language sql stable parallel safe
as $$ select $1 union all select a.organization_id from organization_aliases a
       where a.survivor_id = $1 and a.superseded_by is null and a.valid @> $2 $$;

-- The tree, with merges: what was merged is below its survivor, and, for as long, not below its parent.
create view tree_edges as
  select p.organization_id, p.parent_id, false as is_alias,
         case when exists (select from organization_aliases a where a.organization_id = p.organization_id and a.superseded_by is null)
              then tstzmultirange(p.valid) - (select range_agg(a.valid) from organization_aliases a
                                               where a.organization_id = p.organization_id and a.superseded_by is null)
              else tstzmultirange(p.valid) end as valid
    from organization_parents p where p.superseded_by is null
  union all
  select a.organization_id, a.survivor_id, true, tstzmultirange(a.valid) from organization_aliases a where a.superseded_by is null;

-- Each step on the way from an organization to whoever pays for it, as recorded, superseded ones included.
create view payer_links as
  select organization_id, payer_id, valid, recorded_by, superseded_by from organization_payers
  union all
  select organization_id, survivor_id, valid, recorded_by, superseded_by from organization_aliases;

-- Who pays for an organization's subscriptions at an instant: of whoever answers for it the payer, if it has one, or whoever
-- answers for that. It ends even where a merge has put a payer below itself.
create function payer_of(organization identifier, at timestamptz) returns identifier language plpgsql stable parallel safe as $$
declare
  current identifier := stands_for(organization, at);
  seen text[] := '{}';
  payer identifier;
begin
  while not current = any (seen) loop
    seen := seen || current::text;
    select p.payer_id into payer from organization_payers p
     where p.organization_id = current and p.superseded_by is null and p.valid @> at;
    exit when payer is null;
    current := stands_for(payer, at);
  end loop;
  return current;
end $$;

-- What was previewed, applied, undone. Once applied, what was decided never changes; it can only be undone, once.
create table repairs (
  id identifier primary key check (id like 'mrg\_%' or id like 'spl\_%'),
  kind text not null check (kind in ('merge', 'split')),
  status text not null check (status in ('previewed', 'applied', 'undone')),
  -- What is merged, or split; and into which.
  organization_id identifier not null references organizations,
  into_id identifier references organizations,
  input jsonb not null check (jsonb_typeof(input) = 'object'),
  reason text,
  position bigint not null,
  digest jsonb not null check (jsonb_typeof(digest) = 'object'),
  preview jsonb not null check (jsonb_typeof(preview) = 'object'),
  occurred_from timestamptz,
  occurred_to timestamptz,
  applied_by bigint unique references journal,
  applied_at timestamptz,
  undone_by bigint unique references journal,
  undone_at timestamptz,
  undo jsonb check (jsonb_typeof(undo) = 'object'),
  actor identifier not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  check (id like case kind when 'merge' then 'mrg\_%' else 'spl\_%' end),
  check ((status in ('applied', 'undone')) = (applied_by is not null)),
  check ((applied_by is null) = (applied_at is null)),
  check (applied_by is null or into_id is not null),
  check ((status = 'undone') = (undone_by is not null)),
  check ((undone_by is null) = (undone_at is null) and (undone_by is null) = (undo is null))
);
create index repairs_kind on repairs (kind, id);
create index repairs_organization on repairs (organization_id);
create index repairs_into on repairs (into_id);

-- What is only rehearsed, and taken back, changes nothing for anybody: it makes nobody wait.
create or replace function ownership_changes() returns trigger language plpgsql security definer set search_path = customary, pg_temp as $$
begin
  if current_setting('customary.rehearsing', true) = 'yes' then return null; end if;
  perform pg_advisory_xact_lock(ownership_lock_key());
  perform nextval('ownership_version');
  return null;
end $$;

create or replace function applied_is_final() returns trigger language plpgsql as $$
declare
  changing constant text[] := array['status', 'undone_by', 'undone_at', 'undo', 'updated_at', 'version'];
begin
  if tg_op = 'DELETE' then
    raise exception 'DELETE on %: % is kept', tg_table_name, old.id using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'undone' or (old.status = 'applied' and (new.status <> 'undone' or to_jsonb(old) - changing <> to_jsonb(new) - changing)) then
    raise exception 'UPDATE on %: % is %', tg_table_name, old.id, old.status using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger repairs_final before update or delete on repairs
  for each row execute function applied_is_final();

grant select, insert, update (superseded_by) on organization_aliases to customary_app;
grant select on tree_edges, payer_links to customary_app;
grant select, insert, update on repairs to customary_app;
