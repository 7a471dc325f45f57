begin;
select plan(31);
\ir ../fixture.psql
\ir ../waitlist.psql
\ir ../refused.psql
-- A colour with a gap, which needs a basin; Anna performs it in her own way and at her own price.
select schnittwerk.save_service('Fringe', 15, 20, p_buffer_after_minutes => 0) #>> '{service,id}'
  as fringe \gset
insert into schnittwerk_core.unit (salon_id, name, kind, pool)
values (:'salon', 'Basin', 'equipment', 'basin') returning id as basin \gset
update schnittwerk_core.services set
  steps = '{"(30,t)","(45,f)","(45,t)"}', needs = array[row('basin', 1, 75, 90)::schnittwerk_core.need],
  buffer_before_minutes = 15
where id = :'color';
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'),
  jsonb_build_object('service_id', :'color', 'custom_price', 150, 'estimated_duration_minutes', 150),
  jsonb_build_object('service_id', :'fringe'))),
  schnittwerk.set_staff_services(:'ben', jsonb_build_array(
    jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'fringe')))
\g /dev/null
update schnittwerk_core.staff_services
set steps = '{"(40,t)","(45,f)","(65,t)"}'
where staff_id = :'anna' and service_id = :'color';
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 14:00+01', :'anna')
  #>> '{appointment,id}' as id \gset

-- The claims of the appointment, local.
create function pg_temp.claims(p_id uuid)
returns text
language sql
as $$
  select string_agg(
    to_char(lower(o.during) at time zone 'Europe/Zurich', 'HH24:MI-')
      || to_char(upper(o.during) at time zone 'Europe/Zurich', 'HH24:MI'), ' '
    order by r.kind desc, o.during)
  from schnittwerk_core.occupancy o
  join schnittwerk_core.resource r on r.id = o.resource_id
  where o.claim_id = p_id
$$;
-- How a change of service, and perhaps of start and staff, would be refused; it is undone.
create function pg_temp.tried(
  p_id uuid, p_service_id uuid, p_starts_at timestamptz, p_staff_id uuid default null
)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  v_answer := schnittwerk.reschedule_booking(
    gen_random_uuid()::text, p_id, p_starts_at, p_staff_id, p_new_service_id => p_service_id);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(v_answer ->> 'code', 'done');
end
$$;
-- Where list, explanation and move do not agree.
create function pg_temp.disagreements(p_id uuid, p_service_id uuid, p_staff_id uuid, p_date date)
returns table (starts_at timestamptz, is_listed boolean, explained text, answered text)
language sql
as $$
  select d.*
  from (
    select
      t.starts_at,
      exists (
        select from schnittwerk.find_slots(
          p_service_id, p_date, p_staff_id => p_staff_id, p_appointment_id => p_id) s
        where s.starts_at = t.starts_at
      ) as is_listed,
      coalesce((
        select e.code
        from schnittwerk.explain_slot(p_service_id, p_staff_id, t.starts_at, p_id) e
        where not e.passed limit 1
      ), 'done') as explained,
      pg_temp.tried(p_id, p_service_id, t.starts_at, p_staff_id) as answered
    from generate_series(
      (p_date + time '08:00') at time zone 'Europe/Zurich',
      (p_date + time '18:30') at time zone 'Europe/Zurich', interval '30 minutes') t (starts_at)
  ) d
  where d.explained <> d.answered or d.is_listed <> (d.answered = 'done')
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  (schnittwerk.reschedule_booking(
      'same', :'id', '2026-12-02 14:00+01', p_new_service_id => :'haircut') -> 'appointment')
    - 'updated_at',
  schnittwerk.get_appointment(:'id') - '{updated_at,history,fee}'::text[],
  'the same service at the same start changes nothing'
);
select is(
  jsonb_array_length(schnittwerk.get_appointment(:'id') -> 'history'), 1,
  'the same service at the same start leaves no trace in the history'
);
select schnittwerk.reschedule_booking(
  'color', :'id', '2026-12-02 14:00+01', p_reason => 'grey hair', p_new_service_id => :'color')
  as answer \gset
