create function schnittwerk_core.list_staff(p_service_id uuid, p_salon_id uuid)
returns table (
  id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_count bigint;
begin
  if p_service_id is not null and not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;
  return query
  select
    m.id, m.full_name, m.is_active,
    case when v_is_of_salon then m.email end,
    case when v_is_of_salon then m.phone end,
    case when v_is_of_salon then m.profile_id end
  from schnittwerk_core.staff m
  where m.salon_id = v_caller.salon_id
    and (m.is_active or v_is_of_salon)
    and (p_service_id is null or exists (
      select from schnittwerk_core.staff_services p
      where p.salon_id = m.salon_id and p.service_id = p_service_id and p.staff_id = m.id
    ))
  order by schnittwerk_core.sort_key(m.full_name), m.full_name, m.id;
  if v_is_of_salon then -- others see only the names, which are public
    get diagnostics v_count = row_count;
    perform schnittwerk_core.log_personal_read(v_caller, 'list_staff', v_count);
  end if;
end
$$;

comment on function schnittwerk_core.list_staff(uuid, uuid) is 'Engine of schnittwerk.list_staff.';

revoke execute on function schnittwerk_core.list_staff from public;
grant execute on function schnittwerk_core.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_staff(p_service_id uuid default null, p_salon_id uuid default null)
returns table (id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid)
language sql
stable
begin atomic
  select r.id, r.full_name, r.is_active, r.email, r.phone, r.profile_id
  from schnittwerk_core.list_staff(p_service_id, p_salon_id) r;
end;

comment on function schnittwerk.list_staff(uuid, uuid) is
  'The staff by name. The salon team also sees inactive staff, and e-mail, telephone and profile of all. p_service_id: lists only those who perform this service. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_staff from public;
grant execute on function schnittwerk.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
