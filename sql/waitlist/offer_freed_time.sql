create function schnittwerk_core.offer_freed_time(
  p_salon_id uuid, p_staff_ids uuid[], p_are_locked boolean default true
)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_staff_ids uuid[] := p_staff_ids;
  v_is_locked boolean := p_are_locked;
  v_calendar schnittwerk_core.salon_calendar;
  v_until timestamptz;
  v_slot record;
  v_entry schnittwerk_core.waitlist;
  v_passed_over uuid[];
  v_count int := 0;
  v_count_before int;
  -- Bookings with these staff wait until this transaction ends.
  v_most constant int := 10;
begin
  if p_are_locked then
    perform schnittwerk_core.end_lapsed_offers(p_salon_id);
  end if;
  -- process_waitlist sees an entry that joins at this moment.
  if not exists (
    select from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.status = 'active'
  ) then
    return 0;
  end if;
  v_calendar := schnittwerk_core.week_calendar(p_salon_id, p_starts_at => schnittwerk_core.clock());
  v_until := v_calendar.read_at + make_interval(secs => 3600 * (
    schnittwerk_core.effective_policies(p_salon_id) ->> 'waitlist_notification_hours')::float8);

  <<rounds>>
  loop
    v_count_before := v_count;
    for v_slot in
      select s.* from schnittwerk_core.wanted_slots(v_calendar, v_staff_ids, v_until) s
    loop
      continue when v_slot.staff_id <> all (v_staff_ids) or exists (
        -- A shortcut past slots that have been offered since they were listed.
        select from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = v_slot.staff_id
          and o.during @> v_slot.starts_at
          and (o.expires_at is null or o.expires_at > v_calendar.read_at)
      );
      v_passed_over := '{}';
      loop
        v_entry := schnittwerk_core.next_in_line(
          v_calendar, v_slot.staff_id, v_slot.starts_at, v_slot.service_ids, v_passed_over);
        exit when v_entry.id is null;
        if not v_is_locked then
          v_staff_ids := array[v_slot.staff_id];
          perform schnittwerk_core.lock_resources(p_salon_id, v_staff_ids);
          v_is_locked := true;
        end if;
        if schnittwerk_core.make_offer(v_entry, v_slot.staff_id, v_slot.starts_at) then
          v_count := v_count + 1;
          exit rounds when v_count = v_most;
          exit;
        end if;
        v_passed_over := v_passed_over || v_entry.id;
      end loop;
      -- Perhaps the only entries that wanted it have got an offer since the slots were listed.
      exit when v_entry.id is null and v_count > v_count_before;
    end loop;
    exit when v_count = v_count_before;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.offer_freed_time(uuid, uuid[], boolean) is
  'Offers the freed time of the given staff that starts within waitlist_notification_hours to waitlist entries, and returns how many offers it made: at most 10, process_waitlist makes the rest. The caller has locked their time. With p_are_locked false it locks the first member of staff for whom it can make an offer, and offers only their time.';

revoke execute on function schnittwerk_core.offer_freed_time from public;
