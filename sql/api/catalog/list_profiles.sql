create function schnittwerk_core.list_profiles(p_role text, p_salon_id uuid)
returns table (id uuid, role text, full_name text, email text, is_active boolean)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_roles constant text[] := array['admin', 'receptionist', 'staff', 'customer'];
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_role', p_role is not null and p_role <> all (v_roles), 'unknown_role',
    'p_role must be admin, receptionist, staff or customer'));
  return query
  select p.id, p.role, p.full_name, p.email, p.is_active
  from schnittwerk_core.profiles p
  where p.salon_id = v_caller.salon_id and (p_role is null or p.role = p_role)
  order by
    array_position(v_roles, p.role), schnittwerk_core.sort_key(p.full_name), p.full_name, p.id
  limit schnittwerk_core.most_rows() + 1;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.require_valid(schnittwerk_core.rows_fault(
    'p_role', v_count, 'list the profiles of one role'));
  perform schnittwerk_core.log_personal_read(v_caller, 'list_profiles', v_count);
end
$$;

comment on function schnittwerk_core.list_profiles(text, uuid) is
  'Engine of schnittwerk.list_profiles.';

revoke execute on function schnittwerk_core.list_profiles from public;
grant execute on function schnittwerk_core.list_profiles
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_profiles(p_role text default null, p_salon_id uuid default null)
returns table (id uuid, role text, full_name text, email text, is_active boolean)
language sql
stable
begin atomic
  select r.id, r.role, r.full_name, r.email, r.is_active
  from schnittwerk_core.list_profiles(p_role, p_salon_id) r;
end;

comment on function schnittwerk.list_profiles(text, uuid) is
  'The users who have a role in the salon (admin, receptionist, staff, customer; p_role: one of these only), inactive ones too, by role and name. For admins. At most 100000 rows, else invalid_input. Raises not_authenticated, salon_required, forbidden, invalid_input.';

revoke execute on function schnittwerk.list_profiles from public;
grant execute on function schnittwerk.list_profiles
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
