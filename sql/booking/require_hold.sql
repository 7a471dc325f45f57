create function schnittwerk_core.require_hold(
  p_caller schnittwerk_core.caller, p_hold_id uuid
)
returns schnittwerk_core.hold
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold schnittwerk_core.hold;
begin
  select h.* into v_hold
  from schnittwerk_core.hold h
  where h.salon_id = p_caller.salon_id and h.id = p_hold_id
    and (
      schnittwerk_core.is_of_salon(p_caller)
      or schnittwerk_core.may_know_customer(p_caller, h.customer_id)
    );
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such hold');
  end if;
  return v_hold;
end
$$;

comment on function schnittwerk_core.require_hold(schnittwerk_core.caller, uuid) is
  'The hold with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own.';

revoke execute on function schnittwerk_core.require_hold from public;
