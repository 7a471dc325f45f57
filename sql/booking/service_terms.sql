create function schnittwerk_core.needs_of(p_units schnittwerk_core.unit_use[])
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(d.need order by d.need)
    from (
      select row(u.pool, count(*), u.from_minute, u.to_minute)::schnittwerk_core.need as need
      from unnest(p_units) u
      group by u.pool, u.from_minute, u.to_minute
    ) d
  );
end
$$;

comment on function schnittwerk_core.needs_of(schnittwerk_core.unit_use[]) is
  'What an appointment that uses these units needs of their pools.';

revoke execute on function schnittwerk_core.needs_of from public;

create type schnittwerk_core.service_term as (
  staff_id uuid,
  is_offered boolean,
  duration interval,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  calendar_version bigint,
  steps schnittwerk_core.step[],
  needs schnittwerk_core.need[]
);

comment on type schnittwerk_core.service_term is
  'The terms on which a member of staff performs a service; see service_terms.';

create function schnittwerk_core.service_terms(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_policies jsonb,
  p_buffer_time_minutes int,
  p_moved schnittwerk_core.appointments default null
)
returns setof schnittwerk_core.service_term
language sql
stable
parallel safe
begin atomic
  select
    m.id,
    v.is_active and m.is_active and p.staff_id is not null
      -- A booked appointment can be moved even if its staff or service have been deactivated.
      or (p_moved).staff_id is not distinct from m.id,
    coalesce(
      (p_moved).ends_at - (p_moved).starts_at,
      make_interval(mins => coalesce(p.estimated_duration_minutes, v.duration_minutes))),
    coalesce((p_moved).price, schnittwerk_core.limited_price(
      coalesce(p.custom_price, v.base_price), v.min_price, v.max_price)),
    coalesce((p_moved).buffer_before_minutes,
      case when (p_policies -> 'double_booking_prevention')::boolean
        then coalesce(v.buffer_before_minutes, 0) else 0 end),
    coalesce((p_moved).buffer_after_minutes,
      case when (p_policies -> 'double_booking_prevention')::boolean
        then coalesce(v.buffer_after_minutes, p_buffer_time_minutes) else 0 end),
    m.calendar_version,
    -- A service of one step calls none of these functions, which do not inline.
    case
      when (p_moved).staff_id is not null then (p_moved).steps
      when v.steps is not null then schnittwerk_core.staff_steps(
        v.steps, v.duration_minutes, p.steps, p.estimated_duration_minutes)
    end,
    case
      when (p_moved).units is not null then schnittwerk_core.needs_of((p_moved).units)
      when (p_moved).staff_id is null and v.needs is not null
        then schnittwerk_core.staff_needs(
          v.needs, v.steps, v.duration_minutes, p.steps, p.estimated_duration_minutes)
    end
  from schnittwerk_core.services v
  join schnittwerk_core.staff m on m.salon_id = v.salon_id and m.id = any (p_staff_ids)
  left join schnittwerk_core.staff_services p
    on p.salon_id = v.salon_id and p.service_id = v.id and p.staff_id = m.id
  where v.salon_id = p_salon_id and v.id = p_service_id;
end;

comment on function schnittwerk_core.service_terms(uuid, uuid, uuid[], jsonb, int, schnittwerk_core.appointments) is
  'The terms on which each member of staff performs a service: duration, price (before any price rule), buffers in minutes, steps (null = one) and needs of pools (null = none). is_offered: false if they do not perform it, or if they or the service are inactive. calendar_version: that of the member of staff. p_policies, p_buffer_time_minutes: the salon''s. p_moved: an appointment of this service that is moved; it keeps its length, steps, needs, buffers, price and staff, even if these have been deactivated.';

revoke execute on function schnittwerk_core.service_terms from public;
