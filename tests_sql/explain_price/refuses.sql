begin;
select plan(9);
\ir ../fixture.psql
\ir ../refused.psql

select is(
  pg_temp.refused(format('select schnittwerk.explain_price(%L, %L, %L, %L)',
    service, staff, starts_at, code)),
  answer, description
)
from (
  values
    (null, null, null, null, '400 invalid_input: p_service_id, p_staff_id, p_starts_at',
      'service, staff and start are required'),
    (:'haircut', :'anna', '2026-12-02 10:00:01+01', null, '400 invalid_input: p_starts_at',
      'a start with seconds is refused'),
    (:'haircut', :'anna', 'infinity', null, '400 invalid_input: p_starts_at',
      'a start at the end of time is refused'),
    (:'haircut', :'anna', '2026-12-02 10:00+01', repeat('x', 101),
      '400 invalid_input: p_promotion_code', 'a code of more than 100 characters is refused'),
    (:'haircut', :'anna', '2026-12-02 10:00+01', E'spr\x01ing',
      '400 invalid_input: p_promotion_code', 'a code with a control character is refused'),
    (:'carla', :'anna', '2026-12-02 10:00+01', null, '404 not_found',
      'an unknown service is not found'),
    (:'haircut', :'carla', '2026-12-02 10:00+01', null, '404 not_found',
      'an unknown member of staff is not found')
) t (service, staff, starts_at, code, answer, description);
select is(
  pg_temp.who_may(format('select schnittwerk.explain_price(%L, %L, %L)',
    :'haircut', :'anna', '2026-12-02 10:00+01')),
  'anonymous nobody stranger customer staff receptionist admin service',
  'every caller may have a price explained'
);
select schnittwerk.save_salon('Elsewhere', 'UTC') \g /dev/null
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.explain_price(%L, %L, %L)',
    :'haircut', :'anna', '2026-12-02 10:00+01')),
  '400 salon_required', 'where there are several salons one is named'
);

select * from finish();
rollback;
