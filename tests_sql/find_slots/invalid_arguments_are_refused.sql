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
  pg_temp.refusal_of(:'haircut', 'null'), '400 invalid_input: p_from%', 'a date is required');
select alike(
  pg_temp.refusal_of(:'haircut', '''infinity'''), '400 invalid_input: p_from%',
  'infinity is no date'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''infinity'''), '400 invalid_input: p_to',
  'nor one to end with'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2026-12-01'''), '400 invalid_input: p_to',
  'the last date is not before the first'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2027-03-03'''), null, '92 days are accepted'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', ''2027-03-04'''), '400 invalid_input: p_to',
  '93 are not'
);
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', p_slot_interval_minutes => ' || i),
  case when i not between 1 and 1440 then '400 invalid_input: p_slot_interval_minutes' end,
  format('a slot interval of %s minutes', i)
)
from unnest('{-15, 0, 1, 1440, 1441, 2147483647}'::int[]) i;
select is(
  pg_temp.refusal_of(:'haircut', '''2026-12-02'', p_limit => ' || l), '400 invalid_input: p_limit',
  format('a limit of %s', l)
)
from unnest('{0, -1, 100001}'::int[]) l;

select throws_ok(
  'select schnittwerk.find_slots(null, null, null, null, 0, 0)',
  'PT400', 'invalid_input', 'SQLSTATE is PT and the HTTP status, the message is the code'
);
select is(
  pg_temp.refused('select schnittwerk.find_slots(null, null, null, null, 0, 0)'),
  '400 invalid_input: p_service_id, p_slot_interval_minutes, p_limit, p_from, p_to',
  'all faults are told at once'
);

select * from finish();
rollback;
