-- Deploy schnittwerk:booking

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/booking/unit_use.sql
create type schnittwerk_core.unit_use as (
  pool text, resource_id uuid, from_minute int, to_minute int
);

comment on type schnittwerk_core.unit_use is
  'A unit of a pool that an appointment uses, from which minute after its start to which. Without minutes it is used for the whole appointment and its buffers.';
-- end include

-- include: sql/booking/appointments.sql
create table schnittwerk_core.appointments (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid not null,
  staff_id uuid not null,
  service_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status schnittwerk_core.appointment_status not null default 'pending',
  price schnittwerk_core.price not null,
  price_details jsonb,
  promotion_id uuid,
  buffer_before_minutes schnittwerk_core.minutes_of_a_day not null,
  buffer_after_minutes schnittwerk_core.minutes_of_a_day not null,
  cancellation_deadline_hours schnittwerk_core.hours_of_a_year not null,
  reschedule_deadline_hours schnittwerk_core.hours_of_a_year not null,
  max_reschedules schnittwerk_core.small_count not null,
  late_cancellation_fee_percent schnittwerk_core.fee_percent,
  no_show_fee_percent schnittwerk_core.fee_percent,
  reschedule_count schnittwerk_core.small_count not null default 0,
  cancellable_until timestamptz,
  version int not null default 1,
  steps schnittwerk_core.step[],
  units schnittwerk_core.unit_use[],
  visit_id uuid,
  visit_item int,
  notes schnittwerk_core.note,
  cancelled_at timestamptz,
  cancellation_reason schnittwerk_core.note,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint appointments_pkey primary key (salon_id, id),
  constraint appointments_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint appointments_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint appointments_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  -- One constraint, not two: the server parses each of them at every insert.
  constraint appointments_end_is_after_start
    check (ends_at > starts_at and isfinite(starts_at) and isfinite(ends_at))
);

create index appointments_by_staff on schnittwerk_core.appointments (salon_id, staff_id, starts_at);
create index appointments_by_customer
  on schnittwerk_core.appointments (salon_id, customer_id, starts_at);
create index appointments_by_service
  on schnittwerk_core.appointments (salon_id, service_id);
create index appointments_by_start on schnittwerk_core.appointments (salon_id, starts_at);
create index appointments_by_promotion
  on schnittwerk_core.appointments (salon_id, promotion_id) where promotion_id is not null;
create unique index appointments_are_items_of_a_visit
  on schnittwerk_core.appointments (salon_id, visit_id, visit_item) where visit_id is not null;

alter table schnittwerk_core.appointments enable row level security;

comment on table schnittwerk_core.appointments is
  'Every appointment, past and future. A trigger claims the time of the live ones in occupancy.';
comment on column schnittwerk_core.appointments.salon_id is 'The salon.';
comment on column schnittwerk_core.appointments.id is 'Identifies the appointment within the salon.';
comment on column schnittwerk_core.appointments.customer_id is 'The customer.';
comment on column schnittwerk_core.appointments.staff_id is 'The member of staff who performs it.';
comment on column schnittwerk_core.appointments.service_id is 'The service.';
comment on column schnittwerk_core.appointments.starts_at is 'Start.';
comment on column schnittwerk_core.appointments.ends_at is 'End, not part of it.';
comment on column schnittwerk_core.appointments.status is
  'pending, confirmed and completed claim their time; cancelled and no_show do not.';
comment on column schnittwerk_core.appointments.price is 'Agreed price in the salon''s currency.';
comment on column schnittwerk_core.appointments.price_details is
  'How the price came about, in the form of price_json; null = no price rule applied.';
comment on column schnittwerk_core.appointments.promotion_id is
  'The promotion that was used. No reference: the promotion may be deleted.';
comment on column schnittwerk_core.appointments.buffer_before_minutes is 'Minutes kept free before it, as agreed when booked.';
comment on column schnittwerk_core.appointments.buffer_after_minutes is 'Minutes kept free after it, as agreed when booked.';
comment on column schnittwerk_core.appointments.cancellation_deadline_hours is
  'Hours before the start until which the customer may cancel, as agreed when booked.';
comment on column schnittwerk_core.appointments.reschedule_deadline_hours is
  'Hours before the start until which the customer may move it, as agreed when booked.';
comment on column schnittwerk_core.appointments.max_reschedules is
  'How often the customer may move it, as agreed when booked.';
comment on column schnittwerk_core.appointments.late_cancellation_fee_percent is
  'Percent of the price owed if it is cancelled after the deadline, as agreed when booked; null = no fee.';
comment on column schnittwerk_core.appointments.no_show_fee_percent is
  'Percent of the price owed if its customer does not show up, as agreed when booked; null = no fee.';
comment on column schnittwerk_core.appointments.reschedule_count is 'How often its customer has moved it.';
comment on column schnittwerk_core.appointments.cancellable_until is
  'The cancellation deadline that its customer had missed when they moved it, which still holds; null = the start sets the deadline.';
comment on column schnittwerk_core.appointments.version is
  '1 for the booking, then one more with every change of status, service, time or staff.';
comment on column schnittwerk_core.appointments.steps is
  'Its steps as agreed when booked; null = one, which needs the member of staff.';
comment on column schnittwerk_core.appointments.units is
  'The rooms and the equipment that it uses, and when; null = none.';
comment on column schnittwerk_core.appointments.visit_id is
  'The visit of which it is an item; null = it was booked alone.';
comment on column schnittwerk_core.appointments.visit_item is 'Its place among the items of the visit, from 1.';
comment on column schnittwerk_core.appointments.notes is 'The customer''s wishes.';
comment on column schnittwerk_core.appointments.cancelled_at is 'When it was cancelled.';
comment on column schnittwerk_core.appointments.cancellation_reason is 'Why it was cancelled.';
comment on column schnittwerk_core.appointments.created_at is 'When it was booked.';
comment on column schnittwerk_core.appointments.updated_at is 'When it last changed.';

create trigger appointments_touch_updated_at
before update on schnittwerk_core.appointments
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/booking/fee.sql
create table schnittwerk_core.fee (
  salon_id uuid not null,
  appointment_id uuid not null,
  customer_id uuid not null,
  cause text not null,
  amount schnittwerk_core.price not null,
  status text not null default 'owed',
  waived_at timestamptz,
  withdrawn_at timestamptz,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint fee_pkey primary key (salon_id, appointment_id),
  constraint fee_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id) on delete cascade,
  constraint fee_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint fee_cause_is_known check (cause in ('late_cancellation', 'no_show')),
  constraint fee_amount_is_positive check (amount > 0),
  constraint fee_status_is_known check (status in ('owed', 'waived', 'withdrawn')),
  constraint fee_waived_at_is_given_when_waived
    check ((status = 'waived') = (waived_at is not null)),
  constraint fee_withdrawn_at_is_given_when_withdrawn
    check ((status = 'withdrawn') = (withdrawn_at is not null))
);

create index fee_by_customer on schnittwerk_core.fee (salon_id, customer_id);
create index fee_by_creation on schnittwerk_core.fee (salon_id, created_at);

alter table schnittwerk_core.fee enable row level security;

comment on table schnittwerk_core.fee is
  'What a customer owes for cancelling an appointment late or for not showing up. The salon collects it elsewhere.';
comment on column schnittwerk_core.fee.salon_id is 'The salon.';
comment on column schnittwerk_core.fee.appointment_id is 'The appointment; it has at most one fee.';
comment on column schnittwerk_core.fee.customer_id is 'The customer of the appointment.';
comment on column schnittwerk_core.fee.cause is 'late_cancellation or no_show.';
comment on column schnittwerk_core.fee.amount is 'Amount in the salon''s currency.';
comment on column schnittwerk_core.fee.status is
  'owed; waived by the salon team; withdrawn because the customer had shown up after all.';
comment on column schnittwerk_core.fee.waived_at is 'When it was waived.';
comment on column schnittwerk_core.fee.withdrawn_at is 'When it was withdrawn.';
comment on column schnittwerk_core.fee.created_at is 'When it was recorded.';
comment on column schnittwerk_core.fee.updated_at is 'When it last changed.';

create trigger fee_touch_updated_at
before update on schnittwerk_core.fee
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/booking/status_transition.sql
create table schnittwerk_core.status_transition (
  thing text not null,
  from_status text not null,
  to_status text not null,
  moment text not null default 'any',
  constraint status_transition_pkey primary key (thing, from_status, to_status),
  constraint status_transition_thing_is_known check (thing in ('appointment', 'waitlist_entry')),
  constraint status_transition_moment_is_known
    check (moment in ('any', 'before_start', 'from_start', 'correction'))
);

alter table schnittwerk_core.status_transition enable row level security;

comment on table schnittwerk_core.status_transition is
  'The state machines: every possible change of status. Triggers refuse all others, also from direct SQL.';
comment on column schnittwerk_core.status_transition.thing is 'appointment or waitlist_entry.';
comment on column schnittwerk_core.status_transition.from_status is 'Status before.';
comment on column schnittwerk_core.status_transition.to_status is 'Status after.';
comment on column schnittwerk_core.status_transition.moment is
  'When the change is possible. any: always; before_start: before the appointment starts; from_start: from its start on; correction: only as a correction. From the start on, a before_start change is a correction too. The salon team makes corrections with a reason, until late_entry_hours after the end.';

insert into schnittwerk_core.status_transition (thing, from_status, to_status, moment)
values
  ('appointment', 'pending', 'confirmed', 'any'),
  ('appointment', 'pending', 'cancelled', 'before_start'),
  ('appointment', 'pending', 'no_show', 'from_start'),
  ('appointment', 'confirmed', 'completed', 'from_start'),
  ('appointment', 'confirmed', 'no_show', 'from_start'),
  ('appointment', 'confirmed', 'cancelled', 'before_start'),
  ('appointment', 'completed', 'no_show', 'correction'),
  ('appointment', 'no_show', 'completed', 'correction'),
  ('waitlist_entry', 'active', 'notified', 'any'),
  ('waitlist_entry', 'active', 'booked', 'any'),
  ('waitlist_entry', 'active', 'cancelled', 'any'),
  ('waitlist_entry', 'active', 'expired', 'any'),
  ('waitlist_entry', 'notified', 'active', 'any'),
  ('waitlist_entry', 'notified', 'booked', 'any'),
  ('waitlist_entry', 'notified', 'cancelled', 'any'),
  ('waitlist_entry', 'cancelled', 'active', 'any');
-- end include

-- include: sql/booking/may_become.sql
create function schnittwerk_core.may_become(
  p_thing text,
  p_from_status text,
  p_to_status text,
  p_starts_at timestamptz default null,
  p_correctable_until timestamptz default null
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from schnittwerk_core.status_transition t
    where t.thing = p_thing and t.from_status = p_from_status and t.to_status = p_to_status
      and case t.moment
        when 'before_start'
          then schnittwerk_core.clock() < greatest(p_starts_at, p_correctable_until)
        when 'from_start' then schnittwerk_core.clock() >= p_starts_at
        when 'correction'
          then schnittwerk_core.clock() >= p_starts_at
            and schnittwerk_core.clock() < p_correctable_until
        else true
      end
  );
end
$$;

comment on function schnittwerk_core.may_become(text, text, text, timestamptz, timestamptz) is
  'Whether the state machine allows an appointment (with its start) or a waitlist_entry this change of status now. p_correctable_until: until when a mistake can be corrected, if a reason is given.';

revoke execute on function schnittwerk_core.may_become from public;
-- end include

-- include: sql/booking/correctable_until.sql
create function schnittwerk_core.correctable_until(
  p_appointment schnittwerk_core.appointments, p_override_reason text
)
returns timestamptz
language sql
stable
return case when p_override_reason is not null then (p_appointment).ends_at + make_interval(
  secs => 3600 * (schnittwerk_core.effective_policies((p_appointment).salon_id)
    ->> 'late_entry_hours')::float8
) end;

comment on function schnittwerk_core.correctable_until(schnittwerk_core.appointments, text) is
  'Until when the salon team can correct the status of an appointment that has begun. That takes a reason; null without one.';

revoke execute on function schnittwerk_core.correctable_until from public;
-- end include

-- include: sql/booking/appointments_follow_the_state_machine.sql
create function schnittwerk_core.appointments_follow_the_state_machine()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status <> old.status and not schnittwerk_core.may_become(
    'appointment', old.status, new.status, new.starts_at,
    schnittwerk_core.correctable_until(old, schnittwerk_core.actor() ->> 'override_reason')
  ) then
    raise exception using
      errcode = 'check_violation', constraint = 'appointments_follow_the_state_machine',
      message = format('An appointment cannot change from %s to %s now', old.status, new.status),
      hint = 'schnittwerk_core.status_transition lists the possible changes.';
  end if;
  if (old.service_id, old.staff_id, old.starts_at, old.ends_at)
      <> (new.service_id, new.staff_id, new.starts_at, new.ends_at)
    and not old.status in ('pending', 'confirmed')
  then
    raise exception using
      errcode = 'check_violation', constraint = 'appointments_only_open_ones_move',
      message = format('An appointment that is %s cannot be moved', old.status),
      hint = 'Move only pending and confirmed appointments.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.appointments_follow_the_state_machine() is
  'Refuses changes of status that status_transition does not list, and moves and changes of service of appointments that are neither pending nor confirmed, also from direct SQL.';

revoke execute on function schnittwerk_core.appointments_follow_the_state_machine from public;

create trigger appointments_follow_the_state_machine
before update of status, service_id, staff_id, starts_at, ends_at on schnittwerk_core.appointments
for each row execute function schnittwerk_core.appointments_follow_the_state_machine();
-- end include

-- include: sql/booking/raise_version.sql
create function schnittwerk_core.raise_version()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;

comment on function schnittwerk_core.raise_version() is
  'Numbers the changes of an appointment that its history shows.';

revoke execute on function schnittwerk_core.raise_version from public;

create trigger appointments_raise_version
before update of status, service_id, staff_id, starts_at, ends_at on schnittwerk_core.appointments
for each row
when (
  (old.status, old.service_id, old.staff_id, old.starts_at, old.ends_at)
  is distinct from (new.status, new.service_id, new.staff_id, new.starts_at, new.ends_at)
)
execute function schnittwerk_core.raise_version();
-- end include

-- include: sql/booking/occupancy.sql
-- No references: appointments and offers refer to their staff, and the triggers that write their
-- claims keep the two together in one transaction. A hold has no appointment yet.
create table schnittwerk_core.occupancy (
  salon_id uuid not null,
  claim_id uuid not null,
  resource_id uuid not null,
  during tstzrange not null,
  -- Null, and so refused, if the range is empty or unbounded.
  starts_at timestamptz not null generated always as (lower(during)) stored,
  ends_at timestamptz not null generated always as (upper(during)) stored,
  expires_at timestamptz,
  constraint occupancy_pkey primary key (salon_id, claim_id, resource_id, starts_at),
  constraint occupancy_lasts_at_most_three_days check (ends_at - starts_at <= '72:00'),
  constraint no_overlapping_appointments exclude using gist (
    salon_id with =, resource_id with =, during with &&
  )
);

-- For listing slots: an order of magnitude faster than the index of the constraint.
create index occupancy_by_end
  on schnittwerk_core.occupancy (salon_id, resource_id, ends_at) include (starts_at, expires_at, claim_id);
create index occupancy_holds
  on schnittwerk_core.occupancy (salon_id, resource_id) where expires_at is not null;

alter table schnittwerk_core.occupancy enable row level security;

comment on table schnittwerk_core.occupancy is
  'Every live claim on the time of a resource, buffers included: the only source for what is taken.';
comment on column schnittwerk_core.occupancy.salon_id is 'The salon.';
comment on column schnittwerk_core.occupancy.claim_id is 'The appointment, hold or waitlist entry (for its offer) that claims the time.';
comment on column schnittwerk_core.occupancy.resource_id is 'Whose time.';
comment on column schnittwerk_core.occupancy.during is 'The time taken, [start, end), widened by the buffers.';
comment on column schnittwerk_core.occupancy.starts_at is 'Its start, for the index.';
comment on column schnittwerk_core.occupancy.ends_at is 'Its end, for the index.';
comment on column schnittwerk_core.occupancy.expires_at is 'When a hold or an offer lapses; null for appointments.';
comment on constraint occupancy_lasts_at_most_three_days on schnittwerk_core.occupancy is
  'A day of service with a day of buffer on both sides. So a claim that overlaps a time ends near it, and scans can stop early.';
comment on constraint no_overlapping_appointments on schnittwerk_core.occupancy is
  'Makes double booking impossible, even by direct SQL.';
-- end include

-- include: sql/booking/customer_turn.sql
-- A separate table: an update of customers would check all constraints of the row, and fire its
-- triggers, at every booking.
create table schnittwerk_core.customer_turn (
  salon_id uuid not null,
  customer_id uuid not null,
  turns bigint not null default 1,
  constraint customer_turn_pkey primary key (salon_id, customer_id),
  constraint customer_turn_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade
);

alter table schnittwerk_core.customer_turn enable row level security;

comment on table schnittwerk_core.customer_turn is
  'Simultaneous bookings for one customer wait for each other at this row, so that each is judged by what the others booked.';
comment on column schnittwerk_core.customer_turn.salon_id is 'The salon.';
comment on column schnittwerk_core.customer_turn.customer_id is 'The customer.';
comment on column schnittwerk_core.customer_turn.turns is
  'Raised by every booking that a rule about the customer''s other bookings binds.';
-- end include

-- include: sql/booking/take_turn.sql
create function schnittwerk_core.take_turn(p_salon_id uuid, p_customer_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.customer_turn t
  set turns = t.turns + 1
  where t.salon_id = p_salon_id and t.customer_id = p_customer_id;
  if not found then
    insert into schnittwerk_core.customer_turn as t (salon_id, customer_id)
    values (p_salon_id, p_customer_id)
    on conflict on constraint customer_turn_pkey do update
    set turns = t.turns + 1;
  end if;
end
$$;

comment on function schnittwerk_core.take_turn(uuid, uuid) is
  'Makes bookings for one customer wait for each other. A second call waits here until the first has committed, and then sees what it wrote. A transaction with an older snapshot fails, because the row has changed. Call it before lock_resources.';

revoke execute on function schnittwerk_core.take_turn from public;
-- end include

-- include: sql/booking/hold.sql
create table schnittwerk_core.hold (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid,
  service_id uuid not null,
  staff_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  price schnittwerk_core.price not null,
  price_details jsonb,
  promotion_id uuid,
  status text not null default 'open',
  expires_at timestamptz not null,
  appointment_id uuid,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint hold_pkey primary key (salon_id, id),
  constraint hold_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint hold_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  constraint hold_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint hold_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id),
  constraint hold_end_is_after_start check (ends_at > starts_at),
  constraint hold_status_is_known check (status in ('open', 'used', 'released', 'lapsed')),
  constraint hold_used_ones_have_an_appointment
    check ((status = 'used') = (appointment_id is not null))
);

create index hold_open_ones_by_end
  on schnittwerk_core.hold (salon_id, expires_at) where status = 'open';
create index hold_by_promotion
  on schnittwerk_core.hold (salon_id, promotion_id) where promotion_id is not null;
create index hold_by_customer on schnittwerk_core.hold (salon_id, customer_id, expires_at);
create index hold_by_service on schnittwerk_core.hold (salon_id, service_id);
create index hold_by_staff on schnittwerk_core.hold (salon_id, staff_id);
create index hold_by_creation on schnittwerk_core.hold (salon_id, created_at);
create index hold_by_appointment on schnittwerk_core.hold (salon_id, appointment_id);

alter table schnittwerk_core.hold enable row level security;

comment on table schnittwerk_core.hold is
  'Every slot that was ever held while somebody paid or filled in a form. Occupancy holds the time of an open one, with the hold''s id as the claim.';
comment on column schnittwerk_core.hold.salon_id is 'The salon.';
comment on column schnittwerk_core.hold.id is 'Identifies the hold within the salon.';
comment on column schnittwerk_core.hold.customer_id is
  'For whom; null = for nobody yet.';
comment on column schnittwerk_core.hold.service_id is 'The service.';
comment on column schnittwerk_core.hold.staff_id is 'The member of staff.';
comment on column schnittwerk_core.hold.starts_at is 'Start of the slot.';
comment on column schnittwerk_core.hold.ends_at is 'Its end.';
comment on column schnittwerk_core.hold.price is
  'The price that a booking with the hold has, in the salon''s currency.';
comment on column schnittwerk_core.hold.price_details is 'How the price came about; see appointments.';
comment on column schnittwerk_core.hold.promotion_id is
  'The promotion of which it reserves a use.';
comment on column schnittwerk_core.hold.status is
  'open, used, released or lapsed. An open hold whose expires_at has passed counts as lapsed, even before process_waitlist writes it.';
comment on column schnittwerk_core.hold.expires_at is 'When the slot stops being held.';
comment on column schnittwerk_core.hold.appointment_id is 'The appointment that a used hold became.';
comment on column schnittwerk_core.hold.created_at is 'When it was made.';
comment on column schnittwerk_core.hold.updated_at is 'When its status last changed.';

create trigger hold_touch_updated_at
before update on schnittwerk_core.hold
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/booking/hold_json.sql
create function schnittwerk_core.hold_json(p_hold schnittwerk_core.hold)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_hold) || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_hold).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_hold).ends_at),
  'expires_at', schnittwerk_core.utc_text((p_hold).expires_at),
  'created_at', schnittwerk_core.utc_text((p_hold).created_at),
  'updated_at', schnittwerk_core.utc_text((p_hold).updated_at)
);

comment on function schnittwerk_core.hold_json(schnittwerk_core.hold) is
  'A hold with all columns, times in UTC.';

revoke execute on function schnittwerk_core.hold_json from public;
-- end include

