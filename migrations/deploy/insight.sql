-- Deploy schnittwerk:insight to pg

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/insight/refusal.sql
-- No references: a refusal may be of a call that names no salon that there is, and tells nothing
-- but that it was refused.
create table schnittwerk_core.refusal (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  operation_type text not null,
  code text not null,
  caller text not null,
  role text,
  correlation_id text not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint refusal_pkey primary key (salon_id, created_at, id)
) partition by range (created_at);

alter table schnittwerk_core.refusal enable row level security;

create policy refusal_is_read_by_monitoring
on schnittwerk_core.refusal for select to schnittwerk_service using (true);

comment on table schnittwerk_core.refusal is
  'Every refusal of a write that is not stored under an idempotency key, to be counted: rows are added by log_write and removed by purge_operations only, and hold nothing of the arguments.';
comment on column schnittwerk_core.refusal.salon_id is 'The salon; all zeros where the call named none that there is.';
comment on column schnittwerk_core.refusal.id is 'Identifies the refusal within the salon.';
comment on column schnittwerk_core.refusal.operation_type is 'What was asked for: as in booking_operations, else the name of the API''s function.';
comment on column schnittwerk_core.refusal.code is 'Why it was refused.';
comment on column schnittwerk_core.refusal.caller is 'Who asked: a user''s id, service or anonymous.';
comment on column schnittwerk_core.refusal.role is 'Their role in the salon, service, or null.';
comment on column schnittwerk_core.refusal.correlation_id is 'Ties the refusal to the client''s logs.';
comment on column schnittwerk_core.refusal.created_at is 'When.';
comment on policy refusal_is_read_by_monitoring on schnittwerk_core.refusal is
  'The service, and who is granted its role to monitor, sees all salons'' rows.';

select schnittwerk_core.make_partition('refusal');
-- end include

-- include: sql/insight/booking_operations_are_monitored.sql
-- Columns, not the table: keys, answers and notes are nothing that monitoring needs.
grant usage on schema schnittwerk_core to schnittwerk_service;
grant select (
  salon_id, id, operation_type, status, code, error_message, appointment_id, starts_at,
  correlation_id, replay_count, created_at, updated_at
) on schnittwerk_core.booking_operations to schnittwerk_service;
grant select on schnittwerk_core.refusal to schnittwerk_service;

create policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations for select to schnittwerk_service using (true);

comment on policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations is
  'The service, and who is granted its role to monitor, sees all salons'' rows.';
-- end include

