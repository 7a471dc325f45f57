create function schnittwerk_core.least_busy(
  p_salon_id uuid, p_staff_ids uuid[], p_from date, p_to date
)
returns table (day date, person int, rank int)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
declare
  v_time_zone constant text := (
    select s.time_zone from schnittwerk_core.salon s where s.id = p_salon_id);
begin
  return query
  select
    b.day, b.person,
    row_number() over (partition by b.day order by sum(b.booked), b.person)::int
  from (
    select p_from + d.n as day, p.n as person, interval '0' as booked
    from generate_series(0, p_to - p_from) d (n)
    cross join generate_series(1, cardinality(p_staff_ids)) p (n)
    union all
    select (a.starts_at at time zone v_time_zone)::date, p.n::int, a.ends_at - a.starts_at
    from unnest(p_staff_ids) with ordinality p (staff_id, n)
    join schnittwerk_core.appointments a
      on a.salon_id = p_salon_id and a.staff_id = p.staff_id
      -- A midnight that the zone skips or repeats is hours away at most.
      and a.starts_at > p_from::timestamp at time zone v_time_zone - interval '3 hours'
      and a.starts_at < (p_to + 1)::timestamp at time zone v_time_zone + interval '3 hours'
    where schnittwerk_core.is_live(a.status)
  ) b
  where b.day between p_from and p_to
  group by b.day, b.person;
end
$$;

comment on function schnittwerk_core.least_busy(uuid, uuid[], date, date) is
  'The order in which staff are chosen on each local day from p_from to p_to: the fewest booked minutes first, then by their place in p_staff_ids. person: that place.';

revoke execute on function schnittwerk_core.least_busy from public;
