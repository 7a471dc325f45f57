create function schnittwerk_core.purge_events(
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
    'purge_events', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 1, 3650),
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.answer := schnittwerk_core.success('purged', jsonb_build_object('events',
        schnittwerk_core.delete_events(v_caller.salon_id, p_older_than_days, p_is_dry_run)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.purge_events(int, boolean, uuid) is
  'Engine of schnittwerk.purge_events.';

revoke execute on function schnittwerk_core.purge_events from public;
grant execute on function schnittwerk_core.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.purge_events(
  p_older_than_days int default 90, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.purge_events(p_older_than_days, p_is_dry_run, p_salon_id);

comment on function schnittwerk.purge_events(int, boolean, uuid) is
  'Deletes the salon''s old events with their deliveries. Keeps what a consumer has yet to read, and what the audit trail, the history of an appointment or a pending or parked delivery needs. Answers {"purged": {"events"}}, at most about 10000 per call. Repeat until it is 0. For the service. p_older_than_days: 1 to 3650. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
