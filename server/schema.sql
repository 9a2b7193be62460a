-- Generated from the migrated database by "npm run generate". Do not edit.

create sequence ownership_version;

create domain identifier as text CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 1024)));

CREATE OR REPLACE FUNCTION aliases_are_one_hop()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from organization_aliases a
               join organization_aliases b on b.organization_id = a.survivor_id and b.superseded_by is null and b.valid && a.valid
              where a.superseded_by is null and (a.id = new.id or b.id = new.id)) then
    raise exception 'an alias leads to another: %', new.organization_id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION answering_for(organization identifier, at timestamp with time zone)
 RETURNS SETOF identifier
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select $1 union all select a.organization_id from organization_aliases a
       where a.survivor_id = $1 and a.superseded_by is null and a.valid @> $2 $function$;

CREATE OR REPLACE FUNCTION applied_is_final()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changing constant text[] := array['status', 'undone_by', 'undone_at', 'undo', 'updated_at', 'version'];
begin
  if tg_op = 'DELETE' then
    raise exception 'DELETE on %: % is kept', tg_table_name, old.id using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'undone' or (old.status = 'applied' and (new.status <> 'undone' or to_jsonb(old) - changing <> to_jsonb(new) - changing)) then
    raise exception 'UPDATE on %: % is %', tg_table_name, old.id, old.status using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION archived_before()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce((max(month) + interval '1 month') at time zone 'UTC', '-infinity') from archived_months $function$;

CREATE OR REPLACE FUNCTION bills_archived_usage(of_subscription identifier, after timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from invoice_lines l join invoices i on i.id = l.invoice_id
                  where l.subscription_id = of_subscription and l.charge_id is not null and i.status <> 'void'
                    and l.period_start < archived_before() and l.period_end > after)
$function$;

CREATE OR REPLACE FUNCTION credit_note_seal(note credit_notes)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET "TimeZone" TO 'UTC'
AS $function$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(note) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from credit_note_lines l where l.credit_note_id = note.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(t))::text, '' order by t.ordinal)
                          from credit_note_taxes t where t.credit_note_id = note.id), ''), 'UTF8')), 'hex')
$function$;

CREATE OR REPLACE FUNCTION credit_within_line()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  line numeric := (select amount from invoice_lines where id = new.invoice_line_id);
  credited numeric := (select sum(l.amount) from credit_note_lines l left join credit_notes n on n.id = l.credit_note_id
                        where l.invoice_line_id = new.invoice_line_id and n.status is distinct from 'void');
begin
  if exists (select from credit_notes where id = new.credit_note_id) then
    raise exception 'INSERT on credit_note_lines: % is issued', new.credit_note_id using errcode = 'integrity_constraint_violation';
  end if;
  if new.kind = 'credit' and not credited between least(line, 0) and greatest(line, 0) then
    raise exception 'INSERT on credit_note_lines: more than % of the line %', line, new.invoice_line_id using errcode = 'check_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION ensure_event_partitions(months date[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'pg_temp'
AS $function$
declare
  month date;
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.partitions', 0));
  foreach month in array months loop
    continue when month::timestamp at time zone 'UTC' < archived_before();
    foreach parent in array array['events', 'attributions'] loop
      child := parent || to_char(month, '"_"YYYY"_"MM');
      if to_regclass('customary.' || child) is null then
        execute format('create table %I (like %I including defaults including constraints including generated)', child, parent);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child,
          to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
      end if;
    end loop;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION event_hash(event_id text)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select ('x' || left(md5(event_id), 16))::bit(64)::bigint::numeric $function$;

CREATE OR REPLACE FUNCTION finalized_is_final()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changing constant text[] := array['status', 'updated_at', 'version'];
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then
      raise exception 'DELETE on invoices: % is issued', old.number using errcode = 'integrity_constraint_violation';
    end if;
    return old;
  end if;
  if old.status <> 'draft' and (new.status = 'draft' or to_jsonb(old) - changing <> to_jsonb(new) - changing) then
    raise exception 'UPDATE on invoices: % is issued', old.number using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'draft' and new.status <> 'draft' then
    new.seal := invoice_seal(new);
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION folded(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select lower(btrim(value) collate "C") $function$;

CREATE OR REPLACE FUNCTION forbid_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'Append a correcting entry.';
end $function$;

CREATE OR REPLACE FUNCTION invoice_seal(invoice invoices)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET "TimeZone" TO 'UTC'
AS $function$
  select encode(sha256(convert_to(
           jsonb_strip_nulls(to_jsonb(invoice) - array['status', 'updated_at', 'version', 'seal'])::text
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(l))::text, '' order by l.ordinal)
                          from invoice_lines l where l.invoice_id = invoice.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(t))::text, '' order by t.ordinal)
                          from invoice_taxes t where t.invoice_id = invoice.id), '')
           || coalesce((select string_agg(jsonb_strip_nulls(to_jsonb(p))::text, '' order by l.ordinal, p.ordinal)
                          from invoice_lines l join invoice_line_parts p on p.line_id = l.id where l.invoice_id = invoice.id), ''), 'UTF8')), 'hex')
$function$;

CREATE OR REPLACE FUNCTION issued_adds_up()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION journal_floor(after bigint)
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select least((select j.id from journal j where j.position > $1 order by j.position limit 1),
               (select min(s.id) from journal_stragglers s where s.position > $1))
$function$;

CREATE OR REPLACE FUNCTION keep_balances()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'public'
AS $function$
begin
  insert into customer_balances as c (organization_id, currency)
  select distinct organization_id, currency from added order by organization_id, currency
  on conflict (organization_id, currency) do update set open_invoices = c.open_invoices;

  insert into balances (organization_id, currency, item_id)
  select distinct organization_id, currency, coalesce(invoice_id, payment_id, credit_note_id) from added
  on conflict do nothing;

  update balances b
     set amount = b.amount + a.amount, paid = b.paid + a.paid, credited = b.credited + a.credited,
         written_off = b.written_off + a.written_off, is_void = b.is_void or a.is_void
    from (select organization_id, currency, coalesce(invoice_id, payment_id, credit_note_id) as item_id, sum(amount) as amount,
                 coalesce(-sum(amount) filter (where invoice_id is not null and payment_id is not null), 0) as paid,
                 coalesce(-sum(amount) filter (where invoice_id is not null and credit_note_id is not null), 0) as credited,
                 coalesce(-sum(amount) filter (where kind = 'write_off'), 0) as written_off,
                 bool_or(kind = 'void_reversal') as is_void
            from added group by 1, 2, 3) a
   where b.organization_id = a.organization_id and b.currency = a.currency and b.item_id = a.item_id;

  update customer_balances c
     set outstanding = s.outstanding, unapplied_credit = s.unapplied_credit, open_invoices = s.open_invoices, oldest_due_at = s.oldest_due_at
    from (select t.organization_id, t.currency, coalesce(sum(b.amount) filter (where b.amount > 0), 0) as outstanding,
                 coalesce(-sum(b.amount) filter (where b.amount < 0), 0) as unapplied_credit,
                 count(*) filter (where b.amount > 0) as open_invoices, min(i.due_at) filter (where b.amount > 0) as oldest_due_at
            from (select distinct organization_id, currency from added) t
            left join balances b on b.organization_id = t.organization_id and b.currency = t.currency and b.amount <> 0
            left join invoices i on i.id = b.item_id
           group by 1, 2) s
   where c.organization_id = s.organization_id and c.currency = s.currency;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION kept_once_named()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and not exists (select from plan_charges c where c.meter_id = old.meter_id) then
    return old;
  end if;
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'A plan names it.';
end $function$;

CREATE OR REPLACE FUNCTION kept_once_used()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  was jsonb := to_jsonb(old);
begin
  if tg_op = 'DELETE' and not exists (
    select from subscription_plans s where s.plan_id = was ->> 'plan_id' and s.plan_version = coalesce(was ->> 'plan_version', was ->> 'version')::integer) then
    return old;
  end if;
  raise exception '% on %: what was recorded never changes', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', hint = 'Somebody subscribed to it.';
end $function$;

CREATE OR REPLACE FUNCTION lines_of_drafts_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  subject identifier := case when tg_op = 'INSERT' then new.invoice_id else old.invoice_id end;
begin
  if exists (select from invoices where id = subject and status <> 'draft') or (tg_op = 'UPDATE' and new.invoice_id <> old.invoice_id) then
    raise exception '% on invoice_lines: invoice % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $function$;

CREATE OR REPLACE FUNCTION note_billed(document identifier)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into first_billings as f (subscription_id, position)
  select l.subscription_id, min(l.known_at)
    from (select l.subscription_id, i.position as known_at from invoice_lines l join invoices i on i.id = l.invoice_id where l.invoice_id = document
          union all
          select l.subscription_id, coalesce(n.position, 0) from credit_note_lines l join credit_notes n on n.id = l.credit_note_id where l.credit_note_id = document and l.kind = 'adjustment') l
   where not exists (select from first_billings f where f.subscription_id = l.subscription_id and f.position <= l.known_at)
   group by 1
   order by 1
  on conflict (subscription_id) do update set position = least(f.position, excluded.position);

  insert into billed_stretches as b (first_day, until, position)
  select s.first_day, s.until, s.position
    from (
      select date_trunc('day', p.period_start, 'UTC') as first_day, p.usage_until as until, min(p.position) as position
        from (
          select i.subscription_id, i.period_start, max(i.usage_until) as usage_until, min(i.position) as position
            from (
              select l.subscription_id, l.period_start, coalesce(max(l.known_at), 0) as position,
                     (array_agg(l.usage_until order by l.known_at desc, l.id desc))[1] as usage_until
                from (
                  select subscription_id, period_start from invoice_lines where invoice_id = document
                  union
                  select subscription_id, period_start from credit_note_lines where credit_note_id = document and kind = 'adjustment') d
               cross join lateral (
                  select l.id, l.subscription_id, l.period_start, i.organization_id, coalesce(l.charge_id, l.fee_id) as item_id, i.position as known_at,
                         case when l.charge_id is not null and not l.price -> 'rated' ? 'gone' then l.period_end end as usage_until
                    from invoice_lines l join invoices i on i.id = l.invoice_id
                   where l.subscription_id = d.subscription_id and l.period_start = d.period_start and i.status not in ('draft', 'void')
                  union all
                  select l.id, l.subscription_id, l.period_start, n.organization_id, coalesce(l.charge_id, l.fee_id), n.position,
                         case when l.charge_id is not null and not l.price -> 'rated' ? 'gone' then l.period_end end
                    from credit_note_lines l join credit_notes n on n.id = l.credit_note_id
                   where l.subscription_id = d.subscription_id and l.period_start = d.period_start and l.kind = 'adjustment' and n.status <> 'void') l
               group by l.subscription_id, l.period_start, l.organization_id, l.item_id) i
           where i.usage_until is not null
           group by i.subscription_id, i.period_start) p
       group by 1, 2) s
   where not exists (select from billed_stretches b where b.first_day = s.first_day and b.until = s.until and b.position <= s.position)
   order by 1, 2
  on conflict (first_day, until) do update set position = least(b.position, excluded.position);
end $function$;

CREATE OR REPLACE FUNCTION note_billed_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform note_billed(new.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION number_journal()
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  latest bigint;
  highest bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.journal', 0));
  select id into highest from journal where position is not null order by id desc limit 1;
  with numbered as (
    update journal j
       set position = n.position
      from (select id, (select coalesce(max(position), 0) from journal) + row_number() over (order by id) as position
              from journal where position is null) n
     where j.id = n.id
    returning j.position, j.id
  )
  insert into journal_stragglers (position, id) select position, id from numbered where id < highest;
  select coalesce(max(position), 0) into latest from journal;
  return latest;
end $function$;

CREATE OR REPLACE FUNCTION only_close_link()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changeable text[] := '{closed_at,closed_as,mail_status,mail_attempts,mail_detail}';
begin
  if to_jsonb(old) - changeable <> to_jsonb(new) - changeable then
    raise exception 'UPDATE on one_time_links: a link can be closed and mailed, not changed'
      using errcode = 'integrity_constraint_violation';
  end if;
  if old.closed_at is not null and (new.closed_at, new.closed_as) is distinct from (old.closed_at, old.closed_as) then
    raise exception 'UPDATE on one_time_links: a link is closed once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION only_fill_once()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  was jsonb := to_jsonb(old);
  will jsonb := to_jsonb(new);
begin
  if was -> tg_argv[0] <> 'null'::jsonb or will -> tg_argv[0] = 'null'::jsonb or was - tg_argv[0] <> will - tg_argv[0] then
    raise exception 'UPDATE on %: only "%" may be set, once', tg_table_name, tg_argv[0]
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION only_revoke_share_link()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  used constant text[] := '{last_used_at}';
  revoked constant text[] := '{last_used_at,revoked_at,revoked_by,updated_at,version}';
begin
  if to_jsonb(old) - used = to_jsonb(new) - used then
    return new;
  end if;
  if old.revoked_at is not null or new.revoked_at is null or to_jsonb(old) - revoked <> to_jsonb(new) - revoked then
    raise exception 'UPDATE on share_links: a link can only be revoked, once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION only_status_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or old.status in ('void', 'reversed') or to_jsonb(old) - tg_argv <> to_jsonb(new) - tg_argv then
    raise exception '% on %: % is issued', tg_op, tg_table_name, old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION ownership_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'pg_temp'
AS $function$
begin
  if current_setting('customary.rehearsing', true) = 'yes' then return null; end if;
  perform pg_advisory_xact_lock(ownership_lock_key());
  perform nextval('ownership_version');
  return null;
end $function$;

CREATE OR REPLACE FUNCTION ownership_lock_key()
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select hashtextextended('customary.ownership', 0) $function$;

CREATE OR REPLACE FUNCTION parts_of_drafts_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  subject identifier := case when tg_op = 'INSERT' then new.line_id else old.line_id end;
begin
  if tg_op = 'UPDATE' or exists (select from invoice_lines l join invoices i on i.id = l.invoice_id where l.id = subject and i.status <> 'draft') then
    raise exception '% on invoice_line_parts: the invoice of line % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $function$;

CREATE OR REPLACE FUNCTION payer_of(organization identifier, at timestamp with time zone)
 RETURNS identifier
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
declare
  current identifier := stands_for(organization, at);
  seen text[] := '{}';
  payer identifier;
begin
  while not current = any (seen) loop
    seen := seen || current::text;
    select p.payer_id into payer from organization_payers p
     where p.organization_id = current and p.superseded_by is null and p.valid @> at;
    exit when payer is null;
    current := stands_for(payer, at);
  end loop;
  return current;
end $function$;

CREATE OR REPLACE FUNCTION people_keep_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('customary.owners', 0));
  if not exists (
    select from people
     where role = 'owner' and joined_at is not null and deactivated_at is null and id <> old.id
  ) then
    raise exception 'the last owner cannot be taken away'
      using errcode = 'integrity_constraint_violation', hint = 'Make another person an owner first.';
  end if;
  return coalesce(new, old);
end $function$;

CREATE OR REPLACE FUNCTION people_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.version := old.version + 1;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_archived_periods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.changed_from < archived_before() or bills_archived_usage(new.subscription_id, new.periods_from) then
    raise exception 'usage before % was archived', to_char(archived_before() at time zone 'UTC', 'YYYY-MM-DD') using errcode = '23000';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_archived_void()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from invoice_lines where invoice_id = new.invoice_id and charge_id is not null and period_start < archived_before() and new.kind = 'void_reversal')
     or exists (select from credit_note_lines where credit_note_id = new.credit_note_id and charge_id is not null and kind = 'adjustment'
                   and period_start < archived_before() and new.kind = 'credit_note') then
    raise exception 'usage before % was archived', to_char(archived_before() at time zone 'UTC', 'YYYY-MM-DD') using errcode = '23000';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION remove_unused_meter(meter identifier)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'pg_temp'
AS $function$
begin
  perform from meter_versions where meter_id = meter for update;
  if exists (select from meters where id = meter and auto_created) or exists (select from plan_charges where meter_id = meter) then
    return false;
  end if;
  delete from meter_versions where meter_id = meter;
  delete from meters where id = meter;
  return true;
