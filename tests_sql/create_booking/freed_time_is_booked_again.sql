begin;
select plan(4);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
\g /dev/null
select is(
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben') ->> 'code',
  'slot_conflict', 'a second booking of one start is refused'
);
update schnittwerk_core.appointments set status = 'cancelled';
select is(
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben') ->> 'success',
  'true', 'the start of a cancelled appointment can be booked again'
);
-- late already, but the day is long
create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
as $$ select timestamptz '2026-12-02 10:00+01' $$;
update schnittwerk_core.appointments set status = 'no_show' where customer_id = :'dora';
select is(
  schnittwerk.create_booking('4', :'carla', :'haircut', '2026-12-02 10:15+01', :'ben',
    p_override_reason => 'came early') ->> 'success',
  'true', 'the time of a no-show can be booked again'
);

insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
values (:'salon', gen_random_uuid(), :'ben', '[2026-12-02 14:00+01, 2026-12-02 15:00+01)',
  '2026-12-01 08:00+01');
select is(
  schnittwerk.create_booking('5', :'carla', :'haircut', '2026-12-02 14:30+01', :'ben')
    ->> 'success',
  'true', 'a booking replaces an expired hold'
);

select * from finish();
rollback;
