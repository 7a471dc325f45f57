-- What the book's functions are measured against.

-- The slots of service 1, as a table: reading them is the least that listing them can cost.
create table bench.slots as
select f.*
from schnittwerk.find_slots(bench.id(1), date '2026-12-01', date '2026-12-01' + 91) f;

alter table bench.slots add primary key (starts_at, staff_id);

create function bench.customer(p_staff int, p_client int)
returns uuid
language sql
immutable
return bench.id(5000 + 32 * p_staff + p_client);

-- Every free place for service 20, in no order: what bookings take one by one. The customers who book
-- them, one of each member of staff's for each client, are never busy: the places of one member of
-- staff do not overlap.
create table bench.place as
select
  row_number() over (order by bench.chance(format('%s %s', f.staff_id, f.starts_at at time zone 'UTC'))) as number,
  f.staff_id, f.starts_at, f.ends_at, m.number as staff
from generate_series(0, 91, 31) d (n) -- all at once are more than one call may have
cross join lateral schnittwerk.find_slots(
  bench.id(20), date '2026-12-01' + d.n, date '2026-12-01' + least(d.n + 30, 91),
  p_slot_interval_minutes => 5
) f
join (
  select bench.id(n) as id, n as number from generate_series(1, 50) n
) m on m.id = f.staff_id;

insert into schnittwerk_core.customers (salon_id, id, full_name)
select bench.id(1), bench.customer(m, c), format('Customer %s of staff %s', c, m)
from generate_series(1, 50) m
cross join generate_series(0, 31) c;

-- Each has booked before.
insert into schnittwerk_core.customer_turn (salon_id, customer_id)
select c.salon_id, c.id from schnittwerk_core.customers c;

alter table bench.place add primary key (number);

-- Every quarter of an hour in which three of the staff are free, for visits of three items of service
-- 20, one after the other.
create table bench.visit_place as
select
  row_number() over (order by bench.chance(format('visit %s', min(b.chance)))) as number,
  min(b.staff) as staff, array_agg(b.staff_id order by b.chance) as staff_ids, b.starts_at
from (
  select
    p.starts_at, p.staff_id, p.staff, bench.chance(format('block %s', p.number)) as chance,
    row_number() over (
      partition by p.starts_at order by bench.chance(format('block %s', p.number))) - 1 as n
  from (
    select p.*, lead(p.starts_at, 2) over (partition by p.staff order by p.starts_at) as third
    from bench.place p
  ) p
  where date_bin('15 minutes', p.starts_at, '2026-12-01') = p.starts_at
    and p.third = p.starts_at + interval '10 minutes'
) b
group by b.starts_at, b.n / 3
having count(*) = 3;

alter table bench.visit_place add primary key (number);

-- The items of a visit: a service each, and who performs it or anyone.
create function bench.items(p_services int[], p_staff_ids uuid[] default null)
returns jsonb
language sql
stable
return (
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'service_id', bench.id(s.number), 'staff_id', p_staff_ids[s.n])) order by s.n)
  from unnest(p_services) with ordinality s (number, n)
);

-- The least that keeps appointments apart: columns with check constraints, as anybody would write
-- them, and one exclusion constraint; no references, no other index, no trigger. Spelled out, so
-- that what makes the book's own table quicker does not move what it is measured by.
create table bench.appointments (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid not null,
  staff_id uuid not null,
  service_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'pending',
  price numeric(10, 2) not null check (price >= 0),
  buffer_before_minutes int not null check (buffer_before_minutes between 0 and 1440),
  buffer_after_minutes int not null check (buffer_after_minutes between 0 and 1440),
  cancellation_deadline_hours numeric not null
    check (cancellation_deadline_hours between 0 and 8760),
  reschedule_deadline_hours numeric not null check (reschedule_deadline_hours between 0 and 8760),
  max_reschedules int not null check (max_reschedules between 0 and 1000),
  reschedule_count int not null default 0 check (reschedule_count >= 0),
  notes text check (length(notes) <= 2000),
  cancelled_at timestamptz,
  cancellation_reason text check (length(cancellation_reason) <= 2000),
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  during tstzrange not null,
  primary key (salon_id, id),
  check (ends_at > starts_at),
  check (isfinite(starts_at) and isfinite(ends_at)),
  check (status in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
  exclude using gist (salon_id with =, staff_id with =, during with &&)
);

insert into bench.appointments (
  salon_id, id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules, during
)
select
  a.salon_id, a.id, a.customer_id, a.staff_id, a.service_id, a.starts_at, a.ends_at, a.status,
  a.price, a.buffer_before_minutes, a.buffer_after_minutes, a.cancellation_deadline_hours,
  a.reschedule_deadline_hours, a.max_reschedules, o.during
from schnittwerk_core.appointments a
join schnittwerk_core.occupancy o on o.salon_id = a.salon_id and o.claim_id = a.id;

-- The parts of a booking: the appointment where it belongs, with whichever of its triggers are
-- switched on, and with or without the operation that makes a retry safe.
create function bench.insert_parts(p_number bigint, p_customer int, p_has_operation boolean)
returns void
language plpgsql
volatile
as $$
declare
  v_appointment schnittwerk_core.appointments;
begin
  insert into schnittwerk_core.appointments as a (
    salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price,
    buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
    reschedule_deadline_hours, max_reschedules
  )
  select
    bench.id(1), bench.id(p_customer), p.staff_id, bench.id(20), p.starts_at, p.ends_at, 10, 0, 0,
    24, 2, 3
  from bench.place p
  where p.number = p_number
  returning a.* into v_appointment;
  if p_has_operation then
    insert into schnittwerk_core.booking_operations (
      salon_id, operation_type, idempotency_key, caller, request_fingerprint, response,
      appointment_id, correlation_id
    )
    values (
      bench.id(1), 'create', gen_random_uuid(), 'service', sha256(p_number::text::bytea),
      jsonb_build_object('success', true, 'appointment', to_jsonb(v_appointment)),
      v_appointment.id, gen_random_uuid()
    )
    on conflict on constraint unique_idempotency_key do nothing;
  end if;
end
$$;
