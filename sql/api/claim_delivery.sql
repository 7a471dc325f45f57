create function schnittwerk.claim_delivery(p_targets text[], p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('claim_delivery', p_salon_id,
  schnittwerk_core.claim_delivery(p_targets, p_salon_id)
);

comment on function schnittwerk.claim_delivery(text[], uuid) is
  'Takes the next delivery that is due for one of p_targets (at most 1000 names of at most 100 characters) and keeps it locked until the transaction ends, in which end_delivery is to be called; answers {"delivery"}: its columns, "event", and "message" for what goes to a customer (template, language, customer, salon, service, staff, and as local_times the event''s times on the salon''s clock); null where nothing is due. "fault" says why no message can be composed, without personal data: end such a delivery as refused. What lies in quiet hours is put off to their end; what the customer has not agreed to or is out of date is skipped. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.claim_delivery from public;
grant execute on function schnittwerk.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
