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

create function schnittwerk_core.judge_start(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_id uuid default null,
  p_moved schnittwerk_core.appointments default null
)
returns schnittwerk_core.verdict[]
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
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return array(
    select row(
      j.staff_id, p_starts_at, j.ends_at, j.duration_minutes, j.price,
      j.buffer_before_minutes, j.buffer_after_minutes,
      array_remove(array[
        case when not j.is_offered then 'service_not_offered' end,
        case when p_ends_at <= p_starts_at then 'invalid_times' end,
        case when p_ends_at <> j.ends_at then 'duration_mismatch' end,
        case when p_expected_price <> j.price then 'price_mismatch' end
      ] || schnittwerk_core.timing_failures(
        p_salon_id, j.time_zone,
        schnittwerk_core.earliest_start(v_now, j.policies),
        schnittwerk_core.latest_start(
          v_now, schnittwerk_core.limit_days(j.max_advance_booking_days, j.policies)),
        j.hours, j.closures, p_starts_at, j.ends_at
      ) || array[
        case when (j.policies -> 'require_slot_grid')::boolean
          and j.open @> p_starts_at
          and p_starts_at <> date_bin(
            make_interval(mins => j.slot_interval_minutes), p_starts_at,
            j.grid_origins[width_bucket(p_starts_at, j.grid_origins)])
          then 'off_grid' end,
        case when not j.working @> tstzrange(p_starts_at, j.ends_at)
          then 'staff_unavailable' end,
        case when exists (
          select from schnittwerk_core.occupancy o
          where o.salon_id = p_salon_id and o.resource_id = j.staff_id
            and o.during && schnittwerk_core.buffered_range(
              p_starts_at, j.ends_at, j.buffer_before_minutes, j.buffer_after_minutes)
            and (o.expires_at is null or o.expires_at > v_now)
            and o.claim_id is distinct from p_exclude_claim_id
        ) then 'slot_conflict' end
      ], null)
    )::schnittwerk_core.verdict
    from (
      select
        t.staff_id, t.is_offered, t.duration_minutes, t.price, t.buffer_before_minutes,
        t.buffer_after_minutes,
        p_starts_at + coalesce(
          p_moved.ends_at - p_moved.starts_at, make_interval(mins => t.duration_minutes)
        ) as ends_at,
        s.time_zone, s.max_advance_booking_days, s.slot_interval_minutes, z.policies,
        coalesce(k.hours, (c.salon_week).hours) as hours,
        coalesce(k.closures, (c.salon_week).closures) as closures,
        coalesce(w.working, (c.staff_week).working) as working,
        coalesce(w.open, (c.staff_week).open) as open,
        coalesce(w.grid_origins, (c.staff_week).grid_origins) as grid_origins
      from schnittwerk_core.salon s
      join schnittwerk_core.salon_state z on z.salon_id = s.id
      cross join lateral schnittwerk_core.service_terms(
        p_salon_id, p_service_id, p_staff_ids, z.policies, s.buffer_time_minutes, p_moved
      ) t
      cross join lateral (
        select schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date) as monday
      ) d
      -- the weeks as they are kept, else as they are computed
      left join schnittwerk_core.salon_week k
        on k.salon_id = p_salon_id and k.week = d.monday and k.version = z.calendar_version
        and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
      left join schnittwerk_core.staff_week w
        on w.salon_id = p_salon_id and w.staff_id = t.staff_id and w.week = k.week
        and w.salon_version = k.version and w.staff_version = t.calendar_version
      left join lateral (
        select
          x.salon_week, schnittwerk_core.compute_staff_week(x.salon_week, t.staff_id) as staff_week
        from (
          select schnittwerk_core.compute_salon_week(p_salon_id, d.monday) as salon_week
          where w.salon_id is null
          offset 0
        ) x
        offset 0
      ) c on true
      where s.id = p_salon_id
      -- what several rules ask for is worked out once
      offset 0
    ) j
  );
end
$$;

comment on function schnittwerk_core.judge_start(uuid, uuid, uuid[], timestamptz, timestamptz, numeric, uuid, schnittwerk_core.appointments) is
  'Every booking rule for a start, with each of the staff, read by one statement: the one predicate behind booking, validating and explaining. p_ends_at and p_expected_price are compared where given; the claim p_exclude_claim_id (an appointment, or a waitlist entry that holds the time) does not count; p_moved as for service_terms. Unknown staff have no verdict; of an unknown service nobody has.';

revoke execute on function schnittwerk_core.judge_start from public;
