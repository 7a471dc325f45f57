create function schnittwerk_core.stranded_appointments(
  p_salon_id uuid, p_staff_ids uuid[] default null
)
returns uuid[]
language plpgsql
stable
set search_path = ''
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
    return '{}'::uuid[];
  end if;

  v_calendar := schnittwerk_core.salon_calendar(p_salon_id, v_first_date, v_last_date);
  return (
    -- materialized: open time is computed once for each of the staff, not for each appointment
    with open_staff as materialized (
      select m.id, schnittwerk_core.open_time(v_calendar, m.id) as open_time
      from schnittwerk_core.staff m
      where m.salon_id = p_salon_id and m.is_active
        and (p_staff_ids is null or m.id = any (p_staff_ids))
    )
    select coalesce(array_agg(a.id), '{}')
    from schnittwerk_core.appointments a
    left join open_staff s on s.id = a.staff_id
    where a.salon_id = p_salon_id
      and a.starts_at > schnittwerk_core.clock()
      and a.status in ('pending', 'confirmed')
      and (p_staff_ids is null or a.staff_id = any (p_staff_ids))
      and not coalesce(s.open_time @> tstzrange(a.starts_at, a.ends_at), false)
  );
end
$$;

comment on function schnittwerk_core.stranded_appointments(uuid, uuid[]) is
  'The pending and confirmed appointments to come that lie outside the open time of their staff, or whose staff are inactive; p_staff_ids null = everyone''s.';

revoke execute on function schnittwerk_core.stranded_appointments from public;
