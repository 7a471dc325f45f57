begin;
select plan(8);
\ir ../fixture.psql

-- Arranges a salon that opens from 01:00 to 05:00 every day, with one member of staff who works
-- around the clock: the local starts of an hour's service on p_date, half-hourly.
create function pg_temp.starts(p_time_zone text, p_date date)
returns text
language plpgsql
as $$
declare
  v_salon_id uuid :=
    schnittwerk.save_salon(concat(p_time_zone, p_date), p_time_zone) #>> '{salon,id}';
  v_staff_id uuid := schnittwerk.save_staff('Sam', p_salon_id => v_salon_id) #>> '{staff,id}';
  v_service_id uuid :=
    schnittwerk.save_service('Cut', 60, 50, p_salon_id => v_salon_id) #>> '{service,id}';
begin
  perform schnittwerk.set_business_settings(
    jsonb_build_object('opening_hours', (
      select jsonb_object_agg(d, jsonb_build_object(
        'is_open', true, 'start_time', '01:00', 'end_time', '05:00'))
      from generate_series(0, 6) d
    )), v_salon_id);
  perform schnittwerk.set_staff_services(
    v_staff_id, jsonb_build_array(jsonb_build_object('service_id', v_service_id)), v_salon_id);
  perform schnittwerk.set_staff_availability(v_staff_id, (
    select jsonb_agg(jsonb_build_object(
      'day_of_week', d, 'start_time', '00:00', 'end_time', '24:00'))
    from generate_series(0, 6) d
  ), v_salon_id);
  perform set_config('tests.now', (p_date - 3)::text, true);
  return (
    select coalesce(string_agg(
      to_char(s.starts_at at time zone p_time_zone, 'HH24:MI'), ' ' order by s.starts_at), '')
    from schnittwerk.find_slots(
      v_service_id, p_date, p_slot_interval_minutes => 30, p_salon_id => v_salon_id) s
  );
end
$$;
create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
as $$
  select coalesce(nullif(current_setting('tests.now', true), ''), '2026-12-01')::timestamp
    at time zone 'UTC'
$$;

select is(
  pg_temp.starts('Europe/Zurich', '2027-03-28'), '01:00 01:30 03:00 03:30 04:00',
  'Zurich in spring: 02:00 to 03:00 does not exist'
);
select is(
  pg_temp.starts('America/New_York', '2027-03-14'), '01:00 01:30 03:00 03:30 04:00',
  'New York in spring: 02:00 to 03:00 does not exist'
);
select is(
  pg_temp.starts('Europe/Berlin', '2027-10-31'),
  '01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30 04:00',
  'Berlin in autumn: 02:00 to 03:00 comes twice'
);
select is(
  pg_temp.starts('Australia/Lord_Howe', '2027-10-03'), '01:00 01:30 02:30 03:00 03:30 04:00',
  'Lord Howe in spring: half an hour from 02:00 does not exist'
);
select is(
  pg_temp.starts('Australia/Sydney', '2027-04-04'),
  '01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30 04:00',
  'Sydney in autumn: 02:00 to 03:00 comes twice'
);
select is(
  pg_temp.starts('Pacific/Apia', '2011-12-30'), '', 'Samoa had no 30 December 2011: no slots'
);
select is(
  pg_temp.starts('Pacific/Apia', '2011-12-31'), '01:00 01:30 02:00 02:30 03:00 03:30 04:00',
  'Samoa had a whole 31 December 2011'
);
select is(
  pg_temp.starts('Atlantic/Azores', '2027-03-28'), '01:00 01:30 02:00 02:30 03:00 03:30 04:00',
  'a transition at midnight takes nothing from 01:00 on'
);

select * from finish();
rollback;
