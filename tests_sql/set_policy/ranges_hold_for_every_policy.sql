begin;
select plan(17);
\ir ../fixture.psql

-- Of each policy: the values of a kind that its setting does not treat as it should.
create function pg_temp.wrongly(p_is_refused boolean, p_values text)
returns setof text
language plpgsql
as $$
declare
  v_case record;
begin
  for v_case in execute p_values loop
    if (schnittwerk.set_policy(v_case.policy_key, v_case.value) ->> 'code' is not distinct from
      'invalid_input') <> p_is_refused
    then
      return next v_case.policy_key || ' = ' || v_case.value;
    end if;
  end loop;
end
$$;

select cmp_ok(
  (select count(*) from schnittwerk.list_policies()), '>=', 13::bigint,
  'at least thirteen policies are checked'
);
select is_empty(
  $$select pg_temp.wrongly(false, 'select policy_key, to_jsonb(e.value) as value
    from schnittwerk.list_policies(), unnest(array[minimum, maximum]) e (value)
    where value_type <> ''boolean''')$$,
  'the least and the greatest value of each policy are allowed'
);
select is_empty(
  $$select pg_temp.wrongly(true, 'select policy_key, to_jsonb(e.value) as value
    from schnittwerk.list_policies(), unnest(array[minimum - 1, maximum + 1, -1, 1e300]) e (value)
    where value_type <> ''boolean''')$$, 'values beyond the range of a policy are refused'
);
select is_empty(
  $$select pg_temp.wrongly(true, 'select policy_key, e.value from schnittwerk.list_policies(),
    unnest(array[''"4"'', ''"NaN"'', ''"Infinity"'', ''"true"'', ''""'', ''null'', ''[]'', ''[1]'',
      ''{}'']::jsonb[]) e (value)')$$, 'values other than numbers and booleans are refused'
);
select is_empty(
  $$select pg_temp.wrongly(true, 'select policy_key, case value_type when ''boolean'' then ''1''
    else ''true'' end::jsonb as value from schnittwerk.list_policies()')$$,
  'a number for a boolean and a boolean for a number are refused'
);
select is_empty(
  $$select pg_temp.wrongly(true, 'select policy_key, to_jsonb(minimum + 0.5) as value
    from schnittwerk.list_policies() where value_type = ''integer''')$$,
  'a fraction for an integer policy is refused'
);
select is(
  pg_temp.refusal(schnittwerk.set_policy('reminder_hours', '1e-400')),
  '400 invalid_input: p_policy_value',
  'a number that float8 cannot hold is refused'
);
select is(
  schnittwerk.set_policy('reminder_hours', '0.0166666667') ->> 'success', 'true',
  'a minute in hours is allowed'
);

select is(
  schnittwerk.set_policy('retention_audit_days', '89') #>> '{details,0,message}',
  'p_policy_value of retention_audit_days must be 0 or from 90 to 3650',
  'an audit retention of less than 90 days is refused');
select is(
  schnittwerk.set_policy('retention_audit_days', e.value) ->> 'success', 'true',
  format('an audit retention of %s days is allowed', e.value))
from (values ('0'::jsonb), ('90')) e (value);

select is(
  pg_temp.refusal(schnittwerk.set_policy('max_reschedules', '1', p_salon_id => :'anna')),
  '404 not_found', 'an unknown salon is not found');
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.set_policy('max_reschedules', '1')), '400 salon_required',
  'with two salons, the salon is required'
);
select schnittwerk.set_policy('max_reschedules', '7', p_salon_id => :'second') \g /dev/null
select is(
  schnittwerk.get_booking_policy('max_reschedules', :'salon'), '1000',
  'a policy of one salon leaves that of another unchanged');

-- However a value got there, even past the trigger, it can be put right.
set local session_replication_role = replica;
insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value)
values (:'second', 'minimum_booking_notice_hours', '"NaN"')
on conflict (salon_id, policy_key) do update set policy_value = excluded.policy_value;
set local session_replication_role = origin;
select throws_ok(
  format($$update schnittwerk_core.booking_policies set policy_value = '"4"'
    where salon_id = %L and policy_key = 'max_reschedules'$$, :'second'),
  '23514', 'p_policy_value of max_reschedules must be a JSON integer, not "4"',
  'direct SQL cannot store a policy of the wrong type'
);
select throws_ok(
  format($$insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value)
    values (%L, 'retention_audit_days', '1')$$, :'second'),
  '23514', 'p_policy_value of retention_audit_days must be 0 or from 90 to 3650',
  'direct SQL cannot store an audit retention of less than 90 days'
);
select is(
  schnittwerk.set_policy('minimum_booking_notice_hours', '3', p_salon_id => :'second')
    ->> 'success', 'true', 'a broken value is put right by set_policy');

select * from finish();
rollback;
