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
  v_caller schnittwerk_core.caller;
  v_before timestamptz;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    -- a caller may count on its key for 30 days
    schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 30, 3650),
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  if not p_is_dry_run then
    return schnittwerk_core.success('purged',
      schnittwerk_core.delete_operations(v_caller.salon_id, p_older_than_days));
  end if;
  v_before := schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  return schnittwerk_core.success('purged', jsonb_build_object(
    'operations', (
      select count(*) from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at < v_before
    ),
    'refusals', (
      select count(*) from schnittwerk_core.refusal r
      where r.salon_id in (v_caller.salon_id, '00000000-0000-0000-0000-000000000000')
        and r.created_at < v_before
    )
  ));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
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
return schnittwerk_core.log_write('purge_operations', p_salon_id,
  schnittwerk_core.purge_operations(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_operations(int, boolean, uuid) is
  'Deletes the salon''s operations (the idempotency keys with their answers) and refusals that are older than p_older_than_days, 30 to 3650, and answers {"purged": {"operations", "refusals"}}: at most 10000 of each a call, to be repeated until both are 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_operations from public;
grant execute on function schnittwerk.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
