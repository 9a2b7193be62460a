-- The audit log is looked through by who, what and when.
create index audit_log_actor on audit_log (actor, id);
create index audit_log_action on audit_log (action, id);
create index audit_log_at on audit_log (at, id);
