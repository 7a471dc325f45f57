\set turn :turn + 1
\set place :client_id + :clients * :turn
select schnittwerk.create_booking(
  gen_random_uuid()::text, bench.customer(p.staff, :client_id), bench.id(20), p.starts_at
)
from bench.place p
where p.number = :place::int;
