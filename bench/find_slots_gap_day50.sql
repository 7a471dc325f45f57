select * from schnittwerk.find_slots(bench.id(21), date '2026-12-03');
