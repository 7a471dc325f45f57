select * from schnittwerk.find_visits(bench.items('{1,2,3}'), date '2026-12-03');
