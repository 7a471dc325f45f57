create function schnittwerk_core.choose_staff(
  p_calendar schnittwerk_core.salon_calendar,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_expected_price numeric,
  p_are_rules_waived boolean,
  p_exclude_claim_id uuid default null,
  p_moved schnittwerk_core.appointments default null
)
returns schnittwerk_core.verdict
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_verdicts constant schnittwerk_core.verdict[] := array(
    select j
    from schnittwerk_core.judge_slot(
      p_calendar, p_service_id, p_staff_ids, p_starts_at, p_ends_at, p_expected_price,
      p_exclude_claim_id, p_moved
    ) j
  );
  v_verdict schnittwerk_core.verdict;
begin
  -- who is alone and passes is compared with nobody
  if cardinality(p_staff_ids) = 1 and cardinality(v_verdicts[1].failures) = 0 then
    return v_verdicts[1];
  end if;
  select
    j.staff_id, j.starts_at, j.ends_at, j.duration_minutes, j.price,
    j.buffer_before_minutes, j.buffer_after_minutes, w.failures
  into v_verdict
  from unnest(v_verdicts) j
  cross join lateral (
    select
      coalesce(array_agg(e.code order by e.rank), '{}') as failures,
      min(e.rank) as first_rank
    from schnittwerk_core.error_code e
    where e.code = any (j.failures) and not (e.is_waivable and p_are_rules_waived)
  ) w
  cross join lateral (
    select coalesce(sum(a.ends_at - a.starts_at), interval '0') as booked
    from schnittwerk_core.appointments a
    where w.first_rank is null and cardinality(p_staff_ids) > 1
      and a.salon_id = (p_calendar).salon_id and a.staff_id = j.staff_id
      and schnittwerk_core.is_live(a.status)
      and a.starts_at between p_starts_at - interval '2 days' and p_starts_at + interval '2 days'
      and (a.starts_at at time zone (p_calendar).time_zone)::date
        = (p_starts_at at time zone (p_calendar).time_zone)::date
  ) b
  order by w.first_rank desc nulls first, b.booked, j.staff_id
  limit 1;
  return v_verdict;
end
$$;

comment on function schnittwerk_core.choose_staff(schnittwerk_core.salon_calendar, uuid, uuid[], timestamptz, timestamptz, numeric, boolean, uuid, schnittwerk_core.appointments) is
  'Of the staff given, the one to book: who passes every rule (failures empty) with the fewest booked minutes that local day, ties by id; where nobody passes, whoever fails latest. p_exclude_claim_id and p_moved as for judge_slot.';

revoke execute on function schnittwerk_core.choose_staff from public;
