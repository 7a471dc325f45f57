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
from schnittwerk.find_slots(
  bench.id(20), date '2026-12-01', date '2026-12-01' + 91, p_slot_interval_minutes => 5
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
    buffer_before_minutes, buffer_after_minutes, during
  )
  select
    bench.id(1), bench.id(1), p.staff_id, bench.id(20), p.starts_at, p.ends_at, 10, 0, 0,
    tstzrange(p.starts_at, p.ends_at)
  from bench.place p
  where p.number = p_number;
exception when exclusion_violation or deadlock_detected then
  null;
end
$$;
