-- Re-attribution: usage moved to another owner, or found its owner anew, with a preview, in one go, and back again.

-- What a preview showed, what was applied, what was undone. The entries themselves are in "attributions": those of
-- the journal rows named here. Once applied, what was decided never changes; it can only be undone, once.
create table reattributions (
  id identifier primary key check (id like 'rea\_%'),
  kind text not null check (kind in ('assign', 'resolve')),
  status text not null check (status in ('pending', 'previewed', 'applied', 'undone')),
  selection jsonb not null check (jsonb_typeof(selection) = 'object'),
  owner jsonb check (jsonb_typeof(owner) = 'object'),
  reason text,
  -- The change of ownership that left usage where it was, to be moved by this.
  deferred_by bigint unique references journal,
  position bigint,
  digest jsonb check (jsonb_typeof(digest) = 'object'),
  preview jsonb check (jsonb_typeof(preview) = 'object'),
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
  check ((kind = 'assign') = (owner is not null)),
  check (status = 'pending' or (position is not null and digest is not null and preview is not null)),
  check ((status in ('applied', 'undone')) = (applied_by is not null)),
  check ((applied_by is null) = (applied_at is null)),
  check ((status = 'undone') = (undone_by is not null)),
  check ((undone_by is null) = (undone_at is null) and (undone_by is null) = (undo is null))
);
create index reattributions_status on reattributions (status, id);

create function applied_is_final() returns trigger language plpgsql as $$
declare
  changing constant text[] := array['status', 'undone_by', 'undone_at', 'undo', 'updated_at', 'version'];
begin
  if tg_op = 'DELETE' then
    raise exception 'DELETE on reattributions: % is kept', old.id using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'undone' or (old.status = 'applied' and (new.status <> 'undone' or to_jsonb(old) - changing <> to_jsonb(new) - changing)) then
    raise exception 'UPDATE on reattributions: % is %', old.id, old.status using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger reattributions_final before update or delete on reattributions
  for each row execute function applied_is_final();

-- What each change of ownership touched: usage that was decided by hand is passed over by it, and finds it here should
-- that decision be undone.
create table ownership_changes (
  id bigint generated always as identity primary key,
  journal_id bigint not null references journal,
  touched jsonb not null check (jsonb_typeof(touched) = 'array')
);
create index ownership_changes_journal on ownership_changes (journal_id);
create trigger ownership_changes_fixed before update or delete on ownership_changes
  for each row execute function forbid_change();

grant select, insert, update on reattributions to customary_app;
grant select, insert on ownership_changes to customary_app;
