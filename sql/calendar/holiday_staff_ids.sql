create function schnittwerk_core.holiday_staff_ids(p_holiday schnittwerk_core.holidays)
returns uuid[]
language sql
stable
return array(
  select m.id
  from schnittwerk_core.staff m
  where m.salon_id = (p_holiday).salon_id
    and ((p_holiday).affects_all_staff or exists (
      select from schnittwerk_core.holiday_staff l
      where l.salon_id = m.salon_id and l.holiday_id = (p_holiday).id and l.staff_id = m.id
    ))
);

comment on function schnittwerk_core.holiday_staff_ids(schnittwerk_core.holidays) is
  'For whom a holiday closes.';

revoke execute on function schnittwerk_core.holiday_staff_ids from public;
