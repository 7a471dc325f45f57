create function schnittwerk_core.visit_state(p_item int, p_minutes int)
returns int
language sql
immutable
parallel safe
return p_item * 100000 + p_minutes;

comment on function schnittwerk_core.visit_state(int, int) is
  'A number for an item of a visit that begins so many minutes after the start of the visit.';

revoke execute on function schnittwerk_core.visit_state from public;

create function schnittwerk_core.choose_staff(
  p_parts int[],
  p_states int[],
  p_free varbit[],
  p_minutes int[],
  p_people int[],
  p_joint_needs schnittwerk_core.joint_needs default null,
  p_starts_at timestamptz default null
)
returns int[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_items constant int := cardinality(p_parts);
  v_size constant int := cardinality(p_people);
  v_nobody constant varbit := p_free[1] # p_free[1];
  v_able varbit[] := array_fill(v_nobody, array[v_items]); -- who can ever perform an item
  v_left varbit[];   -- for each item: who has not been tried
  v_before varbit[]; -- … who serves the items before it
  v_beside varbit[]; -- … who serves those before it in its part
  v_more int[];      -- … how many more people may join from it on
  v_from int[];      -- … when its part begins
  v_length int[];    -- … the longest item before it in its part
  v_needs text[];    -- … the needs of its part up to it, and their time
  v_fitting text[] := array[]::text[];
  v_lacking text[] := array[]::text[];
  v_chosen int[] := array_fill(0, array[v_items]);
  v_steps int := 0;
  v_largest int := 1;
  v_run int;
  v_together varbit;
  v_is_uniform boolean;
  i int;
  v_person varbit;
  v_serving varbit;
  v_helpers varbit;
  v_rank int;
begin
  for v_n in 1 .. cardinality(p_states) loop
    i := p_states[v_n] / 100000;
    v_able[i] := v_able[i] | p_free[v_n];
  end loop;
  v_helpers := ~v_nobody;
  for v_n in 1 .. v_items loop
    if v_able[v_n] = v_nobody then
      return null;
    end if;
    v_helpers := v_helpers & v_able[v_n];
    if p_parts[v_n] is distinct from p_parts[v_n - 1] then
      v_run := 0;
      v_together := v_nobody;
    end if;
    v_run := v_run + 1;
    v_largest := greatest(v_largest, v_run);
    -- Too few different people: trying all their orders would take for ever.
    v_together := v_together | v_able[v_n];
    if bit_count(v_together) < v_run then
      return null;
    end if;
    -- If everybody needs the same units and the pools have too few, other people do not help.
    if p_joint_needs is not null then
      v_chosen[v_n] := p_people[position(B'1' in v_able[v_n])];
      v_is_uniform := (v_run = 1 or v_is_uniform) and 1 = (
        select count(*) from unnest(p_states) s (state) where s.state / 100000 = v_n
      ) and 1 = (
        select count(distinct p_joint_needs.kinds[(v_n - 1) * v_size + p.person])
        from unnest(p_people) with ordinality p (person, rank)
        where get_bit(v_able[v_n], p.rank::int - 1) = 1
      );
      if v_is_uniform and v_run > 1 and not schnittwerk_core.find_joint_units(
        p_joint_needs, p_starts_at + make_interval(mins => (
          select s.state % 100000 from unnest(p_states) s (state) where s.state / 100000 = v_n
        )), v_n - v_run + 1, v_chosen[:v_n])
      then
        return null;
      end if;
    end if;
  end loop;
  -- Usually one person can perform all items.
  while v_largest = 1 loop
    v_rank := position(B'1' in v_helpers);
    exit when v_rank = 0;
    v_chosen[1] := p_people[v_rank];
    v_length[1] := 0;
    for v_n in 1 .. v_items loop
      i := array_position(p_states, schnittwerk_core.visit_state(v_n, v_length[1]));
      exit when i is null or get_bit(p_free[i], v_rank - 1) = 0;
      if v_n = v_items then
        return array_fill(v_chosen[1], array[v_items]);
      end if;
      v_length[1] := v_length[1] + p_minutes[(v_n - 1) * v_size + v_chosen[1]];
    end loop;
    v_helpers := set_bit(v_helpers, v_rank - 1, 0);
  end loop;

  -- Depth first, preferred people first; each round allows one more person.
  for v_people in greatest(v_largest, 2) .. v_items loop
    i := 1;
    v_left[1] := coalesce(
      p_free[array_position(p_states, schnittwerk_core.visit_state(1, 0))], v_nobody);
    v_before[1] := v_nobody;
    v_beside[1] := v_nobody;
    v_more[1] := v_people;
    v_from[1] := 0;
    v_length[1] := 0;
    while i > 0 loop
      v_steps := v_steps + 1;
      if v_steps > schnittwerk_core.most_visit_steps() then
        perform schnittwerk_core.refuse_visit_states();
      end if;
      v_rank := position(B'1' in v_left[i]);
      if v_rank = 0 then
        i := i - 1;
        continue;
      end if;
      v_person := set_bit(v_nobody, v_rank - 1, 1);
      v_left[i] := v_left[i] & ~v_person;
      v_serving := v_before[i] | v_person;
      v_more[i + 1] := v_more[i] - (v_before[i] & v_person = v_nobody)::int;
      -- Can the other items still be served? If nobody may join, by those who serve already; if one
      -- may, by somebody who can perform all that they cannot.
      if v_more[i + 1] < 2 then
        v_helpers := ~v_nobody;
        for v_n in i + 1 .. v_items loop
          if v_able[v_n] & v_serving = v_nobody then
            v_helpers := case when v_more[i + 1] = 0 then v_nobody
              else v_helpers & v_able[v_n] end;
            exit when v_helpers = v_nobody;
          end if;
        end loop;
        continue when v_helpers = v_nobody;
      end if;
      v_chosen[i] := p_people[v_rank];
      if p_joint_needs is not null then
        -- The same needs of other people find the same units, or lack the same units.
        v_needs[i] := concat_ws(' ',
          case when v_beside[i] = v_nobody then format('%s:%s', i, v_from[i])
            else v_needs[i - 1] end,
          p_joint_needs.kinds[(i - 1) * v_size + v_chosen[i]]);
        continue when v_needs[i] = any (v_lacking);
        if v_beside[i] <> v_nobody and v_needs[i] <> all (v_fitting) then
          v_steps := v_steps + 100; -- it takes so much longer
          if not schnittwerk_core.find_joint_units(
            p_joint_needs, p_starts_at + make_interval(mins => v_from[i]),
            array_position(p_parts, p_parts[i]), v_chosen[:i])
          then
            v_lacking := v_lacking || v_needs[i];
            continue;
          end if;
          v_fitting := v_fitting || v_needs[i];
        end if;
      end if;
      if i = v_items then
        return v_chosen;
      end if;
      v_length[i + 1] := greatest(v_length[i], p_minutes[(i - 1) * v_size + v_chosen[i]]);
      if p_parts[i + 1] = p_parts[i] then
        v_from[i + 1] := v_from[i];
        v_beside[i + 1] := v_beside[i] | v_person;
      else
        v_from[i + 1] := v_from[i] + v_length[i + 1];
        v_length[i + 1] := 0;
        v_beside[i + 1] := v_nobody;
      end if;
      i := i + 1;
      v_before[i] := v_serving;
      v_left[i] := coalesce(
        p_free[array_position(p_states, schnittwerk_core.visit_state(i, v_from[i]))], v_nobody
      ) & ~v_beside[i];
      if v_more[i] = 0 then
        v_left[i] := v_left[i] & v_serving;
      end if;
    end loop;
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.choose_staff(int[], int[], varbit[], int[], int[], schnittwerk_core.joint_needs, timestamptz) is
  'Who performs the items of a visit: as few people as possible, then, item by item, the first of p_people. Null if it is not possible; refuses if finding out would take more than most_visit_steps(). p_parts: the part of each item. p_states: the visit_state of each of p_free. p_free: who is free for that state, a bit for each of p_people. p_minutes: how long each item takes each person, items × people, by the persons'' numbers. p_joint_needs, p_starts_at: given if items of a part share pools.';

revoke execute on function schnittwerk_core.choose_staff from public;
