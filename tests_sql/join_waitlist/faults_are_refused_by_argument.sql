begin;
select plan(23);
\ir ../fixture.psql

create function pg_temp.fault_of(
  p_from date default '2026-12-01', p_to date default '2026-12-10', p_times time[] default null,
  p_days int[] default null, p_priority int default 0, p_notes text default null,
  p_key text default '1'
)
returns text
language sql
as $$
  select replace(pg_temp.refusal(schnittwerk.join_waitlist(
    p_key, c.id, v.id, p_from, p_to, null, p_times, p_days, p_priority, p_notes
  )), '400 invalid_input: ', '')
  from schnittwerk_core.customers c, schnittwerk_core.services v
  where c.full_name = 'Carla' and v.name = 'Haircut'
$$;

select is(pg_temp.fault_of(p_key => ''), 'p_idempotency_key', 'an empty key is refused');
select is(pg_temp.fault_of(p_key => repeat('k', 256)), 'p_idempotency_key',
  'a key of 256 characters is refused');
select is(pg_temp.fault_of(p_from => null), 'p_preferred_start_date',
  'a missing first date is refused');
select is(pg_temp.fault_of(p_to => null), 'p_preferred_end_date', 'a missing last date is refused');
select is(
  pg_temp.fault_of(p_from => '-infinity', p_to => 'infinity'),
  'p_preferred_start_date, p_preferred_end_date', 'infinite dates are refused'
);
select is(
  pg_temp.fault_of(p_from => '2026-12-11'), 'p_preferred_end_date',
  'a last date before the first is refused'
);
select is(
  pg_temp.fault_of(p_to => date '2026-12-01' + 731), 'p_preferred_end_date',
  'a last date 731 days after the first is refused');
select is(
  pg_temp.fault_of(p_from => '2026-11-20', p_to => '2026-11-30'), 'p_preferred_end_date',
  'dates that have passed are refused'
);
select is(pg_temp.fault_of(p_times => '{}'), 'p_preferred_times',
  'an empty list of times is refused');
select is(pg_temp.fault_of(p_times => '{09:00,NULL}'), 'p_preferred_times',
  'null as a time is refused');
select is(pg_temp.fault_of(p_times => '{09:00:30}'), 'p_preferred_times',
  'a time with seconds is refused');
select is(pg_temp.fault_of(p_times => '{24:00}'), 'p_preferred_times',
  'a time of 24:00 is refused');
select is(
  pg_temp.fault_of(p_times => array_fill(time '09:00', '{97}')), 'p_preferred_times',
  'a list of 97 times is refused');
select is(pg_temp.fault_of(p_days => '{}'), 'p_preferred_days', 'an empty list of days is refused');
select is(pg_temp.fault_of(p_days => '{7}'), 'p_preferred_days', 'a weekday 7 is refused');
select is(pg_temp.fault_of(p_days => '{1,NULL}'), 'p_preferred_days',
  'null as a weekday is refused');
select is(pg_temp.fault_of(p_priority => null), 'p_priority', 'null as the priority is refused');
select is(pg_temp.fault_of(p_priority => 11), 'p_priority', 'a priority of 11 is refused');
select is(pg_temp.fault_of(p_priority => -1), 'p_priority', 'a priority of -1 is refused');
select is(pg_temp.fault_of(p_notes => repeat('n', 2001)), 'p_notes',
  'notes of 2001 characters are refused');
select is(
  pg_temp.refusal(schnittwerk.join_waitlist(null, null, null, null, null)),
  '400 invalid_input: p_idempotency_key, p_customer_id, p_service_id, p_preferred_start_date, '
  || 'p_preferred_end_date', 'one refusal names all invalid arguments'
);
select is_empty(
  'select from schnittwerk_core.booking_operations',
  'invalid calls are not stored under the key'
);
select is(
  pg_temp.fault_of(
    p_from => '2025-12-01', p_to => date '2025-12-01' + 730,
    p_times => array_fill(time '23:59', '{96}'), p_days => '{0,1,2,3,4,5,6}', p_priority => 10,
    p_notes => repeat('n', 2000)),
  null, 'the greatest allowed values are accepted'
);

select * from finish();
rollback;
