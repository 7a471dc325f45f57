-- An appointment cannot move to where its customer has another. Listing, explaining and moving agree.
begin;
select plan(9);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben')
  \g /dev/null

create function pg_temp.moved(
  p_id uuid, p_starts_at timestamptz, p_staff_id uuid, p_override_reason text default null
)
returns text
language plpgsql
as $$
begin
  raise exception using errcode = 'UNDO1', message = coalesce(schnittwerk.reschedule_booking(
    p_starts_at::text, p_id, p_starts_at, p_staff_id, p_override_reason => p_override_reason)
    ->> 'code', 'moved');
exception when sqlstate 'UNDO1' then
  return sqlerrm;
end
$$;
-- The quarters of an hour of a day to which it can move, as listed, explained and moved.
create function pg_temp.starts(p_id uuid, p_service_id uuid, p_staff_id uuid)
returns table (is_listed boolean, is_explained boolean, is_moved boolean, starts text)
language sql
as $$
  select t.is_listed, t.is_explained, t.is_moved,
    string_agg(to_char(t.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), ' '
      order by t.starts_at)
  from (
    select s.starts_at,
      exists (
        select from schnittwerk.find_slots(
          p_service_id, '2026-12-02', null, p_staff_id, 15, p_appointment_id => p_id) f
        where f.starts_at = s.starts_at
      ) as is_listed,
      (
        select bool_and(e.passed)
        from schnittwerk.explain_slot(p_service_id, p_staff_id, s.starts_at, p_id) e
      ) as is_explained,
      pg_temp.moved(p_id, s.starts_at, p_staff_id) = 'moved' as is_moved
    from generate_series(
      '2026-12-02 12:30+01'::timestamptz, '2026-12-02 15:30+01', '15 minutes') s (starts_at)
  ) t
  group by 1, 2, 3
$$;

select is(
  schnittwerk.reschedule_booking('3', :'id', '2026-12-02 14:30+01')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "customer_busy",
    "error": "Booking reschedule failed",
    "details": "The customer has another appointment at this time"
  }', 'an appointment does not move to where its customer has another'
);
select is(
  pg_temp.moved(:'id', '2026-12-02 10:30+01', :'ben'), 'moved',
  'an appointment may move to where it overlaps itself'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select set_eq(
  format('select * from pg_temp.starts(%L, %L, %L)', :'id', :'haircut', :'anna'),
  $$values
    (true, true, true, '13:00 15:00 15:15 15:30'),
    (false, false, false, '12:30 12:45 13:15 13:30 13:45 14:00 14:15 14:30 14:45')$$,
  'list, explanation and move agree on where the customer is busy'
);
-- With steps the list is computed differently.
select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments
set steps = '{"(20,t)","(20,f)","(20,t)"}' where id = :'id';
select pg_temp.become_user(:'carla_user') \g /dev/null
select set_eq(
  format('select * from pg_temp.starts(%L, %L, %L)', :'id', :'haircut', :'anna'),
  $$values
    (true, true, true, '13:00 15:00 15:15 15:30'),
    (false, false, false, '12:30 12:45 13:15 13:30 13:45 14:00 14:15 14:30 14:45')$$,
  'list, explanation and move agree on where the customer is busy, with steps'
);
select is(
  (select count(*)::int from schnittwerk.find_slots(:'haircut', '2026-12-02', p_staff_id => :'anna') s
    where s.starts_at between '2026-12-02 13:15+01' and '2026-12-02 14:45+01'),
  0, 'customers are not shown starts of a new booking at which they are busy'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  (select string_agg(to_char(s.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), ' ')
    from schnittwerk.find_slots(
      :'haircut', '2026-12-02', p_staff_id => :'anna', p_appointment_id => :'id') s
    where s.starts_at between '2026-12-02 13:00+01' and '2026-12-02 15:00+01'),
  '13:00 13:15 13:30 13:45 14:00 14:15 14:30 14:45 15:00',
  'the salon team sees starts at which the customer is busy'
);
select is(
  pg_temp.moved(:'id', '2026-12-02 14:30+01', :'anna'), 'customer_busy',
  'the salon team needs a reason to move a customer beside another appointment'
);
select is(
  pg_temp.moved(:'id', '2026-12-02 14:30+01', :'anna', 'with her son'), 'moved',
  'with a reason the salon team moves a customer beside another appointment'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('prevent_customer_overlap', 'false') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select set_eq(
  format('select * from pg_temp.starts(%L, %L, %L)', :'id', :'haircut', :'anna'),
  $$values
    (true, true, true, '13:00 13:15 13:30 13:45 14:00 14:15 14:30 14:45 15:00 15:15 15:30'),
    (false, false, false, '12:30 12:45')$$,
  'without the policy a customer may move beside another appointment'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
