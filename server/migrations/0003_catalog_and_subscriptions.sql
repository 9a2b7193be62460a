-- What is sold, who agreed to it, and which credential feeds it.

create table meters (
  id identifier primary key check (id like 'mtr\_%'),
  key identifier not null,
  auto_created boolean not null default false,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index meters_key on meters (key) where archived_at is null;

create table meter_versions (
  meter_id identifier not null references meters,
  version integer not null check (version > 0),
  aggregation text not null check (aggregation in ('sum', 'count', 'max', 'unique')),
  measure identifier,
  filter jsonb not null default '{}' check (jsonb_typeof(filter) = 'object'),
  split_by text[] not null default '{}',
  created_at timestamptz not null,
  primary key (meter_id, version),
  check (aggregation = 'count' or measure is not null)
);

create table products (
  id identifier primary key check (id like 'prd\_%'),
  name text not null check (char_length(name) between 1 and 256),
  external_id identifier,
  description text,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index products_external_id on products (external_id) where archived_at is null;

create table plans (
  id identifier primary key check (id like 'pln\_%'),
  product_id identifier not null references products,
  name text not null check (char_length(name) between 1 and 256),
  external_id identifier,
  description text,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index plans_external_id on plans (external_id) where archived_at is null;

-- The priced terms of a plan. A change of price is a new version; subscriptions keep theirs.
create table plan_versions (
  plan_id identifier not null references plans,
  version integer not null check (version > 0),
  currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
  interval_unit text not null check (interval_unit in ('day', 'week', 'month', 'quarter', 'year')),
  interval_count integer not null check (interval_count between 1 and 366),
  created_at timestamptz not null,
  primary key (plan_id, version)
);

create table plan_fees (
  id identifier primary key check (id like 'fee\_%'),
  plan_id identifier not null,
  plan_version integer not null,
  ordinal integer not null,
  name text not null check (char_length(name) between 1 and 256),
  amount numeric not null check (amount >= 0),
  timing text not null check (timing in ('advance', 'arrears')),
  foreign key (plan_id, plan_version) references plan_versions (plan_id, version),
  unique (plan_id, plan_version, ordinal)
);

create table plan_charges (
  id identifier primary key check (id like 'chg\_%'),
  plan_id identifier not null,
  plan_version integer not null,
  ordinal integer not null,
  name text not null check (char_length(name) between 1 and 256),
  meter_id identifier not null,
  meter_version integer not null,
  model text not null,
  terms jsonb not null check (jsonb_typeof(terms) = 'object'),
  foreign key (plan_id, plan_version) references plan_versions (plan_id, version),
  foreign key (meter_id, meter_version) references meter_versions (meter_id, version),
  unique (plan_id, plan_version, ordinal)
);
create index plan_charges_meter on plan_charges (meter_id);

create table subscriptions (
  id identifier primary key check (id like 'sub\_%'),
  organization_id identifier not null references organizations,
  name text check (char_length(name) between 1 and 256),
  external_id identifier,
  start_at timestamptz not null,
  end_at timestamptz check (end_at > start_at),
  anchor_day smallint not null check (anchor_day between 1 and 31),
  time_zone text not null,
  late_usage jsonb,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index subscriptions_external_id on subscriptions (external_id) where archived_at is null;
create index subscriptions_organization on subscriptions (organization_id);

-- The plan version a subscription is on, when.
create table subscription_plans (
  id bigint generated always as identity primary key,
  subscription_id identifier not null references subscriptions,
  plan_id identifier not null,
  plan_version integer not null,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  foreign key (plan_id, plan_version) references plan_versions (plan_id, version),
  exclude using gist (subscription_id with =, valid with &&) where (superseded_by is null)
);
create index subscription_plans_plan on subscription_plans (plan_id, plan_version);

create table subscription_pauses (
  id bigint generated always as identity primary key,
  subscription_id identifier not null references subscriptions,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (subscription_id with =, valid with &&) where (superseded_by is null)
);

-- Credential → (subscriber, organization, subscription?), when.
create table bindings (
  id bigint generated always as identity primary key,
  credential_id identifier not null references credentials,
  subscriber_id identifier not null references subscribers,
  organization_id identifier not null references organizations,
  subscription_id identifier references subscriptions,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (credential_id with =, valid with &&) where (superseded_by is null)
);
create index bindings_subscriber on bindings (subscriber_id) where superseded_by is null;
create index bindings_organization on bindings (organization_id) where superseded_by is null;
create index bindings_subscription on bindings (subscription_id) where superseded_by is null;

-- Prices are never edited, timelines only superseded.
do $$
declare
  t text;
begin
  foreach t in array array['meter_versions', 'plan_versions', 'plan_fees', 'plan_charges'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function forbid_change()', t || '_fixed', t);
    execute format('grant select, insert on %I to customary_app', t);
  end loop;
  foreach t in array array['organization_parents', 'organization_payers', 'memberships', 'credential_ids',
                           'subscription_plans', 'subscription_pauses', 'bindings'] loop
    execute format('create trigger %I before update on %I for each row execute function only_fill_once(''superseded_by'')', t || '_superseded_once', t);
    execute format('create trigger %I before delete on %I for each row execute function forbid_change()', t || '_kept', t);
  end loop;
end $$;

grant select, insert, update, delete on meters, products, plans, subscriptions to customary_app;
grant select, insert, update (superseded_by) on subscription_plans, subscription_pauses, bindings to customary_app;
