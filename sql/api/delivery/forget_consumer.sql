create function schnittwerk_core.forget_consumer(p_consumer text, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'forget_consumer', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer)
    );
  end if;
  if v_caller.answer is null then
    begin
      delete from schnittwerk_core.event_consumer c
      where c.salon_id = v_caller.salon_id and c.name = p_consumer;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
      end if;
      v_caller.answer := schnittwerk_core.success('consumer', to_jsonb(p_consumer));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
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
return schnittwerk_core.forget_consumer(p_consumer, p_salon_id);

comment on function schnittwerk.forget_consumer(text, uuid) is
  'Deletes the position of a consumer, so that no events are kept for it any longer. Answers {"consumer"}. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.forget_consumer from public;
grant execute on function schnittwerk.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
