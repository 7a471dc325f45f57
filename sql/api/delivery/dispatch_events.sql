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
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'dispatch_events', p_salon_id, '{}');
  v_events schnittwerk_core.events[];
  v_deliveries int;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      variadic array[
      schnittwerk_core.consumer_fault(p_consumer),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    ] || schnittwerk_core.target_faults(p_targets)
    );
  end if;
  if v_caller.answer is null then
    begin
      -- A pause is at most an hour and quiet hours are at most a day. A delivery that is due later
      -- was postponed before the server's clock was set back, and blocks those of its subject.
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
      select
        e.salon_id, e.id, e.occurred_at, e.number,
        case when t.channel = 'webhook' then e.subject_id
          else coalesce((e.data ->> 'visit_id')::uuid, e.subject_id) end,
        t.name, t.channel
      from unnest(v_events) e
      cross join jsonb_to_recordset(p_targets) t (name text, channel text, events jsonb)
      where (t.channel = 'webhook' or schnittwerk_core.message_template(e.type) is not null and (
          -- What a transaction does to several items of a visit is one message.
          e.data ->> 'visit_id' is null or not exists (
            select from schnittwerk_core.appointments o
            join schnittwerk_core.published f
              on f.salon_id = o.salon_id and f.subject_id = o.id
            where o.salon_id = e.salon_id and o.visit_id = (e.data ->> 'visit_id')::uuid
              and f.transaction_id = e.transaction_id and f.type = e.type
              and (o.visit_item, f.number) < ((e.data ->> 'visit_item')::int, e.number)
          )
        ))
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
      v_caller.answer := schnittwerk_core.success('dispatched', jsonb_build_object(
        'events', cardinality(v_events), 'deliveries', v_deliveries));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.dispatch_events(text, jsonb, int, uuid) is
  'Engine of schnittwerk.dispatch_events.';

revoke execute on function schnittwerk_core.dispatch_events from public;
grant execute on function schnittwerk_core.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int default 500, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.dispatch_events(p_consumer, p_targets, p_limit, p_salon_id);

comment on function schnittwerk.dispatch_events(text, jsonb, int, uuid) is
  'Moves a relay past its next events and adds a delivery for each target of each event. Answers {"dispatched": {"events", "deliveries"}}. Repeat until events is 0. Webhooks get every event. The other channels get the events about which customers get a message. If a transaction changes several items of a visit in the same way, they get one message. For the service. p_consumer: the name of the relay. p_targets: [{"name", "channel": "email"|"sms"|"chat"|"webhook", "events"?: ["appointment.*", …]}]; lists of at most 1000, names and patterns of at most 100 characters. p_limit: 1 to 10000 events. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.dispatch_events from public;
grant execute on function schnittwerk.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
