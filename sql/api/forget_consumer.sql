create function schnittwerk.forget_consumer(p_consumer text, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('forget_consumer', p_salon_id,
  schnittwerk_core.forget_consumer(p_consumer, p_salon_id)
);

comment on function schnittwerk.forget_consumer(text, uuid) is
  'Forgets how far a consumer has come, so that events need not be kept for it any longer, and answers {"consumer"}. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.forget_consumer from public;
grant execute on function schnittwerk.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