select is(
  (:'answer'::jsonb -> 'appointment')
    - '{id,salon_id,staff_id,customer_id,created_at,updated_at}'::text[],
  jsonb_build_object(
    'service_id', :'color', 'starts_at', '2026-12-02T13:00:00Z',
    'ends_at', '2026-12-02T15:30:00Z', 'price', 150.00, 'status', 'pending',
    'buffer_before_minutes', 15, 'buffer_after_minutes', 15,
    'steps', '[{"minutes": 40, "staff": true}, {"minutes": 45, "staff": false},
      {"minutes": 65, "staff": true}]'::jsonb,
    'units', jsonb_build_array(jsonb_build_object(
      'pool', 'basin', 'resource_id', :'basin', 'from_minute', 85, 'to_minute', 107)),
    'reschedule_count', 0, 'max_reschedules', 3, 'cancellation_deadline_hours', 24,
    'reschedule_deadline_hours', 2, 'cancellable_until', null, 'cancelled_at', null,
    'cancellation_reason', null, 'notes', null, 'visit_id', null, 'visit_item', null,
    'price_details', null, 'promotion_id', null,
    'late_cancellation_fee_percent', null, 'no_show_fee_percent', null),
  'another service takes duration, steps, needs, buffers and price of the member of staff'
);
select is(
  schnittwerk.reschedule_booking(
    'color', :'id', '2026-12-02 14:00+01', p_reason => 'grey hair', p_new_service_id => :'color'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry changes the service once'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.claims(:'id'), '13:45-14:40 15:25-16:45 15:25-15:47',
  'a changed service claims the time of the new one'
);
select is(
  (schnittwerk.get_appointment(:'id') -> 'history' -> -1)
    - '{created_at,correlation_id,override_reason}'::text[],
  jsonb_build_object(
    'version', 2, 'action', 'rescheduled', 'role', 'customer', 'user_id', :'carla_user',
    'reason', 'grey hair', 'from_status', 'pending', 'to_status', 'pending',
    'from_service_id', :'haircut', 'to_service_id', :'color',
    'from_staff_id', :'anna', 'to_staff_id', :'anna',
    'from_starts_at', '2026-12-02T13:00:00Z', 'to_starts_at', '2026-12-02T13:00:00Z'),
  'the history tells from which service to which'
);
select is(
  (select array[
      e.type, e.data ->> 'previous_service_id', e.data ->> 'service_id',
      e.data ->> 'previous_ends_at', e.data ->> 'ends_at']
    from schnittwerk_core.events e where e.subject_id = :'id' order by e.number desc limit 1),
  array['appointment.rescheduled', :'haircut', :'color', '2026-12-02T14:00:00Z',
    '2026-12-02T15:30:00Z'],
  'the event tells the service and the end before and after'
);

-- The time given up goes to the waitlist; the slot itself is never free in between.
select pg_temp.wait(:'dora', :'haircut', :'anna', p_from => '2026-12-02', p_to => '2026-12-02') as entry \gset
select schnittwerk.reschedule_booking(
  'cut', :'id', '2026-12-02 14:00+01', p_new_service_id => :'fringe') as answer \gset
select is(
  concat_ws(' ', pg_temp.claims(:'id'), pg_temp.offers()), '14:00-14:15 Dora: Anna 02 14:15',
  'the time that a shorter service leaves is offered to the waitlist'
);
select schnittwerk.leave_waitlist('leave', :'entry') \g /dev/null
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 15:00+01', :'anna')
  #>> '{appointment,id}' as doras \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L, %L)', :'id', service, staff, '2026-12-02'),
  'list, explanation and move agree on a change to ' || description)
