create function schnittwerk_core.offer_freed_time(p_salon_id uuid, p_staff_ids uuid[])
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_policies jsonb;
  v_until timestamptz;
  v_calendar schnittwerk_core.salon_calendar;
  v_wanted record;
  v_verdict schnittwerk_core.verdict;
  v_offer schnittwerk_core.waitlist_offer;
  v_waiting int;
  v_offered uuid[] := array[]::uuid[];
begin
  -- whoever joins at this moment is seen by process_waitlist
  if not exists (select from schnittwerk_core.waiting_entries(p_salon_id)) then
    return 0;
  end if;
  v_policies := schnittwerk_core.effective_policies(p_salon_id);
  v_until := schnittwerk_core.clock() + make_interval(
    secs => 3600 * (v_policies ->> 'waitlist_notification_hours')::float8);
  if not exists (
    select from schnittwerk_core.freed_time f
    where f.salon_id = p_salon_id and f.staff_id = any (p_staff_ids)
      and f.during && tstzrange(schnittwerk_core.clock(), v_until, '[]')
  ) then
    return 0;
  end if;

  perform schnittwerk_core.lock_waitlist(p_salon_id);
  v_calendar := schnittwerk_core.salon_calendar(
    p_salon_id,
    (schnittwerk_core.clock() at time zone 'UTC')::date - 1,
    (v_until at time zone 'UTC')::date + 1
  );
  select count(*) into v_waiting from schnittwerk_core.waiting_entries(p_salon_id);
  for v_wanted in
    select w.* from schnittwerk_core.wanted_slots(v_calendar, p_staff_ids, v_until) w
  loop
    exit when cardinality(v_offered) = v_waiting;
    continue when v_wanted.entry_id = any (v_offered) or exists (
      -- a shortcut only: the rules say so too
      select from schnittwerk_core.occupancy o
      where o.salon_id = p_salon_id and o.resource_id = v_wanted.staff_id
        and o.during && tstzrange(v_wanted.starts_at, v_wanted.ends_at)
        and (o.expires_at is null or o.expires_at > v_calendar.read_at)
    );
    select j.* into v_verdict
    from schnittwerk_core.judge_slot(
      schnittwerk_core.calendar_at(p_salon_id, v_wanted.starts_at), v_wanted.service_id,
      array[v_wanted.staff_id], v_wanted.starts_at) j;
    continue when v_verdict.failures <> '{}';

    select o.* into v_offer
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id and o.entry_id = v_wanted.entry_id and o.status = 'open';
    if found then
      perform schnittwerk_core.end_offer(v_offer, 'expired', 'active');
    end if;

    insert into schnittwerk_core.waitlist_offer as o (
      salon_id, entry_id, staff_id, starts_at, ends_at, price, expires_at
    )
    values (
      p_salon_id, v_wanted.entry_id, v_verdict.staff_id, v_verdict.starts_at, v_verdict.ends_at,
      v_verdict.price,
      least(
        schnittwerk_core.clock()
          + make_interval(mins => (v_policies ->> 'waitlist_offer_minutes')::numeric::int),
        v_verdict.starts_at - (v_calendar.earliest_start - schnittwerk_core.clock())
      )
    )
    returning o.* into v_offer;
    perform schnittwerk_core.claim_time(
      p_salon_id, v_offer.entry_id, v_offer.staff_id,
      schnittwerk_core.buffered_range(
        v_offer.starts_at, v_offer.ends_at, v_verdict.buffer_before_minutes,
        v_verdict.buffer_after_minutes),
      v_offer.expires_at
    );
    update schnittwerk_core.waitlist w
    set status = 'notified'
    where w.salon_id = p_salon_id and w.id = v_offer.entry_id;
    v_offered := v_offered || v_offer.entry_id;
  end loop;
  return cardinality(v_offered);
end
$$;

comment on function schnittwerk_core.offer_freed_time(uuid, uuid[]) is
  'Offers the freed time of the staff given, as far as it starts within waitlist_notification_hours, to whoever waits for it, and returns how many offers it made. Each is held for waitlist_offer_minutes, never past the start minus notice. The staff''s time is locked.';

revoke execute on function schnittwerk_core.offer_freed_time from public;
