create function schnittwerk_core.require_service_and_staff(
  p_salon_id uuid, p_service_id uuid, p_staff_ids uuid[], p_item int default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from schnittwerk_core.services v
    where v.salon_id = p_salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service', p_item);
  end if;
  perform schnittwerk_core.require_staff(p_salon_id, p_staff_ids, p_item);
end
$$;

comment on function schnittwerk_core.require_service_and_staff(uuid, uuid, uuid[], int) is
  'Refuses with not_found if the salon does not have the service or any of the given staff. Null ids are ignored. p_item as for refuse.';

revoke execute on function schnittwerk_core.require_service_and_staff from public;
