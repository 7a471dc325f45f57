select *
from schnittwerk.find_visits(
  bench.items('{1,2,3}'), date '2026-12-01', date '2026-12-30', p_limit => 20
);
