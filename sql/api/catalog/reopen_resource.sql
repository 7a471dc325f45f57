create function schnittwerk_core.reopen_resource(p_closure_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'reopen_resource', p_salon_id, '{admin}');
  v_closure schnittwerk_core.unit_closure;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_closure_id', p_closure_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.unit_closure c
      where c.salon_id = v_caller.salon_id and c.id = p_closure_id
      returning c.* into v_closure;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such closure');
      end if;
      perform schnittwerk_core.free_pool_time(
        v_caller.salon_id, array[u.pool], array[d.during])
      from schnittwerk_core.unit u
      join schnittwerk_core.salon s on s.id = u.salon_id
      cross join lateral (
        select tstzrange(
          (v_closure.start_date + coalesce(v_closure.start_time, '00:00'))
            at time zone s.time_zone,
          (v_closure.end_date + coalesce(v_closure.end_time, '24:00')) at time zone s.time_zone
        ) as during
      ) d
      where u.salon_id = v_caller.salon_id and u.id = v_closure.unit_id and u.is_active
        and upper(d.during) > schnittwerk_core.clock();
      v_caller.answer := schnittwerk_core.success(
        'closure', schnittwerk_core.unit_closure_json(v_closure));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reopen_resource(uuid, uuid) is
  'Engine of schnittwerk.reopen_resource.';

revoke execute on function schnittwerk_core.reopen_resource from public;
grant execute on function schnittwerk_core.reopen_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reopen_resource(p_closure_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.reopen_resource(p_closure_id, p_salon_id);

comment on function schnittwerk.reopen_resource(uuid, uuid) is
  'Deletes a closure of a unit, which then opens again. Answers {"closure"} as it was. process_waitlist offers the time to the waitlist. For admins. p_closure_id: list_resources shows it. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.reopen_resource from public;
grant execute on function schnittwerk.reopen_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
