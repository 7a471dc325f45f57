-- For every kind of caller, status and instant: what is told is what the writes then decide.
begin;
select plan(6);
\ir ../fixture.psql
\ir ../clock.psql

create temporary table told (
  who text, status text, moves int, at timestamptz, policies jsonb, cancelled text,
  rescheduled text
);
grant all on told to public;

create function pg_temp.try_all(
  p_salon_id uuid, p_customer_id uuid, p_staff_id uuid, p_service_id uuid
)
returns void
language plpgsql
as $$
declare
  v record;
  v_id uuid;
  v_policies jsonb;
  v_cancelled jsonb;
  v_rescheduled jsonb;
begin
  for v in
    select w.who, w.role, w.user_id, s.status, c.moves, t.at
    from (
      values
        ('customer', 'schnittwerk_user', '00000000-0000-4000-8000-000000000004'::uuid),
        ('staff', 'schnittwerk_user', '00000000-0000-4000-8000-000000000003'),
        ('receptionist', 'schnittwerk_user', '00000000-0000-4000-8000-000000000002'),
        ('admin', 'schnittwerk_user', '00000000-0000-4000-8000-000000000001'),
        ('service', 'schnittwerk_service', null)
    ) w (who, role, user_id)
    cross join unnest('{pending,confirmed,completed,cancelled,no_show}'::text[]) s (status)
    cross join unnest('{2,3}'::int[]) c (moves)
    cross join (
      -- the deadlines are 24 and 5 hours before 2026-12-04 10:00
      select d.at + o.n * interval '1 second'
      from unnest('{2026-12-03 10:00+01,2026-12-04 05:00+01,2026-12-04 10:00+01}'::timestamptz[])
        d (at)
      cross join generate_series(-1, 1) o (n)
    ) t (at)
  loop
    begin
      perform pg_temp.now_is(v.at);
      insert into schnittwerk_core.appointments (
        salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
        cancellation_deadline_hours, reschedule_deadline_hours, max_reschedules, reschedule_count
      )
      values (
        p_salon_id, p_customer_id, p_staff_id, p_service_id, '2026-12-04 10:00+01',
        '2026-12-04 11:00+01', v.status, 75, 24, 5, 3, v.moves
      )
      returning id into v_id;
      perform pg_temp.become(v.role, v.user_id);
      v_policies := schnittwerk.appointment_policies(v_id, p_salon_id);
      begin
        v_cancelled := schnittwerk.cancel_booking('c', v_id, p_salon_id => p_salon_id);
        raise exception using errcode = 'UNDO0';
      exception when sqlstate 'UNDO0' then
        null;
      end;
      begin
        v_rescheduled := schnittwerk.reschedule_booking(
          'r', v_id, '2026-12-09 10:00+01', p_salon_id => p_salon_id);
        raise exception using errcode = 'UNDO0';
      exception when sqlstate 'UNDO0' then
        null;
      end;
      raise exception using errcode = 'UNDO1';
    exception when sqlstate 'UNDO1' then
      null;
    end;
    insert into told values (
      v.who, v.status, v.moves, v.at, v_policies, v_cancelled ->> 'code',
      v_rescheduled ->> 'code');
  end loop;
end
$$;
select pg_temp.try_all(:'salon', :'carla', :'ben', :'haircut') \g /dev/null

select is((select count(*)::int from told), 5 * 5 * 2 * 9,
  'every caller, status, count of moves and instant is tried');
select is_empty(
  $$
    select * from told
    where (policies ->> 'can_cancel')::boolean is distinct from (cancelled is null)
      or (policies ->> 'can_reschedule')::boolean is distinct from (rescheduled is null)
  $$,
  'can_cancel and can_reschedule agree with the writes'
);
select is_empty(
  $$
    select * from told
    where not coalesce(policies -> 'reasons' ? cancelled, true)
      or not coalesce(policies -> 'reasons' ? rescheduled, true)
      or policies ->> 'current_status' <> status
      or policies ->> 'cancel_deadline' <> '2026-12-03T09:00:00Z'
      or policies ->> 'reschedule_deadline' <> '2026-12-04T04:00:00Z'
  $$,
  'the reasons include each code that the writes refuse with'
);
select is_empty(
  $$
    select * from (
      select t.*, array_to_json(array_remove(array[
        case when status not in ('pending', 'confirmed') or at >= '2026-12-04 10:00+01'
          then 'wrong_status' end,
        case when who <> 'service' and at > '2026-12-03 10:00+01'
          then 'cancellation_deadline_passed' end,
        case when who <> 'service' and at > '2026-12-04 05:00+01'
          then 'reschedule_deadline_passed' end,
        case when who <> 'service' and moves = 3 then 'reschedule_limit_reached' end
      ], null))::jsonb as reasons
      from told t
    ) t
    where policies -> 'reasons' <> reasons
  $$,
  'the reasons list every rule that forbids a change, in order'
);
select set_eq(
  $$ select distinct moves, (policies ->> 'reschedules_left')::int from told $$,
  $$ values (2, 1), (3, 0) $$, 'reschedules_left is the limit less the moves made'
);
select set_eq(
  $$
    select distinct who, cancelled, rescheduled from told
    where status = 'confirmed' and at = '2026-12-04 04:59:59+01'
  $$,
  $$
    values
      ('customer', 'cancellation_deadline_passed', null),
      ('customer', 'cancellation_deadline_passed', 'reschedule_limit_reached'),
      ('staff', 'cancellation_deadline_passed', null),
      ('staff', 'cancellation_deadline_passed', 'reschedule_limit_reached'),
      ('receptionist', 'cancellation_deadline_passed', null),
      ('receptionist', 'cancellation_deadline_passed', 'reschedule_limit_reached'),
      ('admin', 'cancellation_deadline_passed', null),
      ('admin', 'cancellation_deadline_passed', 'reschedule_limit_reached'),
      ('service', null, null)
  $$,
  'deadlines and limits bind all but the service'
);

select * from finish();
rollback;
