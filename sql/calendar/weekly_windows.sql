create function schnittwerk_core.weekly_windows(p_salon_id uuid, p_staff_id uuid)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language sql
stable
begin atomic
  select
    a.day_of_week, schnittwerk_core.time_text(a.start_time),
    schnittwerk_core.time_text(a.end_time), a.availability_type
  from schnittwerk_core.staff_availability a
  where a.salon_id = p_salon_id and a.staff_id = p_staff_id
  order by a.day_of_week, a.start_time, a.availability_type;
end;

comment on function schnittwerk_core.weekly_windows(uuid, uuid) is
  'The week of a member of staff in the shape that set_staff_availability takes.';

revoke execute on function schnittwerk_core.weekly_windows from public;
