create function schnittwerk_core.earlier(p_times tstzmultirange, p_by interval)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(range_agg(tstzrange(lower(r.t) - p_by, upper(r.t) - p_by, '[]')), '{}')
    from unnest(p_times) r (t)
  );
end
$$;

comment on function schnittwerk_core.earlier(tstzmultirange, interval) is
  'Closed ranges, moved earlier by p_by. p_by must not have days, which would depend on the session''s time zone.';

revoke execute on function schnittwerk_core.earlier from public;

create function schnittwerk_core.joint_starts(
  p_ways schnittwerk_core.visit_way[], p_items int[], p_longest interval
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_starts tstzmultirange := tstzmultirange '{}';
  v_joint tstzmultirange;
  v_longest int;
  v_item int;
begin
  foreach v_longest in array p_items loop
    v_joint := null;
    foreach v_item in array p_items loop
      v_joint := (
        select coalesce(case when v_joint is null then range_agg(w.starts)
          else v_joint * range_agg(w.starts) end, '{}')
        from unnest(p_ways) w
        where w.item = v_item
          and (w.duration = p_longest or v_item <> v_longest and w.duration < p_longest)
      );
      exit when isempty(v_joint);
    end loop;
    v_starts := v_starts + v_joint;
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.joint_starts(schnittwerk_core.visit_way[], int[], interval) is
  'The starts at which somebody can begin each item of a part and the longest item takes p_longest. choose_staff checks that nobody performs two of them.';

revoke execute on function schnittwerk_core.joint_starts from public;

create function schnittwerk_core.visit_starts(
  p_ways schnittwerk_core.visit_way[], p_parts int[]
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_items int[];
  v_starts tstzmultirange; -- of the part, and all after it
begin
  -- Backwards: the later parts decide when a part may end. Grouped by duration first, because people
  -- may take different times.
  for v_part in reverse p_parts[cardinality(p_parts)] .. 1 loop
    v_items := array_positions(p_parts, v_part);
    v_starts := (
      select coalesce(range_agg(case when v_starts is null then d.starts
        else d.starts * schnittwerk_core.earlier(v_starts, d.duration) end), '{}')
      from (
        select
          w.duration,
          case when cardinality(v_items) = 1 then range_agg(w.starts)
            else schnittwerk_core.joint_starts(p_ways, v_items, w.duration) end as starts
        from unnest(p_ways) w
        where w.item = any (v_items)
        group by w.duration
      ) d
    );
    exit when isempty(v_starts);
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.visit_starts(schnittwerk_core.visit_way[], int[]) is
  'The starts at which somebody can perform each item of a visit. p_parts: the part of each item.';

revoke execute on function schnittwerk_core.visit_starts from public;

create function schnittwerk_core.placed_starts(
  p_ways schnittwerk_core.visit_way[], p_offsets interval[]
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if cardinality(p_ways) < cardinality(p_offsets) then
    return tstzmultirange '{}';
  end if;
  return (
    select range_intersect_agg(schnittwerk_core.earlier(w.starts, p_offsets[w.item]))
    from unnest(p_ways) w
  );
end
$$;

comment on function schnittwerk_core.placed_starts(schnittwerk_core.visit_way[], interval[]) is
  'The starts of a visit whose items each have one person and one distance from its start.';

revoke execute on function schnittwerk_core.placed_starts from public;
