begin;
select plan(6);
\ir ../fixture.psql
\ir ../visit.psql
-- Two chairs; a haircut needs one for its whole time.
insert into schnittwerk_core.unit (salon_id, id, name, kind, pool)
select :'salon', ('00000000-0000-4000-9000-00000000000' || n)::uuid, 'Chair ' || n, 'equipment', 'chair'
from generate_series(1, 2) n;
update schnittwerk_core.services set needs = array[row('chair', 1, null, null)::schnittwerk_core.need]
where id = :'haircut';
create function pg_temp.chairs()
returns text
language sql
as $$
  select string_agg(format('%s %s-%s', right(u.resource_id::text, 1),
    to_char(lower(o.during) at time zone 'Europe/Zurich', 'HH24:MI'),
    to_char(upper(o.during) at time zone 'Europe/Zurich', 'HH24:MI')), ', ' order by a.visit_item)
  from schnittwerk_core.appointments a
  cross join lateral unnest(a.units) u
  join schnittwerk_core.occupancy o on o.claim_id = a.id and o.resource_id = u.resource_id
$$;

select is(
  pg_temp.booked(:'carla', pg_temp.items(
    pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben')), '2026-12-02 13:00+01'),
  'Haircut 13:00-14:00 Anna, Haircut 14:00-15:00 Ben', 'items that need units are booked'
);
select is(
  pg_temp.chairs(), '1 13:00-14:00, 1 14:00-15:15',
  'the second item keeps the chair of the first, with no buffer between'
);
select is(
  (select string_agg(a.buffer_after_minutes::text, ',' order by a.visit_item)
   from schnittwerk_core.appointments a),
  '15,15', 'people keep their buffers where only the chair is used on'
);
select schnittwerk.reschedule_visit('m', a.visit_id, '2026-12-02 13:30+01')
from schnittwerk_core.appointments a limit 1 \g /dev/null
select is(
  pg_temp.chairs(), '1 13:30-14:30, 1 14:30-15:45', 'a visit that moves keeps its chair'
);
delete from schnittwerk_core.appointments;
select pg_temp.booked(:'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben', true)), '2026-12-02 13:00+01')
\g /dev/null
select is(
  pg_temp.chairs(), '1 13:00-14:15, 2 13:00-14:15', 'items that are together use two chairs'
);
delete from schnittwerk_core.appointments;
update schnittwerk_core.unit set is_active = false where name = 'Chair 2';
select is(
  schnittwerk.create_visit('c', :'carla', pg_temp.items(
    pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben', true)), '2026-12-02 13:00+01')
  ->> 'details',
  'No chair is free at this time', 'items that are together are refused where the pool has one unit'
);
select * from finish();
rollback;