exception
  when foreign_key_violation then return false;
end $function$;

CREATE OR REPLACE FUNCTION remove_unused_plan(plan identifier)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'pg_temp'
AS $function$
begin
  perform from plan_versions where plan_id = plan for update;
  if exists (select from subscription_plans where plan_id = plan) then
    return false;
  end if;
  delete from plan_fees where plan_id = plan;
  delete from plan_charges where plan_id = plan;
  delete from plan_versions where plan_id = plan;
  delete from plans where id = plan;
  return true;
exception
  when foreign_key_violation then return false;
end $function$;

CREATE OR REPLACE FUNCTION remove_unused_plan_version(plan identifier, of_version integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'customary', 'pg_temp'
AS $function$
begin
  perform from plan_versions where plan_id = plan and version = of_version for update;
  if exists (select from subscription_plans where plan_id = plan and plan_version = of_version) then
    return false;
  end if;
  delete from plan_fees where plan_id = plan and plan_version = of_version;
  delete from plan_charges where plan_id = plan and plan_version = of_version;
  delete from plan_versions where plan_id = plan and version = of_version;
  return true;
exception
  when foreign_key_violation then return false;
end $function$;

CREATE OR REPLACE FUNCTION seal_credit_note()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (select coalesce(sum(amount), 0) from credit_note_lines where credit_note_id = new.id) <> coalesce(new.subtotal, new.total) then
    raise exception 'credit note %: its lines do not sum to its total', new.number using errcode = 'check_violation';
  end if;
  if (select coalesce(sum(amount), 0) from credit_note_taxes where credit_note_id = new.id) <> coalesce(new.tax_total, 0) then
    raise exception 'credit note %: its taxes do not sum to theirs', new.number using errcode = 'check_violation';
  end if;
  new.seal := credit_note_seal(new);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION share_ownership()
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock_shared(ownership_lock_key());
  return (select last_value from ownership_version);
end $function$;

CREATE OR REPLACE FUNCTION stands_for(organization identifier, at timestamp with time zone)
 RETURNS identifier
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce((select a.survivor_id from organization_aliases a
                        where a.organization_id = $1 and a.superseded_by is null and a.valid @> $2), $1) $function$;

CREATE OR REPLACE FUNCTION status_by_ledger(total numeric, due numeric, written_off numeric, is_void boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when is_void then 'void'
              when due = 0 then case when written_off > 0 then 'uncollectible' else 'paid' end
              when due < total then 'partially_paid' else 'open' end
$function$;

CREATE OR REPLACE FUNCTION status_fits_ledger()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  subject identifier := case when tg_table_name = 'invoices' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'invoice_id' end;
  found record;
begin
  select i.id, i.status, case when b.item_id is null then 'draft' else status_by_ledger(i.total, b.amount, b.written_off, b.is_void) end as expected into found
    from invoices i left join balances b on b.organization_id = i.organization_id and b.currency = i.currency and b.item_id = i.id
   where i.id = subject;
  if found.status <> found.expected then
    raise exception 'invoice % is %, but by the ledger it is %', found.id, found.status, found.expected using errcode = 'check_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION taxes_before_note()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from credit_notes where id = new.credit_note_id) then
    raise exception 'INSERT on credit_note_taxes: % is issued', new.credit_note_id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION taxes_of_drafts_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  subject identifier := case when tg_op = 'INSERT' then new.invoice_id else old.invoice_id end;
begin
  if tg_op = 'UPDATE' or exists (select from invoices where id = subject and status <> 'draft') then
    raise exception '% on invoice_taxes: invoice % is issued', tg_op, subject using errcode = 'integrity_constraint_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $function$;

CREATE OR REPLACE FUNCTION unclassified_id(kind text, subject text, reason text, organization_id text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select 'unc_' || md5(concat_ws(e'\x1f', kind, subject, reason, organization_id)) $function$;

CREATE OR REPLACE FUNCTION usage_of_month(of_month date)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(jsonb_object_agg(measure, jsonb_build_object('events', events, 'quantity', trim_scale(quantity)::text)), '{}')
    from (select measure, sum(events) as events, sum(quantity) as quantity from usage_hours
           where hour >= of_month::timestamp at time zone 'UTC' and hour < (of_month + interval '1 month') at time zone 'UTC'
           group by measure having sum(events) <> 0 or sum(quantity) <> 0) summed
$function$;

create table api_keys (
  id identifier not null,
  name text not null,
  hash bytea not null,
  hint text not null,
  permissions text[] not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone
);

create table archived_months (
  month date not null,
  journal_id bigint not null,
  archived_at timestamp with time zone not null,
  position bigint not null,
  events bigint not null,
  entries bigint not null,
  attributed bigint not null,
  unclassified bigint not null,
  corrections bigint not null,
  through_bindings bigint not null,
  usage jsonb not null,
  attributes text[] not null,
  files jsonb not null
);

create table attributions (
  event_id identifier not null,
  occurred_at timestamp with time zone not null,
  journal_id bigint not null,
  sign smallint not null,
  credential_id identifier,
  binding_id bigint,
  subscriber_id identifier,
  organization_id identifier not null,
  subscription_id identifier,
  rule text not null,
  reasons text[] not null default '{}'::text[],
  unbilled_reason text,
  claim_conflicts text[] not null default '{}'::text[],
  sentence text not null
);

create table audit_log (
  id bigint not null generated always as identity,
  journal_id bigint not null,
  at timestamp with time zone not null,
  actor identifier not null,
  request_id text,
  action text not null,
  resource_id identifier not null,
  before jsonb,
  after jsonb,
  reason text,
  actor_name text,
  ip inet,
  user_agent text
);

create table balances (
  organization_id identifier not null,
  currency character(3) not null,
  item_id identifier not null,
  amount numeric not null default 0,
  paid numeric not null default 0,
  credited numeric not null default 0,
  written_off numeric not null default 0,
  is_void boolean not null default false
);

create table billed_stretches (
  first_day timestamp with time zone not null,
  until timestamp with time zone not null,
  position bigint not null
);

create table billing_cycles (
  organization_id identifier not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  billing_run_id identifier not null,
  position bigint not null,
  complete boolean not null
);

create table billing_runs (
  id identifier not null,
  period text not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  status text not null,
  position bigint not null,
  actor identifier not null,
  organizations_total integer not null default 0,
  organizations_done integer not null default 0,
  invoices_drafted integer not null default 0,
  lines_drafted integer not null default 0,
  problem jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  version integer not null default 1,
  credit_notes_issued integer not null default 0
);

create table billing_schedule (
  only_one boolean not null default true,
  enabled boolean not null default false,
  grace_hours integer not null default 24,
  billed_until timestamp with time zone,
  last_run_id identifier,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  version integer not null default 1,
  late_policy text not null default 'adjustNextInvoice'::text,
  auto_finalize_from timestamp with time zone
);

create table bindings (
  id bigint not null generated always as identity,
  credential_id identifier not null,
  subscriber_id identifier not null,
  organization_id identifier not null,
  subscription_id identifier,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table check_state (
  name text not null,
  position bigint not null,
  ok boolean not null,
  figures jsonb not null,
  looked_at timestamp with time zone not null,
  took_ms integer not null default 0
);

create table credential_id_values (
  key bigint not null generated always as identity,
  value identifier not null,
  masked text not null
);

create table credential_ids (
  id bigint not null generated always as identity,
  credential_id identifier not null,
  value_key bigint not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table credentials (
  id identifier not null,
  name text not null,
  external_secret bytea,
  tags text[] not null default '{}'::text[],
  auto_created boolean not null default false,
  metadata jsonb not null default '{}'::jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table credit_note_lines (
  id identifier not null,
  credit_note_id identifier not null,
  ordinal integer not null,
  kind text not null,
  description text not null,
  invoice_line_id identifier,
  subscription_id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  fee_id identifier,
  charge_id identifier,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  payer_from timestamp with time zone not null,
  payer_to timestamp with time zone not null,
  quantity numeric not null,
  amount numeric not null,
  price jsonb not null,
  position_after bigint not null default 0,
  position bigint not null,
  event_sign smallint not null default 1,
  event_count bigint not null default 0,
  event_quantity numeric not null default 0,
  event_hash numeric not null default 0
);

create table credit_note_taxes (
  credit_note_id identifier not null,
  ordinal integer not null,
  name text not null,
  percent numeric,
  exempt_reason text,
  line_ordinals integer[] not null,
  taxable numeric not null,
  amount numeric not null
);

create table credit_notes (
  id identifier not null,
  seller_id identifier not null,
  organization_id identifier not null,
  invoice_id identifier,
  billing_run_id identifier,
  number text not null,
  number_sequence bigint not null,
  status text not null default 'issued'::text,
  currency character(3) not null,
  total numeric not null,
  reason text not null,
  position bigint,
  recipient jsonb not null,
  issuer jsonb not null,
  seal text not null,
  issued_at timestamp with time zone not null,
  effective_at timestamp with time zone not null,
  journal_id bigint not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  subtotal numeric,
  tax_total numeric
);

create table customer_balances (
  organization_id identifier not null,
  currency character(3) not null,
  outstanding numeric not null default 0,
  unapplied_credit numeric not null default 0,
  open_invoices integer not null default 0,
  oldest_due_at timestamp with time zone
);

create table deployment (
  only_one boolean not null default true,
  secret_key_fingerprint text,
  attribution_mode text not null default 'provision'::text,
  created_at timestamp with time zone not null default now(),
  ingest_settings_version integer not null default 1
);

create table event_conflicts (
  source text not null,
  client_id identifier not null,
  body_hash bytea not null,
  event_id identifier not null,
  credential_key bigint,
  body jsonb not null,
  journal_id bigint not null
);

create table event_keys (
  source text not null,
  client_id identifier not null,
  body_hash bytea not null,
  event_id identifier not null,
  journal_id bigint not null
);

create table event_rejects (
  id bigint not null generated always as identity,
  journal_id bigint not null,
  batch_index integer not null,
  code text not null,
  pointer text not null,
  detail text not null,
  body_encrypted bytea
);

create table events (
  id identifier not null,
  occurred_at timestamp with time zone not null,
  journal_id bigint not null,
  source text not null,
  client_id identifier not null,
  credential_key bigint,
  subscription_claim identifier,
  subscriber_claim identifier,
  organization_claim text,
  product_claim text,
  measures jsonb not null,
  cost_amount numeric,
  cost_currency character(3),
  attributes jsonb not null default '{}'::jsonb
);

create table first_billings (
  subscription_id identifier not null,
  position bigint not null
);

create table idempotency_keys (
  principal_id identifier not null,
  operation text not null,
  key text not null,
  body_hash bytea not null,
  status smallint not null,
  response text,
  expires_at timestamp with time zone not null
);

create table ignored_usage (
  id identifier not null,
  subscription_id identifier not null,
  organization_id identifier not null,
  billing_run_id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  charge_id identifier not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  occurred_from timestamp with time zone not null,
  occurred_to timestamp with time zone not null,
  position_after bigint not null,
  position bigint not null,
  event_count bigint not null,
  event_quantity numeric not null,
  event_hash numeric not null,
  quantity numeric not null,
  currency character(3) not null,
  worth numeric not null,
  journal_id bigint not null,
  created_at timestamp with time zone not null
);

create table ingest_batches (
  journal_id bigint not null,
  accepted integer not null,
  duplicates integer not null,
  conflicts integer not null,
  rejected integer not null
);

create table invoice_line_parts (
  line_id identifier not null,
  ordinal integer not null,
  kind text not null,
  value text,
  label text not null,
  quantity numeric not null,
  amount numeric not null,
  event_count bigint not null,
  event_quantity numeric not null
);

create table invoice_lines (
  id identifier not null,
  invoice_id identifier not null,
  ordinal integer not null,
  kind text not null,
  description text not null,
  subscription_id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  fee_id identifier,
  charge_id identifier,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  payer_from timestamp with time zone not null,
  payer_to timestamp with time zone not null,
  quantity numeric not null,
  amount numeric not null,
  price jsonb not null,
  position_after bigint not null default 0,
  position bigint not null,
  event_sign smallint not null default 1,
  event_count bigint not null default 0,
  event_quantity numeric not null default 0,
  event_hash numeric not null default 0
);

create table invoice_taxes (
  invoice_id identifier not null,
  ordinal integer not null,
  name text not null,
  percent numeric,
  exempt_reason text,
  line_ordinals integer[] not null,
  taxable numeric not null,
  amount numeric not null
);

create table invoices (
  id identifier not null,
  seller_id identifier not null,
  organization_id identifier not null,
  billing_run_id identifier,
  number text,
  number_sequence bigint,
  status text not null,
  currency character(3) not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  grouping_key text not null default ''::text,
  position bigint not null,
  total numeric not null,
  recipient jsonb not null,
  issuer jsonb not null,
  seal text,
  issued_at timestamp with time zone,
  due_at timestamp with time zone,
  journal_id bigint not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  standalone boolean,
  subtotal numeric,
  tax_total numeric,
  breakdown_by text
);

create table journal (
  id bigint not null generated always as identity,
  kind text not null,
  actor identifier not null,
  recorded_at timestamp with time zone not null,
  position bigint
);

create table journal_stragglers (
  position bigint not null,
  id bigint not null
);

create table ledger_entries (
  id bigint not null generated always as identity,
  organization_id identifier not null,
  currency character(3) not null,
  kind text not null,
  amount numeric not null,
  invoice_id identifier,
  effective_at timestamp with time zone not null,
  journal_id bigint not null,
  payment_id identifier,
  credit_note_id identifier,
  refund_id identifier
);

create table memberships (
  id bigint not null generated always as identity,
  subscriber_id identifier not null,
  organization_id identifier not null,
  is_primary boolean not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table message_attempts (
  id bigint not null generated always as identity,
  message_id identifier not null,
  at timestamp with time zone not null,
  outcome text not null,
  detail text not null
);

create table messages (
  id identifier not null,
  kind text not null,
  organization_id identifier not null,
  invoice_id identifier,
  once_key identifier,
  recipient text,
  status text not null,
  reason text,
  attempts integer not null default 0,
  sent_at timestamp with time zone,
  actor identifier not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  credit_note_id identifier,
  statement_as_of timestamp with time zone,
  statement_known_at bigint,
  statement_from timestamp with time zone,
  statement_to timestamp with time zone
);

create table meter_versions (
  meter_id identifier not null,
  version integer not null,
  aggregation text not null,
  measure identifier,
  filter jsonb not null default '{}'::jsonb,
  split_by text[] not null default '{}'::text[],
  created_at timestamp with time zone not null
);

create table meters (
  id identifier not null,
  key identifier not null,
  auto_created boolean not null default false,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table migration_checksums (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now()
);

create table one_time_links (
  id identifier not null,
  token_hash bytea not null,
  purpose text not null,
  person_id identifier,
  created_by identifier not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_as text,
  origin text not null,
  mail_status text,
  mail_attempts integer not null default 0,
  mail_detail text
);

create table organization_aliases (
  id bigint not null generated always as identity,
  organization_id identifier not null,
  survivor_id identifier not null,
  choices jsonb not null default '{}'::jsonb,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint,
  merged_by bigint not null
);

create table organization_cycles (
  id bigint not null generated always as identity,
  organization_id identifier not null,
  unit text not null,
  count integer not null,
  anchor_day smallint not null,
  time_zone text not null,
  first_end timestamp with time zone,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table organization_domains (
  organization_id identifier not null,
  domain identifier not null,
  live boolean not null default true
);

create table organization_parents (
  id bigint not null generated always as identity,
  organization_id identifier not null,
  parent_id identifier not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table organization_payers (
  id bigint not null generated always as identity,
  organization_id identifier not null,
  payer_id identifier not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table organizations (
  id identifier not null,
  name text not null,
  external_id identifier,
  currency character(3) not null default 'USD'::bpchar,
  storefront_url text,
  billing jsonb not null default '{}'::jsonb,
  time_zone text not null default 'UTC'::text,
  billing_cycle jsonb,
  payment_terms_days integer not null default 30,
  invoice_grouping text not null default 'consolidated'::text,
  late_usage jsonb,
  tax_rates jsonb not null default '[]'::jsonb,
  metadata jsonb not null default '{}'::jsonb,
  unclassified boolean not null default false,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  tax_exempt_reason text,
  breakdown_by text
);

create table ownership_changes (
  id bigint not null generated always as identity,
  journal_id bigint not null,
  touched jsonb not null
);

create table payments (
  id identifier not null,
  organization_id identifier not null,
  currency character(3) not null,
  amount numeric not null,
  status text not null default 'received'::text,
  method text,
  reference text,
  received_at timestamp with time zone not null,
  reversed_at timestamp with time zone,
  journal_id bigint not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table people (
  id identifier not null,
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text,
  role text not null,
  two_factor_enabled boolean not null default false,
  joined_at timestamp with time zone,
  deactivated_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  last_signed_in_at timestamp with time zone
);

create table person_sessions (
  id identifier not null,
  person_id identifier not null,
  token identifier not null,
  ip_address text,
  user_agent text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);

create table person_sign_ins (
  id identifier not null,
  person_id identifier not null,
  provider_id identifier not null,
  account_id identifier not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);

create table person_two_factors (
  id identifier not null,
  person_id identifier not null,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default false,
  failed_verification_count integer not null default 0,
  locked_until timestamp with time zone
);

create table plan_charges (
  id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  ordinal integer not null,
  name text not null,
  meter_id identifier not null,
  meter_version integer not null,
  model text not null,
  terms jsonb not null
);

create table plan_fees (
  id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  ordinal integer not null,
  name text not null,
  amount numeric not null,
  timing text not null
);

create table plan_versions (
  plan_id identifier not null,
  version integer not null,
  currency character(3) not null,
  interval_unit text not null,
  interval_count integer not null,
  created_at timestamp with time zone not null,
  trial_days integer not null default 0
);

create table plans (
  id identifier not null,
  product_id identifier not null,
  name text not null,
  external_id identifier,
  description text,
  metadata jsonb not null default '{}'::jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table products (
  id identifier not null,
  name text not null,
  external_id identifier,
  description text,
  metadata jsonb not null default '{}'::jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  tax_rates jsonb,
  tax_exempt_reason text
);

create table reattributions (
  id identifier not null,
  kind text not null,
  status text not null,
  selection jsonb not null,
  owner jsonb,
  reason text,
  deferred_by bigint,
  position bigint,
  digest jsonb,
  preview jsonb,
  occurred_from timestamp with time zone,
  occurred_to timestamp with time zone,
  applied_by bigint,
  applied_at timestamp with time zone,
  undone_by bigint,
  undone_at timestamp with time zone,
  undo jsonb,
  actor identifier not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table refunds (
  id identifier not null,
  organization_id identifier not null,
  currency character(3) not null,
  amount numeric not null,
  method text,
  reference text,
  reason text,
  refunded_at timestamp with time zone not null,
  journal_id bigint not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table reject_replays (
  id bigint not null generated always as identity,
  reject_id bigint not null,
  journal_id bigint not null,
  outcome text not null,
  event_id identifier,
  code text,
  pointer text,
  detail text
);

create table repairs (
  id identifier not null,
  kind text not null,
  status text not null,
  organization_id identifier not null,
  into_id identifier,
  input jsonb not null,
  reason text,
  position bigint not null,
  digest jsonb not null,
  preview jsonb not null,
  occurred_from timestamp with time zone,
  occurred_to timestamp with time zone,
  applied_by bigint,
  applied_at timestamp with time zone,
  undone_by bigint,
  undone_at timestamp with time zone,
  undo jsonb,
  actor identifier not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table seller_logos (
  hash identifier not null,
  media_type text not null,
  width integer not null,
  height integer not null,
  bytes bytea not null,
  journal_id bigint not null,
  created_at timestamp with time zone not null
);

create table sellers (
  id identifier not null,
  name text not null,
  invoice_prefix text not null default 'INV-'::text,
  next_invoice_number bigint not null default 1,
  version integer not null default 1,
  legal_name text,
  address jsonb not null default '[]'::jsonb,
  country text,
  tax_id text,
  email text,
  website text,
  logo_hash identifier,
  remittance_instructions text,
  default_payment_terms_days integer not null default 30,
  default_currency character(3) not null default 'USD'::bpchar,
  default_time_zone text not null default 'UTC'::text,
  default_breakdown text not null default 'none'::text,
  locale text not null default 'en-US'::text,
  paper text not null default 'letter'::text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  credit_note_prefix text not null default 'CN-'::text,
  next_credit_note_number bigint not null default 1
);

create table sending_settings (
  only_one boolean not null default true,
  send_on_finalize boolean not null default false,
  reminder_days integer[] not null default '{}'::integer[],
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  version integer not null default 1,
  send_since timestamp with time zone
);

create table settled_periods (
  organization_id identifier not null,
  subscription_id identifier not null,
  period_start timestamp with time zone not null,
  position bigint not null
);

create table share_links (
  id identifier not null,
  organization_id identifier not null,
  name text,
  token_hash bytea not null,
  created_by identifier not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_by identifier,
  last_used_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table sign_in_attempts (
  key identifier not null,
  count integer not null,
  window_ends_at timestamp with time zone not null
);

create table sign_in_challenges (
  id identifier not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);

create table subscribers (
  id identifier not null,
  email text not null,
  email_key identifier not null,
  first_name text,
  last_name text,
  subscriber_id identifier not null,
  service_of identifier,
  auto_created boolean not null default false,
  metadata jsonb not null default '{}'::jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1
);

create table subscription_anchors (
  id bigint not null generated always as identity,
  subscription_id identifier not null,
  anchor_day smallint not null,
  time_zone text not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table subscription_changes (
  id bigint not null generated always as identity,
  subscription_id identifier not null,
  changed_from timestamp with time zone not null,
  periods_from timestamp with time zone not null,
  recorded_by bigint not null
);

create table subscription_pauses (
  id bigint not null generated always as identity,
  subscription_id identifier not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table subscription_plans (
  id bigint not null generated always as identity,
  subscription_id identifier not null,
  plan_id identifier not null,
  plan_version integer not null,
  valid tstzrange not null,
  recorded_by bigint not null,
  superseded_by bigint
);

create table subscriptions (
  id identifier not null,
  organization_id identifier not null,
  name text,
  external_id identifier,
  start_at timestamp with time zone not null,
  end_at timestamp with time zone,
  anchor_day smallint not null,
  time_zone text not null,
  late_usage jsonb,
  metadata jsonb not null default '{}'::jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  trial_end_at timestamp with time zone,
  end_credit text not null default 'prorated'::text
);

create table unclassified_costs (
  group_id identifier not null,
  currency character(3) not null,
  amount numeric not null
);

create table unclassified_days (
  group_id identifier not null,
  day date not null,
  events bigint not null,
  first_seen_at timestamp with time zone,
  last_seen_at timestamp with time zone
);

create table unclassified_groups (
  id identifier not null,
  kind text not null,
  credential_key bigint,
  claim text,
  reason text not null,
  organization_id identifier not null,
  events bigint not null,
  first_seen_at timestamp with time zone,
  last_seen_at timestamp with time zone
);

create table unclassified_measures (
  group_id identifier not null,
  measure text not null,
  provider text not null,
  model text not null,
  quantity numeric not null,
  uncosted numeric not null
);

create table unclassified_state (
  only_one boolean not null default true,
  position bigint not null default 0
);

create table usage_fold (
  only_one boolean not null default true,
  position bigint not null default 0,
  attributes text[] not null default '{}'::text[],
  folding text[] not null default '{}'::text[]
);

create table usage_hours (
  hour timestamp with time zone not null,
  owner_key bigint not null,
  kind_key bigint not null,
  measure text not null,
  events bigint not null,
  quantity numeric not null
);

create table usage_kinds (
  key bigint not null generated always as identity,
  hash bytea not null,
  source text not null,
  cost_currency character(3),
  listed boolean not null,
  long_input numeric,
  attributes jsonb not null
);

create table usage_owners (
  key bigint not null generated always as identity,
  organization_id identifier not null,
  subscriber_id identifier,
  credential_id identifier,
  subscription_id identifier
);

create view payer_links as
 SELECT organization_payers.organization_id,
    organization_payers.payer_id,
    organization_payers.valid,
    organization_payers.recorded_by,
    organization_payers.superseded_by
   FROM organization_payers
UNION ALL
 SELECT organization_aliases.organization_id,
    organization_aliases.survivor_id AS payer_id,
    organization_aliases.valid,
    organization_aliases.recorded_by,
    organization_aliases.superseded_by
   FROM organization_aliases;;

create view tree_edges as
 SELECT p.organization_id,
    p.parent_id,
    false AS is_alias,
        CASE
            WHEN (EXISTS ( SELECT
               FROM organization_aliases a
              WHERE (((a.organization_id)::text = (p.organization_id)::text) AND (a.superseded_by IS NULL)))) THEN (tstzmultirange(p.valid) - ( SELECT range_agg(a.valid) AS range_agg
               FROM organization_aliases a
              WHERE (((a.organization_id)::text = (p.organization_id)::text) AND (a.superseded_by IS NULL))))
            ELSE tstzmultirange(p.valid)
        END AS valid
   FROM organization_parents p
  WHERE (p.superseded_by IS NULL)
UNION ALL
 SELECT a.organization_id,
    a.survivor_id AS parent_id,
    true AS is_alias,
    tstzmultirange(a.valid) AS valid
   FROM organization_aliases a
  WHERE (a.superseded_by IS NULL);;

alter table api_keys add constraint api_keys_hash_check CHECK ((octet_length(hash) = 32));

alter table api_keys add constraint api_keys_hash_key UNIQUE (hash);

alter table api_keys add constraint api_keys_id_check CHECK (((id)::text ~~ 'key\_%'::text));

alter table api_keys add constraint api_keys_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table api_keys add constraint api_keys_permissions_check CHECK ((cardinality(permissions) > 0));

alter table api_keys add constraint api_keys_pkey PRIMARY KEY (id);

alter table archived_months add constraint archived_months_check CHECK ((entries >= events));

alter table archived_months add constraint archived_months_check1 CHECK (((attributed + unclassified) = events));

alter table archived_months add constraint archived_months_corrections_check CHECK ((corrections >= 0));

alter table archived_months add constraint archived_months_events_check CHECK ((events >= 0));

alter table archived_months add constraint archived_months_files_check CHECK ((jsonb_typeof(files) = 'array'::text));

alter table archived_months add constraint archived_months_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table archived_months add constraint archived_months_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric));

alter table archived_months add constraint archived_months_pkey PRIMARY KEY (month);

alter table archived_months add constraint archived_months_position_check CHECK (("position" >= 0));

alter table archived_months add constraint archived_months_usage_check CHECK ((jsonb_typeof(usage) = 'object'::text));

alter table attributions add constraint attributions_check CHECK (((subscription_id IS NULL) = (unbilled_reason IS NOT NULL)));

alter table attributions add constraint attributions_pkey PRIMARY KEY (event_id, occurred_at, sign, journal_id);

alter table attributions add constraint attributions_sign_check CHECK ((sign = ANY (ARRAY[1, '-1'::integer])));

alter table audit_log add constraint audit_log_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table audit_log add constraint audit_log_pkey PRIMARY KEY (id);

alter table audit_log add constraint audit_log_user_agent_check CHECK ((char_length(user_agent) <= 512));

alter table balances add constraint balances_not_overdrawn CHECK (
CASE
    WHEN ((item_id)::text ~~ 'inv\_%'::text) THEN (amount >= (0)::numeric)
    ELSE (amount <= (0)::numeric)
END);

alter table balances add constraint balances_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table balances add constraint balances_pkey PRIMARY KEY (organization_id, currency, item_id);

alter table billed_stretches add constraint billed_stretches_check CHECK ((until > first_day));

alter table billed_stretches add constraint billed_stretches_pkey PRIMARY KEY (first_day, until);

alter table billing_cycles add constraint billing_cycles_billing_run_id_fkey FOREIGN KEY (billing_run_id) REFERENCES billing_runs(id);

alter table billing_cycles add constraint billing_cycles_check CHECK ((period_end > period_start));

alter table billing_cycles add constraint billing_cycles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table billing_cycles add constraint billing_cycles_pkey PRIMARY KEY (organization_id, period_start, period_end);

alter table billing_runs add constraint billing_runs_check CHECK ((period_end > period_start));

alter table billing_runs add constraint billing_runs_check1 CHECK (((status = ANY (ARRAY['queued'::text, 'running'::text])) = (finished_at IS NULL)));

alter table billing_runs add constraint billing_runs_id_check CHECK (((id)::text ~~ 'run\_%'::text));

alter table billing_runs add constraint billing_runs_pkey PRIMARY KEY (id);

alter table billing_runs add constraint billing_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text])));

alter table billing_schedule add constraint billing_schedule_check CHECK (((NOT enabled) OR (billed_until IS NOT NULL)));

alter table billing_schedule add constraint billing_schedule_grace_hours_check CHECK (((grace_hours >= 0) AND (grace_hours <= 720)));

alter table billing_schedule add constraint billing_schedule_last_run_id_fkey FOREIGN KEY (last_run_id) REFERENCES billing_runs(id);

alter table billing_schedule add constraint billing_schedule_late_policy_check CHECK ((late_policy = ANY (ARRAY['adjustNextInvoice'::text, 'creditNote'::text, 'ignore'::text])));

alter table billing_schedule add constraint billing_schedule_only_one_check CHECK (only_one);

alter table billing_schedule add constraint billing_schedule_pkey PRIMARY KEY (only_one);

alter table bindings add constraint bindings_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES credentials(id);

alter table bindings add constraint bindings_credential_id_valid_excl EXCLUDE USING gist (credential_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table bindings add constraint bindings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table bindings add constraint bindings_pkey PRIMARY KEY (id);

alter table bindings add constraint bindings_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table bindings add constraint bindings_subscriber_id_fkey FOREIGN KEY (subscriber_id) REFERENCES subscribers(id);

alter table bindings add constraint bindings_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table bindings add constraint bindings_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table bindings add constraint bindings_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table check_state add constraint check_state_figures_check CHECK ((jsonb_typeof(figures) = 'object'::text));

alter table check_state add constraint check_state_pkey PRIMARY KEY (name);

alter table check_state add constraint check_state_position_check CHECK (("position" >= 0));

alter table check_state add constraint check_state_took_ms_check CHECK ((took_ms >= 0));

alter table credential_id_values add constraint credential_id_values_pkey PRIMARY KEY (key);

alter table credential_id_values add constraint credential_id_values_value_key UNIQUE (value);

alter table credential_ids add constraint credential_ids_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES credentials(id);

alter table credential_ids add constraint credential_ids_pkey PRIMARY KEY (id);

alter table credential_ids add constraint credential_ids_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table credential_ids add constraint credential_ids_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table credential_ids add constraint credential_ids_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table credential_ids add constraint credential_ids_value_key_fkey FOREIGN KEY (value_key) REFERENCES credential_id_values(key);

alter table credential_ids add constraint credential_ids_value_key_valid_excl EXCLUDE USING gist (value_key WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table credentials add constraint credentials_id_check CHECK (((id)::text ~~ 'crd\_%'::text));

alter table credentials add constraint credentials_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table credentials add constraint credentials_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table credentials add constraint credentials_pkey PRIMARY KEY (id);

alter table credit_note_lines add constraint credit_note_lines_charge_id_fkey FOREIGN KEY (charge_id) REFERENCES plan_charges(id);

alter table credit_note_lines add constraint credit_note_lines_check CHECK ((period_end > period_start));

alter table credit_note_lines add constraint credit_note_lines_check1 CHECK ((payer_to > payer_from));

alter table credit_note_lines add constraint credit_note_lines_check2 CHECK (("position" >= position_after));

alter table credit_note_lines add constraint credit_note_lines_check3 CHECK ((num_nonnulls(fee_id, charge_id) = 1));

alter table credit_note_lines add constraint credit_note_lines_check4 CHECK (((kind <> 'credit'::text) OR ((invoice_line_id IS NOT NULL) AND ("position" = position_after) AND (event_count = 0))));

alter table credit_note_lines add constraint credit_note_lines_credit_note_id_ordinal_key UNIQUE (credit_note_id, ordinal);

alter table credit_note_lines add constraint credit_note_lines_event_sign_check CHECK ((event_sign = ANY (ARRAY[1, '-1'::integer])));

alter table credit_note_lines add constraint credit_note_lines_fee_id_fkey FOREIGN KEY (fee_id) REFERENCES plan_fees(id);

alter table credit_note_lines add constraint credit_note_lines_id_check CHECK (((id)::text ~~ 'cnl\_%'::text));

alter table credit_note_lines add constraint credit_note_lines_invoice_line_id_fkey FOREIGN KEY (invoice_line_id) REFERENCES invoice_lines(id);

alter table credit_note_lines add constraint credit_note_lines_kind_check CHECK ((kind = ANY (ARRAY['credit'::text, 'adjustment'::text])));

alter table credit_note_lines add constraint credit_note_lines_note FOREIGN KEY (credit_note_id) REFERENCES credit_notes(id) DEFERRABLE INITIALLY DEFERRED;

alter table credit_note_lines add constraint credit_note_lines_pkey PRIMARY KEY (id);

alter table credit_note_lines add constraint credit_note_lines_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table credit_note_taxes add constraint credit_note_taxes_check CHECK (((percent IS NULL) = (exempt_reason IS NOT NULL)));

alter table credit_note_taxes add constraint credit_note_taxes_check1 CHECK (((exempt_reason IS NULL) OR (amount = (0)::numeric)));

alter table credit_note_taxes add constraint credit_note_taxes_line_ordinals_check CHECK ((cardinality(line_ordinals) > 0));

alter table credit_note_taxes add constraint credit_note_taxes_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table credit_note_taxes add constraint credit_note_taxes_note FOREIGN KEY (credit_note_id) REFERENCES credit_notes(id) DEFERRABLE INITIALLY DEFERRED;

alter table credit_note_taxes add constraint credit_note_taxes_ordinal_check CHECK ((ordinal > 0));

alter table credit_note_taxes add constraint credit_note_taxes_percent_check CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric)));

alter table credit_note_taxes add constraint credit_note_taxes_pkey PRIMARY KEY (credit_note_id, ordinal);

alter table credit_notes add constraint credit_notes_billing_run_id_fkey FOREIGN KEY (billing_run_id) REFERENCES billing_runs(id);

alter table credit_notes add constraint credit_notes_check CHECK ((effective_at <= issued_at));

alter table credit_notes add constraint credit_notes_check1 CHECK (((subtotal + tax_total) = total));

alter table credit_notes add constraint credit_notes_check2 CHECK (((subtotal IS NULL) = (tax_total IS NULL)));

alter table credit_notes add constraint credit_notes_id_check CHECK (((id)::text ~~ 'cn\_%'::text));

alter table credit_notes add constraint credit_notes_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id);

alter table credit_notes add constraint credit_notes_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table credit_notes add constraint credit_notes_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table credit_notes add constraint credit_notes_pkey PRIMARY KEY (id);

alter table credit_notes add constraint credit_notes_seller_id_fkey FOREIGN KEY (seller_id) REFERENCES sellers(id);

alter table credit_notes add constraint credit_notes_seller_id_number_key UNIQUE (seller_id, number);

alter table credit_notes add constraint credit_notes_seller_id_number_sequence_key UNIQUE (seller_id, number_sequence);

alter table credit_notes add constraint credit_notes_status_check CHECK ((status = ANY (ARRAY['issued'::text, 'void'::text])));

alter table credit_notes add constraint credit_notes_total_check CHECK ((total > (0)::numeric));

alter table customer_balances add constraint customer_balances_open_invoices_check CHECK ((open_invoices >= 0));

alter table customer_balances add constraint customer_balances_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table customer_balances add constraint customer_balances_outstanding_check CHECK ((outstanding >= (0)::numeric));

alter table customer_balances add constraint customer_balances_pkey PRIMARY KEY (organization_id, currency);

alter table customer_balances add constraint customer_balances_unapplied_credit_check CHECK ((unapplied_credit >= (0)::numeric));

alter table deployment add constraint deployment_attribution_mode_check CHECK ((attribution_mode = ANY (ARRAY['provision'::text, 'strict'::text])));

alter table deployment add constraint deployment_only_one_check CHECK (only_one);

alter table deployment add constraint deployment_pkey PRIMARY KEY (only_one);

alter table event_conflicts add constraint event_conflicts_body_hash_check CHECK ((octet_length(body_hash) = 32));

alter table event_conflicts add constraint event_conflicts_pkey PRIMARY KEY (source, client_id, body_hash);

alter table event_keys add constraint event_keys_body_hash_check CHECK ((octet_length(body_hash) = 32));

alter table event_keys add constraint event_keys_pkey PRIMARY KEY (source, client_id);

alter table event_rejects add constraint event_rejects_pkey PRIMARY KEY (id);

alter table events add constraint events_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text));

alter table events add constraint events_check CHECK (((cost_amount IS NULL) = (cost_currency IS NULL)));

alter table events add constraint events_measures_check CHECK ((jsonb_typeof(measures) = 'object'::text));

alter table events add constraint events_pkey PRIMARY KEY (occurred_at, id);

alter table first_billings add constraint first_billings_pkey PRIMARY KEY (subscription_id);

alter table idempotency_keys add constraint idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 256)));

alter table idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (principal_id, operation, key);

alter table ignored_usage add constraint ignored_usage_billing_run_id_fkey FOREIGN KEY (billing_run_id) REFERENCES billing_runs(id);

alter table ignored_usage add constraint ignored_usage_charge_id_fkey FOREIGN KEY (charge_id) REFERENCES plan_charges(id);

alter table ignored_usage add constraint ignored_usage_check CHECK ((period_end > period_start));

alter table ignored_usage add constraint ignored_usage_check1 CHECK ((occurred_to > occurred_from));

alter table ignored_usage add constraint ignored_usage_check2 CHECK (("position" > position_after));

alter table ignored_usage add constraint ignored_usage_event_count_check CHECK ((event_count > 0));

alter table ignored_usage add constraint ignored_usage_id_check CHECK (((id)::text ~~ 'ign\_%'::text));

alter table ignored_usage add constraint ignored_usage_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table ignored_usage add constraint ignored_usage_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table ignored_usage add constraint ignored_usage_pkey PRIMARY KEY (id);

alter table ignored_usage add constraint ignored_usage_plan_id_plan_version_fkey FOREIGN KEY (plan_id, plan_version) REFERENCES plan_versions(plan_id, version);

alter table ignored_usage add constraint ignored_usage_position_after_check CHECK ((position_after >= 0));

alter table ignored_usage add constraint ignored_usage_subscription_id_charge_id_tstzrange_int8rang_excl EXCLUDE USING gist (subscription_id WITH =, charge_id WITH =, tstzrange(occurred_from, occurred_to) WITH &&, int8range(position_after, "position", '(]'::text) WITH &&);

alter table ignored_usage add constraint ignored_usage_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table ingest_batches add constraint ingest_batches_accepted_check CHECK ((accepted >= 0));

alter table ingest_batches add constraint ingest_batches_conflicts_check CHECK ((conflicts >= 0));

alter table ingest_batches add constraint ingest_batches_duplicates_check CHECK ((duplicates >= 0));

alter table ingest_batches add constraint ingest_batches_pkey PRIMARY KEY (journal_id);

alter table ingest_batches add constraint ingest_batches_rejected_check CHECK ((rejected >= 0));

alter table invoice_line_parts add constraint invoice_line_parts_check CHECK (((kind <> 'fixed'::text) OR ((event_count = 0) AND (event_quantity = (0)::numeric))));

alter table invoice_line_parts add constraint invoice_line_parts_kind_check CHECK ((kind = ANY (ARRAY['usage'::text, 'fixed'::text, 'rest'::text])));

alter table invoice_line_parts add constraint invoice_line_parts_line_id_fkey FOREIGN KEY (line_id) REFERENCES invoice_lines(id) ON DELETE CASCADE;

alter table invoice_line_parts add constraint invoice_line_parts_ordinal_check CHECK ((ordinal > 0));

alter table invoice_line_parts add constraint invoice_line_parts_pkey PRIMARY KEY (line_id, ordinal);

alter table invoice_lines add constraint invoice_lines_charge_id_fkey FOREIGN KEY (charge_id) REFERENCES plan_charges(id);

alter table invoice_lines add constraint invoice_lines_check CHECK ((period_end > period_start));

alter table invoice_lines add constraint invoice_lines_check1 CHECK ((payer_to > payer_from));

alter table invoice_lines add constraint invoice_lines_check2 CHECK (("position" >= position_after));

alter table invoice_lines add constraint invoice_lines_check3 CHECK ((num_nonnulls(fee_id, charge_id) = 1));

alter table invoice_lines add constraint invoice_lines_check4 CHECK (((kind <> 'fee'::text) OR (fee_id IS NOT NULL)));

alter table invoice_lines add constraint invoice_lines_check5 CHECK (((kind <> 'usage'::text) OR (charge_id IS NOT NULL)));

alter table invoice_lines add constraint invoice_lines_event_sign_check CHECK ((event_sign = ANY (ARRAY[1, '-1'::integer])));

alter table invoice_lines add constraint invoice_lines_fee_id_fkey FOREIGN KEY (fee_id) REFERENCES plan_fees(id);

alter table invoice_lines add constraint invoice_lines_id_check CHECK (((id)::text ~~ 'lin\_%'::text));

alter table invoice_lines add constraint invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id) ON DELETE CASCADE;

alter table invoice_lines add constraint invoice_lines_invoice_id_ordinal_key UNIQUE (invoice_id, ordinal);

alter table invoice_lines add constraint invoice_lines_kind_check CHECK ((kind = ANY (ARRAY['fee'::text, 'usage'::text, 'adjustment'::text])));

alter table invoice_lines add constraint invoice_lines_pkey PRIMARY KEY (id);

alter table invoice_lines add constraint invoice_lines_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table invoice_taxes add constraint invoice_taxes_check CHECK (((percent IS NULL) = (exempt_reason IS NOT NULL)));

alter table invoice_taxes add constraint invoice_taxes_check1 CHECK (((exempt_reason IS NULL) OR (amount = (0)::numeric)));

alter table invoice_taxes add constraint invoice_taxes_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id) ON DELETE CASCADE;

alter table invoice_taxes add constraint invoice_taxes_line_ordinals_check CHECK ((cardinality(line_ordinals) > 0));

alter table invoice_taxes add constraint invoice_taxes_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table invoice_taxes add constraint invoice_taxes_ordinal_check CHECK ((ordinal > 0));

alter table invoice_taxes add constraint invoice_taxes_percent_check CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric)));

alter table invoice_taxes add constraint invoice_taxes_pkey PRIMARY KEY (invoice_id, ordinal);

alter table invoices add constraint invoices_billing_run_id_fkey FOREIGN KEY (billing_run_id) REFERENCES billing_runs(id);

alter table invoices add constraint invoices_check CHECK ((period_end > period_start));

alter table invoices add constraint invoices_check1 CHECK (((status = 'draft'::text) = (number IS NULL)));

alter table invoices add constraint invoices_check2 CHECK ((((number IS NULL) = (number_sequence IS NULL)) AND ((number IS NULL) = (seal IS NULL))));

alter table invoices add constraint invoices_check3 CHECK ((((number IS NULL) = (issued_at IS NULL)) AND ((number IS NULL) = (due_at IS NULL))));

alter table invoices add constraint invoices_check4 CHECK (((subtotal + tax_total) = total));

alter table invoices add constraint invoices_check5 CHECK (((subtotal IS NULL) = (tax_total IS NULL)));

alter table invoices add constraint invoices_fit_ledger TRIGGER DEFERRABLE INITIALLY DEFERRED;

alter table invoices add constraint invoices_id_check CHECK (((id)::text ~~ 'inv\_%'::text));

alter table invoices add constraint invoices_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table invoices add constraint invoices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table invoices add constraint invoices_pkey PRIMARY KEY (id);

alter table invoices add constraint invoices_seller_id_fkey FOREIGN KEY (seller_id) REFERENCES sellers(id);

alter table invoices add constraint invoices_seller_id_number_key UNIQUE (seller_id, number);

alter table invoices add constraint invoices_seller_id_number_sequence_key UNIQUE (seller_id, number_sequence);

alter table invoices add constraint invoices_standalone_check CHECK (standalone);

alter table invoices add constraint invoices_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'partially_paid'::text, 'paid'::text, 'void'::text, 'uncollectible'::text])));

