begin;
select plan(8);
\ir ../fixture.psql
\ir ../waitlist.psql
\ir ../close_resource/basins.psql
select schnittwerk.set_policy('waitlist_notification_hours', '1000') \g /dev/null
select schnittwerk.save_resource(null, p_is_active => false, p_id => :'basin_2') \g /dev/null
create function pg_temp.tick()
returns text
language plpgsql
as $$
begin
  perform schnittwerk.process_waitlist();
  return pg_temp.offers();
end
$$;

-- Anna's colour uses the only basin from 14:30 to 14:45, so Ben has no colour at 13:00.
select pg_temp.book(:'anna', '2026-12-02 13:00+01') as one \gset
select pg_temp.wait(:'dora', :'color', :'ben', p_times => '{13:00}') as d \gset
select is(pg_temp.tick(), null, 'nothing is offered as long as the unit is used');
select schnittwerk.cancel_booking('1', :'one') \g /dev/null
select is(
  pg_temp.tick(), 'Dora: Ben 02 13:00',
  'a unit that a cancelled appointment frees is a chance with other staff'
);
select schnittwerk.decline_waitlist_offer('2', :'d'), schnittwerk.leave_waitlist('3', :'d') \g /dev/null

-- moved away
select pg_temp.book(:'anna', '2026-12-03 13:00+01') as one \gset
select pg_temp.wait(:'dora', :'color', :'ben', p_times => '{13:00}', p_from => '2026-12-03') as d
\gset
select is(pg_temp.tick(), null, 'the moved unit is used before the move');
select schnittwerk.reschedule_booking('4', :'one', '2026-12-03 16:00+01') \g /dev/null
select is(
  pg_temp.tick(), 'Dora: Ben 03 13:00',
  'a unit that a moved appointment frees is a chance with other staff'
);
select schnittwerk.leave_waitlist('5', :'d') \g /dev/null

-- closed and opened again
select schnittwerk.close_resource(:'basin_1', '2026-12-04') #>> '{closure,id}' as closure \gset
select pg_temp.wait(
  :'dora', :'color', p_times => '{13:00}', p_from => '2026-12-04', p_to => '2026-12-04') as d \gset
select is(pg_temp.tick(), null, 'nothing is offered as long as the unit is closed');
select schnittwerk.reopen_resource(:'closure') \g /dev/null
select matches(
  pg_temp.tick(), 'Dora: (Anna|Ben) 04 13:00', 'a unit that opens again is a chance with all staff'
);
select schnittwerk.leave_waitlist('6', :'d') \g /dev/null

-- one unit more
select schnittwerk.close_resource(:'basin_1', '2026-12-07') \g /dev/null
select pg_temp.wait(
  :'dora', :'color', p_times => '{13:00}', p_from => '2026-12-07', p_to => '2026-12-07') as d \gset
select is(pg_temp.tick(), null, 'an inactive unit is no chance');
select schnittwerk.save_resource(null, p_is_active => true, p_id => :'basin_2') \g /dev/null
select matches(
  pg_temp.tick(), 'Dora: (Anna|Ben) 07 13:00', 'a unit that becomes active is a chance'
);

select * from finish();
rollback;
