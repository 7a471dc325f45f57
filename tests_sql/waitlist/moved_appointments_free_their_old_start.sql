begin;
select plan(6);
\ir ../fixture.psql
\ir ../waitlist.psql

create function pg_temp.move(p_id uuid, p_starts_at timestamptz, p_staff_id uuid default null)
returns text
language sql
as $$
  select pg_temp.refusal(schnittwerk.reschedule_booking(
    gen_random_uuid()::text, p_id, p_starts_at, p_staff_id))
$$;
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset
select pg_temp.wait(:'dora', :'haircut') as entry \gset
select pg_temp.move(:'id', '2026-12-02 10:30+01') is null as moved \gset
select is(pg_temp.offers(), null, 'a start that the moved appointment overlaps is not offered');
select pg_temp.move(:'id', '2026-12-02 14:00+01') is null as moved \gset
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:00', 'the earliest of the freed starts is offered first'
);
select schnittwerk.decline_waitlist_offer('no', :'entry') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:30', 'the later of two freed starts is offered next');
select schnittwerk.decline_waitlist_offer('no 2', :'entry') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:15',
  'starts of the grid inside the freed time come last'
);
select schnittwerk.leave_waitlist('leave', :'entry') \g /dev/null
select pg_temp.wait(:'dora', :'haircut', p_times => '{14:00}') as entry \gset
select pg_temp.move(:'id', '2026-12-02 14:00+01', :'ben') is null as moved \gset
select is(
  pg_temp.offers(), 'Dora: Anna 02 14:00',
  'a move to other staff frees the start with the former staff'
);
select schnittwerk.decline_waitlist_offer('no 3', :'entry') \g /dev/null
select pg_temp.now_is('2026-12-02 14:01+01') \g /dev/null
select schnittwerk.confirm_booking('c', :'id'), schnittwerk.complete_booking('d', :'id'),
  schnittwerk.process_waitlist() \g /dev/null
select is(pg_temp.offers(), null, 'an appointment that is over frees nothing');

select * from finish();
rollback;
