begin;
select plan(9);
\ir ../fixture.psql
select schnittwerk.save_salon('Second', 'America/New_York', 'USD') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a new salon is created');
select is(
  (:'answer'::jsonb -> 'salon') - 'id', '{
    "name": "Second", "time_zone": "America/New_York", "currency": "USD",
    "buffer_time_minutes": 15, "max_advance_booking_days": null, "slot_interval_minutes": 15,
    "preferred_from": "10:00", "preferred_until": "16:00", "quiet_from": null, "quiet_until": null, "price_rounding": 0.05,
    "created_at": "2026-12-01T07:00:00Z"
  }', 'a new salon has the default settings'
);
select is(:'answer'::jsonb -> 'affected_appointments', '[]', 'a new salon affects no appointments');
select is(
  schnittwerk.save_salon('Third', 'UTC') #>> '{salon,currency}', 'CHF',
  'a new salon has francs by default');

select schnittwerk.save_salon('Zweiter', 'Europe/Berlin', 'EUR',
  (:'answer'::jsonb #>> '{salon,id}')::uuid) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'with an id the salon is changed');
select is(
  :'answer'::jsonb #> '{salon,name}' || (:'answer'::jsonb #> '{salon,time_zone}')
    || (:'answer'::jsonb #> '{salon,currency}'),
  '["Zweiter", "Europe/Berlin", "EUR"]', 'a change of a salon sets all that is given'
);
select is(
  schnittwerk.save_salon(null, 'Europe/Vienna', p_id => (:'answer'::jsonb #>> '{salon,id}')::uuid)
    -> 'salon',
  :'answer'::jsonb -> 'salon' || '{"time_zone": "Europe/Vienna"}',
  'a change of a salon keeps what is not given'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon(null, null,
    p_id => (:'answer'::jsonb #>> '{salon,id}')::uuid, p_clear => '{p_currency}')),
  '400 invalid_input: p_clear', 'nothing of a salon can be emptied'
);
select results_eq(
  'select name from schnittwerk.list_salons()',
  $$values ('Schnittwerk'), ('Third'), ('Zweiter')$$, 'salons are listed by name'
);

select * from finish();
rollback;
