create function schnittwerk_core.claim_delivery(p_targets text[], p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'claim_delivery', p_salon_id, '{}');
  v_now constant timestamptz := schnittwerk_core.clock();
  v_delivery schnittwerk_core.event_delivery;
  v_event schnittwerk_core.events;
  v_quiet_until timestamptz;
  v_message jsonb;
  v_skip_reason text;
  v_fault text;
  v_answer jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      variadic array[
      schnittwerk_core.required_fault('p_targets', p_targets is null),
      schnittwerk_core.array_fault('p_targets', p_targets, 1000)
    ] || array(
      select schnittwerk_core.line_fault(format('p_targets[%s]', t.n - 1), t.name, 100)
      from unnest(p_targets[:1000]) with ordinality t (name, n)
    )
    );
  end if;
  if v_caller.answer is null then
    begin
      loop
        v_delivery := schnittwerk_core.next_delivery(v_caller.salon_id, p_targets, v_now);
        exit when v_delivery.id is null;
        select e.* into v_event
        from schnittwerk_core.published e
        where e.salon_id = v_caller.salon_id and e.id = v_delivery.event_id
          and e.occurred_at = v_delivery.occurred_at;
        v_message := null;
        v_skip_reason := null;
        v_quiet_until := null;
        begin
          if v_delivery.channel <> 'webhook' then
            select m.message, m.skip_reason into v_message, v_skip_reason
            from schnittwerk_core.customer_message(v_event, v_delivery) m;
            select schnittwerk_core.quiet_until(s, v_now) into v_quiet_until
            from schnittwerk_core.salon s
            where s.id = v_caller.salon_id;
          end if;
        exception when data_exception then
          -- The relay parks this delivery, so that it does not block later ones. The text of the
          -- error may quote personal data.
          v_fault := format('the message cannot be composed: SQLSTATE %s', sqlstate);
        end;
        if v_fault is not null or v_skip_reason is null and v_quiet_until is null then
          v_answer := schnittwerk_core.delivery_json(v_delivery) || jsonb_build_object(
            'event', schnittwerk_core.event_json(v_event),
            'message', case when v_fault is null then v_message end,
            'fault', v_fault);
          exit;
        end if;
        update schnittwerk_core.event_delivery d
        set
          status = case when v_skip_reason is null then 'pending' else 'skipped' end,
          reason = v_skip_reason,
          next_attempt_at = coalesce(v_quiet_until, d.next_attempt_at)
        where d.salon_id = v_delivery.salon_id and d.id = v_delivery.id;
      end loop;
      if v_answer -> 'message' <> 'null' then
        perform schnittwerk_core.log_personal_read(
          v_caller, 'claim_delivery', 1, (v_answer #>> '{message,customer,id}')::uuid);
      end if;
      v_caller.answer := schnittwerk_core.success('delivery', v_answer);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.claim_delivery(text[], uuid) is
  'Engine of schnittwerk.claim_delivery.';

revoke execute on function schnittwerk_core.claim_delivery from public;
grant execute on function schnittwerk_core.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.claim_delivery(p_targets text[], p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.claim_delivery(p_targets, p_salon_id);

comment on function schnittwerk.claim_delivery(text[], uuid) is
  'Takes the next delivery that is due for one of p_targets and locks it until the transaction ends. Call end_delivery in the same transaction. Answers {"delivery"}, null if none is due: its columns, "event", "message" and "fault". message is for customers: template, language, customer, salon, service, staff, local_times (the event''s times in the salon''s zone) and visit. visit is null, or the visit as it is now, with id, sequence, status, price, appointments and cancelled (the items that the event cancelled). fault says, without personal data, why no message can be composed: end such a delivery as refused. A delivery in quiet hours waits until they end. A delivery that the customer has not agreed to, or that is outdated, is skipped. For the service. p_targets: at most 1000 names of at most 100 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.claim_delivery from public;
grant execute on function schnittwerk.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
