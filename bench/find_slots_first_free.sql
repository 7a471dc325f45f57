\set service random(1, 19)
\set day random(0, 29)
select *
from schnittwerk.find_slots(
  bench.id(:service::int), date '2026-12-01' + :day::int, date '2026-12-30' + :day::int, p_limit => 1
);
