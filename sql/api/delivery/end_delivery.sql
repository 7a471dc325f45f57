create function schnittwerk_core.end_delivery(
  p_delivery_id uuid, p_outcome text, p_detail text, p_max_attempts int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'end_delivery', p_salon_id, '{}');
  v_has_failed constant boolean := coalesce(p_outcome in ('failed', 'refused'), false);
  v_delivery schnittwerk_core.event_delivery;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_delivery_id', p_delivery_id is null),
      schnittwerk_core.fault(
        'p_outcome',
        not coalesce(p_outcome in ('delivered', 'failed', 'refused', 'skipped'), false),
        'unknown_outcome', 'p_outcome must be delivered, failed, refused or skipped'),
      schnittwerk_core.text_fault(
        'p_detail', p_detail, 500, v_has_failed or coalesce(p_outcome = 'skipped', false)),
      schnittwerk_core.number_fault('p_max_attempts', p_max_attempts, 1, 1000)
    );
  end if;
  if v_caller.answer is null then
    begin
      update schnittwerk_core.event_delivery as d
      set
        status = case
          when p_outcome = 'refused' then 'parked'
          when p_outcome <> 'failed' then p_outcome
          when d.attempts + 1 >= p_max_attempts then 'parked'
          else 'pending'
        end,
        reason = case when p_outcome = 'skipped' then p_detail end,
        attempts = d.attempts + v_has_failed::int,
        last_error = case when v_has_failed then p_detail end,
        -- 15 to 30 seconds, doubled with every attempt, at most half an hour to an hour. Random, so
        -- that deliveries that failed together are not retried together.
        next_attempt_at = case when p_outcome = 'failed'
          then schnittwerk_core.clock() + make_interval(
            secs => least(3600, 30 * 2 ^ least(d.attempts, 20)) * (0.5 + random() / 2))
          else d.next_attempt_at end
      where d.salon_id = v_caller.salon_id and d.id = p_delivery_id and d.status = 'pending'
      returning d.* into v_delivery;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such pending delivery');
      end if;
      v_caller.answer := schnittwerk_core.success('delivery', schnittwerk_core.delivery_json(v_delivery));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.end_delivery(uuid, text, text, int, uuid) is
  'Engine of schnittwerk.end_delivery.';

revoke execute on function schnittwerk_core.end_delivery from public;
grant execute on function schnittwerk_core.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.end_delivery(
  p_delivery_id uuid,
  p_outcome text,
  p_detail text default null,
  p_max_attempts int default 10,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.end_delivery(p_delivery_id, p_outcome, p_detail, p_max_attempts, p_salon_id);

comment on function schnittwerk.end_delivery(uuid, text, text, int, uuid) is
  'Records the outcome of a delivery. Answers {"delivery"}. For the service. p_outcome: delivered, failed, refused or skipped. A failed delivery is tried again after a pause that doubles each time, from half a minute to an hour. After p_max_attempts it is parked; a refused one is parked at once. p_detail: the error, without personal data, or why the delivery was skipped; at most 500 characters, required unless delivered. p_max_attempts: 1 to 1000. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.end_delivery from public;
grant execute on function schnittwerk.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
