begin;
select plan(24);
\ir ../fixture.psql
\ir ../clock.psql

-- How many of twelve calls, each of something unknown, are not refused for being too many.
create function pg_temp.answered(p_user_id uuid, p_call text)
returns bigint
language plpgsql
as $$
declare
  v_answer jsonb;
  v_answered bigint := 0;
begin
  perform pg_temp.become_user(p_user_id);
  for v_n in 1 .. 12 loop
    execute format('select schnittwerk.' || p_call, gen_random_uuid(), gen_random_uuid())
    into v_answer;
    v_answered := v_answered + (v_answer ->> 'code' = 'not_found')::int;
  end loop;
  perform pg_temp.become_superuser();
  return v_answered;
end
$$;

select is(
  (select jsonb_object_agg(policy_key, policy_value) from schnittwerk.list_policies()
   where policy_key like '%\_rate\_limit\_%'),
  '{"booking_rate_limit_customer": 10, "booking_rate_limit_staff": 30,
    "booking_rate_limit_admin": 100, "cancel_rate_limit_customer": 5,
    "cancel_rate_limit_staff": 20, "cancel_rate_limit_admin": 50,
    "change_rate_limit_customer": 30, "change_rate_limit_staff": 60,
    "change_rate_limit_admin": 200}', 'rate limits have defaults by kind and role'
);
select schnittwerk.set_policy(k.kind || '_rate_limit_' || r.role, to_jsonb(r.n + k.n))
from (values ('customer', 1), ('staff', 4), ('admin', 7)) r (role, n)
cross join (values ('booking', 0), ('cancel', 1), ('change', 2)) k (kind, n) \g /dev/null

select is(
  pg_temp.answered(u.id::uuid, c.call), (u.n + c.n)::bigint,
  format('%s may call %s %s times a minute', u.name, split_part(c.call, '(', 1), u.n + c.n))
from (
  values (:'carla_user', 'a customer', 1), (:'anna_user', 'staff', 4),
    (:'receptionist_user', 'a receptionist', 4), (:'admin_user', 'an admin', 7)
) u (id, name, n)
cross join (
  values
    ('reschedule_booking(%L, %L, ''2026-12-03 10:00+01'')', 0), ('cancel_booking(%L, %L)', 1),
    ('set_contact_preferences(%2$L)', 2)
) c (call, n)
order by u.id, c.n;

-- the kinds hold for all of their writes together, for a minute
select pg_temp.now_is('2026-12-01 08:00:59+01') \g /dev/null
select is(
  pg_temp.answered(:'carla_user', c.call), 0::bigint,
  split_part(c.call, '(', 1) || ' counts towards the limit of its kind')
from unnest(array[
  'hold_slot(%L, %L, ''2026-12-03 10:00+01'')', 'release_hold(%L, %L)', 'leave_waitlist(%L, %L)', 'accept_waitlist_offer(%L, %L)',
  'update_waitlist_entry(%L, %L, ''{}'')'
]) c (call);
select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select is(
  pg_temp.answered(:'carla_user', 'accept_waitlist_offer(%L, %L)'), 1::bigint,
  'accepting an offer counts as a booking'
);
select is(
  pg_temp.answered(:'carla_user', 'leave_waitlist(%L, %L)'), 2::bigint,
  'leaving the waitlist counts as a cancellation'
);
select is(
  pg_temp.answered(:'carla_user', 'update_waitlist_entry(%L, %L, ''{}'')'), 3::bigint,
  'updating a waitlist entry counts as a change'
);
select pg_temp.now_is('2026-12-01 08:02+01') \g /dev/null
select is(
  pg_temp.answered(:'carla_user', 'decline_waitlist_offer(%L, %L)'), 2::bigint,
  'declining an offer counts as a cancellation'
);
select schnittwerk.set_policy('cancel_rate_limit_customer', '0') \g /dev/null
select is(
  pg_temp.answered(:'carla_user', 'cancel_booking(%L, %L)'), 12::bigint,
  'a rate limit of 0 is no limit');

select is(
  (select count(*) from generate_series(1, 20) n
   where schnittwerk.cancel_booking(n::text, :'anna') ->> 'code' = 'not_found'), 20::bigint,
  'the service has no rate limit'
);

select * from finish();
rollback;
