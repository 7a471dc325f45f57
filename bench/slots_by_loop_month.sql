select * from bench.slots_by_loop(bench.id(1), date '2026-12-01', date '2026-12-30');
