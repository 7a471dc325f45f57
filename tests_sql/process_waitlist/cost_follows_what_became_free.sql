begin;
select plan(5);
\ir ../fixture.psql
\ir ../waitlist.psql

set local track_functions = 'all';
create function pg_temp.calls(p_function text)
returns bigint
language sql
as $$
  select coalesce((
    select s.calls from pg_stat_xact_user_functions s
    where s.schemaname = 'schnittwerk_core' and s.funcname = p_function
  ), 0)
$$;

select schnittwerk.save_service('Service ' || n, 60, 50) from generate_series(1, 4) n \g /dev/null
select schnittwerk.set_staff_services(:'ben', (
  select jsonb_agg(jsonb_build_object('service_id', v.id))
  from schnittwerk_core.services v where v.name <> 'Color'
)) \g /dev/null
insert into schnittwerk_core.customers (salon_id, full_name)
select :'salon', 'Customer ' || n from generate_series(1, 1500) n;
-- a third asks for any time, a third for one that is not free, a third for another date
insert into schnittwerk_core.waitlist (
  salon_id, customer_id, service_id, preferred_start_date, preferred_end_date, preferred_times
)
select
  c.salon_id, c.id, v.ids[1 + c.n % 5],
  case when c.n % 3 = 2 then date '2026-12-03' else '2026-12-02' end, '2026-12-31',
  case when c.n % 3 = 1 then '{07:30,19:45}'::time[] end
from (
  select c.*, row_number() over (order by c.id) as n
  from schnittwerk_core.customers c where c.full_name like 'Customer %'
) c
cross join (
  select array_agg(p.service_id) as ids
  from schnittwerk_core.staff_services p where p.staff_id = :'ben'
) v;
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
values (:'salon', :'ben', '[2026-12-02 00:00+01, 2026-12-03 00:00+01)', true);
-- the plan of a large waitlist, not of an unknown one
analyze schnittwerk_core.waitlist;

select pg_temp.calls('judge_start') as judged, pg_temp.calls('may_be_offered') as compared \gset
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,new_offers}', '7',
  'of 1500 entries, those that fit get an offer'
);
select cmp_ok(
  pg_temp.calls('judge_start') - :judged, '=', 7::bigint,
  'a slot is judged once, when it is offered');
select cmp_ok(
  pg_temp.calls('may_be_offered') - :compared, '<=', 60::bigint,
  'of each service only the first in line is examined'
);

update schnittwerk_core.waitlist_offer set status = 'withdrawn' where status = 'open';
update schnittwerk_core.waitlist set status = 'cancelled' where preferred_times is null;
delete from schnittwerk_core.occupancy;
select pg_temp.calls('next_in_line') as looked \gset
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.calls('next_in_line') - :looked, 0::bigint,
  'no entry is examined for a start that nobody asks for'
);
select is(pg_temp.calls('find_slots'), 0::bigint, 'slots are not listed service by service');

select * from finish();
rollback;
