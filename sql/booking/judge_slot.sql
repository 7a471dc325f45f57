create type schnittwerk_core.verdict as (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  failures text[]
);

comment on type schnittwerk_core.verdict is
  'What the rules say to an appointment with one member of staff: its terms, and the codes of all rules that it fails, in order.';

create function schnittwerk_core.judge_slot(
  p_calendar schnittwerk_core.salon_calendar,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_id uuid default null,
  p_moved schnittwerk_core.appointments default null
)
returns setof schnittwerk_core.verdict
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- one plan, whatever is known of the tables: from index to index
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  return query
  select
    t.staff_id, p_starts_at, e.ends_at, t.duration_minutes, t.price,
    b.before_minutes, b.after_minutes,
    array_remove(array[
      case when not t.is_offered then 'service_not_offered' end,
      case when p_ends_at <= p_starts_at then 'invalid_times' end,
      case when p_ends_at <> e.ends_at then 'duration_mismatch' end,
      case when p_expected_price <> t.price then 'price_mismatch' end
    ] || schnittwerk_core.timing_failures(
      p_calendar.salon_id, p_calendar.time_zone, p_calendar.earliest_start,
      p_calendar.latest_start, p_calendar.hours, p_calendar.closures, p_starts_at, e.ends_at)
    || array[
      case when (p_calendar.policies -> 'require_slot_grid')::boolean
        and k.open @> p_starts_at
        and p_starts_at <> date_bin(
          make_interval(mins => p_calendar.slot_interval_minutes), p_starts_at,
          k.grid_origins[width_bucket(p_starts_at, k.grid_origins)])
        then 'off_grid' end,
      case when not k.working @> tstzrange(p_starts_at, e.ends_at)
        then 'staff_unavailable' end,
      case when exists (
        select from schnittwerk_core.occupancy o
        where o.salon_id = p_calendar.salon_id and o.resource_id = t.staff_id
          and o.during && schnittwerk_core.buffered_range(
            p_starts_at, e.ends_at, b.before_minutes, b.after_minutes)
          and (o.expires_at is null or o.expires_at > p_calendar.read_at)
          and o.claim_id is distinct from p_exclude_claim_id
      ) then 'slot_conflict' end
    ], null)
  from schnittwerk_core.service_terms(
    p_calendar.salon_id, p_service_id, p_staff_ids, p_calendar.policies,
    p_calendar.buffer_time_minutes
  ) t
  left join schnittwerk_core.staff_week w
    on w.salon_id = p_calendar.salon_id and w.staff_id = t.staff_id
    and w.week = p_calendar.first_week
    and w.salon_version = p_calendar.version and w.staff_version = t.calendar_version
  cross join lateral (
    select case when w.salon_id is null then schnittwerk_core.compute_staff_week(
      schnittwerk_core.compute_salon_week(p_calendar.salon_id, p_calendar.first_week), t.staff_id
    ) end as week
    offset 0
  ) c
  cross join lateral (
    select
      coalesce(w.working, (c.week).working) as working,
      coalesce(w.open, (c.week).open) as open,
      coalesce(w.grid_origins, (c.week).grid_origins) as grid_origins
  ) k
  cross join lateral (
    select p_starts_at + coalesce(
      p_moved.ends_at - p_moved.starts_at, make_interval(mins => t.duration_minutes)
    ) as ends_at
  ) e
  cross join lateral (
    select
      coalesce(p_moved.buffer_before_minutes, t.buffer_before_minutes) as before_minutes,
      coalesce(p_moved.buffer_after_minutes, t.buffer_after_minutes) as after_minutes
  ) b;
end
$$;

comment on function schnittwerk_core.judge_slot(schnittwerk_core.salon_calendar, uuid, uuid[], timestamptz, timestamptz, numeric, uuid, schnittwerk_core.appointments) is
  'Every booking rule for a start, for each of the staff: the one predicate behind booking, validating and explaining. p_calendar is that of the start (calendar_at); p_ends_at and p_expected_price are compared where given; the claim p_exclude_claim_id (an appointment, or a waitlist entry that holds the time) does not count; p_moved keeps its length and buffers.';

revoke execute on function schnittwerk_core.judge_slot from public;
