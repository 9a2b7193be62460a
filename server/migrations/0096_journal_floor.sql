-- Where to begin to look for what was recorded after a position. Rows of the journal are numbered in the order of their
-- ids, but for those of transactions that were open longer than later ones: the stragglers. The lowest id after a
-- position is that of the next position, or of a straggler, so that nobody has to read all rows that came after.
create table journal_stragglers (
  position bigint primary key check (position > 0),
  id       bigint not null unique
);

insert into journal_stragglers (position, id)
select position, id
  from (select position, id, max(id) over (order by position rows between unbounded preceding and 1 preceding) as highest from journal where position is not null) j
 where id < highest;

create trigger journal_stragglers_fixed before update or delete on journal_stragglers for each row execute function forbid_change();
grant select, insert on journal_stragglers to customary_app;

create or replace function number_journal() returns bigint language plpgsql as $$
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
end $$;

-- The lowest id of what was recorded after a position.
create function journal_floor(after bigint) returns bigint language sql stable parallel safe as $$
  select least((select j.id from journal j where j.position > $1 order by j.position limit 1),
               (select min(s.id) from journal_stragglers s where s.position > $1))
$$;
