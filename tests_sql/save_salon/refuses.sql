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
  'admin service', 'only its admins and the service change a salon'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon(' ', null, 'francs')),
  '400 invalid_input: p_name, p_time_zone, p_currency', 'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon(repeat('x', 201), 'UTC', 'chf')),
  '400 invalid_input: p_name, p_currency',
  'too long a name and a currency in lower case are refused'
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
  'the refusal spells a time zone that was given in another letter case'
);
select throws_ok(
  format($$update schnittwerk_core.salon set time_zone = 'ABC/DEF-3' where id = %L$$, :'salon'),
  '23514', '"ABC/DEF-3" is not the IANA name of a time zone',
  'direct SQL cannot store an unknown time zone'
);
select lives_ok(
  format($$update schnittwerk_core.salon set time_zone = %L where id = %L$$, z, :'salon'),
  format('%s is a time zone', z)
)
from unnest('{America/Argentina/Buenos_Aires,Etc/GMT+3,UTC}'::text[]) z;
select schnittwerk.save_salon('Schnittwerk', 'UTC') as answer \gset
select is(pg_temp.refusal(:'answer'), '400 invalid_input: p_name',
  'the name of another salon is refused');
select is(
  :'answer'::jsonb #>> '{details,0,code}', 'salon_name_is_unique',
  'the refusal of a taken name names the constraint');
select is(
  pg_temp.refusal(schnittwerk.save_salon('Second', 'UTC', 'CHF', :'anna')), '404 not_found',
  'an unknown salon is not found'
);
select is(
  (select count(*) from schnittwerk.list_salons()), 1::bigint, 'refused salons are not stored');

select * from finish();
rollback;
