-- Deploy schnittwerk:foundation to pg

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/foundation/schemas.sql
-- A schema that is there already (Supabase has extensions) is used as it is.
create schema if not exists extensions;
create schema schnittwerk;
create schema schnittwerk_core;

comment on schema schnittwerk is
  'The appointment book''s API: functions only, the one schema to expose to clients.';
comment on schema schnittwerk_core is
  'The appointment book''s tables and engine: never exposed, no grants on tables.';

revoke all on schema schnittwerk_core from public;
-- end include

-- include: sql/foundation/extensions.sql
-- Trusted since PostgreSQL 13: an owner of the database may create it without superuser rights.
create extension if not exists btree_gist with schema extensions;
-- end include

-- include: sql/foundation/roles.sql
-- Roles belong to the cluster: another database may have made them, and no revert drops them.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'schnittwerk_anon', 'schnittwerk_user', 'schnittwerk_service', 'schnittwerk_gateway'
  ] loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null; -- made by another database's migration at this moment
      end;
    end if;
  end loop;
end
$$;

grant usage on schema schnittwerk to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/foundation/new_id.sql
create function schnittwerk_core.new_id()
returns uuid
language sql
volatile
parallel safe
return encode(
  -- a random uuid is of version 4: two bits more make it 7
  set_bit(set_bit(
    overlay(
      uuid_send(gen_random_uuid())
      placing substring(
        int8send((1000 * extract(epoch from clock_timestamp()))::bigint) from 3)
      from 1
    ), 52, 1), 53, 1),
  'hex')::uuid;

comment on function schnittwerk_core.new_id() is
  'A new uuid of version 7 (RFC 9562): the milliseconds of the wall clock since 1970, then random bits. Rows that come after one another lie side by side in their indexes, of which a large table''s many are then neither read nor logged anew for every row.';

revoke execute on function schnittwerk_core.new_id from public;
-- end include

-- include: sql/foundation/clock.sql
create function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
return statement_timestamp();

comment on function schnittwerk_core.clock() is
  'The book''s only source of "now": the start of the client''s statement. Tests replace it inside their transaction.';

revoke execute on function schnittwerk_core.clock from public;
-- end include

-- include: sql/foundation/utc_text.sql
create function schnittwerk_core.utc_text(p_instant timestamptz)
returns text
language sql
stable
parallel safe
return to_char(
  p_instant at time zone 'UTC',
  case when date_trunc('second', p_instant at time zone 'UTC') = p_instant at time zone 'UTC'
    then 'YYYY-MM-DD"T"HH24:MI:SS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end
);

comment on function schnittwerk_core.utc_text(timestamptz) is
  'An instant as ISO 8601 text in UTC with Z, whatever the session''s time zone.';

revoke execute on function schnittwerk_core.utc_text from public;
-- end include

-- include: sql/foundation/error_code.sql
create table schnittwerk_core.error_code (
  code text not null,
  http_status int not null,
  rank int not null,
  title text not null,
  details text,
  remedy text,
  is_rule boolean not null,
  is_waivable boolean not null default false,
  constraint error_code_pkey primary key (code),
  constraint error_code_rank_is_unique unique (rank),
  constraint error_code_http_status_is_an_error check (http_status between 400 and 599),
  constraint error_code_only_rules_are_waivable check (is_rule or not is_waivable)
);

alter table schnittwerk_core.error_code enable row level security;

comment on table schnittwerk_core.error_code is
  'Every code that a refusal can carry: the one registry of status, order and wording.';
comment on column schnittwerk_core.error_code.code is 'What clients match on.';
comment on column schnittwerk_core.error_code.http_status is 'HTTP status under PostgREST.';
comment on column schnittwerk_core.error_code.rank is
  'Order of the checks: of several failing rules the lowest rank is the answer''s code.';
comment on column schnittwerk_core.error_code.title is 'The answer''s "error", unless the operation has its own.';
comment on column schnittwerk_core.error_code.details is 'The answer''s "details", a format() template.';
comment on column schnittwerk_core.error_code.remedy is 'What the caller can do about it.';
comment on column schnittwerk_core.error_code.is_rule is
  'Whether it is a booking rule: stored under the idempotency key and replayed.';
comment on column schnittwerk_core.error_code.is_waivable is
  'Whether the salon''s people may pass it with an override reason.';

insert into schnittwerk_core.error_code
  (code, http_status, rank, title, details, remedy, is_rule, is_waivable)
values
  ('not_authenticated', 401, 10, 'Authentication required', null,
   'Sign in, or call with a role that may do this.', false, false),
  ('salon_required', 400, 20, 'Salon required', 'There is more than one salon',
   'Pass p_salon_id; list_salons() shows the salons.', false, false),
  ('forbidden', 403, 30, 'Not allowed', null,
   'Ask an administrator of the salon for a role that may do this.', false, false),
  ('invalid_input', 400, 40, 'Validation failed', null,
   'Correct the arguments named in the details.', false, false),
  ('idempotency_key_reused', 422, 50, 'Idempotency key reused',
   'The key was used with other arguments', 'Use a new key for a new request.', false, false),
  ('request_in_flight', 409, 60, 'Request in flight',
   'Another request with this key is still running', 'Retry with the same key.', false, false),
  ('rate_limited', 429, 70, 'Too many requests', 'Too many requests within a minute',
   'Wait for retry_after_seconds, then repeat with the same key.', false, false),
  ('not_found', 404, 80, 'Not found', null, 'Check the id; the list_ functions show what there is.', false, false),
  ('wrong_status', 400, 110, 'Status change failed',
   'The status does not allow it', 'get_appointment and list_waitlist show the status.', true, false),
  ('cancellation_deadline_passed', 400, 120, 'Booking cancellation failed',
   'Appointment must be cancelled at least %s hours in advance', 'Ask the salon.', true, true),
  ('reschedule_deadline_passed', 400, 130, 'Booking reschedule failed',
   'Appointment must be rescheduled at least %s hours in advance', 'Ask the salon.', true, true),
  ('reschedule_limit_reached', 400, 140, 'Booking reschedule failed',
   'Appointment cannot be rescheduled more than %s times', 'Ask the salon.', true, true),
  ('booking_limit_reached', 400, 150, 'Booking creation failed',
   'Customer cannot have more than %s', 'Cancel another appointment, or ask the salon.', true, true),
  ('offer_expired', 409, 160, 'Waitlist offer failed',
   'There is no open offer', 'list_waitlist shows the open offers.', true, false),
  ('already_exists', 409, 170, 'Already there',
   'There is one already', 'Change the one that is there.', true, false),
  ('service_not_offered', 400, 210, 'Booking creation failed',
   'This service is not offered by this member of staff', 'list_staff(p_service_id) shows who performs it.', true, false),
  ('invalid_times', 400, 220, 'Booking creation failed',
   'End time must be after start time', null, true, false),
  ('duration_mismatch', 400, 230, 'Booking creation failed',
   'The service takes %s minutes', 'Leave out the end, or send the one that find_slots gives.', true, false),
  ('price_mismatch', 409, 240, 'Booking creation failed',
   'The price is %s', 'Show the customer the current price and book again with it.', true, false),
  ('notice_too_short', 400, 250, 'Booking creation failed',
   'Appointment must be booked at least %s hours in advance', 'Choose a later time.', true, true),
  ('too_far_ahead', 400, 260, 'Booking creation failed',
   'Appointment cannot be booked more than %s days in advance', 'Choose an earlier time.', true, true),
  ('holiday', 400, 270, 'Booking creation failed',
   'Appointments cannot be booked on holidays or blackout dates', 'Choose another date.', true, true),
  ('business_closed', 400, 280, 'Booking creation failed',
   'Business is closed on this day', 'Choose another date.', true, true),
  ('outside_business_hours', 400, 290, 'Booking creation failed',
   'Appointment time is outside business hours (%s)', 'Choose a time within the hours.', true, true),
  ('off_grid', 400, 300, 'Booking creation failed',
   'Appointments start every %s minutes from opening', 'Choose a start that find_slots lists.', true, false),
  ('staff_unavailable', 400, 310, 'Booking creation failed',
   'The member of staff is not available at this time', 'Choose another time or another member of staff.', true, true),
  ('slot_conflict', 409, 320, 'Booking creation failed',
   'Time slot conflicts with another appointment', 'Choose another start that find_slots lists.', true, false);
