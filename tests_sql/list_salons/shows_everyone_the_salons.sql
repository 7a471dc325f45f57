begin;
select plan(2);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_salons()'),
  'anonymous nobody stranger customer staff receptionist admin service', 'everyone may list salons'
);
select pg_temp.become_anonymous();
select results_eq(
  'select * from schnittwerk.list_salons()',
  format($$values (%L::uuid, 'Schnittwerk', 'Europe/Zurich', 'CHF')$$, :'salon'),
  'a salon is listed with id, name, time zone and currency'
);

select * from finish();
rollback;
