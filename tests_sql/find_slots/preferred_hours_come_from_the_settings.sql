begin;
select plan(2);
\ir ../fixture.psql

create function pg_temp.preferred(p_service_id uuid, p_staff_id uuid)
returns text
language sql
as $$
  select string_agg(
    to_char(s.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), ' ' order by s.starts_at
  ) filter (where s.is_preferred)
  from schnittwerk.find_slots(p_service_id, '2026-12-02', null, p_staff_id, 30) s
$$;

select is(
  pg_temp.preferred(:'haircut', :'ben'),
  '10:00 10:30 11:00 11:30 12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30',
  'by default starts from 10:00 to before 16:00 are preferred'
);
select schnittwerk.set_business_settings(
  '{"preferred_hours": {"start_time": "13:30", "end_time": "15:00"}}') \g /dev/null
select is(
  pg_temp.preferred(:'haircut', :'ben'), '13:30 14:00 14:30',
  'starts within the preferred hours of the settings are preferred'
);

select * from finish();
rollback;
