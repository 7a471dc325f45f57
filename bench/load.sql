-- What makes a copy of the book bear mixed traffic. Bookings fall on days up to two years ahead, so
-- that there is room for all of them and the month that is looked at most stays as full as it was.
select schnittwerk.set_policy('advance_booking_limit_days', '720');

create function bench.take_slot(p_staff int, p_service int, p_day int)
returns timestamptz
language sql
volatile
return (
  select f.starts_at
  from schnittwerk.find_slots(
    bench.id(p_service), date '2026-12-01' + p_day, p_staff_id => bench.id(p_staff)
  ) f
  order by random()
  limit 1
);

create function bench.next_appointment(p_staff int, p_day int)
returns uuid
language sql
volatile
return (
  select a.id
  from schnittwerk_core.appointments a
  where a.salon_id = bench.id(1) and a.staff_id = bench.id(p_staff)
    and a.starts_at > timestamptz '2026-12-01 00:00+01' + make_interval(days => p_day)
    and a.status in ('pending', 'confirmed')
  order by a.starts_at
  limit 1
);

-- Each looks first, as people do; nothing is done where nothing is found.
create function bench.book(p_staff int, p_service int, p_day int, p_customer int)
returns jsonb
language plpgsql
volatile
as $$
declare
  v_starts_at constant timestamptz := bench.take_slot(p_staff, p_service, p_day);
begin
  return case when v_starts_at is not null then schnittwerk.create_booking(
    gen_random_uuid()::text, bench.id(p_customer), bench.id(p_service), v_starts_at,
    bench.id(p_staff)
  ) end;
end
$$;

create function bench.cancel(p_staff int, p_day int)
returns jsonb
language plpgsql
volatile
as $$
declare
  v_id constant uuid := bench.next_appointment(p_staff, p_day);
begin
  return case when v_id is not null then
    schnittwerk.cancel_booking(gen_random_uuid()::text, v_id) end;
end
$$;

create function bench.reschedule(p_staff int, p_service int, p_day int, p_new_day int)
returns jsonb
language plpgsql
volatile
as $$
declare
  v_id constant uuid := bench.next_appointment(p_staff, p_day);
  v_starts_at constant timestamptz := bench.take_slot(p_staff, p_service, p_new_day);
begin
  return case when v_id is not null and v_starts_at is not null then
    schnittwerk.reschedule_booking(gen_random_uuid()::text, v_id, v_starts_at) end;
end
$$;
