create function schnittwerk_core.enter(p_salon_id uuid, p_roles text[] default null)
returns schnittwerk_core.caller
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller :=
    schnittwerk_core.identify_caller(p_salon_id, p_roles);
begin
  if v_caller.answer is not null then
    perform schnittwerk_core.refuse(v_caller.answer ->> 'code', v_caller.answer ->> 'details');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.enter(uuid, text[]) is
  'Begins a read: identifies the caller (identify_caller), and raises a refusal.';

revoke execute on function schnittwerk_core.enter from public;
