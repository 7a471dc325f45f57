begin;
select plan(19);
\ir ../fixture.psql

create function pg_temp.metrics()
returns jsonb
language sql
as $$ select schnittwerk.booking_metrics('2026-12-01 00:00+01', '2026-12-02 00:00+01') $$;

select is(
  pg_temp.metrics() - 'slot_generation', '{
    "measured_from": "2026-11-30T23:00:00Z", "measured_to": "2026-12-01T23:00:00Z",
    "attempts": 0, "succeeded": 0, "success_rate": null,
    "operations": {}, "refusals": {}, "policy_violations": [],
    "conflicts": 0, "key_replays": 0, "keys_in_flight": 0, "keys_reused": 0,
    "duration_ms": {"average": null, "p50": null, "p95": null, "p99": null},
    "holds": {"made": 0, "used": 0, "released": 0, "lapsed": 0},
    "fees": {"owed": {"count": 0, "amount": 0}, "waived": {"count": 0, "amount": 0},
      "withdrawn": {"count": 0, "amount": 0}},
    "prices": {"bookings": 0, "revenue": 0, "rules": []},
    "waitlist": {"joined": 0, "ended": 0, "booked": 0,
      "offers": {"made": 0, "accepted": 0, "declined": 0, "expired": 0}},
    "waitlist_conversion_rate": null
  }', 'without operations the counts are zero and the rates null'
);

-- three bookings, two of them retried; four refused by rules, one of them retried
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 14:00+01', :'anna'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben'),
  schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('5', :'dora', :'haircut', '2026-12-01 09:00+01', :'anna'),
  schnittwerk.create_booking('6', :'dora', :'haircut', '2026-12-06 10:00+01', :'anna'),
  schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-06 11:00+01', :'anna'),
  -- refused before a rule was asked: a key for something else, no start, an unknown service
  schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-06 12:00+01', :'anna'),
  schnittwerk.create_booking('8', :'dora', :'haircut', null),
  schnittwerk.create_booking('9', :'dora', :'anna', '2026-12-02 15:00+01'),
  -- of another kind
  schnittwerk.set_policy('max_reschedules', '-1')
\g /dev/null
select pg_temp.become_anonymous() \g /dev/null
select schnittwerk.create_booking('10', null, :'haircut', '2026-12-02 15:00+01') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
-- 10, 20, 30, … ms
update schnittwerk_core.booking_operations o
set created_at = '2026-12-01 07:00+01',
  updated_at = '2026-12-01 07:00+01'::timestamptz + o.idempotency_key::int * interval '10 ms';
-- another day's, and another salon's
insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, response,
  correlation_id, created_at, updated_at
)
select s.id, 'create', k.key, 'service', ''::bytea, '{}'::jsonb, 'c', k.at, k.at
from (
  values ('a', '2026-11-30 23:59:59.9+01'::timestamptz), ('b', '2026-12-02 00:00+01')
) k (key, at)
cross join (values (:'salon'::uuid)) s (id)
union all
select :'anna', 'create', 'c', 'service', ''::bytea, '{}'::jsonb, 'c', t.at, t.at
from (values ('2026-12-01 12:00+01'::timestamptz)) t (at);

select is(
  pg_temp.metrics() -> 'operations', '{
    "create": {"completed": 3, "failed": 4, "refused": 3},
    "set_policy": {"completed": 0, "failed": 0, "refused": 1}
  }', 'operations are counted by outcome, in one salon and period'
);
select is(pg_temp.metrics() -> 'attempts', '10', 'a retry is no further attempt to book');
select is(pg_temp.metrics() -> 'succeeded', '3', 'succeeded counts the bookings made');
select is(pg_temp.metrics() -> 'success_rate', '0.3',
  'success_rate is the share of attempts that succeeded');
