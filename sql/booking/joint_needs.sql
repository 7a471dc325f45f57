create type schnittwerk_core.joint_needs as (
  salon_id uuid,
  people int,
  kinds int[],
  terms schnittwerk_core.service_term[],
  exclude_claim_ids uuid[]
);

comment on type schnittwerk_core.joint_needs is
  'What the items of a visit that start together need of pools. kinds: the number of the terms that hold for an item with a person, items × people; 0 = the item needs nothing.';

create function schnittwerk_core.joint_needs(
  p_salon_id uuid, p_terms schnittwerk_core.visit_term[], p_people int, p_exclude_claim_ids uuid[]
)
returns schnittwerk_core.joint_needs
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_needs schnittwerk_core.joint_needs;
  v_items int;
  v_term schnittwerk_core.visit_term;
begin
  -- Usually no two items of a part need units.
  if (
    select count(distinct t.item) = count(distinct t.part)
    from unnest(p_terms) t
    where (t.term).needs is not null
  ) then
    return null;
  end if;
  v_items := (select max(t.item) from unnest(p_terms) t);
  v_needs.salon_id := p_salon_id;
  v_needs.people := p_people;
  v_needs.exclude_claim_ids := p_exclude_claim_ids;
  v_needs.kinds := array_fill(0, array[v_items * p_people]);
  v_needs.terms := array(
    select distinct on (
        (t.term).needs, (t.term).duration, (t.term).buffer_before_minutes,
        (t.term).buffer_after_minutes)
      t.term
    from unnest(p_terms) t
    where (t.term).needs is not null
  );
  foreach v_term in array p_terms loop
    for v_kind in 1 .. cardinality(v_needs.terms) loop
      if (v_needs.terms[v_kind].needs, v_needs.terms[v_kind].duration,
          v_needs.terms[v_kind].buffer_before_minutes, v_needs.terms[v_kind].buffer_after_minutes)
        = ((v_term.term).needs, (v_term.term).duration,
          (v_term.term).buffer_before_minutes, (v_term.term).buffer_after_minutes)
      then
        v_needs.kinds[(v_term.item - 1) * p_people + v_term.person] := v_kind;
      end if;
    end loop;
  end loop;
  return v_needs;
end
$$;

comment on function schnittwerk_core.joint_needs(uuid, schnittwerk_core.visit_term[], int, uuid[]) is
  'What items of a visit that start together need of pools, with each of p_people people. Null if no two of them need units.';

revoke execute on function schnittwerk_core.joint_needs from public;

create function schnittwerk_core.units_needed(p_needs schnittwerk_core.need[])
returns schnittwerk_core.unit_use[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(n.pool, null, n.from_minute, n.to_minute)::schnittwerk_core.unit_use
    from unnest(p_needs) n
    cross join generate_series(1, n.quantity)
  );
end
$$;

comment on function schnittwerk_core.units_needed(schnittwerk_core.need[]) is
  'One use for each unit that is needed, without a unit yet.';

revoke execute on function schnittwerk_core.units_needed from public;

create function schnittwerk_core.find_joint_units(
  p_needs schnittwerk_core.joint_needs, p_starts_at timestamptz, p_first_item int, p_chosen int[]
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_term schnittwerk_core.service_term;
  v_kind int;
  v_verdict schnittwerk_core.verdict;
  v_verdicts schnittwerk_core.verdict[] := array[]::schnittwerk_core.verdict[];
begin
  for v_item in p_first_item .. cardinality(p_chosen) loop
    v_kind := p_needs.kinds[(v_item - 1) * p_needs.people + p_chosen[v_item]];
    continue when v_kind = 0;
    v_term := p_needs.terms[v_kind];
    v_verdict.starts_at := p_starts_at;
    v_verdict.ends_at := p_starts_at + v_term.duration;
    v_verdict.buffer_before_minutes := v_term.buffer_before_minutes;
    v_verdict.buffer_after_minutes := v_term.buffer_after_minutes;
    v_verdict.units := schnittwerk_core.units_needed(v_term.needs);
    v_verdicts := v_verdicts || v_verdict;
  end loop;
  if cardinality(v_verdicts) < 2 then
    return true;
  end if;
  return not exists (
    select
    from unnest(schnittwerk_core.choose_joint_units(
      p_needs.salon_id, v_verdicts, p_needs.exclude_claim_ids, '{}')) v
    cross join lateral unnest(v.units) u
    where u.resource_id is null
  );
end
$$;

comment on function schnittwerk_core.find_joint_units(schnittwerk_core.joint_needs, timestamptz, int, int[]) is
  'Whether the items of a part that begins at p_starts_at, from p_first_item to the last of p_chosen (their people), can all have different units.';

revoke execute on function schnittwerk_core.find_joint_units from public;