-- end include

-- include: sql/foundation/refuse.sql
create function schnittwerk_core.refuse(p_code text, p_details text default null)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error schnittwerk_core.error_code;
begin
  select e.* into strict v_error from schnittwerk_core.error_code e where e.code = p_code;
  raise exception using
    errcode = 'PT' || v_error.http_status,
    message = p_code,
    detail = coalesce(p_details, v_error.details, v_error.title),
    hint = coalesce(v_error.remedy, '');
end
$$;

comment on function schnittwerk_core.refuse(text, text) is
  'Raises a refusal: SQLSTATE PT + HTTP status, the code as message, details as DETAIL, the remedy as HINT. Reads let it through; writes turn it into the failure envelope.';

revoke execute on function schnittwerk_core.refuse from public;
-- end include

-- include: sql/foundation/fault.sql
create function schnittwerk_core.fault(p_path text, p_is_bad boolean, p_code text, p_message text)
returns jsonb
language sql
stable
parallel safe
return case when coalesce(p_is_bad, true) then jsonb_build_object(
  'path', jsonb_build_array(p_path), 'code', p_code, 'message', p_message
) end;

comment on function schnittwerk_core.fault(text, boolean, text, text) is
  'One fault of an argument as {"path", "code", "message"}, or null when p_is_bad is false.';

revoke execute on function schnittwerk_core.fault from public;
-- end include

-- include: sql/foundation/text_fault.sql
create function schnittwerk_core.text_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_value is null and not p_is_required then null
  when p_value is null or btrim(p_value) = ''
    then schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not be empty')
  when length(p_value) > p_longest
    then schnittwerk_core.fault(
      p_path, true, 'too_long', format('%s must have at most %s characters', p_path, p_longest))
  when p_value ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]'
    then schnittwerk_core.fault(
      p_path, true, 'control_character', p_path || ' must not contain control characters')
end;

comment on function schnittwerk_core.text_fault(text, text, int, boolean) is
  'The fault of a text argument: missing, longer than p_longest characters, or with control characters (C0, delete, C1) other than tab and newline.';

revoke execute on function schnittwerk_core.text_fault from public;
-- end include

-- include: sql/foundation/line.sql
create function schnittwerk_core.line(p_text text)
returns text
language sql
immutable
parallel safe
return btrim(
  normalize(p_text, nfc),
  E'\t\n\x0b\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
  || E'\u2028\u2029\u202f\u205f\u3000'
);

comment on function schnittwerk_core.line(text) is
  'A name or an address as it is stored: composed (NFC), without white space (all that Unicode has) at either end.';

revoke execute on function schnittwerk_core.line from public;
-- end include

-- include: sql/foundation/is_line.sql
create function schnittwerk_core.is_line(p_text text, p_longest int default 200)
returns boolean
language sql
immutable
parallel safe
return p_text <> '' and length(p_text) <= p_longest and p_text = schnittwerk_core.line(p_text)
  and p_text !~ '[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]';

comment on function schnittwerk_core.is_line(text, int) is
  'Whether a text can be stored as a name: 1 to p_longest characters as line() leaves them, without control characters, line breaks and bidirectional controls, which would let it pass for more than one line or for another one.';

revoke execute on function schnittwerk_core.is_line from public;
-- end include

-- include: sql/foundation/line_fault.sql
create function schnittwerk_core.line_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, p_longest, p_is_required),
  schnittwerk_core.fault(
    p_path,
    p_value is not null
      and not schnittwerk_core.is_line(schnittwerk_core.line(p_value), p_longest),
    'control_character',
    p_path || ' must be one line, without control characters of any kind')
);

comment on function schnittwerk_core.line_fault(text, text, int, boolean) is
  'The fault of a text that is shown on one line, such as a name: as text_fault, and not fit for is_line even after line() has composed and trimmed it.';

revoke execute on function schnittwerk_core.line_fault from public;
-- end include

-- include: sql/foundation/is_email.sql
create function schnittwerk_core.is_email(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 254 and strpos(p_text, '@') <= 65 and p_text ~ (
  '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
  || '@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$'
);

comment on function schnittwerk_core.is_email(text) is
  'Whether a text is an e-mail address that messages can be sent to: a local part of 1 to 64 characters, a domain of at least two labels, at most 254 characters in all.';

revoke execute on function schnittwerk_core.is_email from public;
-- end include

-- include: sql/foundation/email_fault.sql
create function schnittwerk_core.email_fault(
  p_path text, p_value text, p_is_required boolean default false
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, 254, p_is_required),
  schnittwerk_core.fault(
    p_path, p_value is not null and not schnittwerk_core.is_email(p_value), 'invalid_email',
    p_path || ' must be an e-mail address such as name@example.com')
);

comment on function schnittwerk_core.email_fault(text, text, boolean) is
  'The fault of an e-mail address: missing, or not fit for is_email.';

revoke execute on function schnittwerk_core.email_fault from public;
-- end include

-- include: sql/foundation/is_phone.sql
create function schnittwerk_core.is_phone(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 50 and p_text ~ '^\+?([ ()./-]*[0-9]){5,20}[ ()./-]*$';

comment on function schnittwerk_core.is_phone(text) is
  'Whether a text is a telephone number: 5 to 20 digits, between them spaces and ( ) - . /, a + only in front, at most 50 characters in all.';

revoke execute on function schnittwerk_core.is_phone from public;
-- end include

-- include: sql/foundation/phone_fault.sql
create function schnittwerk_core.phone_fault(p_path text, p_value text)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, 50, false),
  schnittwerk_core.fault(
    p_path, p_value is not null and not schnittwerk_core.is_phone(p_value), 'invalid_phone',
    p_path || ' must have 5 to 20 digits, and beside them only spaces, ( ) - . / and a + in front')
);

comment on function schnittwerk_core.phone_fault(text, text) is
  'The fault of a telephone number that is not fit for is_phone; null passes.';

revoke execute on function schnittwerk_core.phone_fault from public;
-- end include

-- include: sql/foundation/sort_key.sql
create function schnittwerk_core.sort_key(p_text text)
returns text
language sql
immutable
parallel safe
return lower(regexp_replace(
  normalize(p_text, nfd),
  '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
));

comment on function schnittwerk_core.sort_key(text) is
  'What lists are ordered by and searched for: a name without accents and other combining marks, in lower case. The name itself decides between equals.';

revoke execute on function schnittwerk_core.sort_key from public;
-- end include

