create function schnittwerk_core.salon_calendar_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.salon_state z
  set calendar_version = z.calendar_version + 1
  where z.salon_id in ((to_jsonb(old) ->> tg_argv[0])::uuid, (to_jsonb(new) ->> tg_argv[0])::uuid);
  return null;
end
$$;

comment on function schnittwerk_core.salon_calendar_has_changed() is
  'Makes every cached week of a salon out of date; the argument is the column of its id.';

revoke execute on function schnittwerk_core.salon_calendar_has_changed from public;

create trigger salon_changes_calendar
after update of time_zone, preferred_from, preferred_until, max_advance_booking_days
on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_calendar_has_changed('id');

create trigger opening_hours_change_calendar
after insert or update or delete on schnittwerk_core.opening_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

create trigger special_hours_change_calendar
after insert or update or delete on schnittwerk_core.special_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

create trigger holidays_change_calendar
after insert or update or delete on schnittwerk_core.holidays
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

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

create function schnittwerk_core.what_bookings_are_judged_by_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old constant jsonb := to_jsonb(old);
  v_new constant jsonb := to_jsonb(new);
  v_salon_ids constant uuid[] := array[(v_old ->> tg_argv[0])::uuid, (v_new ->> tg_argv[0])::uuid];
  v_staff_ids constant uuid[] := array[(v_old ->> tg_argv[1])::uuid, (v_new ->> tg_argv[1])::uuid];
begin
  perform from schnittwerk_core.resource r
  where r.salon_id = any (v_salon_ids) and (tg_nargs = 1 or r.id = any (v_staff_ids))
    and r.changed_in <> pg_current_xact_id()
  order by r.kind <> 'staff', r.id
  for no key update;
  if found then
    update schnittwerk_core.resource r
    set changed_in = pg_current_xact_id()
    where r.salon_id = any (v_salon_ids) and (tg_nargs = 1 or r.id = any (v_staff_ids))
      and r.changed_in <> pg_current_xact_id();
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.what_bookings_are_judged_by_has_changed() is
  'Updates, once per transaction, the rows that bookings lock: those of all resources of a salon, or of one of them. The arguments are the columns with the id of the salon and of the resource.';

revoke execute on function schnittwerk_core.what_bookings_are_judged_by_has_changed
  from public;

create trigger salon_state_changes_bookings
after update on schnittwerk_core.salon_state
for each row
when ((old.policies, old.calendar_version) <> (new.policies, new.calendar_version))
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id');

create trigger salon_changes_bookings
after update of buffer_time_minutes, slot_interval_minutes on schnittwerk_core.salon
for each row execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('id');

create trigger services_change_bookings
after update of duration_minutes, base_price, buffer_before_minutes, buffer_after_minutes, is_active,
  steps, needs
on schnittwerk_core.services
for each row execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id');

create trigger staff_change_bookings
after update of is_active, calendar_version on schnittwerk_core.staff
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'id');

create trigger staff_services_change_bookings
after insert or update or delete on schnittwerk_core.staff_services
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'staff_id');

create trigger unit_changes_bookings
after update on schnittwerk_core.unit
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'id');

create trigger unit_closure_changes_bookings
after insert or update or delete on schnittwerk_core.unit_closure
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'unit_id');
