-- The rhythms of a payer's invoices, dated. No rows: what the organization says, since ever. A row begins where a cycle of
-- the one before ends; its first cycle lasts until first_end and joins the two.
create table organization_cycles (
  id bigint generated always as identity primary key,
  organization_id identifier not null references organizations,
  unit text not null check (unit in ('day', 'week', 'month', 'quarter', 'year')),
  count integer not null check (count between 1 and 366),
  anchor_day smallint not null check (anchor_day between 1 and 31),
  time_zone text not null,
  first_end timestamptz check (first_end > lower(valid)),
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (organization_id with =, valid with &&) where (superseded_by is null)
);
create trigger organization_cycles_superseded_once before update on organization_cycles
  for each row execute function only_fill_once('superseded_by');
create trigger organization_cycles_kept before delete on organization_cycles
  for each row execute function forbid_change();
grant select, insert, update (superseded_by) on organization_cycles to customary_app;
