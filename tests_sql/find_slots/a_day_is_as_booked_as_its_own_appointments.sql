begin;
select plan(5);
\ir ../fixture.psql
insert into schnittwerk_core.price_rule (salon_id, name, kind, conditions, adjustment)
values (:'salon', 'Busy', 'demand', '{"booked_percent": {"min": 20}}', '{"amount": 10}');

create function pg_temp.prices(p_service uuid, p_staff uuid, p_from date, p_to date)
returns table (day date, price numeric)
language sql
as $$
  select distinct (f.starts_at at time zone 'Europe/Zurich')::date, f.price
  from schnittwerk.find_slots(p_service, p_from, p_to, p_staff) f
$$;

-- Ben works 12 hours, 09:00 to 18:00 of which the salon is open.
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-05 10:00+01', :'ben')
  \g /dev/null
select results_eq(
  format('select * from pg_temp.prices(%L, %L, ''2026-12-04'', ''2026-12-08'') order by 1',
    :'haircut', :'ben'),
  $$values ('2026-12-04'::date, 75.00), ('2026-12-05', 75.00), ('2026-12-07', 75.00),
    ('2026-12-08', 75.00)$$,
  'one hour of a day is less than the share that the rule asks for'
);
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-06 11:00+01', :'ben',
  p_override_reason => 'wedding') \g /dev/null
select schnittwerk.create_booking('3', :'carla', :'haircut', '2026-12-06 13:00+01', :'ben',
  p_override_reason => 'wedding') \g /dev/null
select results_eq(
  format('select * from pg_temp.prices(%L, %L, ''2026-12-04'', ''2026-12-08'') order by 1',
    :'haircut', :'ben'),
  $$values ('2026-12-04'::date, 75.00), ('2026-12-05', 75.00), ('2026-12-07', 75.00),
    ('2026-12-08', 75.00)$$,
  'appointments on a closed Sunday count neither for Saturday nor for Monday'
);
select schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-05 12:00+01', :'ben')
  \g /dev/null
select results_eq(
  format('select * from pg_temp.prices(%L, %L, ''2026-12-04'', ''2026-12-08'') order by 1',
    :'haircut', :'ben'),
  $$values ('2026-12-04'::date, 75.00), ('2026-12-05', 85.00), ('2026-12-07', 75.00),
    ('2026-12-08', 75.00)$$,
  'a second hour raises the prices of that day alone'
);
select is(
  schnittwerk.explain_price(:'haircut', :'anna', '2026-12-05 10:00+01') ->> 'price', '75.00',
  'another member of staff''s day is their own'
);
select schnittwerk.hold_slot('5', :'haircut', '2026-12-07 10:00+01', :'ben', :'carla') \g /dev/null
select schnittwerk.create_booking('6', :'dora', :'haircut', '2026-12-07 14:00+01', :'ben')
  \g /dev/null
select is(
  schnittwerk.explain_price(:'haircut', :'ben', '2026-12-07 09:00+01') ->> 'price', '75.00',
  'a hold does not make a day more booked'
);

select * from finish();
rollback;
