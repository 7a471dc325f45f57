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
