-- The book that is measured: 50 staff, 20 services, 5,000 customers, five years of history and a
-- future of which about 60 % is taken. The setting bench.history says how many appointments lie in
-- the past, and of those of the last year there are the operations and entries of the journal
-- that booking them has left; all else, the future included, is the same
-- whatever it says, and on every machine.

create schema bench;

-- The book's present stands still: a run measures the same at any hour of any day.
create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
as $$ select timestamptz '2026-12-01 08:00+01' $$;

-- As scattered as random ones: an index over uuids that differ in their last digits only is another.
create function bench.id(p_number int)
returns uuid
language sql
immutable
parallel safe
return md5(p_number::text)::uuid;

-- 0 <= chance < 1, the same everywhere for the same text.
create function bench.chance(p_of text)
returns float8
language sql
immutable
parallel safe
return (hashtextextended(p_of, 0) & 9007199254740991) / 9007199254740992.0;

-- The triggers of what bookings write to, and of the customers, as they are meant to be: they are
-- switched off while rows come or go by the thousand, and are not all on in the same way.
create table bench.trigger as
select t.tgrelid::regclass as table_name, t.tgname as name, t.tgfoid::regproc as function,
  t.tgenabled as state, t.tgtype & 4 > 0 as is_on_insert
from pg_trigger t
where not t.tgisinternal and t.tgparentid = 0 and t.tgrelid = any (array[
  'schnittwerk_core.customers', 'schnittwerk_core.appointments', 'schnittwerk_core.occupancy',
  'schnittwerk_core.booking_operations', 'schnittwerk_core.journal',
  'schnittwerk_core.journal_personal', 'schnittwerk_core.refusal'
]::regclass[]);

create procedure bench.disable_triggers()
language plpgsql
as $$
declare
  v_table regclass;
begin
  for v_table in select distinct t.table_name from bench.trigger t loop
    execute format('alter table %s disable trigger user', v_table);
  end loop;
end
$$;

create procedure bench.enable_triggers()
language plpgsql
as $$
declare
  v_trigger bench.trigger;
begin
  for v_trigger in select t.* from bench.trigger t where t.state <> 'D' loop
    execute format('alter table %s enable %s trigger %I', v_trigger.table_name,
      case v_trigger.state when 'A' then 'always' when 'R' then 'replica' end, v_trigger.name);
  end loop;
end
$$;

insert into schnittwerk_core.salon (id, name, time_zone)
values (bench.id(1), 'Bench', 'Europe/Zurich');

insert into schnittwerk_core.opening_hours (salon_id, day_of_week, start_time, end_time)
values
  (bench.id(1), 1, '09:00', '18:00'),
  (bench.id(1), 2, '09:00', '18:00'),
  (bench.id(1), 3, '09:00', '18:00'),
  (bench.id(1), 4, '09:00', '19:00'),
  (bench.id(1), 5, '09:00', '19:00'),
  (bench.id(1), 6, '08:00', '16:00');

insert into schnittwerk_core.holidays
  (salon_id, name, date, is_recurring, recurring_month, recurring_day)
select
  bench.id(1), d.name, make_date(2026, d.month, d.day), true, d.month, d.day
from (
  values
    ('Neujahrstag', 1, 1), ('Berchtoldstag', 1, 2), ('Tag der Arbeit', 5, 1),
    ('Bundesfeier', 8, 1), ('Weihnachtstag', 12, 25), ('Stephanstag', 12, 26)
) d (name, month, day);

-- Service 1 takes 30 minutes and is the one that slots are looked for. Service 20 is short, has no
-- buffers, and no appointment but those that a run makes.
insert into schnittwerk_core.services
  (salon_id, id, name, duration_minutes, base_price, buffer_before_minutes, buffer_after_minutes)
select bench.id(1), bench.id(n), 'Service ' || n, (
  '{30,15,20,30,30,40,45,45,45,60,60,60,60,75,90,90,120,150,180}'::int[]
)[n], 20 + 5 * n, null::int, null::int
from generate_series(1, 19) n
union all
select bench.id(1), bench.id(20), 'Service 20', 5, 10, 0, 0;

-- Service 21 is a colour: half an hour, three quarters in which its staff are free, and half an hour
-- at one of four basins.
-- Services 22 to 24 are performed at three speeds.
insert into schnittwerk_core.services
  (salon_id, id, name, duration_minutes, base_price, steps, needs)
