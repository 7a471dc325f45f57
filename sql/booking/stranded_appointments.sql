create function schnittwerk_core.stranded_appointments(
  p_salon_id uuid, p_staff_ids uuid[] default null
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_first_date date;
  v_last_date date;
  v_calendar schnittwerk_core.salon_calendar;
begin
  select
    min(a.starts_at at time zone 'UTC')::date, max(a.ends_at at time zone 'UTC')::date
  into v_first_date, v_last_date
  from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id
    and a.starts_at > schnittwerk_core.clock()
    and a.status in ('pending', 'confirmed')
    and (p_staff_ids is null or a.staff_id = any (p_staff_ids));
  if v_first_date is null then
    return '{}'::text[];
  end if;

  v_calendar := schnittwerk_core.salon_calendar(p_salon_id, v_first_date, v_last_date);
  return (
    -- materialized: hours are computed once for each of the staff, not for each appointment
    with active_staff as materialized (
      select m.id, schnittwerk_core.staff_hours(v_calendar, m.id) as hours
      from schnittwerk_core.staff m
      where m.salon_id = p_salon_id and m.is_active
        and (p_staff_ids is null or m.id = any (p_staff_ids))
    )
    select coalesce(array_agg(a.id || ' ' || c.cause), '{}')
    from schnittwerk_core.appointments a
    left join active_staff s on s.id = a.staff_id
    cross join lateral (
      select tstzrange(a.starts_at, a.ends_at) as during
    ) d
    cross join lateral unnest(array[
      case when v_calendar.closures && d.during then 'holiday' end,
      case when not v_calendar.hours @> d.during then 'hours' end,
      case when not coalesce(s.hours @> d.during, false) then 'staff' end
    ]) c (cause)
    where a.salon_id = p_salon_id
      and a.starts_at > schnittwerk_core.clock()
      and a.status in ('pending', 'confirmed')
      and (p_staff_ids is null or a.staff_id = any (p_staff_ids))
      and c.cause is not null
  );
end
$$;

comment on function schnittwerk_core.stranded_appointments(uuid, uuid[]) is
  'What strands pending and confirmed appointments to come, as ''id cause'': on a holiday, outside the salon''s hours, outside the hours of their staff or with staff who are inactive (cause holiday, hours, staff); p_staff_ids null = everyone''s.';

revoke execute on function schnittwerk_core.stranded_appointments from public;
