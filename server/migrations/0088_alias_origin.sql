-- Which merge said so: an alias that a later merge redirected, and that came back when that was undone, is still the
-- first one's.
alter table organization_aliases disable trigger user;
alter table organization_aliases add column merged_by bigint references journal;
update organization_aliases set merged_by = recorded_by;
alter table organization_aliases alter column merged_by set not null;
alter table organization_aliases enable trigger user;
