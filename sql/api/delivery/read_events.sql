create function schnittwerk_core.read_events(p_consumer text, p_limit int, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'read_events', p_salon_id, '{}');
  v_events jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    );
  end if;
  if v_caller.answer is null then
    begin
      select coalesce(jsonb_agg(schnittwerk_core.event_json(e) order by e.number), '[]') into v_events
      from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
      v_caller.answer := schnittwerk_core.success('events', v_events);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.read_events(text, int, uuid) is
  'Engine of schnittwerk.read_events.';

revoke execute on function schnittwerk_core.read_events from public;
grant execute on function schnittwerk_core.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.read_events(
  p_consumer text, p_limit int default 100, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.read_events(p_consumer, p_limit, p_salon_id);

comment on function schnittwerk.read_events(text, int, uuid) is
  'Answers {"events"}: those that a consumer has not acknowledged yet, in order; an empty list at the end. The same events come again until acknowledge_events. An event is {"version", "id", "type", "occurred_at", "salon_id", "subject_id", "sequence", "correlation_id", "data"}. sequence rises with every event of a subject. data is the row after the change, without names, addresses and free text. For the service. p_consumer: a unique name of 1 to 100 printable characters; a new consumer begins with the oldest event kept. p_limit: 1 to 10000. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.read_events from public;
grant execute on function schnittwerk.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
