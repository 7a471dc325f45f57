\set turn :turn + 1
\set place :client_id + :clients * :turn
\set customer random(1, 5000)
select schnittwerk.create_booking(
  gen_random_uuid()::text, bench.id(:customer::int), bench.id(20), p.starts_at, p.staff_id
)
from bench.place p
where p.number = :place::int;
