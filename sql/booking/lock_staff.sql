create function schnittwerk_core.lock_staff(p_salon_id uuid, p_staff_ids uuid[] default null)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_staff_ids is null then
    -- So that changes of the salon's hours wait for each other even if it has no staff yet.
    perform from schnittwerk_core.salon s where s.id = p_salon_id for no key update;
  end if;
  perform schnittwerk_core.lock_resources(p_salon_id, coalesce(
    p_staff_ids, array(select m.id from schnittwerk_core.staff m where m.salon_id = p_salon_id)
  ));
end
$$;

comment on function schnittwerk_core.lock_staff(uuid, uuid[]) is
  'Locks the time of the given staff; null = the salon''s hours and the time of all staff.';

revoke execute on function schnittwerk_core.lock_staff from public;
