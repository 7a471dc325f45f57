create function schnittwerk_core.service_terms(
  p_calendar schnittwerk_core.salon_calendar, p_service_id uuid, p_staff_ids uuid[]
)
returns table (
  staff_id uuid,
  is_offered boolean,
  duration_minutes int,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int
)
language sql
stable
parallel safe
begin atomic
  select
    m.id,
    v.is_active and m.is_active and p.staff_id is not null,
    coalesce(p.estimated_duration_minutes, v.duration_minutes),
    coalesce(p.custom_price, v.base_price),
    case when b.are_kept then coalesce(v.buffer_before_minutes, 0) else 0 end,
    case when b.are_kept
      then coalesce(v.buffer_after_minutes, (p_calendar).buffer_time_minutes) else 0 end
  from schnittwerk_core.services v
  join schnittwerk_core.staff m on m.salon_id = v.salon_id and m.id = any (p_staff_ids)
  left join schnittwerk_core.staff_services p
    on p.salon_id = v.salon_id and p.service_id = v.id and p.staff_id = m.id
  cross join (
    select ((p_calendar).policies ->> 'double_booking_prevention')::boolean as are_kept
  ) b
  where v.salon_id = (p_calendar).salon_id and v.id = p_service_id;
end;

comment on function schnittwerk_core.service_terms(schnittwerk_core.salon_calendar, uuid, uuid[]) is
  'On what terms each of the staff performs a service: minutes, price, buffers; is_offered false where they do not or one of the two is inactive.';

revoke execute on function schnittwerk_core.service_terms from public;
