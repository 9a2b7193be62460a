-- Late usage that a run ignored, because the policy said so: of one charge over one stretch of a service period, the
-- events that were recorded for the subscription in (position_after, position] and were still its own at the position.
-- No later document counts them, whatever the policy is by then. "worth": what they would have added to the payer's share.
create table ignored_usage (
  id identifier primary key check (id like 'ign\_%'),
  subscription_id identifier not null references subscriptions,
  organization_id identifier not null references organizations,
  billing_run_id identifier not null references billing_runs,
  plan_id identifier not null,
  plan_version integer not null,
  charge_id identifier not null references plan_charges,
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  occurred_from timestamptz not null,
  occurred_to timestamptz not null check (occurred_to > occurred_from),
  position_after bigint not null check (position_after >= 0),
  position bigint not null check (position > position_after),
  event_count bigint not null check (event_count > 0),
  event_quantity numeric not null,
  event_hash numeric not null,
  quantity numeric not null,
  currency char(3) not null,
  worth numeric not null,
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  foreign key (plan_id, plan_version) references plan_versions (plan_id, version),
  -- Nothing is ignored twice.
  exclude using gist (subscription_id with =, charge_id with =,
                      tstzrange(occurred_from, occurred_to) with &&, int8range(position_after, position, '(]') with &&)
);
create index ignored_usage_subscription on ignored_usage (subscription_id, occurred_from);
create index ignored_usage_organization on ignored_usage (organization_id, id);

create trigger ignored_usage_fixed before update or delete on ignored_usage
  for each row execute function forbid_change();
grant select, insert on ignored_usage to customary_app;
