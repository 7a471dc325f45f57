create function schnittwerk_core.choose_verdicts(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_judged schnittwerk_core.item_verdict[]
)
returns schnittwerk_core.item_verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_parts constant int[] := array(
    select i.part
    from unnest(p_items) with ordinality i (service_id, staff_ids, part, n)
    order by i.n
  );
  v_date constant date := (
    select (p_starts_at at time zone s.time_zone)::date
    from schnittwerk_core.salon s
    where s.id = p_salon_id
  );
  v_passed constant schnittwerk_core.item_verdict[] := array(
    select j from unnest(p_judged) j where j.passes
  );
  v_staff_ids constant uuid[] := array(
    select distinct (j.verdict).staff_id from unnest(v_passed) j order by 1
  );
  v_size constant int := cardinality(v_staff_ids);
  v_terms constant schnittwerk_core.visit_term[] := array(
    select row(
      j.item, v_parts[j.item], array_position(v_staff_ids, v.staff_id),
      extract(epoch from v.ends_at - v.starts_at) / 60,
      row(
        v.staff_id, true, v.ends_at - v.starts_at, v.price, v.buffer_before_minutes,
        v.buffer_after_minutes, null, v.steps,
        case when v.units is not null then schnittwerk_core.needs_of(v.units) end)
    )::schnittwerk_core.visit_term
    from unnest(v_passed) j
    cross join lateral (select (j.verdict).*) v
  );
  v_minutes int[];
  v_people int[];
  v_states int[];
  v_free varbit[];
  v_chosen int[];
  v_offsets int[];
begin
  if v_size = 0 then
    return null;
  end if;
  v_minutes := schnittwerk_core.minutes_by_person(v_terms, cardinality(p_items), v_size);
  v_people := array(
    select l.person
    from schnittwerk_core.least_busy(p_salon_id, v_staff_ids, v_date, v_date) l
    order by l.rank
  );
  select array_agg(f.state order by f.state), array_agg(f.free order by f.state)
  into v_states, v_free
  from (
    select
      schnittwerk_core.visit_state(j.item, j.after_minutes) as state,
      bit_or(set_bit(
        repeat('0', v_size)::varbit,
        array_position(v_people, array_position(v_staff_ids, (j.verdict).staff_id)) - 1, 1
      )) as free
    from unnest(v_passed) j
    group by 1
  ) f;
  v_chosen := schnittwerk_core.choose_staff(
    v_parts, v_states, v_free, v_minutes, v_people,
    schnittwerk_core.joint_needs(p_salon_id, v_terms, v_size, '{}'), p_starts_at);
  if v_chosen is null then
    return null;
  end if;
  v_offsets := schnittwerk_core.item_offsets(v_parts, array(
    select v_minutes[(c.item - 1) * v_size + c.person]
    from unnest(v_chosen) with ordinality c (person, item)
    order by c.item
  ));
  return array(
    select j
    from unnest(v_passed) j
    where j.after_minutes = v_offsets[j.item]
      and (j.verdict).staff_id = v_staff_ids[v_chosen[j.item]]
    order by j.item
  );
end
$$;

comment on function schnittwerk_core.choose_verdicts(uuid, schnittwerk_core.visit_item[], timestamptz, schnittwerk_core.item_verdict[]) is
  'The verdicts to book of those on a visit''s items (judge_visit): one per item, as find_visits would list them for this start (choose_staff). Null if no choice of staff passes.';

revoke execute on function schnittwerk_core.choose_verdicts from public;

