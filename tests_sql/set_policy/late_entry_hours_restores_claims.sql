begin;
select plan(7);
\ir ../fixture.psql

-- Upkeep does not wait for tables that an autovacuum works on; this lock does, and ends it.
lock table schnittwerk_core.salon, schnittwerk_core.journal, schnittwerk_core.journal_personal,
  schnittwerk_core.event_delivery, schnittwerk_core.refusal
in access exclusive mode;

select schnittwerk.create_booking('done', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as done,
  schnittwerk.create_booking('missed', :'carla', :'haircut', '2026-12-02 14:00+01', :'anna')
  #>> '{appointment,id}' as missed,
  schnittwerk.create_booking('early', :'carla', :'haircut', '2026-12-01 10:00+01', :'ben')
  #>> '{appointment,id}' as early \gset
create function pg_temp.freeze(p_now timestamptz)
returns void
language plpgsql
as $$
begin
  execute format('create or replace function schnittwerk_core.clock() returns timestamptz'
    ' language sql stable parallel safe as $f$ select timestamptz %L $f$', p_now);
end
$$;
select pg_temp.freeze('2026-12-02 16:00+01');
select schnittwerk.confirm_booking('confirm', :'done'),
  schnittwerk.complete_booking('complete', :'done'),
  schnittwerk.mark_no_show('no show', :'missed') \g /dev/null

select pg_temp.freeze('2026-12-06 10:15+01');
select is(
  schnittwerk.maintain() #> '{maintained,claims}', '2', 'maintain deletes the claims of the past');

savepoint s;
-- the completed appointment's claim ended 71 + 24 hours ago
select schnittwerk.set_policy('late_entry_hours', '71') \g /dev/null
select is(
  (select count(*) from schnittwerk_core.occupancy), 0::bigint,
  'late_entry_hours restores no claim that ended earlier than 24 hours before its reach'
);
select schnittwerk.set_policy('late_entry_hours', '72') \g /dev/null
select results_eq(
  'select claim_id, resource_id, during from schnittwerk_core.occupancy',
  format(
    $$values (%L::uuid, %L::uuid, '[2026-12-02 10:00+01, 2026-12-02 11:15+01)'::tstzrange)$$,
    :'done', :'anna'),
  'late_entry_hours restores claims of completed appointments, not of no-shows'
);
select schnittwerk.set_policy('late_entry_hours', '168') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'late', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna', null, null, 'forgotten')),
  '409 slot_conflict', 'a booking over a restored claim is refused'
);

rollback to s;
insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value)
values (:'salon', 'late_entry_hours', '168');
select bag_eq(
  'select claim_id from schnittwerk_core.occupancy', array[:'done', :'early']::uuid[],
  'direct SQL that raises late_entry_hours restores claims'
);

rollback to s;
update schnittwerk_core.policy_definition
set default_value = '168'
where policy_key = 'late_entry_hours';
select bag_eq(
  'select claim_id from schnittwerk_core.occupancy', array[:'done', :'early']::uuid[],
  'a higher default of late_entry_hours restores claims'
);

rollback to s;
-- an overlap that only direct SQL can have made, after the claim was gone
insert into schnittwerk_core.appointments
  (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price)
values (
  :'salon', :'dora', :'anna', :'haircut', '2026-12-02 10:30+01', '2026-12-02 11:30+01', 75
);
select schnittwerk.set_policy('late_entry_hours', '168') \g /dev/null
select is(
  (select count(*) from schnittwerk_core.occupancy), 2::bigint,
  'a claim whose time direct SQL has used since is not restored'
);

select * from finish();
rollback;
