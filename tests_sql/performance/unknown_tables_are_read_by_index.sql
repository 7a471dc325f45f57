-- A book that was never analysed, as after a restore: plans that are made of nothing, and kept by the
-- connection, read the large tables by index all the same.
begin;
select plan(7);
\ir ../fixture.psql
\ir large_book.psql
select schnittwerk_core.keep_weeks(:'salon') \g /dev/null
-- made when the tables were small; without a transaction around it all, autovacuum would see to that
discard plans;

create temporary table large as
select c.oid, c.relname from pg_class c
where c.oid in (
  'schnittwerk_core.appointments'::regclass, 'schnittwerk_core.booking_operations'::regclass,
  'schnittwerk_core.occupancy'::regclass, 'schnittwerk_core.customers'::regclass,
  'schnittwerk_core.staff_week'::regclass, 'schnittwerk_core.staff_timeoff'::regclass
);
\ir reading.psql

select is_empty(
  'select from pg_stats s join large l on l.relname = s.tablename',
  'the large tables have no statistics');
-- An index that is there for something else may do meanwhile; a whole table never.
select unalike(
  pg_temp.reading(format(statement, :'haircut', :'ben', :'carla'), '', 0), '%all of%',
  'without statistics no whole table is read for ' || description)
from (
  values
    (1, 'the slots of a day',
      'select schnittwerk.find_slots(%1$L, ''2026-12-03'', p_staff_id => %2$L)'),
    (2, 'everybody''s slots of four weeks',
      'select schnittwerk.find_slots(%1$L, ''2026-12-01'', ''2026-12-28'')'),
    (3, 'the first free slot of anyone',
      'select schnittwerk.find_slots(%1$L, ''2026-12-02'', ''2026-12-28'', p_limit => 1)'),
    (4, 'a slot explained',
      'select schnittwerk.explain_slot(%1$L, %2$L, ''2026-12-03 10:00+01'')'),
    (5, 'the best slots for a customer',
      'select schnittwerk.recommend_slots(%1$L, ''2026-12-01'', ''2026-12-28'', null, %3$L)'),
    (6, 'ids by their beginning', 'select schnittwerk.find_ids(left(%3$L, 4))')
) t (n, description, statement)
order by n;

select * from finish();
rollback;
