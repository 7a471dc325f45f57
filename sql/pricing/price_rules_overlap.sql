create function schnittwerk_core.price_rules_overlap(
  p_one schnittwerk_core.price_rule, p_other schnittwerk_core.price_rule
)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_one constant jsonb := p_one.conditions;
  v_other constant jsonb := p_other.conditions;
  v_first constant date := greatest(p_one.valid_from, p_other.valid_from);
  v_last constant date := least(p_one.valid_until, p_other.valid_until);
begin
  return p_one.is_active and p_other.is_active
    and p_one.kind = p_other.kind
    and p_one.priority = p_other.priority
    and (select count(*) from jsonb_object_keys(v_one))
      = (select count(*) from jsonb_object_keys(v_other))
    and coalesce(v_one ->> 'code' = v_other ->> 'code', true)
    and coalesce(
      v_one -> 'services'
        ?| array(select s.id from jsonb_array_elements_text(v_other -> 'services') s (id))
      or not v_other ? 'services',
      true)
    and coalesce(
      v_one -> 'staff'
        ?| array(select s.id from jsonb_array_elements_text(v_other -> 'staff') s (id))
      or not v_other ? 'staff',
      true)
    and numrange(
        (v_one #>> '{lead_hours,min}')::numeric, (v_one #>> '{lead_hours,max}')::numeric)
      && numrange(
        (v_other #>> '{lead_hours,min}')::numeric, (v_other #>> '{lead_hours,max}')::numeric)
    -- A maximum of 100 includes a full day.
    and numrange(
        (v_one #>> '{booked_percent,min}')::numeric,
        nullif((v_one #>> '{booked_percent,max}')::numeric, 100))
      && numrange(
        (v_other #>> '{booked_percent,min}')::numeric,
        nullif((v_other #>> '{booked_percent,max}')::numeric, 100))
    and (
      not v_one ? 'times' or not v_other ? 'times'
      or exists (
        select
        from jsonb_array_elements(v_one -> 'times') w
        join jsonb_array_elements(v_other -> 'times') x
          on schnittwerk_core.json_time(w -> 'start_time')
            < schnittwerk_core.json_time(x -> 'end_time')
          and schnittwerk_core.json_time(x -> 'start_time')
            < schnittwerk_core.json_time(w -> 'end_time')
      )
    )
    -- A date on which both are valid. If one exists, then also within the first week.
    and exists (
      select
      from generate_series(0, 6) n
      cross join lateral (
        select coalesce(v_first, v_last - 6, '2000-01-01') + n as date
      ) d
      cross join lateral (select to_jsonb(extract(dow from d.date)::int) as day) w
      where (v_last is null or d.date <= v_last)
        and coalesce(v_one -> 'days' @> w.day, true)
        and coalesce(v_other -> 'days' @> w.day, true)
    );
end
$$;

comment on function schnittwerk_core.price_rules_overlap(schnittwerk_core.price_rule, schnittwerk_core.price_rule) is
  'Whether a booking could meet two price rules of the same rank, so that only their ids would decide. Both rules are as kept_price_rule makes them.';

revoke execute on function schnittwerk_core.price_rules_overlap from public;
