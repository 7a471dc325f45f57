create function schnittwerk_core.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
  v_durations jsonb;
  v_totals record;
  v_codes record;
  v_holds jsonb;
  v_fees jsonb;
  v_prices jsonb;
  v_waitlist jsonb;
  v_slots record;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.instant_range_faults(p_from, p_to, 400));

  select
    coalesce(sum(t.completed) filter (where t.operation_type in ('create', 'create_visit')), 0)
      as succeeded,
    coalesce(sum(t.completed + t.failed + t.refused)
      filter (where t.operation_type in ('create', 'create_visit')), 0) as attempts,
    coalesce(sum(t.replayed), 0) as key_replays,
    coalesce(jsonb_object_agg(t.operation_type, jsonb_build_object(
      'completed', t.completed, 'failed', t.failed, 'refused', t.refused
    )), '{}') as operations
  into v_totals
  from (
    select
      w.operation_type,
      count(*) filter (where w.outcome = 'completed') as completed,
      count(*) filter (where w.outcome = 'failed') as failed,
      count(*) filter (where w.outcome = 'refused') as refused,
      sum(w.replay_count) as replayed
    from (
      select o.operation_type, o.status as outcome, o.replay_count
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
      union all
      select r.operation_type, 'refused', 0
      from schnittwerk_core.refusal r
      where r.salon_id = v_caller.salon_id and r.created_at >= p_from and r.created_at < p_to
        -- The first attempt of the same request counts.
        and r.code not in ('idempotency_key_reused', 'request_in_flight')
    ) w
    group by w.operation_type
  ) t;

  select
    coalesce(jsonb_object_agg(c.code, c.n), '{}') as refusals,
    coalesce(jsonb_agg(
      jsonb_build_object('code', c.code, 'count', c.n) order by c.n desc, e.rank
    ) filter (where e.is_rule and c.code <> 'slot_conflict'), '[]') as violations
  into v_codes
  from (
    select w.code, count(*) as n
    from (
      select o.code
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
        and o.status = 'failed'
      union all
      select r.code
      from schnittwerk_core.refusal r
      where r.salon_id = v_caller.salon_id and r.created_at >= p_from and r.created_at < p_to
    ) w
    group by w.code
  ) c
  join schnittwerk_core.error_code e on e.code = c.code;

  select jsonb_build_object(
    'average', round(avg(d.ms)::numeric, 1),
    'p50', round((percentile_cont(0.5) within group (order by d.ms))::numeric, 1),
    'p95', round((percentile_cont(0.95) within group (order by d.ms))::numeric, 1),
    'p99', round((percentile_cont(0.99) within group (order by d.ms))::numeric, 1)
  ) into v_durations
  from (
    select 1000 * extract(epoch from o.updated_at - o.created_at)::float8 as ms
    from schnittwerk_core.booking_operations o
    where o.salon_id = v_caller.salon_id and o.created_at >= p_from and o.created_at < p_to
  ) d;

  select jsonb_build_object(
    'joined', (
      select count(*) from schnittwerk_core.waitlist w
      where w.salon_id = v_caller.salon_id and w.created_at >= p_from and w.created_at < p_to
    ),
    'ended', count(*),
    'booked', count(*) filter (where w.status = 'booked'),
    'offers', (
      select jsonb_build_object(
        'made', count(*),
        'accepted', count(*) filter (where f.status = 'accepted'),
        'declined', count(*) filter (where f.status = 'declined'),
        'expired', count(*) filter (where f.status = 'expired'
          or f.status = 'open' and f.expires_at <= schnittwerk_core.clock())
      )
      from schnittwerk_core.waitlist_offer f
      where f.salon_id = v_caller.salon_id and f.created_at >= p_from and f.created_at < p_to
    )
  ) into v_waitlist
  from schnittwerk_core.waitlist w
  where w.salon_id = v_caller.salon_id
    and w.status in ('booked', 'cancelled', 'expired')
    and w.updated_at >= p_from and w.updated_at < p_to;

  select jsonb_build_object(
    'made', count(*),
    'used', count(*) filter (where h.status = 'used'),
    'released', count(*) filter (where h.status = 'released'),
    'lapsed', count(*) filter (where h.status = 'lapsed'
      or h.status = 'open' and h.expires_at <= schnittwerk_core.clock())
  ) into v_holds
  from schnittwerk_core.hold h
  where h.salon_id = v_caller.salon_id and h.created_at >= p_from and h.created_at < p_to;

  select jsonb_object_agg(t.status, jsonb_build_object('count', t.n, 'amount', t.amount))
  into v_fees
  from (
    select s.status, count(f.amount) as n, coalesce(sum(f.amount), 0.00) as amount
    from unnest(array['owed', 'waived', 'withdrawn']) s (status)
    left join schnittwerk_core.fee f
      on f.salon_id = v_caller.salon_id and f.status = s.status
      and f.created_at >= p_from and f.created_at < p_to
    group by s.status
  ) t;

  with booked as materialized (
    select a.id, a.created_at, a.price, a.price_details
    from schnittwerk_core.appointments a
    where a.salon_id = v_caller.salon_id and schnittwerk_core.is_live(a.status)
      and a.created_at >= p_from and a.created_at < p_to
  )
  select jsonb_build_object(
    'bookings', count(*),
    'revenue', coalesce(sum(b.price), 0.00),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'name', r.name, 'kind', r.kind,
        'bookings', r.bookings, 'amount', trim_scale(r.amount)
      ) order by r.amount desc, r.name, r.id), '[]')
      from (
        select
          r.id, r.kind, count(*) as bookings, sum(r.amount) as amount,
          -- A rule may have been renamed since.
          (array_agg(r.name order by d.created_at desc, d.id desc))[1] as name
        from booked d
        cross join lateral jsonb_to_recordset(d.price_details -> 'rules')
          r (id uuid, name text, kind text, amount numeric)
        group by r.id, r.kind
      ) r
    )
  ) into v_prices
  from booked b;

  select
    round((sum(f.total_time) / nullif(sum(f.calls), 0))::numeric, 1) as average_ms,
    case
      when current_setting('track_functions') = 'none' then
        'not measured: the server''s track_functions is none, set it to pl'
      when coalesce(sum(f.calls), 0) = 0 then 'no slots were listed since the statistics began'
    end as reason
  into v_slots
  from pg_catalog.pg_stat_user_functions f
  where f.schemaname = 'schnittwerk_core' and f.funcname = 'find_slots';

  return jsonb_build_object(
    'measured_from', schnittwerk_core.utc_text(p_from),
    'measured_to', schnittwerk_core.utc_text(p_to),
    'attempts', v_totals.attempts,
    'succeeded', v_totals.succeeded,
    'success_rate', round(v_totals.succeeded / nullif(v_totals.attempts, 0), 4),
    'operations', v_totals.operations,
    'refusals', v_codes.refusals,
    'policy_violations', v_codes.violations,
    'conflicts', coalesce((v_codes.refusals ->> 'slot_conflict')::int, 0),
    'key_replays', v_totals.key_replays,
    'keys_in_flight', coalesce((v_codes.refusals ->> 'request_in_flight')::int, 0),
    'keys_reused', coalesce((v_codes.refusals ->> 'idempotency_key_reused')::int, 0),
    'duration_ms', v_durations,
    'slot_generation', jsonb_build_object(
      'average_ms', case when current_setting('track_functions') <> 'none'
        then v_slots.average_ms end,
      'reason', v_slots.reason
    ),
    'holds', v_holds,
    'fees', v_fees,
    'prices', v_prices,
    'waitlist', v_waitlist,
    'waitlist_conversion_rate', round(
      (v_waitlist ->> 'booked')::numeric / nullif((v_waitlist ->> 'ended')::int, 0), 4)
  );
