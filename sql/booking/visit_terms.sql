create function schnittwerk_core.elapsed(p_from timestamptz, p_until timestamptz)
returns interval
language sql
immutable
parallel safe
return make_interval(secs => extract(epoch from p_until - p_from)::float8);

comment on function schnittwerk_core.elapsed(timestamptz, timestamptz) is
  'The time between two instants in hours, minutes and seconds. An interval with days would depend on the session''s time zone when it is added.';

revoke execute on function schnittwerk_core.elapsed from public;

create type schnittwerk_core.visit_term as (
  item int, part int, person int, minutes int, term schnittwerk_core.service_term
);

comment on type schnittwerk_core.visit_term is
  'The terms on which a member of staff performs an item of a visit. person: their place among all who can perform any item of the visit.';

create function schnittwerk_core.visit_terms(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_policies jsonb,
  p_buffer_time_minutes int,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.visit_term[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      i.n, i.part, dense_rank() over (order by t.staff_id),
      extract(epoch from t.duration) / 60, t
    )::schnittwerk_core.visit_term
    from unnest(p_items) with ordinality i (service_id, staff_ids, part, n)
    cross join lateral schnittwerk_core.service_terms(
      p_salon_id, i.service_id, i.staff_ids, p_policies, p_buffer_time_minutes, p_moved[i.n]
    ) t
    where t.is_offered
    order by i.n, t.staff_id
  );
end
$$;

comment on function schnittwerk_core.visit_terms(uuid, schnittwerk_core.visit_item[], jsonb, int, schnittwerk_core.appointments[]) is
  'The terms of everyone who can perform each item of a visit; see service_terms. p_moved: the items as booked, in the order of p_items, if the visit is moved.';

revoke execute on function schnittwerk_core.visit_terms from public;

create function schnittwerk_core.minutes_by_person(
  p_terms schnittwerk_core.visit_term[], p_items int, p_people int
)
returns int[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_minutes int[] := array_fill(0, array[p_items * p_people]);
  v_term schnittwerk_core.visit_term;
begin
  foreach v_term in array p_terms loop
    v_minutes[(v_term.item - 1) * p_people + v_term.person] := v_term.minutes;
  end loop;
  return v_minutes;
end
$$;

comment on function schnittwerk_core.minutes_by_person(schnittwerk_core.visit_term[], int, int) is
  'How many minutes each item takes each person, items × people; 0 if they do not perform it.';

revoke execute on function schnittwerk_core.minutes_by_person from public;

create function schnittwerk_core.item_offsets(p_parts int[], p_lengths int[])
returns int[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offsets int[] := array[0];
  v_longest int := 0;
begin
  for v_n in 2 .. cardinality(p_parts) loop
    v_longest := greatest(v_longest, p_lengths[v_n - 1]);
    v_offsets[v_n] := v_offsets[v_n - 1];
    if p_parts[v_n] <> p_parts[v_n - 1] then
      v_offsets[v_n] := v_offsets[v_n] + v_longest;
      v_longest := 0;
    end if;
  end loop;
  return v_offsets;
end
$$;

comment on function schnittwerk_core.item_offsets(int[], int[]) is
  'How many minutes after the start of the visit each item begins: together with the others of its part, when all items of the part before have ended. p_parts, p_lengths: the part of each item, and its minutes.';

revoke execute on function schnittwerk_core.item_offsets from public;

create function schnittwerk_core.later_offsets(p_offsets interval[], p_lengths interval[])
returns interval[]
language sql
immutable
parallel safe
return array(
  select distinct o.after + l.length
  from unnest(p_offsets) o (after)
  cross join unnest(p_lengths) l (length)
  order by 1
);

comment on function schnittwerk_core.later_offsets(interval[], interval[]) is
  'How long after the start of a visit a part can begin, if the part before it begins after one of p_offsets and takes one of p_lengths.';

revoke execute on function schnittwerk_core.later_offsets from public;

create function schnittwerk_core.most_visit_states()
returns int
language sql
immutable
parallel safe
return 2000;

comment on function schnittwerk_core.most_visit_states() is
  'How many combinations of an item, a member of staff and a distance from the start a visit may have.';

revoke execute on function schnittwerk_core.most_visit_states from public;

create function schnittwerk_core.most_visit_steps()
returns int
language sql
immutable
parallel safe
return 20000;

comment on function schnittwerk_core.most_visit_steps() is
  'How many choices of a member of staff may be tried for one start of a visit: a fraction of a second.';

revoke execute on function schnittwerk_core.most_visit_steps from public;

create function schnittwerk_core.refuse_visit_states()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_items', true, 'too_many',
    'There are too many ways to choose the staff: give staff_id for some items, or fewer items'));
end
$$;

comment on function schnittwerk_core.refuse_visit_states() is
  'Refuses with invalid_input a visit that has more than most_visit_states() or would take more than most_visit_steps().';

revoke execute on function schnittwerk_core.refuse_visit_states from public;