-- include: sql/foundation/number_fault.sql
create function schnittwerk_core.number_fault(
  p_path text, p_value numeric, p_least numeric, p_most numeric, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_value is null and not p_is_required then null
  when p_value is null then schnittwerk_core.fault(p_path, true, 'required', p_path || ' is required')
  when p_value not between p_least and p_most
    then schnittwerk_core.fault(
      p_path, true, 'out_of_range', format('%s must be from %s to %s', p_path, p_least, p_most))
end;

comment on function schnittwerk_core.number_fault(text, numeric, numeric, numeric, boolean) is
  'The fault of a numeric argument: missing, or outside p_least to p_most (both allowed; NaN is outside).';

revoke execute on function schnittwerk_core.number_fault from public;
-- end include

-- include: sql/foundation/time_text.sql
create function schnittwerk_core.time_text(p_time time)
returns text
language sql
immutable
parallel safe
return to_char(p_time::interval, 'HH24:MI');

comment on function schnittwerk_core.time_text(time) is
  'A local time of day as HH:MM, up to 24:00.';

revoke execute on function schnittwerk_core.time_text from public;
-- end include

-- include: sql/foundation/required_fault.sql
create function schnittwerk_core.required_fault(p_path text, p_is_missing boolean)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(p_path, p_is_missing, 'required', p_path || ' is required');

comment on function schnittwerk_core.required_fault(text, boolean) is
  'The fault of an argument that is missing.';

revoke execute on function schnittwerk_core.required_fault from public;
-- end include

-- include: sql/foundation/array_fault.sql
create function schnittwerk_core.array_fault(p_path text, p_array anyarray, p_most int)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when cardinality(p_array) > p_most
      then schnittwerk_core.fault(
        p_path, true, 'too_many', format('%s must have at most %s items', p_path, p_most))
    when array_ndims(p_array) > 1
      then schnittwerk_core.fault(
        p_path, true, 'not_a_list', p_path || ' must be a list, not a table')
    when array_position(p_array, null) is not null
      then schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not hold null')
  end;
end
$$;

comment on function schnittwerk_core.array_fault(text, anyarray, int) is
  'The fault of an array: more than p_most items, more than one dimension, or nulls; null of none.';

revoke execute on function schnittwerk_core.array_fault from public;
-- end include

-- include: sql/foundation/clear_fault.sql
create function schnittwerk_core.clear_fault(p_clear text[], p_id uuid, p_clearable jsonb)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.array_fault('p_clear', p_clear, 100),
  (
    select schnittwerk_core.fault('p_clear', true, 'unknown_parameter', format(
      'p_clear cannot empty "%s"; it may name %s', left(min(c.name), 100), coalesce(
        (select string_agg(k.name, ', ') from jsonb_object_keys(p_clearable) k (name)),
        'nothing'
      )
    ))
    from unnest(p_clear) c (name)
    where not p_clearable ? c.name
    having count(*) > 0
  ),
  (
    select schnittwerk_core.fault('p_clear', true, 'given_too', format(
      'p_clear names %s, which has a value in this call too: leave one of the two out', min(c.name)
    ))
    from unnest(p_clear) c (name)
    where p_clearable -> c.name <> 'null'
    having count(*) > 0
  ),
  case when cardinality(p_clear) > 0 then schnittwerk_core.fault(
    'p_clear', p_id is null, 'without_id',
    'p_clear empties what is saved already: pass p_id, or leave p_clear out'
  ) end
);

comment on function schnittwerk_core.clear_fault(text[], uuid, jsonb) is
  'The fault of p_clear, which names the parameters that a change of the thing with p_id empties. p_clearable: those that may be emptied, each with the value given for it.';

revoke execute on function schnittwerk_core.clear_fault from public;
-- end include

-- include: sql/foundation/price_fault.sql
create function schnittwerk_core.price_fault(
  p_path text, p_value numeric, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.number_fault(p_path, p_value, 0, 99999999.99, p_is_required),
  schnittwerk_core.fault(
    p_path, p_value is not null and p_value <> round(p_value, 2),
    'too_precise', p_path || ' must have at most two decimals')
);

comment on function schnittwerk_core.price_fault(text, numeric, boolean) is
  'The fault of an amount of money: missing, negative, too large, or finer than two decimals.';

revoke execute on function schnittwerk_core.price_fault from public;
-- end include

