create function schnittwerk_core.apply_retention(p_is_dry_run boolean, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'apply_retention', p_salon_id, '{}');
  v_salon_id uuid;
  v_customer_id uuid;
  v_customers int := 0;
  v_notes bigint;
  v_before timestamptz;
  v_counts jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_salon_id := v_caller.salon_id;
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_counts := schnittwerk_core.delete_operations(
        v_salon_id, (v_caller.policies ->> 'retention_operations_days')::int, p_is_dry_run
      ) || jsonb_build_object('events', schnittwerk_core.delete_events(
        v_salon_id, (v_caller.policies ->> 'retention_events_days')::int, p_is_dry_run));
      -- Before the customers: erasing them deletes their notes, too, which would not be counted.
      v_notes := schnittwerk_core.delete_notes(
        v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_notes_days'), p_is_dry_run);
      v_before := schnittwerk_core.retained_since(v_salon_id, 'retention_customers_days');
      for v_customer_id in
        select c.id
        from schnittwerk_core.customers_gone_since(v_salon_id, v_before) c (id)
        limit case when p_is_dry_run then null else 100 end
      loop
        if not p_is_dry_run then
          perform from schnittwerk_core.customers c
          where c.salon_id = v_salon_id and c.id = v_customer_id
          for update skip locked;
          -- A lock means that a call is booking for the customer. One may also have done so before
          -- this transaction got the lock.
          continue when not found or not exists (
            select from schnittwerk_core.customers_gone_since(v_salon_id, v_before, v_customer_id));
          perform schnittwerk_core.erase_personal_data(v_salon_id, v_customer_id);
        end if;
        v_customers := v_customers + 1;
      end loop;
      v_caller.answer := schnittwerk_core.success('retention', v_counts || jsonb_build_object(
        'customers', v_customers,
        'notes', v_notes,
        'audit', schnittwerk_core.delete_audit(
          v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_audit_days'),
          p_is_dry_run)
      ));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.apply_retention(boolean, uuid) is
  'Engine of schnittwerk.apply_retention.';

revoke execute on function schnittwerk_core.apply_retention from public;
grant execute on function schnittwerk_core.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.apply_retention(
  p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.apply_retention(p_is_dry_run, p_salon_id);

comment on function schnittwerk.apply_retention(boolean, uuid) is
  'Deletes what the salon''s retention policies (retention_…_days) do not keep. Answers {"retention": {"operations", "refusals", "events", "customers", "notes", "audit"}}. customers counts the customers that were erased, and notes the appointments and waitlist entries whose free text was deleted. A call deletes at most 10000 of each, and erases at most 100 customers. Repeat until all are 0. A waitlist entry whose dates have passed counts as over once process_waitlist has ended it. For the service. p_is_dry_run: true deletes nothing and counts all. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.apply_retention from public;
grant execute on function schnittwerk.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
