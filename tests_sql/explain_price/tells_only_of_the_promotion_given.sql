begin;
select plan(15);
\ir ../fixture.psql

create function pg_temp.explained(
  p_service_id uuid, p_code text default null,
  p_starts_at timestamptz default '2026-12-02 10:00+01'
)
returns text
language sql
as $$
  select concat_ws(' ', e ->> 'price', e #>> '{rules,0,name}', e ->> 'code')
  from schnittwerk.explain_price(p_service_id, (
    select min(s.id::text)::uuid from schnittwerk.list_staff() s
  ), p_starts_at, p_code) e
$$;

select is(
  pg_temp.explained(:'haircut', 'NOBODYS'), '75.00 promotion_not_valid',
  'without price rules no code is valid'
);
select schnittwerk.save_price_rule('Code', 'promotion', '{"code": "SPRING"}', '{"amount": -10}'),
  schnittwerk.save_price_rule('Fridays', 'promotion', '{"code": "FRIDAY", "days": [5]}',
    '{"amount": -15}'),
  schnittwerk.save_price_rule('Once', 'promotion', '{"code": "ONCEONLY", "max_uses": 1}',
    '{"amount": -20}'),
  schnittwerk.save_price_rule('First', 'promotion', '{"first_visit": true}', '{"amount": -25}', 1)
\g /dev/null
select is(pg_temp.explained(:'haircut', code), told, description)
from (
  values
    (null, '75.00', 'a promotion whose code was not given is not told'),
    ('SPRING', '65.00 Code', 'a promotion whose code was given is listed'),
    (E' spr\ting', '65.00 Code', 'case and white space of a code do not matter'),
    ('SPRING2', '75.00 promotion_not_valid', 'a code that nobody knows is not valid'),
    ('FRIDAY', '75.00 promotion_not_valid',
      'a code that does not apply is answered like an unknown one')
) t (code, told, description);
select is(
  pg_temp.explained(:'haircut', 'friday', '2026-12-04 10:00+01'), '60.00 Fridays',
  'a code applies where its conditions are met'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.explained(:'haircut', 'SPRING'), '65.00 Code', 'every caller may have a code explained'
);
select is(
  pg_temp.explained(:'haircut'), '75.00', 'nobody knows of a caller that it is their first visit'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.explained(:'haircut'), '50.00 First', 'a customer''s first visit is priced as one'
);
select schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 14:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select is(pg_temp.explained(:'haircut'), '75.00', 'a second visit is no first one');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 16:00+01', :'ben',
  p_promotion_code => 'ONCEONLY') #>> '{appointment,id}' as id \gset
select is(
  pg_temp.explained(:'haircut', 'onceonly'), '75.00 promotion_used_up',
  'a code that is used up is told to be so'
);
select schnittwerk.cancel_booking('3', :'id') \g /dev/null
select is(
  pg_temp.explained(:'haircut', 'onceonly'), '55.00 Once', 'a cancellation gives its use back'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  (select count(*)::int from generate_series(1, 20) n
    where schnittwerk.explain_price(:'haircut', :'anna', '2026-12-02 10:00+01', 'WRONG' || n)
      ->> 'code' = 'promotion_not_valid'),
  20, 'asking for the price with wrong codes is not limited'
);
select ok(
  pg_temp.explained(:'color', 'SPRING') = '130.00 Code', 'a code holds for every service'
);

select * from finish();
rollback;
