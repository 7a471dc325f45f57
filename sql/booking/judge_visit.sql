create type schnittwerk_core.item_verdict as (
  item int,
  is_first boolean,
  after_minutes int,
  verdict schnittwerk_core.verdict,
  passes boolean
);

comment on type schnittwerk_core.item_verdict is
  'What the rules say about an item of a visit with one member of staff, after_minutes after the start of the visit. is_first: the first item that begins at the start of the visit. passes: whether no rule that binds the item fails (item_failures).';

create function schnittwerk_core.item_failures(
  p_failures text[], p_is_first boolean, p_are_rules_waived boolean
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select e.code
    from schnittwerk_core.error_code e
    where e.code = any (p_failures) and not (e.is_waivable and p_are_rules_waived)
      and (p_is_first or e.code not in ('notice_too_short', 'too_far_ahead', 'off_grid'))
    order by e.rank
  );
end
$$;

comment on function schnittwerk_core.item_failures(text[], boolean, boolean) is
  'The failures of an appointment that bind it as an item of a visit, in the order of the rules. Notice, horizon and grid apply to the start of the visit, so only to its first item.';

revoke execute on function schnittwerk_core.item_failures from public;

create function schnittwerk_core.judge_visit(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_customer_id uuid,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.item_verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved_ids uuid[] := array[]::uuid[];
  v_moved_from timestamptz;
  v_offsets interval[] := array[interval '0'];
  v_offset interval;
  v_lengths interval[] := array[]::interval[]; -- of the part so far
  v_length interval;
  v_first_item int;
  v_states int := 0;
  v_verdict schnittwerk_core.verdict;
  v_judged schnittwerk_core.item_verdict;
  v_all_judged schnittwerk_core.item_verdict[] := array[]::schnittwerk_core.item_verdict[];
begin
  if p_moved <> '{}' then
    select array_agg(m.id), min(m.starts_at) into v_moved_ids, v_moved_from
    from unnest(p_moved) m;
  end if;
  for v_item in 1 .. cardinality(p_items) loop
    if v_moved_from is not null then
      v_offsets := array[schnittwerk_core.elapsed(v_moved_from, p_moved[v_item].starts_at)];
    elsif p_items[v_item].part > p_items[v_item - 1].part then
      v_offsets := case when cardinality(v_offsets) + cardinality(v_lengths) = 2
        then array[v_offsets[1] + v_lengths[1]]
        else schnittwerk_core.later_offsets(v_offsets, v_lengths) end;
      v_lengths := '{}';
    end if;
    v_judged.item := v_item;
    v_states := v_states + cardinality(v_offsets) * cardinality(p_items[v_item].staff_ids);
    if v_states > schnittwerk_core.most_visit_states() then
      perform schnittwerk_core.refuse_visit_states();
    end if;
    foreach v_offset in array v_offsets loop
      if v_offset = '0' then
        v_first_item := coalesce(v_first_item, v_item);
      end if;
      v_judged.is_first := v_first_item = v_item;
      v_judged.after_minutes := extract(epoch from v_offset) / 60;
      foreach v_verdict in array schnittwerk_core.judge_start(
        p_salon_id, p_items[v_item].service_id, p_items[v_item].staff_ids,
        p_starts_at + v_offset, p_exclude_claim_ids => v_moved_ids, p_moved => p_moved[v_item],
        p_customer_id => p_customer_id, p_visit_id => p_moved[1].visit_id)
      loop
        v_judged.verdict := v_verdict;
        v_judged.passes := v_verdict.failures = '{}';
        if not v_judged.passes and (p_are_rules_waived or not v_judged.is_first) then
          v_judged.passes := schnittwerk_core.item_failures(
            v_verdict.failures, v_judged.is_first, p_are_rules_waived) = '{}';
        end if;
        v_all_judged := v_all_judged || v_judged;
        v_length := schnittwerk_core.elapsed(v_verdict.starts_at, v_verdict.ends_at);
        if v_length <> all (v_lengths) then
          v_lengths := v_lengths || v_length;
        end if;
      end loop;
    end loop;
  end loop;
  return v_all_judged;
end
$$;

comment on function schnittwerk_core.judge_visit(uuid, schnittwerk_core.visit_item[], timestamptz, boolean, uuid, schnittwerk_core.appointments[]) is
  'Judges every booking rule for each item of a visit (judge_start), with each of its staff, at each distance from p_starts_at at which the item can begin. The distance depends on who performs the items before it. The items count as free for each other. p_customer_id: whose other appointments must not overlap. p_moved: the items of a visit that is moved, in the order of p_items; they keep their distances, and their claims do not count.';

revoke execute on function schnittwerk_core.judge_visit from public;
