\set staff random(1, 50)
\set service random(1, 19)
\set day random(31, 700)
\set new_day random(31, 700)
select bench.reschedule(:staff::int, :service::int, :day::int, :new_day::int);
