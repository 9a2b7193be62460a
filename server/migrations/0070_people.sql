-- People who sign in: who they are, what they prove it with, their sessions; one-time links; from where a change came.

create table people (
  id identifier primary key check (id like 'prs\_%'),
  name text not null check (char_length(name) between 1 and 256),
  email text not null check (char_length(email) between 3 and 320 and email = lower(email)),
  email_verified boolean not null default false,
  image text,
  role text not null check (role in ('owner', 'admin', 'billing', 'support', 'statements', 'developer')),
  two_factor_enabled boolean not null default false,
  -- Set when an invitation is accepted: until then nobody can sign in as this person.
  joined_at timestamptz,
  deactivated_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index people_email on people (email);

-- Whatever is changed, and whoever changes it: the version that If-Match names goes up.
create function people_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger people_versioned before update on people
  for each row when (old.* is distinct from new.*) execute function people_version();

-- The last owner stays (an invited one is none yet). Whoever takes an owner away waits for whoever does so at the same time.
create function people_keep_an_owner() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.owners', 0));
  if not exists (
    select from people
     where role = 'owner' and joined_at is not null and deactivated_at is null and id <> old.id
  ) then
    raise exception 'the last owner cannot be taken away'
      using errcode = 'integrity_constraint_violation', hint = 'Make another person an owner first.';
  end if;
  return coalesce(new, old);
end $$;
create trigger people_owner_changed before update on people
  for each row when (old.role = 'owner' and old.joined_at is not null and old.deactivated_at is null
    and (new.role <> 'owner' or new.joined_at is null or new.deactivated_at is not null))
  execute function people_keep_an_owner();
create trigger people_owner_removed before delete on people
  for each row when (old.role = 'owner' and old.joined_at is not null and old.deactivated_at is null)
  execute function people_keep_an_owner();

-- What a person proves to be himself with: a password (its hash), or an account at an identity provider.
create table person_sign_ins (
  id identifier primary key,
  person_id identifier not null references people,
  provider_id identifier not null,
  account_id identifier not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id),
  check ((provider_id = 'credential') = (password is not null))
);
create index person_sign_ins_person on person_sign_ins (person_id);

create table person_sessions (
  id identifier primary key,
  person_id identifier not null references people,
  token identifier not null unique,
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index person_sessions_person on person_sessions (person_id);
create index person_sessions_expiry on person_sessions (expires_at);

create table person_two_factors (
  id identifier primary key,
  person_id identifier not null unique references people,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default false,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);

-- Sign-ins that are under way: a second factor that is asked for, the state of a trip to the identity provider.
create table sign_in_challenges (
  id identifier primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sign_in_challenges_identifier on sign_in_challenges (identifier);
create index sign_in_challenges_expiry on sign_in_challenges (expires_at);

-- How often something was tried in a window of time.
create table sign_in_attempts (
  key identifier primary key,
  count integer not null check (count > 0),
  window_ends_at timestamptz not null
);
create index sign_in_attempts_expiry on sign_in_attempts (window_ends_at);

-- A link that works once: for the first owner, an invitation, a new password. The token is kept as a hash.
create table one_time_links (
  id identifier primary key check (id like 'lnk\_%'),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  purpose text not null check (purpose in ('owner', 'invitation', 'password')),
  person_id identifier references people,
  created_by identifier not null,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  closed_at timestamptz,
  closed_as text check (closed_as in ('used', 'withdrawn')),
  check ((closed_at is null) = (closed_as is null)),
  check ((purpose = 'owner') = (person_id is null))
);
create index one_time_links_person on one_time_links (person_id);
create unique index one_time_links_open on one_time_links (purpose, coalesce(person_id, '-')) where closed_at is null;

create function only_close_link() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
  will jsonb := to_jsonb(new);
begin
  if old.closed_at is not null or was - '{closed_at,closed_as}'::text[] <> will - '{closed_at,closed_as}'::text[] then
    raise exception 'UPDATE on one_time_links: a link can only be closed, once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger one_time_links_close before update on one_time_links
  for each row execute function only_close_link();

-- From where a change came. The name is the one that the actor had then.
alter table audit_log
  add column actor_name text,
  add column ip inet,
  add column user_agent text check (char_length(user_agent) <= 512);

grant select, insert, update on people to customary_app;
grant select, insert, update, delete on person_sign_ins, person_sessions, person_two_factors to customary_app;
grant select, insert, update, delete on sign_in_challenges, sign_in_attempts to customary_app;
grant select, insert, update on one_time_links to customary_app;
