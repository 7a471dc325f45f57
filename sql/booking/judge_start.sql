create type schnittwerk_core.verdict as (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  steps schnittwerk_core.step[],
  units schnittwerk_core.unit_use[],
  failures text[],
  price_details jsonb,
  promotion_id uuid,
  promotions_to_lock uuid[]
);

comment on type schnittwerk_core.verdict is
  'What the rules say about an appointment with one member of staff: its terms, the units that it would use (resource_id is null if a pool has too few), and the codes of all rules that it fails, in no order. In a salon with price rules also how its price came about (price_json), the promotion that it uses, and the promotions to lock before that is certain (null = none).';

create function schnittwerk_core.judge_start(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved schnittwerk_core.appointments default null,
  p_customer_id uuid default null,
  p_visit_id uuid default null,
  p_is_held boolean default false,
  p_takes_promotions boolean default false,
  p_promotion_code text default null
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Forces one plan, whatever the statistics say: index look-ups.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  -- Another service has its own terms.
  v_kept constant schnittwerk_core.appointments :=
    case when p_moved.service_id = p_service_id then p_moved end;
  v_verdicts schnittwerk_core.verdict[];
  v_has_price_rules boolean;
begin
  select
    array_agg(row(
      j.staff_id, p_starts_at, j.ends_at, j.price, j.buffer_before_minutes,
      j.buffer_after_minutes, j.steps, j.units,
      array_remove(array[
        case when not j.is_offered then 'service_not_offered' end,
        case when p_ends_at <= p_starts_at then 'invalid_times' end,
        case when p_ends_at <> j.ends_at then 'duration_mismatch' end,
        case when p_expected_price <> j.price and not j.has_price_rules then 'price_mismatch' end,
        case when j.units is not null and schnittwerk_core.lacks_units(j.units)
          then 'resource_unavailable' end,
        -- Claims on one resource never overlap: the first that ends later also starts first.
        case
          when j.steps is not null then case when not schnittwerk_core.is_free(
            p_salon_id, j.staff_id, p_starts_at, j.ends_at, j.buffer_before_minutes,
            j.buffer_after_minutes, j.steps, null, p_exclude_claim_ids
          ) then 'slot_conflict' end
          when (
            select o.starts_at
            from schnittwerk_core.occupancy o
            where o.salon_id = p_salon_id and o.resource_id = j.staff_id
              and o.ends_at > p_starts_at - make_interval(mins => j.buffer_before_minutes)
              and (o.expires_at is null or o.expires_at > v_now)
              and o.claim_id <> all (p_exclude_claim_ids)
            order by o.ends_at
            limit 1
          ) < j.ends_at + make_interval(mins => j.buffer_after_minutes) then 'slot_conflict'
        end,
        -- One read for all staff: no appointment lasts longer.
        case when (j.policies -> 'prevent_customer_overlap')::boolean and (
          select b.starts_at
          from schnittwerk_core.busy_with(
            p_salon_id, p_customer_id, p_starts_at, p_starts_at + interval '72 hours',
            p_exclude_claim_ids, p_visit_id) b
          order by b.starts_at
          limit 1
        ) < j.ends_at then 'customer_busy' end
      ] || case when not p_is_held then schnittwerk_core.lead_time_failures(
        schnittwerk_core.earliest_start(v_now, j.policies),
        schnittwerk_core.latest_start(
          v_now, schnittwerk_core.limit_days(j.max_advance_booking_days, j.policies)),
        p_starts_at
      ) end, null)
      -- Inside open time no rule of the calendar fails. Otherwise a function finds those that do.
      || case when j.open @> tstzrange(p_starts_at, j.ends_at) and not j.is_grid_required
        then '{}'
        else schnittwerk_core.calendar_failures(
          p_salon_id, j.staff_id, j.time_zone, j.hours, j.closures, j.working, j.open,
          j.grid_origins, case when j.is_grid_required then j.slot_interval_minutes end,
          p_starts_at, j.ends_at)
      end,
      null, null, null
    )::schnittwerk_core.verdict),
    bool_or(j.has_price_rules)
  into v_verdicts, v_has_price_rules
  from (
    select
      t.staff_id, t.is_offered, p_starts_at + t.duration as ends_at, t.price,
      t.buffer_before_minutes, t.buffer_after_minutes, t.steps,
      case when t.needs is not null then schnittwerk_core.choose_units(
        p_salon_id, t.needs, p_starts_at, p_starts_at + t.duration, t.buffer_before_minutes,
        t.buffer_after_minutes, p_exclude_claim_ids,
        schnittwerk_core.claimed_resources(p_moved)
      ) end as units,
      s.time_zone, s.max_advance_booking_days, s.slot_interval_minutes, z.policies,
      z.has_price_rules and v_kept.staff_id is null as has_price_rules,
      (z.policies -> 'require_slot_grid')::boolean as is_grid_required,
      k.hours, k.closures, w.working, w.open, w.grid_origins
    from schnittwerk_core.salon s
    join schnittwerk_core.salon_state z on z.salon_id = s.id
    cross join lateral schnittwerk_core.service_terms(
      p_salon_id, p_service_id, p_staff_ids, z.policies, s.buffer_time_minutes, v_kept
    ) t
    left join schnittwerk_core.salon_week k
      on k.salon_id = p_salon_id
      and k.week = schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)
      and k.version = z.calendar_version
      and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
    left join schnittwerk_core.staff_week w
      on w.salon_id = p_salon_id and w.staff_id = t.staff_id and w.week = k.week
      and w.salon_version = k.version and w.staff_version = t.calendar_version
    where s.id = p_salon_id
    -- offset 0 computes once what several rules use.
    offset 0
  ) j;
  if not p_is_held and (v_has_price_rules or p_promotion_code is not null) then
    v_verdicts := schnittwerk_core.price_verdicts(
      v_verdicts, p_salon_id, p_service_id, p_starts_at, p_expected_price, p_exclude_claim_ids,
      p_customer_id, p_takes_promotions, p_promotion_code, p_moved.promotion_id);
  end if;
  return coalesce(v_verdicts, '{}');
end
$$;

comment on function schnittwerk_core.judge_start(uuid, uuid, uuid[], timestamptz, timestamptz, numeric, uuid[], schnittwerk_core.appointments, uuid, uuid, boolean, boolean, text) is
  'Judges every booking rule for a start, with each member of staff, in one statement. Booking, validating and explaining all use it. p_ends_at, p_expected_price: compared if given. p_exclude_claim_ids: claims that do not count (an appointment, a hold, or a waitlist entry with an offer). p_moved: the appointment that is moved; it keeps its terms unless its service changes. p_customer_id: whose other appointments must not overlap, except those of the visit p_visit_id; null means nobody''s. p_is_held: notice and horizon were judged when the slot was held, and the price is that of the hold. p_takes_promotions: whether promotions with a code or limited uses may apply. p_promotion_code: the code as given. Unknown staff get no verdict; for an unknown service nobody gets one.';

revoke execute on function schnittwerk_core.judge_start from public;
