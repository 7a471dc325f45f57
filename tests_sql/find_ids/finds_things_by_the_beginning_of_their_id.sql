begin;
select plan(13);
\ir ../fixture.psql
\ir ../refused.psql
-- Ids that differ early, in place of those of one second.
insert into schnittwerk_core.customers (salon_id, id, full_name, erased_at)
select :'salon', ('abcdef00-0000-4000-8000-0000000000' || n)::uuid, 'C ' || n,
  case when n = 30 then schnittwerk_core.clock() end
from generate_series(10, 30) n;
insert into schnittwerk_core.customers (salon_id, id, full_name)
values (:'salon', 'abcdef99-0000-4000-8000-000000000000', 'D');
insert into schnittwerk_core.appointments (
  salon_id, id, customer_id, staff_id, service_id, starts_at, ends_at, price, visit_id, visit_item
)
select :'salon', ('11110000-0000-4000-8000-00000000000' || n)::uuid, :'carla', :'ben', :'haircut',
  s, s + interval '1 hour', 75, '22220000-0000-4000-8000-000000000000', n
from (
  values (1, timestamptz '2026-12-03 10:00+01'), (2, '2026-12-03 12:00+01')
) t (n, s);
insert into schnittwerk_core.price_rule (salon_id, id, name, kind, adjustment)
values (:'salon', '33330000-0000-4000-8000-000000000000', 'Quiet', 'time', '{"percent": -10}');
insert into schnittwerk_core.staff_timeoff (salon_id, id, staff_id, start_date, end_date)
values (:'salon', '44440000-0000-4000-8000-000000000000', :'anna', '2026-12-24', '2026-12-26');
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
insert into schnittwerk_core.customers (salon_id, id, full_name)
values (:'other', 'abcdef99-0000-4000-8000-000000000001', 'Elsewhere');

select is(
  pg_temp.who_may(format('select * from schnittwerk.find_ids(''abcd'', null, %L)', :'salon')),
  'staff receptionist admin service', 'the salon team and the service find ids'
);
select results_eq(
  format('select * from schnittwerk.find_ids(''1111'', null, %L)', :'salon'),
  $$
    values
      ('appointment', uuid '11110000-0000-4000-8000-000000000001'),
      ('appointment', '11110000-0000-4000-8000-000000000002')
  $$,
  'appointments are found by id'
);
select results_eq(
  format('select * from schnittwerk.find_ids(''2222'', null, %L)', :'salon'),
  $$values ('visit', uuid '22220000-0000-4000-8000-000000000000')$$,
  'a visit is found once'
);
select results_eq(
  format('select * from schnittwerk.find_ids(''ABCDEF99-00'', null, %L)', :'salon'),
  $$values ('customer', uuid 'abcdef99-0000-4000-8000-000000000000')$$,
  'digits may be upper case; other salons stay unseen'
);
select is_empty(
  format('select from schnittwerk.find_ids(''abcdef99'', ''staff'', %L)', :'salon'),
  'p_kind limits what is found'
);
select is(
  (select count(*) from schnittwerk.find_ids('abcdef', null, :'salon')), 20::bigint,
  'at most 20 rows are returned'
);
select is_empty(
  format(
    'select from schnittwerk.find_ids(%L, null, %L)', 'abcdef00000040008000000000000030', :'salon'),
  'an erased customer is not found, even by a whole id'
);
select results_eq(
  format('select * from schnittwerk.find_ids(''4444'', ''time_off'', %L)', :'salon'),
  $$values ('time_off', uuid '44440000-0000-4000-8000-000000000000')$$,
  'p_kind finds time off'
);
savepoint unmerged;
select schnittwerk.merge_customers(
  :'dora', 'abcdef99-0000-4000-8000-000000000000', :'salon') \g /dev/null
select results_eq(
  format('select * from schnittwerk.find_ids(''abcdef99'', null, %L)', :'salon'),
  $$values ('merged_customer', uuid 'abcdef99-0000-4000-8000-000000000000')$$,
  'a customer who was merged into another is found as such'
);
rollback to unmerged;
select is(
  array(
    select pg_temp.refused(format('select schnittwerk.find_ids(%L, null, %L)', p, :'salon'))
    from unnest('{abc,----,12345g,12345678901234567890123456789012a}'::text[] || null::text) p
  ),
  array_fill('400 invalid_input: p_prefix'::text, '{5}'),
  'a prefix is 4 to 32 hexadecimal digits'
);
select is(
  pg_temp.refused(format('select schnittwerk.find_ids(''abcd'', ''profile'', %L)', :'salon')),
  '400 invalid_input: p_kind', 'another kind is refused'
);
select results_eq(
  format('select * from schnittwerk.find_ids(''3333'', null, %L)', :'salon'),
  $$values ('price_rule', uuid '33330000-0000-4000-8000-000000000000')$$,
  'an admin finds a price rule'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is_empty(
  format('select from schnittwerk.find_ids(''3333'', null, %L)', :'salon'),
  'only admins and the service find price rules'
);

select * from finish();
rollback;
