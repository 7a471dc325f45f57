\set turn :turn + 1
select schnittwerk.create_booking(
  gen_random_uuid()::text, bench.customer(p.staff, :client_id), bench.id(20), p.starts_at,
  p.staff_id
)
from bench.place p
where p.number = :turn::int;
