create function schnittwerk_core.retry_deliveries(p_delivery_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'retry_deliveries', p_salon_id, '{}');
  v_retried int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(v_caller);
  end if;
  if v_caller.answer is null then
    begin
      update schnittwerk_core.event_delivery d
      set status = 'pending', attempts = 0, next_attempt_at = schnittwerk_core.clock()
      where d.salon_id = v_caller.salon_id and d.status = 'parked'
        and (p_delivery_id is null or d.id = p_delivery_id);
      get diagnostics v_retried = row_count;
      if p_delivery_id is not null and v_retried = 0 then
        perform schnittwerk_core.refuse('not_found', 'There is no such parked delivery');
      end if;
      v_caller.answer := schnittwerk_core.success('retried', to_jsonb(v_retried));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.retry_deliveries(uuid, uuid) is
  'Engine of schnittwerk.retry_deliveries.';

revoke execute on function schnittwerk_core.retry_deliveries from public;
grant execute on function schnittwerk_core.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.retry_deliveries(
  p_delivery_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.retry_deliveries(p_delivery_id, p_salon_id);

comment on function schnittwerk.retry_deliveries(uuid, uuid) is
  'Makes parked deliveries due again. Answers {"retried"}, their number. For the service. p_delivery_id: null means all parked deliveries. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.retry_deliveries from public;
grant execute on function schnittwerk.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