select
  bench.id(1), bench.id(n), 'Service ' || n, minutes, 20, steps::schnittwerk_core.step[],
  needs::schnittwerk_core.need[]
from (
  values
    (21, 105, '{"(30,t)","(45,f)","(30,t)"}', '{"(basin,1,75,105)"}'),
    (22, 30, null, null), (23, 15, null, null), (24, 20, null, null)
) v (n, minutes, steps, needs);

insert into schnittwerk_core.unit (salon_id, id, name, pool)
select bench.id(1), bench.id(100 + n), 'Basin ' || n, 'basin' from generate_series(1, 4) n;

insert into schnittwerk_core.staff (salon_id, id, full_name)
select bench.id(1), bench.id(n), 'Staff ' || n from generate_series(1, 50) n;

insert into schnittwerk_core.staff_services
  (salon_id, service_id, staff_id, estimated_duration_minutes)
select bench.id(1), v.id, bench.id(m), case when n > 21 then v.duration_minutes + 5 * (m % 3 - 1) end
from generate_series(1, 24) n
join schnittwerk_core.services v on v.salon_id = bench.id(1) and v.id = bench.id(n)
cross join generate_series(1, 50) m;

-- Two lunch hours in turn, so that somebody is always there.
-- Service 25 is service 1 again. Of each 20 price rules ask for the start and how far off it is; of
-- service 25 five of them ask how booked the day is instead. The salon counts as one without rules,
-- but in the scripts that measure them.
insert into schnittwerk_core.services (salon_id, id, name, duration_minutes, base_price)
select bench.id(1), bench.id(25), 'Service 25', v.duration_minutes, v.base_price
from schnittwerk_core.services v
where v.salon_id = bench.id(1) and v.id = bench.id(1);

insert into schnittwerk_core.staff_services (salon_id, service_id, staff_id)
select bench.id(1), bench.id(25), bench.id(m) from generate_series(1, 50) m;

insert into schnittwerk_core.price_rule (
  salon_id, id, name, kind, conditions, adjustment, priority, valid_from, valid_until
)
select
  bench.id(1), bench.id(v.service * 1000 + r.number), format('Rule %s.%s', v.service, r.number),
  r.kind,
  r.conditions::jsonb || jsonb_build_object('services', array[bench.id(v.service)])
  || case when r.staff is null then '{}' else jsonb_build_object('staff', array(
    select bench.id(m) from generate_series(r.staff, r.staff + 7) m)) end,
  r.adjustment::jsonb, r.number, r.valid_from::date, r.valid_until::date
from (values (1), (25)) v (service)
join (
  values
    (1, 'time', '{"days": [1, 2, 3], "times": [{"start_time": "09:00", "end_time": "12:00"}]}',
     '{"percent": -20}', null, null, null, null),
    (2, 'time', '{"days": [2, 4], "times": [{"start_time": "09:00", "end_time": "11:00"}]}',
     '{"percent": -10}', null, null, null, null),
    (3, 'time', '{"days": [4, 5], "times": [{"start_time": "17:00", "end_time": "20:00"}]}',
     '{"percent": 10}', null, null, null, null),
    (4, 'time', '{"days": [6]}', '{"percent": 15}', null, null, null, null),
    (5, 'time', '{"times": [{"start_time": "12:00", "end_time": "14:00"}]}',
     '{"amount": -5}', null, null, null, null),
    (6, 'time', '{"days": [1, 2, 3, 4, 5]}', '{"percent": 5}', '2026-12-14', '2026-12-23', null,
     null),
    (7, 'time', '{"times": [{"start_time": "16:00", "end_time": "17:00"}]}', '{"percent": -7.5}',
     null, null, 3, null),
    (8, 'time', '{"days": [6]}', '{"price": 30}', null, null, 20, null),
    (9, 'lead_time', '{"lead_hours": {"max": 3}}', '{"percent": -25}', null, null, null, null),
    (10, 'lead_time', '{"lead_hours": {"min": 3, "max": 24}}', '{"percent": -15}', null, null,
     null, null),
    (11, 'lead_time', '{"lead_hours": {"min": 24, "max": 48}}', '{"percent": -10}', null, null,
     null, null),
    (12, 'lead_time', '{"lead_hours": {"min": 336}}', '{"percent": -5}', null, null, null, null),
    (13, 'lead_time', '{"lead_hours": {"min": 504}}', '{"percent": -8}', null, null, null, null),
    (14, 'promotion', '{"code": "WELCOME", "first_visit": true}', '{"percent": -20}', null, null,
     null, null),
    (15, 'promotion', '{}', '{"percent": -3}', '2026-12-20', '2027-01-10', null, null),
    (16, 'demand', '{"days": [1]}', '{"percent": -10}', null, null, null, 1),
    (17, 'demand', '{"days": [2, 3]}', '{"percent": -5}', null, null, null, 1),
    (18, 'demand', '{"days": [5]}', '{"percent": 5}', null, null, null, 1),
    (19, 'demand', '{"lead_hours": {"min": 168, "max": 240}}', '{"percent": 10}', null, null, null,
     1),
    (20, 'demand', '{"days": [4]}', '{"percent": 15}', null, null, null, 1),
    (16, 'demand', '{"booked_percent": {"max": 20}}', '{"percent": -10}', null, null, null, 25),
    (17, 'demand', '{"booked_percent": {"min": 20, "max": 40}}', '{"percent": -5}', null, null,
     null, 25),
    (18, 'demand', '{"booked_percent": {"min": 60, "max": 80}}', '{"percent": 5}', null, null, null,
     25),
    (19, 'demand', '{"booked_percent": {"min": 80, "max": 90}}', '{"percent": 10}', null, null,
     null, 25),
    (20, 'demand', '{"booked_percent": {"min": 90}}', '{"percent": 15}', null, null, null, 25)
) r (number, kind, conditions, adjustment, valid_from, valid_until, staff, service)
  on coalesce(r.service = v.service, true);

