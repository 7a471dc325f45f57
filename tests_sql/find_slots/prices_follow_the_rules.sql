begin;
select plan(11);
\ir ../fixture.psql
\ir ../refused.psql

-- The prices of a day, each with its first start: '09:00 67.50, 12:00 75.00'.
create function pg_temp.prices(
  p_service_id uuid, p_staff_id uuid, p_date date default '2026-12-02', p_code text default null,
  p_to date default null
)
returns text
language sql
as $$
  select string_agg(
    to_char(s.starts_at at time zone 'Europe/Zurich', 'HH24:MI ') || s.price, ', '
    order by s.starts_at)
  from (
    select f.starts_at, f.price, lag(f.price) over (order by f.starts_at) as before
    from schnittwerk.find_slots(
      p_service_id, p_date, p_to, p_staff_id, p_promotion_code => p_code) f
  ) s
  where s.price is distinct from s.before
$$;

select schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}'),
  schnittwerk.save_price_rule('Evening', 'time',
    '{"times": [{"start_time": "16:30", "end_time": "24:00"}], "days": [3, 4]}', '{"price": 90}'),
  schnittwerk.save_price_rule('Soon', 'lead_time', '{"lead_hours": {"max": 27}}',
    '{"amount": 5}') \g /dev/null
select is(
  pg_temp.prices(:'haircut', :'ben'), '09:00 72.50, 11:00 67.50, 12:00 75.00, 16:30 90.00',
  'prices change with the time of day and with how long it is until then'
);
select is(
  pg_temp.prices(:'haircut', :'ben', '2026-12-04'), '09:00 67.50, 12:00 75.00',
  'a rule for some weekdays leaves others'
);
select is(
  pg_temp.prices(:'haircut', :'ben', '2026-12-03', p_to => '2026-12-04'),
  '09:00 67.50, 12:00 75.00, 16:30 90.00, 09:00 67.50, 12:00 75.00',
  'prices of several days are those of each'
);
select schnittwerk.save_price_rule('Spring', 'promotion', '{"code": "SPRING"}', '{"amount": -10}'),
  schnittwerk.save_price_rule('First', 'promotion', '{"first_visit": true}', '{"amount": -20}', 1)
\g /dev/null
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.prices(:'haircut', :'ben', '2026-12-04', code), told, description
)
from (
  values
    ('spring', '09:00 57.50, 12:00 65.00', 'a code lowers the prices listed'),
    ('NOBODYS', '09:00 67.50, 12:00 75.00', 'a code that does not apply changes nothing')
) t (code, told, description);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.prices(:'haircut', :'ben', '2026-12-04'), '09:00 47.50, 12:00 55.00',
  'a customer sees the prices that they would book at'
);
select is(
  (select count(*)::int
    from schnittwerk.find_slots(:'haircut', '2026-12-02', '2026-12-04') s
    where s.price <> (schnittwerk.explain_price(:'haircut', s.staff_id, s.starts_at)
      ->> 'price')::numeric),
  0, 'each price listed is the one explained'
);
select is(
  (select count(*)::int
    from schnittwerk.recommend_slots(:'haircut', '2026-12-02', '2026-12-04', p_limit => 100) s
    where s.price <> (schnittwerk.explain_price(:'haircut', s.staff_id, s.starts_at)
      ->> 'price')::numeric),
  0, 'each price recommended is the one explained'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refused(format('select * from schnittwerk.find_slots(%L, %L, p_promotion_code => %L)',
    :'haircut', '2026-12-02', code)),
  '400 invalid_input: p_promotion_code', description
)
from (
  values ('', 'an empty code is refused'), (repeat('x', 101), 'a long code is refused')
) t (code, description);
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as booked \gset
select is(
  pg_temp.refused(format(
    'select * from schnittwerk.find_slots(%L, %L, p_appointment_id => %L, p_promotion_code => %L)',
    :'color', '2026-12-02', :'booked', 'SPRING')),
  '400 invalid_input: p_promotion_code', 'a code is refused for a move, which takes none'
);

select * from finish();
rollback;