alter table journal add constraint journal_pkey PRIMARY KEY (id);

alter table journal add constraint journal_position_check CHECK (("position" > 0));

alter table journal add constraint journal_position_key UNIQUE ("position");

alter table journal_stragglers add constraint journal_stragglers_id_key UNIQUE (id);

alter table journal_stragglers add constraint journal_stragglers_pkey PRIMARY KEY ("position");

alter table journal_stragglers add constraint journal_stragglers_position_check CHECK (("position" > 0));

alter table ledger_entries add constraint ledger_entries_check CHECK (
CASE kind
    WHEN 'payment'::text THEN ((payment_id IS NOT NULL) AND (num_nonnulls(invoice_id, credit_note_id, refund_id) = 0))
    WHEN 'credit_note'::text THEN ((credit_note_id IS NOT NULL) AND (num_nonnulls(payment_id, refund_id) = 0))
    WHEN 'credit_applied'::text THEN ((num_nonnulls(payment_id, credit_note_id) = 1) AND (refund_id IS NULL))
    WHEN 'refund'::text THEN ((refund_id IS NOT NULL) AND (num_nonnulls(payment_id, credit_note_id) = 1) AND (invoice_id IS NULL))
    ELSE ((invoice_id IS NOT NULL) AND (num_nonnulls(payment_id, credit_note_id, refund_id) = 0))
END);

