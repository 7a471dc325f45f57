create function schnittwerk_core.lock_open_time(p_salon_id uuid, p_staff_ids uuid[] default null)
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  if p_staff_ids is null then
    -- also where there are no staff to lock yet, one change of the salon's hours follows the other
    perform from schnittwerk_core.salon s where s.id = p_salon_id for no key update;
  end if;
  perform schnittwerk_core.lock_resources(p_salon_id, coalesce(
    p_staff_ids, array(select m.id from schnittwerk_core.staff m where m.salon_id = p_salon_id)
  ));
  -- a statement of its own: it sees what was booked until the lock was given
  return schnittwerk_core.stranded_appointments(p_salon_id, p_staff_ids);
end
$$;

comment on function schnittwerk_core.lock_open_time(uuid, uuid[]) is
  'Starts a change of open time: locks the staff (null = all), so that a booking either is seen by the change or sees it, and returns the appointments that are stranded before it.';

revoke execute on function schnittwerk_core.lock_open_time from public;
