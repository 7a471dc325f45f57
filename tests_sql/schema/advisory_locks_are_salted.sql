-- Any login can take an advisory lock and keep it, if it knows the number: what waits for one waits
-- as long as a stranger likes. Only idempotency keys are locked so, by numbers that a secret salts.
begin;
select plan(3);

create function pg_temp.takers()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and pg_get_functiondef(p.oid) ~* 'advisory'
$$;

select set_eq(
  'select pg_temp.takers()',
  array[
    'schnittwerk_core.take_key(schnittwerk_core.caller,text,jsonb,jsonb[])',
    'schnittwerk_core.wait_for_key(bigint)'
  ],
  'only idempotency keys are locked by advisory locks'
);
select matches(
  (select prosrc from pg_proc where proname = 'take_key'),
  'sha256\(convert_to\(concat_ws\(\s*E''\\n'', p_caller\.key_salt,',
  'the number of a key''s lock is salted'
);

create function schnittwerk_core.canary_1() returns void
language sql return pg_advisory_xact_lock(1);
create function schnittwerk_core.canary_2() returns void language plpgsql
as 'begin perform pg_try_advisory_lock(1); end';
select set_has(
  'select pg_temp.takers()',
  $$values ('schnittwerk_core.canary_1()'), ('schnittwerk_core.canary_2()')$$,
  'the lint finds functions that take an advisory lock'
);

select * from finish();
rollback;
