-- Drafts whose cycle ended after this are issued by themselves once their grace is over; null: none are.
alter table billing_schedule add column auto_finalize_from timestamptz;
