create function schnittwerk_core.best_verdict(
  p_salon_id uuid, p_verdicts schnittwerk_core.verdict[], p_are_rules_waived boolean
)
returns schnittwerk_core.verdict
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_verdict schnittwerk_core.verdict;
begin
  select
    j.staff_id, j.starts_at, j.ends_at, j.price,
    j.buffer_before_minutes, j.buffer_after_minutes, j.steps, j.units, w.failures,
    j.price_details, j.promotion_id, j.promotions_to_lock
  into v_verdict
  from unnest(p_verdicts) j
  cross join lateral (
    select
      coalesce(array_agg(e.code order by e.rank), '{}') as failures,
      min(e.rank) as first_rank
    from schnittwerk_core.error_code e
    where e.code = any (j.failures) and not (e.is_waivable and p_are_rules_waived)
  ) w
  cross join lateral (
    select coalesce(
      sum(schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps)), interval '0'
    ) as booked
    from schnittwerk_core.appointments a
    join schnittwerk_core.salon s on s.id = a.salon_id
    where w.first_rank is null and cardinality(p_verdicts) > 1
      and a.salon_id = p_salon_id and a.staff_id = j.staff_id
      and schnittwerk_core.is_live(a.status)
      and a.starts_at between j.starts_at - interval '2 days' and j.starts_at + interval '2 days'
      and (a.starts_at at time zone s.time_zone)::date
        = (j.starts_at at time zone s.time_zone)::date
  ) b
  order by w.first_rank desc nulls first, b.booked, j.staff_id
  limit 1;
  return v_verdict;
end
$$;

comment on function schnittwerk_core.best_verdict(uuid, schnittwerk_core.verdict[], boolean) is
  'The verdict on the member of staff to book: of those who pass every rule that is not waived (failures empty), the one with the fewest booked minutes on that local day, then by id. If nobody passes, the one whose first failure ranks last. Null if nobody was judged.';

revoke execute on function schnittwerk_core.best_verdict from public;
