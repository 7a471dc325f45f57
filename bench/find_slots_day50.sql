select * from schnittwerk.find_slots(bench.id(1), date '2026-12-03');
