select * from schnittwerk.find_slots(bench.id(1), date '2026-12-01', date '2026-12-30');
select * from schnittwerk.find_slots(bench.id(2), date '2026-12-01', date '2026-12-30');
select * from schnittwerk.find_slots(bench.id(3), date '2026-12-01', date '2026-12-30');