alter table ledger_entries add constraint ledger_entries_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES credit_notes(id);

alter table ledger_entries add constraint ledger_entries_fit_invoices TRIGGER DEFERRABLE INITIALLY DEFERRED;

alter table ledger_entries add constraint ledger_entries_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id);

alter table ledger_entries add constraint ledger_entries_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table ledger_entries add constraint ledger_entries_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'payment'::text, 'credit_note'::text, 'credit_applied'::text, 'refund'::text, 'write_off'::text, 'void_reversal'::text])));

alter table ledger_entries add constraint ledger_entries_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table ledger_entries add constraint ledger_entries_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

alter table ledger_entries add constraint ledger_entries_pkey PRIMARY KEY (id);

alter table ledger_entries add constraint ledger_entries_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id);

alter table memberships add constraint memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table memberships add constraint memberships_pkey PRIMARY KEY (id);

alter table memberships add constraint memberships_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table memberships add constraint memberships_subscriber_id_fkey FOREIGN KEY (subscriber_id) REFERENCES subscribers(id);

alter table memberships add constraint memberships_subscriber_id_organization_id_valid_excl EXCLUDE USING gist (subscriber_id WITH =, organization_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table memberships add constraint memberships_subscriber_id_valid_excl EXCLUDE USING gist (subscriber_id WITH =, valid WITH &&) WHERE (((superseded_by IS NULL) AND is_primary));

alter table memberships add constraint memberships_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table memberships add constraint memberships_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table message_attempts add constraint message_attempts_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

alter table message_attempts add constraint message_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'failed'::text])));

alter table message_attempts add constraint message_attempts_pkey PRIMARY KEY (id);

alter table messages add constraint messages_about_one CHECK ((((invoice_id IS NOT NULL) = (kind = ANY (ARRAY['invoice'::text, 'reminder'::text]))) AND ((credit_note_id IS NOT NULL) = (kind = 'credit_note'::text)) AND ((statement_as_of IS NOT NULL) = (kind = 'statement'::text))));

