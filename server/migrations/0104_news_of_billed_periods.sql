-- Where what was billed may have news, so that nobody has to go through all that was ever billed to find out. Both say
-- more than there is rather than less: what is found by them is looked at in full.

-- Stretches of time over which usage was billed, from the beginning of a day, and the lowest position up to which it was
-- looked at for it.
create table billed_stretches (
  first_day timestamptz not null,
  until     timestamptz not null check (until > first_day),
  position  bigint not null,
  primary key (first_day, until)
);

-- The lowest position of a document that bills a subscription.
create table first_billings (
  subscription_id identifier primary key,
  position        bigint not null
);
grant select, insert, update on billed_stretches, first_billings to customary_app;

-- A payer's cycles that were billed before something was recorded.
create index billing_cycles_known on billing_cycles (organization_id, position);

-- What the service periods that a document names come to now: of each fee and charge of a payer, up to where it was
-- looked at last, and up to where its usage went then. Rows that say so already are not touched: nobody waits for them.
create function note_billed(document identifier) returns void language plpgsql as $$
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
end $$;

create function note_billed_document() returns trigger language plpgsql as $$
begin
  perform note_billed(new.id);
  return null;
end $$;

-- A document is issued, or void: then what was billed before it is the latest again.
create trigger invoices_noted after update of status on invoices for each row
  when (new.status is distinct from old.status and (old.status = 'draft' or new.status = 'void')) execute function note_billed_document();
create trigger credit_notes_noted after insert on credit_notes for each row execute function note_billed_document();
create trigger credit_notes_void_noted after update of status on credit_notes for each row
  when (new.status is distinct from old.status) execute function note_billed_document();

select note_billed(id) from invoices where status <> 'draft' order by id;
select note_billed(id) from credit_notes order by id;
