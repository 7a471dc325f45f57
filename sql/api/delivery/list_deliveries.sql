create function schnittwerk_core.list_deliveries(p_status text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- Reads each status from its index, newest first, however many rows there are.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_status',
      coalesce(not p_status in ('pending', 'delivered', 'parked', 'skipped'), false),
      'unknown_status', 'p_status must be pending, delivered, parked or skipped'),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  );
  return query
  select
    d.id, d.event_id, e.type, d.subject_id, d.target, d.channel, d.status, d.reason, d.attempts,
    d.next_attempt_at, d.last_error, d.created_at
  from (
    select l.*
    from unnest(case when p_status is null
      then '{pending,delivered,parked,skipped}'::text[] else array[p_status] end) s (status)
    cross join lateral (
      select o.*
      from schnittwerk_core.event_delivery o
      where o.salon_id = v_caller.salon_id and o.status = s.status
      order by o.created_at desc, o.event_number desc, o.target
      limit p_limit
    ) l
    order by l.created_at desc, l.event_number desc, l.target
    limit p_limit
  ) d
  join schnittwerk_core.published e
    on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
  order by d.created_at desc, d.event_number desc, d.target;
  get diagnostics v_count = row_count;
  -- A mail server's error may quote an address.
  perform schnittwerk_core.log_personal_read(v_caller, 'list_deliveries', v_count);
end
$$;

comment on function schnittwerk_core.list_deliveries(text, int, uuid) is
  'Engine of schnittwerk.list_deliveries.';

revoke execute on function schnittwerk_core.list_deliveries from public;
grant execute on function schnittwerk_core.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_deliveries(
  p_status text default null, p_limit int default 100, p_salon_id uuid default null
)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language sql
stable
begin atomic
  select
    r.id, r.event_id, r.event_type, r.subject_id, r.target, r.channel, r.status, r.reason,
    r.attempts, r.next_attempt_at, r.last_error, r.created_at
  from schnittwerk_core.list_deliveries(p_status, p_limit, p_salon_id) r;
end;

comment on function schnittwerk.list_deliveries(text, int, uuid) is
  'Deliveries of the relay, newest first. For the service. p_status: pending, delivered, parked or skipped; null means all. p_limit: 1 to 10000 rows. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.list_deliveries from public;
grant execute on function schnittwerk.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