alter table messages add constraint messages_attempts_check CHECK ((attempts >= 0));

alter table messages add constraint messages_check CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL)));

alter table messages add constraint messages_check1 CHECK (((status <> ALL (ARRAY['failed'::text, 'not_sent'::text])) OR (reason IS NOT NULL)));

alter table messages add constraint messages_check2 CHECK (((status <> ALL (ARRAY['queued'::text, 'sent'::text])) OR (recipient IS NOT NULL)));

alter table messages add constraint messages_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES credit_notes(id);

alter table messages add constraint messages_id_check CHECK (((id)::text ~~ 'msg\_%'::text));

alter table messages add constraint messages_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id);

alter table messages add constraint messages_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'reminder'::text, 'credit_note'::text, 'statement'::text])));

alter table messages add constraint messages_once_key_key UNIQUE (once_key);

alter table messages add constraint messages_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table messages add constraint messages_pkey PRIMARY KEY (id);

alter table messages add constraint messages_statement CHECK ((((statement_as_of IS NULL) = (statement_known_at IS NULL)) AND ((statement_from IS NULL) = (statement_to IS NULL)) AND ((statement_from IS NULL) OR ((statement_as_of IS NOT NULL) AND (statement_from < statement_to)))));

alter table messages add constraint messages_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'not_sent'::text])));

alter table meter_versions add constraint meter_versions_aggregation_check CHECK ((aggregation = ANY (ARRAY['sum'::text, 'count'::text, 'max'::text, 'unique'::text])));

alter table meter_versions add constraint meter_versions_check CHECK (((aggregation = 'count'::text) OR (measure IS NOT NULL)));

alter table meter_versions add constraint meter_versions_filter_check CHECK ((jsonb_typeof(filter) = 'object'::text));

alter table meter_versions add constraint meter_versions_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES meters(id);

alter table meter_versions add constraint meter_versions_pkey PRIMARY KEY (meter_id, version);

alter table meter_versions add constraint meter_versions_version_check CHECK ((version > 0));

alter table meters add constraint meters_id_check CHECK (((id)::text ~~ 'mtr\_%'::text));

alter table meters add constraint meters_pkey PRIMARY KEY (id);

alter table migration_checksums add constraint migration_checksums_pkey PRIMARY KEY (name);

alter table one_time_links add constraint one_time_links_check CHECK ((expires_at > created_at));

alter table one_time_links add constraint one_time_links_check1 CHECK (((closed_at IS NULL) = (closed_as IS NULL)));

alter table one_time_links add constraint one_time_links_check2 CHECK (((purpose = 'owner'::text) = (person_id IS NULL)));

alter table one_time_links add constraint one_time_links_closed_as_check CHECK ((closed_as = ANY (ARRAY['used'::text, 'withdrawn'::text])));

alter table one_time_links add constraint one_time_links_id_check CHECK (((id)::text ~~ 'lnk\_%'::text));

alter table one_time_links add constraint one_time_links_mail_attempts_check CHECK ((mail_attempts >= 0));

alter table one_time_links add constraint one_time_links_mail_status_check CHECK ((mail_status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])));

alter table one_time_links add constraint one_time_links_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);

alter table one_time_links add constraint one_time_links_pkey PRIMARY KEY (id);

alter table one_time_links add constraint one_time_links_purpose_check CHECK ((purpose = ANY (ARRAY['owner'::text, 'invitation'::text, 'password'::text])));

alter table one_time_links add constraint one_time_links_token_hash_check CHECK ((octet_length(token_hash) = 32));

alter table one_time_links add constraint one_time_links_token_hash_key UNIQUE (token_hash);

alter table organization_aliases add constraint organization_aliases_check CHECK (((survivor_id)::text <> (organization_id)::text));

alter table organization_aliases add constraint organization_aliases_choices_check CHECK ((jsonb_typeof(choices) = 'object'::text));

alter table organization_aliases add constraint organization_aliases_merged_by_fkey FOREIGN KEY (merged_by) REFERENCES journal(id);

alter table organization_aliases add constraint organization_aliases_one_hop TRIGGER DEFERRABLE INITIALLY DEFERRED;

alter table organization_aliases add constraint organization_aliases_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table organization_aliases add constraint organization_aliases_organization_id_valid_excl EXCLUDE USING gist (organization_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table organization_aliases add constraint organization_aliases_pkey PRIMARY KEY (id);

alter table organization_aliases add constraint organization_aliases_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table organization_aliases add constraint organization_aliases_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table organization_aliases add constraint organization_aliases_survivor_id_fkey FOREIGN KEY (survivor_id) REFERENCES organizations(id);

alter table organization_aliases add constraint organization_aliases_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table organization_cycles add constraint organization_cycles_anchor_day_check CHECK (((anchor_day >= 1) AND (anchor_day <= 31)));

alter table organization_cycles add constraint organization_cycles_check CHECK ((first_end > lower(valid)));

alter table organization_cycles add constraint organization_cycles_count_check CHECK (((count >= 1) AND (count <= 366)));

alter table organization_cycles add constraint organization_cycles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table organization_cycles add constraint organization_cycles_organization_id_valid_excl EXCLUDE USING gist (organization_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table organization_cycles add constraint organization_cycles_pkey PRIMARY KEY (id);

alter table organization_cycles add constraint organization_cycles_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table organization_cycles add constraint organization_cycles_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table organization_cycles add constraint organization_cycles_unit_check CHECK ((unit = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'quarter'::text, 'year'::text])));

alter table organization_cycles add constraint organization_cycles_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table organization_domains add constraint organization_domains_domain_check CHECK (((domain)::text = lower((domain)::text)));

alter table organization_domains add constraint organization_domains_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE;

alter table organization_domains add constraint organization_domains_pkey PRIMARY KEY (organization_id, domain);

alter table organization_parents add constraint organization_parents_check CHECK (((parent_id)::text <> (organization_id)::text));

alter table organization_parents add constraint organization_parents_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table organization_parents add constraint organization_parents_organization_id_valid_excl EXCLUDE USING gist (organization_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table organization_parents add constraint organization_parents_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES organizations(id);

alter table organization_parents add constraint organization_parents_pkey PRIMARY KEY (id);

alter table organization_parents add constraint organization_parents_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table organization_parents add constraint organization_parents_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table organization_parents add constraint organization_parents_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table organization_payers add constraint organization_payers_check CHECK (((payer_id)::text <> (organization_id)::text));

alter table organization_payers add constraint organization_payers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table organization_payers add constraint organization_payers_organization_id_valid_excl EXCLUDE USING gist (organization_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table organization_payers add constraint organization_payers_payer_id_fkey FOREIGN KEY (payer_id) REFERENCES organizations(id);

alter table organization_payers add constraint organization_payers_pkey PRIMARY KEY (id);

alter table organization_payers add constraint organization_payers_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table organization_payers add constraint organization_payers_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table organization_payers add constraint organization_payers_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table organizations add constraint organizations_billing_check CHECK ((jsonb_typeof(billing) = 'object'::text));

alter table organizations add constraint organizations_breakdown_by_check CHECK (((breakdown_by = ANY (ARRAY['none'::text, 'organization'::text, 'subscriber'::text, 'credential'::text, 'tag'::text])) OR (breakdown_by ~ '^attribute:.'::text)));

alter table organizations add constraint organizations_check CHECK (((NOT unclassified) OR ((name = 'UNCLASSIFIED'::text) AND (archived_at IS NULL))));

alter table organizations add constraint organizations_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text));

alter table organizations add constraint organizations_id_check CHECK (((id)::text ~~ 'org\_%'::text));

alter table organizations add constraint organizations_invoice_grouping_check CHECK ((invoice_grouping = ANY (ARRAY['consolidated'::text, 'perSubscription'::text])));

alter table organizations add constraint organizations_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table organizations add constraint organizations_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table organizations add constraint organizations_payment_terms_days_check CHECK (((payment_terms_days >= 0) AND (payment_terms_days <= 3650)));

alter table organizations add constraint organizations_pkey PRIMARY KEY (id);

alter table organizations add constraint organizations_tax_exempt_reason_check CHECK (((char_length(tax_exempt_reason) >= 1) AND (char_length(tax_exempt_reason) <= 512)));

alter table organizations add constraint organizations_tax_rates_check CHECK ((jsonb_typeof(tax_rates) = 'array'::text));

alter table ownership_changes add constraint ownership_changes_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table ownership_changes add constraint ownership_changes_pkey PRIMARY KEY (id);

alter table ownership_changes add constraint ownership_changes_touched_check CHECK ((jsonb_typeof(touched) = 'array'::text));

alter table payments add constraint payments_amount_check CHECK ((amount > (0)::numeric));

alter table payments add constraint payments_check CHECK ((reversed_at >= received_at));

alter table payments add constraint payments_check1 CHECK (((status = 'reversed'::text) = (reversed_at IS NOT NULL)));

alter table payments add constraint payments_id_check CHECK (((id)::text ~~ 'pay\_%'::text));

alter table payments add constraint payments_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table payments add constraint payments_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table payments add constraint payments_pkey PRIMARY KEY (id);

alter table payments add constraint payments_status_check CHECK ((status = ANY (ARRAY['received'::text, 'reversed'::text])));

alter table people add constraint people_email_check CHECK ((((char_length(email) >= 3) AND (char_length(email) <= 320)) AND (email = lower(email))));

alter table people add constraint people_id_check CHECK (((id)::text ~~ 'prs\_%'::text));

alter table people add constraint people_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table people add constraint people_pkey PRIMARY KEY (id);

alter table people add constraint people_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'billing'::text, 'support'::text, 'statements'::text, 'developer'::text])));

alter table person_sessions add constraint person_sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);

alter table person_sessions add constraint person_sessions_pkey PRIMARY KEY (id);

alter table person_sessions add constraint person_sessions_token_key UNIQUE (token);

alter table person_sign_ins add constraint person_sign_ins_check CHECK ((((provider_id)::text = 'credential'::text) = (password IS NOT NULL)));

alter table person_sign_ins add constraint person_sign_ins_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);

alter table person_sign_ins add constraint person_sign_ins_pkey PRIMARY KEY (id);

alter table person_sign_ins add constraint person_sign_ins_provider_id_account_id_key UNIQUE (provider_id, account_id);

alter table person_two_factors add constraint person_two_factors_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);

alter table person_two_factors add constraint person_two_factors_person_id_key UNIQUE (person_id);

alter table person_two_factors add constraint person_two_factors_pkey PRIMARY KEY (id);

alter table plan_charges add constraint plan_charges_id_check CHECK (((id)::text ~~ 'chg\_%'::text));

alter table plan_charges add constraint plan_charges_meter_id_meter_version_fkey FOREIGN KEY (meter_id, meter_version) REFERENCES meter_versions(meter_id, version);

alter table plan_charges add constraint plan_charges_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table plan_charges add constraint plan_charges_pkey PRIMARY KEY (id);

alter table plan_charges add constraint plan_charges_plan_id_plan_version_fkey FOREIGN KEY (plan_id, plan_version) REFERENCES plan_versions(plan_id, version);

alter table plan_charges add constraint plan_charges_plan_id_plan_version_ordinal_key UNIQUE (plan_id, plan_version, ordinal);

alter table plan_charges add constraint plan_charges_terms_check CHECK ((jsonb_typeof(terms) = 'object'::text));

alter table plan_fees add constraint plan_fees_amount_check CHECK ((amount >= (0)::numeric));

alter table plan_fees add constraint plan_fees_id_check CHECK (((id)::text ~~ 'fee\_%'::text));

alter table plan_fees add constraint plan_fees_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table plan_fees add constraint plan_fees_pkey PRIMARY KEY (id);

alter table plan_fees add constraint plan_fees_plan_id_plan_version_fkey FOREIGN KEY (plan_id, plan_version) REFERENCES plan_versions(plan_id, version);

alter table plan_fees add constraint plan_fees_plan_id_plan_version_ordinal_key UNIQUE (plan_id, plan_version, ordinal);

alter table plan_fees add constraint plan_fees_timing_check CHECK ((timing = ANY (ARRAY['advance'::text, 'arrears'::text, 'setUp'::text])));

alter table plan_versions add constraint plan_versions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text));

alter table plan_versions add constraint plan_versions_interval_count_check CHECK (((interval_count >= 1) AND (interval_count <= 366)));

alter table plan_versions add constraint plan_versions_interval_unit_check CHECK ((interval_unit = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'quarter'::text, 'year'::text])));

alter table plan_versions add constraint plan_versions_pkey PRIMARY KEY (plan_id, version);

alter table plan_versions add constraint plan_versions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id);

alter table plan_versions add constraint plan_versions_trial_days_check CHECK (((trial_days >= 0) AND (trial_days <= 3660)));

alter table plan_versions add constraint plan_versions_version_check CHECK ((version > 0));

alter table plans add constraint plans_id_check CHECK (((id)::text ~~ 'pln\_%'::text));

alter table plans add constraint plans_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table plans add constraint plans_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table plans add constraint plans_pkey PRIMARY KEY (id);

alter table plans add constraint plans_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id);

alter table products add constraint products_id_check CHECK (((id)::text ~~ 'prd\_%'::text));

alter table products add constraint products_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table products add constraint products_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table products add constraint products_pkey PRIMARY KEY (id);

alter table products add constraint products_tax_exempt_reason_check CHECK (((char_length(tax_exempt_reason) >= 1) AND (char_length(tax_exempt_reason) <= 512)));

alter table products add constraint products_tax_rates_check CHECK ((jsonb_typeof(tax_rates) = 'array'::text));

alter table reattributions add constraint reattributions_applied_by_fkey FOREIGN KEY (applied_by) REFERENCES journal(id);

alter table reattributions add constraint reattributions_applied_by_key UNIQUE (applied_by);

alter table reattributions add constraint reattributions_check CHECK (((kind = 'assign'::text) = (owner IS NOT NULL)));

alter table reattributions add constraint reattributions_check2 CHECK (((status = ANY (ARRAY['applied'::text, 'undone'::text])) = (applied_by IS NOT NULL)));

alter table reattributions add constraint reattributions_check3 CHECK (((applied_by IS NULL) = (applied_at IS NULL)));

alter table reattributions add constraint reattributions_check4 CHECK (((status = 'undone'::text) = (undone_by IS NOT NULL)));

alter table reattributions add constraint reattributions_check5 CHECK ((((undone_by IS NULL) = (undone_at IS NULL)) AND ((undone_by IS NULL) = (undo IS NULL))));

alter table reattributions add constraint reattributions_deferred_by_fkey FOREIGN KEY (deferred_by) REFERENCES journal(id);

alter table reattributions add constraint reattributions_deferred_by_key UNIQUE (deferred_by);

alter table reattributions add constraint reattributions_digest_check CHECK ((jsonb_typeof(digest) = 'object'::text));

alter table reattributions add constraint reattributions_digest_known CHECK (((status = 'pending'::text) OR (digest IS NOT NULL)));

alter table reattributions add constraint reattributions_id_check CHECK (((id)::text ~~ 'rea\_%'::text));

alter table reattributions add constraint reattributions_kind_check CHECK ((kind = ANY (ARRAY['assign'::text, 'resolve'::text])));

alter table reattributions add constraint reattributions_owner_check CHECK ((jsonb_typeof(owner) = 'object'::text));

alter table reattributions add constraint reattributions_pkey PRIMARY KEY (id);

alter table reattributions add constraint reattributions_preview_check CHECK ((jsonb_typeof(preview) = 'object'::text));

alter table reattributions add constraint reattributions_preview_known CHECK (((status <> 'previewed'::text) OR (("position" IS NOT NULL) AND (preview IS NOT NULL))));

alter table reattributions add constraint reattributions_selection_check CHECK ((jsonb_typeof(selection) = 'object'::text));

alter table reattributions add constraint reattributions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'previewed'::text, 'applied'::text, 'undone'::text])));

alter table reattributions add constraint reattributions_undo_check CHECK ((jsonb_typeof(undo) = 'object'::text));

alter table reattributions add constraint reattributions_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES journal(id);

