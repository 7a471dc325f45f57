create function schnittwerk_core.visit_choices(
  p_search schnittwerk_core.visit_search,
  p_ways schnittwerk_core.visit_way[],
  p_starts timestamptz[],
  p_time_zone text,
  p_grid interval
)
returns table (starts_at timestamptz, chosen int[])
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_mergejoin = off
as $$
declare
  v_parts constant int[] := p_search.parts;
  v_items constant int := cardinality(p_search.parts);
  -- Each item has one distance from the start; only its staff are to be chosen.
  v_is_plain constant boolean := p_search.is_exact and cardinality(p_search.states) = v_items;
  v_minutes constant int[] := p_search.minutes;
  v_size constant int := cardinality(p_search.staff_ids);
  v_nobody constant varbit := repeat('0', v_size)::varbit;
  v_dates constant date[] := array(
    select (s.at at time zone p_time_zone)::date
    from unnest(p_starts) with ordinality s (at, n)
    order by s.n
  );
  v_first_date constant date := v_dates[1];
  v_ranks int[];
  v_people int[];
begin
  if p_search.is_given then
    return query
    select s.at, p_search.chosen
    from unnest(p_starts) with ordinality s (at, n)
    where not p_search.is_joint or schnittwerk_core.given_visit_is_possible(p_search, s.at)
    order by s.n;
    return;
  end if;
  select array_agg(l.rank order by l.day, l.person), array_agg(l.person order by l.day, l.rank)
  into v_ranks, v_people
  from schnittwerk_core.least_busy(
    p_search.salon_id, p_search.staff_ids, v_first_date, v_dates[cardinality(v_dates)]) l;
  return query
  with able as (
    -- The starts for which somebody can begin the item at its distance.
    select
      u.state, u.item, u.person, u.grid_origins,
      generate_series(
        width_bucket(lower(u.during) - u.after - interval '1 microsecond', p_starts) + 1,
        width_bucket(upper(u.during) - u.after, p_starts)
      ) as n
    from (
      select
        k.state, w.item, w.person, w.grid_origins, k.after, unnest(w.starts) as during
      from (
        select
          s.state, s.state / 100000 as item, make_interval(mins => s.state % 100000) as after
        from unnest(p_search.states) s (state)
        offset 0
      ) k
      join unnest(p_ways) w on w.item = k.item
    ) u
  ),
  free as (
    select
      a.state, a.n,
      bit_or(set_bit(
        v_nobody, v_ranks[(v_dates[a.n] - v_first_date) * v_size + a.person] - 1, 1)) as free
    from able a
    where p_grid is null or a.item > 1
      or p_starts[a.n] = date_bin(
        p_grid, p_starts[a.n], a.grid_origins[width_bucket(p_starts[a.n], a.grid_origins)])
    group by a.state, a.n
  )
  select p_starts[c.n], c.chosen
  from (
    select f.n, case
      -- The same as choose_staff, if somebody can perform all items.
      when v_is_plain and count(*) = v_items and bit_and(f.free) <> v_nobody then array_fill(
        v_people[(v_dates[f.n] - v_first_date) * v_size + position(B'1' in bit_and(f.free))],
        array[v_items])
      else schnittwerk_core.choose_staff(
        v_parts, array_agg(f.state order by f.state),
        array_agg(f.free order by f.state)::varbit[], v_minutes,
        v_people[
          (v_dates[f.n] - v_first_date) * v_size + 1
          : (v_dates[f.n] - v_first_date + 1) * v_size],
        p_search.joint_needs, p_starts[f.n])
    end as chosen
    from free f
    group by f.n
    -- offset 0 chooses once, not again for the condition.
    offset 0
  ) c
  where c.chosen is not null
  order by c.n;
end
$$;

comment on function schnittwerk_core.visit_choices(schnittwerk_core.visit_search, schnittwerk_core.visit_way[], timestamptz[], text, interval) is
  'Who performs the items of a visit at each of p_starts, which are ascending: places in the staff_ids of p_search, by choose_staff. p_grid: the step of the grid on which the first item must begin for its member of staff; null allows any start.';

revoke execute on function schnittwerk_core.visit_choices from public;
