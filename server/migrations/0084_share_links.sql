-- Links that show what one customer owes to whoever has them. The token is kept as a hash.

create table share_links (
  id identifier primary key check (id like 'shr\_%'),
  organization_id identifier not null references organizations,
  name text check (char_length(name) between 1 and 256),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_by identifier not null,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  revoked_at timestamptz,
  revoked_by identifier,
  last_used_at timestamptz,
  updated_at timestamptz not null,
  version integer not null default 1,
  check ((revoked_at is null) = (revoked_by is null))
);
create index share_links_organization on share_links (organization_id, id);

-- What a link shows, and until when, is settled when it is made; it can only be revoked, once.
create function only_revoke_share_link() returns trigger language plpgsql as $$
declare
  used constant text[] := '{last_used_at}';
  revoked constant text[] := '{last_used_at,revoked_at,revoked_by,updated_at,version}';
begin
  if to_jsonb(old) - used = to_jsonb(new) - used then
    return new;
  end if;
  if old.revoked_at is not null or new.revoked_at is null or to_jsonb(old) - revoked <> to_jsonb(new) - revoked then
    raise exception 'UPDATE on share_links: a link can only be revoked, once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger share_links_revoke before update on share_links
  for each row execute function only_revoke_share_link();
create trigger share_links_kept before delete on share_links
  for each row execute function forbid_change();

grant select, insert, update (revoked_at, revoked_by, last_used_at, updated_at, version) on share_links to customary_app;
