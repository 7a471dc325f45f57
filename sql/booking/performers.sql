create function schnittwerk_core.performers(p_salon_id uuid, p_service_id uuid)
returns uuid[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(array_agg(p.staff_id order by p.staff_id), '{}')
    from schnittwerk_core.staff_services p
    join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
    where p.salon_id = p_salon_id and p.service_id = p_service_id and m.is_active
  );
end
$$;

comment on function schnittwerk_core.performers(uuid, uuid) is
  'The active staff who perform a service, by id.';

revoke execute on function schnittwerk_core.performers from public;
