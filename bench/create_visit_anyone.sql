\set turn :turn + 1
\set place :client_id + :clients * :turn
select schnittwerk.create_visit(
  gen_random_uuid()::text, bench.customer(p.staff, :client_id),
  bench.items('{20,20,20}'), p.starts_at
)
from bench.visit_place p
where p.number = :place::int;
