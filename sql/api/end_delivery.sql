create function schnittwerk.end_delivery(
  p_delivery_id uuid,
  p_outcome text,
  p_detail text default null,
  p_max_attempts int default 10,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('end_delivery', p_salon_id,
  schnittwerk_core.end_delivery(p_delivery_id, p_outcome, p_detail, p_max_attempts, p_salon_id)
);

comment on function schnittwerk.end_delivery(uuid, text, text, int, uuid) is
  'Says how a delivery went and answers {"delivery"}. p_outcome: delivered; failed: tried again after a pause that doubles each time (half a minute to an hour), parked after p_max_attempts; refused: parked at once; skipped. p_detail: the error, without personal data, or why it was skipped. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.end_delivery from public;
grant execute on function schnittwerk.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
