-- The list of statements, fast however many customers there are.

create index organizations_by_name on organizations ((lower(name) collate "C"), id);
create index organizations_name_words on organizations using gin (to_tsvector('simple', name));
create index customer_balances_owing on customer_balances (organization_id) where outstanding > 0;
create index customer_balances_unpaid on customer_balances (organization_id, oldest_due_at) where oldest_due_at is not null;
create index ledger_entries_effective on ledger_entries (effective_at);
create index if not exists audit_log_journal on audit_log (journal_id);

-- What a list of invoices is asked for.
create index invoices_cycle on invoices (period_end, id);
create index invoices_due_on on invoices (due_at, id) where due_at is not null;
