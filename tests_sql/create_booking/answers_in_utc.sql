begin;
select plan(4);
\ir ../fixture.psql

create function pg_temp.book_in(
  p_time_zone text, p_service_id uuid, p_staff_id uuid, p_customer_id uuid
)
returns jsonb
language plpgsql
as $$
begin
  perform set_config('TimeZone', p_time_zone, true);
  return schnittwerk.create_booking(
    'same', p_customer_id, p_service_id, '2026-12-02 23:00:00+14', p_staff_id);
end
$$;

select pg_temp.book_in('Pacific/Kiritimati', :'haircut', :'anna', :'carla') as answer \gset
select is(
  concat_ws(' ', a ->> 'starts_at', a ->> 'ends_at', a ->> 'created_at', a ->> 'updated_at'),
  '2026-12-02T09:00:00Z 2026-12-02T10:00:00Z 2026-12-01T07:00:00Z 2026-12-01T07:00:00Z',
  'times are UTC with Z, whatever the session''s zone'
)
from (select :'answer'::jsonb -> 'appointment') t (a);
select is(
  pg_temp.book_in(z, :'haircut', :'anna', :'carla'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry from ' || z || ' is the same request'
)
from unnest('{America/New_York, Asia/Kolkata, UTC}'::text[]) z;

select * from finish();
rollback;
