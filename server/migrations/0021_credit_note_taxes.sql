-- The tax that a credit note takes back, rate by rate, as positive amounts.

-- Null on what was issued before there was tax: its total is that of its lines.
alter table credit_notes
  add column subtotal numeric,
  add column tax_total numeric,
  add check (subtotal + tax_total = total),
  add check ((subtotal is null) = (tax_total is null));

-- line_ordinals: the lines of the credit note that it is on. Written, as the lines are, before their note.
create table credit_note_taxes (
  credit_note_id identifier not null,
  ordinal integer not null check (ordinal > 0),
  name text not null check (char_length(name) between 1 and 256),
  percent numeric check (percent between 0 and 100),
  exempt_reason text,
  line_ordinals integer[] not null check (cardinality(line_ordinals) > 0),
  taxable numeric not null,
  amount numeric not null,
  primary key (credit_note_id, ordinal),
  check ((percent is null) = (exempt_reason is not null)),
  check (exempt_reason is null or amount = 0),
  constraint credit_note_taxes_note foreign key (credit_note_id) references credit_notes deferrable initially deferred
);

create function taxes_before_note() returns trigger language plpgsql as $$
begin
  if exists (select from credit_notes where id = new.credit_note_id) then
    raise exception 'INSERT on credit_note_taxes: % is issued', new.credit_note_id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger credit_note_taxes_before before insert on credit_note_taxes for each row execute function taxes_before_note();
create trigger credit_note_taxes_fixed before update or delete on credit_note_taxes
  for each row execute function forbid_change();

create or replace function credit_note_seal(note credit_notes) returns text language sql stable set timezone = 'UTC' as $$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(note) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from credit_note_lines l where l.credit_note_id = note.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(t))::text, '' order by t.ordinal)
                          from credit_note_taxes t where t.credit_note_id = note.id), ''), 'UTF8')), 'hex')
$$;

create or replace function seal_credit_note() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount), 0) from credit_note_lines where credit_note_id = new.id) <> coalesce(new.subtotal, new.total) then
    raise exception 'credit note %: its lines do not sum to its total', new.number using errcode = 'check_violation';
  end if;
  if (select coalesce(sum(amount), 0) from credit_note_taxes where credit_note_id = new.id) <> coalesce(new.tax_total, 0) then
    raise exception 'credit note %: its taxes do not sum to theirs', new.number using errcode = 'check_violation';
  end if;
  new.seal := credit_note_seal(new);
  return new;
end $$;

grant select, insert on credit_note_taxes to customary_app;
