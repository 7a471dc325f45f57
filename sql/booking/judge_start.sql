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
begin
  return array(
    select row(
      t.staff_id, p_starts_at, e.ends_at, t.duration_minutes, t.price,
      b.before_minutes, b.after_minutes,
      array_remove(array[
        case when not t.is_offered then 'service_not_offered' end,
        case when p_ends_at <= p_starts_at then 'invalid_times' end,
        case when p_ends_at <> e.ends_at then 'duration_mismatch' end,
        case when p_expected_price <> t.price then 'price_mismatch' end
      ] || schnittwerk_core.timing_failures(c.calendar, p_starts_at, e.ends_at)
      || array[
        case when (c.policies -> 'require_slot_grid')::boolean
          and k.open @> p_starts_at
          and p_starts_at <> date_bin(
            make_interval(mins => c.slot_interval_minutes), p_starts_at,
            k.grid_origins[width_bucket(p_starts_at, k.grid_origins)])
          then 'off_grid' end,
        case when not k.working @> tstzrange(p_starts_at, e.ends_at)
          then 'staff_unavailable' end,
        case when exists (
          select from schnittwerk_core.occupancy o
          where o.salon_id = p_salon_id and o.resource_id = t.staff_id
            and o.during && schnittwerk_core.buffered_range(
              p_starts_at, e.ends_at, b.before_minutes, b.after_minutes)
            and (o.expires_at is null or o.expires_at > c.now)
            and o.claim_id is distinct from p_exclude_claim_id
        ) then 'slot_conflict' end
      ], null)
    )::schnittwerk_core.verdict
    from (
      select
        n.now, z.policies, s.buffer_time_minutes, s.slot_interval_minutes, d.week, k.version,
        x.computed_week,
        row(
          s.id, s.time_zone, k.version, n.now, d.week, d.week,
          coalesce(k.hours, (x.computed_week).hours),
          coalesce(k.closures, (x.computed_week).closures),
          null, l.limit_days,
          schnittwerk_core.earliest_start(n.now, z.policies),
          schnittwerk_core.latest_start(n.now, l.limit_days),
          s.buffer_time_minutes, s.slot_interval_minutes
        )::schnittwerk_core.salon_calendar as calendar
      from schnittwerk_core.salon s
      join schnittwerk_core.salon_state z on z.salon_id = s.id
      cross join lateral (select schnittwerk_core.clock() as now offset 0) n
      cross join lateral (
        select schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies) as limit_days
      ) l
      cross join lateral (
        select schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date) as week
      ) d
      left join schnittwerk_core.salon_week k
        on k.salon_id = p_salon_id and k.week = d.week and k.version = z.calendar_version
        and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
      cross join lateral (
        select case when k.salon_id is null
          then schnittwerk_core.compute_salon_week(p_salon_id, d.week) end as computed_week
        offset 0
      ) x
      where s.id = p_salon_id
      offset 0
    ) c
    cross join lateral schnittwerk_core.service_terms(
      p_salon_id, p_service_id, p_staff_ids, c.policies, c.buffer_time_minutes
    ) t
    left join schnittwerk_core.staff_week w
      on w.salon_id = p_salon_id and w.staff_id = t.staff_id and w.week = c.week
      and w.salon_version = c.version and w.staff_version = t.calendar_version
    cross join lateral (
      select case when w.salon_id is null then schnittwerk_core.compute_staff_week(
        coalesce(c.computed_week, schnittwerk_core.compute_salon_week(p_salon_id, c.week)),
        t.staff_id
      ) end as week
      offset 0
    ) y
    cross join lateral (
      select
        coalesce(w.working, (y.week).working) as working,
        coalesce(w.open, (y.week).open) as open,
        coalesce(w.grid_origins, (y.week).grid_origins) as grid_origins
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
    ) b
  );
end
$$;

comment on function schnittwerk_core.judge_start(uuid, uuid, uuid[], timestamptz, timestamptz, numeric, uuid, schnittwerk_core.appointments) is
  'Every booking rule for a start, with each of the staff, read by one statement: the one predicate behind booking, validating and explaining. p_ends_at and p_expected_price are compared where given; the claim p_exclude_claim_id (an appointment, or a waitlist entry that holds the time) does not count; p_moved keeps its length and buffers. Unknown staff have no verdict; of an unknown service nobody has.';

revoke execute on function schnittwerk_core.judge_start from public;