-- include: sql/foundation/date_fault.sql
create function schnittwerk_core.date_fault(
  p_path text, p_value date, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_value is null and not p_is_required then null
  when p_value is null then schnittwerk_core.required_fault(p_path, true)
  when p_value not between '1900-01-01' and '2999-12-31'
    then schnittwerk_core.fault(
      p_path, true, 'out_of_range', p_path || ' must be from 1900-01-01 to 2999-12-31')
end;

comment on function schnittwerk_core.date_fault(text, date, boolean) is
  'The fault of a date: missing, or not from 1900 to 2999 (infinity is not).';

revoke execute on function schnittwerk_core.date_fault from public;
-- end include

-- include: sql/foundation/date_range_faults.sql
create function schnittwerk_core.date_range_faults(p_from date, p_to date, p_most_days int)
returns jsonb[]
language sql
stable
parallel safe
return array[
  schnittwerk_core.date_fault('p_from', p_from),
  coalesce(
    schnittwerk_core.date_fault('p_to', p_to),
    schnittwerk_core.fault(
      'p_to',
      -- an infinite date cannot be subtracted
      case when isfinite(p_from) and isfinite(p_to)
        then p_to - p_from not between 0 and p_most_days - 1 else false end,
      'out_of_range', format('p_to must be p_from or later: at most %s days a call', p_most_days))
  )
];

comment on function schnittwerk_core.date_range_faults(date, date, int) is
  'The faults of the arguments p_from and p_to: dates, in order, at most p_most_days with both counted.';

revoke execute on function schnittwerk_core.date_range_faults from public;
-- end include

-- include: sql/foundation/instant_fault.sql
create function schnittwerk_core.instant_fault(
  p_path text, p_instant timestamptz, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_instant is null and not p_is_required then null
  when p_instant is null then schnittwerk_core.required_fault(p_path, true)
  when p_instant not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00'
    then schnittwerk_core.fault(p_path, true, 'out_of_range', p_path || ' must be from 1900 to 2999')
  when date_trunc('minute', p_instant at time zone 'UTC') <> p_instant at time zone 'UTC'
    then schnittwerk_core.fault(p_path, true, 'not_a_whole_minute', p_path || ' must be a whole minute')
end;

comment on function schnittwerk_core.instant_fault(text, timestamptz, boolean) is
  'The fault of an appointment''s start or end: missing, out of range, or not a whole minute.';

revoke execute on function schnittwerk_core.instant_fault from public;
-- end include

-- include: sql/foundation/instant_range_faults.sql
create function schnittwerk_core.instant_range_faults(
  p_from timestamptz, p_to timestamptz, p_most_days int
)
returns jsonb[]
language sql
stable
parallel safe
return array(
  select coalesce(
    schnittwerk_core.required_fault(i.path, i.value is null),
    schnittwerk_core.fault(
      i.path, i.value not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00',
      'out_of_range', i.path || ' must be from 1900 to 2999'),
    schnittwerk_core.fault(
      i.path,
      coalesce(
        i.path = 'p_to'
        -- what is far out cannot be added to
        and p_from between '1900-01-01 00:00+00' and '3000-01-01 00:00+00'
        and (p_to <= p_from or p_to > p_from + make_interval(hours => 24 * p_most_days)),
        false
      ),
      'out_of_range', format('p_to must be after p_from: at most %s days a call', p_most_days))
  )
  from (values ('p_from', p_from), ('p_to', p_to)) i (path, value)
);

comment on function schnittwerk_core.instant_range_faults(timestamptz, timestamptz, int) is
  'The faults of the arguments p_from and p_to where they are instants: in order, at most p_most_days apart.';

revoke execute on function schnittwerk_core.instant_range_faults from public;
-- end include

-- include: sql/foundation/horizon_fault.sql
create function schnittwerk_core.horizon_fault(
  p_path text, p_starts_at timestamptz, p_override_reason text
)
returns jsonb
language sql
stable
return schnittwerk_core.fault(
  p_path,
  coalesce(
    p_override_reason is not null
    and p_starts_at > schnittwerk_core.clock() + make_interval(hours => 24 * 730),
    false
  ),
  'out_of_range', p_path || ' must be at most 730 days ahead, with an override too');

comment on function schnittwerk_core.horizon_fault(text, timestamptz, text) is
  'The fault of a start that an override would put beyond what any policy allows: calendars reach as far as the last appointment, and one in a thousand years would have them built for all of these.';

revoke execute on function schnittwerk_core.horizon_fault from public;
-- end include

-- include: sql/foundation/local_time_fault.sql
create function schnittwerk_core.local_time_fault(p_path text, p_value time)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(
  p_path, p_value is not null and extract(second from p_value) <> 0,
  'not_a_whole_minute', p_path || ' must be a whole minute');

comment on function schnittwerk_core.local_time_fault(text, time) is
  'The fault of a local time of day that is not a whole minute.';

revoke execute on function schnittwerk_core.local_time_fault from public;
-- end include

-- include: sql/foundation/json_number.sql
create function schnittwerk_core.json_number(p_value jsonb)
returns numeric
language sql
immutable
parallel safe
return case when jsonb_typeof(p_value) = 'number' then (p_value #>> '{}')::numeric end;

comment on function schnittwerk_core.json_number(jsonb) is
  'The value of a JSON number; null for anything else.';

revoke execute on function schnittwerk_core.json_number from public;
-- end include

-- include: sql/foundation/json_time.sql
create function schnittwerk_core.json_time(p_value jsonb)
returns time
language sql
stable
parallel safe
return case
  when jsonb_typeof(p_value) = 'string'
    and p_value #>> '{}' ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
    then (p_value #>> '{}')::time
end;

comment on function schnittwerk_core.json_time(jsonb) is
  'The local time of a JSON string HH:MM, up to 24:00; null for anything else.';

revoke execute on function schnittwerk_core.json_time from public;
-- end include

-- include: sql/foundation/json_fault.sql
create function schnittwerk_core.is_date(p_text text)
returns boolean
language sql
stable
parallel safe
return case
  when p_text ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
    -- a day that the month does not have ends up in the next month
    then extract(month from make_date(substr(p_text, 1, 4)::int, substr(p_text, 6, 2)::int, 1)
      + substr(p_text, 9, 2)::int - 1) = substr(p_text, 6, 2)::int
  else false
end;

comment on function schnittwerk_core.is_date(text) is
  'Whether a text is YYYY-MM-DD and names a day of the calendar.';

revoke execute on function schnittwerk_core.is_date from public;

create function schnittwerk_core.json_fault(
  p_path text, p_value jsonb, p_type text, p_is_required boolean default false
)
returns jsonb
language sql
stable
parallel safe
return case
  when coalesce(jsonb_typeof(p_value), 'null') = 'null'
    then schnittwerk_core.required_fault(p_path, p_is_required)
  when p_type = 'array' and jsonb_typeof(p_value) = 'array'
    then schnittwerk_core.fault(
      p_path, jsonb_array_length(p_value) > 1000, 'too_many',
      p_path || ' must have at most 1000 items')
  else schnittwerk_core.fault(
    p_path,
    not coalesce(case p_type
      when 'integer' then jsonb_typeof(p_value) = 'number' and p_value::text !~ '\.'
      when 'time' then schnittwerk_core.json_time(p_value) is not null
      when 'date' then jsonb_typeof(p_value) = 'string'
        and schnittwerk_core.is_date(p_value #>> '{}')
      when 'uuid' then jsonb_typeof(p_value) = 'string'
        and p_value #>> '{}' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
      else jsonb_typeof(p_value) = p_type
    end, false),
    'invalid_type',
    format('%s must be %s, not %s', p_path, case p_type
      when 'integer' then 'a whole number'
      when 'time' then 'a local time as HH:MM, from 00:00 to 24:00'
      when 'date' then 'a date as YYYY-MM-DD'
      when 'uuid' then 'a uuid'
      when 'array' then 'a list'
      when 'object' then 'an object'
      else 'a ' || p_type
    end, left(p_value::text, 100))
  )
end;

comment on function schnittwerk_core.json_fault(text, jsonb, text, boolean) is
  'The fault of a JSON value: missing (null too), a list of more than 1000 items, or not of a type, which is string, number, boolean, array, object, integer, time, date or uuid.';

revoke execute on function schnittwerk_core.json_fault from public;
-- end include

-- include: sql/foundation/json_number_fault.sql
create function schnittwerk_core.json_number_fault(
  p_path text, p_value jsonb, p_least int, p_most int, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.json_fault(p_path, p_value, 'integer', p_is_required),
  schnittwerk_core.number_fault(
    p_path, schnittwerk_core.json_number(p_value), p_least, p_most, false)
);

comment on function schnittwerk_core.json_number_fault(text, jsonb, int, int, boolean) is
  'The fault of a whole number in JSON: missing, of another type, or outside p_least to p_most.';

revoke execute on function schnittwerk_core.json_number_fault from public;
-- end include

-- include: sql/foundation/object_faults.sql
create function schnittwerk_core.object_faults(p_path text, p_value jsonb, p_known_keys text[])
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.json_fault(p_path, p_value, 'object', true) || array(
  select schnittwerk_core.fault(
    p_path || '.' || left(k.key, 100), true, 'unknown_key',
    format('%s has no key "%s"; it may have %s',
      p_path, left(k.key, 100), array_to_string(p_known_keys, ', ')))
  from jsonb_object_keys(
    case when jsonb_typeof(p_value) = 'object' then p_value else '{}' end
  ) k (key)
  where not k.key = any (p_known_keys)
);

comment on function schnittwerk_core.object_faults(text, jsonb, text[]) is
  'The faults of a JSON object as such: missing, no object, or with keys that are not known.';

revoke execute on function schnittwerk_core.object_faults from public;
-- end include

-- include: sql/foundation/list_items.sql
create function schnittwerk_core.list_items(p_path text, p_list jsonb)
returns table (path text, value jsonb, n bigint)
language sql
stable
parallel safe
begin atomic
  select format('%s[%s]', p_path, i.n - 1), i.value, i.n
  from jsonb_array_elements(
    case when schnittwerk_core.json_fault(p_path, p_list, 'array', true) is null
      then p_list else '[]' end
  ) with ordinality i (value, n);
end;

comment on function schnittwerk_core.list_items(text, jsonb) is
  'The items of a JSON list with their paths, which count from 0, and their numbers; none of anything that json_fault takes for no list.';

revoke execute on function schnittwerk_core.list_items from public;
-- end include

-- include: sql/foundation/window_faults.sql
create function schnittwerk_core.window_faults(
  p_path text, p_window jsonb, p_other_keys text[] default '{}'
)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_window, '{start_time,end_time}' || p_other_keys)
  || case when jsonb_typeof(p_window) = 'object' then array[
    schnittwerk_core.json_fault(p_path || '.start_time', p_window -> 'start_time', 'time', true),
    coalesce(
      schnittwerk_core.json_fault(p_path || '.end_time', p_window -> 'end_time', 'time', true),
      schnittwerk_core.fault(
        p_path || '.end_time',
        coalesce(
          schnittwerk_core.json_time(p_window -> 'end_time')
            <= schnittwerk_core.json_time(p_window -> 'start_time'),
          false
        ),
        'not_after_start', p_path || '.end_time must be after its start_time')
    )
  ] end;

comment on function schnittwerk_core.window_faults(text, jsonb, text[]) is
  'The faults of a window of local time {"start_time", "end_time"}, which may have p_other_keys as well.';

revoke execute on function schnittwerk_core.window_faults from public;
-- end include

-- include: sql/foundation/require_valid.sql
create function schnittwerk_core.require_valid(variadic p_faults jsonb[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[];
  v_most constant int := 50;
begin
  if num_nonnulls(variadic p_faults) > 0 then
    v_faults := array_remove(p_faults, null);
    -- a short list can have many faults, each many times as long as its item
    if cardinality(v_faults) > v_most then
      v_faults := v_faults[:v_most - 1] || schnittwerk_core.fault(
        v_faults[v_most] #>> '{path,0}', true, 'more_faults',
        format('There are %s more faults, from here on', cardinality(v_faults) - v_most + 1));
    end if;
    perform schnittwerk_core.refuse('invalid_input', to_jsonb(v_faults)::text);
  end if;
end
$$;

comment on function schnittwerk_core.require_valid(jsonb[]) is
  'Refuses with invalid_input and all faults at once, unless every fault is null; of more than 50 it counts the rest.';

revoke execute on function schnittwerk_core.require_valid from public;
-- end include

-- include: sql/foundation/rows_fault.sql
create function schnittwerk_core.most_rows()
returns int
language sql
immutable
parallel safe
return 100000;

comment on function schnittwerk_core.most_rows() is
  'How many rows a read answers with at most.';

revoke execute on function schnittwerk_core.most_rows from public;

create function schnittwerk_core.rows_fault(p_path text, p_rows bigint, p_remedy text)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(
  p_path, p_rows > schnittwerk_core.most_rows(), 'too_many',
  format('There are more than %s rows: %s', schnittwerk_core.most_rows(), p_remedy));

comment on function schnittwerk_core.rows_fault(text, bigint, text) is
  'The fault of a question that has more than most_rows() rows for an answer; p_remedy says what to narrow.';

revoke execute on function schnittwerk_core.rows_fault from public;
-- end include

-- include: sql/foundation/json_or_null.sql
-- Not parallel safe: up to PostgreSQL 16 nothing may be caught in a parallel query.
create function schnittwerk_core.json_or_null(p_text text)
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- most calls come without: what is caught costs a subtransaction even where nothing is raised
  if p_text is null or p_text = '' then
    return null;
  end if;
  begin
    return p_text::jsonb;
  exception
    when invalid_text_representation or untranslatable_character -- no JSON, or with \u0000
      or numeric_value_out_of_range
      or program_limit_exceeded -- the category: what is nested too deeply too
    then
      return null;
  end;
end
$$;

comment on function schnittwerk_core.json_or_null(text) is
  'The JSON that a text spells; null where it spells none, or none that Postgres can hold.';

revoke execute on function schnittwerk_core.json_or_null from public;
-- end include

-- include: sql/foundation/actor.sql
create function schnittwerk_core.actor()
returns jsonb
language sql
stable
return case when current_setting('schnittwerk.actor', true) <> '' then
  schnittwerk_core.json_or_null(current_setting('schnittwerk.actor', true)) end;

comment on function schnittwerk_core.actor() is
  'Who makes the change that is under way, and why, as act_as set it; null for who writes to a table by hand.';

revoke execute on function schnittwerk_core.actor from public;
-- end include

-- include: sql/foundation/request_header.sql
create function schnittwerk_core.request_header(p_name text)
returns text
language sql
stable
-- where there is no gateway, nothing is called
return case when current_setting('request.headers', true) <> '' then
  schnittwerk_core.json_or_null(current_setting('request.headers', true)) ->> p_name end;

comment on function schnittwerk_core.request_header(text) is
  'A header of the gateway''s request (PostgREST sets request.headers), p_name in lower case; null without a gateway, and of headers that are no JSON object.';

revoke execute on function schnittwerk_core.request_header from public;
-- end include

-- include: sql/foundation/correlation_id.sql
create function schnittwerk_core.given_correlation_id()
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id constant text := coalesce(
    schnittwerk_core.actor() ->> 'correlation_id',
    schnittwerk_core.request_header('x-correlation-id')
  );
begin
  -- the length apart: a pattern that counts takes 50 microseconds
  return case when length(v_id) <= 200 and v_id ~ '^[!-~]+$' then v_id end;
end
$$;

comment on function schnittwerk_core.given_correlation_id() is
  'The correlation id of the write that is under way, else the X-Correlation-Id of the request, where it has 1 to 200 printable ASCII characters; else null.';

revoke execute on function schnittwerk_core.given_correlation_id from public;

create function schnittwerk_core.correlation_id()
returns text
language sql
volatile
return coalesce(schnittwerk_core.given_correlation_id(), gen_random_uuid()::text);

comment on function schnittwerk_core.correlation_id() is
  'The correlation id that was given, else a new uuid.';

revoke execute on function schnittwerk_core.correlation_id from public;
-- end include

-- include: sql/foundation/success.sql
create function schnittwerk_core.success(
  p_thing text, p_value jsonb, p_http_status int default 200, p_more jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('response.status', p_http_status::text, true);
  return jsonb_build_object(
    'success', true,
    'operation_id', null,
    'replayed', false,
    'correlation_id', schnittwerk_core.correlation_id(),
    'http_status', p_http_status,
    p_thing, p_value
  ) || p_more;
end
$$;

comment on function schnittwerk_core.success(text, jsonb, int, jsonb) is
  'The answer of a write that succeeded: p_value under the name p_thing, p_more merged in; sets response.status.';

revoke execute on function schnittwerk_core.success from public;
-- end include

-- include: sql/foundation/failure.sql
create function schnittwerk_core.failure(
  p_code text, p_details text default null, p_more jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error schnittwerk_core.error_code;
begin
  select e.* into strict v_error from schnittwerk_core.error_code e where e.code = p_code;
  perform set_config('response.status', v_error.http_status::text, true);
  return jsonb_build_object(
    'success', false,
    'operation_id', null,
    'replayed', false,
    'correlation_id', schnittwerk_core.correlation_id(),
    'http_status', v_error.http_status,
    'error', v_error.title,
    'code', p_code,
    'details', case when p_code = 'invalid_input' then p_details::jsonb
      else to_jsonb(coalesce(p_details, v_error.details, v_error.title)) end
  ) || p_more;
end
$$;

comment on function schnittwerk_core.failure(text, text, jsonb) is
  'The answer of a write that was refused, worded by the error registry, p_more merged in; sets response.status.';

revoke execute on function schnittwerk_core.failure from public;
-- end include

-- include: sql/foundation/constraint_failure.sql
create function schnittwerk_core.constraint_failure(
  p_constraint text, p_hint text default null
)
returns jsonb
language sql
volatile
return case p_constraint when 'customers_email_is_unique_in_the_salon' then
  schnittwerk_core.failure(
    'already_exists',
    'Another customer has this p_email: change that one, whom list_customers finds by it, or give another'
  )
else (
  select schnittwerk_core.failure('invalid_input', jsonb_build_array(schnittwerk_core.fault(
    coalesce(min(c.path), ''), true, p_constraint,
    coalesce(min(c.message), replace(p_constraint, '_', ' '))
  ))::text)
  from (
    values
      ('salon_name_is_unique', 'p_name', 'There is another salon with this name'),
      ('salon_time_zone_is_known', 'p_time_zone',
        concat_ws(' ', 'p_time_zone is not the IANA name of a time zone.', p_hint)),
      ('services_name_is_unique_in_the_salon', 'p_name',
        'There is another service with this name'),
      ('staff_profile_is_one_member', 'p_profile_id',
        'Another member of staff has this profile'),
      ('customers_profile_is_one_customer', 'p_profile_id',
        'Another customer has this profile')
  ) c (name, path, message)
  where c.name = p_constraint
) end;

comment on function schnittwerk_core.constraint_failure(text, text) is
  'The answer of a write whose arguments broke a constraint that only the table could check; it names the constraint, never another row''s values. p_hint: the exception''s, which tells the remedy.';

revoke execute on function schnittwerk_core.constraint_failure from public;
-- end include

-- include: sql/foundation/salon.sql
create table schnittwerk_core.salon (
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  time_zone text not null,
  currency text not null default 'CHF',
  buffer_time_minutes int not null default 15,
  max_advance_booking_days int,
  slot_interval_minutes int not null default 15,
  preferred_from time not null default '10:00',
  preferred_until time not null default '16:00',
  quiet_from time,
  quiet_until time,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint salon_pkey primary key (id),
  constraint salon_name_is_unique unique (name),
  constraint salon_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint salon_currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint salon_buffer_time_is_0_to_1440 check (buffer_time_minutes between 0 and 1440),
  constraint salon_max_advance_booking_is_1_to_730
    check (max_advance_booking_days between 1 and 730),
  constraint salon_slot_interval_is_1_to_1440 check (slot_interval_minutes between 1 and 1440),
  constraint salon_preferred_hours_end_after_start check (preferred_until > preferred_from),
  constraint salon_quiet_hours_begin_and_end
    check ((quiet_from is null) = (quiet_until is null)),
  constraint salon_quiet_hours_are_not_the_whole_day
    check (quiet_from <> quiet_until and (quiet_from, quiet_until) <> ('00:00', '24:00'))
);

alter table schnittwerk_core.salon enable row level security;

comment on table schnittwerk_core.salon is
  'A location: its own time zone, currency, hours and settings. Every scheduling row belongs to one.';
comment on column schnittwerk_core.salon.id is 'Identifies the salon.';
comment on column schnittwerk_core.salon.name is 'What customers call it; unique.';
comment on column schnittwerk_core.salon.time_zone is
  'IANA name, such as Europe/Zurich; hours, weekdays, holidays and dates are local to it.';
comment on column schnittwerk_core.salon.currency is 'ISO 4217 code of all its prices.';
comment on column schnittwerk_core.salon.buffer_time_minutes is
  'Minutes kept free after an appointment, unless the service says otherwise.';
comment on column schnittwerk_core.salon.max_advance_booking_days is
  'How far ahead appointments can be booked, in days; null leaves it to the policy.';
comment on column schnittwerk_core.salon.slot_interval_minutes is
  'Minutes from one slot''s start to the next.';
comment on column schnittwerk_core.salon.preferred_from is 'Slots from this local time on are preferred.';
comment on column schnittwerk_core.salon.preferred_until is 'Slots before this local time are preferred.';
comment on column schnittwerk_core.salon.quiet_from is
  'From this local time on messages to customers wait; null = never.';
comment on column schnittwerk_core.salon.quiet_until is
  'Until this local time they wait, of the next day where it is not after quiet_from.';
comment on column schnittwerk_core.salon.created_at is 'When the salon was saved first.';
-- end include

-- include: sql/foundation/salon_time_zone_is_known.sql
create function schnittwerk_core.salon_time_zone_is_known()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
begin
  -- The look-up reads every file of the server's zone database: some 20 ms.
  if new.time_zone = 'UTC' or tg_op = 'UPDATE' and new.time_zone = old.time_zone then
    return new;
  end if;
  select min(n.name) into v_name
  from pg_timezone_names n
  where lower(n.name) = lower(new.time_zone)
    and n.name ~ '^(UTC|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$'
    and n.name !~ '^(posix|right)/';
  if v_name = new.time_zone then
    return new;
  end if;
  raise exception using
    errcode = 'check_violation', constraint = 'salon_time_zone_is_known',
    message = format('"%s" is not the IANA name of a time zone', left(new.time_zone, 100)),
    hint = format('Use %s.', coalesce(v_name, 'a name such as Europe/Zurich'));
end
$$;

comment on function schnittwerk_core.salon_time_zone_is_known() is
  'Refuses a salon whose time zone is not UTC or an IANA area and location, spelled as in pg_timezone_names: the server also takes other spellings, abbreviations and POSIX strings, which other programs do not know.';

revoke execute on function schnittwerk_core.salon_time_zone_is_known from public;

create trigger salon_time_zone_is_known
before insert or update of time_zone on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_time_zone_is_known();
-- end include

-- include: sql/foundation/touch_updated_at.sql
create function schnittwerk_core.touch_updated_at()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := schnittwerk_core.clock();
  return new;
end
$$;

comment on function schnittwerk_core.touch_updated_at() is
  'Keeps updated_at of the row''s last change.';

revoke execute on function schnittwerk_core.touch_updated_at from public;
-- end include

-- include: sql/foundation/make_partition.sql
create function schnittwerk_core.make_partition(
  p_table_name text, p_starts_at timestamptz default null, p_ends_at timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_table constant regclass := format('schnittwerk_core.%I', p_table_name);
  v_name constant text := concat(p_table_name, '_',
    coalesce(to_char(p_starts_at, 'YYYY_MM'), 'default'));
  v_trigger record;
begin
  -- A partition made by attaching it does not keep those waiting who write to the others.
  execute format(
    'create table schnittwerk_core.%I'
    ' (like %s including defaults including constraints including comments)', v_name, v_table);
  execute format('alter table schnittwerk_core.%I enable row level security', v_name);
  execute format('comment on table schnittwerk_core.%I is %L', v_name, case
    when p_starts_at is null then
      format('The rows of %s that lie in no month that has a partition.', p_table_name)
    else format('The rows of %s from %s until %s, UTC.', p_table_name,
      p_starts_at::date, p_ends_at::date) end);
  execute format('alter table %s attach partition schnittwerk_core.%I %s', v_table, v_name, case
    when p_starts_at is null then 'default'
    else format('for values from (%L) to (%L)', p_starts_at, p_ends_at) end);
  -- those for each row come with the table
  for v_trigger in
    select t.tgname, t.tgenabled = 'A' as is_always, t.tgfoid::regproc as function
    from pg_trigger t
    where t.tgrelid = v_table and not t.tgisinternal and t.tgtype & 32 <> 0 -- TRUNCATE
  loop
    execute format(
      'create trigger %I before truncate on schnittwerk_core.%I'
      ' for each statement execute function %s()',
      v_trigger.tgname, v_name, v_trigger.function);
    if v_trigger.is_always then
      execute format('alter table schnittwerk_core.%I enable always trigger %I',
        v_name, v_trigger.tgname);
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.make_partition(text, timestamptz, timestamptz) is
  'Makes the partition of a table from an instant until another, named by its month; without them the one for all that lies in no other. It is as the table is: comments, row security, triggers. Raises check_violation where rows of it lie in the default partition.';

revoke execute on function schnittwerk_core.make_partition from public;
-- end include

-- include: sql/foundation/policy_definition.sql
create table schnittwerk_core.policy_definition (
  policy_key text not null,
  value_type text not null,
  default_value jsonb not null,
  minimum numeric,
  maximum numeric,
  minimum_unless_zero numeric,
  description text not null,
  constraint policy_definition_pkey primary key (policy_key),
  constraint policy_definition_value_type_is_known
    check (value_type in ('number', 'integer', 'boolean'))
);

alter table schnittwerk_core.policy_definition enable row level security;

comment on table schnittwerk_core.policy_definition is
  'Every booking policy there is, with the type, range and default of its value.';
comment on column schnittwerk_core.policy_definition.policy_key is 'The policy''s name.';
comment on column schnittwerk_core.policy_definition.value_type is 'number, integer or boolean.';
comment on column schnittwerk_core.policy_definition.default_value is 'What holds where a salon has set nothing.';
comment on column schnittwerk_core.policy_definition.minimum is 'Least value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.maximum is 'Greatest value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.minimum_unless_zero is
  'Least value allowed apart from 0, where 0 switches the policy off.';
comment on column schnittwerk_core.policy_definition.description is 'What the policy does, with its unit.';

insert into schnittwerk_core.policy_definition
  (policy_key, value_type, default_value, minimum, maximum, description)
values
  ('cancellation_deadline_hours', 'number', '24', 0, 8760,
   'Hours before appointment cancellation allowed'),
  ('reschedule_deadline_hours', 'number', '2', 0, 8760,
   'Hours before appointment reschedule allowed'),
  ('max_reschedules', 'integer', '3', 0, 1000, 'Maximum reschedules per appointment'),
  ('advance_booking_limit_days', 'integer', '90', 1, 730, 'Maximum days ahead for booking'),
  ('minimum_booking_notice_hours', 'number', '2', 0, 8760, 'Minimum hours notice for booking'),
  ('waitlist_notification_hours', 'number', '48', 0, 8760,
   'Hours before appointment to notify waitlist'),
  ('waitlist_offer_minutes', 'integer', '120', 1, 10080,
   'Minutes for which a slot offered to the waitlist is held'),
  ('max_open_bookings_per_customer', 'integer', '0', 0, 1000,
   'Maximum appointments to come and open offers a customer may have; 0 = no limit'),
  ('max_bookings_per_customer_and_day', 'integer', '0', 0, 1000,
   'Maximum appointments a customer may have on one local day; 0 = no limit'),
  ('reminder_hours', 'number', '24', 0, 8760,
   'Hours before the start at which the customer is reminded; 0 = never'),
  ('booking_rate_limit_customer', 'integer', '10', 0, 1000,
   'Maximum bookings, moves, waitlist entries and accepted offers a customer may make in a minute; 0 = no limit'),
  ('booking_rate_limit_staff', 'integer', '30', 0, 1000,
   'Maximum bookings, moves, waitlist entries and accepted offers one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('booking_rate_limit_admin', 'integer', '100', 0, 1000,
   'Maximum bookings, moves, waitlist entries and accepted offers an admin may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_customer', 'integer', '5', 0, 1000,
   'Maximum cancellations, entries left and offers declined a customer may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_staff', 'integer', '20', 0, 1000,
   'Maximum cancellations, entries left and offers declined one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_admin', 'integer', '50', 0, 1000,
   'Maximum cancellations, entries left and offers declined an admin may make in a minute; 0 = no limit'),
  ('change_rate_limit_customer', 'integer', '30', 0, 1000,
   'Maximum other changes a customer may make in a minute; 0 = no limit'),
  ('change_rate_limit_staff', 'integer', '60', 0, 1000,
   'Maximum other changes one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('change_rate_limit_admin', 'integer', '200', 0, 1000,
   'Maximum other changes an admin may make in a minute; 0 = no limit'),
  ('retention_operations_days', 'integer', '30', 30, 3650,
   'Days for which idempotency keys with their answers, and refusals, are kept'),
  ('retention_events_days', 'integer', '90', 1, 3650,
   'Days for which events that all consumers have passed are kept'),
  ('retention_notes_days', 'integer', '0', 0, 3650,
   'Days after an appointment or waitlist entry is over that its free text is deleted; 0 = never'),
  ('retention_customers_days', 'integer', '0', 0, 3650,
   'Days without an appointment or waitlist entry after which a customer is erased; 0 = never'),
  ('retention_audit_days', 'integer', '0', 0, 3650,
   'Days for which the audit trail is kept, at least 90; 0 = for ever'),
  ('double_booking_prevention', 'boolean', 'true', null, null,
   'Enable strict validation: keep buffers free around appointments'),
  ('auto_confirm', 'boolean', 'false', null, null,
   'Confirm new bookings at once instead of leaving them pending'),
  ('require_slot_grid', 'boolean', 'false', null, null,
   'Refuse starts that are not on the slot grid'),
  ('log_operations', 'boolean', 'false', null, null,
   'Write one line of JSON to the server''s log for every write'),
  ('log_personal_reads', 'boolean', 'true', null, null,
   'Write one line of JSON to the server''s log whenever personal data is read');

-- Less would let an admin clear the trail of what they have just done.
update schnittwerk_core.policy_definition
set minimum_unless_zero = 90
where policy_key = 'retention_audit_days';
-- end include

-- include: sql/foundation/booking_policies.sql
create function schnittwerk_core.only_salon_id()
returns uuid
language sql
stable
return (
  select case when count(*) = 1 then min(s.id::text)::uuid end
  from (select salon.id from schnittwerk_core.salon limit 2) s
);

comment on function schnittwerk_core.only_salon_id() is
  'The only salon''s id; null where there is none or more than one.';

revoke execute on function schnittwerk_core.only_salon_id from public;

create table schnittwerk_core.booking_policies (
  salon_id uuid not null default schnittwerk_core.only_salon_id(),
  policy_key text not null,
  policy_value jsonb not null,
  description text,
  is_active boolean not null default true,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint booking_policies_pkey primary key (salon_id, policy_key),
  constraint booking_policies_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint booking_policies_key_is_known
    foreign key (policy_key) references schnittwerk_core.policy_definition (policy_key)
);

create index booking_policies_by_key on schnittwerk_core.booking_policies (policy_key);

alter table schnittwerk_core.booking_policies enable row level security;

comment on table schnittwerk_core.booking_policies is
  'The policies that a salon has set; an inactive one is as if absent.';
comment on column schnittwerk_core.booking_policies.salon_id is 'The salon; may be left out while there is only one.';
comment on column schnittwerk_core.booking_policies.policy_key is 'Which policy.';
comment on column schnittwerk_core.booking_policies.policy_value is 'The value, of the type and in the range of its definition.';
comment on column schnittwerk_core.booking_policies.description is 'The salon''s own note on it.';
comment on column schnittwerk_core.booking_policies.is_active is 'Whether the value holds; otherwise the default does.';
comment on column schnittwerk_core.booking_policies.updated_at is 'When it was set last.';

create trigger booking_policies_touch_updated_at
before update on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/foundation/policy_value.sql
create function schnittwerk_core.policy_value(p_salon_id uuid, p_policy_key text)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select p.policy_value
      from schnittwerk_core.booking_policies p
      where p.salon_id = p_salon_id and p.policy_key = p_policy_key and p.is_active
    ),
    (
      select d.default_value
      from schnittwerk_core.policy_definition d
      where d.policy_key = p_policy_key
    )
  );
end
$$;

comment on function schnittwerk_core.policy_value(uuid, text) is
  'The value of one policy as it holds in a salon: the salon''s active one, else the default.';

revoke execute on function schnittwerk_core.policy_value from public;
-- end include

-- include: sql/foundation/policy_value_fault.sql
create function schnittwerk_core.policy_value_fault(p_policy_key text, p_policy_value jsonb)
returns jsonb
language sql
stable
return (
  select case
    when coalesce(jsonb_typeof(p_policy_value), 'null')
        <> case d.value_type when 'boolean' then 'boolean' else 'number' end
      or d.value_type = 'integer' and p_policy_value::text ~ '\.'
      then schnittwerk_core.fault('p_policy_value', true, 'invalid_type', format(
        'p_policy_value of %s must be a JSON %s, not %s',
        d.policy_key, d.value_type, coalesce(left(p_policy_value::text, 100), 'null')))
    when d.value_type <> 'boolean' and n.value > 0 and n.value < d.minimum_unless_zero
      then schnittwerk_core.fault('p_policy_value', true, 'out_of_range', format(
        'p_policy_value of %s must be 0 or from %s to %s',
        d.policy_key, d.minimum_unless_zero, d.maximum))
    when d.value_type <> 'boolean' then coalesce(
      schnittwerk_core.number_fault('p_policy_value', n.value, d.minimum, d.maximum),
      -- those who calculate with it do so in float8, which 1e-400 is too small for
      schnittwerk_core.fault(
        'p_policy_value', min_scale(n.value) > 10,
        'too_precise', 'p_policy_value must have at most 10 decimal places')
    )
  end
  from schnittwerk_core.policy_definition d
  cross join lateral (select schnittwerk_core.json_number(p_policy_value) as value) n
  where d.policy_key = p_policy_key
);

comment on function schnittwerk_core.policy_value_fault(text, jsonb) is
  'The fault of a policy''s value: wrong JSON type, out of the range of its definition, or with more than 10 decimal places; null when it is fine.';

revoke execute on function schnittwerk_core.policy_value_fault from public;
-- end include

-- include: sql/foundation/booking_policies_value_is_valid.sql
create function schnittwerk_core.booking_policies_value_is_valid()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fault jsonb := schnittwerk_core.policy_value_fault(new.policy_key, new.policy_value);
begin
  if v_fault is not null then
    raise exception using
      errcode = 'check_violation', constraint = 'booking_policies_value_is_valid',
      message = v_fault ->> 'message',
      hint = 'schnittwerk.list_policies() shows types and ranges.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.booking_policies_value_is_valid() is
  'Refuses a policy value of the wrong type or range, however it is written.';

revoke execute on function schnittwerk_core.booking_policies_value_is_valid from public;

create trigger booking_policies_value_is_valid
before insert or update of policy_key, policy_value on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.booking_policies_value_is_valid();
-- end include

-- include: sql/foundation/salon_state.sql
create table schnittwerk_core.salon_state (
  salon_id uuid not null,
  policies jsonb not null,
  calendar_version bigint not null default 0,
  constraint salon_state_pkey primary key (salon_id),
  constraint salon_state_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.salon_state enable row level security;

comment on table schnittwerk_core.salon_state is
  'What every request needs to know of a salon and triggers keep, so that it need not be worked out anew.';
comment on column schnittwerk_core.salon_state.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_state.policies is
  'The value of every policy as it holds: the salon''s active one, else the default.';
comment on column schnittwerk_core.salon_state.calendar_version is
  'Raised by every change of hours, closures, availability or time off: a cached week counts only while its version is this one.';

create function schnittwerk_core.merged_policies(p_salon_id uuid)
returns jsonb
language sql
stable
return (
  select jsonb_object_agg(d.policy_key, coalesce(p.policy_value, d.default_value))
  from schnittwerk_core.policy_definition d
  left join schnittwerk_core.booking_policies p
    on p.salon_id = p_salon_id and p.policy_key = d.policy_key and p.is_active
);

comment on function schnittwerk_core.merged_policies(uuid) is
  'A salon''s active policies over the defaults.';

revoke execute on function schnittwerk_core.merged_policies from public;

create function schnittwerk_core.begin_salon_state()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.salon_state (salon_id, policies)
  values (new.id, schnittwerk_core.merged_policies(new.id));
  return null;
end
$$;

comment on function schnittwerk_core.begin_salon_state() is
  'Gives a new salon its state.';

revoke execute on function schnittwerk_core.begin_salon_state from public;

create trigger salon_begin_state
after insert on schnittwerk_core.salon
for each row execute function schnittwerk_core.begin_salon_state();

create function schnittwerk_core.keep_policies()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Locked by a statement of its own: the next sees what others have set until then.
  perform from schnittwerk_core.salon_state z
  where z.salon_id in (old.salon_id, new.salon_id)
  order by z.salon_id
  for no key update;
  if tg_op <> 'INSERT' then
    update schnittwerk_core.salon_state z
    set policies = schnittwerk_core.merged_policies(old.salon_id)
    where z.salon_id = old.salon_id;
  end if;
  if tg_op <> 'DELETE' then
    update schnittwerk_core.salon_state z
    set policies = schnittwerk_core.merged_policies(new.salon_id)
    where z.salon_id = new.salon_id;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.keep_policies() is
  'Keeps the policies as they hold in step with those that are set, whoever writes them.';

revoke execute on function schnittwerk_core.keep_policies from public;

create trigger booking_policies_keep_policies
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.keep_policies();

create function schnittwerk_core.keep_default_policies()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.salon_state z
  set policies = schnittwerk_core.merged_policies(z.salon_id);
  return null;
end
$$;

comment on function schnittwerk_core.keep_default_policies() is
  'Keeps the policies as they hold in step with the defaults.';

revoke execute on function schnittwerk_core.keep_default_policies from public;

create trigger policy_definition_keep_default_policies
after insert or update or delete on schnittwerk_core.policy_definition
for each statement execute function schnittwerk_core.keep_default_policies();
-- end include

-- include: sql/foundation/effective_policies.sql
create function schnittwerk_core.effective_policies(p_salon_id uuid)
returns jsonb
language sql
stable
parallel safe
return (
  select z.policies from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
);

comment on function schnittwerk_core.effective_policies(uuid) is
  'The value of every policy as it holds in a salon: the salon''s active one, else the default.';

revoke execute on function schnittwerk_core.effective_policies from public;
-- end include

commit;
