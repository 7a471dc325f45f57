create function schnittwerk_core.consumer_fault(p_consumer text)
returns jsonb
language sql
stable
return coalesce(
  schnittwerk_core.text_fault('p_consumer', p_consumer, 100),
  schnittwerk_core.fault(
    'p_consumer', p_consumer !~ '^[[:graph:]]+$', 'invalid_name',
    'p_consumer must consist of printable characters without spaces')
);

comment on function schnittwerk_core.consumer_fault(text) is
  'The fault of a consumer''s name: 1 to 100 printable characters.';

revoke execute on function schnittwerk_core.consumer_fault from public;

create function schnittwerk_core.read_events(p_consumer text, p_limit int, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_events jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.consumer_fault(p_consumer),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  );
  perform schnittwerk_core.begin_write(v_caller);
  select coalesce(jsonb_agg(schnittwerk_core.event_json(e) order by e.number), '[]') into v_events
  from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
  return schnittwerk_core.success('events', v_events);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.read_events(text, int, uuid) is
  'Engine of schnittwerk.read_events.';

revoke execute on function schnittwerk_core.read_events from public;
grant execute on function schnittwerk_core.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
