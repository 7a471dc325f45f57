create function schnittwerk_core.forbidden_for_others(
  p_caller schnittwerk_core.caller, p_staff_id uuid
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.role = 'staff' and not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = p_caller.salon_id and m.id = p_staff_id
      and m.profile_id = p_caller.user_id
  ) then
    return schnittwerk_core.failure('forbidden', 'Staff may do this for themselves only');
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.forbidden_for_others(schnittwerk_core.caller, uuid) is
  'The refusal of what a member of staff may do for themselves only; null where the caller may.';

revoke execute on function schnittwerk_core.forbidden_for_others from public;
