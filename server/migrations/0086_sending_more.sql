-- Credit notes and statements are mailed too. A statement is stored nowhere: the message keeps what it is a statement of.

alter table messages
  alter column invoice_id drop not null,
  add column credit_note_id identifier references credit_notes,
  add column statement_as_of timestamptz,
  add column statement_known_at bigint,
  add column statement_from timestamptz,
  add column statement_to timestamptz;
alter table messages drop constraint messages_kind_check;
alter table messages
  add constraint messages_kind_check check (kind in ('invoice', 'reminder', 'credit_note', 'statement')),
  add constraint messages_about_one check (
    (invoice_id is not null) = (kind in ('invoice', 'reminder'))
    and (credit_note_id is not null) = (kind = 'credit_note')
    and (statement_as_of is not null) = (kind = 'statement')),
  add constraint messages_statement check (
    (statement_as_of is null) = (statement_known_at is null)
    and (statement_from is null) = (statement_to is null)
    and (statement_from is null or (statement_as_of is not null and statement_from < statement_to)));
create index messages_credit_note on messages (credit_note_id, id) where credit_note_id is not null;

-- Since when what is issued is sent: what was issued before is not, when sending is turned on.
alter table sending_settings add column send_since timestamptz;
update sending_settings set send_since = updated_at where send_on_finalize;
alter table sending_settings add constraint sending_settings_since check ((send_since is not null) = send_on_finalize);
create index credit_notes_issued on credit_notes (issued_at);
create index invoices_issued on invoices (issued_at) where issued_at is not null;
