create function schnittwerk_core.where_at_least(p_sets tstzmultirange[], p_least int)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  -- A sweep over the ends of the ranges: how many sets are open just after each. The ranges are
  -- open, so two that only touch leave the instant between them out.
  return (
    select coalesce(range_agg(tstzrange(d.at, d.until, '()')), '{}')
    from (
      select
        e.at, lead(e.at) over (order by e.at) as until, sum(e.change) over (order by e.at) as depth
      from (
        select b.at, sum(b.change) as change
        from unnest(p_sets) s
        cross join lateral unnest(s) r (during)
        cross join lateral (
          values (lower(r.during), 1), (upper(r.during), -1)
        ) b (at, change)
        group by b.at
      ) e
    ) d
    where d.depth >= p_least
  ) + (
    -- Single instants between two such stretches that are in enough sets.
    select coalesce(range_agg(tstzrange(e.at, e.at, '[]')), '{}')
    from (
      select distinct b.at
      from unnest(p_sets) s
      cross join lateral unnest(s) r (during)
      cross join lateral (values (lower(r.during)), (upper(r.during))) b (at)
    ) e
    where (select count(*) from unnest(p_sets) s where s @> e.at) >= p_least
  );
end
$$;

comment on function schnittwerk_core.where_at_least(tstzmultirange[], int) is
  'The instants that are in at least p_least of the given sets of open ranges.';

revoke execute on function schnittwerk_core.where_at_least from public;