select is(
  pg_temp.metrics() -> 'refusals', '{
    "slot_conflict": 1, "notice_too_short": 1, "business_closed": 2, "idempotency_key_reused": 1,
    "invalid_input": 2, "not_found": 1, "not_authenticated": 1
  }', 'refusals are counted by code, stored under a key or not'
);
select is(
  pg_temp.metrics() -> 'policy_violations', '[
    {"code": "business_closed", "count": 2}, {"code": "notice_too_short", "count": 1}
  ]', 'policy_violations lists the broken rules, most common first'
);
select is(pg_temp.metrics() -> 'conflicts', '1', 'conflicts counts the attempts at a taken slot');
select is(pg_temp.metrics() -> 'key_replays', '3', 'key_replays counts the replays of any answer');
select is(pg_temp.metrics() -> 'keys_reused', '1',
  'keys_reused counts the keys used for something else');
select is(
  pg_temp.metrics() -> 'duration_ms', '{"average": 40.0, "p50": 40.0, "p95": 67.0, "p99": 69.4}',
  'duration_ms gives average and percentiles'
);

-- Visits: one is booked and moved, one is refused, one cannot be cancelled.
insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, code, response,
  correlation_id, created_at, updated_at
)
select :'salon', v.type, 'v', v.caller, ''::bytea, v.code, '{}'::jsonb, 'c', t.at, t.at
from (
  values
    ('create_visit', 'service', null), ('create_visit', 'user', 'slot_conflict'),
    ('reschedule_visit', 'service', null), ('cancel_visit', 'user', 'cancellation_deadline_passed')
) v (type, caller, code)
cross join (values ('2026-12-01 12:00+01'::timestamptz)) t (at);
select is(
  pg_temp.metrics() - array(
    select k from jsonb_object_keys(pg_temp.metrics()) k
    where k not in ('attempts', 'succeeded', 'success_rate', 'operations', 'conflicts')
  ), '{
    "attempts": 12, "succeeded": 4, "success_rate": 0.3333, "conflicts": 2,
    "operations": {
      "create": {"completed": 3, "failed": 4, "refused": 3},
      "create_visit": {"completed": 1, "failed": 1, "refused": 0},
      "reschedule_visit": {"completed": 1, "failed": 0, "refused": 0},
      "cancel_visit": {"completed": 0, "failed": 1, "refused": 0},
      "set_policy": {"completed": 0, "failed": 0, "refused": 1}
    }
  }', 'a visit is one attempt, however many appointments it has'
);

insert into schnittwerk_core.waitlist (
  salon_id, id, customer_id, service_id, preferred_start_date, preferred_end_date, status,
  created_at, updated_at
)
select :'salon', ('00000000-0000-4000-8000-00000000010' || w.n)::uuid, :'dora', :'haircut',
  '2026-12-02', '2026-12-04', w.status, w.created_at, w.updated_at
from (
  values
    (1, 'booked', '2026-11-20 00:00+01'::timestamptz, '2026-12-01 10:00+01'::timestamptz),
    (2, 'cancelled', '2026-12-01 00:00+01', '2026-12-01 10:00+01'),
    (3, 'expired', '2026-11-20 00:00+01', '2026-12-01 00:00+01'),
    (4, 'booked', '2026-11-20 00:00+01', '2026-11-30 23:59+01'),
    (5, 'booked', '2026-12-01 10:00+01', '2026-12-02 00:00+01'),
    (6, 'active', '2026-12-01 10:00+01', '2026-12-01 10:00+01')
) w (n, status, created_at, updated_at);
insert into schnittwerk_core.waitlist_offer (
  salon_id, entry_id, staff_id, starts_at, ends_at, price, status, expires_at, appointment_id,
  created_at
)
select :'salon', ('00000000-0000-4000-8000-00000000010' || f.n)::uuid, :'anna',
  f.starts_at, f.starts_at + interval '1 hour', 75, f.status, f.expires_at,
  case f.status when 'accepted' then (
    select a.id from schnittwerk_core.appointments a order by a.starts_at limit 1
  ) end, f.created_at
