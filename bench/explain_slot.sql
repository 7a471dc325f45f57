\set service random(1, 19)
\set staff random(1, 50)
\set minute 1440 * (random(0, 4) + 7 * random(0, 11)) + 15 * random(36, 71)
select *
from schnittwerk.explain_slot(
  bench.id(:service::int), bench.id(:staff::int),
  timestamptz '2026-12-01 00:00+01' + make_interval(mins => :minute::int)
);