-- include: sql/insight/log_write.sql
create function schnittwerk_core.log_write(
  p_operation_type text, p_salon_id uuid, p_answer jsonb
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_refusal constant boolean :=
    p_answer ->> 'success' = 'false' and p_answer ->> 'operation_id' is null;
  -- set by the write itself, but for a replay, which does not count whoever made it
  v_is_of_service constant boolean :=
    coalesce(schnittwerk_core.actor() ->> 'role' = 'service', false);
  v_identity record;
  v_salon_id uuid;
  v_role text;
  v_duration interval;
  v_appointment_id text := p_answer #>> '{appointment,id}';
  v_answer jsonb := p_answer;
begin
  -- what the transaction changes after this is not the API's doing
  perform schnittwerk_core.act_as(null);
  -- The service's writes are not counted, and most salons log nothing: that is found out before
  -- anything that takes longer.
  if not v_is_refusal and v_is_of_service and not exists (
    select from schnittwerk_core.booking_policies p
    where p.policy_key = 'log_operations' and p.policy_value = 'true' and p.is_active
  ) then
    return p_answer;
  end if;

  select i.* into v_identity from schnittwerk_core.identify() i;
  select s.id into v_salon_id
  from schnittwerk_core.salon s
  where s.id = coalesce(
    p_salon_id, v_identity.claimed_salon_id, schnittwerk_core.only_salon_id());
  -- PostgREST answers GET in a transaction that may not write
  if current_setting('transaction_read_only') = 'off' then
    select coalesce(min(p.role), nullif(v_identity.kind, 'user')) into v_role
    from schnittwerk_core.profiles p
    where p.salon_id = v_salon_id and p.id = v_identity.user_id and p.is_active;
    if v_is_refusal then
      insert into schnittwerk_core.refusal (
        salon_id, operation_type, code, caller, role, correlation_id
      )
      values (
        coalesce(v_salon_id, '00000000-0000-0000-0000-000000000000'),
        p_operation_type, p_answer ->> 'code',
        coalesce(v_identity.user_id::text, v_identity.kind),
        nullif(v_role, 'anonymous'), p_answer ->> 'correlation_id'
      );
    end if;
    if v_identity.kind = 'user' and v_salon_id is not null then
      v_answer := schnittwerk_core.count_call(
        p_operation_type, v_salon_id, v_identity.user_id, v_role, p_answer);
    end if;
  end if;

  if schnittwerk_core.policy_value(v_salon_id, 'log_operations') = 'true' then
    if p_answer ->> 'replayed' = 'false' then
      select o.updated_at - o.created_at, o.appointment_id
      into v_duration, v_appointment_id
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_salon_id and o.id = (p_answer ->> 'operation_id')::uuid;
    end if;
    v_duration := coalesce(v_duration, clock_timestamp() - schnittwerk_core.clock());
    raise log '%', jsonb_build_object(
      'message', case
        when p_answer ->> 'success' = 'false' then 'Booking operation refused'
        when p_answer ->> 'replayed' = 'true' then 'Booking operation replayed'
        else 'Booking operation completed' end,
      'correlationId', p_answer ->> 'correlation_id',
      'salonId', v_salon_id,
      'userId', v_identity.user_id,
      'appointmentId', v_appointment_id,
      'operation', p_operation_type,
      'operationId', p_answer ->> 'operation_id',
      'duration', round((1000 * extract(epoch from v_duration))::numeric, 1),
      'status', (p_answer ->> 'http_status')::int,
      'code', p_answer ->> 'code',
      'replayed', p_answer ->> 'replayed' = 'true'
    );
  end if;
  return v_answer;
end
$$;

comment on function schnittwerk_core.log_write(text, uuid, jsonb) is
  'Hands a write''s answer on, as the API''s functions return it: a refusal that no idempotency key stores goes to the refusal log, a signed-in caller''s write is counted for the rate limits (count_call), and under the policy log_operations the write is one line of JSON in the server''s log. duration: milliseconds, of a keyed write those of its operation, else since the client''s statement began.';

revoke execute on function schnittwerk_core.log_write from public;
grant execute on function schnittwerk_core.log_write
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/insight/booking_metrics.sql
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
  v_waitlist jsonb;
  v_slots record;
begin
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.instant_range_faults(p_from, p_to, 400));

  select
    coalesce(sum(t.completed) filter (where t.operation_type = 'create'), 0) as succeeded,
    coalesce(sum(t.completed + t.failed + t.refused)
      filter (where t.operation_type = 'create'), 0) as attempts,
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
        -- another attempt of the same request, which counts by itself
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
-- end include

-- include: sql/insight/delete_operations.sql
create function schnittwerk_core.delete_operations(p_salon_id uuid, p_older_than_days int)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- rows are looked up by their keys: a join of so many would read the whole table
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_before constant timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_salon_ids constant uuid[] :=
    array[p_salon_id, '00000000-0000-0000-0000-000000000000'];
  v_operations bigint;
  v_refusals bigint;
