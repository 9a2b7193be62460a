-- What an invoice says beyond its lines: the tax on them, and who has which part of each.

-- Settings -----------------------------------------------------------------------------------------

alter table organizations
  add column tax_exempt_reason text check (char_length(tax_exempt_reason) between 1 and 512),
  add column breakdown_by text check (breakdown_by in ('none', 'organization', 'subscriber', 'credential', 'tag') or breakdown_by ~ '^attribute:.');
alter table products
  add column tax_rates jsonb check (jsonb_typeof(tax_rates) = 'array'),
  add column tax_exempt_reason text check (char_length(tax_exempt_reason) between 1 and 512);
alter table sellers drop constraint sellers_default_breakdown_check;
alter table sellers add constraint sellers_default_breakdown_check
  check (default_breakdown in ('none', 'organization', 'subscriber', 'credential', 'tag') or default_breakdown ~ '^attribute:.');

-- Totals -------------------------------------------------------------------------------------------

-- Null on what was issued before there was tax: its total is that of its lines.
alter table invoices
  add column subtotal numeric,
  add column tax_total numeric,
  add column breakdown_by text,
  add check (subtotal + tax_total = total),
  add check ((subtotal is null) = (tax_total is null));

-- A tax of a name and a percentage on the lines that it is for, rounded once; or the reason why there is none on them.
create table invoice_taxes (
  invoice_id identifier not null references invoices on delete cascade,
  ordinal integer not null check (ordinal > 0),
  name text not null check (char_length(name) between 1 and 256),
  percent numeric check (percent between 0 and 100),
  exempt_reason text,
  line_ordinals integer[] not null check (cardinality(line_ordinals) > 0),
  taxable numeric not null,
  amount numeric not null,
  primary key (invoice_id, ordinal),
  check ((percent is null) = (exempt_reason is not null)),
  check (exempt_reason is null or amount = 0)
);

-- Who has which part of a line. "fixed": what no usage of the line caused, such as a fee, or what fills up a minimum.
-- "rest": all those too small to be named.
create table invoice_line_parts (
  line_id identifier not null references invoice_lines on delete cascade,
  ordinal integer not null check (ordinal > 0),
  kind text not null check (kind in ('usage', 'fixed', 'rest')),
  value text collate "C",
  label text not null,
  quantity numeric not null,
  amount numeric not null,
  event_count bigint not null,
  event_quantity numeric not null,
  primary key (line_id, ordinal),
  check (kind <> 'fixed' or (event_count = 0 and event_quantity = 0))
);

grant select, insert, delete on invoice_taxes, invoice_line_parts to customary_app;

-- What is issued is final ----------------------------------------------------------------------------

create function taxes_of_drafts_only() returns trigger language plpgsql as $$
declare
  subject identifier := case when tg_op = 'INSERT' then new.invoice_id else old.invoice_id end;
begin
  if tg_op = 'UPDATE' or exists (select from invoices where id = subject and status <> 'draft') then
    raise exception '% on invoice_taxes: invoice % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger invoice_taxes_final before insert or update or delete on invoice_taxes
  for each row execute function taxes_of_drafts_only();

create function parts_of_drafts_only() returns trigger language plpgsql as $$
declare
  subject identifier := case when tg_op = 'INSERT' then new.line_id else old.line_id end;
begin
  if tg_op = 'UPDATE' or exists (select from invoice_lines l join invoices i on i.id = l.invoice_id where l.id = subject and i.status <> 'draft') then
    raise exception '% on invoice_line_parts: the invoice of line % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger invoice_line_parts_final before insert or update or delete on invoice_line_parts
  for each row execute function parts_of_drafts_only();

-- Nothing is issued that does not add up: lines to the subtotal, taxes to theirs, parts to their line, to the last digit.
create function issued_adds_up() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  select case
           when coalesce(sum(l.amount), 0) <> new.subtotal then format('its lines sum to %s, not to %s', coalesce(sum(l.amount), 0), new.subtotal)
           when (select coalesce(sum(t.amount), 0) from invoice_taxes t where t.invoice_id = new.id) <> new.tax_total then 'its taxes do not sum to their total'
         end
    into wrong
    from invoice_lines l where l.invoice_id = new.id;
  if wrong is null then
    select format('the lines that %s is on sum to %s, not to %s', t.name, sum(l.amount), t.taxable) into wrong
      from invoice_taxes t join invoice_lines l on l.invoice_id = t.invoice_id and l.ordinal = any (t.line_ordinals)
     where t.invoice_id = new.id
     group by t.ordinal, t.name, t.taxable having sum(l.amount) <> t.taxable limit 1;
  end if;
  if wrong is null and new.breakdown_by is not null then
    select format('the parts of line %s do not sum to it', l.ordinal) into wrong
      from invoice_lines l left join invoice_line_parts p on p.line_id = l.id
     where l.invoice_id = new.id
     group by l.id
    having coalesce(sum(p.amount), 0) <> l.amount or coalesce(sum(p.event_count), 0) <> l.event_count
        or coalesce(sum(p.event_quantity), 0) <> l.event_quantity limit 1;
  end if;
  if wrong is not null then
    raise exception 'UPDATE on invoices: % cannot be issued, for %', new.id, wrong using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger invoices_add_up before update on invoices
  for each row when (old.status = 'draft' and new.status <> 'draft') execute function issued_adds_up();

-- The seal covers taxes and parts, too. What has none is sealed as it was.
create or replace function invoice_seal(invoice invoices) returns text language sql stable set timezone = 'UTC' as $$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(invoice) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from invoice_lines l where l.invoice_id = invoice.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(t))::text, '' order by t.ordinal)
                          from invoice_taxes t where t.invoice_id = invoice.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(p))::text, '' order by l.ordinal, p.ordinal)
                          from invoice_lines l join invoice_line_parts p on p.line_id = l.id where l.invoice_id = invoice.id), ''), 'UTF8')), 'hex')
$$;