alter table reattributions add constraint reattributions_undone_by_key UNIQUE (undone_by);

alter table refunds add constraint refunds_amount_check CHECK ((amount > (0)::numeric));

alter table refunds add constraint refunds_id_check CHECK (((id)::text ~~ 'rfd\_%'::text));

alter table refunds add constraint refunds_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table refunds add constraint refunds_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table refunds add constraint refunds_pkey PRIMARY KEY (id);

alter table reject_replays add constraint reject_replays_check CHECK (((outcome = 'rejected'::text) = (event_id IS NULL)));

alter table reject_replays add constraint reject_replays_check1 CHECK (((outcome = 'rejected'::text) = ((code IS NOT NULL) AND (pointer IS NOT NULL) AND (detail IS NOT NULL))));

alter table reject_replays add constraint reject_replays_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'duplicate'::text, 'conflict'::text, 'rejected'::text])));

alter table reject_replays add constraint reject_replays_pkey PRIMARY KEY (id);

alter table repairs add constraint repairs_applied_by_fkey FOREIGN KEY (applied_by) REFERENCES journal(id);

alter table repairs add constraint repairs_applied_by_key UNIQUE (applied_by);

alter table repairs add constraint repairs_check CHECK (((id)::text ~~
CASE kind
    WHEN 'merge'::text THEN 'mrg\_%'::text
    ELSE 'spl\_%'::text
END));

alter table repairs add constraint repairs_check1 CHECK (((status = ANY (ARRAY['applied'::text, 'undone'::text])) = (applied_by IS NOT NULL)));

alter table repairs add constraint repairs_check2 CHECK (((applied_by IS NULL) = (applied_at IS NULL)));

alter table repairs add constraint repairs_check3 CHECK (((applied_by IS NULL) OR (into_id IS NOT NULL)));

alter table repairs add constraint repairs_check4 CHECK (((status = 'undone'::text) = (undone_by IS NOT NULL)));

alter table repairs add constraint repairs_check5 CHECK ((((undone_by IS NULL) = (undone_at IS NULL)) AND ((undone_by IS NULL) = (undo IS NULL))));

alter table repairs add constraint repairs_digest_check CHECK ((jsonb_typeof(digest) = 'object'::text));

alter table repairs add constraint repairs_id_check CHECK ((((id)::text ~~ 'mrg\_%'::text) OR ((id)::text ~~ 'spl\_%'::text)));

alter table repairs add constraint repairs_input_check CHECK ((jsonb_typeof(input) = 'object'::text));

alter table repairs add constraint repairs_into_id_fkey FOREIGN KEY (into_id) REFERENCES organizations(id);

alter table repairs add constraint repairs_kind_check CHECK ((kind = ANY (ARRAY['merge'::text, 'split'::text])));

alter table repairs add constraint repairs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table repairs add constraint repairs_pkey PRIMARY KEY (id);

alter table repairs add constraint repairs_preview_check CHECK ((jsonb_typeof(preview) = 'object'::text));

alter table repairs add constraint repairs_status_check CHECK ((status = ANY (ARRAY['previewed'::text, 'applied'::text, 'undone'::text])));

alter table repairs add constraint repairs_undo_check CHECK ((jsonb_typeof(undo) = 'object'::text));

alter table repairs add constraint repairs_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES journal(id);

alter table repairs add constraint repairs_undone_by_key UNIQUE (undone_by);

alter table seller_logos add constraint seller_logos_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 262144)));

alter table seller_logos add constraint seller_logos_check CHECK (((hash)::text = ('sha256:'::text || encode(sha256(bytes), 'hex'::text))));

alter table seller_logos add constraint seller_logos_height_check CHECK ((height > 0));

alter table seller_logos add constraint seller_logos_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);

alter table seller_logos add constraint seller_logos_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text])));

alter table seller_logos add constraint seller_logos_pkey PRIMARY KEY (hash);

alter table seller_logos add constraint seller_logos_width_check CHECK ((width > 0));

alter table sellers add constraint sellers_address_check CHECK ((jsonb_typeof(address) = 'array'::text));

alter table sellers add constraint sellers_default_breakdown_check CHECK (((default_breakdown = ANY (ARRAY['none'::text, 'organization'::text, 'subscriber'::text, 'credential'::text, 'tag'::text])) OR (default_breakdown ~ '^attribute:.'::text)));

alter table sellers add constraint sellers_default_currency_check CHECK ((default_currency ~ '^[A-Z]{3}$'::text));

alter table sellers add constraint sellers_default_payment_terms_days_check CHECK (((default_payment_terms_days >= 0) AND (default_payment_terms_days <= 3650)));

alter table sellers add constraint sellers_logo_hash_fkey FOREIGN KEY (logo_hash) REFERENCES seller_logos(hash);

alter table sellers add constraint sellers_next_credit_note_number_check CHECK ((next_credit_note_number > 0));

alter table sellers add constraint sellers_next_invoice_number_check CHECK ((next_invoice_number > 0));

alter table sellers add constraint sellers_paper_check CHECK ((paper = ANY (ARRAY['letter'::text, 'A4'::text])));

alter table sellers add constraint sellers_pkey PRIMARY KEY (id);

alter table sending_settings add constraint sending_settings_only_one_check CHECK (only_one);

alter table sending_settings add constraint sending_settings_pkey PRIMARY KEY (only_one);

alter table sending_settings add constraint sending_settings_reminder_days_check CHECK (((cardinality(reminder_days) <= 10) AND (0 < ALL (reminder_days))));

alter table sending_settings add constraint sending_settings_since CHECK (((send_since IS NOT NULL) = send_on_finalize));

alter table settled_periods add constraint settled_periods_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table settled_periods add constraint settled_periods_pkey PRIMARY KEY (organization_id, subscription_id, period_start);

alter table settled_periods add constraint settled_periods_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table share_links add constraint share_links_check CHECK ((expires_at > created_at));

alter table share_links add constraint share_links_check1 CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)));

alter table share_links add constraint share_links_id_check CHECK (((id)::text ~~ 'shr\_%'::text));

alter table share_links add constraint share_links_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table share_links add constraint share_links_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table share_links add constraint share_links_pkey PRIMARY KEY (id);

alter table share_links add constraint share_links_token_hash_check CHECK ((octet_length(token_hash) = 32));

alter table share_links add constraint share_links_token_hash_key UNIQUE (token_hash);

alter table sign_in_attempts add constraint sign_in_attempts_count_check CHECK ((count > 0));

alter table sign_in_attempts add constraint sign_in_attempts_pkey PRIMARY KEY (key);

alter table sign_in_challenges add constraint sign_in_challenges_pkey PRIMARY KEY (id);

alter table subscribers add constraint subscribers_email_check CHECK (((char_length(email) >= 3) AND (char_length(email) <= 320)));

alter table subscribers add constraint subscribers_email_key_check CHECK (((email_key)::text = lower((email_key)::text)));

alter table subscribers add constraint subscribers_id_check CHECK (((id)::text ~~ 'sbr\_%'::text));

alter table subscribers add constraint subscribers_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table subscribers add constraint subscribers_pkey PRIMARY KEY (id);

alter table subscribers add constraint subscribers_service_of_fkey FOREIGN KEY (service_of) REFERENCES organizations(id);

alter table subscribers add constraint subscribers_service_of_key UNIQUE (service_of);

alter table subscription_anchors add constraint subscription_anchors_anchor_day_check CHECK (((anchor_day >= 1) AND (anchor_day <= 31)));

alter table subscription_anchors add constraint subscription_anchors_pkey PRIMARY KEY (id);

alter table subscription_anchors add constraint subscription_anchors_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table subscription_anchors add constraint subscription_anchors_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table subscription_anchors add constraint subscription_anchors_subscription_id_valid_excl EXCLUDE USING gist (subscription_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table subscription_anchors add constraint subscription_anchors_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table subscription_anchors add constraint subscription_anchors_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table subscription_changes add constraint subscription_changes_check CHECK ((periods_from <= changed_from));

alter table subscription_changes add constraint subscription_changes_pkey PRIMARY KEY (id);

alter table subscription_changes add constraint subscription_changes_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table subscription_changes add constraint subscription_changes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table subscription_pauses add constraint subscription_pauses_pkey PRIMARY KEY (id);

alter table subscription_pauses add constraint subscription_pauses_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table subscription_pauses add constraint subscription_pauses_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table subscription_pauses add constraint subscription_pauses_subscription_id_valid_excl EXCLUDE USING gist (subscription_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table subscription_pauses add constraint subscription_pauses_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table subscription_pauses add constraint subscription_pauses_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table subscription_plans add constraint subscription_plans_pkey PRIMARY KEY (id);

alter table subscription_plans add constraint subscription_plans_plan_id_plan_version_fkey FOREIGN KEY (plan_id, plan_version) REFERENCES plan_versions(plan_id, version);

alter table subscription_plans add constraint subscription_plans_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES journal(id);

alter table subscription_plans add constraint subscription_plans_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);

alter table subscription_plans add constraint subscription_plans_subscription_id_valid_excl EXCLUDE USING gist (subscription_id WITH =, valid WITH &&) WHERE ((superseded_by IS NULL));

alter table subscription_plans add constraint subscription_plans_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES journal(id);

alter table subscription_plans add constraint subscription_plans_valid_check CHECK (((NOT isempty(valid)) AND (NOT upper_inc(valid))));

alter table subscriptions add constraint subscriptions_anchor_day_check CHECK (((anchor_day >= 1) AND (anchor_day <= 31)));

alter table subscriptions add constraint subscriptions_check CHECK ((end_at > start_at));

alter table subscriptions add constraint subscriptions_check1 CHECK ((trial_end_at > start_at));

alter table subscriptions add constraint subscriptions_end_credit_check CHECK ((end_credit = ANY (ARRAY['prorated'::text, 'none'::text])));

alter table subscriptions add constraint subscriptions_id_check CHECK (((id)::text ~~ 'sub\_%'::text));

alter table subscriptions add constraint subscriptions_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text));

alter table subscriptions add constraint subscriptions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256)));

alter table subscriptions add constraint subscriptions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

alter table subscriptions add constraint subscriptions_pkey PRIMARY KEY (id);

alter table unclassified_costs add constraint unclassified_costs_pkey PRIMARY KEY (group_id, currency);

alter table unclassified_days add constraint unclassified_days_pkey PRIMARY KEY (group_id, day);

alter table unclassified_groups add constraint unclassified_groups_check CHECK (((kind = 'credential'::text) = (credential_key IS NOT NULL)));

alter table unclassified_groups add constraint unclassified_groups_check1 CHECK (((kind = 'credential'::text) = (claim IS NULL)));

alter table unclassified_groups add constraint unclassified_groups_id_check CHECK (((id)::text ~~ 'unc\_%'::text));

alter table unclassified_groups add constraint unclassified_groups_kind_check CHECK ((kind = ANY (ARRAY['credential'::text, 'subscription'::text, 'subscriber'::text, 'organization'::text, 'none'::text])));

alter table unclassified_groups add constraint unclassified_groups_pkey PRIMARY KEY (id);

alter table unclassified_measures add constraint unclassified_measures_pkey PRIMARY KEY (group_id, measure, provider, model);

alter table unclassified_state add constraint unclassified_state_only_one_check CHECK (only_one);

alter table unclassified_state add constraint unclassified_state_pkey PRIMARY KEY (only_one);

alter table usage_fold add constraint usage_fold_check CHECK ((attributes <@ folding));

alter table usage_fold add constraint usage_fold_only_one_check CHECK (only_one);

alter table usage_fold add constraint usage_fold_pkey PRIMARY KEY (only_one);

alter table usage_fold add constraint usage_fold_position_check CHECK (("position" >= 0));

alter table usage_hours add constraint usage_hours_hour_check CHECK ((hour = date_trunc('hour'::text, hour, 'UTC'::text)));

alter table usage_hours add constraint usage_hours_pkey PRIMARY KEY (owner_key, hour, kind_key, measure);

alter table usage_kinds add constraint usage_kinds_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text));

alter table usage_kinds add constraint usage_kinds_hash_check CHECK ((octet_length(hash) = 32));

alter table usage_kinds add constraint usage_kinds_hash_key UNIQUE (hash);

alter table usage_kinds add constraint usage_kinds_pkey PRIMARY KEY (key);

alter table usage_owners add constraint usage_owners_pkey PRIMARY KEY (key);

CREATE INDEX attributions_journal ON ONLY customary.attributions USING btree (journal_id);

CREATE INDEX attributions_organization ON ONLY customary.attributions USING btree (organization_id, occurred_at);

CREATE INDEX attributions_reason ON ONLY customary.attributions USING btree (occurred_at) WHERE ((unbilled_reason IS NOT NULL) OR (reasons <> '{}'::text[]));

CREATE INDEX attributions_rule ON ONLY customary.attributions USING btree (rule, occurred_at) WHERE (rule <> 'credential_binding'::text);

CREATE INDEX attributions_subscription ON ONLY customary.attributions USING btree (subscription_id, occurred_at) WHERE (subscription_id IS NOT NULL);

CREATE INDEX audit_log_action ON customary.audit_log USING btree (action, id);

CREATE INDEX audit_log_actor ON customary.audit_log USING btree (actor, id);

CREATE INDEX audit_log_at ON customary.audit_log USING btree (at, id);

CREATE INDEX audit_log_journal ON customary.audit_log USING btree (journal_id);

CREATE INDEX audit_log_resource ON customary.audit_log USING btree (resource_id, id);

CREATE INDEX balances_credit ON customary.balances USING btree (item_id) WHERE (amount < (0)::numeric);

CREATE INDEX balances_open ON customary.balances USING btree (organization_id, currency) WHERE (amount <> (0)::numeric);

CREATE INDEX billing_cycles_known ON customary.billing_cycles USING btree (organization_id, "position");

CREATE INDEX billing_cycles_position ON customary.billing_cycles USING btree ("position");

CREATE INDEX billing_cycles_run ON customary.billing_cycles USING btree (billing_run_id);

CREATE INDEX billing_runs_period ON customary.billing_runs USING btree (period, id);

CREATE INDEX billing_runs_running ON customary.billing_runs USING btree (period) WHERE (status = 'running'::text);

CREATE INDEX billing_runs_status ON customary.billing_runs USING btree (status, id);

