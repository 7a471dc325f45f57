begin;
select plan(18);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.refusal_of(p_service_id uuid, p_arguments text)
returns text
language sql
as $$
  select pg_temp.refused(format('select schnittwerk.find_slots(%L, %s)', p_service_id, p_arguments))
$$;

select is(
  pg_temp.refusal_of(null, '''2026-12-02'''), '400 invalid_input: p_service_id',
  'a service is required'
);
select alike(
  pg_temp.refusal_of(:'haircut', 'null'), '400 invalid_input: p_from%', 'a first date is required');
select alike(
  pg_temp.refusal_of(:'haircut', '''infinity'''), '400 invalid_input: p_from%',
  'an infinite first date is refused'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''infinity'''), '400 invalid_input: p_to',
  'an infinite last date is refused'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2026-12-01'''), '400 invalid_input: p_to',
  'a last date before the first is refused'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2027-03-03'''), null,
  'a search of 92 days is accepted'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2027-03-04'''), '400 invalid_input: p_to',
  'a search of 93 days is refused'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', p_slot_interval_minutes => ' || i),
  case when i not between 1 and 1440 then '400 invalid_input: p_slot_interval_minutes' end,
  format('a slot interval of %s minutes is %s',
    i, case when i between 1 and 1440 then 'accepted' else 'refused' end)
)
from unnest('{-15, 0, 1, 1440, 1441, 2147483647}'::int[]) i;
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', p_limit => ' || l), '400 invalid_input: p_limit',
  format('a limit of %s is refused', l)
)
from unnest('{0, -1, 100001}'::int[]) l;

select throws_ok(
  'select schnittwerk.find_slots(null, null, null, null, 0, 0)',
  'PT400', 'invalid_input', 'a refusal has SQLSTATE PT400 and its code as the message'
);
select is(
  pg_temp.refused('select schnittwerk.find_slots(null, null, null, null, 0, 0)'),
  '400 invalid_input: p_service_id, p_slot_interval_minutes, p_limit, p_from, p_to',
  'one refusal names all invalid arguments'
);

select * from finish();
rollback;
