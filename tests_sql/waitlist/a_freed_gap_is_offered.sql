begin;
select plan(4);
\ir ../fixture.psql
\ir ../waitlist.psql
\ir ../close_resource/basins.psql
select schnittwerk.save_service('Cut', 30, 40, p_buffer_after_minutes => 0)
  #>> '{service,id}' as cut \gset
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'color'), jsonb_build_object('service_id', :'cut'),
  jsonb_build_object('service_id', :'haircut'))) \g /dev/null
select pg_temp.book(:'anna', '2026-12-02 13:00+01') as colour \gset
-- Anna is free from 13:30 to 14:15: half an hour fits, an hour does not.
select schnittwerk.create_booking('1', :'carla', :'cut', '2026-12-02 13:40+01', :'anna')
  #>> '{appointment,id}' as in_gap \gset
select pg_temp.wait(:'zoe', :'haircut', :'anna', p_priority => 5) as z,
  pg_temp.wait(:'dora', :'cut', :'anna') as d \gset
select schnittwerk.cancel_booking('2', :'in_gap') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 13:40',
  'a cut that is cancelled in the gap of a colour is offered to somebody who waits for a cut'
);
select is(
  pg_temp.entry_status(:'z'), 'active', 'a service that does not fit into the gap is not offered'
);
select is(
  schnittwerk.accept_waitlist_offer('3', :'d') #>> '{appointment,starts_at}',
  '2026-12-02T12:40:00Z', 'the slot in the gap is booked when the offer is accepted'
);
-- The gap of a colour that is cancelled counts as its time.
select schnittwerk.cancel_booking('4', :'colour') \g /dev/null
select is(
  pg_temp.offers(), 'Zoe: Anna 02 14:15',
  'the time of a colour that is cancelled is offered around what its gap holds'
);

select * from finish();
rollback;
