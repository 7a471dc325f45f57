create type schnittwerk_core.visit_way as (
  item int, person int, duration interval, starts tstzmultirange, grid_origins timestamptz[]
);

comment on type schnittwerk_core.visit_way is
  'When a person can begin an item of a visit, as closed ranges, and where their grid starts counting.';

create function schnittwerk_core.visit_ways(
  p_search schnittwerk_core.visit_search,
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz
)
returns schnittwerk_core.visit_way[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_staff_ids constant uuid[] := p_search.staff_ids;
  v_moved_ids constant uuid[] := array(select m.id from unnest(p_search.moved) m);
  v_terms schnittwerk_core.service_term[];
  v_ways schnittwerk_core.visit_way[] := array[]::schnittwerk_core.visit_way[];
begin
  for v_item in 1 .. cardinality(p_search.parts) loop
    v_terms := array(
      select t.term from unnest(p_search.terms) t where t.item = v_item
    );
    v_ways := v_ways || array(
      select row(
        v_item, array_position(v_staff_ids, u.staff_id), u.duration, u.starts, u.grid_origins
      )::schnittwerk_core.visit_way
      from (
        select
          w.staff_id, w.duration,
          range_agg(w.starts) - (
            select coalesce(
              range_agg(tstzrange(lower(b.during) - w.duration, upper(b.during), '()')), '{}')
            from unnest(p_search.busy) b (during)
          ) as starts,
          min(w.grid_origins) filter (where k.n = 1) as grid_origins
        from generate_series(1, cardinality(p_weeks)) k (n)
        cross join lateral schnittwerk_core.ways(
          p_search.salon_id, v_terms, p_weeks[k.n], p_first,
          p_last + p_search.offsets[v_item], v_moved_ids) w
        group by w.staff_id, w.duration
      ) u
      where not isempty(u.starts)
    );
  end loop;
  return v_ways;
end
$$;

comment on function schnittwerk_core.visit_ways(schnittwerk_core.visit_search, schnittwerk_core.salon_week[], timestamptz, timestamptz) is
  'The ways to perform each item of a visit that begins between p_first and p_last. p_weeks: those in which its items can be, in order; the grids are those of the first.';

revoke execute on function schnittwerk_core.visit_ways from public;
