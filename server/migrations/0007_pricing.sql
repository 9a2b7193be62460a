-- Set-up fees, which are billed once, and trials.

alter table plan_fees drop constraint plan_fees_timing_check;
alter table plan_fees add constraint plan_fees_timing_check check (timing in ('advance', 'arrears', 'setUp'));

-- Part of the terms: who subscribed keeps the trial that was offered.
alter table plan_versions add column trial_days integer not null default 0 check (trial_days between 0 and 3660);

-- Where the first paid service period begins; null: at the start.
alter table subscriptions add column trial_end_at timestamptz check (trial_end_at > start_at);