begin
  -- what somebody holds at this moment is left for the next time: so nobody waits for a purge
  with gone as (
    delete from schnittwerk_core.booking_operations o
    where o.salon_id = p_salon_id and o.id = any (array(
      select old.id
      from schnittwerk_core.booking_operations old
      where old.salon_id = p_salon_id and old.created_at < v_before
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_operations from gone;

  with old as materialized (
    select r.salon_id, r.created_at, r.id
    from schnittwerk_core.refusal r
    where r.salon_id = any (v_salon_ids) and r.created_at < v_before
    limit 10000
    for update skip locked
  ), gone as (
    delete from schnittwerk_core.refusal r
    using old
    where r.salon_id = old.salon_id and r.created_at = old.created_at and r.id = old.id
    returning 1
  )
  select count(*) into v_refusals from gone;
  return jsonb_build_object('operations', v_operations, 'refusals', v_refusals);
end
$$;

comment on function schnittwerk_core.delete_operations(uuid, int) is
  'Deletes a salon''s operations and refusals that are older than so many days, at most 10000 of each, and says how many: {"operations", "refusals"}. Refusals of no salon go with any salon''s.';

revoke execute on function schnittwerk_core.delete_operations from public;
-- end include

-- include: sql/insight/purge_operations.sql
create function schnittwerk_core.purge_operations(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_before timestamptz;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    -- a caller may count on its key for 30 days
    schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 30, 3650),
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  if not p_is_dry_run then
    return schnittwerk_core.success('purged',
      schnittwerk_core.delete_operations(v_caller.salon_id, p_older_than_days));
  end if;
  v_before := schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  return schnittwerk_core.success('purged', jsonb_build_object(
    'operations', (
      select count(*) from schnittwerk_core.booking_operations o
      where o.salon_id = v_caller.salon_id and o.created_at < v_before
    ),
    'refusals', (
      select count(*) from schnittwerk_core.refusal r
      where r.salon_id in (v_caller.salon_id, '00000000-0000-0000-0000-000000000000')
        and r.created_at < v_before
    )
  ));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.purge_operations(int, boolean, uuid) is
  'Engine of schnittwerk.purge_operations.';

revoke execute on function schnittwerk_core.purge_operations from public;
grant execute on function schnittwerk_core.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/insight/keep_open_time.sql
create function schnittwerk_core.keep_open_time(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_changed constant tstzmultirange := schnittwerk_core.keep_zone(p_salon_id);
  v_stranded text[];
begin
  if not isempty(v_changed) then
    -- What lies outside open time by the new rules did so by the old ones too, unless local clocks
    -- showed something else then.
    v_stranded := array(
      select s.stranded
      from unnest(schnittwerk_core.lock_open_time(p_salon_id)) s (stranded)
      join schnittwerk_core.appointments a
        on a.salon_id = p_salon_id and a.id = split_part(s.stranded, ' ', 1)::uuid
      where not v_changed && tstzrange(a.starts_at, a.ends_at)
    );
    update schnittwerk_core.salon_state z
    set calendar_version = z.calendar_version + 1
    where z.salon_id = p_salon_id;
    return schnittwerk_core.affected_appointments(p_salon_id, null, v_stranded);
  end if;
  -- what can be booked reaches a day further every day
  perform schnittwerk_core.keep_weeks(p_salon_id);
  return jsonb '{"affected_appointments": []}';
end
$$;

comment on function schnittwerk_core.keep_open_time(uuid) is
  'Keeps the weeks of a salon''s calendar in step with time and with the server''s rules for its time zone. Returns {"affected_appointments": […]}: those that a change of the rules has moved out of open time.';

revoke execute on function schnittwerk_core.keep_open_time from public;
-- end include

-- include: sql/insight/maintain.sql
create function schnittwerk_core.maintain(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_affected jsonb;
  v_partitions jsonb;
  v_claims bigint;
  v_holds bigint;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.begin_write(v_caller);
  v_affected := schnittwerk_core.keep_open_time(v_caller.salon_id);
  -- before the rest, while nothing is held here that a booking waits for
  v_partitions := schnittwerk_core.keep_partitions();
  -- Rows that a booking holds are passed over: it may be waiting for others of these.
  with old as materialized (
    select o.claim_id, o.resource_id, o.expires_at is not null as is_hold
    from schnittwerk_core.occupancy o
    where o.salon_id = v_caller.salon_id and (
      o.expires_at <= schnittwerk_core.clock()
      or o.during << tstzrange(schnittwerk_core.clock() - interval '24 hours', null)
    )
    limit 10000
    for update skip locked
  ), gone as (
    delete from schnittwerk_core.occupancy o
    using old
    where o.salon_id = v_caller.salon_id
      and o.claim_id = old.claim_id and o.resource_id = old.resource_id
    returning old.is_hold
  )
  select count(*) filter (where not g.is_hold), count(*) filter (where g.is_hold)
  into v_claims, v_holds
  from gone g;
  delete from schnittwerk_core.rate_usage u
  where u.salon_id = v_caller.salon_id and (u.user_id, u.kind) in (
    select old.user_id, old.kind
    from schnittwerk_core.rate_usage old
    where old.salon_id = v_caller.salon_id
      and cardinality(schnittwerk_core.recent_calls(old.calls)) = 0
    for update skip locked
  );
  return schnittwerk_core.success('maintained',
    schnittwerk_core.delete_operations(
      v_caller.salon_id,
      schnittwerk_core.policy_value(v_caller.salon_id, 'retention_operations_days')::int)
      || jsonb_build_object('claims', v_claims, 'holds', v_holds) || v_partitions,
    200, v_affected);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.maintain(uuid) is 'Engine of schnittwerk.maintain.';

revoke execute on function schnittwerk_core.maintain from public;
grant execute on function schnittwerk_core.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