from (
  values
    (1, 'accepted', '2026-12-03 10:00+01'::timestamptz, '2026-12-01 12:00+01'::timestamptz,
      '2026-12-01 06:00+01'::timestamptz),
    (2, 'declined', '2026-12-03 10:00+01', '2026-12-01 12:00+01', '2026-12-01 06:00+01'),
    (3, 'expired', '2026-12-03 10:00+01', '2026-12-01 07:00+01', '2026-12-01 06:00+01'),
    (4, 'open', '2026-12-03 10:00+01', '2026-12-01 08:00+01', '2026-12-01 06:00+01'),
    (5, 'open', '2026-12-03 10:00+01', '2026-12-01 08:01+01', '2026-12-01 06:00+01'),
    (6, 'withdrawn', '2026-12-03 10:00+01', '2026-12-01 08:01+01', '2026-12-01 06:00+01'),
    (6, 'declined', '2026-12-04 10:00+01', '2026-12-01 08:01+01', '2026-11-30 06:00+01')
) f (n, status, starts_at, expires_at, created_at);
select is(
  pg_temp.metrics() -> 'waitlist', '{"joined": 3, "ended": 3, "booked": 1,
    "offers": {"made": 6, "accepted": 1, "declined": 1, "expired": 2}}',
  'an offer past its expiry counts as expired, whatever its status'
);
insert into schnittwerk_core.hold (
  salon_id, service_id, staff_id, starts_at, ends_at, price, status, expires_at, appointment_id,
  created_at
)
select
  :'salon', :'haircut', :'anna', '2026-12-03 10:00+01', '2026-12-03 11:00+01', 75, h.status,
  h.expires_at, case h.status when 'used' then (
    select a.id from schnittwerk_core.appointments a order by a.starts_at limit 1
  ) end, h.created_at
from (
  values
    ('used', '2026-12-01 12:00+01'::timestamptz, '2026-12-01 06:00+01'::timestamptz),
    ('released', '2026-12-01 12:00+01', '2026-12-01 06:00+01'),
    ('lapsed', '2026-12-01 06:10+01', '2026-12-01 06:00+01'),
    ('open', '2026-12-01 08:00+01', '2026-12-01 07:50+01'),
    ('open', '2026-12-01 08:01+01', '2026-12-01 07:51+01'),
    ('used', '2026-11-30 12:00+01', '2026-11-30 06:00+01')
) h (status, expires_at, created_at);
select is(
  pg_temp.metrics() -> 'holds', '{"made": 5, "used": 1, "released": 1, "lapsed": 2}',
  'a hold past its expiry counts as lapsed, whatever its status'
);
select is(
  pg_temp.metrics() -> 'waitlist_conversion_rate', '0.3333',
  'waitlist_conversion_rate is the share of ended entries that were booked'
);

set local track_functions = none;
select is(
  pg_temp.metrics() -> 'slot_generation', '{"average_ms": null,
    "reason": "not measured: the server''s track_functions is none, set it to pl"}',
  'slot_generation is null, with a reason, where it is not measured'
);
set local track_functions = pl;
select count(*) from schnittwerk.find_slots(:'haircut', '2026-12-03') \g /dev/null
-- what this transaction has counted is not in the view yet: another, later one sees it
select is(
  (select count(*) from pg_stat_xact_user_functions
   where schemaname = 'schnittwerk_core' and funcname = 'find_slots'), 1::bigint,
  'find_slots is counted under track_functions = pl'
);
select ok(
  not (pg_temp.metrics() #> '{slot_generation}' ->> 'reason') like 'not measured%'
  or (pg_temp.metrics() #> '{slot_generation,average_ms}') <> 'null',
  'slot_generation is not called unmeasured under track_functions = pl'
);
select is(
  (pg_temp.metrics() - 'slot_generation')::text,
  (schnittwerk.booking_metrics('2026-12-01 00:00+01', '2026-12-02 00:00+01', :'salon')
    - 'slot_generation')::text, 'naming the only salon gives the same metrics'
);

select * from finish();
rollback;
