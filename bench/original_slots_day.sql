\set staff random(1, 50)
\set day random(0, 4) + 7 * random(0, 2)
select *
from schnittwerk.rpc_get_available_slots_enhanced(
  bench.id(:staff::int), bench.id(1), date '2026-12-01' + :day::int
);
