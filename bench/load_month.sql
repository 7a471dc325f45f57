\set service random(1, 19)
\set staff random(1, 50)
select *
from schnittwerk.find_slots(
  bench.id(:service::int), date '2026-12-01', date '2026-12-30', p_staff_id => bench.id(:staff::int)
);