-- include: sql/booking/held_units.sql
create function schnittwerk_core.held_units(p_salon_id uuid, p_claim_ids uuid[])
returns schnittwerk_core.unit_use[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(row(u.pool, u.id, null, null)::schnittwerk_core.unit_use)
    from schnittwerk_core.occupancy o
    join schnittwerk_core.unit u on u.salon_id = o.salon_id and u.id = o.resource_id
    where o.salon_id = p_salon_id and o.claim_id = any (p_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.held_units(uuid, uuid[]) is
  'The units whose time the given holds claim; null if none. The caller locks them together with the units of what replaces the holds.';

revoke execute on function schnittwerk_core.held_units from public;
-- end include

-- include: sql/booking/buffered_range.sql
create function schnittwerk_core.buffered_range(
  p_starts_at timestamptz, p_ends_at timestamptz, p_before_minutes int, p_after_minutes int
)
returns tstzrange
language sql
stable
parallel safe
return tstzrange(
  p_starts_at - make_interval(mins => p_before_minutes),
  p_ends_at + make_interval(mins => p_after_minutes)
);

comment on function schnittwerk_core.buffered_range(timestamptz, timestamptz, int, int) is
  'The time that an appointment claims: its own, widened by its buffers in minutes.';

revoke execute on function schnittwerk_core.buffered_range from public;
-- end include

-- include: sql/booking/staff_claims.sql
create function schnittwerk_core.staff_claims(
  p_steps schnittwerk_core.step[], p_duration interval, p_before_minutes int, p_after_minutes int
)
returns table (claim_from interval, claim_until interval)
language sql
immutable
parallel safe
begin atomic
  select
    case when run.is_first then make_interval(mins => -p_before_minutes)
      else make_interval(mins => run.from_minute) end,
    case when run.is_last then p_duration + make_interval(mins => p_after_minutes)
      else make_interval(mins => run.until_minute) end
  from (
    select
      min(step.from_minute)::int as from_minute, max(step.until_minute)::int as until_minute,
      min(step.n) = 1 as is_first, max(step.n) = coalesce(cardinality(p_steps), 1) as is_last
    from (
      select
        s.n, s.staff,
        sum(s.minutes) over (order by s.n) - s.minutes as from_minute,
        sum(s.minutes) over (order by s.n) as until_minute,
        s.n - row_number() over (partition by s.staff order by s.n) as run
      from unnest(coalesce(p_steps, array[row(0, true)::schnittwerk_core.step]))
        with ordinality s (minutes, staff, n)
    ) step
    where step.staff
    group by step.run
  ) run;
end;

comment on function schnittwerk_core.staff_claims(schnittwerk_core.step[], interval, int, int) is
  'What an appointment claims of its member of staff, as times after its start: each run of steps that need them, the first and the last widened by the buffers in minutes. p_steps: null means one run of p_duration.';

revoke execute on function schnittwerk_core.staff_claims from public;
-- end include

-- include: sql/booking/unit_claim.sql
create function schnittwerk_core.unit_claim(
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_from_minute int,
  p_to_minute int
)
returns tstzrange
language sql
stable
parallel safe
return case when num_nonnulls(p_from_minute, p_to_minute) = 0
  then schnittwerk_core.buffered_range(p_starts_at, p_ends_at, p_before_minutes, p_after_minutes)
  else tstzrange(
    p_starts_at + make_interval(mins => coalesce(p_from_minute, 0)),
    coalesce(p_starts_at + make_interval(mins => p_to_minute), p_ends_at))
end;

comment on function schnittwerk_core.unit_claim(timestamptz, timestamptz, int, int, int, int) is
  'The time that an appointment claims of a unit: from one minute after its start to another, or, without minutes, all of it with its buffers.';

revoke execute on function schnittwerk_core.unit_claim from public;
-- end include

-- include: sql/booking/claims_of.sql
create function schnittwerk_core.claims_of(
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_steps schnittwerk_core.step[],
  p_units schnittwerk_core.unit_use[]
)
returns table (resource_id uuid, during tstzrange)
language sql
stable
parallel safe
begin atomic
  select p_staff_id, tstzrange(p_starts_at + c.claim_from, p_starts_at + c.claim_until)
  from schnittwerk_core.staff_claims(
    p_steps, p_ends_at - p_starts_at, p_before_minutes, p_after_minutes) c
  union all
  select u.resource_id, schnittwerk_core.unit_claim(
    p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, u.from_minute, u.to_minute)
  from unnest(p_units) u;
end;

comment on function schnittwerk_core.claims_of(uuid, timestamptz, timestamptz, int, int, schnittwerk_core.step[], schnittwerk_core.unit_use[]) is
  'Every claim of an appointment, an offer or a hold: for its member of staff one range per run of steps, for each unit one range.';

revoke execute on function schnittwerk_core.claims_of from public;
-- end include

-- include: sql/booking/closed_unit_time.sql
create function schnittwerk_core.closed_unit_time(
  p_salon_id uuid, p_unit_id uuid, p_from timestamptz, p_until timestamptz
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  -- Zones are up to 26 hours apart.
  v_from constant date := (p_from at time zone 'UTC')::date - 2;
  v_until constant date := (p_until at time zone 'UTC')::date + 2;
begin
  return coalesce((
    select range_agg(schnittwerk_core.local_range(
      c.start_date + coalesce(c.start_time, '00:00'), c.end_date + coalesce(c.end_time, '24:00'),
      o))
    from (
      select c.start_date, c.start_time, c.end_date, c.end_time, s.time_zone
      from schnittwerk_core.unit_closure c
      join schnittwerk_core.salon s on s.id = c.salon_id
      where c.salon_id = p_salon_id and c.unit_id = p_unit_id
        and c.end_date >= v_from and c.start_date <= v_until
      offset 0
    ) c
    cross join lateral unnest(schnittwerk_core.zone_offsets(c.time_zone, v_from, v_until)) o
  ), '{}');
end
$$;

comment on function schnittwerk_core.closed_unit_time(uuid, uuid, timestamptz, timestamptz) is
  'When a unit is closed between two instants. The ranges may begin before and end after them.';

revoke execute on function schnittwerk_core.closed_unit_time from public;
-- end include

-- include: sql/booking/choose_units.sql
create function schnittwerk_core.choose_units(
  p_salon_id uuid,
  p_needs schnittwerk_core.need[],
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_exclude_claim_ids uuid[] default '{}',
  p_preferred_ids uuid[] default '{}',
  p_excluded_ids uuid[] default '{}'
)
returns schnittwerk_core.unit_use[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return array(
    select row(d.pool, u.id, d.from_minute, d.to_minute)::schnittwerk_core.unit_use
    from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
    cross join lateral (
      select schnittwerk_core.unit_claim(
        p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, d.from_minute, d.to_minute
      ) as during
      offset 0
    ) c
    cross join generate_series(1, d.quantity) q (n)
    left join lateral (
      select u.id, row_number() over (order by u.id <> all (p_preferred_ids), u.id) as n
      from schnittwerk_core.unit u
      where u.salon_id = p_salon_id and u.pool = d.pool and u.is_active
        and u.id <> all (p_excluded_ids)
        and not exists (
          select from schnittwerk_core.occupancy o
          where o.salon_id = p_salon_id and o.resource_id = u.id and o.during && c.during
            and (o.expires_at is null or o.expires_at > v_now)
            and o.claim_id <> all (p_exclude_claim_ids)
        )
        and not schnittwerk_core.closed_unit_time(
          p_salon_id, u.id, lower(c.during), upper(c.during)) && c.during
    ) u on u.n = q.n
    order by d.n, q.n
  );
end
$$;

comment on function schnittwerk_core.choose_units(uuid, schnittwerk_core.need[], timestamptz, timestamptz, int, int, uuid[], uuid[], uuid[]) is
  'The free units that an appointment would use, for each need p_preferred_ids first, then by id. If a pool has too few, resource_id is null and the appointment cannot take place. The claims p_exclude_claim_ids do not count; p_excluded_ids are not chosen.';

revoke execute on function schnittwerk_core.choose_units from public;

create function schnittwerk_core.lacks_units(p_units schnittwerk_core.unit_use[])
returns boolean
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from unnest(p_units) u where u.resource_id is null);
end
$$;

comment on function schnittwerk_core.lacks_units(schnittwerk_core.unit_use[]) is
  'Whether choose_units found too few units in a pool.';

revoke execute on function schnittwerk_core.lacks_units from public;
-- end include

-- include: sql/booking/is_free.sql
create function schnittwerk_core.is_free(
  p_salon_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int,
  p_steps schnittwerk_core.step[],
  p_needs schnittwerk_core.need[],
  p_exclude_claim_ids uuid[] default '{}'
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return not exists (
    select
    from schnittwerk_core.claims_of(
      p_staff_id, p_starts_at, p_ends_at, p_before_minutes, p_after_minutes, p_steps, null) c
    join schnittwerk_core.occupancy o
      on o.salon_id = p_salon_id and o.resource_id = c.resource_id and o.during && c.during
    where (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
      and o.claim_id <> all (p_exclude_claim_ids)
  ) and (
    p_needs is null
    or not schnittwerk_core.lacks_units(schnittwerk_core.choose_units(
      p_salon_id, p_needs, p_starts_at, p_ends_at, p_before_minutes, p_after_minutes,
      p_exclude_claim_ids))
  );
end
$$;

comment on function schnittwerk_core.is_free(uuid, uuid, timestamptz, timestamptz, int, int, schnittwerk_core.step[], schnittwerk_core.need[], uuid[]) is
  'Whether nothing claims the time that an appointment on these terms would claim of its member of staff and of units. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.is_free from public;
-- end include

-- include: sql/booking/where_at_least.sql
create function schnittwerk_core.where_at_least(p_sets tstzmultirange[], p_least int)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  -- A sweep over the ends of the ranges: how many sets are open just after each. The ranges are
  -- open, so two that only touch leave the instant between them out.
  return (
    select coalesce(range_agg(tstzrange(d.at, d.until, '()')), '{}')
    from (
      select
        e.at, lead(e.at) over (order by e.at) as until, sum(e.change) over (order by e.at) as depth
      from (
        select b.at, sum(b.change) as change
        from unnest(p_sets) s
        cross join lateral unnest(s) r (during)
        cross join lateral (
          values (lower(r.during), 1), (upper(r.during), -1)
        ) b (at, change)
        group by b.at
      ) e
    ) d
    where d.depth >= p_least
  ) + (
    -- Single instants between two such stretches that are in enough sets.
    select coalesce(range_agg(tstzrange(e.at, e.at, '[]')), '{}')
    from (
      select distinct b.at
      from unnest(p_sets) s
      cross join lateral unnest(s) r (during)
      cross join lateral (values (lower(r.during)), (upper(r.during))) b (at)
    ) e
    where (select count(*) from unnest(p_sets) s where s @> e.at) >= p_least
  );
end
$$;

comment on function schnittwerk_core.where_at_least(tstzmultirange[], int) is
  'The instants that are in at least p_least of the given sets of open ranges.';

revoke execute on function schnittwerk_core.where_at_least from public;
-- end include

-- include: sql/booking/pool_starts.sql
create function schnittwerk_core.pool_starts(
  p_salon_id uuid,
  p_needs schnittwerk_core.need[],
  p_duration interval,
  p_before_minutes int,
  p_after_minutes int,
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_claim_ids uuid[] default '{}'
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_starts tstzmultirange := tstzmultirange(tstzrange(p_first, p_last, '[]'));
  v_need record;
  v_forbidden tstzmultirange[];
begin
  for v_need in
    select
      n.pool, n.quantity,
      case when n.is_whole then make_interval(mins => -p_before_minutes)
        else make_interval(mins => coalesce(n.from_minute, 0)) end as claim_from,
      case
        when n.is_whole then p_duration + make_interval(mins => p_after_minutes)
        else coalesce(make_interval(mins => n.to_minute), p_duration)
      end as claim_until
    from (
      select d.*, num_nonnulls(d.from_minute, d.to_minute) = 0 as is_whole
      from unnest(p_needs) d
    ) n
  loop
    -- Computes with starts, not instants: a free unit at each instant does not mean one that is free
    -- for the whole appointment.
    v_forbidden := array(
      select (
        select coalesce(range_agg(
          tstzrange(o.starts_at - v_need.claim_until, o.ends_at - v_need.claim_from, '()')), '{}')
        from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = u.id
          and o.ends_at > p_first + v_need.claim_from
          and o.ends_at < p_last + v_need.claim_until + interval '72 hours'
          and o.starts_at < p_last + v_need.claim_until
          and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
          and o.claim_id <> all (p_exclude_claim_ids)
      ) + (
        select coalesce(range_agg(
          tstzrange(lower(c.during) - v_need.claim_until, upper(c.during) - v_need.claim_from, '()')
        ), '{}')
        from unnest(schnittwerk_core.closed_unit_time(
          p_salon_id, u.id, p_first + v_need.claim_from, p_last + v_need.claim_until)) c (during)
      )
      from schnittwerk_core.unit u
      where u.salon_id = p_salon_id and u.pool = v_need.pool and u.is_active
    );
    v_starts := v_starts - case
      when cardinality(v_forbidden) < v_need.quantity then v_starts
      when v_need.quantity = 1 then (select range_intersect_agg(f) from unnest(v_forbidden) f)
      else schnittwerk_core.where_at_least(
        v_forbidden, cardinality(v_forbidden) - v_need.quantity + 1)
    end;
    exit when isempty(v_starts);
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.pool_starts(uuid, schnittwerk_core.need[], interval, int, int, timestamptz, timestamptz, uuid[]) is
  'The starts between p_first and p_last, as closed ranges, at which every pool that an appointment on these terms needs has enough units that are free for as long as it needs them. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.pool_starts from public;
-- end include

-- include: sql/booking/is_live.sql
create function schnittwerk_core.is_live(p_status text)
returns boolean
language sql
immutable
parallel safe
return p_status in ('pending', 'confirmed', 'completed');

comment on function schnittwerk_core.is_live(text) is
  'Whether an appointment of this status claims its time.';

revoke execute on function schnittwerk_core.is_live from public;
-- end include

-- include: sql/booking/staffed_time.sql
create function schnittwerk_core.gap_time(p_steps schnittwerk_core.step[])
returns interval
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select make_interval(mins => coalesce(sum(s.minutes), 0)::int)
    from unnest(p_steps) s
    where not s.staff
  );
end
$$;

comment on function schnittwerk_core.gap_time(schnittwerk_core.step[]) is
  'How long a service with these steps does not need its member of staff.';

revoke execute on function schnittwerk_core.gap_time from public;

create function schnittwerk_core.staffed_time(
  p_starts_at timestamptz, p_ends_at timestamptz, p_steps schnittwerk_core.step[]
)
returns interval
language sql
immutable
parallel safe
return p_ends_at - p_starts_at
  - case when p_steps is null then interval '0' else schnittwerk_core.gap_time(p_steps) end;

comment on function schnittwerk_core.staffed_time(timestamptz, timestamptz, schnittwerk_core.step[]) is
  'How long an appointment needs its member of staff, without its gaps.';

revoke execute on function schnittwerk_core.staffed_time from public;
-- end include

-- include: sql/booking/busy_with.sql
create function schnittwerk_core.busy_with(
  p_salon_id uuid,
  p_customer_id uuid,
  p_from timestamptz,
  p_until timestamptz,
  p_exclude_ids uuid[] default '{}',
  p_visit_id uuid default null
)
returns setof schnittwerk_core.appointments
language sql
stable
begin atomic
  select a.*
  from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.customer_id = p_customer_id
    and schnittwerk_core.is_live(a.status)
    -- Bounds the scan: no appointment lasts longer.
    and a.starts_at > p_from - interval '72 hours' and a.starts_at < p_until
    and a.ends_at > p_from
    and a.id <> all (p_exclude_ids)
    and (a.visit_id = p_visit_id) is not true;
end;

comment on function schnittwerk_core.busy_with(uuid, uuid, timestamptz, timestamptz, uuid[], uuid) is
  'The live appointments of a customer that overlap [p_from, p_until), without p_exclude_ids and those of the visit p_visit_id.';

revoke execute on function schnittwerk_core.busy_with from public;
-- end include

-- include: sql/booking/service_terms.sql
create function schnittwerk_core.needs_of(p_units schnittwerk_core.unit_use[])
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(d.need order by d.need)
    from (
      select row(u.pool, count(*), u.from_minute, u.to_minute)::schnittwerk_core.need as need
      from unnest(p_units) u
      group by u.pool, u.from_minute, u.to_minute
    ) d
  );
end
$$;

comment on function schnittwerk_core.needs_of(schnittwerk_core.unit_use[]) is
  'What an appointment that uses these units needs of their pools.';

revoke execute on function schnittwerk_core.needs_of from public;

create type schnittwerk_core.service_term as (
  staff_id uuid,
  is_offered boolean,
  duration interval,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  calendar_version bigint,
  steps schnittwerk_core.step[],
  needs schnittwerk_core.need[]
);

comment on type schnittwerk_core.service_term is
  'The terms on which a member of staff performs a service; see service_terms.';

create function schnittwerk_core.service_terms(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_policies jsonb,
  p_buffer_time_minutes int,
  p_moved schnittwerk_core.appointments default null
)
returns setof schnittwerk_core.service_term
language sql
stable
parallel safe
begin atomic
  select
    m.id,
    v.is_active and m.is_active and p.staff_id is not null
      -- A booked appointment can be moved even if its staff or service have been deactivated.
      or (p_moved).staff_id is not distinct from m.id,
    coalesce(
      (p_moved).ends_at - (p_moved).starts_at,
      make_interval(mins => coalesce(p.estimated_duration_minutes, v.duration_minutes))),
    coalesce((p_moved).price, schnittwerk_core.limited_price(
      coalesce(p.custom_price, v.base_price), v.min_price, v.max_price)),
    coalesce((p_moved).buffer_before_minutes,
      case when (p_policies -> 'double_booking_prevention')::boolean
        then coalesce(v.buffer_before_minutes, 0) else 0 end),
    coalesce((p_moved).buffer_after_minutes,
      case when (p_policies -> 'double_booking_prevention')::boolean
        then coalesce(v.buffer_after_minutes, p_buffer_time_minutes) else 0 end),
    m.calendar_version,
    -- A service of one step calls none of these functions, which do not inline.
    case
      when (p_moved).staff_id is not null then (p_moved).steps
      when v.steps is not null then schnittwerk_core.staff_steps(
        v.steps, v.duration_minutes, p.steps, p.estimated_duration_minutes)
    end,
    case
      when (p_moved).units is not null then schnittwerk_core.needs_of((p_moved).units)
      when (p_moved).staff_id is null and v.needs is not null
        then schnittwerk_core.staff_needs(
          v.needs, v.steps, v.duration_minutes, p.steps, p.estimated_duration_minutes)
    end
  from schnittwerk_core.services v
  join schnittwerk_core.staff m on m.salon_id = v.salon_id and m.id = any (p_staff_ids)
  left join schnittwerk_core.staff_services p
    on p.salon_id = v.salon_id and p.service_id = v.id and p.staff_id = m.id
  where v.salon_id = p_salon_id and v.id = p_service_id;
end;

comment on function schnittwerk_core.service_terms(uuid, uuid, uuid[], jsonb, int, schnittwerk_core.appointments) is
  'The terms on which each member of staff performs a service: duration, price (before any price rule), buffers in minutes, steps (null = one) and needs of pools (null = none). is_offered: false if they do not perform it, or if they or the service are inactive. calendar_version: that of the member of staff. p_policies, p_buffer_time_minutes: the salon''s. p_moved: an appointment of this service that is moved; it keeps its length, steps, needs, buffers, price and staff, even if these have been deactivated.';

revoke execute on function schnittwerk_core.service_terms from public;
-- end include

-- include: sql/booking/ways.sql
create type schnittwerk_core.way as (
  staff_id uuid,
  duration interval,
  price numeric,
  starts tstzmultirange,
  grid_origins timestamptz[]
);

comment on type schnittwerk_core.way is
  'A way to perform a service: by whom, for how long, at what price, at which possible starts (closed ranges, off the grid too), and where the grid of their slots begins.';

create function schnittwerk_core.ways(
  p_salon_id uuid,
  p_terms schnittwerk_core.service_term[],
  p_week schnittwerk_core.salon_week,
  p_first_start timestamptz,
  p_last_start timestamptz,
  p_exclude_claim_ids uuid[] default '{}'
)
returns setof schnittwerk_core.way
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Forces one plan, whatever the statistics say: index look-ups for each member of staff.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set enable_material = off
as $$
begin
  return query
  with kind as materialized (
    -- Shared by all who perform the service on the same terms.
    select
      d.duration, d.buffer_before_minutes, d.buffer_after_minutes, d.steps, d.needs,
      claims.froms, claims.untils,
      p_last_start + claims.untils[cardinality(claims.untils)] as last_claim,
      case when d.needs is null then '{(,)}' else schnittwerk_core.pool_starts(
        p_salon_id, d.needs, d.duration, d.buffer_before_minutes, d.buffer_after_minutes,
        p_first_start, p_last_start, p_exclude_claim_ids) end as pool_starts
    from (
      select distinct
        t.duration, t.buffer_before_minutes, t.buffer_after_minutes, t.steps, t.needs
      from unnest(p_terms) t
    ) d
    cross join lateral (
      select
        array_agg(c.claim_from order by c.claim_from) as froms,
        array_agg(c.claim_until order by c.claim_from) as untils
      from schnittwerk_core.staff_claims(
        d.steps, d.duration, d.buffer_before_minutes, d.buffer_after_minutes) c
    ) claims
  )
  select
    performer.staff_id, performer.duration, performer.price,
    -- An appointment that starts at t lies within open time.
    (
      select coalesce(
        range_agg(tstzrange(lower(o.during), upper(o.during) - performer.duration, '[]')), '{}')
      from unnest((performer.week).open * tstzmultirange(
        tstzrange(p_first_start, p_last_start + performer.duration, '[]'))) o (during)
      where upper(o.during) - lower(o.during) >= performer.duration
    ) * performer.pool_starts
    -- A claim [s, e) and a run that claims [t + from, t + until) collide exactly for the starts t
    -- in the open range (s - until, e - from).
    - (
      select coalesce(range_agg(tstzrange(o.starts_at - c.until, o.ends_at - c.since, '()')), '{}')
      from schnittwerk_core.occupancy o
      cross join unnest(performer.froms, performer.untils) c (since, until)
      where o.salon_id = p_salon_id and o.resource_id = performer.staff_id
        and o.ends_at > p_first_start + performer.froms[1]
        and o.ends_at < performer.last_claim + interval '72 hours'
        and o.starts_at < performer.last_claim
        and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
        and o.claim_id <> all (p_exclude_claim_ids)
    ),
    (performer.week).grid_origins
  from (
    select
      t.staff_id, t.duration, t.price, k.froms, k.untils, k.last_claim, k.pool_starts,
      coalesce(kept, schnittwerk_core.compute_staff_week(p_week, t.staff_id)) as week
    from unnest(p_terms) t
    join kind k
      on (k.duration, k.buffer_before_minutes, k.buffer_after_minutes)
        = (t.duration, t.buffer_before_minutes, t.buffer_after_minutes)
      and k.steps is not distinct from t.steps and k.needs is not distinct from t.needs
    left join schnittwerk_core.staff_week kept
      on kept.salon_id = p_salon_id and kept.staff_id = t.staff_id
      and kept.week = p_week.week and kept.salon_version = p_week.version
      and kept.staff_version = t.calendar_version
    offset 0
  ) performer;
end
$$;

comment on function schnittwerk_core.ways(uuid, schnittwerk_core.service_term[], schnittwerk_core.salon_week, timestamptz, timestamptz, uuid[]) is
  'The ways to perform a service on these terms with starts in a week between p_first_start and p_last_start, steps and needs included. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.ways from public;
-- end include

-- include: sql/booking/grid_starts.sql
create function schnittwerk_core.grid_starts(
  p_free tstzmultirange,
  p_duration interval,
  p_step interval,
  p_grid_origins timestamptz[],
  p_first_start timestamptz,
  p_last_start timestamptz
)
returns table (starts_at timestamptz)
language sql
stable
parallel safe
begin atomic
  select generate_series(
    date_bin(
      p_step,
      greatest(grid.first_start, p_grid_origins[grid.n]) + p_step - interval '1 microsecond',
      p_grid_origins[grid.n]),
    least(grid.last_start, p_grid_origins[grid.n + 1] - interval '1 microsecond'),
    p_step
  )
  from (
    -- A free range has one grid, or several if it is longer than 24 hours.
    select
      fitting.first_start, fitting.last_start,
      generate_series(
        width_bucket(fitting.first_start, p_grid_origins),
        width_bucket(fitting.last_start, p_grid_origins)
      ) as n
    from (
      select
        greatest(lower(free.during), p_first_start) as first_start,
        least(upper(free.during) - p_duration, p_last_start) as last_start
      from (select unnest(p_free) as during) free
      offset 0
    ) fitting
    where fitting.last_start >= fitting.first_start
  ) grid;
end;

comment on function schnittwerk_core.grid_starts(tstzmultirange, interval, interval, timestamptz[], timestamptz, timestamptz) is
  'The starts from p_first_start to p_last_start, every p_step from the origins of the grid, from which p_duration fits into one range of free time.';

revoke execute on function schnittwerk_core.grid_starts from public;
-- end include

-- include: sql/booking/performers.sql
create function schnittwerk_core.performers(p_salon_id uuid, p_service_id uuid)
returns uuid[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(array_agg(p.staff_id order by p.staff_id), '{}')
    from schnittwerk_core.staff_services p
    join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
    where p.salon_id = p_salon_id and p.service_id = p_service_id and m.is_active
  );
end
$$;

comment on function schnittwerk_core.performers(uuid, uuid) is
  'The active staff who perform a service, by id.';

revoke execute on function schnittwerk_core.performers from public;
-- end include

-- include: sql/booking/free_stretches.sql
create function schnittwerk_core.free_stretches(
  p_salon_id uuid, p_staff_ids uuid[], p_first timestamptz, p_last timestamptz
)
returns table (
  staff_id uuid,
  n int,
  starts_at timestamptz,
  ends_at timestamptz,
  follows_claim boolean,
  precedes_claim boolean
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return query
  with week as materialized (
    select w.*
    from schnittwerk_core.salon s
    cross join lateral generate_series(
      schnittwerk_core.week_of((p_first at time zone s.time_zone)::date),
      (p_last at time zone s.time_zone)::date, interval '7 days'
    ) d (monday)
    cross join lateral schnittwerk_core.current_salon_week(s.id, d.monday::date) w
    where s.id = p_salon_id
  ),
  -- A range that crosses into the next week is in both.
  open as materialized (
    select m.id as staff_id, tstzmultirange(tstzrange(v_now, null)) * range_agg(coalesce(
      k.open, (schnittwerk_core.compute_staff_week(w, m.id)).open)) as open
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.staff m on m.salon_id = p_salon_id and m.id = i.id
    cross join week w
    left join schnittwerk_core.staff_week k
      on k.salon_id = p_salon_id and k.staff_id = m.id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    group by m.id
  ),
  free as materialized (
    select
      o.staff_id,
      array(select lower(u.during) from unnest(o.open) u (during)) as opens_at,
      array(select upper(u.during) from unnest(o.open) u (during)) as closes_at,
      o.open - (
        select coalesce(range_agg(tstzrange(c.starts_at, c.ends_at)), '{}')
        from schnittwerk_core.occupancy c
        where c.salon_id = p_salon_id and c.resource_id = o.staff_id
          and c.ends_at > lower(o.open) and c.ends_at < upper(o.open) + interval '72 hours'
          and c.starts_at < upper(o.open)
          and (c.expires_at is null or c.expires_at > v_now)
      ) as free
    from open o
  )
  select
    f.staff_id, u.n::int, lower(u.during), upper(u.during),
    lower(u.during) <> f.opens_at[r.n], upper(u.during) <> f.closes_at[r.n]
  from free f
  cross join lateral unnest(f.free) with ordinality u (during, n)
  cross join lateral (select width_bucket(lower(u.during), f.opens_at) as n offset 0) r;
end
$$;

comment on function schnittwerk_core.free_stretches(uuid, uuid[], timestamptz, timestamptz) is
  'The stretches of open time from now on that nothing claims, for each member of staff, numbered by time, in the weeks from p_first to p_last. follows_claim, precedes_claim: whether the stretch starts at the end of a claim, or ends at the start of one; otherwise open time starts or ends there.';

revoke execute on function schnittwerk_core.free_stretches from public;
-- end include

-- include: sql/booking/customer_habits.sql
create type schnittwerk_core.habits as (staff_ids uuid[], weekdays int[], hours int[]);

comment on type schnittwerk_core.habits is
  'With whom a customer usually books, on which local weekdays (0 = Sunday), and at which local hours.';

create function schnittwerk_core.customer_habits(
  p_salon_id uuid, p_customer_id uuid, p_time_zone text
)
returns schnittwerk_core.habits
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_habits schnittwerk_core.habits;
begin
  with booked as materialized (
    select
      a.staff_id,
      extract(dow from a.starts_at at time zone p_time_zone)::int as weekday,
      extract(hour from a.starts_at at time zone p_time_zone)::int as hour
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and schnittwerk_core.is_live(a.status)
    order by a.starts_at desc
    limit 10
  ),
  half as (
    select count(*) / 2.0 as n from booked
  )
  select
    array(select b.staff_id from booked b, half group by b.staff_id, n having count(*) >= n),
    array(select b.weekday from booked b, half group by b.weekday, n having count(*) >= n),
    array(select b.hour from booked b, half group by b.hour, n having count(*) >= n)
  into v_habits;
  return v_habits;
end
$$;

comment on function schnittwerk_core.customer_habits(uuid, uuid, text) is
  'What at least half of a customer''s last ten appointments, the cancelled and missed ones left out, have in common.';

revoke execute on function schnittwerk_core.customer_habits from public;
-- end include

-- include: sql/booking/fill_terms.sql
create function schnittwerk_core.fill_terms()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies jsonb;
begin
  -- Not a condition of the trigger, which would be parsed at every insert. A null fee means none.
  if num_nulls(
    new.buffer_before_minutes, new.buffer_after_minutes, new.cancellation_deadline_hours,
    new.reschedule_deadline_hours, new.max_reschedules
  ) = 0 then
    return new;
  end if;
  v_policies := schnittwerk_core.effective_policies(new.salon_id);
  select
    coalesce(new.buffer_before_minutes, t.buffer_before_minutes, 0),
    coalesce(new.buffer_after_minutes, t.buffer_after_minutes, 0),
    coalesce(new.steps, case when t.duration = new.ends_at - new.starts_at then t.steps end),
    coalesce(new.units, case when t.needs is not null then schnittwerk_core.choose_units(
      new.salon_id,
      case when t.duration = new.ends_at - new.starts_at then t.needs else array(
        -- Its length is not the service's, so neither are the minutes: it needs the units all the time.
        select row(d.pool, max(d.quantity), null, null)::schnittwerk_core.need
        from unnest(t.needs) d
        group by d.pool
      ) end,
      new.starts_at, new.ends_at,
      coalesce(new.buffer_before_minutes, t.buffer_before_minutes),
      coalesce(new.buffer_after_minutes, t.buffer_after_minutes)) end)
  into new.buffer_before_minutes, new.buffer_after_minutes, new.steps, new.units
  -- Unknown ids are left to the foreign keys.
  from (select) s
  left join schnittwerk_core.service_terms(
    new.salon_id, new.service_id, array[new.staff_id], v_policies, (
      select s.buffer_time_minutes from schnittwerk_core.salon s where s.id = new.salon_id
    )
  ) t on true;
  if schnittwerk_core.lacks_units(new.units) then
    raise exception using
      errcode = 'exclusion_violation', constraint = 'appointments_find_free_units',
      message = 'Not all units that the service needs are free at this time',
      hint = 'Choose a start that find_slots lists.';
  end if;
  new.cancellation_deadline_hours := coalesce(
    new.cancellation_deadline_hours,
    (v_policies ->> 'cancellation_deadline_hours')::numeric);
  new.reschedule_deadline_hours := coalesce(
    new.reschedule_deadline_hours,
    (v_policies ->> 'reschedule_deadline_hours')::numeric);
  new.max_reschedules := coalesce(
    new.max_reschedules, (v_policies ->> 'max_reschedules')::numeric);
  new.late_cancellation_fee_percent := coalesce(
    new.late_cancellation_fee_percent,
    nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0));
  new.no_show_fee_percent := coalesce(
    new.no_show_fee_percent, nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0));
  return new;
end
$$;

comment on function schnittwerk_core.fill_terms() is
  'Gives an appointment inserted by direct SQL the buffers, steps, units, deadlines, limits and fees that a booking would have. An insert that gives all terms that must not be null is left as it is.';

revoke execute on function schnittwerk_core.fill_terms from public;

create trigger appointments_fill_terms
before insert on schnittwerk_core.appointments
for each row execute function schnittwerk_core.fill_terms();
-- end include

-- include: sql/booking/claim_time.sql
create function schnittwerk_core.claim_time(
  p_salon_id uuid,
  p_claim_id uuid,
  p_resource_id uuid,
  p_during tstzrange,
  p_expires_at timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Holds are rare: this look-up mostly finds an empty index.
  if exists (
    select from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_resource_id
      and o.expires_at <= schnittwerk_core.clock()
  ) then
    delete from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_resource_id
      and o.expires_at <= schnittwerk_core.clock() and o.during && p_during;
  end if;
  insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
  values (p_salon_id, p_claim_id, p_resource_id, p_during, p_expires_at);
end
$$;

comment on function schnittwerk_core.claim_time(uuid, uuid, uuid, tstzrange, timestamptz) is
  'Claims the time of a resource for an appointment, or until p_expires_at for a hold or an offer. Deletes expired claims on that time. The caller has locked the resource.';

revoke execute on function schnittwerk_core.claim_time from public;
-- end include

-- include: sql/booking/release_claim.sql
create function schnittwerk_core.release_claim(p_salon_id uuid, p_claim_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from schnittwerk_core.occupancy o
  using (
    select c.resource_id, c.starts_at
    from schnittwerk_core.occupancy c
    where c.salon_id = p_salon_id and c.claim_id = p_claim_id
    -- A booking that takes expired time deletes the claims on it, and may be waiting for others.
    for update skip locked
  ) c
  where o.salon_id = p_salon_id and o.claim_id = p_claim_id
    and o.resource_id = c.resource_id and o.starts_at = c.starts_at;
end
$$;

comment on function schnittwerk_core.release_claim(uuid, uuid) is
  'Releases the time that a hold or an offer claims. Waits for no lock: if a booking is taking the time of an expired claim, that booking deletes it.';

revoke execute on function schnittwerk_core.release_claim from public;
-- end include

-- include: sql/booking/keep_occupancy.sql
create function schnittwerk_core.claimed_resources(
  p_appointment schnittwerk_core.appointments
)
returns uuid[]
language sql
immutable
parallel safe
return array(select u.resource_id from unnest((p_appointment).units) u)
  || (p_appointment).staff_id;

comment on function schnittwerk_core.claimed_resources(schnittwerk_core.appointments) is
  'The resources whose time an appointment claims: its member of staff and its units.';

revoke execute on function schnittwerk_core.claimed_resources from public;

create function schnittwerk_core.claim_appointment_time(
  p_appointment schnittwerk_core.appointments
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.claim_time(
    p_appointment.salon_id, p_appointment.id, c.resource_id, c.during)
  from schnittwerk_core.claims_of(
    p_appointment.staff_id, p_appointment.starts_at, p_appointment.ends_at,
    p_appointment.buffer_before_minutes, p_appointment.buffer_after_minutes,
    p_appointment.steps, p_appointment.units) c;
end
$$;

comment on function schnittwerk_core.claim_appointment_time(schnittwerk_core.appointments) is
  'Claims the time of an appointment.';

revoke execute on function schnittwerk_core.claim_appointment_time from public;

create function schnittwerk_core.keep_occupancy()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Two writers that insert overlapping claims, or insert where the other has just deleted one,
  -- would wait for each other: a deadlock. So both lock first. Calls that book have done so.
  if tg_op <> 'INSERT' or coalesce(current_setting('schnittwerk.actor', true), '') = '' then
    perform schnittwerk_core.lock_resources(
      coalesce(new.salon_id, old.salon_id),
      schnittwerk_core.claimed_resources(coalesce(new, old)));
  end if;
  if tg_op = 'DELETE' then
    delete from schnittwerk_core.occupancy o
    where o.salon_id = old.salon_id and o.claim_id = old.id;
  elsif schnittwerk_core.is_live(new.status) then
    if new.steps is null and new.units is null then
      -- Most appointments have one claim.
      perform schnittwerk_core.claim_time(
        new.salon_id, new.id, new.staff_id, schnittwerk_core.buffered_range(
          new.starts_at, new.ends_at, new.buffer_before_minutes, new.buffer_after_minutes));
    else
      perform schnittwerk_core.claim_appointment_time(new);
    end if;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.keep_occupancy() is
  'Keeps the claims on time in step with the appointments, including those written by direct SQL.';

revoke execute on function schnittwerk_core.keep_occupancy from public;

create trigger appointments_keep_occupancy_on_insert_or_delete
after insert or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.keep_occupancy();

create function schnittwerk_core.replace_occupancy()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old schnittwerk_core.appointments[];
  v_new schnittwerk_core.appointments[];
  v_appointment schnittwerk_core.appointments;
begin
  select
    array_agg(o::schnittwerk_core.appointments) filter (where o.id is not null),
    array_agg(n::schnittwerk_core.appointments) filter (where n.id is not null)
  into v_old, v_new
  from old_rows o
  full join new_rows n on n.salon_id = o.salon_id and n.id = o.id
  where (o.staff_id, o.starts_at, o.ends_at, o.buffer_before_minutes, o.buffer_after_minutes,
      o.steps, o.units, schnittwerk_core.is_live(o.status))
    is distinct from
    (n.staff_id, n.starts_at, n.ends_at, n.buffer_before_minutes, n.buffer_after_minutes,
      n.steps, n.units, schnittwerk_core.is_live(n.status));
  if v_old is null then
    return null;
  end if;
  perform from schnittwerk_core.resource r
  where (r.salon_id, r.id) in (
    select a.salon_id, i.id
    from unnest(v_old || v_new) a
    cross join lateral unnest(schnittwerk_core.claimed_resources(a)) i (id)
  )
  order by r.salon_id, r.kind <> 'staff', r.id
  for no key update;
  delete from schnittwerk_core.occupancy o
  using unnest(v_old) a
  where o.salon_id = a.salon_id and o.claim_id = a.id;
  foreach v_appointment in array v_new loop
    if schnittwerk_core.is_live(v_appointment.status) then
      perform schnittwerk_core.claim_appointment_time(v_appointment);
    end if;
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.replace_occupancy() is
  'Replaces the claims of all appointments that a statement has changed. It deletes all old claims first, so that appointments can change places.';

revoke execute on function schnittwerk_core.replace_occupancy from public;

create trigger appointments_replace_occupancy
after update on schnittwerk_core.appointments
referencing old table as old_rows new table as new_rows
for each statement execute function schnittwerk_core.replace_occupancy();
-- end include

-- include: sql/booking/restore_claims.sql
create function schnittwerk_core.claims_are_kept_from(p_policies jsonb)
returns timestamptz
language sql
stable
parallel safe
-- A buffer is at most a day long, so an override finds every claim that it could overlap.
return schnittwerk_core.clock()
  - make_interval(secs => 3600 * (24 + (p_policies ->> 'late_entry_hours')::float8));

comment on function schnittwerk_core.claims_are_kept_from(jsonb) is
  'The instant 24 hours before the reach of late_entry_hours. Claims that ended before it are no longer needed. p_policies: those in force.';

revoke execute on function schnittwerk_core.claims_are_kept_from from public;

create function schnittwerk_core.restore_claims()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_from constant timestamptz := schnittwerk_core.claims_are_kept_from(new.policies);
begin
  insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
  select a.salon_id, a.id, c.resource_id, c.during
  from schnittwerk_core.appointments a
  cross join lateral schnittwerk_core.claims_of(
    a.staff_id, a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes,
    a.steps, a.units) c
  where a.salon_id = new.salon_id and schnittwerk_core.is_live(a.status)
    -- A claim lasts at most 72 hours.
    and a.starts_at between v_from - interval '72 hours' and schnittwerk_core.clock()
    and upper(c.during) > v_from
  -- Most claims are still there. Direct SQL may have used time whose claim had been deleted.
  on conflict do nothing;
  return null;
end
$$;

comment on function schnittwerk_core.restore_claims() is
  'Claims the time of past appointments again when late_entry_hours rises: maintain may have deleted the claims.';

revoke execute on function schnittwerk_core.restore_claims from public;

-- By name after salon_state_changes_bookings, which locks the salon's resources.
create trigger salon_state_restore_claims
after update on schnittwerk_core.salon_state
for each row
when (new.policies -> 'late_entry_hours' > old.policies -> 'late_entry_hours')
execute function schnittwerk_core.restore_claims();
-- end include

-- include: sql/booking/opening_failures.sql
create function schnittwerk_core.is_closed_on(p_salon_id uuid, p_date date)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select from schnittwerk_core.opening_windows(p_salon_id, p_date, p_date)
  );
end
$$;

comment on function schnittwerk_core.is_closed_on(uuid, date) is
  'Whether a salon has no opening hours on a local date.';

revoke execute on function schnittwerk_core.is_closed_on from public;

create function schnittwerk_core.lead_time_failures(
  p_earliest_start timestamptz, p_latest_start timestamptz, p_starts_at timestamptz
)
returns text[]
language sql
immutable
parallel safe
return array[
  case when p_starts_at < p_earliest_start then 'notice_too_short' end,
  case when p_starts_at > p_latest_start then 'too_far_ahead' end
];

comment on function schnittwerk_core.lead_time_failures(timestamptz, timestamptz, timestamptz) is
  'The codes of notice and horizon if a start fails them, null for each that it passes.';

revoke execute on function schnittwerk_core.lead_time_failures from public;

create function schnittwerk_core.opening_failures(
  p_salon_id uuid,
  p_time_zone text,
  p_hours tstzmultirange,
  p_closures tstzmultirange,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns text[]
language sql
stable
parallel safe
return array[
  case when p_closures && tstzrange(p_starts_at, p_ends_at) then 'holiday' end,
  case when not p_hours @> tstzrange(p_starts_at, p_ends_at)
    and schnittwerk_core.is_closed_on(p_salon_id, (p_starts_at at time zone p_time_zone)::date)
    then 'business_closed' end,
  case when not p_hours @> tstzrange(p_starts_at, p_ends_at) then 'outside_business_hours' end
];

comment on function schnittwerk_core.opening_failures(uuid, text, tstzmultirange, tstzmultirange, timestamptz, timestamptz) is
  'The codes of holidays and opening hours if an appointment fails them, null for each that it passes. p_ends_at must be after p_starts_at.';

revoke execute on function schnittwerk_core.opening_failures from public;
-- end include

-- include: sql/booking/refusal_details.sql
create function schnittwerk_core.refusal_details(
  p_code text,
  p_calendar schnittwerk_core.salon_calendar,
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_price numeric default null,
  p_units schnittwerk_core.unit_use[] default null
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_date constant date := (p_starts_at at time zone p_calendar.time_zone)::date;
  v_template text;
begin
  select e.details into v_template from schnittwerk_core.error_code e where e.code = p_code;
  return format(v_template, case p_code
    when 'notice_too_short' then p_calendar.policies ->> 'minimum_booking_notice_hours'
    when 'too_far_ahead' then p_calendar.limit_days::text
    when 'outside_business_hours' then (
      select coalesce(string_agg(
        to_char(w.start_time, 'HH24:MI') || ' - ' || to_char(w.end_time, 'HH24:MI'), ', '
        order by w.start_time
      ), 'closed')
      from schnittwerk_core.opening_windows(p_calendar.salon_id, v_date, v_date) w
    )
    when 'off_grid' then p_calendar.slot_interval_minutes::text
    when 'duration_mismatch' then ceil(extract(epoch from p_ends_at - p_starts_at) / 60)::text
    when 'price_mismatch' then p_price::text
    when 'resource_unavailable' then (
      select u.pool
      from unnest(p_units) with ordinality u (pool, resource_id, from_minute, to_minute, n)
      where u.resource_id is null
      order by u.n
      limit 1
    )
  end);
end
$$;

comment on function schnittwerk_core.refusal_details(text, schnittwerk_core.salon_calendar, timestamptz, timestamptz, numeric, schnittwerk_core.unit_use[]) is
  'The details of a failed rule, with the salon''s limits filled in, or with the first pool of p_units that has too few.';

revoke execute on function schnittwerk_core.refusal_details from public;
-- end include

-- include: sql/booking/appointment_json.sql
create function schnittwerk_core.appointment_json(p_appointment schnittwerk_core.appointments)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_appointment) - 'version' || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_appointment).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_appointment).ends_at),
  'cancellable_until', schnittwerk_core.utc_text((p_appointment).cancellable_until),
  'cancelled_at', schnittwerk_core.utc_text((p_appointment).cancelled_at),
  'created_at', schnittwerk_core.utc_text((p_appointment).created_at),
  'updated_at', schnittwerk_core.utc_text((p_appointment).updated_at)
);

comment on function schnittwerk_core.appointment_json(schnittwerk_core.appointments) is
  'An appointment with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.appointment_json from public;
-- end include

-- include: sql/booking/lock_resources.sql
create function schnittwerk_core.lock_resources(p_salon_id uuid, p_resource_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.resource r
  where r.salon_id = p_salon_id and r.id = any (p_resource_ids)
  order by r.kind <> 'staff', r.id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_resources(uuid, uuid[]) is
  'Locks the time of resources until the transaction ends: staff first, then units, each in id order, so that a call that has locked staff can lock units later. Read what the lock protects in a later statement.';

revoke execute on function schnittwerk_core.lock_resources from public;
-- end include

-- include: sql/booking/calendar_failures.sql
create function schnittwerk_core.calendar_failures(
  p_salon_id uuid,
  p_staff_id uuid,
  p_time_zone text,
  p_hours tstzmultirange,
  p_closures tstzmultirange,
  p_working tstzmultirange,
  p_open tstzmultirange,
  p_grid_origins timestamptz[],
  p_slot_interval_minutes int,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns text[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_salon_week schnittwerk_core.salon_week;
  v_staff_week schnittwerk_core.staff_week;
begin
  if p_working is null then
    v_salon_week := schnittwerk_core.compute_salon_week(
      p_salon_id, schnittwerk_core.week_of((p_starts_at at time zone p_time_zone)::date));
    v_staff_week := schnittwerk_core.compute_staff_week(v_salon_week, p_staff_id);
    p_hours := v_salon_week.hours;
    p_closures := v_salon_week.closures;
    p_working := v_staff_week.working;
    p_open := v_staff_week.open;
    p_grid_origins := v_staff_week.grid_origins;
  end if;
  return array_remove(
    schnittwerk_core.opening_failures(
      p_salon_id, p_time_zone, p_hours, p_closures, p_starts_at, p_ends_at
    ) || array[
      case when p_open @> p_starts_at
        and p_starts_at <> date_bin(
          make_interval(mins => p_slot_interval_minutes), p_starts_at,
          p_grid_origins[width_bucket(p_starts_at, p_grid_origins)])
        then 'off_grid' end,
      case when not p_working @> tstzrange(p_starts_at, p_ends_at)
        then 'staff_unavailable' end
    ], null);
end
$$;

comment on function schnittwerk_core.calendar_failures(uuid, uuid, text, tstzmultirange, tstzmultirange, tstzmultirange, tstzmultirange, timestamptz[], int, timestamptz, timestamptz) is
  'The codes of what in the calendar prevents an appointment: holidays, opening hours, the grid, and the hours of the member of staff. The week is given as stored in salon_week and staff_week; if p_working is null, it is computed. p_slot_interval_minutes: null allows any start.';

revoke execute on function schnittwerk_core.calendar_failures from public;
-- end include

-- include: sql/booking/promotion_uses.sql
create function schnittwerk_core.promotion_uses(
  p_salon_id uuid, p_promotion_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[]
)
returns bigint
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(*)
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.promotion_id = p_promotion_id and a.status <> 'cancelled'
      and coalesce(a.customer_id = p_customer_id, true) and a.id <> all (p_exclude_claim_ids)
  ) + (
    select count(*)
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.promotion_id = p_promotion_id
      and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
      and coalesce(h.customer_id = p_customer_id, p_customer_id is null)
      and h.id <> all (p_exclude_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.promotion_uses(uuid, uuid, uuid, uuid[]) is
  'How often a promotion has been used: by appointments that are not cancelled, and by open holds. p_customer_id: null means by everybody. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.promotion_uses from public;
-- end include

-- include: sql/booking/is_first_visit.sql
create function schnittwerk_core.is_first_visit(
  p_salon_id uuid, p_promotion_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[]
)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and schnittwerk_core.is_live(a.status) and a.id <> all (p_exclude_claim_ids)
  ) and schnittwerk_core.promotion_uses(
    p_salon_id, p_promotion_id, p_customer_id, p_exclude_claim_ids) = 0;
end
$$;

comment on function schnittwerk_core.is_first_visit(uuid, uuid, uuid, uuid[]) is
  'Whether a promotion for first visits applies to a customer: they have no live or completed appointment, and have not used it. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.is_first_visit from public;
-- end include

-- include: sql/booking/usable_promotions.sql
create type schnittwerk_core.usable_promotions as (ids uuid[], limited_ids uuid[], is_used_up boolean);

comment on type schnittwerk_core.usable_promotions is
  'The promotions that a booking may use (ids), those to lock before that is certain, because other bookings may use them up (limited_ids), and whether the promotion of the given code is used up.';

create function schnittwerk_core.usable_promotions(
  p_salon_id uuid,
  p_service_id uuid,
  p_customer_id uuid,
  p_code text,
  p_booked_with uuid,
  p_exclude_claim_ids uuid[]
)
returns schnittwerk_core.usable_promotions
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_promotions schnittwerk_core.usable_promotions;
begin
  select
    coalesce(array_agg(p.id) filter (where p.is_left and p.is_first_visit), '{}'),
    coalesce(array_agg(p.id) filter (where p.is_limited), '{}'),
    coalesce(bool_or(p.code = p_code and not p.is_left), false)
  into v_promotions
  from (
    select
      r.id, r.conditions ->> 'code' as code,
      schnittwerk_core.has_limited_uses(r.conditions) as is_limited,
      case when r.conditions ? 'max_uses' then (r.conditions ->> 'max_uses')::int
        > schnittwerk_core.promotion_uses(p_salon_id, r.id, null, p_exclude_claim_ids)
        else true end
      and case when r.conditions ? 'max_uses_per_customer' and p_customer_id is not null
        then (r.conditions ->> 'max_uses_per_customer')::int > schnittwerk_core.promotion_uses(
          p_salon_id, r.id, p_customer_id, p_exclude_claim_ids)
        else true end as is_left,
      case
        when not r.conditions ? 'first_visit' then true
        -- A caller who gives the code claims a first visit; the booking checks it.
        when p_customer_id is null then r.conditions ? 'code'
        else schnittwerk_core.is_first_visit(
          p_salon_id, r.id, p_customer_id, p_exclude_claim_ids)
      end as is_first_visit
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active and r.kind = 'promotion'
      and coalesce(r.conditions -> 'services' ? p_service_id::text, true)
      and (not r.conditions ? 'code' or r.conditions ->> 'code' = p_code or r.id = p_booked_with)
  ) p;
  return v_promotions;
end
$$;

comment on function schnittwerk_core.usable_promotions(uuid, uuid, uuid, text, uuid, uuid[]) is
  'The promotions that a booking of a service may use, by their codes and uses: those without a code, with p_code (as promotion_code spells it), and p_booked_with, the promotion of an appointment that changes. p_customer_id: null means a customer who is not known yet. Uses of p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.usable_promotions from public;

create function schnittwerk_core.unlimited_promotions(p_salon_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select r.id
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active and r.kind = 'promotion'
      and not r.conditions ? 'code' and not schnittwerk_core.has_limited_uses(r.conditions)
  );
end
$$;

comment on function schnittwerk_core.unlimited_promotions(uuid) is
  'The promotions that everybody can use any number of times, also for visits and waitlist offers.';

revoke execute on function schnittwerk_core.unlimited_promotions from public;
-- end include

-- include: sql/booking/day_loads.sql
create function schnittwerk_core.day_loads(
  p_weeks schnittwerk_core.salon_week[],
  p_staff_ids uuid[],
  p_during tstzmultirange,
  p_exclude_ids uuid[]
)
returns schnittwerk_core.staff_loads
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_hashjoin = on
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
declare
  v_salon_id constant uuid := p_weeks[1].salon_id;
  v_midnights timestamptz[];
  v_dates date[];
  v_loads schnittwerk_core.staff_loads;
begin
  -- The local days from the first to the last that is asked for, and the end of the last.
  select
    array_agg(d.midnight order by d.midnight) || max(d.next_midnight),
    array_agg(d.day order by d.midnight)
  into v_midnights, v_dates
  from unnest(p_weeks) w
  join schnittwerk_core.salon s on s.id = v_salon_id
  cross join lateral (
    select
      m.midnight, lead(m.midnight) over (order by m.midnight) as next_midnight,
      (m.midnight at time zone s.time_zone)::date as day
    from unnest(w.midnights) m (midnight)
  ) d
  where d.day between w.week and w.week + 6
    and d.midnight <= upper(p_during) and d.next_midnight > lower(p_during);
  with open as (
    select m.id as staff_id, w.week + d.n::int - 1 as day, d.minutes
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.staff m on m.salon_id = v_salon_id and m.id = i.id
    cross join unnest(p_weeks) w
    left join schnittwerk_core.staff_week k
      on k.salon_id = m.salon_id and k.staff_id = m.id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    cross join lateral unnest(coalesce(
      k.open_minutes, (schnittwerk_core.compute_staff_week(w, m.id)).open_minutes
    )) with ordinality d (minutes, n)
    where d.minutes > 0
  ),
  booked as (
    select
      i.id as staff_id, v_dates[width_bucket(a.starts_at, v_midnights)] as day,
      sum(schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps)) as time
    from unnest(p_staff_ids) i (id)
    join schnittwerk_core.appointments a
      on a.salon_id = v_salon_id and a.staff_id = i.id
      and a.starts_at >= v_midnights[1]
      and a.starts_at < v_midnights[cardinality(v_midnights)]
    where schnittwerk_core.is_live(a.status) and a.id <> all (p_exclude_ids)
    group by 1, 2
  )
  select
    array_agg(o.staff_id), array_agg(o.day),
    array_agg(coalesce(extract(epoch from b.time)::float8 / 60 * 100 / o.minutes, 0))
  into v_loads
  from open o
  left join booked b on b.staff_id = o.staff_id and b.day = o.day
  where o.day = any (v_dates);
  return v_loads;
end
$$;

comment on function schnittwerk_core.day_loads(schnittwerk_core.salon_week[], uuid[], tstzmultirange, uuid[]) is
  'How full the local days of each member of staff are, from the first day of p_during to the last. An appointment counts on the day on which it starts; p_exclude_ids do not count. Days without open time are left out.';

revoke execute on function schnittwerk_core.day_loads from public;
-- end include

-- include: sql/booking/start_prices.sql
create type schnittwerk_core.price_curve as (
  staff_ids uuid[], since timestamptz[], prices numeric[]
);

comment on type schnittwerk_core.price_curve is
  'What a service costs with some of the staff, by its start. Each price holds from its instant to the next.';

create function schnittwerk_core.depend_on_load(p_rules schnittwerk_core.price_rule[])
returns boolean
language sql
immutable
parallel safe
return exists (select from unnest(p_rules) r where r.conditions ? 'booked_percent');

comment on function schnittwerk_core.depend_on_load(schnittwerk_core.price_rule[]) is
  'Whether one of the rules depends on how full a day of the member of staff is.';

revoke execute on function schnittwerk_core.depend_on_load from public;

create function schnittwerk_core.start_prices(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_weeks schnittwerk_core.salon_week[],
  p_during tstzmultirange,
  p_exclude_ids uuid[]
)
returns table (
  staff_ids uuid[],
  since timestamptz,
  base_price numeric,
  price numeric,
  rules int[],
  amounts numeric[]
)
language sql
stable
begin atomic
  select s.staff_ids, s.since, s.base_price, s.price, s.rules, s.amounts
  from schnittwerk_core.price_stretches(
    p_service_id, p_staff_ids, p_rules,
    case when schnittwerk_core.depend_on_load(p_rules)
      then schnittwerk_core.day_loads(p_weeks, p_staff_ids, p_during, p_exclude_ids) end,
    p_weeks, p_during, schnittwerk_core.clock()
  ) s;
end;

comment on function schnittwerk_core.start_prices(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.salon_week[], tstzmultirange, uuid[]) is
  'What a service costs now with each member of staff at the starts p_during, which are in p_weeks (price_stretches). The appointments p_exclude_ids do not count as booked.';

revoke execute on function schnittwerk_core.start_prices from public;

create function schnittwerk_core.price_curves(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_ids uuid[]
)
returns schnittwerk_core.price_curve[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- If not, staff with the same terms have the same price at every start.
  v_is_personal constant boolean := schnittwerk_core.depend_on_load(p_rules);
  v_during constant tstzmultirange := (
    select range_agg(h.during) * tstzmultirange(tstzrange(p_first, p_last, '[]'))
    from unnest(p_weeks) w
    cross join unnest(w.hours) h (during)
  );
begin
  return array(
    select row(
      case when v_is_personal then array[s.staff_id] else min(s.staff_ids) end,
      array_agg(s.since order by s.since), array_agg(s.price order by s.since)
    )::schnittwerk_core.price_curve
    from (
      select
        unnest(case when v_is_personal then p.staff_ids else p.staff_ids[:1] end) as staff_id,
        p.staff_ids, p.since, p.price
      from schnittwerk_core.start_prices(
        p_service_id, p_staff_ids, p_rules, p_weeks, v_during, p_exclude_ids) p
    ) s
    group by s.staff_id
  );
end
$$;

comment on function schnittwerk_core.price_curves(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.salon_week[], timestamptz, timestamptz, uuid[]) is
  'What a service costs now with each member of staff at starts from p_first to p_last, within the hours of p_weeks. Each of them has one curve.';

revoke execute on function schnittwerk_core.price_curves from public;
-- end include

-- include: sql/booking/judge_start.sql
create type schnittwerk_core.verdict as (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  steps schnittwerk_core.step[],
  units schnittwerk_core.unit_use[],
  failures text[],
  price_details jsonb,
  promotion_id uuid,
  promotions_to_lock uuid[]
);

comment on type schnittwerk_core.verdict is
  'What the rules say about an appointment with one member of staff: its terms, the units that it would use (resource_id is null if a pool has too few), and the codes of all rules that it fails, in no order. In a salon with price rules also how its price came about (price_json), the promotion that it uses, and the promotions to lock before that is certain (null = none).';

create function schnittwerk_core.judge_start(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved schnittwerk_core.appointments default null,
  p_customer_id uuid default null,
  p_visit_id uuid default null,
  p_is_held boolean default false,
  p_takes_promotions boolean default false,
  p_promotion_code text default null
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Forces one plan, whatever the statistics say: index look-ups.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  -- Another service has its own terms.
  v_kept constant schnittwerk_core.appointments :=
    case when p_moved.service_id = p_service_id then p_moved end;
  v_verdicts schnittwerk_core.verdict[];
  v_has_price_rules boolean;
begin
  select
    array_agg(row(
      j.staff_id, p_starts_at, j.ends_at, j.price, j.buffer_before_minutes,
      j.buffer_after_minutes, j.steps, j.units,
      array_remove(array[
        case when not j.is_offered then 'service_not_offered' end,
        case when p_ends_at <= p_starts_at then 'invalid_times' end,
        case when p_ends_at <> j.ends_at then 'duration_mismatch' end,
        case when p_expected_price <> j.price and not j.has_price_rules then 'price_mismatch' end,
        case when j.units is not null and schnittwerk_core.lacks_units(j.units)
          then 'resource_unavailable' end,
        -- Claims on one resource never overlap: the first that ends later also starts first.
        case
          when j.steps is not null then case when not schnittwerk_core.is_free(
            p_salon_id, j.staff_id, p_starts_at, j.ends_at, j.buffer_before_minutes,
            j.buffer_after_minutes, j.steps, null, p_exclude_claim_ids
          ) then 'slot_conflict' end
          when (
            select o.starts_at
            from schnittwerk_core.occupancy o
            where o.salon_id = p_salon_id and o.resource_id = j.staff_id
              and o.ends_at > p_starts_at - make_interval(mins => j.buffer_before_minutes)
              and (o.expires_at is null or o.expires_at > v_now)
              and o.claim_id <> all (p_exclude_claim_ids)
            order by o.ends_at
            limit 1
          ) < j.ends_at + make_interval(mins => j.buffer_after_minutes) then 'slot_conflict'
        end,
        -- One read for all staff: no appointment lasts longer.
        case when (j.policies -> 'prevent_customer_overlap')::boolean and (
          select b.starts_at
          from schnittwerk_core.busy_with(
            p_salon_id, p_customer_id, p_starts_at, p_starts_at + interval '72 hours',
            p_exclude_claim_ids, p_visit_id) b
          order by b.starts_at
          limit 1
        ) < j.ends_at then 'customer_busy' end
      ] || case when not p_is_held then schnittwerk_core.lead_time_failures(
        schnittwerk_core.earliest_start(v_now, j.policies),
        schnittwerk_core.latest_start(
          v_now, schnittwerk_core.limit_days(j.max_advance_booking_days, j.policies)),
        p_starts_at
      ) end, null)
      -- Inside open time no rule of the calendar fails. Otherwise a function finds those that do.
      || case when j.open @> tstzrange(p_starts_at, j.ends_at) and not j.is_grid_required
        then '{}'
        else schnittwerk_core.calendar_failures(
          p_salon_id, j.staff_id, j.time_zone, j.hours, j.closures, j.working, j.open,
          j.grid_origins, case when j.is_grid_required then j.slot_interval_minutes end,
          p_starts_at, j.ends_at)
      end,
      null, null, null
    )::schnittwerk_core.verdict),
    bool_or(j.has_price_rules)
  into v_verdicts, v_has_price_rules
  from (
    select
      t.staff_id, t.is_offered, p_starts_at + t.duration as ends_at, t.price,
      t.buffer_before_minutes, t.buffer_after_minutes, t.steps,
      case when t.needs is not null then schnittwerk_core.choose_units(
        p_salon_id, t.needs, p_starts_at, p_starts_at + t.duration, t.buffer_before_minutes,
        t.buffer_after_minutes, p_exclude_claim_ids,
        schnittwerk_core.claimed_resources(p_moved)
      ) end as units,
      s.time_zone, s.max_advance_booking_days, s.slot_interval_minutes, z.policies,
      z.has_price_rules and v_kept.staff_id is null as has_price_rules,
      (z.policies -> 'require_slot_grid')::boolean as is_grid_required,
      k.hours, k.closures, w.working, w.open, w.grid_origins
    from schnittwerk_core.salon s
    join schnittwerk_core.salon_state z on z.salon_id = s.id
    cross join lateral schnittwerk_core.service_terms(
      p_salon_id, p_service_id, p_staff_ids, z.policies, s.buffer_time_minutes, v_kept
    ) t
    left join schnittwerk_core.salon_week k
      on k.salon_id = p_salon_id
      and k.week = schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)
      and k.version = z.calendar_version
      and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
    left join schnittwerk_core.staff_week w
      on w.salon_id = p_salon_id and w.staff_id = t.staff_id and w.week = k.week
      and w.salon_version = k.version and w.staff_version = t.calendar_version
    where s.id = p_salon_id
    -- offset 0 computes once what several rules use.
    offset 0
  ) j;
  if not p_is_held and (v_has_price_rules or p_promotion_code is not null) then
    v_verdicts := schnittwerk_core.price_verdicts(
      v_verdicts, p_salon_id, p_service_id, p_starts_at, p_expected_price, p_exclude_claim_ids,
      p_customer_id, p_takes_promotions, p_promotion_code, p_moved.promotion_id);
  end if;
  return coalesce(v_verdicts, '{}');
end
$$;

comment on function schnittwerk_core.judge_start(uuid, uuid, uuid[], timestamptz, timestamptz, numeric, uuid[], schnittwerk_core.appointments, uuid, uuid, boolean, boolean, text) is
  'Judges every booking rule for a start, with each member of staff, in one statement. Booking, validating and explaining all use it. p_ends_at, p_expected_price: compared if given. p_exclude_claim_ids: claims that do not count (an appointment, a hold, or a waitlist entry with an offer). p_moved: the appointment that is moved; it keeps its terms unless its service changes. p_customer_id: whose other appointments must not overlap, except those of the visit p_visit_id; null means nobody''s. p_is_held: notice and horizon were judged when the slot was held, and the price is that of the hold. p_takes_promotions: whether promotions with a code or limited uses may apply. p_promotion_code: the code as given. Unknown staff get no verdict; for an unknown service nobody gets one.';

revoke execute on function schnittwerk_core.judge_start from public;
-- end include

-- include: sql/booking/price_verdicts.sql
create function schnittwerk_core.price_verdicts(
  p_verdicts schnittwerk_core.verdict[],
  p_salon_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_expected_price numeric,
  p_exclude_claim_ids uuid[],
  p_customer_id uuid,
  p_takes_promotions boolean,
  p_code text,
  p_booked_with uuid
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := schnittwerk_core.promotion_code(p_code);
  v_promotions schnittwerk_core.usable_promotions;
  v_rules schnittwerk_core.price_rule[];
  v_price record;
  v_promotion schnittwerk_core.price_rule;
begin
  if p_takes_promotions then
    v_promotions := schnittwerk_core.usable_promotions(
      p_salon_id, p_service_id, p_customer_id, v_code, p_booked_with, p_exclude_claim_ids);
  else
    v_promotions.ids := schnittwerk_core.unlimited_promotions(p_salon_id);
  end if;
  v_rules := schnittwerk_core.price_rules(p_salon_id, p_service_id, v_promotions.ids);
  for v_price in
    select v.n, p.*
    from generate_subscripts(p_verdicts, 1) v (n)
    join schnittwerk_core.start_prices(
      p_service_id,
      array(select v.staff_id from unnest(p_verdicts) v),
      v_rules,
      array[schnittwerk_core.current_salon_week(p_salon_id, (
        select schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)
        from schnittwerk_core.salon s
        where s.id = p_salon_id
      ))],
      tstzmultirange(tstzrange(p_starts_at, p_starts_at, '[]')), p_exclude_claim_ids
    ) p on p_verdicts[v.n].staff_id = any (p.staff_ids)
  loop
    v_promotion := null;
    if v_price.rules <> '{}' then
      p_verdicts[v_price.n].price_details := schnittwerk_core.price_json(
        v_rules, v_price.rules, v_price.amounts, v_price.base_price, v_price.price);
      v_promotion := v_rules[v_price.rules[cardinality(v_price.rules)]];
      if v_promotion.kind <> 'promotion' then
        v_promotion := null;
      end if;
    end if;
    p_verdicts[v_price.n].price := v_price.price;
    p_verdicts[v_price.n].promotion_id := v_promotion.id;
    p_verdicts[v_price.n].promotions_to_lock := case
      when v_promotion.id = any (v_promotions.limited_ids) then v_promotions.limited_ids end;
    p_verdicts[v_price.n].failures := p_verdicts[v_price.n].failures || array_remove(array[
      case when p_expected_price <> v_price.price then 'price_mismatch' end,
      case when v_code <> coalesce(v_promotion.conditions ->> 'code', '') then
        case when v_promotions.is_used_up then 'promotion_used_up'
          else 'promotion_not_valid' end end
    ], null);
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.price_verdicts(schnittwerk_core.verdict[], uuid, uuid, timestamptz, numeric, uuid[], uuid, boolean, text, uuid) is
  'The verdicts of judge_start on a start, with its prices by the price rules and with the failures price_mismatch, promotion_not_valid and promotion_used_up. p_expected_price: null accepts any price. p_code: the code of a promotion as given. p_booked_with: the promotion of the appointment that changes.';

revoke execute on function schnittwerk_core.price_verdicts from public;
-- end include

-- include: sql/booking/take_promotion_turns.sql
create function schnittwerk_core.take_promotion_turns(p_salon_id uuid, p_promotion_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.price_rule r
  where r.salon_id = p_salon_id and r.id = any (p_promotion_ids)
  order by r.id
  for no key update;
  update schnittwerk_core.price_rule r
  set turns = r.turns + 1
  where r.salon_id = p_salon_id and r.id = any (p_promotion_ids);
end
$$;

comment on function schnittwerk_core.take_promotion_turns(uuid, uuid[]) is
  'Makes bookings that use the same promotions wait for each other: a second one waits here until the first has committed, and then counts its use. A transaction with an older snapshot fails. The last locks of a booking.';

revoke execute on function schnittwerk_core.take_promotion_turns from public;
-- end include

-- include: sql/booking/take_held_use.sql
create function schnittwerk_core.take_held_use(
  p_hold schnittwerk_core.hold, p_customer_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule schnittwerk_core.price_rule;
begin
  select r.* into v_rule
  from schnittwerk_core.price_rule r
  where r.salon_id = p_hold.salon_id and r.id = p_hold.promotion_id;
  if schnittwerk_core.has_limited_uses(v_rule.conditions) is not true then
    return;
  end if;
  -- The lock first: later statements count what others have booked.
  perform schnittwerk_core.take_promotion_turns(v_rule.salon_id, array[v_rule.id]);
  -- The hold may have lapsed while the call waited, and another booking may have taken its use. A
  -- limit that was lowered meanwhile does not take it away.
  if (v_rule.conditions ->> 'max_uses')::int <= schnittwerk_core.promotion_uses(
      v_rule.salon_id, v_rule.id, null, array[p_hold.id])
    and exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = v_rule.salon_id and a.promotion_id = v_rule.id
        and a.status <> 'cancelled' and a.created_at >= p_hold.expires_at
      union all
      select from schnittwerk_core.hold h
      where h.salon_id = v_rule.salon_id and h.promotion_id = v_rule.id
        and h.status = 'open' and h.created_at >= p_hold.expires_at
    )
  then
    perform schnittwerk_core.refuse('hold_expired');
  end if;
  -- The hold was made for nobody yet.
  if p_hold.customer_id is null then
    if (v_rule.conditions ->> 'max_uses_per_customer')::int <= schnittwerk_core.promotion_uses(
      v_rule.salon_id, v_rule.id, p_customer_id, array[p_hold.id])
    then
      perform schnittwerk_core.refuse('promotion_used_up');
    elsif v_rule.conditions ? 'first_visit' and not schnittwerk_core.is_first_visit(
      v_rule.salon_id, v_rule.id, p_customer_id, array[p_hold.id])
    then
      perform schnittwerk_core.refuse('promotion_not_valid');
    end if;
  end if;
end
$$;

comment on function schnittwerk_core.take_held_use(schnittwerk_core.hold, uuid) is
  'Gives a booking the use of a promotion that its hold reserves, and makes others who want a use wait. Refuses with hold_expired if somebody else has taken that use since the hold lapsed. If the hold was for nobody yet, refuses with promotion_used_up or promotion_not_valid if the customer may not use the promotion. The last lock of a booking.';

revoke execute on function schnittwerk_core.take_held_use from public;
-- end include

-- include: sql/booking/hold_time.sql
create function schnittwerk_core.hold_time(
  p_salon_id uuid,
  p_claim_id uuid,
  p_verdict schnittwerk_core.verdict,
  p_expires_at timestamptz
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.claim_time(p_salon_id, p_claim_id, c.resource_id, c.during, p_expires_at)
  from schnittwerk_core.claims_of(
    p_verdict.staff_id, p_verdict.starts_at, p_verdict.ends_at, p_verdict.buffer_before_minutes,
    p_verdict.buffer_after_minutes, p_verdict.steps, p_verdict.units) c;
end
$$;

comment on function schnittwerk_core.hold_time(uuid, uuid, schnittwerk_core.verdict, timestamptz) is
  'Claims the time of a verdict for a hold or an offer until p_expires_at. The caller has locked the staff and the units.';

revoke execute on function schnittwerk_core.hold_time from public;
-- end include

-- include: sql/booking/lock_units.sql
create function schnittwerk_core.lock_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_moved_units schnittwerk_core.unit_use[] default null,
  p_waits boolean default true
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids constant uuid[] := array(
    select u.id
    from schnittwerk_core.unit u
    where u.salon_id = p_salon_id and (
      exists (select from unnest(p_moved_units) m where m.resource_id = u.id)
      or u.pool in (select n.pool from unnest(p_verdicts) v cross join lateral unnest(v.units) n)
    )
  );
begin
  if p_waits then
    perform schnittwerk_core.lock_resources(p_salon_id, v_ids);
    return true;
  end if;
  return (
    select count(*) = cardinality(v_ids)
    from (
      select
      from schnittwerk_core.resource r
      where r.salon_id = p_salon_id and r.id = any (v_ids)
      order by r.id
      for no key update skip locked
    ) locked
  );
end
$$;

comment on function schnittwerk_core.lock_units(uuid, schnittwerk_core.verdict[], schnittwerk_core.unit_use[], boolean) is
  'Locks the time of all units of the pools that the verdicts need, and of the units of a moved appointment, until the transaction ends. The caller has locked the staff, judges again afterwards, and locks no other units later. p_waits: false waits for no lock, and returns false if another transaction holds one.';

revoke execute on function schnittwerk_core.lock_units from public;
-- end include

-- include: sql/booking/best_verdict.sql
create function schnittwerk_core.best_verdict(
  p_salon_id uuid, p_verdicts schnittwerk_core.verdict[], p_are_rules_waived boolean
)
returns schnittwerk_core.verdict
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_verdict schnittwerk_core.verdict;
begin
  select
    j.staff_id, j.starts_at, j.ends_at, j.price,
    j.buffer_before_minutes, j.buffer_after_minutes, j.steps, j.units, w.failures,
    j.price_details, j.promotion_id, j.promotions_to_lock
  into v_verdict
  from unnest(p_verdicts) j
  cross join lateral (
    select
      coalesce(array_agg(e.code order by e.rank), '{}') as failures,
      min(e.rank) as first_rank
    from schnittwerk_core.error_code e
    where e.code = any (j.failures) and not (e.is_waivable and p_are_rules_waived)
  ) w
  cross join lateral (
    select coalesce(
      sum(schnittwerk_core.staffed_time(a.starts_at, a.ends_at, a.steps)), interval '0'
    ) as booked
    from schnittwerk_core.appointments a
    join schnittwerk_core.salon s on s.id = a.salon_id
    where w.first_rank is null and cardinality(p_verdicts) > 1
      and a.salon_id = p_salon_id and a.staff_id = j.staff_id
      and schnittwerk_core.is_live(a.status)
      and a.starts_at between j.starts_at - interval '2 days' and j.starts_at + interval '2 days'
      and (a.starts_at at time zone s.time_zone)::date
        = (j.starts_at at time zone s.time_zone)::date
  ) b
  order by w.first_rank desc nulls first, b.booked, j.staff_id
  limit 1;
  return v_verdict;
end
$$;

comment on function schnittwerk_core.best_verdict(uuid, schnittwerk_core.verdict[], boolean) is
  'The verdict on the member of staff to book: of those who pass every rule that is not waived (failures empty), the one with the fewest booked minutes on that local day, then by id. If nobody passes, the one whose first failure ranks last. Null if nobody was judged.';

revoke execute on function schnittwerk_core.best_verdict from public;
-- end include

-- include: sql/booking/settle_start.sql
create function schnittwerk_core.settle_start(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_ends_at timestamptz default null,
  p_expected_price numeric default null,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved schnittwerk_core.appointments default null,
  p_customer_id uuid default null,
  p_visit_id uuid default null,
  p_is_held boolean default false,
  p_takes_promotions boolean default false,
  p_promotion_code text default null
)
returns schnittwerk_core.verdict
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_locked_ids uuid[] := p_staff_ids;
  v_verdicts schnittwerk_core.verdict[];
  v_are_units_locked boolean := false;
  v_are_promotions_locked boolean := false;
  v_verdict schnittwerk_core.verdict;
begin
  if p_moved.staff_id is not null then
    v_locked_ids := p_staff_ids || p_moved.staff_id;
  end if;
  perform from schnittwerk_core.resource r
  where r.salon_id = p_salon_id and r.id = any (v_locked_ids)
  order by r.id
  for no key update;
  loop
    -- After the locks, in a later statement: it sees what others booked before they released them.
    v_verdicts := schnittwerk_core.judge_start(
      p_salon_id, p_service_id, p_staff_ids, p_starts_at, p_ends_at, p_expected_price,
      p_exclude_claim_ids, p_moved, p_customer_id, p_visit_id, p_is_held, p_takes_promotions,
      p_promotion_code);
    if not v_are_units_locked
      and (v_verdicts[1].units is not null or p_moved.units is not null)
    then
      v_are_units_locked := schnittwerk_core.lock_units(p_salon_id, v_verdicts, p_moved.units);
      continue;
    end if;
    v_verdict := v_verdicts[1];
    -- A sole candidate who passes needs no ranking.
    if cardinality(v_verdicts) <> 1 or v_verdict.failures <> '{}' then
      v_verdict := schnittwerk_core.best_verdict(p_salon_id, v_verdicts, p_are_rules_waived);
    end if;
    exit when v_verdict.promotions_to_lock is null or v_verdict.failures <> '{}'
      or v_are_promotions_locked;
    perform schnittwerk_core.take_promotion_turns(p_salon_id, v_verdict.promotions_to_lock);
    v_are_promotions_locked := true;
  end loop;
  if v_verdict.staff_id is null then
    perform schnittwerk_core.require_service_and_staff(p_salon_id, p_service_id, p_staff_ids);
    perform schnittwerk_core.refuse('service_not_offered');
  elsif v_verdict.failures <> '{}' then
    perform schnittwerk_core.refuse(v_verdict.failures[1], schnittwerk_core.refusal_details(
      v_verdict.failures[1],
      schnittwerk_core.week_calendar(p_salon_id, p_starts_at => p_starts_at),
      p_starts_at, v_verdict.ends_at, v_verdict.price, v_verdict.units
    ));
  end if;
  return v_verdict;
end
$$;

comment on function schnittwerk_core.settle_start(uuid, uuid, uuid[], timestamptz, boolean, timestamptz, numeric, uuid[], schnittwerk_core.appointments, uuid, uuid, boolean, boolean, text) is
  'Judges a start under locks and returns the verdict to book. Locks the given staff and the staff of a moved appointment by id, then the units that the service needs, then promotions whose uses are limited. Judges the start with each member of staff (judge_start) and chooses the best verdict (best_verdict). Refuses with the first rule that this one fails, and with not_found if the service or the staff do not exist.';

revoke execute on function schnittwerk_core.settle_start from public;
-- end include

-- include: sql/booking/insert_appointment.sql
create function schnittwerk_core.insert_appointment(
  p_caller schnittwerk_core.caller,
  p_verdict schnittwerk_core.verdict,
  p_customer_id uuid,
  p_service_id uuid,
  p_notes text
)
returns schnittwerk_core.appointments
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := p_caller.policies;
  v_appointment schnittwerk_core.appointments;
begin
  insert into schnittwerk_core.appointments as a (
    salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
    buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
    reschedule_deadline_hours, max_reschedules, late_cancellation_fee_percent, no_show_fee_percent,
    steps, units, notes, price_details, promotion_id
  )
  values (
    p_caller.salon_id, p_customer_id, p_verdict.staff_id, p_service_id,
    p_verdict.starts_at, p_verdict.ends_at,
    case when (v_policies ->> 'auto_confirm')::boolean then 'confirmed' else 'pending' end,
    p_verdict.price, p_verdict.buffer_before_minutes, p_verdict.buffer_after_minutes,
    (v_policies ->> 'cancellation_deadline_hours')::numeric,
    (v_policies ->> 'reschedule_deadline_hours')::numeric,
    (v_policies ->> 'max_reschedules')::numeric,
    nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0),
    nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0),
    p_verdict.steps, p_verdict.units, p_notes, p_verdict.price_details, p_verdict.promotion_id
  )
  returning a.* into v_appointment;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.insert_appointment(schnittwerk_core.caller, schnittwerk_core.verdict, uuid, uuid, text) is
  'Writes an appointment that passed the rules, on the terms of the verdict, with the deadlines, limits and fees that hold now.';

revoke execute on function schnittwerk_core.insert_appointment from public;
-- end include

-- include: sql/booking/cancel_deadline.sql
create function schnittwerk_core.cancel_deadline(p_appointment schnittwerk_core.appointments)
returns timestamptz
language sql
stable
parallel safe
return least(
  (p_appointment).starts_at
    - make_interval(secs => 3600 * (p_appointment).cancellation_deadline_hours::float8),
  (p_appointment).cancellable_until
);

comment on function schnittwerk_core.cancel_deadline(schnittwerk_core.appointments) is
  'Until when (that instant included) the customer may cancel an appointment. Moving it after the deadline does not extend it.';

revoke execute on function schnittwerk_core.cancel_deadline from public;
-- end include

-- include: sql/booking/fee_json.sql
create function schnittwerk_core.fee_json(p_fee schnittwerk_core.fee)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_fee) || jsonb_build_object(
  'waived_at', schnittwerk_core.utc_text((p_fee).waived_at),
  'withdrawn_at', schnittwerk_core.utc_text((p_fee).withdrawn_at),
  'created_at', schnittwerk_core.utc_text((p_fee).created_at),
  'updated_at', schnittwerk_core.utc_text((p_fee).updated_at)
);

comment on function schnittwerk_core.fee_json(schnittwerk_core.fee) is
  'A fee with all columns, times in UTC.';

revoke execute on function schnittwerk_core.fee_json from public;
-- end include

-- include: sql/booking/fee_of.sql
create function schnittwerk_core.fee_of(p_salon_id uuid, p_appointment_id uuid)
returns jsonb
language sql
stable
parallel safe
return (
  select schnittwerk_core.fee_json(f)
  from schnittwerk_core.fee f
  where f.salon_id = p_salon_id and f.appointment_id = p_appointment_id
);

comment on function schnittwerk_core.fee_of(uuid, uuid) is
  'The fee of an appointment, in any status; null if it has none.';

revoke execute on function schnittwerk_core.fee_of from public;

create function schnittwerk_core.fees_of(p_visit schnittwerk_core.appointments[])
returns jsonb
language sql
stable
parallel safe
return (
  select coalesce(jsonb_agg(schnittwerk_core.fee_json(f) order by v.visit_item), '[]')
  from unnest(p_visit) v
  join schnittwerk_core.fee f on f.salon_id = v.salon_id and f.appointment_id = v.id
);

comment on function schnittwerk_core.fees_of(schnittwerk_core.appointments[]) is
  'The fees of a visit''s items, in order.';

revoke execute on function schnittwerk_core.fees_of from public;
-- end include

-- include: sql/booking/hold_fee_payer.sql
create function schnittwerk_core.hold_fee_payer(p_appointment schnittwerk_core.appointments)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if num_nonnulls(
    p_appointment.late_cancellation_fee_percent, p_appointment.no_show_fee_percent
  ) > 0 then
    perform from schnittwerk_core.customers c
    where c.salon_id = p_appointment.salon_id and c.id = p_appointment.customer_id
    for key share;
    return found;
  end if;
  return true;
end
$$;

comment on function schnittwerk_core.hold_fee_payer(schnittwerk_core.appointments) is
  'Locks the customer of an appointment that may come to cost a fee, as the foreign key of the fee does. Call it before locking the appointment: erase_customer locks in that order. False if the customer has been merged into another, who then has the appointment.';

revoke execute on function schnittwerk_core.hold_fee_payer from public;
-- end include

-- include: sql/booking/record_fee.sql
create function schnittwerk_core.fee_amount(p_price numeric, p_percent numeric, p_rounding numeric)
returns numeric
language sql
immutable
parallel safe
return least(
  p_price, schnittwerk_core.rounded_price(p_price * p_percent / 100, p_rounding));

comment on function schnittwerk_core.fee_amount(numeric, numeric, numeric) is
  'A percentage of a price, rounded half up to a multiple of p_rounding, but never more than the price.';

revoke execute on function schnittwerk_core.fee_amount from public;

create function schnittwerk_core.record_fee(
  p_appointment schnittwerk_core.appointments, p_cause text
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent constant numeric := case p_cause
    when 'late_cancellation' then p_appointment.late_cancellation_fee_percent
    when 'no_show' then p_appointment.no_show_fee_percent
  end;
begin
  -- Most appointments cost no fee and touch no table.
  if v_percent is null then
    return null;
  end if;
  insert into schnittwerk_core.fee as f (salon_id, appointment_id, customer_id, cause, amount)
  select p_appointment.salon_id, p_appointment.id, p_appointment.customer_id, p_cause, m.amount
  from schnittwerk_core.salon s
  cross join lateral (
    select schnittwerk_core.fee_amount(p_appointment.price, v_percent, s.price_rounding) as amount
  ) m
  where s.id = p_appointment.salon_id and m.amount > 0
  on conflict on constraint fee_pkey do update
  set cause = excluded.cause, amount = excluded.amount, status = 'owed', withdrawn_at = null
  -- What the salon team has waived stays waived.
  where f.status = 'withdrawn';
  return schnittwerk_core.fee_of(p_appointment.salon_id, p_appointment.id);
end
$$;

comment on function schnittwerk_core.record_fee(schnittwerk_core.appointments, text) is
  'Records the fee that was agreed for p_cause (late_cancellation or no_show) and returns it; null if none was agreed or it rounds to 0. A withdrawn fee is owed again.';

revoke execute on function schnittwerk_core.record_fee from public;
-- end include

-- include: sql/booking/withdraw_fee.sql
create function schnittwerk_core.withdraw_fee(p_appointment schnittwerk_core.appointments)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fee schnittwerk_core.fee;
begin
  update schnittwerk_core.fee f
  set status = 'withdrawn', withdrawn_at = schnittwerk_core.clock()
  where f.salon_id = p_appointment.salon_id and f.appointment_id = p_appointment.id
    and f.status = 'owed'
  returning f.* into v_fee;
  return case when found then schnittwerk_core.fee_json(v_fee) end;
end
$$;

comment on function schnittwerk_core.withdraw_fee(schnittwerk_core.appointments) is
  'Withdraws the fee that is owed for an appointment and returns it; null if none is owed.';

revoke execute on function schnittwerk_core.withdraw_fee from public;
-- end include

-- include: sql/booking/cancellable_until.sql
create function schnittwerk_core.cancellable_until(
  p_caller schnittwerk_core.caller, p_appointment schnittwerk_core.appointments
)
returns timestamptz
language sql
stable
return case
  when (p_caller).role = 'customer'
    and schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(p_appointment)
    then schnittwerk_core.cancel_deadline(p_appointment)
end;

comment on function schnittwerk_core.cancellable_until(schnittwerk_core.caller, schnittwerk_core.appointments) is
  'The new cancellable_until of an appointment that the caller moves: the deadline, if its customer has already missed it. Null if the new start sets the deadline.';

revoke execute on function schnittwerk_core.cancellable_until from public;
-- end include

-- include: sql/booking/reschedule_deadline.sql
create function schnittwerk_core.reschedule_deadline(p_appointment schnittwerk_core.appointments)
returns timestamptz
language sql
stable
parallel safe
return (p_appointment).starts_at
  - make_interval(secs => 3600 * (p_appointment).reschedule_deadline_hours::float8);

comment on function schnittwerk_core.reschedule_deadline(schnittwerk_core.appointments) is
  'Until when (that instant included) the customer may move an appointment.';

revoke execute on function schnittwerk_core.reschedule_deadline from public;
-- end include

-- include: sql/booking/change_failures.sql
create function schnittwerk_core.change_failures(
  p_caller schnittwerk_core.caller,
  p_appointment schnittwerk_core.appointments,
  p_action text,
  p_are_rules_waived boolean default false,
  p_is_whole_visit boolean default false
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_bound constant boolean := p_caller.role <> 'service' and not p_are_rules_waived;
begin
  return array_remove(array[
    case when not schnittwerk_core.may_become(
      'appointment', p_appointment.status, 'cancelled', p_appointment.starts_at,
      case p_action when 'cancel'
        then schnittwerk_core.correctable_until(p_appointment, p_caller.override_reason) end
    ) then 'wrong_status' end,
    case when p_appointment.visit_id is not null
      and not p_is_whole_visit and not p_are_rules_waived
      then 'part_of_a_visit' end,
    case when v_is_bound and p_action = 'cancel'
      and schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(p_appointment)
      then 'cancellation_deadline_passed' end,
    case when v_is_bound and p_action in ('reschedule', 'change_service')
      and schnittwerk_core.clock() > schnittwerk_core.reschedule_deadline(p_appointment)
      then 'reschedule_deadline_passed' end,
    case when v_is_bound and p_action = 'reschedule'
      and p_appointment.reschedule_count >= p_appointment.max_reschedules
      then 'reschedule_limit_reached' end
  ], null);
end
$$;

comment on function schnittwerk_core.change_failures(schnittwerk_core.caller, schnittwerk_core.appointments, text, boolean, boolean) is
  'The codes, in order, of the rules that keep a caller from p_action now: cancel, reschedule, or change_service, which is not a move and so not limited. Both the writes and appointment_policies use it. An appointment can be moved if it could be cancelled before its start. p_is_whole_visit: the appointment stands for its visit (earliest_item). The service is bound only by the status and by the visit.';

revoke execute on function schnittwerk_core.change_failures from public;
-- end include

-- include: sql/booking/status_details.sql
create function schnittwerk_core.status_details(
  p_appointment schnittwerk_core.appointments, p_to_status text
)
returns text
language sql
stable
return 'The appointment ' || case
  when schnittwerk_core.may_become(
    'appointment', (p_appointment).status, p_to_status, 'infinity') then 'has begun'
  when schnittwerk_core.may_become(
    'appointment', (p_appointment).status, p_to_status, '-infinity') then 'has not begun'
  else 'is ' || replace((p_appointment).status, '_', ' ')
end;

comment on function schnittwerk_core.status_details(schnittwerk_core.appointments, text) is
  'The details of wrong_status: why an appointment cannot get another status now.';

revoke execute on function schnittwerk_core.status_details from public;
-- end include

-- include: sql/booking/change_details.sql
create function schnittwerk_core.change_details(
  p_code text, p_appointment schnittwerk_core.appointments
)
returns text
language sql
stable
return (
  select case p_code
    when 'wrong_status' then schnittwerk_core.status_details(p_appointment, 'cancelled')
    when 'part_of_a_visit' then e.details
    when 'cancellation_deadline_passed'
      then format(e.details, trim_scale((p_appointment).cancellation_deadline_hours))
    when 'reschedule_deadline_passed'
      then format(e.details, trim_scale((p_appointment).reschedule_deadline_hours))
    when 'reschedule_limit_reached' then format(e.details, (p_appointment).max_reschedules)
  end
  from schnittwerk_core.error_code e
  where e.code = p_code
);

comment on function schnittwerk_core.change_details(text, schnittwerk_core.appointments) is
  'The details of a code of change_failures, with the values agreed for the appointment.';

revoke execute on function schnittwerk_core.change_details from public;
-- end include

-- include: sql/booking/require_change.sql
create function schnittwerk_core.require_change(
  p_caller schnittwerk_core.caller,
  p_appointment schnittwerk_core.appointments,
  p_action text,
  p_are_rules_waived boolean,
  p_is_whole_visit boolean default false
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := (schnittwerk_core.change_failures(
    p_caller, p_appointment, p_action, p_are_rules_waived, p_is_whole_visit))[1];
begin
  if v_code is not null then
    perform schnittwerk_core.refuse(
      v_code, schnittwerk_core.change_details(v_code, p_appointment));
  end if;
end
$$;

comment on function schnittwerk_core.require_change(schnittwerk_core.caller, schnittwerk_core.appointments, text, boolean, boolean) is
  'Refuses p_action (cancel, reschedule or change_service) with the first of change_failures.';

revoke execute on function schnittwerk_core.require_change from public;
-- end include

-- include: sql/booking/require_hold.sql
create function schnittwerk_core.require_hold(
  p_caller schnittwerk_core.caller, p_hold_id uuid
)
returns schnittwerk_core.hold
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold schnittwerk_core.hold;
begin
  select h.* into v_hold
  from schnittwerk_core.hold h
  where h.salon_id = p_caller.salon_id and h.id = p_hold_id
    and (
      schnittwerk_core.is_of_salon(p_caller)
      or schnittwerk_core.may_know_customer(p_caller, h.customer_id)
    );
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such hold');
  end if;
  return v_hold;
end
$$;

comment on function schnittwerk_core.require_hold(schnittwerk_core.caller, uuid) is
  'The hold with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own.';

revoke execute on function schnittwerk_core.require_hold from public;
-- end include

-- include: sql/booking/hold_to_book.sql
create function schnittwerk_core.hold_to_book(
  p_caller schnittwerk_core.caller,
  p_hold_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid
)
returns schnittwerk_core.hold
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold constant schnittwerk_core.hold := schnittwerk_core.require_hold(p_caller, p_hold_id);
begin
  if v_hold.customer_id <> p_caller.customer_id then
    perform schnittwerk_core.refuse('not_found', 'The customer has no such hold');
  end if;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_service_id', p_service_id <> v_hold.service_id, 'not_held',
      'p_service_id must be the service of the hold'),
    schnittwerk_core.fault(
      'p_starts_at', p_starts_at <> v_hold.starts_at, 'not_held',
      'p_starts_at must be the start of the hold'),
    case when p_staff_id is not null then schnittwerk_core.fault(
      'p_staff_id', p_staff_id <> v_hold.staff_id, 'not_held',
      'p_staff_id must be the member of staff of the hold, or null') end);
  return v_hold;
end
$$;

comment on function schnittwerk_core.hold_to_book(schnittwerk_core.caller, uuid, uuid, timestamptz, uuid) is
  'The hold that a booking for the call''s customer uses. Refuses as require_hold does, with not_found if the hold is another customer''s, and with invalid_input if it holds another slot. p_staff_id: null means that of the hold. lock_hold checks whether the hold is still open.';

revoke execute on function schnittwerk_core.hold_to_book from public;
-- end include

-- include: sql/booking/lock_hold.sql
create function schnittwerk_core.lock_hold(p_hold schnittwerk_core.hold)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.lock_resources(p_hold.salon_id, array[p_hold.staff_id]);
  -- After the lock, at which calls that end a hold wait for each other.
  if not exists (
    select from schnittwerk_core.hold h
    where h.salon_id = p_hold.salon_id and h.id = p_hold.id
      and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
  ) then
    perform schnittwerk_core.refuse('hold_expired');
  end if;
end
$$;

comment on function schnittwerk_core.lock_hold(schnittwerk_core.hold) is
  'Locks the time of the member of staff of a hold, and refuses with hold_expired if it is no longer open.';

revoke execute on function schnittwerk_core.lock_hold from public;
-- end include

-- include: sql/booking/end_hold.sql
create function schnittwerk_core.end_hold(
  p_hold schnittwerk_core.hold, p_status text, p_appointment_id uuid default null
)
returns schnittwerk_core.hold
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.hold h
  set status = p_status, appointment_id = p_appointment_id
  where h.salon_id = p_hold.salon_id and h.id = p_hold.id
  returning h.* into p_hold;
  perform schnittwerk_core.release_claim(p_hold.salon_id, p_hold.id);
  return p_hold;
end
$$;

comment on function schnittwerk_core.end_hold(schnittwerk_core.hold, text, uuid) is
  'Ends an open hold as used, released or lapsed, releases the time that it held, and returns it.';

revoke execute on function schnittwerk_core.end_hold from public;
-- end include

-- include: sql/booking/lock_appointment.sql
create function schnittwerk_core.lock_appointment(
  p_caller schnittwerk_core.caller, p_appointment_id uuid, p_may_cost_a_fee boolean default false
)
returns schnittwerk_core.appointments
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment schnittwerk_core.appointments;
begin
  if p_may_cost_a_fee then
    -- Refuses here what the caller may not see, with one look-up, as for an unknown id. Again if the
    -- customer was merged into another meanwhile.
    loop
      exit when schnittwerk_core.hold_fee_payer(
        schnittwerk_core.visible_appointment(p_caller, p_appointment_id));
    end loop;
  end if;
  -- Before the resources, like direct SQL that updates the table, whose trigger locks them. No call
  -- that holds a resource waits for an appointment, so this order cannot deadlock.
  select a.* into v_appointment
  from schnittwerk_core.appointments a
  where a.salon_id = p_caller.salon_id and a.id = p_appointment_id
    and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
  for no key update;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such appointment');
  end if;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.lock_appointment(schnittwerk_core.caller, uuid, boolean) is
  'Locks the appointment that a call changes until the transaction ends, and returns it. Refuses with not_found if it does not exist or the caller may not see it. p_may_cost_a_fee: the call may record a fee, so that the customer is locked first.';

revoke execute on function schnittwerk_core.lock_appointment from public;
-- end include

-- include: sql/booking/of_appointment.sql
create function schnittwerk_core.of_appointment(
  p_caller schnittwerk_core.caller, p_appointment schnittwerk_core.appointments
)
returns schnittwerk_core.caller
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  p_caller.appointment_id := p_appointment.id;
  p_caller.customer_id := p_appointment.customer_id;
  p_caller.starts_at := coalesce(p_caller.starts_at, p_appointment.starts_at);
  return p_caller;
end
$$;

comment on function schnittwerk_core.of_appointment(schnittwerk_core.caller, schnittwerk_core.appointments) is
  'Makes a call''s operation refer to an appointment: to its id, its customer and, unless the call asks for another start, its start.';

revoke execute on function schnittwerk_core.of_appointment from public;
-- end include

-- include: sql/booking/change_status.sql
create function schnittwerk_core.change_status(
  p_operation_type text,
  p_to_status text,
  p_idempotency_key text,
  p_appointment_id uuid,
  p_salon_id uuid,
  p_override_reason text default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    p_operation_type, p_salon_id, '{admin,receptionist,staff}',
    p_override_reason => p_override_reason);
  v_appointment schnittwerk_core.appointments;
  v_from_status text;
  v_fee jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_appointment_id, p_override_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_appointment := schnittwerk_core.lock_appointment(
        v_caller, p_appointment_id, p_to_status = 'no_show');
      v_from_status := v_appointment.status;
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      if not schnittwerk_core.may_become(
        'appointment', v_appointment.status, p_to_status, v_appointment.starts_at,
        schnittwerk_core.correctable_until(v_appointment, p_override_reason)
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', schnittwerk_core.status_details(v_appointment, p_to_status));
      end if;
      update schnittwerk_core.appointments a
      set status = p_to_status
      where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
      returning a.* into v_appointment;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment));
      if p_to_status = 'no_show' then
        v_fee := schnittwerk_core.record_fee(v_appointment, 'no_show');
      elsif v_from_status = 'no_show' then
        v_fee := schnittwerk_core.withdraw_fee(v_appointment);
      end if;
      if p_to_status in ('no_show', 'completed') then
        v_caller.answer := v_caller.answer || jsonb_build_object('fee', v_fee);
      end if;
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.change_status(text, text, text, uuid, uuid, text) is
  'Engine of confirm_booking, complete_booking and mark_no_show: changes the status of an appointment for the salon team, and records or withdraws the fee for not showing up.';

revoke execute on function schnittwerk_core.change_status from public;
grant execute on function schnittwerk_core.change_status
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/booking/visible_appointment.sql
create function schnittwerk_core.visible_appointment(
  p_caller schnittwerk_core.caller, p_appointment_id uuid
)
returns schnittwerk_core.appointments
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment schnittwerk_core.appointments;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  select a.* into v_appointment
  from schnittwerk_core.appointments a
  where a.salon_id = p_caller.salon_id and a.id = p_appointment_id
    and schnittwerk_core.may_know_customer(p_caller, a.customer_id);
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such appointment');
  end if;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.visible_appointment(schnittwerk_core.caller, uuid) is
  'The appointment with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own.';

revoke execute on function schnittwerk_core.visible_appointment from public;
-- end include

-- include: sql/booking/visit_item.sql
create type schnittwerk_core.visit_item as (service_id uuid, staff_ids uuid[], part int);

comment on type schnittwerk_core.visit_item is
  'An item of a visit: the service, who may perform it, and the number of its part. The items of a part start together; the next part starts when all of them have ended.';

create function schnittwerk_core.visit_items_faults(p_items jsonb)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[] := array[schnittwerk_core.json_fault('p_items', p_items, 'array', true)];
  v_item jsonb;
  v_path text;
begin
  if v_faults[1] is not null then
    return v_faults;
  elsif jsonb_array_length(p_items) not between 1 and 8 then
    return array[schnittwerk_core.fault(
      'p_items', true, 'out_of_range', 'p_items must have 1 to 8 items')];
  end if;
  for v_n in 0 .. jsonb_array_length(p_items) - 1 loop
    v_item := p_items -> v_n;
    v_path := format('p_items[%s]', v_n);
    if (case jsonb_typeof(v_item)
      when 'object' then v_item - '{service_id,staff_id,together}'::text[] <> '{}' else true end)
    then
      v_faults := v_faults || schnittwerk_core.object_faults(
        v_path, v_item, '{service_id,staff_id,together}');
    end if;
    v_faults := v_faults || array[
      schnittwerk_core.json_fault(
        v_path || '.service_id', v_item -> 'service_id', 'uuid', jsonb_typeof(v_item) = 'object'),
      schnittwerk_core.json_fault(v_path || '.staff_id', v_item -> 'staff_id', 'uuid'),
      schnittwerk_core.json_fault(v_path || '.together', v_item -> 'together', 'boolean'),
      schnittwerk_core.fault(
        v_path || '.together', v_n = 0 and v_item @> '{"together": true}', 'nothing_before',
        'The first item has no item before it to start with')
    ];
  end loop;
  return v_faults;
end
$$;

comment on function schnittwerk_core.visit_items_faults(jsonb) is
  'The faults of the p_items of a visit: not a list of 1 to 8 objects with service_id, staff_id and together, or a first item with together true.';

revoke execute on function schnittwerk_core.visit_items_faults from public;

create function schnittwerk_core.visit_items(p_salon_id uuid, p_items jsonb)
returns schnittwerk_core.visit_item[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      i.service_id,
      case when i.staff_id is null
        then schnittwerk_core.performers(p_salon_id, i.service_id) else array[i.staff_id] end,
      sum((not i.is_together)::int) over (order by i.n)
    )::schnittwerk_core.visit_item
    from (
      select
        i.n,
        (i.value ->> 'service_id')::uuid as service_id,
        (i.value ->> 'staff_id')::uuid as staff_id,
        coalesce((i.value ->> 'together')::boolean, false) as is_together
      from jsonb_array_elements(p_items) with ordinality i (value, n)
    ) i
    order by i.n
  );
end
$$;

comment on function schnittwerk_core.visit_items(uuid, jsonb) is
  'The items of a visit from p_items without faults. An item without staff_id can be performed by anyone who performs the service.';

revoke execute on function schnittwerk_core.visit_items from public;

create function schnittwerk_core.booked_items(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.visit_item[]
language sql
stable
return array(
  select row(v.service_id, array[v.staff_id], v.n)::schnittwerk_core.visit_item
  from (
    select a.service_id, a.staff_id, row_number() over (order by a.visit_item) as n
    from unnest(p_visit) a
  ) v
  order by v.n
);

comment on function schnittwerk_core.booked_items(schnittwerk_core.appointments[]) is
  'The items of a booked visit that is to be moved, each in its own part: they keep their distances.';

revoke execute on function schnittwerk_core.booked_items from public;

create function schnittwerk_core.require_visit_items(
  p_salon_id uuid, p_items schnittwerk_core.visit_item[]
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  for v_n in 1 .. cardinality(p_items) loop
    perform schnittwerk_core.require_service_and_staff(
      p_salon_id, p_items[v_n].service_id, p_items[v_n].staff_ids, v_n - 1);
  end loop;
end
$$;

comment on function schnittwerk_core.require_visit_items(uuid, schnittwerk_core.visit_item[]) is
  'Refuses with not_found if the salon does not have one of the services or of the staff.';

revoke execute on function schnittwerk_core.require_visit_items from public;
-- end include

-- include: sql/booking/visit_of.sql
create function schnittwerk_core.visible_visit(
  p_caller schnittwerk_core.caller, p_visit_id uuid
)
returns schnittwerk_core.appointments[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit schnittwerk_core.appointments[];
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_visit_id', p_visit_id is null));
  v_visit := array(
    select a
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.visit_id = p_visit_id
      and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
    order by a.visit_item
  );
  if v_visit = '{}' then
    perform schnittwerk_core.refuse('not_found', 'There is no such visit');
  end if;
  return v_visit;
end
$$;

comment on function schnittwerk_core.visible_visit(schnittwerk_core.caller, uuid) is
  'The appointments of a visit, in the order of its items. Refuses with not_found if there are none or the caller may not see them: customers see only their own.';

revoke execute on function schnittwerk_core.visible_visit from public;

create function schnittwerk_core.lock_visit(
  p_caller schnittwerk_core.caller, p_visit_id uuid, p_may_cost_a_fee boolean default false
)
returns schnittwerk_core.appointments[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit schnittwerk_core.appointments[];
begin
  if p_may_cost_a_fee then
    loop
      exit when (
        select bool_and(schnittwerk_core.hold_fee_payer(v))
        from unnest(schnittwerk_core.visible_visit(p_caller, p_visit_id)) v
      );
    end loop;
  end if;
  -- Before the resources, like lock_appointment.
  v_visit := array(
    select a
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.visit_id = p_visit_id
      and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
    order by a.id
    for no key update
  );
  if v_visit = '{}' then
    perform schnittwerk_core.refuse('not_found', 'There is no such visit');
  end if;
  return v_visit;
end
$$;

comment on function schnittwerk_core.lock_visit(schnittwerk_core.caller, uuid, boolean) is
  'Locks the appointments of the visit that a call changes, by id, until the transaction ends, and returns them. Refuses with not_found as visible_visit does. p_may_cost_a_fee as for lock_appointment.';

revoke execute on function schnittwerk_core.lock_visit from public;

create function schnittwerk_core.open_items(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.appointments[]
language sql
immutable
parallel safe
return array(
  select v from unnest(p_visit) v where v.status in ('pending', 'confirmed') order by v.visit_item
);

comment on function schnittwerk_core.open_items(schnittwerk_core.appointments[]) is
  'The items of a visit that can still be moved or cancelled, in order.';

revoke execute on function schnittwerk_core.open_items from public;

create function schnittwerk_core.earliest_item(p_visit schnittwerk_core.appointments[])
returns schnittwerk_core.appointments
language sql
immutable
parallel safe
return (
  select v
  from unnest(p_visit) v
  order by v.status not in ('pending', 'confirmed'), v.starts_at, v.visit_item
  limit 1
);

comment on function schnittwerk_core.earliest_item(schnittwerk_core.appointments[]) is
  'The item that sets a visit''s deadlines and limits: the earliest that can still be moved or cancelled, else the earliest of all.';

revoke execute on function schnittwerk_core.earliest_item from public;
-- end include

-- include: sql/booking/visit_json.sql
create function schnittwerk_core.visit_json(p_visit schnittwerk_core.appointments[])
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_by_progress constant text[] := array[
    'pending', 'confirmed', 'completed', 'no_show', 'cancelled'];
  v_item schnittwerk_core.appointments;
  v_are_all_cancelled boolean := true;
  v_starts_at timestamptz;
  v_ends_at timestamptz;
  v_price numeric := 0;
  v_status text;
  v_appointments jsonb[] := array[]::jsonb[];
begin
  foreach v_item in array p_visit loop
    v_are_all_cancelled := v_are_all_cancelled and v_item.status = 'cancelled';
    v_appointments := v_appointments || schnittwerk_core.appointment_json(v_item);
  end loop;
  foreach v_item in array p_visit loop
    -- An item that was cancelled alone no longer counts for the visit's time and price.
    continue when v_item.status = 'cancelled' and not v_are_all_cancelled;
    v_starts_at := least(v_starts_at, v_item.starts_at);
    v_ends_at := greatest(v_ends_at, v_item.ends_at);
    v_price := v_price + v_item.price;
    if v_status is null or array_position(v_by_progress, v_item.status::text)
      < array_position(v_by_progress, v_status)
    then
      v_status := v_item.status;
    end if;
  end loop;
  return jsonb_build_object(
    'id', p_visit[1].visit_id,
    'customer_id', p_visit[1].customer_id,
    'starts_at', schnittwerk_core.utc_text(v_starts_at),
    'ends_at', schnittwerk_core.utc_text(v_ends_at),
    'price', v_price,
    'status', v_status,
    'appointments', to_jsonb(v_appointments)
  );
end
$$;

comment on function schnittwerk_core.visit_json(schnittwerk_core.appointments[]) is
  'A visit from its appointments, which are in order: from the first start to the last end, the sum of the prices, the status of the item that is furthest from done, and the appointments. Cancelled items count only if all are cancelled.';

revoke execute on function schnittwerk_core.visit_json from public;
-- end include

-- include: sql/booking/visit_terms.sql
create function schnittwerk_core.elapsed(p_from timestamptz, p_until timestamptz)
returns interval
language sql
immutable
parallel safe
return make_interval(secs => extract(epoch from p_until - p_from)::float8);

comment on function schnittwerk_core.elapsed(timestamptz, timestamptz) is
  'The time between two instants in hours, minutes and seconds. An interval with days would depend on the session''s time zone when it is added.';

revoke execute on function schnittwerk_core.elapsed from public;

create type schnittwerk_core.visit_term as (
  item int, part int, person int, minutes int, term schnittwerk_core.service_term
);

comment on type schnittwerk_core.visit_term is
  'The terms on which a member of staff performs an item of a visit. person: their place among all who can perform any item of the visit.';

create function schnittwerk_core.visit_terms(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_policies jsonb,
  p_buffer_time_minutes int,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.visit_term[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      i.n, i.part, dense_rank() over (order by t.staff_id),
      extract(epoch from t.duration) / 60, t
    )::schnittwerk_core.visit_term
    from unnest(p_items) with ordinality i (service_id, staff_ids, part, n)
    cross join lateral schnittwerk_core.service_terms(
      p_salon_id, i.service_id, i.staff_ids, p_policies, p_buffer_time_minutes, p_moved[i.n]
    ) t
    where t.is_offered
    order by i.n, t.staff_id
  );
end
$$;

comment on function schnittwerk_core.visit_terms(uuid, schnittwerk_core.visit_item[], jsonb, int, schnittwerk_core.appointments[]) is
  'The terms of everyone who can perform each item of a visit; see service_terms. p_moved: the items as booked, in the order of p_items, if the visit is moved.';

revoke execute on function schnittwerk_core.visit_terms from public;

create function schnittwerk_core.minutes_by_person(
  p_terms schnittwerk_core.visit_term[], p_items int, p_people int
)
returns int[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_minutes int[] := array_fill(0, array[p_items * p_people]);
  v_term schnittwerk_core.visit_term;
begin
  foreach v_term in array p_terms loop
    v_minutes[(v_term.item - 1) * p_people + v_term.person] := v_term.minutes;
  end loop;
  return v_minutes;
end
$$;

comment on function schnittwerk_core.minutes_by_person(schnittwerk_core.visit_term[], int, int) is
  'How many minutes each item takes each person, items × people; 0 if they do not perform it.';

revoke execute on function schnittwerk_core.minutes_by_person from public;

create function schnittwerk_core.item_offsets(p_parts int[], p_lengths int[])
returns int[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offsets int[] := array[0];
  v_longest int := 0;
begin
  for v_n in 2 .. cardinality(p_parts) loop
    v_longest := greatest(v_longest, p_lengths[v_n - 1]);
    v_offsets[v_n] := v_offsets[v_n - 1];
    if p_parts[v_n] <> p_parts[v_n - 1] then
      v_offsets[v_n] := v_offsets[v_n] + v_longest;
      v_longest := 0;
    end if;
  end loop;
  return v_offsets;
end
$$;

comment on function schnittwerk_core.item_offsets(int[], int[]) is
  'How many minutes after the start of the visit each item begins: together with the others of its part, when all items of the part before have ended. p_parts, p_lengths: the part of each item, and its minutes.';

revoke execute on function schnittwerk_core.item_offsets from public;

create function schnittwerk_core.later_offsets(p_offsets interval[], p_lengths interval[])
returns interval[]
language sql
immutable
parallel safe
return array(
  select distinct o.after + l.length
  from unnest(p_offsets) o (after)
  cross join unnest(p_lengths) l (length)
  order by 1
);

comment on function schnittwerk_core.later_offsets(interval[], interval[]) is
  'How long after the start of a visit a part can begin, if the part before it begins after one of p_offsets and takes one of p_lengths.';

revoke execute on function schnittwerk_core.later_offsets from public;

create function schnittwerk_core.most_visit_states()
returns int
language sql
immutable
parallel safe
return 2000;

comment on function schnittwerk_core.most_visit_states() is
  'How many combinations of an item, a member of staff and a distance from the start a visit may have.';

revoke execute on function schnittwerk_core.most_visit_states from public;

create function schnittwerk_core.most_visit_steps()
returns int
language sql
immutable
parallel safe
return 20000;

comment on function schnittwerk_core.most_visit_steps() is
  'How many choices of a member of staff may be tried for one start of a visit: a fraction of a second.';

revoke execute on function schnittwerk_core.most_visit_steps from public;

create function schnittwerk_core.refuse_visit_states()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_items', true, 'too_many',
    'There are too many ways to choose the staff: give staff_id for some items, or fewer items'));
end
$$;

comment on function schnittwerk_core.refuse_visit_states() is
  'Refuses with invalid_input a visit that has more than most_visit_states() or would take more than most_visit_steps().';

revoke execute on function schnittwerk_core.refuse_visit_states from public;
-- end include

-- include: sql/booking/judge_visit.sql
create type schnittwerk_core.item_verdict as (
  item int,
  is_first boolean,
  after_minutes int,
  verdict schnittwerk_core.verdict,
  passes boolean
);

comment on type schnittwerk_core.item_verdict is
  'What the rules say about an item of a visit with one member of staff, after_minutes after the start of the visit. is_first: the first item that begins at the start of the visit. passes: whether no rule that binds the item fails (item_failures).';

create function schnittwerk_core.item_failures(
  p_failures text[], p_is_first boolean, p_are_rules_waived boolean
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select e.code
    from schnittwerk_core.error_code e
    where e.code = any (p_failures) and not (e.is_waivable and p_are_rules_waived)
      and (p_is_first or e.code not in ('notice_too_short', 'too_far_ahead', 'off_grid'))
    order by e.rank
  );
end
$$;

comment on function schnittwerk_core.item_failures(text[], boolean, boolean) is
  'The failures of an appointment that bind it as an item of a visit, in the order of the rules. Notice, horizon and grid apply to the start of the visit, so only to its first item.';

revoke execute on function schnittwerk_core.item_failures from public;

create function schnittwerk_core.judge_visit(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_customer_id uuid,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.item_verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved_ids uuid[] := array[]::uuid[];
  v_moved_from timestamptz;
  v_offsets interval[] := array[interval '0'];
  v_offset interval;
  v_lengths interval[] := array[]::interval[]; -- of the part so far
  v_length interval;
  v_first_item int;
  v_states int := 0;
  v_verdict schnittwerk_core.verdict;
  v_judged schnittwerk_core.item_verdict;
  v_all_judged schnittwerk_core.item_verdict[] := array[]::schnittwerk_core.item_verdict[];
begin
  if p_moved <> '{}' then
    select array_agg(m.id), min(m.starts_at) into v_moved_ids, v_moved_from
    from unnest(p_moved) m;
  end if;
  for v_item in 1 .. cardinality(p_items) loop
    if v_moved_from is not null then
      v_offsets := array[schnittwerk_core.elapsed(v_moved_from, p_moved[v_item].starts_at)];
    elsif p_items[v_item].part > p_items[v_item - 1].part then
      v_offsets := case when cardinality(v_offsets) + cardinality(v_lengths) = 2
        then array[v_offsets[1] + v_lengths[1]]
        else schnittwerk_core.later_offsets(v_offsets, v_lengths) end;
      v_lengths := '{}';
    end if;
    v_judged.item := v_item;
    v_states := v_states + cardinality(v_offsets) * cardinality(p_items[v_item].staff_ids);
    if v_states > schnittwerk_core.most_visit_states() then
      perform schnittwerk_core.refuse_visit_states();
    end if;
    foreach v_offset in array v_offsets loop
      if v_offset = '0' then
        v_first_item := coalesce(v_first_item, v_item);
      end if;
      v_judged.is_first := v_first_item = v_item;
      v_judged.after_minutes := extract(epoch from v_offset) / 60;
      foreach v_verdict in array schnittwerk_core.judge_start(
        p_salon_id, p_items[v_item].service_id, p_items[v_item].staff_ids,
        p_starts_at + v_offset, p_exclude_claim_ids => v_moved_ids, p_moved => p_moved[v_item],
        p_customer_id => p_customer_id, p_visit_id => p_moved[1].visit_id)
      loop
        v_judged.verdict := v_verdict;
        v_judged.passes := v_verdict.failures = '{}';
        if not v_judged.passes and (p_are_rules_waived or not v_judged.is_first) then
          v_judged.passes := schnittwerk_core.item_failures(
            v_verdict.failures, v_judged.is_first, p_are_rules_waived) = '{}';
        end if;
        v_all_judged := v_all_judged || v_judged;
        v_length := schnittwerk_core.elapsed(v_verdict.starts_at, v_verdict.ends_at);
        if v_length <> all (v_lengths) then
          v_lengths := v_lengths || v_length;
        end if;
      end loop;
    end loop;
  end loop;
  return v_all_judged;
end
$$;

comment on function schnittwerk_core.judge_visit(uuid, schnittwerk_core.visit_item[], timestamptz, boolean, uuid, schnittwerk_core.appointments[]) is
  'Judges every booking rule for each item of a visit (judge_start), with each of its staff, at each distance from p_starts_at at which the item can begin. The distance depends on who performs the items before it. The items count as free for each other. p_customer_id: whose other appointments must not overlap. p_moved: the items of a visit that is moved, in the order of p_items; they keep their distances, and their claims do not count.';

revoke execute on function schnittwerk_core.judge_visit from public;
-- end include

-- include: sql/booking/choose_visit_units.sql
create type schnittwerk_core.unit_options as (unit_ids uuid[]);

comment on type schnittwerk_core.unit_options is 'Units of which one is to be chosen, the preferred first.';

create function schnittwerk_core.distinct_units(p_options schnittwerk_core.unit_options[])
returns uuid[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_chosen uuid[] := array_fill(null::uuid, array[cardinality(p_options)]);
  v_queue int[];
  v_seen uuid[];
  v_wanted_by int[]; -- the need that would take each of v_seen
  v_unit_id uuid;
  v_freed_id uuid;
  v_owner int;
begin
  -- Augmenting paths: a need whose units are all taken looks for a need that can take another.
  for v_n in 1 .. cardinality(p_options) loop
    v_queue := array[v_n];
    v_seen := '{}';
    v_wanted_by := '{}';
    <<search>>
    while v_queue <> '{}' loop
      foreach v_unit_id in array p_options[v_queue[1]].unit_ids loop
        continue when v_unit_id = any (v_seen);
        v_seen := v_seen || v_unit_id;
        v_wanted_by := v_wanted_by || v_queue[1];
        v_owner := array_position(v_chosen, v_unit_id);
        if v_owner is null then
          while v_unit_id is not null loop
            v_owner := v_wanted_by[array_position(v_seen, v_unit_id)];
            v_freed_id := v_chosen[v_owner];
            v_chosen[v_owner] := v_unit_id;
            v_unit_id := v_freed_id;
          end loop;
          exit search;
        end if;
        v_queue := v_queue || v_owner;
      end loop;
      v_queue := v_queue[2:];
    end loop;
  end loop;
  return v_chosen;
end
$$;

comment on function schnittwerk_core.distinct_units(schnittwerk_core.unit_options[]) is
  'One unit for each of the options, none twice; null if nothing is left for an option. Chooses as many units as possible.';

revoke execute on function schnittwerk_core.distinct_units from public;

create function schnittwerk_core.choose_joint_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_exclude_claim_ids uuid[],
  p_preferred_ids uuid[]
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_chosen uuid[];
  v_first int := 0;
begin
  v_chosen := schnittwerk_core.distinct_units(array(
    select row(array(
      select c.resource_id
      from unnest(schnittwerk_core.choose_units(
        p_salon_id, array[row(u.pool, s.units, u.from_minute, u.to_minute)::schnittwerk_core.need],
        p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
        p_verdicts[v.n].buffer_before_minutes, p_verdicts[v.n].buffer_after_minutes,
        p_exclude_claim_ids, p_preferred_ids
      )) with ordinality c (pool, resource_id, from_minute, to_minute, n)
      where c.resource_id is not null
      order by c.n
    ))::schnittwerk_core.unit_options
    from generate_subscripts(p_verdicts, 1) v (n)
    cross join lateral unnest(p_verdicts[v.n].units) with ordinality u (
      pool, resource_id, from_minute, to_minute, n)
    cross join lateral (
      select count(*)::int as units
      from schnittwerk_core.unit t
      where t.salon_id = p_salon_id and t.pool = u.pool
    ) s
    order by v.n, u.n
  ));
  for v_n in 1 .. cardinality(p_verdicts) loop
    if p_verdicts[v_n].units is not null then
      p_verdicts[v_n].units := array(
        select row(
          u.pool, v_chosen[v_first + u.n], u.from_minute, u.to_minute)::schnittwerk_core.unit_use
        from unnest(p_verdicts[v_n].units) with ordinality u (
          pool, resource_id, from_minute, to_minute, n)
        order by u.n
      );
      v_first := v_first + cardinality(p_verdicts[v_n].units);
    end if;
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.choose_joint_units(uuid, schnittwerk_core.verdict[], uuid[], uuid[]) is
  'The verdicts on items that take place at the same time, with the units that they use: no unit twice, p_preferred_ids first. resource_id is null if a pool has too few.';

revoke execute on function schnittwerk_core.choose_joint_units from public;

create function schnittwerk_core.choose_visit_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved_ids constant uuid[] := array(select m.id from unnest(p_moved) m);
  v_used_ids uuid[] := array(
    select u.resource_id from unnest(p_moved) m cross join lateral unnest(m.units) u);
  v_order int[] := array(
    select v.n
    from generate_subscripts(p_verdicts, 1) v (n)
    order by p_verdicts[v.n].starts_at, v.n
  );
  v_same_time int[] := array[]::int[];
  v_until timestamptz;
  v_joint schnittwerk_core.verdict[];
begin
  -- Group by group of items that overlap.
  for v_n in 1 .. cardinality(v_order) loop
    v_same_time := v_same_time || v_order[v_n];
    v_until := greatest(v_until, p_verdicts[v_order[v_n]].ends_at);
    continue when p_verdicts[v_order[v_n + 1]].starts_at < v_until;
    v_joint := array(select p_verdicts[i] from unnest(v_same_time) with ordinality t (i, n) order by n);
    if cardinality(v_joint) > 1 then
      v_joint := schnittwerk_core.choose_joint_units(
        p_salon_id, v_joint, v_moved_ids, v_used_ids);
    elsif v_joint[1].units is not null then
      v_joint[1].units := schnittwerk_core.choose_units(
        p_salon_id, schnittwerk_core.needs_of(v_joint[1].units), v_joint[1].starts_at,
        v_joint[1].ends_at, v_joint[1].buffer_before_minutes, v_joint[1].buffer_after_minutes,
        v_moved_ids, v_used_ids);
    end if;
    for v_i in 1 .. cardinality(v_joint) loop
      p_verdicts[v_same_time[v_i]] := v_joint[v_i];
      v_used_ids := array(select u.resource_id from unnest(v_joint[v_i].units) u) || v_used_ids;
    end loop;
    v_same_time := '{}';
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.choose_visit_units(uuid, schnittwerk_core.verdict[], schnittwerk_core.appointments[]) is
  'The verdicts on the items of a visit with the units that they use. Items at the same time use different units; later items keep the units of earlier ones if possible. resource_id is null if a pool has too few. p_moved: the items before a move, whose claims do not count and whose units are preferred.';

revoke execute on function schnittwerk_core.choose_visit_units from public;
-- end include

-- include: sql/booking/fit_visit.sql
create function schnittwerk_core.cut_staff_buffers(p_verdicts schnittwerk_core.verdict[])
returns schnittwerk_core.verdict[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next int;
  v_between int;
begin
  for v_n in 1 .. cardinality(p_verdicts) loop
    v_next := null;
    for v_later in 1 .. cardinality(p_verdicts) loop
      if p_verdicts[v_later].staff_id = p_verdicts[v_n].staff_id
        and p_verdicts[v_later].starts_at >= p_verdicts[v_n].ends_at
        and (p_verdicts[v_later].starts_at < p_verdicts[v_next].starts_at) is not false
      then
        v_next := v_later;
      end if;
    end loop;
    continue when v_next is null;
    v_between := extract(epoch from p_verdicts[v_next].starts_at - p_verdicts[v_n].ends_at) / 60;
    p_verdicts[v_n].buffer_after_minutes := least(
      p_verdicts[v_n].buffer_after_minutes, v_between);
    p_verdicts[v_next].buffer_before_minutes := least(
      p_verdicts[v_next].buffer_before_minutes,
      v_between - p_verdicts[v_n].buffer_after_minutes);
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.cut_staff_buffers(schnittwerk_core.verdict[]) is
  'The verdicts on the items of a visit, with buffers between two items of one person cut to the time between them. The earlier item keeps its buffer first.';

revoke execute on function schnittwerk_core.cut_staff_buffers from public;

create function schnittwerk_core.cut_unit_claims(p_verdicts schnittwerk_core.verdict[])
returns schnittwerk_core.verdict[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cut record;
begin
  for v_cut in
    with claim as (
      select
        v.n as item, p_verdicts[v.n].starts_at, u.pool, u.resource_id, u.from_minute, u.to_minute,
        schnittwerk_core.unit_claim(
          p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
          p_verdicts[v.n].buffer_before_minutes, p_verdicts[v.n].buffer_after_minutes,
          u.from_minute, u.to_minute) as during
      from generate_subscripts(p_verdicts, 1) v (n)
      cross join lateral unnest(p_verdicts[v.n].units) u
    )
    -- Cuts all units of a need in the same way, so that it stays one need.
    select
      c.item, c.pool, c.from_minute, c.to_minute,
      -- Before its item's start a claim gives way to the end of the earlier claim. That one gives
      -- way to the start of the next item.
      extract(epoch from greatest(lower(c.during), max(least(upper(o.during), c.starts_at))
        filter (where o.starts_at < c.starts_at)) - c.starts_at) / 60 as cut_from,
      extract(epoch from least(upper(c.during), min(o.starts_at)
        filter (where o.starts_at > c.starts_at)) - c.starts_at) / 60 as cut_to
    from claim c
    join claim o
      on o.resource_id = c.resource_id and o.item <> c.item and o.during && c.during
    group by c.item, c.pool, c.from_minute, c.to_minute, c.during, c.starts_at
  loop
    p_verdicts[v_cut.item].units := array(
      select case
        when (u.pool, u.from_minute, u.to_minute)
          is not distinct from (v_cut.pool, v_cut.from_minute, v_cut.to_minute)
          then row(u.pool, u.resource_id, v_cut.cut_from, v_cut.cut_to)
            ::schnittwerk_core.unit_use
        else u end
      from unnest(p_verdicts[v_cut.item].units) u
    );
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.cut_unit_claims(schnittwerk_core.verdict[]) is
  'The verdicts on the items of a visit, with no unit claimed by two items at once. If the buffers of an item reach into another that uses the same unit, its claims of that pool are cut to the time between, as minutes after its start.';

revoke execute on function schnittwerk_core.cut_unit_claims from public;
-- end include

-- include: sql/booking/joint_needs.sql
create type schnittwerk_core.joint_needs as (
  salon_id uuid,
  people int,
  kinds int[],
  terms schnittwerk_core.service_term[],
  exclude_claim_ids uuid[]
);

comment on type schnittwerk_core.joint_needs is
  'What the items of a visit that start together need of pools. kinds: the number of the terms that hold for an item with a person, items × people; 0 = the item needs nothing.';

create function schnittwerk_core.joint_needs(
  p_salon_id uuid, p_terms schnittwerk_core.visit_term[], p_people int, p_exclude_claim_ids uuid[]
)
returns schnittwerk_core.joint_needs
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_needs schnittwerk_core.joint_needs;
  v_items int;
  v_term schnittwerk_core.visit_term;
begin
  -- Usually no two items of a part need units.
  if (
    select count(distinct t.item) = count(distinct t.part)
    from unnest(p_terms) t
    where (t.term).needs is not null
  ) then
    return null;
  end if;
  v_items := (select max(t.item) from unnest(p_terms) t);
  v_needs.salon_id := p_salon_id;
  v_needs.people := p_people;
  v_needs.exclude_claim_ids := p_exclude_claim_ids;
  v_needs.kinds := array_fill(0, array[v_items * p_people]);
  v_needs.terms := array(
    select distinct on (
        (t.term).needs, (t.term).duration, (t.term).buffer_before_minutes,
        (t.term).buffer_after_minutes)
      t.term
    from unnest(p_terms) t
    where (t.term).needs is not null
  );
  foreach v_term in array p_terms loop
    for v_kind in 1 .. cardinality(v_needs.terms) loop
      if (v_needs.terms[v_kind].needs, v_needs.terms[v_kind].duration,
          v_needs.terms[v_kind].buffer_before_minutes, v_needs.terms[v_kind].buffer_after_minutes)
        = ((v_term.term).needs, (v_term.term).duration,
          (v_term.term).buffer_before_minutes, (v_term.term).buffer_after_minutes)
      then
        v_needs.kinds[(v_term.item - 1) * p_people + v_term.person] := v_kind;
      end if;
    end loop;
  end loop;
  return v_needs;
end
$$;

comment on function schnittwerk_core.joint_needs(uuid, schnittwerk_core.visit_term[], int, uuid[]) is
  'What items of a visit that start together need of pools, with each of p_people people. Null if no two of them need units.';

revoke execute on function schnittwerk_core.joint_needs from public;

create function schnittwerk_core.units_needed(p_needs schnittwerk_core.need[])
returns schnittwerk_core.unit_use[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(n.pool, null, n.from_minute, n.to_minute)::schnittwerk_core.unit_use
    from unnest(p_needs) n
    cross join generate_series(1, n.quantity)
  );
end
$$;

comment on function schnittwerk_core.units_needed(schnittwerk_core.need[]) is
  'One use for each unit that is needed, without a unit yet.';

revoke execute on function schnittwerk_core.units_needed from public;

create function schnittwerk_core.find_joint_units(
  p_needs schnittwerk_core.joint_needs, p_starts_at timestamptz, p_first_item int, p_chosen int[]
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_term schnittwerk_core.service_term;
  v_kind int;
  v_verdict schnittwerk_core.verdict;
  v_verdicts schnittwerk_core.verdict[] := array[]::schnittwerk_core.verdict[];
begin
  for v_item in p_first_item .. cardinality(p_chosen) loop
    v_kind := p_needs.kinds[(v_item - 1) * p_needs.people + p_chosen[v_item]];
    continue when v_kind = 0;
    v_term := p_needs.terms[v_kind];
    v_verdict.starts_at := p_starts_at;
    v_verdict.ends_at := p_starts_at + v_term.duration;
    v_verdict.buffer_before_minutes := v_term.buffer_before_minutes;
    v_verdict.buffer_after_minutes := v_term.buffer_after_minutes;
    v_verdict.units := schnittwerk_core.units_needed(v_term.needs);
    v_verdicts := v_verdicts || v_verdict;
  end loop;
  if cardinality(v_verdicts) < 2 then
    return true;
  end if;
  return not exists (
    select
    from unnest(schnittwerk_core.choose_joint_units(
      p_needs.salon_id, v_verdicts, p_needs.exclude_claim_ids, '{}')) v
    cross join lateral unnest(v.units) u
    where u.resource_id is null
  );
end
$$;

comment on function schnittwerk_core.find_joint_units(schnittwerk_core.joint_needs, timestamptz, int, int[]) is
  'Whether the items of a part that begins at p_starts_at, from p_first_item to the last of p_chosen (their people), can all have different units.';

revoke execute on function schnittwerk_core.find_joint_units from public;
-- end include

-- include: sql/booking/least_busy.sql
create function schnittwerk_core.least_busy(
  p_salon_id uuid, p_staff_ids uuid[], p_from date, p_to date
)
returns table (day date, person int, rank int)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
declare
  v_time_zone constant text := (
    select s.time_zone from schnittwerk_core.salon s where s.id = p_salon_id);
begin
  return query
  select
    b.day, b.person,
    row_number() over (partition by b.day order by sum(b.booked), b.person)::int
  from (
    select p_from + d.n as day, p.n as person, interval '0' as booked
    from generate_series(0, p_to - p_from) d (n)
    cross join generate_series(1, cardinality(p_staff_ids)) p (n)
    union all
    select (a.starts_at at time zone v_time_zone)::date, p.n::int, a.ends_at - a.starts_at
    from unnest(p_staff_ids) with ordinality p (staff_id, n)
    join schnittwerk_core.appointments a
      on a.salon_id = p_salon_id and a.staff_id = p.staff_id
      -- A midnight that the zone skips or repeats is hours away at most.
      and a.starts_at > p_from::timestamp at time zone v_time_zone - interval '3 hours'
      and a.starts_at < (p_to + 1)::timestamp at time zone v_time_zone + interval '3 hours'
    where schnittwerk_core.is_live(a.status)
  ) b
  where b.day between p_from and p_to
  group by b.day, b.person;
end
$$;

comment on function schnittwerk_core.least_busy(uuid, uuid[], date, date) is
  'The order in which staff are chosen on each local day from p_from to p_to: the fewest booked minutes first, then by their place in p_staff_ids. person: that place.';

revoke execute on function schnittwerk_core.least_busy from public;
-- end include

-- include: sql/booking/choose_staff.sql
create function schnittwerk_core.visit_state(p_item int, p_minutes int)
returns int
language sql
immutable
parallel safe
return p_item * 100000 + p_minutes;

comment on function schnittwerk_core.visit_state(int, int) is
  'A number for an item of a visit that begins so many minutes after the start of the visit.';

revoke execute on function schnittwerk_core.visit_state from public;

create function schnittwerk_core.choose_staff(
  p_parts int[],
  p_states int[],
  p_free varbit[],
  p_minutes int[],
  p_people int[],
  p_joint_needs schnittwerk_core.joint_needs default null,
  p_starts_at timestamptz default null
)
returns int[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_items constant int := cardinality(p_parts);
  v_size constant int := cardinality(p_people);
  v_nobody constant varbit := p_free[1] # p_free[1];
  v_able varbit[] := array_fill(v_nobody, array[v_items]); -- who can ever perform an item
  v_left varbit[];   -- for each item: who has not been tried
  v_before varbit[]; -- … who serves the items before it
  v_beside varbit[]; -- … who serves those before it in its part
  v_more int[];      -- … how many more people may join from it on
  v_from int[];      -- … when its part begins
  v_length int[];    -- … the longest item before it in its part
  v_needs text[];    -- … the needs of its part up to it, and their time
  v_fitting text[] := array[]::text[];
  v_lacking text[] := array[]::text[];
  v_chosen int[] := array_fill(0, array[v_items]);
  v_steps int := 0;
  v_largest int := 1;
  v_run int;
  v_together varbit;
  v_is_uniform boolean;
  i int;
  v_person varbit;
  v_serving varbit;
  v_helpers varbit;
  v_rank int;
begin
  for v_n in 1 .. cardinality(p_states) loop
    i := p_states[v_n] / 100000;
    v_able[i] := v_able[i] | p_free[v_n];
  end loop;
  v_helpers := ~v_nobody;
  for v_n in 1 .. v_items loop
    if v_able[v_n] = v_nobody then
      return null;
    end if;
    v_helpers := v_helpers & v_able[v_n];
    if p_parts[v_n] is distinct from p_parts[v_n - 1] then
      v_run := 0;
      v_together := v_nobody;
    end if;
    v_run := v_run + 1;
    v_largest := greatest(v_largest, v_run);
    -- Too few different people: trying all their orders would take for ever.
    v_together := v_together | v_able[v_n];
    if bit_count(v_together) < v_run then
      return null;
    end if;
    -- If everybody needs the same units and the pools have too few, other people do not help.
    if p_joint_needs is not null then
      v_chosen[v_n] := p_people[position(B'1' in v_able[v_n])];
      v_is_uniform := (v_run = 1 or v_is_uniform) and 1 = (
        select count(*) from unnest(p_states) s (state) where s.state / 100000 = v_n
      ) and 1 = (
        select count(distinct p_joint_needs.kinds[(v_n - 1) * v_size + p.person])
        from unnest(p_people) with ordinality p (person, rank)
        where get_bit(v_able[v_n], p.rank::int - 1) = 1
      );
      if v_is_uniform and v_run > 1 and not schnittwerk_core.find_joint_units(
        p_joint_needs, p_starts_at + make_interval(mins => (
          select s.state % 100000 from unnest(p_states) s (state) where s.state / 100000 = v_n
        )), v_n - v_run + 1, v_chosen[:v_n])
      then
        return null;
      end if;
    end if;
  end loop;
  -- Usually one person can perform all items.
  while v_largest = 1 loop
    v_rank := position(B'1' in v_helpers);
    exit when v_rank = 0;
    v_chosen[1] := p_people[v_rank];
    v_length[1] := 0;
    for v_n in 1 .. v_items loop
      i := array_position(p_states, schnittwerk_core.visit_state(v_n, v_length[1]));
      exit when i is null or get_bit(p_free[i], v_rank - 1) = 0;
      if v_n = v_items then
        return array_fill(v_chosen[1], array[v_items]);
      end if;
      v_length[1] := v_length[1] + p_minutes[(v_n - 1) * v_size + v_chosen[1]];
    end loop;
    v_helpers := set_bit(v_helpers, v_rank - 1, 0);
  end loop;

  -- Depth first, preferred people first; each round allows one more person.
  for v_people in greatest(v_largest, 2) .. v_items loop
    i := 1;
    v_left[1] := coalesce(
      p_free[array_position(p_states, schnittwerk_core.visit_state(1, 0))], v_nobody);
    v_before[1] := v_nobody;
    v_beside[1] := v_nobody;
    v_more[1] := v_people;
    v_from[1] := 0;
    v_length[1] := 0;
    while i > 0 loop
      v_steps := v_steps + 1;
      if v_steps > schnittwerk_core.most_visit_steps() then
        perform schnittwerk_core.refuse_visit_states();
      end if;
      v_rank := position(B'1' in v_left[i]);
      if v_rank = 0 then
        i := i - 1;
        continue;
      end if;
      v_person := set_bit(v_nobody, v_rank - 1, 1);
      v_left[i] := v_left[i] & ~v_person;
      v_serving := v_before[i] | v_person;
      v_more[i + 1] := v_more[i] - (v_before[i] & v_person = v_nobody)::int;
      -- Can the other items still be served? If nobody may join, by those who serve already; if one
      -- may, by somebody who can perform all that they cannot.
      if v_more[i + 1] < 2 then
        v_helpers := ~v_nobody;
        for v_n in i + 1 .. v_items loop
          if v_able[v_n] & v_serving = v_nobody then
            v_helpers := case when v_more[i + 1] = 0 then v_nobody
              else v_helpers & v_able[v_n] end;
            exit when v_helpers = v_nobody;
          end if;
        end loop;
        continue when v_helpers = v_nobody;
      end if;
      v_chosen[i] := p_people[v_rank];
      if p_joint_needs is not null then
        -- The same needs of other people find the same units, or lack the same units.
        v_needs[i] := concat_ws(' ',
          case when v_beside[i] = v_nobody then format('%s:%s', i, v_from[i])
            else v_needs[i - 1] end,
          p_joint_needs.kinds[(i - 1) * v_size + v_chosen[i]]);
        continue when v_needs[i] = any (v_lacking);
        if v_beside[i] <> v_nobody and v_needs[i] <> all (v_fitting) then
          v_steps := v_steps + 100; -- it takes so much longer
          if not schnittwerk_core.find_joint_units(
            p_joint_needs, p_starts_at + make_interval(mins => v_from[i]),
            array_position(p_parts, p_parts[i]), v_chosen[:i])
          then
            v_lacking := v_lacking || v_needs[i];
            continue;
          end if;
          v_fitting := v_fitting || v_needs[i];
        end if;
      end if;
      if i = v_items then
        return v_chosen;
      end if;
      v_length[i + 1] := greatest(v_length[i], p_minutes[(i - 1) * v_size + v_chosen[i]]);
      if p_parts[i + 1] = p_parts[i] then
        v_from[i + 1] := v_from[i];
        v_beside[i + 1] := v_beside[i] | v_person;
      else
        v_from[i + 1] := v_from[i] + v_length[i + 1];
        v_length[i + 1] := 0;
        v_beside[i + 1] := v_nobody;
      end if;
      i := i + 1;
      v_before[i] := v_serving;
      v_left[i] := coalesce(
        p_free[array_position(p_states, schnittwerk_core.visit_state(i, v_from[i]))], v_nobody
      ) & ~v_beside[i];
      if v_more[i] = 0 then
        v_left[i] := v_left[i] & v_serving;
      end if;
    end loop;
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.choose_staff(int[], int[], varbit[], int[], int[], schnittwerk_core.joint_needs, timestamptz) is
  'Who performs the items of a visit: as few people as possible, then, item by item, the first of p_people. Null if it is not possible; refuses if finding out would take more than most_visit_steps(). p_parts: the part of each item. p_states: the visit_state of each of p_free. p_free: who is free for that state, a bit for each of p_people. p_minutes: how long each item takes each person, items × people, by the persons'' numbers. p_joint_needs, p_starts_at: given if items of a part share pools.';

revoke execute on function schnittwerk_core.choose_staff from public;
-- end include

-- include: sql/booking/settle_visit.sql
create function schnittwerk_core.choose_verdicts(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_judged schnittwerk_core.item_verdict[]
)
returns schnittwerk_core.item_verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_parts constant int[] := array(
    select i.part
    from unnest(p_items) with ordinality i (service_id, staff_ids, part, n)
    order by i.n
  );
  v_date constant date := (
    select (p_starts_at at time zone s.time_zone)::date
    from schnittwerk_core.salon s
    where s.id = p_salon_id
  );
  v_passed constant schnittwerk_core.item_verdict[] := array(
    select j from unnest(p_judged) j where j.passes
  );
  v_staff_ids constant uuid[] := array(
    select distinct (j.verdict).staff_id from unnest(v_passed) j order by 1
  );
  v_size constant int := cardinality(v_staff_ids);
  v_terms constant schnittwerk_core.visit_term[] := array(
    select row(
      j.item, v_parts[j.item], array_position(v_staff_ids, v.staff_id),
      extract(epoch from v.ends_at - v.starts_at) / 60,
      row(
        v.staff_id, true, v.ends_at - v.starts_at, v.price, v.buffer_before_minutes,
        v.buffer_after_minutes, null, v.steps,
        case when v.units is not null then schnittwerk_core.needs_of(v.units) end)
    )::schnittwerk_core.visit_term
    from unnest(v_passed) j
    cross join lateral (select (j.verdict).*) v
  );
  v_minutes int[];
  v_people int[];
  v_states int[];
  v_free varbit[];
  v_chosen int[];
  v_offsets int[];
begin
  if v_size = 0 then
    return null;
  end if;
  v_minutes := schnittwerk_core.minutes_by_person(v_terms, cardinality(p_items), v_size);
  v_people := array(
    select l.person
    from schnittwerk_core.least_busy(p_salon_id, v_staff_ids, v_date, v_date) l
    order by l.rank
  );
  select array_agg(f.state order by f.state), array_agg(f.free order by f.state)
  into v_states, v_free
  from (
    select
      schnittwerk_core.visit_state(j.item, j.after_minutes) as state,
      bit_or(set_bit(
        repeat('0', v_size)::varbit,
        array_position(v_people, array_position(v_staff_ids, (j.verdict).staff_id)) - 1, 1
      )) as free
    from unnest(v_passed) j
    group by 1
  ) f;
  v_chosen := schnittwerk_core.choose_staff(
    v_parts, v_states, v_free, v_minutes, v_people,
    schnittwerk_core.joint_needs(p_salon_id, v_terms, v_size, '{}'), p_starts_at);
  if v_chosen is null then
    return null;
  end if;
  v_offsets := schnittwerk_core.item_offsets(v_parts, array(
    select v_minutes[(c.item - 1) * v_size + c.person]
    from unnest(v_chosen) with ordinality c (person, item)
    order by c.item
  ));
  return array(
    select j
    from unnest(v_passed) j
    where j.after_minutes = v_offsets[j.item]
      and (j.verdict).staff_id = v_staff_ids[v_chosen[j.item]]
    order by j.item
  );
end
$$;

comment on function schnittwerk_core.choose_verdicts(uuid, schnittwerk_core.visit_item[], timestamptz, schnittwerk_core.item_verdict[]) is
  'The verdicts to book of those on a visit''s items (judge_visit): one per item, as find_visits would list them for this start (choose_staff). Null if no choice of staff passes.';

revoke execute on function schnittwerk_core.choose_verdicts from public;

create function schnittwerk_core.refuse_visit(
  p_salon_id uuid,
  p_judged schnittwerk_core.item_verdict[],
  p_are_rules_waived boolean,
  p_moved schnittwerk_core.appointments[],
  p_price_mismatch numeric default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failure record;
begin
  -- An item fails if it fails with each of its staff; the rule that ranks last counts. If no item
  -- fails, the combination is not free.
  select f.code, f.verdict, f.item into v_failure
  from (
    select i.code, i.verdict, i.item, false as is_last_resort
    from (
      select distinct on (j.item) e.code, j.verdict, j.item
      from unnest(p_judged) j
      left join schnittwerk_core.error_code e on not j.passes and e.code = (
        schnittwerk_core.item_failures((j.verdict).failures, j.is_first, p_are_rules_waived))[1]
      order by j.item, e.rank desc nulls first, (j.verdict).staff_id
    ) i
    union all
    select 'price_mismatch', p_judged[1].verdict, null, false where p_price_mismatch is not null
    union all
    select 'slot_conflict', p_judged[1].verdict, null, true
  ) f
  join schnittwerk_core.error_code e on e.code = f.code
  order by f.is_last_resort, e.rank, f.item
  limit 1;
  perform schnittwerk_core.refuse(
    v_failure.code,
    schnittwerk_core.refusal_details(
      v_failure.code,
      schnittwerk_core.week_calendar(p_salon_id, p_starts_at => (v_failure.verdict).starts_at),
      (v_failure.verdict).starts_at, (v_failure.verdict).ends_at, p_price_mismatch,
      (v_failure.verdict).units),
    coalesce(p_moved[v_failure.item].visit_item, v_failure.item) - 1);
end
$$;

comment on function schnittwerk_core.refuse_visit(uuid, schnittwerk_core.item_verdict[], boolean, schnittwerk_core.appointments[], numeric) is
  'Refuses a visit with the first rule that one of its items fails, or with slot_conflict if each item would pass alone. p_price_mismatch: the price, if another was expected. Says which item fails, unless it is the price or the combination. p_moved: as for judge_visit.';

revoke execute on function schnittwerk_core.refuse_visit from public;

create function schnittwerk_core.settle_visit(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_customer_id uuid,
  p_expected_price numeric default null,
  p_moved schnittwerk_core.appointments[] default '{}'
)
returns schnittwerk_core.verdict[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_are_units_locked boolean := false;
  v_need_units boolean := false;
  v_judged schnittwerk_core.item_verdict[];
  v_chosen schnittwerk_core.item_verdict[];
  v_item schnittwerk_core.item_verdict;
  v_beside uuid[]; -- who performs the earlier items of the same part
  v_verdicts schnittwerk_core.verdict[] := array[]::schnittwerk_core.verdict[];
  v_passes boolean := true;
  v_price numeric := 0;
begin
  perform schnittwerk_core.lock_resources(p_salon_id, array(
    select s.id from unnest(p_items) i cross join lateral unnest(i.staff_ids) s (id)));
  loop
    -- In a later statement than the locks, as in settle_start.
    v_judged := schnittwerk_core.judge_visit(
      p_salon_id, p_items, p_starts_at, p_are_rules_waived, p_customer_id, p_moved);
    exit when v_are_units_locked;
    foreach v_item in array v_judged loop
      v_need_units := v_need_units or (v_item.verdict).units is not null;
    end loop;
    exit when not v_need_units;
    v_are_units_locked := schnittwerk_core.lock_units(
      p_salon_id, array(select j.verdict from unnest(v_judged) j),
      (select array_agg(u) from unnest(p_moved) m cross join lateral unnest(m.units) u));
  end loop;

  -- With one candidate for each item there is nothing to choose.
  v_chosen := v_judged;
  for v_n in 1 .. greatest(cardinality(p_items), cardinality(v_judged)) loop
    continue when v_judged[v_n].item = v_n;
    if (select count(distinct j.item) from unnest(v_judged) j) < cardinality(p_items) then
      perform schnittwerk_core.require_visit_items(p_salon_id, p_items);
      perform schnittwerk_core.refuse('service_not_offered', p_item => (
        select min(i.n) - 1
        from generate_series(1, cardinality(p_items)) i (n)
        where not exists (select from unnest(v_judged) j where j.item = i.n)
      ));
    end if;
    v_chosen := schnittwerk_core.choose_verdicts(p_salon_id, p_items, p_starts_at, v_judged);
    exit;
  end loop;
  foreach v_item in array coalesce(v_chosen, '{}') loop
    v_verdicts := v_verdicts || v_item.verdict;
    v_price := v_price + (v_item.verdict).price;
    v_passes := v_passes and v_item.passes;
    v_beside := case when p_items[v_item.item].part = p_items[v_item.item - 1].part
      then v_beside else '{}' end;
    if (v_item.verdict).staff_id = any (v_beside) then
      v_chosen := null;
    end if;
    v_beside := v_beside || (v_item.verdict).staff_id;
  end loop;
  if v_chosen is null then
    perform schnittwerk_core.refuse_visit(p_salon_id, v_judged, p_are_rules_waived, p_moved);
  end if;

  if v_need_units then
    v_verdicts := schnittwerk_core.choose_visit_units(p_salon_id, v_verdicts, p_moved);
    for v_n in 1 .. cardinality(v_verdicts) loop
      if schnittwerk_core.lacks_units(v_verdicts[v_n].units) then
        v_verdicts[v_n].failures := v_verdicts[v_n].failures || text 'resource_unavailable';
        v_chosen[v_n].verdict := v_verdicts[v_n];
        v_chosen[v_n].passes := false;
        v_passes := false;
      end if;
    end loop;
  end if;
  if not v_passes or v_price <> p_expected_price then
    perform schnittwerk_core.refuse_visit(
      p_salon_id, v_chosen, p_are_rules_waived, p_moved,
      case when v_price <> p_expected_price then v_price end);
  end if;
  if p_moved = '{}' then
    v_verdicts := schnittwerk_core.cut_staff_buffers(v_verdicts);
  end if;
  if v_need_units then
    v_verdicts := schnittwerk_core.cut_unit_claims(v_verdicts);
  end if;
  return v_verdicts;
end
$$;

comment on function schnittwerk_core.settle_visit(uuid, schnittwerk_core.visit_item[], timestamptz, boolean, uuid, numeric, schnittwerk_core.appointments[]) is
  'Judges a visit under locks and returns the verdicts to book: one per item in order, with units, and without buffers between items of one person. Locks everybody who may perform an item, by id, then the units that the items need. Refuses with the first rule that fails, and with not_found if a service or a member of staff does not exist. p_customer_id, p_moved: as for judge_visit.';

revoke execute on function schnittwerk_core.settle_visit from public;
-- end include

-- include: sql/booking/insert_visit.sql
create function schnittwerk_core.insert_visit(
  p_caller schnittwerk_core.caller,
  p_verdicts schnittwerk_core.verdict[],
  p_customer_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_notes text
)
returns schnittwerk_core.appointments[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := p_caller.policies;
  v_visit_id constant uuid := schnittwerk_core.new_id();
  v_visit schnittwerk_core.appointments[];
begin
  with item as (
    insert into schnittwerk_core.appointments as a (
      salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
      buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
      reschedule_deadline_hours, max_reschedules, late_cancellation_fee_percent,
      no_show_fee_percent, steps, units, visit_id, visit_item, notes, price_details,
      promotion_id
    )
    select
      p_caller.salon_id, p_customer_id, p_verdicts[v.n].staff_id, p_items[v.n].service_id,
      p_verdicts[v.n].starts_at, p_verdicts[v.n].ends_at,
      case when (v_policies ->> 'auto_confirm')::boolean then 'confirmed' else 'pending' end,
      p_verdicts[v.n].price, p_verdicts[v.n].buffer_before_minutes,
      p_verdicts[v.n].buffer_after_minutes,
      (v_policies ->> 'cancellation_deadline_hours')::numeric,
      (v_policies ->> 'reschedule_deadline_hours')::numeric,
      (v_policies ->> 'max_reschedules')::numeric,
      nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0),
      nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0),
      p_verdicts[v.n].steps, p_verdicts[v.n].units, v_visit_id, v.n, p_notes,
      p_verdicts[v.n].price_details, p_verdicts[v.n].promotion_id
    from generate_subscripts(p_verdicts, 1) v (n)
    returning a.*
  )
  select array_agg(row(i.*)::schnittwerk_core.appointments order by i.visit_item) into v_visit
  from item i;
  return v_visit;
end
$$;

comment on function schnittwerk_core.insert_visit(schnittwerk_core.caller, schnittwerk_core.verdict[], uuid, schnittwerk_core.visit_item[], text) is
  'Writes the items of a visit in one statement, like insert_appointment, and returns them in order.';

revoke execute on function schnittwerk_core.insert_visit from public;
-- end include

-- include: sql/booking/visit_search.sql
create type schnittwerk_core.visit_search as (
  salon_id uuid,
  parts int[],
  service_ids uuid[],
  terms schnittwerk_core.visit_term[],
  staff_ids uuid[],
  minutes int[],
  lengths interval[],
  prices numeric[],
  texts text[],
  reach interval,
  busy tstzmultirange,
  is_given boolean,
  chosen int[],
  offsets interval[],
  states int[],
  first_item int,
  is_exact boolean,
  is_joint boolean,
  joint_needs schnittwerk_core.joint_needs,
  moved schnittwerk_core.appointments[]
);

comment on type schnittwerk_core.visit_search is
  'A visit for which find_visits looks for starts. parts, service_ids: of each item. staff_ids: all who can perform any item. minutes, lengths, prices, texts (an item in JSON, up to its start): items × people. is_given: each item has one person (chosen) and one distance from the start (offsets); otherwise states are all items and distances (visit_state). reach: the greatest distance. busy: when the customer has other appointments. is_joint: whether items at the same time need units. is_exact: whether every start of visit_starts or placed_starts has a choice of staff.';

create function schnittwerk_core.visit_search(
  p_salon_id uuid,
  p_items schnittwerk_core.visit_item[],
  p_terms schnittwerk_core.visit_term[],
  p_moved schnittwerk_core.appointments[],
  p_busy tstzmultirange
)
returns schnittwerk_core.visit_search
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_search schnittwerk_core.visit_search;
  v_term schnittwerk_core.visit_term;
  v_size int;
  v_place int;
  v_offsets interval[] := array[interval '0'];
  v_count int := 0;
begin
  v_search.salon_id := p_salon_id;
  v_search.terms := p_terms;
  v_search.moved := p_moved;
  v_search.busy := p_busy;
  select array_agg(i.part order by i.n), array_agg(i.service_id order by i.n)
  into v_search.parts, v_search.service_ids
  from unnest(p_items) with ordinality i (service_id, staff_ids, part, n);
  v_search.staff_ids := array(
    select distinct (t.term).staff_id from unnest(p_terms) t order by 1);
  v_size := cardinality(v_search.staff_ids);
  v_search.minutes := schnittwerk_core.minutes_by_person(
    p_terms, cardinality(p_items), v_size);
  v_search.chosen := array_fill(0, array[cardinality(p_items)]);
  foreach v_term in array p_terms loop
    v_place := (v_term.item - 1) * v_size + v_term.person;
    v_search.lengths[v_place] := (v_term.term).duration;
    v_search.prices[v_place] := (v_term.term).price;
    v_search.texts[v_place] := format(
      '{"service_id": "%s", "staff_id": "%s", "starts_at": "',
      v_search.service_ids[v_term.item], (v_term.term).staff_id);
    v_search.chosen[v_term.item] := v_term.person;
  end loop;
  v_search.is_given := cardinality(p_terms) = cardinality(p_items);
  if 0 = any (v_search.chosen) or v_search.is_given and exists (
    select from unnest(p_terms) t group by t.part, t.person having count(*) > 1
  ) then
    return null;
  end if;

  for v_item in 1 .. cardinality(p_items) loop
    if p_moved <> '{}' then
      v_offsets := array[schnittwerk_core.elapsed(
        (schnittwerk_core.earliest_item(p_moved)).starts_at, p_moved[v_item].starts_at)];
    elsif p_items[v_item].part > p_items[v_item - 1].part then
      v_offsets := schnittwerk_core.later_offsets(v_offsets, array(
        select distinct (t.term).duration
        from unnest(p_terms) t
        where t.part = p_items[v_item - 1].part
      ));
    end if;
    if v_offsets[1] = '0' then
      v_search.first_item := coalesce(v_search.first_item, v_item);
    end if;
    v_search.offsets[v_item] := v_offsets[cardinality(v_offsets)];
    v_search.reach := greatest(v_search.reach, v_search.offsets[v_item]);
    v_search.states := v_search.states || array(
      select schnittwerk_core.visit_state(v_item, (extract(epoch from o.after) / 60)::int)
      from unnest(v_offsets) o (after)
    );
    v_count := v_count + cardinality(v_offsets) * (
      select count(*) from unnest(p_terms) t where t.item = v_item);
    if v_count > schnittwerk_core.most_visit_states() then
      perform schnittwerk_core.refuse_visit_states();
    end if;
  end loop;

  v_search.joint_needs := schnittwerk_core.joint_needs(
    p_salon_id, p_terms, v_size, array(select m.id from unnest(p_moved) m));
  v_search.is_joint := v_search.joint_needs is not null or p_moved <> '{}' and exists (
    select
    from unnest(p_terms) t
    join unnest(p_terms) u on u.item > t.item and (u.term).needs is not null
      and v_search.offsets[u.item] < v_search.offsets[t.item] + (t.term).duration
      and v_search.offsets[t.item] < v_search.offsets[u.item] + (u.term).duration
    where (t.term).needs is not null
  );
  v_search.is_exact := not v_search.is_joint and (
    v_search.is_given or v_search.parts[cardinality(p_items)] = cardinality(p_items));
  return v_search;
end
$$;

comment on function schnittwerk_core.visit_search(uuid, schnittwerk_core.visit_item[], schnittwerk_core.visit_term[], schnittwerk_core.appointments[], tstzmultirange) is
  'What find_visits needs to know of a visit, computed once. Null if nobody performs one of the items, or if two items of a part were given to the same person. p_moved: the items as booked, if the visit is moved. p_busy: when the customer has other appointments.';

revoke execute on function schnittwerk_core.visit_search from public;

create function schnittwerk_core.given_visit_is_possible(
  p_search schnittwerk_core.visit_search, p_starts_at timestamptz
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_verdicts schnittwerk_core.verdict[];
begin
  v_verdicts := array(
    select row(
      t.staff_id, p_starts_at + t.after, p_starts_at + t.after + t.duration, t.price,
      t.buffer_before_minutes, t.buffer_after_minutes, null,
      case when t.needs is not null then schnittwerk_core.units_needed(t.needs) end, null, null,
      null, null
    )::schnittwerk_core.verdict
    from unnest(p_search.terms) v
    cross join lateral (select v.item, p_search.offsets[v.item] as after, (v.term).*) t
    order by t.item
  );
  v_verdicts := schnittwerk_core.choose_visit_units(
    p_search.salon_id, v_verdicts, p_search.moved);
  return not exists (
    select
    from unnest(v_verdicts) v
    cross join lateral unnest(v.units) u
    where u.resource_id is null
  );
end
$$;

comment on function schnittwerk_core.given_visit_is_possible(schnittwerk_core.visit_search, timestamptz) is
  'Whether the items of a visit with given staff can all have different units at a start.';

revoke execute on function schnittwerk_core.given_visit_is_possible from public;
-- end include

-- include: sql/booking/visit_ways.sql
create type schnittwerk_core.visit_way as (
  item int, person int, duration interval, starts tstzmultirange, grid_origins timestamptz[]
);

comment on type schnittwerk_core.visit_way is
  'When a person can begin an item of a visit, as closed ranges, and where their grid starts counting.';

create function schnittwerk_core.visit_ways(
  p_search schnittwerk_core.visit_search,
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz
)
returns schnittwerk_core.visit_way[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_staff_ids constant uuid[] := p_search.staff_ids;
  v_moved_ids constant uuid[] := array(select m.id from unnest(p_search.moved) m);
  v_terms schnittwerk_core.service_term[];
  v_ways schnittwerk_core.visit_way[] := array[]::schnittwerk_core.visit_way[];
begin
  for v_item in 1 .. cardinality(p_search.parts) loop
    v_terms := array(
      select t.term from unnest(p_search.terms) t where t.item = v_item
    );
    v_ways := v_ways || array(
      select row(
        v_item, array_position(v_staff_ids, u.staff_id), u.duration, u.starts, u.grid_origins
      )::schnittwerk_core.visit_way
      from (
        select
          w.staff_id, w.duration,
          range_agg(w.starts) - (
            select coalesce(
              range_agg(tstzrange(lower(b.during) - w.duration, upper(b.during), '()')), '{}')
            from unnest(p_search.busy) b (during)
          ) as starts,
          min(w.grid_origins) filter (where k.n = 1) as grid_origins
        from generate_series(1, cardinality(p_weeks)) k (n)
        cross join lateral schnittwerk_core.ways(
          p_search.salon_id, v_terms, p_weeks[k.n], p_first,
          p_last + p_search.offsets[v_item], v_moved_ids) w
        group by w.staff_id, w.duration
      ) u
      where not isempty(u.starts)
    );
  end loop;
  return v_ways;
end
$$;

comment on function schnittwerk_core.visit_ways(schnittwerk_core.visit_search, schnittwerk_core.salon_week[], timestamptz, timestamptz) is
  'The ways to perform each item of a visit that begins between p_first and p_last. p_weeks: those in which its items can be, in order; the grids are those of the first.';

revoke execute on function schnittwerk_core.visit_ways from public;
-- end include

-- include: sql/booking/visit_starts.sql
create function schnittwerk_core.earlier(p_times tstzmultirange, p_by interval)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(range_agg(tstzrange(lower(r.t) - p_by, upper(r.t) - p_by, '[]')), '{}')
    from unnest(p_times) r (t)
  );
end
$$;

comment on function schnittwerk_core.earlier(tstzmultirange, interval) is
  'Closed ranges, moved earlier by p_by. p_by must not have days, which would depend on the session''s time zone.';

revoke execute on function schnittwerk_core.earlier from public;

create function schnittwerk_core.joint_starts(
  p_ways schnittwerk_core.visit_way[], p_items int[], p_longest interval
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_starts tstzmultirange := tstzmultirange '{}';
  v_joint tstzmultirange;
  v_longest int;
  v_item int;
begin
  foreach v_longest in array p_items loop
    v_joint := null;
    foreach v_item in array p_items loop
      v_joint := (
        select coalesce(case when v_joint is null then range_agg(w.starts)
          else v_joint * range_agg(w.starts) end, '{}')
        from unnest(p_ways) w
        where w.item = v_item
          and (w.duration = p_longest or v_item <> v_longest and w.duration < p_longest)
      );
      exit when isempty(v_joint);
    end loop;
    v_starts := v_starts + v_joint;
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.joint_starts(schnittwerk_core.visit_way[], int[], interval) is
  'The starts at which somebody can begin each item of a part and the longest item takes p_longest. choose_staff checks that nobody performs two of them.';

revoke execute on function schnittwerk_core.joint_starts from public;

create function schnittwerk_core.visit_starts(
  p_ways schnittwerk_core.visit_way[], p_parts int[]
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_items int[];
  v_starts tstzmultirange; -- of the part, and all after it
begin
  -- Backwards: the later parts decide when a part may end. Grouped by duration first, because people
  -- may take different times.
  for v_part in reverse p_parts[cardinality(p_parts)] .. 1 loop
    v_items := array_positions(p_parts, v_part);
    v_starts := (
      select coalesce(range_agg(case when v_starts is null then d.starts
        else d.starts * schnittwerk_core.earlier(v_starts, d.duration) end), '{}')
      from (
        select
          w.duration,
          case when cardinality(v_items) = 1 then range_agg(w.starts)
            else schnittwerk_core.joint_starts(p_ways, v_items, w.duration) end as starts
        from unnest(p_ways) w
        where w.item = any (v_items)
        group by w.duration
      ) d
    );
    exit when isempty(v_starts);
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.visit_starts(schnittwerk_core.visit_way[], int[]) is
  'The starts at which somebody can perform each item of a visit. p_parts: the part of each item.';

revoke execute on function schnittwerk_core.visit_starts from public;

create function schnittwerk_core.placed_starts(
  p_ways schnittwerk_core.visit_way[], p_offsets interval[]
)
returns tstzmultirange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if cardinality(p_ways) < cardinality(p_offsets) then
    return tstzmultirange '{}';
  end if;
  return (
    select range_intersect_agg(schnittwerk_core.earlier(w.starts, p_offsets[w.item]))
    from unnest(p_ways) w
  );
end
$$;

comment on function schnittwerk_core.placed_starts(schnittwerk_core.visit_way[], interval[]) is
  'The starts of a visit whose items each have one person and one distance from its start.';

revoke execute on function schnittwerk_core.placed_starts from public;
-- end include

-- include: sql/booking/visit_curves.sql
create function schnittwerk_core.visit_curves(
  p_search schnittwerk_core.visit_search,
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz
)
returns schnittwerk_core.price_curve[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_size constant int := cardinality(p_search.staff_ids);
  v_promotion_ids constant uuid[] :=
    schnittwerk_core.unlimited_promotions(p_search.salon_id);
  v_curves schnittwerk_core.price_curve[] := array_fill(
    null::schnittwerk_core.price_curve, array[cardinality(p_search.parts) * v_size]);
  v_curve schnittwerk_core.price_curve;
  v_staff_id uuid;
begin
  for v_item in 1 .. cardinality(p_search.parts) loop
    foreach v_curve in array schnittwerk_core.price_curves(
      p_search.service_ids[v_item],
      array(select (t.term).staff_id from unnest(p_search.terms) t where t.item = v_item),
      schnittwerk_core.price_rules(
        p_search.salon_id, p_search.service_ids[v_item], v_promotion_ids),
      p_weeks, p_first, p_last, '{}')
    loop
      foreach v_staff_id in array v_curve.staff_ids loop
        v_curves[(v_item - 1) * v_size
          + array_position(p_search.staff_ids, v_staff_id)] := v_curve;
      end loop;
    end loop;
  end loop;
  return v_curves;
end
$$;

comment on function schnittwerk_core.visit_curves(schnittwerk_core.visit_search, schnittwerk_core.salon_week[], timestamptz, timestamptz) is
  'What each item of a visit costs by the price rules with each person, items × people, at starts from p_first to p_last, within the hours of p_weeks.';

revoke execute on function schnittwerk_core.visit_curves from public;
-- end include

-- include: sql/booking/visit_row.sql
create function schnittwerk_core.visit_row(
  p_starts_at timestamptz,
  p_parts int[],
  p_people int,
  p_lengths interval[],
  p_prices numeric[],
  p_texts text[],
  p_chosen int[],
  p_offsets interval[] default null,
  p_curves schnittwerk_core.price_curve[] default null,
  out ends_at timestamptz,
  out price numeric,
  out items jsonb
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_at timestamptz := p_starts_at;
  v_until timestamptz;
  v_place int;
  v_curve schnittwerk_core.price_curve;
  v_price numeric;
  v_items text := '[';
begin
  price := 0;
  for v_n in 1 .. cardinality(p_parts) loop
    v_place := (v_n - 1) * p_people + p_chosen[v_n];
    if p_offsets is not null then
      v_at := p_starts_at + p_offsets[v_n];
    elsif p_parts[v_n] <> p_parts[v_n - 1] then
      v_at := ends_at;
    end if;
    v_until := v_at + p_lengths[v_place];
    ends_at := greatest(ends_at, v_until);
    v_price := p_prices[v_place];
    if p_curves is not null then
      v_curve := p_curves[v_place];
      v_price := v_curve.prices[width_bucket(v_at, v_curve.since)];
    end if;
    price := price + v_price;
    -- As text: building JSON objects costs three times as much.
    v_items := v_items || case when v_n > 1 then ', ' else '' end || p_texts[v_place]
      || schnittwerk_core.utc_text(v_at) || '", "ends_at": "'
      || schnittwerk_core.utc_text(v_until) || '", "price": ' || v_price || '}';
  end loop;
  items := (v_items || ']')::jsonb;
end
$$;

comment on function schnittwerk_core.visit_row(timestamptz, int[], int, interval[], numeric[], text[], int[], interval[], schnittwerk_core.price_curve[]) is
  'End, price and items of a visit that begins at p_starts_at with the people chosen. p_lengths, p_prices, p_texts: items × people. p_offsets: the items'' distances from the start; null means one part after the other. p_curves: items × people, if price rules make prices depend on the start.';

revoke execute on function schnittwerk_core.visit_row from public;
-- end include

-- include: sql/booking/visit_choices.sql
create function schnittwerk_core.visit_choices(
  p_search schnittwerk_core.visit_search,
  p_ways schnittwerk_core.visit_way[],
  p_starts timestamptz[],
  p_time_zone text,
  p_grid interval
)
returns table (starts_at timestamptz, chosen int[])
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_mergejoin = off
as $$
declare
  v_parts constant int[] := p_search.parts;
  v_items constant int := cardinality(p_search.parts);
  -- Each item has one distance from the start; only its staff are to be chosen.
  v_is_plain constant boolean := p_search.is_exact and cardinality(p_search.states) = v_items;
  v_minutes constant int[] := p_search.minutes;
  v_size constant int := cardinality(p_search.staff_ids);
  v_nobody constant varbit := repeat('0', v_size)::varbit;
  v_dates constant date[] := array(
    select (s.at at time zone p_time_zone)::date
    from unnest(p_starts) with ordinality s (at, n)
    order by s.n
  );
  v_first_date constant date := v_dates[1];
  v_ranks int[];
  v_people int[];
begin
  if p_search.is_given then
    return query
    select s.at, p_search.chosen
    from unnest(p_starts) with ordinality s (at, n)
    where not p_search.is_joint or schnittwerk_core.given_visit_is_possible(p_search, s.at)
    order by s.n;
    return;
  end if;
  select array_agg(l.rank order by l.day, l.person), array_agg(l.person order by l.day, l.rank)
  into v_ranks, v_people
  from schnittwerk_core.least_busy(
    p_search.salon_id, p_search.staff_ids, v_first_date, v_dates[cardinality(v_dates)]) l;
  return query
  with able as (
    -- The starts for which somebody can begin the item at its distance.
    select
      u.state, u.item, u.person, u.grid_origins,
      generate_series(
        width_bucket(lower(u.during) - u.after - interval '1 microsecond', p_starts) + 1,
        width_bucket(upper(u.during) - u.after, p_starts)
      ) as n
    from (
      select
        k.state, w.item, w.person, w.grid_origins, k.after, unnest(w.starts) as during
      from (
        select
          s.state, s.state / 100000 as item, make_interval(mins => s.state % 100000) as after
        from unnest(p_search.states) s (state)
        offset 0
      ) k
      join unnest(p_ways) w on w.item = k.item
    ) u
  ),
  free as (
    select
      a.state, a.n,
      bit_or(set_bit(
        v_nobody, v_ranks[(v_dates[a.n] - v_first_date) * v_size + a.person] - 1, 1)) as free
    from able a
    where p_grid is null or a.item > 1
      or p_starts[a.n] = date_bin(
        p_grid, p_starts[a.n], a.grid_origins[width_bucket(p_starts[a.n], a.grid_origins)])
    group by a.state, a.n
  )
  select p_starts[c.n], c.chosen
  from (
    select f.n, case
      -- The same as choose_staff, if somebody can perform all items.
      when v_is_plain and count(*) = v_items and bit_and(f.free) <> v_nobody then array_fill(
        v_people[(v_dates[f.n] - v_first_date) * v_size + position(B'1' in bit_and(f.free))],
        array[v_items])
      else schnittwerk_core.choose_staff(
        v_parts, array_agg(f.state order by f.state),
        array_agg(f.free order by f.state)::varbit[], v_minutes,
        v_people[
          (v_dates[f.n] - v_first_date) * v_size + 1
          : (v_dates[f.n] - v_first_date + 1) * v_size],
        p_search.joint_needs, p_starts[f.n])
    end as chosen
    from free f
    group by f.n
    -- offset 0 chooses once, not again for the condition.
    offset 0
  ) c
  where c.chosen is not null
  order by c.n;
end
$$;

comment on function schnittwerk_core.visit_choices(schnittwerk_core.visit_search, schnittwerk_core.visit_way[], timestamptz[], text, interval) is
  'Who performs the items of a visit at each of p_starts, which are ascending: places in the staff_ids of p_search, by choose_staff. p_grid: the step of the grid on which the first item must begin for its member of staff; null allows any start.';

revoke execute on function schnittwerk_core.visit_choices from public;
-- end include

-- include: sql/booking/history_json.sql
create function schnittwerk_core.history_json(p_entry schnittwerk_core.appointment_history)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_entry) - array['salon_id', 'appointment_id'] || jsonb_build_object(
  'from_starts_at', schnittwerk_core.utc_text((p_entry).from_starts_at),
  'to_starts_at', schnittwerk_core.utc_text((p_entry).to_starts_at),
  'created_at', schnittwerk_core.utc_text((p_entry).created_at)
);

comment on function schnittwerk_core.history_json(schnittwerk_core.appointment_history) is
  'An entry of an appointment''s history, times in UTC.';

revoke execute on function schnittwerk_core.history_json from public;
-- end include

-- include: sql/booking/last_live_end.sql
create function schnittwerk_core.last_live_end(p_salon_id uuid, p_staff_ids uuid[])
returns timestamptz
language sql
stable
return (
  select max(a.ends_at)
  from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.status in ('pending', 'confirmed')
    and a.starts_at > schnittwerk_core.clock()
    and (p_staff_ids is null or a.staff_id = any (p_staff_ids))
);

comment on function schnittwerk_core.last_live_end(uuid, uuid[]) is
  'The end of the last future appointment of the given staff (null = all) that is pending or confirmed.';

revoke execute on function schnittwerk_core.last_live_end from public;
-- end include

-- include: sql/booking/hindrances.sql
create function schnittwerk_core.hindrances(
  p_open_time schnittwerk_core.open_time, p_service_id uuid, p_during tstzrange
)
returns text[]
language sql
immutable
parallel safe
return array_remove(array[
  case when not p_service_id = any ((p_open_time).service_ids) then 'service_not_offered' end,
  case when (p_open_time).closed && p_during then 'holiday' end,
  case when not (p_open_time).opening @> p_during then 'outside_business_hours' end,
  case when not (p_open_time).working @> p_during then 'staff_unavailable' end
], null);

comment on function schnittwerk_core.hindrances(schnittwerk_core.open_time, uuid, tstzrange) is
  'The codes of the rules that prevent an appointment in the open time of its staff, in the order of the rules. None if the open time is null.';

revoke execute on function schnittwerk_core.hindrances from public;
-- end include

-- include: sql/booking/affected_appointments.sql
create function schnittwerk_core.affected_appointments(
  p_salon_id uuid,
  p_open_time schnittwerk_core.open_time[],
  p_before schnittwerk_core.open_time[] default '{}'
)
returns table (appointment schnittwerk_core.appointments, cause text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  select a, c.cause
  from unnest(p_open_time) n
  join schnittwerk_core.appointments a
    on a.salon_id = p_salon_id and a.staff_id = n.staff_id
    and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  left join unnest(p_before) b on b.staff_id = n.staff_id
  cross join lateral (select tstzrange(a.starts_at, a.ends_at) as during) d
  cross join lateral (
    select h.cause
    from unnest(schnittwerk_core.hindrances(n, a.service_id, d.during))
      with ordinality h (cause, n)
    where not h.cause = any (schnittwerk_core.hindrances(b, a.service_id, d.during))
    order by h.n
    limit 1
  ) c;
end
$$;

comment on function schnittwerk_core.affected_appointments(uuid, schnittwerk_core.open_time[], schnittwerk_core.open_time[]) is
  'The future pending and confirmed appointments that cannot take place in p_open_time, each with the first cause that did not exist in p_before.';

revoke execute on function schnittwerk_core.affected_appointments from public;
-- end include

-- include: sql/booking/affected_json.sql
create function schnittwerk_core.affected_json(
  p_appointment schnittwerk_core.appointments, p_cause text
)
returns jsonb
language sql
stable
return (
  select schnittwerk_core.appointment_json(p_appointment) || jsonb_build_object(
    'customer_name', c.full_name, 'customer_phone', c.phone, 'staff_name', m.full_name,
    'service_name', v.name, 'cause', p_cause)
  from schnittwerk_core.customers c
  join schnittwerk_core.staff m
    on m.salon_id = c.salon_id and m.id = (p_appointment).staff_id
  join schnittwerk_core.services v
    on v.salon_id = c.salon_id and v.id = (p_appointment).service_id
  where c.salon_id = (p_appointment).salon_id and c.id = (p_appointment).customer_id
);

comment on function schnittwerk_core.affected_json(schnittwerk_core.appointments, text) is
  'An affected appointment with customer_name, customer_phone, staff_name, service_name and cause.';

revoke execute on function schnittwerk_core.affected_json from public;
-- end include

-- include: sql/booking/lost_unit_claims.sql
create function schnittwerk_core.lost_unit_claims(p_salon_id uuid, p_unit_id uuid default null)
returns table (appointment_id uuid, unit_id uuid, during tstzrange)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  select a.id, u.id, o.during
  from (
    select
      u.id, u.pool, u.is_active,
      schnittwerk_core.closed_unit_time(p_salon_id, u.id, schnittwerk_core.clock(), (
        select max(o.ends_at)
        from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = u.id
      )) as closed
    from schnittwerk_core.unit u
    where u.salon_id = p_salon_id and (p_unit_id is null or u.id = p_unit_id)
    offset 0
  ) u
  join schnittwerk_core.occupancy o
    on o.salon_id = p_salon_id and o.resource_id = u.id and o.ends_at > schnittwerk_core.clock()
  join schnittwerk_core.appointments a
    on a.salon_id = p_salon_id and a.id = o.claim_id
    and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  where not u.is_active or u.closed && o.during or exists (
    select from unnest(a.units) x where x.resource_id = u.id and x.pool <> u.pool
  );
end
$$;

comment on function schnittwerk_core.lost_unit_claims(uuid, uuid) is
  'The claims of future pending and confirmed appointments on a unit that they can no longer use: it is inactive, closed, or in another pool than they need. p_unit_id: null means any unit.';

revoke execute on function schnittwerk_core.lost_unit_claims from public;
-- end include

-- include: sql/booking/begin_unit_change.sql
create function schnittwerk_core.claims_on_unit(p_salon_id uuid, p_unit_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select distinct o.claim_id
    from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_unit_id
      and o.ends_at > schnittwerk_core.clock()
  );
end
$$;

comment on function schnittwerk_core.claims_on_unit(uuid, uuid) is
  'The claims on a unit that have not ended, by their ids: appointments, holds and waitlist entries.';

revoke execute on function schnittwerk_core.claims_on_unit from public;

create function schnittwerk_core.begin_unit_change(p_salon_id uuid, p_unit_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_claim_ids uuid[];
begin
  for v_attempt in 1 .. 3 loop
    begin
      v_claim_ids := schnittwerk_core.claims_on_unit(p_salon_id, p_unit_id);
      perform from schnittwerk_core.appointments a
      where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
      order by a.id
      for no key update;
      perform schnittwerk_core.lock_resources(p_salon_id, array(
        select m.id from schnittwerk_core.staff m where m.salon_id = p_salon_id
        union all
        select mate.id
        from schnittwerk_core.unit u
        join schnittwerk_core.unit mate on mate.salon_id = u.salon_id and mate.pool = u.pool
        where u.salon_id = p_salon_id and u.id = p_unit_id
      ));
      -- Somebody may have booked the unit in the meantime. A call that holds resources never waits
      -- for an appointment: if one is locked, this attempt gives up its locks.
      v_claim_ids := schnittwerk_core.claims_on_unit(p_salon_id, p_unit_id);
      if (
        select count(*)
        from schnittwerk_core.appointments a
        where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
      ) = (
        select count(*)
        from (
          select
          from schnittwerk_core.appointments a
          where a.salon_id = p_salon_id and a.id = any (v_claim_ids)
          for no key update skip locked
        ) locked
      ) then
        return;
      end if;
      raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access due to concurrent changes',
        hint = 'Repeat the whole call.';
    exception when serialization_failure then
      if v_attempt = 3 then
        raise;
      end if;
    end;
  end loop;
end
$$;

comment on function schnittwerk_core.begin_unit_change(uuid, uuid) is
  'Begins a change of a unit, which end_unit_change ends. Locks the future appointments that use the unit, then the time of all staff and of the unit''s pool. So a simultaneous booking is either moved or judged after the change.';

revoke execute on function schnittwerk_core.begin_unit_change from public;
-- end include

-- include: sql/booking/move_to_free_units.sql
create function schnittwerk_core.move_to_free_units(p_salon_id uuid, p_unit_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved jsonb;
begin
  -- Claims on one unit never overlap, so no two of them compete for another one.
  with moved as (
    update schnittwerk_core.appointments a
    set units = n.units
    from (
      select l.appointment_id, array_agg(l.during) as claims
      from schnittwerk_core.lost_unit_claims(p_salon_id, p_unit_id) l
      group by l.appointment_id
    ) l
    join schnittwerk_core.appointments b on b.salon_id = p_salon_id and b.id = l.appointment_id
    cross join lateral (
      select array_agg(
        case when i.is_lost then (schnittwerk_core.choose_units(
          p_salon_id, array[row(x.pool, 1, x.from_minute, x.to_minute)::schnittwerk_core.need],
          b.starts_at, b.ends_at, b.buffer_before_minutes, b.buffer_after_minutes,
          p_excluded_ids => array[p_unit_id]
        ))[1]
        else row(x.pool, x.resource_id, x.from_minute, x.to_minute)::schnittwerk_core.unit_use end
        order by x.n
      ) as units
      from unnest(b.units) with ordinality x (pool, resource_id, from_minute, to_minute, n)
      cross join lateral (
        select x.resource_id = p_unit_id and schnittwerk_core.unit_claim(
          b.starts_at, b.ends_at, b.buffer_before_minutes, b.buffer_after_minutes,
          x.from_minute, x.to_minute) = any (l.claims) as is_lost
      ) i
    ) n
    where a.salon_id = p_salon_id and a.id = b.id
      and not exists (select from unnest(n.units) u where u.resource_id is null)
    returning a.id, a.starts_at, a.units
  )
  select coalesce(
    jsonb_agg(jsonb_build_object('id', m.id, 'units', m.units) order by m.starts_at, m.id), '[]')
  into v_moved
  from moved m;
  return v_moved;
end
$$;

comment on function schnittwerk_core.move_to_free_units(uuid, uuid) is
  'Moves the appointments that can no longer use a unit (lost_unit_claims) to free units of the pool that they need, if there are any. Returns their ids and units in order: [{"id", "units"}]. The caller has begun the change of the unit.';

revoke execute on function schnittwerk_core.move_to_free_units from public;
-- end include

-- include: sql/booking/lock_staff.sql
create function schnittwerk_core.lock_staff(p_salon_id uuid, p_staff_ids uuid[] default null)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_staff_ids is null then
    -- So that changes of the salon's hours wait for each other even if it has no staff yet.
    perform from schnittwerk_core.salon s where s.id = p_salon_id for no key update;
  end if;
  perform schnittwerk_core.lock_resources(p_salon_id, coalesce(
    p_staff_ids, array(select m.id from schnittwerk_core.staff m where m.salon_id = p_salon_id)
  ));
end
$$;

comment on function schnittwerk_core.lock_staff(uuid, uuid[]) is
  'Locks the time of the given staff; null = the salon''s hours and the time of all staff.';

revoke execute on function schnittwerk_core.lock_staff from public;
-- end include

-- include: sql/booking/begin_open_time_change.sql
create type schnittwerk_core.open_time_change as (
  salon_id uuid,
  staff_ids uuid[],
  horizon timestamptz,
  until timestamptz,
  before schnittwerk_core.open_time[]
);

comment on type schnittwerk_core.open_time_change is
  'A change of open time that has begun: the staff (null = all), the last start that can be booked, the instant up to which open time is compared, and the open time before the change.';

create function schnittwerk_core.begin_open_time_change(
  p_salon_id uuid,
  p_staff_ids uuid[] default null,
  p_offsets schnittwerk_core.zone_offset[] default null
)
returns schnittwerk_core.open_time_change
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_change schnittwerk_core.open_time_change;
  v_last_end timestamptz;
  v_versions text[];
  v_known_versions text[];
begin
  v_change.salon_id := p_salon_id;
  v_change.staff_ids := p_staff_ids;
  -- Computed without locks, so that bookings go on. Computed again under the locks if somebody
  -- changed it in the meantime.
  loop
    v_last_end := schnittwerk_core.last_live_end(p_salon_id, p_staff_ids);
    v_versions := array(
      select r.changed_in::text
      from schnittwerk_core.resource r
      where r.salon_id = p_salon_id and (p_staff_ids is null or r.id = any (p_staff_ids))
      order by r.id
    ) || v_last_end::text;
    exit when v_versions = v_known_versions;
    v_known_versions := v_versions;
    v_change.horizon := (
      select schnittwerk_core.latest_start(
        schnittwerk_core.clock(),
        schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies))
      from schnittwerk_core.salon s
      join schnittwerk_core.salon_state z on z.salon_id = s.id
      where s.id = p_salon_id
    );
    v_change.until := greatest(v_last_end, v_change.horizon);
    v_change.before := schnittwerk_core.open_time_of(
      p_salon_id, p_staff_ids, v_change.until, p_offsets);
    perform schnittwerk_core.lock_staff(p_salon_id, p_staff_ids);
  end loop;
  return v_change;
end
$$;

comment on function schnittwerk_core.begin_open_time_change(uuid, uuid[], schnittwerk_core.zone_offset[]) is
  'Begins a change of open time, which end_open_time_change ends. Computes the open time before the change and locks the staff (null = all). So a simultaneous booking is either reported by the change or judged after it. p_offsets: the time zone''s rules before the change, if the rules change.';

revoke execute on function schnittwerk_core.begin_open_time_change from public;
-- end include

commit;
