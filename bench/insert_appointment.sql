\set turn :turn + 1
\set place :client_id + :clients * :turn
\set customer random(1, 5000)
insert into bench.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules, during
)
select
  bench.id(1), bench.id(:customer::int), p.staff_id, bench.id(20), p.starts_at, p.ends_at, 10, 0, 0,
  24, 2, 3, tstzrange(p.starts_at, p.ends_at)
from bench.place p
where p.number = :place::int;
