begin;
select plan(16);
\ir ../fixture.psql
\ir ../waitlist.psql

-- The events of the waitlist that were not told yet, oldest first.
create function pg_temp.told()
returns text
language plpgsql
as $$
declare
  v_told text;
begin
  select string_agg(e.type, ' ' order by e.number) into v_told
  from schnittwerk_core.events e
  where e.type like 'waitlist%'
    and e.number > coalesce(nullif(current_setting('test.told', true), ''), '0')::bigint;
  perform set_config('test.told', coalesce((
    select max(e.number) from schnittwerk_core.events e), 0)::text, true);
  return v_told;
end
$$;
create function pg_temp.book(
  p_customer_id uuid, p_service_id uuid, p_starts_at timestamptz, p_staff_id uuid
)
returns uuid
language sql
as $$
  select (schnittwerk.create_booking(
    gen_random_uuid()::text, p_customer_id, p_service_id, p_starts_at, p_staff_id)
    #>> '{appointment,id}')::uuid
$$;

select pg_temp.wait(
  :'dora', :'haircut', :'anna', p_from => '2026-12-02', p_to => '2026-12-03') as d \gset
select pg_temp.told() \g /dev/null
select pg_temp.book(:'carla', :'haircut', '2026-12-02 09:00+01', :'anna') \g /dev/null
select is(pg_temp.entry_status(:'d'), 'active', 'another customer''s booking leaves the entry');
select pg_temp.book(:'dora', :'color', '2026-12-02 14:00+01', :'anna') \g /dev/null
select is(pg_temp.entry_status(:'d'), 'active', 'a booking of another service leaves the entry');
select pg_temp.book(:'dora', :'haircut', '2026-12-02 10:00+01', :'ben') \g /dev/null
select is(pg_temp.entry_status(:'d'), 'active', 'a booking with other staff leaves the entry');
select pg_temp.book(:'dora', :'haircut', '2026-12-04 09:00+01', :'anna') as later \gset
select is(pg_temp.entry_status(:'d'), 'active', 'a booking on another date leaves the entry');
select is(pg_temp.told(), null, 'bookings that leave the entry write no event of it');
select schnittwerk.reschedule_booking('move', :'later', '2026-12-03 09:00+01') \g /dev/null
select is(
  pg_temp.entry_status(:'d'), 'booked',
  'a booking that is moved into the entry''s range ends it'
);
select is(pg_temp.told(), 'waitlist_entry.booked', 'a booking that ends the entry writes an event');

select pg_temp.wait(:'dora', :'haircut', :'anna', p_from => '2026-12-02', p_to => '2026-12-03') as d \gset
select schnittwerk.reschedule_booking('within', :'later', '2026-12-03 09:15+01') \g /dev/null
select is(
  pg_temp.entry_status(:'d'), 'active',
  'moving an appointment that was there before within the range leaves the entry'
);
select schnittwerk.leave_waitlist('d', :'d') \g /dev/null

-- with an open offer
select pg_temp.wait(:'zoe', :'haircut', p_priority => 1) as z,
  pg_temp.wait(:'carla', :'haircut', :'anna') as c \gset
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
values (:'salon', :'anna', '[2026-12-02 17:00+01, 2026-12-02 17:15+01)', true);
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Zoe: Anna 02 17:00',
  'a slot is offered to the entry with the highest priority'
);
select pg_temp.told() \g /dev/null
select pg_temp.book(:'zoe', :'haircut', '2026-12-02 15:00+01', :'ben') \g /dev/null
select is(pg_temp.entry_status(:'z'), 'booked', 'a booking at another time ends the entry');
select is(
  pg_temp.told(), 'waitlist_offer.withdrawn waitlist_entry.booked',
  'a booking that ends the entry withdraws its offer, with events');
select is_empty(
  'select from schnittwerk_core.occupancy where expires_at is not null',
  'a withdrawn slot is no longer held');
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Anna 02 17:00',
  'process_waitlist offers a withdrawn slot to the next entry'
);

-- direct SQL
select schnittwerk.update_waitlist_entry(
  'elsewhere', :'c', '{"preferred_start_date": "2026-12-10"}') \g /dev/null
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules
)
select o.salon_id, :'carla', o.staff_id, :'haircut', o.starts_at, o.ends_at, 'pending', 75,
  0, 15, 24, 24, 3
from schnittwerk_core.waitlist_offer o where o.status = 'open';
select is(
  (select array[o.status, w.status] from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.id = o.entry_id
    where o.appointment_id is not null),
  '{accepted,booked}', 'direct SQL that books what is offered accepts it'
);
select is(
  (select count(*) from schnittwerk_core.occupancy
    where during && tstzrange('2026-12-02 17:00+01', '2026-12-02 18:00+01')),
  1::bigint, 'the claim of an appointment by direct SQL replaces the hold'
);
select pg_temp.wait(:'dora', :'haircut', p_times => '{14:00}') as d \gset
select schnittwerk.create_booking(
  'taken', :'dora', :'haircut', '2026-12-02 17:00+01', :'anna') \g /dev/null
select is(pg_temp.entry_status(:'d'), 'active', 'a booking that is refused leaves the entry');

select * from finish();
rollback;
