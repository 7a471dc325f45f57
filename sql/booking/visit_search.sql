create type schnittwerk_core.visit_search as (
  salon_id uuid,
  parts int[],
  service_ids uuid[],
  terms schnittwerk_core.visit_term[],
  staff_ids uuid[],
  minutes int[],
  lengths interval[],
  prices numeric[],
  texts text[],
  reach interval,
  busy tstzmultirange,
  is_given boolean,
  chosen int[],
  offsets interval[],
  states int[],
  first_item int,
  is_exact boolean,
  is_joint boolean,
  joint_needs schnittwerk_core.joint_needs,
  moved schnittwerk_core.appointments[]
);

comment on type schnittwerk_core.visit_search is
  'A visit for which find_visits looks for starts. parts, service_ids: of each item. staff_ids: all who can perform any item. minutes, lengths, prices, texts (an item in JSON, up to its start): items × people. is_given: each item has one person (chosen) and one distance from the start (offsets); otherwise states are all items and distances (visit_state). reach: the greatest distance. busy: when the customer has other appointments. is_joint: whether items at the same time need units. is_exact: whether every start of visit_starts or placed_starts has a choice of staff.';

create function schnittwerk_core.visit_search(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_terms schnittwerk_core.visit_term[],
  p_moved schnittwerk_core.appointments[],
  p_busy tstzmultirange
)
returns schnittwerk_core.visit_search
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_search schnittwerk_core.visit_search;
  v_term schnittwerk_core.visit_term;
  v_size int;
  v_place int;
  v_offsets interval[] := array[interval '0'];
  v_count int := 0;
begin
  v_search.salon_id := p_salon_id;
  v_search.terms := p_terms;
  v_search.moved := p_moved;
  v_search.busy := p_busy;
  select array_agg(i.part order by i.n), array_agg(i.service_id order by i.n)
  into v_search.parts, v_search.service_ids
  from unnest(p_items) with ordinality i (service_id, staff_ids, part, n);
  v_search.staff_ids := array(
    select distinct (t.term).staff_id from unnest(p_terms) t order by 1);
  v_size := cardinality(v_search.staff_ids);
  v_search.minutes := schnittwerk_core.minutes_by_person(
    p_terms, cardinality(p_items), v_size);
  v_search.chosen := array_fill(0, array[cardinality(p_items)]);
  foreach v_term in array p_terms loop
    v_place := (v_term.item - 1) * v_size + v_term.person;
    v_search.lengths[v_place] := (v_term.term).duration;
    v_search.prices[v_place] := (v_term.term).price;
    v_search.texts[v_place] := format(
      '{"service_id": "%s", "staff_id": "%s", "starts_at": "',
      v_search.service_ids[v_term.item], (v_term.term).staff_id);
    v_search.chosen[v_term.item] := v_term.person;
  end loop;
  v_search.is_given := cardinality(p_terms) = cardinality(p_items);
  if 0 = any (v_search.chosen) or v_search.is_given and exists (
    select from unnest(p_terms) t group by t.part, t.person having count(*) > 1
  ) then
    return null;
  end if;

  for v_item in 1 .. cardinality(p_items) loop
    if p_moved <> '{}' then
      v_offsets := array[schnittwerk_core.elapsed(
        (schnittwerk_core.earliest_item(p_moved)).starts_at, p_moved[v_item].starts_at)];
    elsif p_items[v_item].part > p_items[v_item - 1].part then
      v_offsets := schnittwerk_core.later_offsets(v_offsets, array(
        select distinct (t.term).duration
        from unnest(p_terms) t
        where t.part = p_items[v_item - 1].part
      ));
    end if;
    if v_offsets[1] = '0' then
      v_search.first_item := coalesce(v_search.first_item, v_item);
    end if;
    v_search.offsets[v_item] := v_offsets[cardinality(v_offsets)];
    v_search.reach := greatest(v_search.reach, v_search.offsets[v_item]);
    v_search.states := v_search.states || array(
      select schnittwerk_core.visit_state(v_item, (extract(epoch from o.after) / 60)::int)
      from unnest(v_offsets) o (after)
    );
    v_count := v_count + cardinality(v_offsets) * (
      select count(*) from unnest(p_terms) t where t.item = v_item);
    if v_count > schnittwerk_core.most_visit_states() then
      perform schnittwerk_core.refuse_visit_states();
    end if;
  end loop;

  v_search.joint_needs := schnittwerk_core.joint_needs(
    p_salon_id, p_terms, v_size, array(select m.id from unnest(p_moved) m));
  v_search.is_joint := v_search.joint_needs is not null or p_moved <> '{}' and exists (
    select
    from unnest(p_terms) t
    join unnest(p_terms) u on u.item > t.item and (u.term).needs is not null
      and v_search.offsets[u.item] < v_search.offsets[t.item] + (t.term).duration
      and v_search.offsets[t.item] < v_search.offsets[u.item] + (u.term).duration
    where (t.term).needs is not null
  );
  v_search.is_exact := not v_search.is_joint and (
    v_search.is_given or v_search.parts[cardinality(p_items)] = cardinality(p_items));
  return v_search;
end
$$;

comment on function schnittwerk_core.visit_search(uuid, schnittwerk_core.visit_item[], schnittwerk_core.visit_term[], schnittwerk_core.appointments[], tstzmultirange) is
  'What find_visits needs to know of a visit, computed once. Null if nobody performs one of the items, or if two items of a part were given to the same person. p_moved: the items as booked, if the visit is moved. p_busy: when the customer has other appointments.';

revoke execute on function schnittwerk_core.visit_search from public;

create function schnittwerk_core.given_visit_is_possible(
  p_search schnittwerk_core.visit_search, p_starts_at timestamptz
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_verdicts schnittwerk_core.verdict[];
begin
  v_verdicts := array(
    select row(
      t.staff_id, p_starts_at + t.after, p_starts_at + t.after + t.duration, t.price,
      t.buffer_before_minutes, t.buffer_after_minutes, null,
      case when t.needs is not null then schnittwerk_core.units_needed(t.needs) end, null, null,
      null, null
    )::schnittwerk_core.verdict
    from unnest(p_search.terms) v
    cross join lateral (select v.item, p_search.offsets[v.item] as after, (v.term).*) t
    order by t.item
  );
  v_verdicts := schnittwerk_core.choose_visit_units(
    p_search.salon_id, v_verdicts, p_search.moved);
  return not exists (
    select
    from unnest(v_verdicts) v
    cross join lateral unnest(v.units) u
    where u.resource_id is null
  );
end
$$;

comment on function schnittwerk_core.given_visit_is_possible(schnittwerk_core.visit_search, timestamptz) is
  'Whether the items of a visit with given staff can all have different units at a start.';

revoke execute on function schnittwerk_core.given_visit_is_possible from public;
