begin;
select plan(6);
\ir ../fixture.psql

create function pg_temp.slots_in(p_time_zone text, p_service_id uuid)
returns text
language plpgsql
as $$
begin
  perform set_config('TimeZone', p_time_zone, true);
  return (
    select string_agg(extract(epoch from s.starts_at)::text || s.staff_id || s.is_preferred, ' ')
    from schnittwerk.find_slots(p_service_id, '2026-12-01', '2026-12-08') s
  );
end
$$;

select schnittwerk.create_holiday('Feast', '2026-12-03'),
  schnittwerk.add_time_off(:'ben', '2026-12-04', p_start_time => '12:00', p_end_time => '14:00')
\g /dev/null
select pg_temp.slots_in('UTC', :'haircut') as slots \gset

select is(pg_temp.slots_in(z, :'haircut'), :'slots', 'slots do not depend on the time zone ' || z)
from unnest(
  '{Europe/Zurich, America/Los_Angeles, Pacific/Kiritimati, Pacific/Pago_Pago}'::text[]
) z;

set local datestyle = 'SQL, DMY';
set local intervalstyle = 'sql_standard';
select is(
  pg_temp.slots_in('Asia/Kolkata', :'haircut'), :'slots',
  'slots do not depend on the date and interval style'
);
set local search_path = pg_catalog;
select pg_temp.slots_in('Asia/Kolkata', :'haircut') as without_path \gset
set local search_path = public, tap;
select is(:'without_path'::text, :'slots', 'slots do not depend on the search path');

select * from finish();
rollback;
