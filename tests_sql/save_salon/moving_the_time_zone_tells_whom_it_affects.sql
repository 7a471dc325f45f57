begin;
select plan(2);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 09:00+01', :'ben')
  #>> '{appointment,id}' as early \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 15:00+01', :'ben')
  #>> '{appointment,id}' as late \gset
select schnittwerk.save_salon('Schnittwerk', 'America/New_York', 'CHF', :'salon') as answer \gset
select is(
  :'answer'::jsonb #>> '{affected_appointments,0,id}', :'early',
  'an appointment at night in the new time zone is affected'
);
select is(
  jsonb_array_length(:'answer'::jsonb -> 'affected_appointments'), 1,
  'an appointment in open time in the new time zone is not affected'
);

select * from finish();
rollback;
