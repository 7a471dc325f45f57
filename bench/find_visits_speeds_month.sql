select *
from schnittwerk.find_visits(bench.items('{22,23,24}'), date '2026-12-01', date '2026-12-30');
