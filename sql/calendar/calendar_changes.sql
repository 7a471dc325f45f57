create function schnittwerk_core.salon_calendar_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := case tg_table_name when 'salon' then 'id' else 'salon_id' end;
begin
  update schnittwerk_core.salon_state z
  set calendar_version = z.calendar_version + 1
  where z.salon_id in ((to_jsonb(old) ->> v_key)::uuid, (to_jsonb(new) ->> v_key)::uuid);
  return null;
end
$$;

comment on function schnittwerk_core.salon_calendar_has_changed() is
  'Makes every cached week of a salon out of date.';

revoke execute on function schnittwerk_core.salon_calendar_has_changed from public;

create trigger salon_changes_calendar
after update of time_zone, preferred_from, preferred_until, max_advance_booking_days
on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_calendar_has_changed();

create trigger opening_hours_change_calendar
after insert or update or delete on schnittwerk_core.opening_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed();

create trigger special_hours_change_calendar
after insert or update or delete on schnittwerk_core.special_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed();

create trigger holidays_change_calendar
after insert or update or delete on schnittwerk_core.holidays
for each row execute function schnittwerk_core.salon_calendar_has_changed();

create function schnittwerk_core.staff_calendar_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' then
    update schnittwerk_core.staff m
    set calendar_version = m.calendar_version + 1
    where m.salon_id = old.salon_id and m.id = old.staff_id;
  end if;
  if tg_op <> 'DELETE' then
    update schnittwerk_core.staff m
    set calendar_version = m.calendar_version + 1
    where m.salon_id = new.salon_id and m.id = new.staff_id;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.staff_calendar_has_changed() is
  'Makes every cached week of a member of staff out of date.';

revoke execute on function schnittwerk_core.staff_calendar_has_changed from public;

create trigger staff_availability_changes_calendar
after insert or update or delete on schnittwerk_core.staff_availability
for each row execute function schnittwerk_core.staff_calendar_has_changed();

create trigger staff_timeoff_changes_calendar
after insert or update or delete on schnittwerk_core.staff_timeoff
for each row execute function schnittwerk_core.staff_calendar_has_changed();

create trigger holiday_staff_changes_calendar
after insert or update or delete on schnittwerk_core.holiday_staff
for each row execute function schnittwerk_core.staff_calendar_has_changed();
