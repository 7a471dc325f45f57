create function schnittwerk_core.purge_operations(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'purge_operations', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      -- Callers can rely on their keys for 30 days.
      schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 30, 3650),
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.answer := schnittwerk_core.success('purged',
        schnittwerk_core.delete_operations(v_caller.salon_id, p_older_than_days, p_is_dry_run));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.purge_operations(int, boolean, uuid) is
  'Engine of schnittwerk.purge_operations.';

revoke execute on function schnittwerk_core.purge_operations from public;
grant execute on function schnittwerk_core.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.purge_operations(
  p_older_than_days int default 30, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.purge_operations(p_older_than_days, p_is_dry_run, p_salon_id);

comment on function schnittwerk.purge_operations(int, boolean, uuid) is
  'Deletes the salon''s old operations (the idempotency keys with their answers) and refusals. Answers {"purged": {"operations", "refusals"}}, at most 10000 of each per call. Repeat until both are 0. For the service. p_older_than_days: 30 to 3650. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_operations from public;
grant execute on function schnittwerk.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
