begin;
select plan(26);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_salon('Second', 'UTC')$$), 'service',
  'only the service adds a salon'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.save_salon('Schnittwerk', 'UTC', p_id => %L)$$, :'salon')),
  'admin service', 'its admins and the service change it'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon(' ', null, 'francs')),
  '400 invalid_input: p_name, p_time_zone, p_currency', 'all faults at once'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon(repeat('x', 201), 'UTC', 'chf')),
  '400 invalid_input: p_name, p_currency', 'too long a name, no such currency'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon('Second', z)), '400 invalid_input: p_time_zone',
  format('%s is no IANA time zone', z)
)
from unnest('{Europe/Nowhere,CEST,CET-1CEST,Zurich,Europe/Zurich1,Europe/Zurich-1,Mars/Phobos+3,
  ABC/DEF-3,europe/zurich,utc,posix/Europe/Zurich,right/Europe/Zurich,Factory}'::text[]) z;
select is(
  schnittwerk.save_salon('Second', 'europe/zurich') #>> '{details,0,message}',
  'p_time_zone is not the IANA name of a time zone. Use Europe/Zurich.',
  'a name in another case is told as it is spelled'
);
select throws_ok(
  format($$update schnittwerk_core.salon set time_zone = 'ABC/DEF-3' where id = %L$$, :'salon'),
  '23514', '"ABC/DEF-3" is not the IANA name of a time zone', 'direct SQL is held to it'
);
select lives_ok(
  format($$update schnittwerk_core.salon set time_zone = %L where id = %L$$, z, :'salon'),
  format('%s is a time zone', z)
)
from unnest('{America/Argentina/Buenos_Aires,Etc/GMT+3,UTC}'::text[]) z;
select schnittwerk.save_salon('Schnittwerk', 'UTC') as answer \gset
select is(pg_temp.refusal(:'answer'), '400 invalid_input: p_name', 'a name can be had once');
select is(
  :'answer'::jsonb #>> '{details,0,code}', 'salon_name_is_unique', 'the constraint is named');
select is(
  pg_temp.refusal(schnittwerk.save_salon('Second', 'UTC', 'CHF', :'anna')), '404 not_found',
  'an unknown id'
);
select is(
  (select count(*) from schnittwerk.list_salons()), 1::bigint, 'nothing is left behind');

select * from finish();
rollback;