CREATE INDEX billing_runs_unfinished ON customary.billing_runs USING btree (id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX bindings_credential ON customary.bindings USING btree (credential_id);

CREATE INDEX bindings_organization ON customary.bindings USING btree (organization_id) WHERE (superseded_by IS NULL);

CREATE INDEX bindings_subscriber ON customary.bindings USING btree (subscriber_id) WHERE (superseded_by IS NULL);

CREATE INDEX bindings_subscription ON customary.bindings USING btree (subscription_id) WHERE (superseded_by IS NULL);

CREATE INDEX credential_id_values_folded ON customary.credential_id_values USING btree (folded((value)::text));

CREATE INDEX credential_id_values_reversed ON customary.credential_id_values USING btree (reverse((value)::text));

CREATE INDEX credential_ids_of ON customary.credential_ids USING btree (credential_id);

CREATE INDEX credentials_archived ON customary.credentials USING btree (id) WHERE (archived_at IS NOT NULL);

CREATE INDEX credentials_auto_created ON customary.credentials USING btree (id) WHERE auto_created;

CREATE INDEX credentials_tags ON customary.credentials USING gin (tags);

CREATE INDEX credit_note_lines_line ON customary.credit_note_lines USING btree (invoice_line_id) WHERE (invoice_line_id IS NOT NULL);

CREATE INDEX credit_note_lines_of ON customary.credit_note_lines USING btree (subscription_id, period_start);

CREATE INDEX credit_notes_currency ON customary.credit_notes USING btree (currency, id);

CREATE INDEX credit_notes_invoice ON customary.credit_notes USING btree (invoice_id, id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX credit_notes_issued ON customary.credit_notes USING btree (issued_at);

CREATE INDEX credit_notes_number ON customary.credit_notes USING btree (number);

CREATE INDEX credit_notes_organization ON customary.credit_notes USING btree (organization_id, id);

CREATE INDEX credit_notes_run ON customary.credit_notes USING btree (billing_run_id, id) WHERE (billing_run_id IS NOT NULL);

CREATE INDEX credit_notes_status ON customary.credit_notes USING btree (status, id);

CREATE INDEX customer_balances_due ON customary.customer_balances USING btree (oldest_due_at) WHERE (oldest_due_at IS NOT NULL);

CREATE INDEX customer_balances_outstanding ON customary.customer_balances USING btree (currency, outstanding DESC, organization_id DESC);

CREATE INDEX customer_balances_owing ON customary.customer_balances USING btree (organization_id) WHERE (outstanding > (0)::numeric);

CREATE INDEX customer_balances_unpaid ON customary.customer_balances USING btree (organization_id, oldest_due_at) WHERE (oldest_due_at IS NOT NULL);

CREATE INDEX event_conflicts_journal ON customary.event_conflicts USING brin (journal_id);

CREATE INDEX event_conflicts_newest ON customary.event_conflicts USING btree (journal_id DESC, source, client_id, body_hash);

CREATE INDEX event_keys_journal ON customary.event_keys USING brin (journal_id);

CREATE INDEX event_rejects_code_newest ON customary.event_rejects USING btree (code, journal_id, id);

CREATE INDEX event_rejects_newest ON customary.event_rejects USING btree (journal_id, id);

CREATE INDEX events_credential_key ON ONLY customary.events USING btree (credential_key, occurred_at);

CREATE INDEX events_journal ON ONLY customary.events USING brin (journal_id);

CREATE INDEX events_organization_claim ON ONLY customary.events USING btree (organization_claim, occurred_at) WHERE (organization_claim IS NOT NULL);

CREATE INDEX events_subscriber_claim ON ONLY customary.events USING btree (subscriber_claim, occurred_at) WHERE (subscriber_claim IS NOT NULL);

CREATE INDEX events_subscriber_domain ON ONLY customary.events USING btree (split_part((subscriber_claim)::text, '@'::text, 2), occurred_at) WHERE (subscriber_claim IS NOT NULL);

CREATE INDEX events_subscription_claim ON ONLY customary.events USING btree (subscription_claim, occurred_at) WHERE (subscription_claim IS NOT NULL);

CREATE INDEX idempotency_keys_expiry ON customary.idempotency_keys USING btree (expires_at);

CREATE INDEX ignored_usage_organization ON customary.ignored_usage USING btree (organization_id, id);

CREATE INDEX ignored_usage_run ON customary.ignored_usage USING btree (billing_run_id, id);

CREATE INDEX ignored_usage_subscription ON customary.ignored_usage USING btree (subscription_id, occurred_from);

CREATE INDEX invoice_lines_subscription ON customary.invoice_lines USING btree (subscription_id, period_start);

CREATE INDEX invoices_by_status ON customary.invoices USING btree (status, id);

CREATE INDEX invoices_currency ON customary.invoices USING btree (currency, id);

CREATE INDEX invoices_cycle ON customary.invoices USING btree (period_end, id);

CREATE INDEX invoices_due ON customary.invoices USING btree (due_at) WHERE (status = ANY (ARRAY['open'::text, 'partially_paid'::text]));

CREATE INDEX invoices_due_on ON customary.invoices USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX invoices_issued ON customary.invoices USING btree (issued_at) WHERE (issued_at IS NOT NULL);

CREATE INDEX invoices_journal ON customary.invoices USING btree (journal_id);

CREATE INDEX invoices_number ON customary.invoices USING btree (number) WHERE (number IS NOT NULL);

CREATE UNIQUE INDEX invoices_once ON customary.invoices USING btree (organization_id, currency, period_start, period_end, grouping_key, ((standalone IS NOT NULL))) WHERE (status <> 'void'::text);

CREATE INDEX invoices_open ON customary.invoices USING btree (organization_id, currency) WHERE (status = ANY (ARRAY['open'::text, 'partially_paid'::text]));

CREATE INDEX invoices_organization ON customary.invoices USING btree (organization_id, id);

CREATE INDEX invoices_period_start ON customary.invoices USING btree (period_start, id);

CREATE INDEX invoices_run ON customary.invoices USING btree (billing_run_id, id);

CREATE INDEX invoices_unpaid ON customary.invoices USING btree (id) WHERE (status = ANY (ARRAY['open'::text, 'partially_paid'::text]));

CREATE INDEX journal_recorded ON customary.journal USING btree (recorded_at);

CREATE INDEX journal_unnumbered ON customary.journal USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX ledger_entries_credit_note ON customary.ledger_entries USING btree (credit_note_id) WHERE (credit_note_id IS NOT NULL);

CREATE INDEX ledger_entries_effect ON customary.ledger_entries USING btree (organization_id, effective_at);

CREATE INDEX ledger_entries_effective ON customary.ledger_entries USING btree (effective_at);

CREATE INDEX ledger_entries_invoice ON customary.ledger_entries USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE UNIQUE INDEX ledger_entries_invoice_once ON customary.ledger_entries USING btree (invoice_id) WHERE (kind = 'invoice'::text);

CREATE INDEX ledger_entries_journal ON customary.ledger_entries USING btree (journal_id);

CREATE INDEX ledger_entries_note_voided ON customary.ledger_entries USING btree (credit_note_id) WHERE ((kind = 'credit_note'::text) AND (amount > (0)::numeric));

CREATE INDEX ledger_entries_organization ON customary.ledger_entries USING btree (organization_id, currency, effective_at);

CREATE INDEX ledger_entries_payment ON customary.ledger_entries USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX ledger_entries_refund ON customary.ledger_entries USING btree (refund_id) WHERE (refund_id IS NOT NULL);

CREATE UNIQUE INDEX ledger_entries_void_once ON customary.ledger_entries USING btree (invoice_id) WHERE (kind = 'void_reversal'::text);

CREATE INDEX memberships_organization ON customary.memberships USING btree (organization_id) WHERE (superseded_by IS NULL);

CREATE INDEX memberships_subscriber ON customary.memberships USING btree (subscriber_id);

CREATE INDEX message_attempts_message ON customary.message_attempts USING btree (message_id, id);

CREATE INDEX messages_credit_note ON customary.messages USING btree (credit_note_id, id) WHERE (credit_note_id IS NOT NULL);

CREATE INDEX messages_invoice ON customary.messages USING btree (invoice_id, id);

CREATE INDEX messages_kind ON customary.messages USING btree (kind, id);

CREATE INDEX messages_organization ON customary.messages USING btree (organization_id, id);

CREATE INDEX messages_queued ON customary.messages USING btree (id) WHERE (status = 'queued'::text);

CREATE INDEX messages_status ON customary.messages USING btree (status, id);

CREATE UNIQUE INDEX meters_key ON customary.meters USING btree (key) WHERE (archived_at IS NULL);

CREATE UNIQUE INDEX one_time_links_open ON customary.one_time_links USING btree (purpose, COALESCE((person_id)::text, '-'::text)) WHERE (closed_at IS NULL);

CREATE INDEX one_time_links_person ON customary.one_time_links USING btree (person_id);

CREATE INDEX one_time_links_queued ON customary.one_time_links USING btree (id) WHERE ((mail_status = 'queued'::text) AND (closed_at IS NULL));

CREATE INDEX organization_aliases_into ON customary.organization_aliases USING btree (survivor_id);

CREATE INDEX organization_aliases_of ON customary.organization_aliases USING btree (organization_id);

CREATE UNIQUE INDEX organization_domains_live ON customary.organization_domains USING btree (domain) WHERE live;

CREATE INDEX organization_parents_begin ON customary.organization_parents USING btree (lower(valid)) WHERE (superseded_by IS NULL);

CREATE INDEX organization_parents_below ON customary.organization_parents USING btree (parent_id);

CREATE INDEX organization_parents_end ON customary.organization_parents USING btree (upper(valid)) WHERE (superseded_by IS NULL);

CREATE INDEX organization_parents_ever ON customary.organization_parents USING btree (organization_id);

CREATE INDEX organization_payers_ever ON customary.organization_payers USING btree (organization_id);

CREATE INDEX organization_payers_of ON customary.organization_payers USING btree (payer_id) WHERE (superseded_by IS NULL);

CREATE INDEX organizations_archived ON customary.organizations USING btree (id) WHERE (archived_at IS NOT NULL);

CREATE INDEX organizations_by_exact_name ON customary.organizations USING btree (name);

CREATE INDEX organizations_by_name ON customary.organizations USING btree (lower(name) COLLATE "C", id);

CREATE UNIQUE INDEX organizations_external_id ON customary.organizations USING btree (external_id) WHERE (archived_at IS NULL);

CREATE INDEX organizations_external_id_folded ON customary.organizations USING btree (folded((external_id)::text)) WHERE (archived_at IS NULL);

CREATE INDEX organizations_external_id_reversed ON customary.organizations USING btree (reverse(folded((external_id)::text))) WHERE (archived_at IS NULL);

CREATE INDEX organizations_external_ids ON customary.organizations USING btree (external_id) WHERE (external_id IS NOT NULL);

CREATE INDEX organizations_name_folded ON customary.organizations USING btree (folded(name)) WHERE (archived_at IS NULL);

CREATE INDEX organizations_name_reversed ON customary.organizations USING btree (reverse(folded(name)) COLLATE "C") WHERE (archived_at IS NULL);

CREATE INDEX organizations_name_words ON customary.organizations USING gin (to_tsvector('simple'::regconfig, name));

CREATE UNIQUE INDEX organizations_unclassified ON customary.organizations USING btree (unclassified) WHERE unclassified;

CREATE INDEX ownership_changes_journal ON customary.ownership_changes USING btree (journal_id);

CREATE INDEX payments_currency ON customary.payments USING btree (currency, id);

CREATE INDEX payments_organization ON customary.payments USING btree (organization_id, id);

CREATE INDEX payments_received ON customary.payments USING btree (received_at, id);

CREATE INDEX payments_reference ON customary.payments USING btree (reference, id) WHERE (reference IS NOT NULL);

CREATE INDEX payments_status ON customary.payments USING btree (status, id);

CREATE UNIQUE INDEX people_email ON customary.people USING btree (email);

CREATE INDEX person_sessions_expiry ON customary.person_sessions USING btree (expires_at);

CREATE INDEX person_sessions_person ON customary.person_sessions USING btree (person_id);

CREATE INDEX person_sign_ins_person ON customary.person_sign_ins USING btree (person_id);

CREATE INDEX plan_charges_meter ON customary.plan_charges USING btree (meter_id);

CREATE UNIQUE INDEX plans_external_id ON customary.plans USING btree (external_id) WHERE (archived_at IS NULL);

CREATE UNIQUE INDEX products_external_id ON customary.products USING btree (external_id) WHERE (archived_at IS NULL);

CREATE INDEX reattributions_kind ON customary.reattributions USING btree (kind, id);

CREATE INDEX reattributions_status ON customary.reattributions USING btree (status, id);

CREATE INDEX refunds_currency ON customary.refunds USING btree (currency, id);

CREATE INDEX refunds_organization ON customary.refunds USING btree (organization_id, id);

CREATE UNIQUE INDEX reject_replays_once ON customary.reject_replays USING btree (reject_id) WHERE (outcome <> 'rejected'::text);

CREATE INDEX reject_replays_reject ON customary.reject_replays USING btree (reject_id, id DESC);

CREATE INDEX repairs_into ON customary.repairs USING btree (into_id);

CREATE INDEX repairs_kind ON customary.repairs USING btree (kind, id);

CREATE INDEX repairs_organization ON customary.repairs USING btree (organization_id);

CREATE INDEX repairs_status ON customary.repairs USING btree (kind, status, id);

CREATE INDEX share_links_live ON customary.share_links USING btree (expires_at) WHERE (revoked_at IS NULL);

CREATE INDEX share_links_organization ON customary.share_links USING btree (organization_id, id);

CREATE INDEX sign_in_attempts_expiry ON customary.sign_in_attempts USING btree (window_ends_at);

CREATE INDEX sign_in_challenges_expiry ON customary.sign_in_challenges USING btree (expires_at);

CREATE INDEX sign_in_challenges_identifier ON customary.sign_in_challenges USING btree (identifier);

CREATE INDEX subscribers_archived ON customary.subscribers USING btree (id) WHERE (archived_at IS NOT NULL);

CREATE INDEX subscribers_domain ON customary.subscribers USING btree (split_part((email_key)::text, '@'::text, 2)) WHERE (archived_at IS NULL);

CREATE UNIQUE INDEX subscribers_email ON customary.subscribers USING btree (email_key) WHERE (archived_at IS NULL);

CREATE INDEX subscribers_emails ON customary.subscribers USING btree (email_key);

CREATE INDEX subscribers_reversed ON customary.subscribers USING btree (reverse((email_key)::text)) WHERE (archived_at IS NULL);

CREATE UNIQUE INDEX subscribers_subscriber_id ON customary.subscribers USING btree (subscriber_id) WHERE (archived_at IS NULL);

CREATE INDEX subscribers_subscriber_id_folded ON customary.subscribers USING btree (folded((subscriber_id)::text)) WHERE (archived_at IS NULL);

CREATE INDEX subscribers_subscriber_ids ON customary.subscribers USING btree (subscriber_id);

CREATE INDEX subscription_changes_subscription ON customary.subscription_changes USING btree (subscription_id);

CREATE INDEX subscription_pauses_open ON customary.subscription_pauses USING btree (subscription_id) WHERE (superseded_by IS NULL);

CREATE INDEX subscription_plans_plan ON customary.subscription_plans USING btree (plan_id, plan_version);

CREATE INDEX subscription_plans_subscription ON customary.subscription_plans USING btree (subscription_id) WHERE (superseded_by IS NULL);

CREATE INDEX subscriptions_archived ON customary.subscriptions USING btree (id) WHERE (archived_at IS NOT NULL);

CREATE INDEX subscriptions_ending ON customary.subscriptions USING btree (end_at) WHERE (end_at IS NOT NULL);

CREATE UNIQUE INDEX subscriptions_external_id ON customary.subscriptions USING btree (external_id) WHERE (archived_at IS NULL);

CREATE INDEX subscriptions_external_id_folded ON customary.subscriptions USING btree (folded((external_id)::text)) WHERE (archived_at IS NULL);

CREATE INDEX subscriptions_external_id_reversed ON customary.subscriptions USING btree (reverse(folded((external_id)::text))) WHERE (archived_at IS NULL);

CREATE INDEX subscriptions_external_ids ON customary.subscriptions USING btree (external_id) WHERE (external_id IS NOT NULL);

CREATE INDEX subscriptions_organization ON customary.subscriptions USING btree (organization_id);

CREATE INDEX subscriptions_start ON customary.subscriptions USING btree (start_at);

CREATE INDEX subscriptions_trialing ON customary.subscriptions USING btree (trial_end_at) WHERE (trial_end_at IS NOT NULL);

CREATE INDEX unclassified_days_day ON customary.unclassified_days USING btree (day);

CREATE INDEX unclassified_groups_events ON customary.unclassified_groups USING btree (events DESC, id DESC) WHERE (events > 0);

CREATE INDEX unclassified_groups_kind ON customary.unclassified_groups USING btree (kind, last_seen_at DESC, id DESC) WHERE (events > 0);

CREATE INDEX unclassified_groups_last_seen ON customary.unclassified_groups USING btree (last_seen_at DESC, id DESC) WHERE (events > 0);

CREATE INDEX unclassified_groups_organization ON customary.unclassified_groups USING btree (organization_id, last_seen_at DESC, id DESC) WHERE (events > 0);

CREATE INDEX unclassified_groups_reached ON customary.unclassified_groups USING btree (last_seen_at DESC, id DESC) WHERE ((events > 0) AND ((organization_id)::text <> 'org_00000000000000000000000000'::text));

CREATE INDEX unclassified_groups_reason ON customary.unclassified_groups USING btree (reason, last_seen_at DESC, id DESC) WHERE (events > 0);

CREATE INDEX usage_hours_hour ON customary.usage_hours USING btree (hour);

CREATE INDEX usage_owners_credential ON customary.usage_owners USING btree (credential_id) WHERE (credential_id IS NOT NULL);

CREATE UNIQUE INDEX usage_owners_once ON customary.usage_owners USING btree (organization_id, COALESCE((subscriber_id)::text, ''::text), COALESCE((credential_id)::text, ''::text), COALESCE((subscription_id)::text, ''::text));

CREATE INDEX usage_owners_subscriber ON customary.usage_owners USING btree (subscriber_id) WHERE (subscriber_id IS NOT NULL);

CREATE INDEX usage_owners_subscription ON customary.usage_owners USING btree (subscription_id) WHERE (subscription_id IS NOT NULL);

CREATE TRIGGER archived_months_change_ownership BEFORE INSERT ON customary.archived_months FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER archived_months_fixed BEFORE DELETE OR UPDATE ON customary.archived_months FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER attributions_fixed BEFORE DELETE OR UPDATE ON customary.attributions FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER audit_log_fixed BEFORE DELETE OR UPDATE ON customary.audit_log FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER bindings_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.bindings FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER bindings_kept BEFORE DELETE ON customary.bindings FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER bindings_superseded_once BEFORE UPDATE ON customary.bindings FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER credential_id_values_fixed BEFORE DELETE OR UPDATE ON customary.credential_id_values FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER credential_ids_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.credential_ids FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER credential_ids_kept BEFORE DELETE ON customary.credential_ids FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER credential_ids_superseded_once BEFORE UPDATE ON customary.credential_ids FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER credit_note_lines_fixed BEFORE DELETE OR UPDATE ON customary.credit_note_lines FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER credit_note_lines_within AFTER INSERT ON customary.credit_note_lines FOR EACH ROW EXECUTE FUNCTION credit_within_line();

CREATE TRIGGER credit_note_taxes_before BEFORE INSERT ON customary.credit_note_taxes FOR EACH ROW EXECUTE FUNCTION taxes_before_note();

CREATE TRIGGER credit_note_taxes_fixed BEFORE DELETE OR UPDATE ON customary.credit_note_taxes FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER credit_notes_final BEFORE DELETE OR UPDATE ON customary.credit_notes FOR EACH ROW EXECUTE FUNCTION only_status_moves('status', 'updated_at', 'version');

CREATE TRIGGER credit_notes_noted AFTER INSERT ON customary.credit_notes FOR EACH ROW EXECUTE FUNCTION note_billed_document();

CREATE TRIGGER credit_notes_seal BEFORE INSERT ON customary.credit_notes FOR EACH ROW EXECUTE FUNCTION seal_credit_note();

CREATE TRIGGER credit_notes_void_noted AFTER UPDATE OF status ON customary.credit_notes FOR EACH ROW WHEN ((new.status IS DISTINCT FROM old.status)) EXECUTE FUNCTION note_billed_document();

CREATE TRIGGER deployment_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.deployment FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER event_conflicts_fixed BEFORE DELETE OR UPDATE ON customary.event_conflicts FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER event_keys_fixed BEFORE DELETE OR UPDATE ON customary.event_keys FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER event_rejects_fixed BEFORE DELETE OR UPDATE ON customary.event_rejects FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER events_fixed BEFORE DELETE OR UPDATE ON customary.events FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER ignored_usage_fixed BEFORE DELETE OR UPDATE ON customary.ignored_usage FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER ingest_batches_fixed BEFORE DELETE OR UPDATE ON customary.ingest_batches FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER invoice_line_parts_final BEFORE INSERT OR DELETE OR UPDATE ON customary.invoice_line_parts FOR EACH ROW EXECUTE FUNCTION parts_of_drafts_only();

CREATE TRIGGER invoice_lines_final BEFORE INSERT OR DELETE OR UPDATE ON customary.invoice_lines FOR EACH ROW EXECUTE FUNCTION lines_of_drafts_only();

CREATE TRIGGER invoice_taxes_final BEFORE INSERT OR DELETE OR UPDATE ON customary.invoice_taxes FOR EACH ROW EXECUTE FUNCTION taxes_of_drafts_only();

CREATE TRIGGER invoices_add_up BEFORE UPDATE ON customary.invoices FOR EACH ROW WHEN (((old.status = 'draft'::text) AND (new.status <> 'draft'::text))) EXECUTE FUNCTION issued_adds_up();

CREATE TRIGGER invoices_final BEFORE DELETE OR UPDATE ON customary.invoices FOR EACH ROW EXECUTE FUNCTION finalized_is_final();

CREATE CONSTRAINT TRIGGER invoices_fit_ledger AFTER INSERT OR UPDATE OF status ON customary.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION status_fits_ledger();

CREATE TRIGGER invoices_noted AFTER UPDATE OF status ON customary.invoices FOR EACH ROW WHEN (((new.status IS DISTINCT FROM old.status) AND ((old.status = 'draft'::text) OR (new.status = 'void'::text)))) EXECUTE FUNCTION note_billed_document();

CREATE TRIGGER journal_kept BEFORE DELETE ON customary.journal FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER journal_position_once BEFORE UPDATE ON customary.journal FOR EACH ROW EXECUTE FUNCTION only_fill_once('position');

CREATE TRIGGER journal_stragglers_fixed BEFORE DELETE OR UPDATE ON customary.journal_stragglers FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER ledger_entries_balances AFTER INSERT ON customary.ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_balances();

CREATE CONSTRAINT TRIGGER ledger_entries_fit_invoices AFTER INSERT ON customary.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.invoice_id IS NOT NULL)) EXECUTE FUNCTION status_fits_ledger();

