begin;
select plan(5);
\ir ../fixture.psql
\ir disagreements.psql

select schnittwerk.set_policy('require_slot_grid', 'true'),
  schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
    'service_id', :'haircut', 'estimated_duration_minutes', 50))),
  schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-01 14:15+01', :'ben'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-01 16:07+01', :'anna',
    p_override_reason => 'asked for'),
  schnittwerk.add_time_off(
    :'anna', '2026-12-01', p_start_time => '13:00', p_end_time => '13:40'),
  schnittwerk.create_holiday('Feast', '2026-12-02'),
  schnittwerk.set_special_hours('2026-12-31', '[{"start_time": "07:00", "end_time": "12:00"}]')
\g /dev/null

select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L)', service, staff, date),
  'list, explanation and booking agree on ' || description
)
from (
  values
    (:'haircut', :'ben', '2026-12-01',
      'today, with notice, an appointment, own duration and closing'),
    (:'color', :'anna', '2026-12-01', 'today, with a break, time off and an appointment'),
    (:'haircut', :'anna', '2026-12-02', 'a holiday'),
    (:'haircut', :'ben', '2026-12-31', 'the last day of the horizon'),
    (:'color', :'ben', '2026-12-03', 'a service that the staff do not perform')
) t (service, staff, date, description);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