create procedure bench.turn_price_rules_on(p_are_on boolean)
language sql
begin atomic
  update schnittwerk_core.salon_state z set has_price_rules = p_are_on;
end;

call bench.turn_price_rules_on(false);

insert into schnittwerk_core.staff_availability
  (salon_id, staff_id, day_of_week, start_time, end_time)
select bench.id(1), bench.id(m), d, w.start_time, w.end_time
from generate_series(1, 50) m
cross join generate_series(1, 6) d
cross join lateral (
  values
    (time '08:00', time '12:00' + m % 2 * interval '1 hour'),
    (time '13:00' + m % 2 * interval '1 hour', time '20:00')
) w (start_time, end_time);

-- A million rows one by one would take minutes: triggers, references and indexes are put off until
-- all rows are there.
-- The weeks of the calendar are kept when a transaction ends: before the triggers are off.
set constraints all immediate;
call bench.disable_triggers();

insert into schnittwerk_core.customers (salon_id, id, full_name)
select bench.id(1), bench.id(n), 'Customer ' || n from generate_series(1, 5000) n;

create temp table put_off as
select
  format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as dropping,
  format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname,
    pg_get_constraintdef(c.oid)) as making,
  c.contype = 'f' as refers_to_a_key
from pg_constraint c
where c.contype in ('f', 'p')
  and 'schnittwerk_core.appointments'::regclass in (c.conrelid, c.confrelid)
union all
select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), false
from pg_index i
where i.indrelid = 'schnittwerk_core.appointments'::regclass
  and not exists (
    select from pg_constraint c where c.conindid = i.indexrelid and c.conrelid = i.indrelid
  );

do $$
declare
  v_statement text;
begin
  for v_statement in select p.dropping from put_off p order by p.refers_to_a_key desc loop
    execute v_statement;
  end loop;
end
$$;

insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules, created_at, updated_at
)
select
  bench.id(1), bench.id(1 + h.number % 5000), bench.id(h.staff), bench.id(1),
  h.starts_at, h.starts_at + interval '30 minutes',
  (array['completed', 'no_show', 'cancelled'])[
    1 + (h.number % 20 in (3, 7))::int + (h.number % 20 = 7)::int],
  25, 0, 15, 24, 2, 3, h.starts_at - interval '10 days', h.starts_at
from (
  select
    c.staff,
    (c.date + time '08:00' + c.n * interval '45 minutes') at time zone 'Europe/Zurich' as starts_at,
    hashint8(c.place) & 65535 as number
  from (
    select
      m as staff, d as date, s as n,
      m * 10000000 + (d::date - date '2020-01-01') * 100 + s as place
    from generate_series(timestamp '2021-12-01', timestamp '2026-11-28', interval '1 day') d
    cross join generate_series(1, 50) m
    cross join generate_series(0, 15) s
    where extract(dow from d) <> 0
  ) c
  order by hashint8extended(c.place, 0), c.place
  limit current_setting('bench.history')::int
) h
order by h.starts_at;

