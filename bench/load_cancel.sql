\set staff random(1, 50)
\set day random(31, 700)
select bench.cancel(:staff::int, :day::int);
