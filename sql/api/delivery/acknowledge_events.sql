create function schnittwerk_core.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'acknowledge_events', p_salon_id, '{}');
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.required_fault('p_event_id', p_event_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      if not exists (
        select from schnittwerk_core.event_consumer c
        where c.salon_id = v_caller.salon_id and c.name = p_consumer
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
      elsif not exists (
        select from schnittwerk_core.events e
        where e.salon_id = v_caller.salon_id and e.id = p_event_id
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such event');
      end if;
      v_caller.answer := schnittwerk_core.success('is_acknowledged', to_jsonb(
        schnittwerk_core.pass_event(v_caller.salon_id, p_consumer, p_event_id)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.acknowledge_events(text, uuid, uuid) is
  'Engine of schnittwerk.acknowledge_events.';

revoke execute on function schnittwerk_core.acknowledge_events from public;
grant execute on function schnittwerk_core.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.acknowledge_events(p_consumer, p_event_id, p_salon_id);

comment on function schnittwerk.acknowledge_events(text, uuid, uuid) is
  'Moves a consumer past an event that it has read, and past all before it. Answers {"is_acknowledged"}: false if the consumer has passed the event already or not read it yet. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.acknowledge_events from public;
grant execute on function schnittwerk.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