from (
  values
    (:'haircut'::uuid, :'anna'::uuid, 'a haircut'), (:'color', :'anna', 'a colour'),
    (:'fringe', :'anna', 'the same service'), (:'haircut', :'ben', 'a haircut of somebody else'),
    (:'color', :'ben', 'a service that the member of staff does not perform')
) t (service, staff, description);
select results_eq(
  format($$select distinct duration_minutes, ends_at - starts_at, price from schnittwerk.find_slots(
    %L, '2026-12-04', p_appointment_id => %L)$$, :'color', :'id'),
  $$values (150, interval '150 minutes', 150.00)$$,
  'the slots of a change of service have the new service''s terms'
);
select is(pg_temp.tried(:'id', service, starts_at, staff), code, description)
from (
  values
    (:'haircut'::uuid, timestamptz '2026-12-02 14:15+01', null::uuid, 'slot_conflict',
      'a longer service that reaches the next appointment is refused'),
    (:'color', '2026-12-02 14:00+01', :'ben', 'service_not_offered',
      'a service that the new member of staff does not perform is refused'),
    (:'carla', '2026-12-02 14:00+01', null, 'not_found', 'an unknown service is not found'),
    (:'color', '2026-12-02 16:30+01', null, 'outside_business_hours',
      'a longer service that ends after closing is refused')
) t (service, starts_at, staff, code, description);

-- Moves are limited and this is none; the deadline holds.
select schnittwerk.reschedule_booking(
  n::text, :'id', '2026-12-02 09:00+01'::timestamptz + n * interval '15 minutes', :'ben',
  p_new_service_id => :'haircut')
from generate_series(1, 3) n \g /dev/null
select is(
  (schnittwerk.get_appointment(:'id') -> 'reschedule_count')::int, 3,
  'a move that changes the service counts as a move'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.reschedule_booking('anna', :'id', '2026-12-02 10:00+01', :'anna') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(:'id', :'color', '2026-12-02 10:15+01'), 'reschedule_limit_reached',
  'a customer at the limit of moves cannot move with another service'
);
select is(
  pg_temp.tried(:'id', :'haircut', '2026-12-02 10:00+01'), 'reschedule_limit_reached',
  'a customer at the limit of moves is told so without another service'
);
select is(
  pg_temp.tried(:'id', :'fringe', '2026-12-02 10:00+01'), 'done',
  'a customer at the limit of moves can change the service'
);
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L, %L)', :'id', service, staff, '2026-12-02'),
  'list, explanation and move agree at the limit of moves on ' || description)
from (
  values
    (:'fringe'::uuid, :'anna'::uuid, 'a service that fits'),
    (:'fringe', :'ben', 'somebody else')
) t (service, staff, description);
select is(
  (select array_agg(s.starts_at) from schnittwerk.find_slots(
    :'fringe', '2026-12-01', '2026-12-05', p_appointment_id => :'id') s),
  array[timestamptz '2026-12-02 10:00+01'],
  'a customer at the limit of moves finds the own start only'
);
select pg_temp.now_is('2026-12-02 08:00:01+01') \g /dev/null
select is(
  pg_temp.tried(:'id', :'fringe', '2026-12-02 10:00+01'), 'reschedule_deadline_passed',
  'a customer cannot change the service after the deadline of moves'
);
select is_empty(
  format('select schnittwerk.find_slots(%L, %L, p_appointment_id => %L)',
    :'fringe', '2026-12-02', :'id'),
  'after the deadline no slot is listed for another service'
);
select is(
  (select string_agg(e.code, ' ')
    from schnittwerk.explain_slot(:'fringe', :'anna', '2026-12-02 10:00+01', :'id') e
    where not e.passed and e.rule like 'reschedule%'),
  'reschedule_deadline_passed', 'explain_slot names the deadline alone for a change of service'
);

select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments
set service_id = :'fringe' where id = :'id';
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,-1,to_service_id}', :'fringe',
  'a change of service by direct SQL is in the history'
);
select is(
  (select array[e.type, e.data ->> 'previous_service_id'] from schnittwerk_core.events e
    where e.subject_id = :'id' order by e.number desc limit 1),
  array['appointment.rescheduled', :'haircut'],
  'the event of a change of the service alone has the service before'
);
update schnittwerk_core.appointments set status = 'cancelled' where id = :'id';
select throws_ok(
  format('update schnittwerk_core.appointments set service_id = %L where id = %L',
    :'haircut', :'id'),
  '23514', 'An appointment that is cancelled cannot be moved',
  'direct SQL cannot change the service of a cancelled appointment'
);

select * from finish();
rollback;
