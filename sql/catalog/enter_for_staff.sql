create function schnittwerk_core.enter_for_staff(p_salon_id uuid, p_staff_id uuid)
returns schnittwerk_core.caller
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin,staff}');
begin
  if v_caller.role = 'staff' and not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = v_caller.salon_id and m.id = p_staff_id
      and m.profile_id = v_caller.user_id
  ) then
    perform schnittwerk_core.refuse('forbidden', 'Staff may do this for themselves only');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.enter_for_staff(uuid, uuid) is
  'As enter, for what admins may do for anyone and a member of staff for themselves.';

revoke execute on function schnittwerk_core.enter_for_staff from public;
