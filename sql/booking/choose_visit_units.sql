create type schnittwerk_core.unit_options as (unit_ids uuid[]);

comment on type schnittwerk_core.unit_options is 'Units of which one is to be chosen, the preferred first.';

create function schnittwerk_core.distinct_units(p_options schnittwerk_core.unit_options[])
returns uuid[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_chosen uuid[] := array_fill(null::uuid, array[cardinality(p_options)]);
  v_queue int[];
  v_seen uuid[];
  v_wanted_by int[]; -- the need that would take each of v_seen
  v_unit_id uuid;
  v_freed_id uuid;
  v_owner int;
begin
  -- Augmenting paths: a need whose units are all taken looks for a need that can take another.
  for v_n in 1 .. cardinality(p_options) loop
    v_queue := array[v_n];
    v_seen := '{}';
    v_wanted_by := '{}';
    <<search>>
    while v_queue <> '{}' loop
      foreach v_unit_id in array p_options[v_queue[1]].unit_ids loop
        continue when v_unit_id = any (v_seen);
        v_seen := v_seen || v_unit_id;
        v_wanted_by := v_wanted_by || v_queue[1];
        v_owner := array_position(v_chosen, v_unit_id);
        if v_owner is null then
          while v_unit_id is not null loop
            v_owner := v_wanted_by[array_position(v_seen, v_unit_id)];
            v_freed_id := v_chosen[v_owner];
            v_chosen[v_owner] := v_unit_id;
            v_unit_id := v_freed_id;
          end loop;
          exit search;
        end if;
        v_queue := v_queue || v_owner;
      end loop;
      v_queue := v_queue[2:];
    end loop;
  end loop;
  return v_chosen;
end
$$;

comment on function schnittwerk_core.distinct_units(schnittwerk_core.unit_options[]) is
  'One unit for each of the options, none twice; null if nothing is left for an option. Chooses as many units as possible.';

revoke execute on function schnittwerk_core.distinct_units from public;

create function schnittwerk_core.choose_joint_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_exclude_claim_ids uuid[],
  p_preferred_ids uuid[]
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_chosen uuid[];
  v_first int := 0;
begin
  v_chosen := schnittwerk_core.distinct_units(array(
    select row(array(
      select c.resource_id
      from unnest(schnittwerk_core.choose_units(
        p_salon_id, array[row(u.pool, s.units, u.from_minute, u.to_minute)::schnittwerk_core.need],
        p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
        p_verdicts[v.n].buffer_before_minutes, p_verdicts[v.n].buffer_after_minutes,
        p_exclude_claim_ids, p_preferred_ids
      )) with ordinality c (pool, resource_id, from_minute, to_minute, n)
      where c.resource_id is not null
      order by c.n
    ))::schnittwerk_core.unit_options
    from generate_subscripts(p_verdicts, 1) v (n)
    cross join lateral unnest(p_verdicts[v.n].units) with ordinality u (
      pool, resource_id, from_minute, to_minute, n)
    cross join lateral (
      select count(*)::int as units
      from schnittwerk_core.unit t
      where t.salon_id = p_salon_id and t.pool = u.pool
    ) s
    order by v.n, u.n
  ));
  for v_n in 1 .. cardinality(p_verdicts) loop
    if p_verdicts[v_n].units is not null then
      p_verdicts[v_n].units := array(
        select row(
          u.pool, v_chosen[v_first + u.n], u.from_minute, u.to_minute)::schnittwerk_core.unit_use
        from unnest(p_verdicts[v_n].units) with ordinality u (
          pool, resource_id, from_minute, to_minute, n)
        order by u.n
      );
      v_first := v_first + cardinality(p_verdicts[v_n].units);
    end if;
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.choose_joint_units(uuid, schnittwerk_core.verdict[], uuid[], uuid[]) is
  'The verdicts on items that take place at the same time, with the units that they use: no unit twice, p_preferred_ids first. resource_id is null if a pool has too few.';

revoke execute on function schnittwerk_core.choose_joint_units from public;

create function schnittwerk_core.choose_visit_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved_ids constant uuid[] := array(select m.id from unnest(p_moved) m);
  v_used_ids uuid[] := array(
    select u.resource_id from unnest(p_moved) m cross join lateral unnest(m.units) u);
  v_order int[] := array(
    select v.n
    from generate_subscripts(p_verdicts, 1) v (n)
    order by p_verdicts[v.n].starts_at, v.n
  );
  v_same_time int[] := array[]::int[];
  v_until timestamptz;
  v_joint schnittwerk_core.verdict[];
begin
  -- Group by group of items that overlap.
  for v_n in 1 .. cardinality(v_order) loop
    v_same_time := v_same_time || v_order[v_n];
    v_until := greatest(v_until, p_verdicts[v_order[v_n]].ends_at);
    continue when p_verdicts[v_order[v_n + 1]].starts_at < v_until;
    v_joint := array(select p_verdicts[i] from unnest(v_same_time) with ordinality t (i, n) order by n);
    if cardinality(v_joint) > 1 then
      v_joint := schnittwerk_core.choose_joint_units(
        p_salon_id, v_joint, v_moved_ids, v_used_ids);
    elsif v_joint[1].units is not null then
      v_joint[1].units := schnittwerk_core.choose_units(
        p_salon_id, schnittwerk_core.needs_of(v_joint[1].units), v_joint[1].starts_at,
        v_joint[1].ends_at, v_joint[1].buffer_before_minutes, v_joint[1].buffer_after_minutes,
        v_moved_ids, v_used_ids);
    end if;
    for v_i in 1 .. cardinality(v_joint) loop
      p_verdicts[v_same_time[v_i]] := v_joint[v_i];
      v_used_ids := array(select u.resource_id from unnest(v_joint[v_i].units) u) || v_used_ids;
    end loop;
    v_same_time := '{}';
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.choose_visit_units(uuid, schnittwerk_core.verdict[], schnittwerk_core.appointments[]) is
  'The verdicts on the items of a visit with the units that they use. Items at the same time use different units; later items keep the units of earlier ones if possible. resource_id is null if a pool has too few. p_moved: the items before a move, whose claims do not count and whose units are preferred.';

revoke execute on function schnittwerk_core.choose_visit_units from public;
