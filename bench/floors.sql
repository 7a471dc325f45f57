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

-- The least that keeps appointments apart: the same columns and checks, the same claims, one
-- exclusion constraint; no references, no other index, no trigger.
create table bench.appointments (
  like schnittwerk_core.appointments including defaults including constraints,
  during tstzrange not null,
  primary key (salon_id, id),
  exclude using gist (salon_id with =, staff_id with =, during with &&)
);

insert into bench.appointments
select a.*, o.during
from schnittwerk_core.appointments a
join schnittwerk_core.occupancy o on o.salon_id = a.salon_id and o.claim_id = a.id;

-- An insert that may lose: pgbench ends a client at its first error.
create function bench.insert_or_lose(p_number bigint)
returns void
language plpgsql
volatile
as $$
begin
  insert into bench.appointments (
    salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price,
    buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
    reschedule_deadline_hours, max_reschedules, during
  )
  select
    bench.id(1), bench.id(1), p.staff_id, bench.id(20), p.starts_at, p.ends_at, 10, 0, 0,
    24, 2, 3, tstzrange(p.starts_at, p.ends_at)
  from bench.place p
  where p.number = p_number;
exception when exclusion_violation or deadlock_detected then
  null;
end
$$;

-- The parts of a booking: the appointment where it belongs, with whichever of its triggers are
-- switched on, and with or without the operation that makes a retry safe.
create function bench.insert_parts(p_number bigint, p_customer int, p_has_operation boolean)
returns void
language plpgsql
volatile
as $$
declare
  v_operation_id uuid;
  v_appointment schnittwerk_core.appointments;
begin
  if p_has_operation then
    insert into schnittwerk_core.booking_operations as o (
      salon_id, operation_type, idempotency_key, caller, request_fingerprint, correlation_id
    )
    values (
      bench.id(1), 'create', gen_random_uuid(), 'service', sha256(p_number::text::bytea),
      gen_random_uuid()
    )
    on conflict on constraint unique_idempotency_key do nothing
    returning o.id into v_operation_id;
  end if;
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
    update schnittwerk_core.booking_operations o
    set
      status = 'completed', appointment_id = v_appointment.id,
      response = jsonb_build_object('success', true, 'appointment', to_jsonb(v_appointment))
    where o.salon_id = bench.id(1) and o.id = v_operation_id;
  end if;
end
$$;
