create function schnittwerk_core.target_faults(p_targets jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.json_fault('p_targets', p_targets, 'array', true) || array(
  select f.fault
  from schnittwerk_core.list_items('p_targets', p_targets) t
  cross join lateral unnest(
    schnittwerk_core.object_faults(t.path, t.value, '{name,channel,events}')
    || schnittwerk_core.json_fault(t.path || '.name', t.value -> 'name', 'string', true)
    || schnittwerk_core.line_fault(t.path || '.name', t.value ->> 'name', 100, false)
    || schnittwerk_core.fault(
      t.path || '.channel',
      not coalesce(t.value ->> 'channel' in ('email', 'sms', 'chat', 'webhook'), false),
      'unknown_channel', t.path || '.channel must be email, sms, chat or webhook')
    || schnittwerk_core.json_fault(t.path || '.events', t.value -> 'events', 'array')
    || array(
      select coalesce(
        schnittwerk_core.json_fault(e.path, e.value, 'string', true),
        schnittwerk_core.text_fault(e.path, e.value #>> '{}', 100)
      )
      from schnittwerk_core.list_items(t.path || '.events', t.value -> 'events') e
    )
  ) f (fault)
);

comment on function schnittwerk_core.target_faults(jsonb) is
  'The faults of a list of relay targets, all at once.';

revoke execute on function schnittwerk_core.target_faults from public;

create function schnittwerk_core.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_events schnittwerk_core.events[];
  v_deliveries int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(variadic array[
    schnittwerk_core.consumer_fault(p_consumer),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  ] || schnittwerk_core.target_faults(p_targets));
  perform schnittwerk_core.begin_write(v_caller);

  -- A pause is an hour at most and quiet hours a day: what is due later than that was put off before
  -- the server's clock was set back, and with it whatever its subject has to tell after it.
  update schnittwerk_core.event_delivery d
  set next_attempt_at = schnittwerk_core.clock()
  from jsonb_to_recordset(p_targets) t (name text)
  where d.salon_id = v_caller.salon_id and d.target = t.name and d.status = 'pending'
    and d.next_attempt_at > schnittwerk_core.clock() + interval '25 hours';
  select coalesce(array_agg(e order by e.number), '{}') into v_events
  from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
  insert into schnittwerk_core.event_delivery (
    salon_id, event_id, occurred_at, event_number, subject_id, target, channel
  )
  select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, t.name, t.channel
  from unnest(v_events) e
  cross join jsonb_to_recordset(p_targets) t (name text, channel text, events jsonb)
  where (t.channel = 'webhook' or schnittwerk_core.message_template(e.type) is not null)
    and (coalesce(t.events, 'null') = 'null' or exists (
      select from jsonb_array_elements_text(t.events) p (pattern)
      where e.type like replace(regexp_replace(p.pattern, '([\\%_])', '\\\1', 'g'), '*', '%')
    ))
  on conflict on constraint event_delivery_is_made_once_for_a_target do nothing;
  get diagnostics v_deliveries = row_count;
  if v_events <> '{}' then
    perform schnittwerk_core.pass_event(
      v_caller.salon_id, p_consumer, v_events[cardinality(v_events)].id);
  end if;
  return schnittwerk_core.success('dispatched', jsonb_build_object(
    'events', cardinality(v_events), 'deliveries', v_deliveries));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.dispatch_events(text, jsonb, int, uuid) is
  'Engine of schnittwerk.dispatch_events.';

revoke execute on function schnittwerk_core.dispatch_events from public;
grant execute on function schnittwerk_core.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
