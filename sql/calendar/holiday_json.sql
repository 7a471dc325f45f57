create function schnittwerk_core.holiday_json(p_holiday schnittwerk_core.holidays)
returns jsonb
language sql
stable
return to_jsonb(p_holiday) || jsonb_build_object(
  'created_at', schnittwerk_core.utc_text((p_holiday).created_at),
  'staff_ids', (
    select coalesce(jsonb_agg(l.staff_id order by l.staff_id), '[]')
    from schnittwerk_core.holiday_staff l
    where l.salon_id = (p_holiday).salon_id and l.holiday_id = (p_holiday).id
  )
);

comment on function schnittwerk_core.holiday_json(schnittwerk_core.holidays) is
  'A holiday with all columns and the staff linked to it, times in UTC.';

revoke execute on function schnittwerk_core.holiday_json from public;