CREATE TRIGGER ledger_entries_fixed BEFORE DELETE OR UPDATE ON customary.ledger_entries FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER ledger_entries_not_archived BEFORE INSERT ON customary.ledger_entries FOR EACH ROW WHEN (((new.kind = 'void_reversal'::text) OR ((new.kind = 'credit_note'::text) AND (new.amount > (0)::numeric)))) EXECUTE FUNCTION refuse_archived_void();

CREATE TRIGGER memberships_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.memberships FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER memberships_kept BEFORE DELETE ON customary.memberships FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER memberships_superseded_once BEFORE UPDATE ON customary.memberships FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER message_attempts_fixed BEFORE DELETE OR UPDATE ON customary.message_attempts FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER meter_versions_fixed BEFORE DELETE OR UPDATE ON customary.meter_versions FOR EACH ROW EXECUTE FUNCTION kept_once_named();

CREATE TRIGGER one_time_links_close BEFORE UPDATE ON customary.one_time_links FOR EACH ROW EXECUTE FUNCTION only_close_link();

CREATE TRIGGER organization_aliases_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.organization_aliases FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER organization_aliases_kept BEFORE DELETE ON customary.organization_aliases FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE CONSTRAINT TRIGGER organization_aliases_one_hop AFTER INSERT ON customary.organization_aliases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aliases_are_one_hop();

CREATE TRIGGER organization_aliases_superseded_once BEFORE UPDATE ON customary.organization_aliases FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER organization_cycles_kept BEFORE DELETE ON customary.organization_cycles FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER organization_cycles_superseded_once BEFORE UPDATE ON customary.organization_cycles FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER organization_domains_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.organization_domains FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER organization_parents_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.organization_parents FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER organization_parents_kept BEFORE DELETE ON customary.organization_parents FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER organization_parents_superseded_once BEFORE UPDATE ON customary.organization_parents FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER organization_payers_kept BEFORE DELETE ON customary.organization_payers FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER organization_payers_superseded_once BEFORE UPDATE ON customary.organization_payers FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER organizations_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.organizations FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER ownership_changes_fixed BEFORE DELETE OR UPDATE ON customary.ownership_changes FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER payments_final BEFORE DELETE OR UPDATE ON customary.payments FOR EACH ROW EXECUTE FUNCTION only_status_moves('status', 'reversed_at', 'updated_at', 'version');

CREATE TRIGGER people_owner_changed BEFORE UPDATE ON customary.people FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.joined_at IS NOT NULL) AND (old.deactivated_at IS NULL) AND ((new.role <> 'owner'::text) OR (new.joined_at IS NULL) OR (new.deactivated_at IS NOT NULL)))) EXECUTE FUNCTION people_keep_an_owner();

CREATE TRIGGER people_owner_removed BEFORE DELETE ON customary.people FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.joined_at IS NOT NULL) AND (old.deactivated_at IS NULL))) EXECUTE FUNCTION people_keep_an_owner();

CREATE TRIGGER people_versioned BEFORE UPDATE ON customary.people FOR EACH ROW WHEN (((old.* IS DISTINCT FROM new.*) AND (NOT (old.last_signed_in_at IS DISTINCT FROM new.last_signed_in_at)))) EXECUTE FUNCTION people_version();

CREATE TRIGGER plan_charges_fixed BEFORE DELETE OR UPDATE ON customary.plan_charges FOR EACH ROW EXECUTE FUNCTION kept_once_used();

CREATE TRIGGER plan_fees_fixed BEFORE DELETE OR UPDATE ON customary.plan_fees FOR EACH ROW EXECUTE FUNCTION kept_once_used();

CREATE TRIGGER plan_versions_fixed BEFORE DELETE OR UPDATE ON customary.plan_versions FOR EACH ROW EXECUTE FUNCTION kept_once_used();

CREATE TRIGGER products_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.products FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER reattributions_final BEFORE DELETE OR UPDATE ON customary.reattributions FOR EACH ROW EXECUTE FUNCTION applied_is_final();

CREATE TRIGGER refunds_fixed BEFORE DELETE OR UPDATE ON customary.refunds FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER reject_replays_fixed BEFORE DELETE OR UPDATE ON customary.reject_replays FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER repairs_final BEFORE DELETE OR UPDATE ON customary.repairs FOR EACH ROW EXECUTE FUNCTION applied_is_final();

CREATE TRIGGER seller_logos_fixed BEFORE DELETE OR UPDATE ON customary.seller_logos FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER share_links_kept BEFORE DELETE ON customary.share_links FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER share_links_revoke BEFORE UPDATE ON customary.share_links FOR EACH ROW EXECUTE FUNCTION only_revoke_share_link();

CREATE TRIGGER subscribers_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.subscribers FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER subscription_anchors_kept BEFORE DELETE ON customary.subscription_anchors FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER subscription_anchors_superseded_once BEFORE UPDATE ON customary.subscription_anchors FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER subscription_changes_fixed BEFORE DELETE OR UPDATE ON customary.subscription_changes FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER subscription_changes_not_archived BEFORE INSERT ON customary.subscription_changes FOR EACH ROW EXECUTE FUNCTION refuse_archived_periods();

CREATE TRIGGER subscription_pauses_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.subscription_pauses FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER subscription_pauses_kept BEFORE DELETE ON customary.subscription_pauses FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER subscription_pauses_superseded_once BEFORE UPDATE ON customary.subscription_pauses FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER subscription_plans_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.subscription_plans FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

CREATE TRIGGER subscription_plans_kept BEFORE DELETE ON customary.subscription_plans FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TRIGGER subscription_plans_superseded_once BEFORE UPDATE ON customary.subscription_plans FOR EACH ROW EXECUTE FUNCTION only_fill_once('superseded_by');

CREATE TRIGGER subscriptions_change_ownership BEFORE INSERT OR DELETE OR UPDATE ON customary.subscriptions FOR EACH STATEMENT EXECUTE FUNCTION ownership_changes();

grant insert, select, update on api_keys to customary_app;

grant select on archived_months to customary_app;

grant insert, select on attributions to customary_app;

grant insert, select on audit_log to customary_app;

grant select on balances to customary_app;

grant insert, select, update on billed_stretches to customary_app;

grant insert, select, update on billing_cycles to customary_app;

grant insert, select, update on billing_runs to customary_app;

grant select, update on billing_schedule to customary_app;

grant insert, select, update (superseded_by) on bindings to customary_app;

grant delete, insert, select, update on check_state to customary_app;

grant insert, select on credential_id_values to customary_app;

grant insert, select, update (superseded_by) on credential_ids to customary_app;

grant delete, insert, select, update on credentials to customary_app;

grant insert, select on credit_note_lines to customary_app;

grant insert, select on credit_note_taxes to customary_app;

grant insert, select, update (status), update (updated_at), update (version) on credit_notes to customary_app;

grant select on customer_balances to customary_app;

grant select, update on deployment to customary_app;

grant insert, select on event_conflicts to customary_app;

grant insert, select on event_keys to customary_app;

grant insert, select on event_rejects to customary_app;

grant insert, select on events to customary_app;

grant insert, select, update on first_billings to customary_app;

grant delete, insert, select on idempotency_keys to customary_app;

grant insert, select on ignored_usage to customary_app;

grant insert, select on ingest_batches to customary_app;

grant delete, insert, select on invoice_line_parts to customary_app;

grant delete, insert, select, update on invoice_lines to customary_app;

grant delete, insert, select on invoice_taxes to customary_app;

grant delete, insert, select, update on invoices to customary_app;

grant insert, select, update (position) on journal to customary_app;

grant insert, select on journal_stragglers to customary_app;

grant insert, select on ledger_entries to customary_app;

grant insert, select, update (superseded_by) on memberships to customary_app;

grant insert, select on message_attempts to customary_app;

grant insert, select, update on messages to customary_app;

grant insert, select on meter_versions to customary_app;

grant delete, insert, select, update on meters to customary_app;

grant select on migration_checksums to customary_app;

grant insert, select, update on one_time_links to customary_app;

grant insert, select, update (superseded_by) on organization_aliases to customary_app;

grant insert, select, update (superseded_by) on organization_cycles to customary_app;

grant delete, insert, select, update on organization_domains to customary_app;

grant insert, select, update (superseded_by) on organization_parents to customary_app;

grant insert, select, update (superseded_by) on organization_payers to customary_app;

grant delete, insert, select, update on organizations to customary_app;

grant insert, select on ownership_changes to customary_app;

grant insert, select, update (reversed_at), update (status), update (updated_at), update (version) on payments to customary_app;

grant insert, select, update on people to customary_app;

grant delete, insert, select, update on person_sessions to customary_app;

grant delete, insert, select, update on person_sign_ins to customary_app;

grant delete, insert, select, update on person_two_factors to customary_app;

grant insert, select on plan_charges to customary_app;

grant insert, select on plan_fees to customary_app;

grant insert, select on plan_versions to customary_app;

grant delete, insert, select, update on plans to customary_app;

grant delete, insert, select, update on products to customary_app;

grant insert, select, update on reattributions to customary_app;

grant insert, select on refunds to customary_app;

grant insert, select on reject_replays to customary_app;

grant insert, select, update on repairs to customary_app;

grant insert, select on seller_logos to customary_app;

grant select, update on sellers to customary_app;

grant select, update on sending_settings to customary_app;

grant insert, select, update on settled_periods to customary_app;

grant insert, select, update (last_used_at), update (revoked_at), update (revoked_by), update (updated_at), update (version) on share_links to customary_app;

grant delete, insert, select, update on sign_in_attempts to customary_app;

grant delete, insert, select, update on sign_in_challenges to customary_app;

grant delete, insert, select, update on subscribers to customary_app;

grant insert, select, update (superseded_by) on subscription_anchors to customary_app;

grant insert, select on subscription_changes to customary_app;

grant insert, select, update (superseded_by) on subscription_pauses to customary_app;

grant insert, select, update (superseded_by) on subscription_plans to customary_app;

grant delete, insert, select, update on subscriptions to customary_app;

grant delete, insert, select, update on unclassified_costs to customary_app;

grant delete, insert, select, update on unclassified_days to customary_app;

grant delete, insert, select, update on unclassified_groups to customary_app;

grant delete, insert, select, update on unclassified_measures to customary_app;

grant select, update on unclassified_state to customary_app;

grant select, update on usage_fold to customary_app;

grant delete, insert, select, update on usage_hours to customary_app;

grant delete, insert, select, update on usage_kinds to customary_app;

grant delete, insert, select, update on usage_owners to customary_app;
