-- What the book's functions are measured against.

-- The slots of service 1, as a table: reading them is the least that listing them can cost.
create table bench.slots as
select f.*
from schnittwerk.find_slots(bench.id(1), date '2026-12-01', date '2026-12-01' + 91) f;

alter table bench.slots add primary key (starts_at, staff_id);

-- Every free place for service 20, in no order: what bookings take one by one.
create table bench.place as
select
  row_number() over (order by bench.chance(format('%s %s', f.staff_id, f.starts_at at time zone 'UTC'))) as number,
  f.staff_id, f.starts_at, f.ends_at
from generate_series(0, 91, 31) d (n) -- all at once are more than one call may have
cross join lateral schnittwerk.find_slots(
  bench.id(20), date '2026-12-01' + d.n, date '2026-12-01' + least(d.n + 30, 91),
  p_slot_interval_minutes => 5
) f;

alter table bench.place add primary key (number);

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
