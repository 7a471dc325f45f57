create function schnittwerk_core.forget_consumer(p_consumer text, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(schnittwerk_core.consumer_fault(p_consumer));
  perform schnittwerk_core.begin_write(v_caller);
  delete from schnittwerk_core.event_consumer c
  where c.salon_id = v_caller.salon_id and c.name = p_consumer;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
  end if;
  return schnittwerk_core.success('consumer', to_jsonb(p_consumer));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.forget_consumer(text, uuid) is
  'Engine of schnittwerk.forget_consumer.';

revoke execute on function schnittwerk_core.forget_consumer from public;
grant execute on function schnittwerk_core.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

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