end
$$;

comment on function schnittwerk_core.booking_metrics(timestamptz, timestamptz, uuid) is
  'Engine of schnittwerk.booking_metrics.';

revoke execute on function schnittwerk_core.booking_metrics from public;
grant execute on function schnittwerk_core.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.booking_metrics(p_from, p_to, p_salon_id);

comment on function schnittwerk.booking_metrics(timestamptz, timestamptz, uuid) is
  'Counts what happened in the salon in [p_from, p_to). The sources are booking_operations (writes with a key, by created_at), the refusal log (writes refused before they were stored), appointments, fees, holds and the waitlist. For the salon team. attempts, succeeded, success_rate: booking attempts (create, and create_visit, where a visit is one), successes, and their share from 0 to 1. A retry with the same key is not another attempt. operations: for each type completed, failed (refused by a rule) and refused (before that). refusals: their number by code, over all writes. policy_violations: [{"code", "count"}] of the rules except slot_conflict, most common first. conflicts: refusals with slot_conflict. key_replays: retries that got the stored answer; they count with the first call. keys_in_flight: calls that came while the first with their key was running. keys_reused: calls with other arguments than the first with their key. duration_ms: average, p50, p95 and p99 of writes with a key, from claiming the key to the answer; null if there were none. slot_generation: average_ms of find_slots over the whole database since its statistics began; null, with the reason, if the server''s track_functions is none. holds: holds made in that time, by outcome. fees: fees recorded in that time that are now owed, waived and withdrawn, each {"count", "amount"} in the salon''s currency. prices: {"bookings", "revenue", "rules": [{"id", "name", "kind", "bookings", "amount"}]} of the appointments made in that time that are live (neither cancelled nor a no-show). revenue is the sum of their agreed prices. For each price rule, bookings is how many it applied to, and amount what it added in all, before limits and rounding, greatest first. waitlist: entries that joined, that ended and, of those, that were booked, and the offers made in that time, by outcome. waitlist_conversion_rate: booked / ended, of the entries that ended in that time (booked, cancelled, expired). Rates are null if the divisor is 0. Rows that purge_operations and maintain have deleted do not count. p_from, p_to: at most 400 days apart. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.booking_metrics from public;
grant execute on function schnittwerk.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
