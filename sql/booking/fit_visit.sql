create function schnittwerk_core.cut_staff_buffers(p_verdicts schnittwerk_core.verdict[])
returns schnittwerk_core.verdict[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next int;
  v_between int;
begin
  for v_n in 1 .. cardinality(p_verdicts) loop
    v_next := null;
    for v_later in 1 .. cardinality(p_verdicts) loop
      if p_verdicts[v_later].staff_id = p_verdicts[v_n].staff_id
        and p_verdicts[v_later].starts_at >= p_verdicts[v_n].ends_at
        and (p_verdicts[v_later].starts_at < p_verdicts[v_next].starts_at) is not false
      then
        v_next := v_later;
      end if;
    end loop;
    continue when v_next is null;
    v_between := extract(epoch from p_verdicts[v_next].starts_at - p_verdicts[v_n].ends_at) / 60;
    p_verdicts[v_n].buffer_after_minutes := least(
      p_verdicts[v_n].buffer_after_minutes, v_between);
    p_verdicts[v_next].buffer_before_minutes := least(
      p_verdicts[v_next].buffer_before_minutes,
      v_between - p_verdicts[v_n].buffer_after_minutes);
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.cut_staff_buffers(schnittwerk_core.verdict[]) is
  'The verdicts on the items of a visit, with buffers between two items of one person cut to the time between them. The earlier item keeps its buffer first.';

revoke execute on function schnittwerk_core.cut_staff_buffers from public;

create function schnittwerk_core.cut_unit_claims(p_verdicts schnittwerk_core.verdict[])
returns schnittwerk_core.verdict[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cut record;
begin
  for v_cut in
    with claim as (
      select
        v.n as item, p_verdicts[v.n].starts_at, u.pool, u.resource_id, u.from_minute, u.to_minute,
        schnittwerk_core.unit_claim(
          p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
          p_verdicts[v.n].buffer_before_minutes, p_verdicts[v.n].buffer_after_minutes,
          u.from_minute, u.to_minute) as during
      from generate_subscripts(p_verdicts, 1) v (n)
      cross join lateral unnest(p_verdicts[v.n].units) u
    )
    -- Cuts all units of a need in the same way, so that it stays one need.
    select
      c.item, c.pool, c.from_minute, c.to_minute,
      -- Before its item's start a claim gives way to the end of the earlier claim. That one gives
      -- way to the start of the next item.
      extract(epoch from greatest(lower(c.during), max(least(upper(o.during), c.starts_at))
        filter (where o.starts_at < c.starts_at)) - c.starts_at) / 60 as cut_from,
      extract(epoch from least(upper(c.during), min(o.starts_at)
        filter (where o.starts_at > c.starts_at)) - c.starts_at) / 60 as cut_to
    from claim c
    join claim o
      on o.resource_id = c.resource_id and o.item <> c.item and o.during && c.during
    group by c.item, c.pool, c.from_minute, c.to_minute, c.during, c.starts_at
  loop
    p_verdicts[v_cut.item].units := array(
      select case
        when (u.pool, u.from_minute, u.to_minute)
          is not distinct from (v_cut.pool, v_cut.from_minute, v_cut.to_minute)
          then row(u.pool, u.resource_id, v_cut.cut_from, v_cut.cut_to)
            ::schnittwerk_core.unit_use
        else u end
      from unnest(p_verdicts[v_cut.item].units) u
    );
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.cut_unit_claims(schnittwerk_core.verdict[]) is
  'The verdicts on the items of a visit, with no unit claimed by two items at once. If the buffers of an item reach into another that uses the same unit, its claims of that pool are cut to the time between, as minutes after its start.';

revoke execute on function schnittwerk_core.cut_unit_claims from public;
