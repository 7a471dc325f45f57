select *
from bench.slots
where starts_at >= '2026-12-01 00:00+01' and starts_at < '2026-12-31 00:00+01'
order by starts_at, staff_id;
