\set staff random(1, 50)
\set service random(1, 19)
\set day random(31, 700)
\set customer random(1, 5000)
select bench.book(:staff::int, :service::int, :day::int, :customer::int);
