create function schnittwerk_core.retry_deliveries(p_delivery_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_retried int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.begin_write(v_caller);
  update schnittwerk_core.event_delivery d
  set status = 'pending', attempts = 0, next_attempt_at = schnittwerk_core.clock()
  where d.salon_id = v_caller.salon_id and d.status = 'parked'
    and (p_delivery_id is null or d.id = p_delivery_id);
  get diagnostics v_retried = row_count;
  if p_delivery_id is not null and v_retried = 0 then
    perform schnittwerk_core.refuse('not_found', 'There is no such parked delivery');
  end if;
  return schnittwerk_core.success('retried', to_jsonb(v_retried));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
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
return schnittwerk_core.log_write('retry_deliveries', p_salon_id,
  schnittwerk_core.retry_deliveries(p_delivery_id, p_salon_id)
);

comment on function schnittwerk.retry_deliveries(uuid, uuid) is
  'Makes a parked delivery due again, null = all of them, and answers {"retried"}: how many. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.retry_deliveries from public;
grant execute on function schnittwerk.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
