-- Links go out by mail; their token is computed from the id and the deployment's secret key, so that a job can send what
-- nobody has stored. Who signed in last.

alter table one_time_links
  add column origin text not null default '',
  add column mail_status text check (mail_status in ('queued', 'sent', 'failed')),
  add column mail_attempts integer not null default 0 check (mail_attempts >= 0),
  add column mail_detail text;
alter table one_time_links alter column origin drop default;
create index one_time_links_queued on one_time_links (id) where mail_status = 'queued' and closed_at is null;

create or replace function only_close_link() returns trigger language plpgsql as $$
declare
  changeable text[] := '{closed_at,closed_as,mail_status,mail_attempts,mail_detail}';
begin
  if to_jsonb(old) - changeable <> to_jsonb(new) - changeable then
    raise exception 'UPDATE on one_time_links: a link can be closed and mailed, not changed'
      using errcode = 'integrity_constraint_violation';
  end if;
  if old.closed_at is not null and (new.closed_at, new.closed_as) is distinct from (old.closed_at, old.closed_as) then
    raise exception 'UPDATE on one_time_links: a link is closed once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Signing in changes nothing that If-Match is about.
alter table people add column last_signed_in_at timestamptz;
drop trigger people_versioned on people;
create trigger people_versioned before update on people for each row
  when (old.* is distinct from new.* and old.last_signed_in_at is not distinct from new.last_signed_in_at)
  execute function people_version();
