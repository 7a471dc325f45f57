create function schnittwerk_core.lock_open_time(p_salon_id uuid, p_staff_ids uuid[] default null)
returns text[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.lock_staff(p_salon_id, p_staff_ids);
  -- a statement of its own: it sees what was booked until the lock was given
  return schnittwerk_core.stranded_appointments(p_salon_id, p_staff_ids);
end
$$;

comment on function schnittwerk_core.lock_open_time(uuid, uuid[]) is
  'Starts a change of open time: locks the staff (null = all), so that a booking either is seen by the change or sees it, and returns what strands appointments before it.';

revoke execute on function schnittwerk_core.lock_open_time from public;
