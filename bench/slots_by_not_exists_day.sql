\set staff random(1, 50)
\set day random(0, 4) + 7 * random(0, 2)
select *
from bench.slots_by_not_exists(
  bench.id(1), date '2026-12-01' + :day::int, date '2026-12-01' + :day::int, bench.id(:staff::int)
);
