select * from schnittwerk.recommend_slots(bench.id(1), date '2026-12-01', date '2026-12-30');
