begin;
select plan(6);
\ir ../fixture.psql

create function pg_temp.explained(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz)
returns table (rule text, passed boolean, code text, details text)
language sql
as $$ select * from schnittwerk.explain_slot(p_service_id, p_staff_id, p_starts_at) $$;

select results_eq(
  format($$select rule, passed, code, details from pg_temp.explained(%L, %L, %L)$$,
    :'haircut', :'anna', '2026-12-02 09:00+01'),
  $$ values
    ('booking limit', true, null::text, null::text),
    ('service is offered', true, null, null),
    ('minimum notice', true, null, null),
    ('booking horizon', true, null, null),
    ('no holiday', true, null, null),
    ('open that day', true, null, null),
    ('business hours', true, null, null),
    ('slot grid', true, null, null),
    ('staff available', true, null, null),
    ('rooms and equipment are free', true, null, null),
    ('time is free', true, null, null),
    ('customer is free', true, null, null)
  $$,
  'a bookable slot passes every rule'
);

-- Each of these fails a rule of another kind.
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 09:00+01', :'anna')
\g /dev/null
select results_eq(
  format(
    'select count(*)::int, count(passed)::int, count(distinct rule)::int, bool_and(passed)
     from pg_temp.explained(%L, %L, %L)', service, staff, starts_at
  ),
  'values (12, 12, 12, false)',
  'each of twelve rules is given once for ' || description
)
from (
  values
    (:'color', :'ben', '2026-12-02 09:00+01', 'a service that the staff do not perform'),
    (:'haircut', :'anna', '2026-12-01 08:30+01', 'a start too soon'),
    (:'haircut', :'anna', '2027-12-05 03:00+01', 'a start far outside of everything'),
    (:'haircut', :'anna', '2026-12-02 09:00+01', 'a start that is taken'),
    (:'haircut', :'anna', '1999-12-05 03:00+01', 'a start long past')
) t (service, staff, starts_at, description);

select * from finish();
rollback;
