create function schnittwerk_core.end_booked_entry()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_time_zone text;
  v_entry schnittwerk_core.waitlist;
  v_offer schnittwerk_core.waitlist_offer;
  v_is_accepted boolean;
begin
  if not schnittwerk_core.is_live(new.status) then
    return null;
  end if;
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = new.salon_id and w.customer_id = new.customer_id
    and w.service_id = new.service_id and w.status in ('active', 'notified')
  for no key update;
  if not found then
    return null;
  end if;
  select o.* into v_offer
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = v_entry.salon_id and o.entry_id = v_entry.id and o.status = 'open';
  v_is_accepted := found
    and (v_offer.staff_id, v_offer.starts_at) = (new.staff_id, new.starts_at);
  select s.time_zone into v_time_zone from schnittwerk_core.salon s where s.id = new.salon_id;
  if not v_is_accepted and (
    not schnittwerk_core.waits_for(
      v_entry, new.staff_id, new.starts_at at time zone v_time_zone)
    -- A customer who joined although they had such an appointment waits for another one.
    or tg_op = 'UPDATE' and (old.customer_id, old.service_id) = (new.customer_id, new.service_id)
    and schnittwerk_core.waits_for(
      v_entry, old.staff_id, old.starts_at at time zone v_time_zone)
  ) then
    return null;
  end if;

  if v_offer.id is null then
    update schnittwerk_core.waitlist w
    set status = 'booked'
    where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  else
    perform schnittwerk_core.end_offer(
      v_offer, case when v_is_accepted then 'accepted' else 'withdrawn' end, 'booked',
      case when v_is_accepted then new.id end);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.end_booked_entry() is
  'Ends a waitlist entry as booked if a new or moved appointment fulfils it and did not before. The entry''s open offer ends as accepted if this is its slot, else as withdrawn, and process_waitlist offers it to the next. An appointment that changes only its customer, as in a merge, ends no entry.';

revoke execute on function schnittwerk_core.end_booked_entry from public;

-- By name before appointments_keep_occupancy_…: an entry's hold ends before the appointment claims
-- the time.
create trigger appointments_end_booked_entry_on_insert
after insert on schnittwerk_core.appointments
for each row execute function schnittwerk_core.end_booked_entry();

create trigger appointments_end_booked_entry_on_update
after update of service_id, staff_id, starts_at on schnittwerk_core.appointments
for each row
when (
  schnittwerk_core.is_live(new.status)
  and (old.service_id, old.staff_id, old.starts_at)
    <> (new.service_id, new.staff_id, new.starts_at)
)
execute function schnittwerk_core.end_booked_entry();
