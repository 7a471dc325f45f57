begin;
select plan(11);
\ir ../fixture.psql

-- Upkeep does not wait for tables that an autovacuum works on; this lock does, and ends it.
lock table schnittwerk_core.salon, schnittwerk_core.journal, schnittwerk_core.journal_personal,
  schnittwerk_core.event_delivery, schnittwerk_core.refusal
in access exclusive mode;

select schnittwerk.create_booking('past', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as past,
  schnittwerk.create_booking('recent', :'carla', :'haircut', '2026-12-02 14:00+01', :'anna')
  #>> '{appointment,id}' as recent,
  schnittwerk.create_booking('ahead', :'dora', :'haircut', '2026-12-09 10:00+01', :'anna')
  #>> '{appointment,id}' as ahead \gset
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
values
  (:'salon', gen_random_uuid(), :'ben', '[2026-12-09 10:00+01, 2026-12-09 11:00+01)',
    '2026-12-04 11:15+01'),
  (:'salon', gen_random_uuid(), :'ben', '[2026-12-09 14:00+01, 2026-12-09 15:00+01)',
    '2026-12-04 11:15:01+01');
update schnittwerk_core.booking_operations
set created_at = '2026-10-01 00:00+02' where idempotency_key = 'past';

-- the first ended, with its buffer of 15 minutes, 48 hours ago
create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
as $$ select timestamptz '2026-12-04 11:15+01' $$;

select is(pg_temp.who_may('select schnittwerk.maintain()'), 'service',
  'only the service may run upkeep');
select is(
  schnittwerk.maintain() - 'correlation_id', '{
    "success": true, "operation_id": null, "replayed": false, "http_status": 200,
    "maintained": {
      "operations": 1, "refusals": 0, "ended_holds": 0, "ended_offers": 0, "claims": 1, "holds": 1,
      "partitions_made": 11, "partitions_dropped": 0
    },
    "affected_appointments": []
  }', 'upkeep deletes old operations, ended claims and expired holds'
);
select bag_eq(
  'select claim_id from schnittwerk_core.occupancy where expires_at is null',
  array[:'recent', :'ahead']::uuid[],
  'claims to come or ended less than late_entry_hours and a day ago are kept'
);
select is(
  (select array_agg(expires_at) from schnittwerk_core.occupancy where expires_at is not null),
  array['2026-12-04 11:15:01+01'::timestamptz], 'a hold that has not expired is kept'
);
select is(
  (select count(*) from schnittwerk_core.appointments), 3::bigint, 'upkeep keeps all appointments');
select is(
  schnittwerk.maintain() -> 'maintained', '{
    "operations": 0, "refusals": 0, "ended_holds": 0, "ended_offers": 0, "claims": 0, "holds": 0,
    "partitions_made": 0, "partitions_dropped": 0
  }', 'a second upkeep has nothing to delete'
);
update schnittwerk_core.appointments set status = 'confirmed' where id = :'past';
update schnittwerk_core.appointments set status = 'completed' where id = :'past';
select is(
  (select status from schnittwerk_core.appointments where id = :'past'), 'completed',
  'an appointment without its claim can still be completed'
);
select is(
  pg_temp.refusal(schnittwerk.maintain(:'anna')), '404 not_found', 'an unknown salon is not found');
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(pg_temp.refusal(schnittwerk.maintain()), '400 salon_required',
  'with two salons, the salon is required');
update schnittwerk_core.booking_operations set created_at = '2026-10-01 00:00+02';
select is(
  schnittwerk.maintain(:'second') #> '{maintained,operations}', '0',
  'upkeep of one salon keeps the operations of another'
);

insert into schnittwerk_core.rate_usage (salon_id, user_id, kind, calls)
values
  (:'salon', :'anna', 'booking', '{}'),
  (:'salon', :'anna', 'cancel', array[schnittwerk_core.clock() - interval '1 minute']),
  (:'salon', :'anna', 'change', array[
    schnittwerk_core.clock() - interval '61 seconds',
    schnittwerk_core.clock() - interval '59 seconds']);
select schnittwerk.maintain(:'salon') \g /dev/null
select is(
  (select string_agg(kind, ' ') from schnittwerk_core.rate_usage), 'change',
  'upkeep deletes calls that no rate limit counts any more');

select * from finish();
rollback;
