-- Organizations, subscribers, credentials, and the timelines that join them.
--
-- A timeline row says: over "valid", this is so. It is never edited: a change supersedes the row and inserts
-- the rows that now hold, so that both what holds and what was believed at any position can be read.
-- Among rows not superseded, the ranges of one subject never overlap.

create table organizations (
  id identifier primary key check (id like 'org\_%'),
  name text not null check (char_length(name) between 1 and 256),
  external_id identifier,
  currency char(3) not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  storefront_url text,
  billing jsonb not null default '{}' check (jsonb_typeof(billing) = 'object'),
  time_zone text not null default 'UTC',
  billing_cycle jsonb,
  payment_terms_days integer not null default 30 check (payment_terms_days between 0 and 3650),
  invoice_grouping text not null default 'consolidated' check (invoice_grouping in ('consolidated', 'perSubscription')),
  late_usage jsonb,
  tax_rates jsonb not null default '[]' check (jsonb_typeof(tax_rates) = 'array'),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  unclassified boolean not null default false,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  check (not unclassified or (name = 'UNCLASSIFIED' and archived_at is null))
);
create unique index organizations_external_id on organizations (external_id) where archived_at is null;
create unique index organizations_unclassified on organizations (unclassified) where unclassified;
create index organizations_name on organizations (name) where archived_at is null;

-- An e-mail domain belongs to one live organization.
create table organization_domains (
  organization_id identifier not null references organizations on delete cascade,
  domain identifier not null check (domain = lower(domain)),
  live boolean not null default true,
  primary key (organization_id, domain)
);
create unique index organization_domains_live on organization_domains (domain) where live;

-- Where usage rolls up.
create table organization_parents (
  id bigint generated always as identity primary key,
  organization_id identifier not null references organizations,
  parent_id identifier not null references organizations,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  check (parent_id <> organization_id),
  exclude using gist (organization_id with =, valid with &&) where (superseded_by is null)
);
create index organization_parents_children on organization_parents (parent_id) where superseded_by is null;

-- Who owes for it. No row: the organization pays for itself.
create table organization_payers (
  id bigint generated always as identity primary key,
  organization_id identifier not null references organizations,
  payer_id identifier not null references organizations,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  check (payer_id <> organization_id),
  exclude using gist (organization_id with =, valid with &&) where (superseded_by is null)
);
create index organization_payers_of on organization_payers (payer_id) where superseded_by is null;

create table subscribers (
  id identifier primary key check (id like 'sbr\_%'),
  email text not null check (char_length(email) between 3 and 320),
  email_key identifier not null check (email_key = lower(email_key)),
  first_name text,
  last_name text,
  subscriber_id identifier not null,
  service_of identifier unique references organizations,
  auto_created boolean not null default false,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index subscribers_email on subscribers (email_key) where archived_at is null;
create unique index subscribers_subscriber_id on subscribers (subscriber_id) where archived_at is null;

create table memberships (
  id bigint generated always as identity primary key,
  subscriber_id identifier not null references subscribers,
  organization_id identifier not null references organizations,
  is_primary boolean not null,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (subscriber_id with =, organization_id with =, valid with &&) where (superseded_by is null),
  exclude using gist (subscriber_id with =, valid with &&) where (superseded_by is null and is_primary)
);
create index memberships_organization on memberships (organization_id) where superseded_by is null;

create table credentials (
  id identifier primary key check (id like 'crd\_%'),
  name text not null check (char_length(name) between 1 and 256),
  external_secret bytea,
  tags text[] not null default '{}',
  auto_created boolean not null default false,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create index credentials_tags on credentials using gin (tags);

-- Every credential ID ever seen, known or only claimed by an event. It may be a live key: this is the only
-- place that holds it. All else refers to it by number and shows "masked".
create table credential_id_values (
  key bigint generated always as identity primary key,
  value identifier not null unique,
  masked text not null
);
create trigger credential_id_values_fixed before update or delete on credential_id_values
  for each row execute function forbid_change();

-- Which credential an ID names, when.
create table credential_ids (
  id bigint generated always as identity primary key,
  credential_id identifier not null references credentials,
  value_key bigint not null references credential_id_values,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (value_key with =, valid with &&) where (superseded_by is null)
);
create index credential_ids_credential on credential_ids (credential_id) where superseded_by is null;

grant select, insert, update, delete on organizations, organization_domains, subscribers, credentials to customary_app;
grant select, insert on credential_id_values to customary_app;
grant select, insert, update (superseded_by) on organization_parents, organization_payers, memberships, credential_ids
  to customary_app;

-- Usage that reaches no customer rests here; it can be neither renamed, nested, archived nor billed.
insert into organizations (id, name, unclassified, created_at, updated_at)
values ('org_00000000000000000000000000', 'UNCLASSIFIED', true, now(), now());
