begin;
call bench.turn_price_rules_on(true);
select * from schnittwerk.find_slots(bench.id(25), date '2026-12-01', date '2026-12-30');
rollback;
