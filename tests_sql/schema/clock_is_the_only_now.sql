begin;
select plan(4);

-- Functions and defaults that ask for the time; a body is looked at without its comments.
create function pg_temp.askers(p_pattern text)
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and regexp_replace(pg_get_functiondef(p.oid), '--[^\n]*', '', 'g') ~* p_pattern
  union all
  select format('%s.%s', d.adrelid::regclass, a.attname)
  from pg_attrdef d
  join pg_class c on c.oid = d.adrelid
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  where c.relnamespace = 'schnittwerk_core'::regnamespace
    and pg_get_expr(d.adbin, d.adrelid) ~* p_pattern
$$;
select concat_ws('|',
  '\y(now|statement_timestamp|transaction_timestamp|timeofday)\s*\(',
  '\y(current_date|current_time|current_timestamp|localtime|localtimestamp)\y',
  $$'(now|today|tomorrow|yesterday)'$$, '\yage\s*\([^,]*\)'
) as now \gset

select set_eq(
  format('select pg_temp.askers(%L)', :'now'), array['schnittwerk_core.clock()'],
  'nothing but clock() asks for the time'
);
select set_eq(
  format('select pg_temp.askers(%L)', '\y(clock_timestamp|uuidv7)\y'),
  array[
    'schnittwerk_core.begin_call(text,uuid,text[],text,text,boolean)',
    'schnittwerk_core.log_call(schnittwerk_core.caller)',
    'schnittwerk_core.new_id()',
    'schnittwerk_core.booking_operations.created_at',
    'schnittwerk_core.booking_operations.updated_at'
  ],
  'the wall clock measures operations and orders ids only'
);
select is_empty(
  $$
    select format('%s.%s', c.oid::regclass, a.attname)
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'schnittwerk_core'::regnamespace and a.attnum > 0
      and (
        a.atttypid = 'timestamp'::regtype
        or a.attname ~ '_at$' and a.atttypid <> 'timestamptz'::regtype
      )
  $$,
  'every instant is kept with its time zone'
);

create function schnittwerk_core.canary_1() returns date language sql return current_date;
create function schnittwerk_core.canary_2() returns timestamptz language plpgsql
as 'begin return now(); end';
create table schnittwerk_core.canary (a timestamptz default localtimestamp);
select set_has(
  format('select pg_temp.askers(%L)', :'now'),
  $$values ('schnittwerk_core.canary_1()'), ('schnittwerk_core.canary_2()'),
    ('schnittwerk_core.canary.a')$$,
  'the lint finds other functions and defaults that ask for the time'
);

select * from finish();
rollback;
