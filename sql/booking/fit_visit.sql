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
  'The verdicts on the items of a visit with no more buffer between two items of one person than the time between them: the earlier keeps its buffer first.';

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
        v.n as item, u.n as use, u.resource_id, v.starts_at, v.ends_at,
        schnittwerk_core.unit_claim(
          v.starts_at, v.ends_at, v.buffer_before_minutes, v.buffer_after_minutes,
          u.from_minute, u.to_minute) as during
      from unnest(p_verdicts) with ordinality v (
        staff_id, starts_at, ends_at, price, buffer_before_minutes, buffer_after_minutes, steps,
        units, failures, n)
      cross join lateral unnest(v.units) with ordinality u (
        pool, resource_id, from_minute, to_minute, n)
    )
    select
      c.item, c.use,
      -- Before its own start a claim gives way to the end of the claim before, which gives way to
      -- the start of the next item.
      extract(epoch from greatest(lower(c.during), max(least(upper(b.during), c.starts_at)))
        - c.starts_at) / 60 as from_minute,
      extract(epoch from least(upper(c.during), min(n.starts_at)) - c.starts_at) / 60
        as to_minute
    from claim c
    left join claim b
      on b.resource_id = c.resource_id and b.item <> c.item and b.starts_at < c.starts_at
    left join claim n
      on n.resource_id = c.resource_id and n.item <> c.item and n.starts_at > c.starts_at
    where b.during && c.during or n.during && c.during
    group by c.item, c.use, c.starts_at, c.during
  loop
    p_verdicts[v_cut.item].units[v_cut.use].from_minute := v_cut.from_minute;
    p_verdicts[v_cut.item].units[v_cut.use].to_minute := v_cut.to_minute;
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.cut_unit_claims(schnittwerk_core.verdict[]) is
  'The verdicts on the items of a visit with no unit claimed by two of them at once: where the buffers of one reach into another that uses the same unit, its claim is cut to the time between, as minutes after its start.';

revoke execute on function schnittwerk_core.cut_unit_claims from public;
