begin;
select plan(2);

-- Infinite dates, those before Christ and those after 9999 are none to most languages.
create function pg_temp.unbounded()
returns setof text
language sql
as $$
  select format('%s.%s', t.relname, a.attname)
  from pg_attribute a
  join pg_class t on t.oid = a.attrelid
  where t.relnamespace = 'schnittwerk_core'::regnamespace
    and t.relkind in ('r', 'p') and a.attnum > 0 and a.atttypid = 'date'::regtype
    and not exists (
      select from pg_constraint c
      where c.conrelid = t.oid and c.contype = 'c' and a.attnum = any (c.conkey)
        and c.conname ~ '_from_1900_to_2999$'
    )
$$;

select set_eq(
  'select pg_temp.unbounded()', array['salon_week.week', 'staff_week.week'],
  'dates but for computed ones are from 1900 to 2999 by constraint'
);

create table schnittwerk_core.canary (day date);
select set_has(
  'select pg_temp.unbounded()', $$values ('canary.day')$$,
  'the lint finds a date without a constraint'
);

select * from finish();
rollback;
