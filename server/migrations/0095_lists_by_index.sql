-- Every list and lookup finds what it is asked for by an index, also what is rare. Tables that ingest writes to get only what is small.

-- Names and external ids are also looked for among what is archived.
create index organizations_by_exact_name on organizations (name);
drop index organizations_name;
create index organizations_external_ids on organizations (external_id) where external_id is not null;
create index subscribers_subscriber_ids on subscribers (subscriber_id);
create index subscribers_emails on subscribers (email_key);
create index subscriptions_external_ids on subscriptions (external_id) where external_id is not null;

create index organizations_archived on organizations (id) where archived_at is not null;
create index subscribers_archived on subscribers (id) where archived_at is not null;
create index credentials_archived on credentials (id) where archived_at is not null;
create index credentials_auto_created on credentials (id) where auto_created;
create index subscriptions_archived on subscriptions (id) where archived_at is not null;
create index subscriptions_ending on subscriptions (end_at) where end_at is not null;
create index subscriptions_start on subscriptions (start_at);
create index subscription_pauses_open on subscription_pauses (subscription_id) where superseded_by is null;
create index subscriptions_trialing on subscriptions (trial_end_at) where trial_end_at is not null;

-- Timelines with what has been superseded.
create index bindings_credential on bindings (credential_id);
create index memberships_subscriber on memberships (subscriber_id);
create index credential_ids_of on credential_ids (credential_id);
drop index credential_ids_credential;
create index organization_aliases_of on organization_aliases (organization_id);
create index organization_aliases_into on organization_aliases (survivor_id);
drop index organization_aliases_survivor;
create index organization_payers_ever on organization_payers (organization_id);
create index organization_parents_ever on organization_parents (organization_id);
create index organization_parents_below on organization_parents (parent_id);
drop index organization_parents_children;
create index organization_parents_begin on organization_parents (lower(valid)) where superseded_by is null;
create index organization_parents_end on organization_parents (upper(valid)) where superseded_by is null;

-- When it was recorded.
create index journal_recorded on journal (recorded_at);
create index event_rejects_newest on event_rejects (journal_id, id);
create index event_rejects_code_newest on event_rejects (code, journal_id, id);
drop index event_rejects_code;

-- Documents, in the order of their ids.
create index invoices_currency on invoices (currency, id);
create index invoices_period_start on invoices (period_start, id);
create index credit_note_lines_of on credit_note_lines (subscription_id, period_start);
drop index credit_note_lines_subscription;
create index credit_notes_status on credit_notes (status, id);
create index credit_notes_currency on credit_notes (currency, id);
create index credit_notes_number on credit_notes (number);
create index payments_status on payments (status, id);
create index payments_currency on payments (currency, id);
create index payments_received on payments (received_at, id);
create index refunds_currency on refunds (currency, id);
create index balances_credit on balances (item_id) where amount < 0;
create index ledger_entries_note_voided on ledger_entries (credit_note_id) where kind = 'credit_note' and amount > 0;
create index messages_status on messages (status, id);
create index messages_kind on messages (kind, id);
create index ignored_usage_run on ignored_usage (billing_run_id, id);
create index share_links_live on share_links (expires_at) where revoked_at is null;
create index billing_runs_status on billing_runs (status, id);
create index billing_runs_period on billing_runs (period, id);
create index billing_cycles_position on billing_cycles (position);
create index reattributions_kind on reattributions (kind, id);
create index repairs_status on repairs (kind, status, id);

-- What was decided otherwise than by the credential, and what has a reason beside it, are the few.
create index attributions_rule on attributions (rule, occurred_at) where rule <> 'credential_binding';
create index attributions_reason on attributions (occurred_at) where unbilled_reason is not null or reasons <> '{}';
create index subscription_plans_subscription on subscription_plans (subscription_id) where superseded_by is null;
create index unclassified_groups_reached on unclassified_groups (last_seen_at desc, id desc)
  where events > 0 and organization_id <> 'org_00000000000000000000000000';
