-- Takes back whatever runs have written: all of it is of the service 20, or of the book's present,
-- in which nothing has happened before. The trail that cannot be changed would keep it, and the
-- appointments would leave more behind while they go.
begin;

call bench.disable_triggers();

with gone as (
  delete from schnittwerk_core.appointments a
  where a.salon_id = bench.id(1) and a.service_id = bench.id(20)
  returning a.salon_id, a.id
)
delete from schnittwerk_core.occupancy o
using gone g
where o.salon_id = g.salon_id and o.claim_id = g.id;

delete from schnittwerk_core.booking_operations o
where o.salon_id = bench.id(1) and o.caller = 'service';

delete from schnittwerk_core.journal j
where j.salon_id = bench.id(1) and j.occurred_at >= schnittwerk_core.clock();

delete from schnittwerk_core.refusal;

update schnittwerk_core.customer_turn t set turns = 1 where t.turns > 1;

delete from bench.appointments a where a.service_id = bench.id(20);

call bench.enable_triggers();

commit;