-- In every open range of everybody: perhaps a gap, an appointment, perhaps a gap, …
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules, created_at, updated_at
)
select
  bench.id(1), bench.id(1 + (5000 * bench.chance('customer ' || a.seed))::int % 5000), a.staff_id,
  a.service_id, a.starts_at, a.starts_at + a.duration, 'confirmed', a.price, 0, 15, 24, 2, 3,
  schnittwerk_core.clock() - interval '10 days', schnittwerk_core.clock() - interval '10 days'
from (
  select
    i.staff_id, i.seed, i.open_range, v.id as service_id, v.base_price as price,
    make_interval(mins => v.duration_minutes) as duration,
    lower(i.open_range) + sum(i.gap + make_interval(mins => v.duration_minutes + 15)) over (
      partition by i.staff_id, i.open_range order by i.n
    ) - make_interval(mins => v.duration_minutes + 15) as starts_at
  from (
    select
      m.id as staff_id, r.open_range, n, s.seed,
      1 + (18 * bench.chance('service ' || s.seed))::int as service,
      (4 * bench.chance('gap ' || s.seed))::int * interval '15 minutes' as gap
    from schnittwerk_core.staff m
    cross join (
      select schnittwerk_core.salon_calendar(bench.id(1), date '2026-12-01', date '2027-03-01') as c
    ) l
    cross join lateral unnest(
      ((l.c).hours - (l.c).closures) * (
        select range_agg((schnittwerk_core.compute_staff_week(
          schnittwerk_core.compute_salon_week(bench.id(1), w.week::date), m.id)).working)
        from generate_series(date '2026-11-30', date '2027-03-01', interval '7 days') w (week)
      )
    ) r (open_range)
    cross join generate_series(1, 20) n
    cross join lateral (
      select format('%s %s %s', m.id, lower(r.open_range) at time zone 'UTC', n) as seed
    ) s
    where lower(r.open_range) > schnittwerk_core.clock()
  ) i
  join schnittwerk_core.services v on v.id = bench.id(i.service)
) a
where a.starts_at + a.duration <= upper(a.open_range)
order by a.starts_at, a.staff_id;

-- The making of the book is not part of its past.
delete from schnittwerk_core.journal;

-- What booking them has left behind. Whoever books finds what others have left: a plan made for an
-- empty table is not the plan that a salon has.
create temp table booked as
select
  a.salon_id, a.id, a.customer_id, a.staff_id, a.starts_at, a.created_at,
  to_jsonb(a) - array['notes', 'cancellation_reason'] as appointment
from schnittwerk_core.appointments a
where a.created_at > schnittwerk_core.clock() - interval '1 year'
order by a.created_at, a.starts_at, a.staff_id;

insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, response,
  appointment_id, customer_id, starts_at, correlation_id, created_at, updated_at
)
select
  b.salon_id, 'create', b.id::text, 'bench', sha256(b.id::text::bytea),
  jsonb_build_object('success', true, 'appointment', b.appointment),
  b.id, b.customer_id, b.starts_at, b.id::text, b.created_at, b.created_at
from booked b;

insert into schnittwerk_core.journal (
  salon_id, occurred_at, table_name, row_key, subject_id, kind, role, correlation_id, after
)
select
  b.salon_id, b.created_at, 'appointments', jsonb_build_object('id', b.id), b.id, 'created',
  'service', b.id::text, b.appointment
from booked b;

drop table booked;

do $$
declare
  v_statement text;
begin
  for v_statement in select p.making from put_off p order by p.refers_to_a_key loop
    execute v_statement;
  end loop;
end
$$;

call bench.enable_triggers();

insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
select a.salon_id, a.id, a.staff_id, c.during
from schnittwerk_core.appointments a
cross join lateral schnittwerk_core.buffered_range(
  a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes
) c (during)
where schnittwerk_core.is_live(a.status)
  and upper(c.during) > schnittwerk_core.clock() - interval '1 day';

-- The basins are in use for most of the day.
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
select u.salon_id, schnittwerk_core.new_id(), u.id, tstzrange(s.at, s.at + interval '30 minutes')
from schnittwerk_core.unit u
cross join generate_series(
  timestamptz '2026-12-01 08:00+01', timestamptz '2027-03-01 08:00+01', interval '45 minutes'
) s (at)
where bench.chance(format('%s %s', u.name, s.at at time zone 'UTC')) < 0.6;