create function schnittwerk_core.refuse_visit(
  p_salon_id uuid,
  p_judged schnittwerk_core.item_verdict[],
  p_are_rules_waived boolean,
  p_moved schnittwerk_core.appointments[],
  p_price_mismatch numeric default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failure record;
begin
  -- An item fails if it fails with each of its staff; the rule that ranks last counts. If no item
  -- fails, the combination is not free.
  select f.code, f.verdict, f.item into v_failure
  from (
    select i.code, i.verdict, i.item, false as is_last_resort
    from (
      select distinct on (j.item) e.code, j.verdict, j.item
      from unnest(p_judged) j
      left join schnittwerk_core.error_code e on not j.passes and e.code = (
        schnittwerk_core.item_failures((j.verdict).failures, j.is_first, p_are_rules_waived))[1]
      order by j.item, e.rank desc nulls first, (j.verdict).staff_id
    ) i
    union all
    select 'price_mismatch', p_judged[1].verdict, null, false where p_price_mismatch is not null
    union all
    select 'slot_conflict', p_judged[1].verdict, null, true
  ) f
  join schnittwerk_core.error_code e on e.code = f.code
  order by f.is_last_resort, e.rank, f.item
  limit 1;
  perform schnittwerk_core.refuse(
    v_failure.code,
    schnittwerk_core.refusal_details(
      v_failure.code,
      schnittwerk_core.week_calendar(p_salon_id, p_starts_at => (v_failure.verdict).starts_at),
      (v_failure.verdict).starts_at, (v_failure.verdict).ends_at, p_price_mismatch,
      (v_failure.verdict).units),
    coalesce(p_moved[v_failure.item].visit_item, v_failure.item) - 1);
end
$$;

comment on function schnittwerk_core.refuse_visit(uuid, schnittwerk_core.item_verdict[], boolean, schnittwerk_core.appointments[], numeric) is
  'Refuses a visit with the first rule that one of its items fails, or with slot_conflict if each item would pass alone. p_price_mismatch: the price, if another was expected. Says which item fails, unless it is the price or the combination. p_moved: as for judge_visit.';

revoke execute on function schnittwerk_core.refuse_visit from public;

create function schnittwerk_core.settle_visit(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_customer_id uuid,
  p_expected_price numeric default null,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.verdict[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_are_units_locked boolean := false;
  v_need_units boolean := false;
  v_judged schnittwerk_core.item_verdict[];
  v_chosen schnittwerk_core.item_verdict[];
  v_item schnittwerk_core.item_verdict;
  v_beside uuid[]; -- who performs the earlier items of the same part
  v_verdicts schnittwerk_core.verdict[] := array[]::schnittwerk_core.verdict[];
  v_passes boolean := true;
  v_price numeric := 0;
begin
  perform schnittwerk_core.lock_resources(p_salon_id, array(
    select s.id from unnest(p_items) i cross join lateral unnest(i.staff_ids) s (id)));
  loop
    -- In a later statement than the locks, as in settle_start.
    v_judged := schnittwerk_core.judge_visit(
      p_salon_id, p_items, p_starts_at, p_are_rules_waived, p_customer_id, p_moved);
    exit when v_are_units_locked;
    foreach v_item in array v_judged loop
      v_need_units := v_need_units or (v_item.verdict).units is not null;
    end loop;
    exit when not v_need_units;
    v_are_units_locked := schnittwerk_core.lock_units(
      p_salon_id, array(select j.verdict from unnest(v_judged) j),
      (select array_agg(u) from unnest(p_moved) m cross join lateral unnest(m.units) u));
  end loop;

  -- With one candidate for each item there is nothing to choose.
  v_chosen := v_judged;
  for v_n in 1 .. greatest(cardinality(p_items), cardinality(v_judged)) loop
    continue when v_judged[v_n].item = v_n;
    if (select count(distinct j.item) from unnest(v_judged) j) < cardinality(p_items) then
      perform schnittwerk_core.require_visit_items(p_salon_id, p_items);
      perform schnittwerk_core.refuse('service_not_offered', p_item => (
        select min(i.n) - 1
        from generate_series(1, cardinality(p_items)) i (n)
        where not exists (select from unnest(v_judged) j where j.item = i.n)
      ));
    end if;
    v_chosen := schnittwerk_core.choose_verdicts(p_salon_id, p_items, p_starts_at, v_judged);
    exit;
  end loop;
  foreach v_item in array coalesce(v_chosen, '{}') loop
    v_verdicts := v_verdicts || v_item.verdict;
    v_price := v_price + (v_item.verdict).price;
    v_passes := v_passes and v_item.passes;
    v_beside := case when p_items[v_item.item].part = p_items[v_item.item - 1].part
      then v_beside else '{}' end;
    if (v_item.verdict).staff_id = any (v_beside) then
      v_chosen := null;
    end if;
    v_beside := v_beside || (v_item.verdict).staff_id;
  end loop;
  if v_chosen is null then
    perform schnittwerk_core.refuse_visit(p_salon_id, v_judged, p_are_rules_waived, p_moved);
  end if;

  if v_need_units then
    v_verdicts := schnittwerk_core.choose_visit_units(p_salon_id, v_verdicts, p_moved);
    for v_n in 1 .. cardinality(v_verdicts) loop
      if schnittwerk_core.lacks_units(v_verdicts[v_n].units) then
        v_verdicts[v_n].failures := v_verdicts[v_n].failures || text 'resource_unavailable';
        v_chosen[v_n].verdict := v_verdicts[v_n];
        v_chosen[v_n].passes := false;
        v_passes := false;
      end if;
    end loop;
  end if;
  if not v_passes or v_price <> p_expected_price then
    perform schnittwerk_core.refuse_visit(
      p_salon_id, v_chosen, p_are_rules_waived, p_moved,
      case when v_price <> p_expected_price then v_price end);
  end if;
  if p_moved = '{}' then
    v_verdicts := schnittwerk_core.cut_staff_buffers(v_verdicts);
  end if;
  if v_need_units then
    v_verdicts := schnittwerk_core.cut_unit_claims(v_verdicts);
  end if;
  return v_verdicts;
end
$$;

comment on function schnittwerk_core.settle_visit(uuid, schnittwerk_core.visit_item[], timestamptz, boolean, uuid, numeric, schnittwerk_core.appointments[]) is
  'Judges a visit under locks and returns the verdicts to book: one per item in order, with units, and without buffers between items of one person. Locks everybody who may perform an item, by id, then the units that the items need. Refuses with the first rule that fails, and with not_found if a service or a member of staff does not exist. p_customer_id, p_moved: as for judge_visit.';

revoke execute on function schnittwerk_core.settle_visit from public;
