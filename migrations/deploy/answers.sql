-- Deploy schnittwerk:answers

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/answers/error_code.sql
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
comment on column schnittwerk_core.error_code.code is 'The code that clients match.';
comment on column schnittwerk_core.error_code.http_status is 'HTTP status under PostgREST.';
comment on column schnittwerk_core.error_code.rank is
  'Order of the checks: if several rules fail, the answer has the code with the lowest rank.';
comment on column schnittwerk_core.error_code.title is 'The answer''s "error", unless the operation has its own.';
comment on column schnittwerk_core.error_code.details is 'The answer''s "details", a format() template.';
comment on column schnittwerk_core.error_code.remedy is 'What the caller can do about it.';
comment on column schnittwerk_core.error_code.is_rule is
  'Whether it is a booking rule: stored under the idempotency key and replayed.';
comment on column schnittwerk_core.error_code.is_waivable is
  'Whether the salon team may pass it with an override reason.';

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
  ('not_found', 404, 80, 'Not found', null, 'Check the id or key, and the salon. What you may not see is not found either.', false, false),
  ('wrong_status', 400, 110, 'Status change failed',
   'The status does not allow it', 'get_appointment and list_waitlist show the status.', true, false),
  ('part_of_a_visit', 409, 115, 'Part of a visit',
   'The appointment is part of a visit',
   'Change the visit as a whole, or ask the salon.', true, true),
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
  ('hold_expired', 409, 165, 'Booking creation failed',
   'The slot is no longer held', 'Hold the slot again, if it is still free.', true, false),
  ('already_exists', 409, 170, 'Already there',
   'There is one already', 'Change the one that is there.', true, false),
  ('no_longer_kept', 410, 175, 'No longer kept',
   'What this would need is no longer kept', 'Enter it anew.', true, false),
  ('promotion_not_valid', 400, 180, 'Booking creation failed',
   'The promotion code is not valid for this booking',
   'Check the code, or book without it.', true, false),
  ('promotion_used_up', 409, 190, 'Booking creation failed',
   'The promotion has been used up', 'Book without the code.', true, false),
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
  ('resource_unavailable', 409, 315, 'Booking creation failed',
   'No %s is free at this time', 'Choose another start that find_slots lists.', true, false),
  ('slot_conflict', 409, 320, 'Booking creation failed',
   'Time slot conflicts with another appointment', 'Choose another start that find_slots lists.', true, false),
  ('customer_busy', 409, 330, 'Booking creation failed',
   'The customer has another appointment at this time', 'Choose a time at which the customer is free.', true, true);
-- end include

-- include: sql/answers/refuse.sql
create function schnittwerk_core.refuse(
  p_code text, p_details text default null, p_item int default null
)
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
    hint = coalesce(v_error.remedy, ''),
    -- The handlers of all writes pass this field on.
    constraint = coalesce(p_item::text, '');
end
$$;

comment on function schnittwerk_core.refuse(text, text, int) is
  'Raises a refusal: SQLSTATE PT + HTTP status, the code as message, details as DETAIL, the remedy as HINT. Reads let it through; writes turn it into the failure envelope. p_item: the item of a visit that fails, from 0; the handlers of writes read it from the name of the constraint.';

revoke execute on function schnittwerk_core.refuse from public;
-- end include

-- include: sql/answers/fault.sql
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

-- include: sql/answers/text_fault.sql
create function schnittwerk_core.text_fault(
  p_path text, p_value text, p_longest int default 200, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_value is null and not p_is_required then
    return null;
  elsif p_value is null or btrim(p_value) = '' then
    return schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not be empty');
  elsif length(p_value) > p_longest then
    return schnittwerk_core.fault(
      p_path, true, 'too_long', format('%s must have at most %s characters', p_path, p_longest));
  elsif p_value ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]' then
    return schnittwerk_core.fault(
      p_path, true, 'control_character', p_path || ' must not contain control characters');
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.text_fault(text, text, int, boolean) is
  'The fault of a text argument: missing, longer than p_longest characters, or containing control characters (C0, delete, C1) other than tab and newline.';

revoke execute on function schnittwerk_core.text_fault from public;
-- end include

-- include: sql/answers/line_fault.sql
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
  'The fault of a text that is shown on one line, such as a name: those of text_fault, or refused by is_line even after line() has composed and trimmed it.';

revoke execute on function schnittwerk_core.line_fault from public;
-- end include

-- include: sql/answers/email_fault.sql
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
  'The fault of an e-mail address: missing, or refused by is_email.';

revoke execute on function schnittwerk_core.email_fault from public;
-- end include

-- include: sql/answers/phone_fault.sql
create function schnittwerk_core.phone_fault(p_path text, p_value text)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.text_fault(p_path, p_value, 50, false),
  schnittwerk_core.fault(
    p_path, p_value is not null and not schnittwerk_core.is_phone(p_value), 'invalid_phone',
    p_path || ' must have 5 to 20 digits, and otherwise only spaces, ( ) - . / and a + in front')
);

comment on function schnittwerk_core.phone_fault(text, text) is
  'The fault of a telephone number that is_phone refuses; null passes.';

revoke execute on function schnittwerk_core.phone_fault from public;
-- end include

-- include: sql/answers/number_fault.sql
create function schnittwerk_core.number_fault(
  p_path text, p_value numeric, p_least numeric, p_most numeric, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_value is null and not p_is_required then
    return null;
  elsif p_value is null then
    return schnittwerk_core.fault(p_path, true, 'required', p_path || ' is required');
  elsif p_value not between p_least and p_most then
    return schnittwerk_core.fault(
      p_path, true, 'out_of_range', format('%s must be from %s to %s', p_path, p_least, p_most));
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.number_fault(text, numeric, numeric, numeric, boolean) is
  'The fault of a numeric argument: missing, or outside p_least to p_most (both allowed; NaN is outside).';

revoke execute on function schnittwerk_core.number_fault from public;
-- end include

-- include: sql/answers/required_fault.sql
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

-- include: sql/answers/array_fault.sql
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
      then schnittwerk_core.fault(p_path, true, 'required', p_path || ' must not contain null')
  end;
end
$$;

comment on function schnittwerk_core.array_fault(text, anyarray, int) is
  'The fault of an array: more than p_most items, more than one dimension, or null items. A null array has no fault.';

revoke execute on function schnittwerk_core.array_fault from public;
-- end include

-- include: sql/answers/clear_fault.sql
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
  'The fault of p_clear, the names of the parameters that a change of the thing with p_id empties. p_clearable: the parameters that may be emptied, each with the value that the caller gave for it.';

revoke execute on function schnittwerk_core.clear_fault from public;
-- end include

-- include: sql/answers/price_fault.sql
create function schnittwerk_core.price_fault(
  p_path text, p_value numeric, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_value is null and not p_is_required then
    return null;
  end if;
  return coalesce(
    schnittwerk_core.number_fault(p_path, p_value, 0, 99999999.99, p_is_required),
    schnittwerk_core.fault(
      p_path, p_value is not null and p_value <> round(p_value, 2),
      'too_precise', p_path || ' must have at most two decimals')
  );
end
$$;

comment on function schnittwerk_core.price_fault(text, numeric, boolean) is
  'The fault of an amount of money: missing, negative, too large, or finer than two decimals.';

revoke execute on function schnittwerk_core.price_fault from public;
-- end include

-- include: sql/answers/date_fault.sql
create function schnittwerk_core.is_known_date(p_value date)
returns boolean
language sql
immutable
parallel safe
return coalesce(p_value between '1900-01-01' and '2999-12-31', false);

comment on function schnittwerk_core.is_known_date(date) is
  'Whether a date is one that requests may name: from 1900 to 2999.';

revoke execute on function schnittwerk_core.is_known_date from public;

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
  when not schnittwerk_core.is_known_date(p_value)
    then schnittwerk_core.fault(
      p_path, true, 'out_of_range', p_path || ' must be from 1900-01-01 to 2999-12-31')
end;

comment on function schnittwerk_core.date_fault(text, date, boolean) is
  'The fault of a date: missing, or outside 1900 to 2999, as infinity is.';

revoke execute on function schnittwerk_core.date_fault from public;
-- end include

-- include: sql/answers/date_range_faults.sql
create function schnittwerk_core.date_range_faults(p_from date, p_to date, p_most_days int)
returns jsonb[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if not schnittwerk_core.is_known_date(p_from) or not schnittwerk_core.is_known_date(p_to) then
    return array[
      schnittwerk_core.date_fault('p_from', p_from), schnittwerk_core.date_fault('p_to', p_to)
    ];
  elsif p_to - p_from not between 0 and p_most_days - 1 then
    return array[schnittwerk_core.fault('p_to', true, 'out_of_range', format(
      'p_to must be p_from or later: at most %s days a call', p_most_days))];
  end if;
  return array[]::jsonb[];
end
$$;

comment on function schnittwerk_core.date_range_faults(date, date, int) is
  'The faults of the arguments p_from and p_to: not dates, in the wrong order, or more than p_most_days, both included.';

revoke execute on function schnittwerk_core.date_range_faults from public;
-- end include

-- include: sql/answers/instant_fault.sql
create function schnittwerk_core.instant_fault(
  p_path text, p_instant timestamptz, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_instant is null and not p_is_required then
    return null;
  elsif p_instant is null then
    return schnittwerk_core.required_fault(p_path, true);
  elsif p_instant not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00' then
    return schnittwerk_core.fault(
      p_path, true, 'out_of_range', p_path || ' must be from 1900 to 2999');
  elsif date_trunc('minute', p_instant, 'UTC') <> p_instant then
    return schnittwerk_core.fault(
      p_path, true, 'not_a_whole_minute', p_path || ' must be a whole minute');
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.instant_fault(text, timestamptz, boolean) is
  'The fault of an appointment''s start or end: missing, out of range, or not a whole minute.';

revoke execute on function schnittwerk_core.instant_fault from public;
-- end include

-- include: sql/answers/instant_range_faults.sql
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
        -- Adding to an instant near the limits of the type raises an error.
        and p_from between '1900-01-01 00:00+00' and '3000-01-01 00:00+00'
        and (p_to <= p_from or p_to > p_from + make_interval(hours => 24 * p_most_days)),
        false
      ),
      'out_of_range', format('p_to must be after p_from: at most %s days a call', p_most_days))
  )
  from (values ('p_from', p_from), ('p_to', p_to)) i (path, value)
);

comment on function schnittwerk_core.instant_range_faults(timestamptz, timestamptz, int) is
  'The faults of the arguments p_from and p_to if they are instants: in the wrong order, or more than p_most_days apart.';

revoke execute on function schnittwerk_core.instant_range_faults from public;
-- end include

-- include: sql/answers/horizon_fault.sql
create function schnittwerk_core.horizon_fault(
  p_path text, p_starts_at timestamptz, p_override_reason text, p_policies jsonb
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_override_reason is null or p_starts_at between
    schnittwerk_core.clock() - make_interval(
      secs => 3600 * (p_policies ->> 'late_entry_hours')::float8)
    and schnittwerk_core.clock() + make_interval(hours => 24 * 730)
  then
    return null;
  end if;
  return schnittwerk_core.fault(
    p_path, p_starts_at is not null, 'out_of_range',
    format('%s must be at most 730 days ahead and %s hours back, even with an override',
      p_path, p_policies ->> 'late_entry_hours'));
end
$$;

comment on function schnittwerk_core.horizon_fault(text, timestamptz, text, jsonb) is
  'The fault of a start that is too far away even for an override. Ahead: calendars are built up to the last appointment, so a start in a thousand years would build all of these years. Back: claims are kept only as far back as late_entry_hours. p_policies: the salon''s.';

revoke execute on function schnittwerk_core.horizon_fault from public;
-- end include

-- include: sql/answers/local_time_fault.sql
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

-- include: sql/answers/local_period_faults.sql
create function schnittwerk_core.local_period_faults(
  p_start_date date, p_end_date date, p_start_time time, p_end_time time, p_what text
)
returns jsonb[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_end_date constant date := coalesce(p_end_date, p_start_date);
begin
  return array[
    schnittwerk_core.date_fault('p_start_date', p_start_date),
    schnittwerk_core.date_fault('p_end_date', p_end_date, false),
    schnittwerk_core.local_time_fault('p_start_time', p_start_time),
    schnittwerk_core.local_time_fault('p_end_time', p_end_time),
    schnittwerk_core.fault(
      case when v_end_date < p_start_date or p_end_time is null
        then 'p_end_date' else 'p_end_time' end,
      coalesce(
        -- Adding a time of day to a date near the limits raises an error.
        greatest(v_end_date, p_start_date) < '3000-01-01'
        and v_end_date + coalesce(p_end_time, '24:00')
          <= p_start_date + coalesce(p_start_time, '00:00'),
        false
      ),
      'not_after_start', p_what || ' must end after its start')
  ];
end
$$;

comment on function schnittwerk_core.local_period_faults(date, date, time, time, text) is
  'The faults of the arguments p_start_date, p_end_date, p_start_time and p_end_time, from a local time of one date to that of another. p_what: the subject of the message.';

revoke execute on function schnittwerk_core.local_period_faults from public;
-- end include

-- include: sql/answers/json_number.sql
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

-- include: sql/answers/json_time.sql
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

-- include: sql/answers/json_fault.sql
create function schnittwerk_core.is_date(p_text text)
returns boolean
language sql
stable
parallel safe
return case
  when p_text ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
    -- A day that the month lacks would become one of the next month.
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
  'The fault of a JSON value: missing (null too), a list of more than 1000 items, or not of the given type: string, number, boolean, array, object, integer, time, date or uuid.';

revoke execute on function schnittwerk_core.json_fault from public;
-- end include

-- include: sql/answers/json_number_fault.sql
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

-- include: sql/answers/json_decimal_fault.sql
create function schnittwerk_core.json_decimal_fault(
  p_path text, p_value jsonb, p_least numeric, p_most numeric, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.json_fault(p_path, p_value, 'number', p_is_required),
  schnittwerk_core.number_fault(
    p_path, schnittwerk_core.json_number(p_value), p_least, p_most, false),
  schnittwerk_core.fault(
    p_path,
    coalesce(
      schnittwerk_core.json_number(p_value) <> round(schnittwerk_core.json_number(p_value), 2),
      false
    ),
    'too_precise', p_path || ' must have at most two decimals')
);

comment on function schnittwerk_core.json_decimal_fault(text, jsonb, numeric, numeric, boolean) is
  'The fault of a number in JSON: missing, of another type, outside p_least to p_most, or finer than two decimals.';

revoke execute on function schnittwerk_core.json_decimal_fault from public;
-- end include

-- include: sql/answers/object_faults.sql
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
  'The faults of a JSON object itself: missing, not an object, or with unknown keys.';

revoke execute on function schnittwerk_core.object_faults from public;
-- end include

-- include: sql/answers/list_items.sql
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
  'The items of a JSON list with their paths, which count from 0, and their numbers. Returns none for a value that json_fault does not accept as a list.';

revoke execute on function schnittwerk_core.list_items from public;
-- end include

-- include: sql/answers/window_faults.sql
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

-- include: sql/answers/rows_fault.sql
create function schnittwerk_core.most_rows()
returns int
language sql
immutable
parallel safe
return 100000;

comment on function schnittwerk_core.most_rows() is
  'The most rows that a read returns.';

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
  'The fault of a read that would return more than most_rows() rows; p_remedy says which argument to narrow.';

revoke execute on function schnittwerk_core.rows_fault from public;
-- end include

-- include: sql/answers/actor.sql
create function schnittwerk_core.actor()
returns jsonb
language sql
stable
return nullif(current_setting('schnittwerk.actor', true), '')::jsonb;

comment on function schnittwerk_core.actor() is
  'Who makes the current change, and why, as start_body set it; null for direct SQL.';

revoke execute on function schnittwerk_core.actor from public;
-- end include

-- include: sql/answers/request_header.sql
create function schnittwerk_core.request_header(p_name text)
returns text
language sql
stable
-- Without a gateway this calls no function.
return case when current_setting('request.headers', true) <> '' then
  schnittwerk_core.json_or_null(current_setting('request.headers', true)) ->> p_name end;

comment on function schnittwerk_core.request_header(text) is
  'A header of the gateway''s request (PostgREST sets request.headers), p_name in lower case; null without a gateway, or if the headers are not a JSON object.';

revoke execute on function schnittwerk_core.request_header from public;
-- end include

-- include: sql/answers/correlation_id.sql
create function schnittwerk_core.given_correlation_id()
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id text;
begin
  -- Most calls are the first write of their transaction and come without a gateway.
  if concat(
    current_setting('schnittwerk.actor', true), current_setting('request.headers', true)) = ''
  then
    return null;
  end if;
  v_id := coalesce(
    -- Not actor(): a client may have set the setting to anything.
    schnittwerk_core.json_or_null(
      current_setting('schnittwerk.actor', true)) ->> 'correlation_id',
    schnittwerk_core.request_header('x-correlation-id')
  );
  -- The length is checked apart: a pattern with a count takes 50 microseconds.
  return case when length(v_id) <= 200 and v_id ~ '^[!-~]+$' then v_id end;
end
$$;

comment on function schnittwerk_core.given_correlation_id() is
  'The correlation id of the current write, else the request''s X-Correlation-Id if it is 1 to 200 printable ASCII characters, else null.';

revoke execute on function schnittwerk_core.given_correlation_id from public;

create function schnittwerk_core.correlation_id()
returns text
language sql
volatile
return coalesce(schnittwerk_core.given_correlation_id(), gen_random_uuid()::text);

comment on function schnittwerk_core.correlation_id() is
  'The given correlation id, else a new uuid.';

revoke execute on function schnittwerk_core.correlation_id from public;
-- end include

-- include: sql/answers/success.sql
create function schnittwerk_core.success(
  p_thing text, p_value jsonb, p_http_status int default 200
)
returns jsonb
language sql
-- Stable like jsonb_build_object, else it would not inline.
stable
parallel safe
return jsonb_build_object('success', true, 'http_status', p_http_status, p_thing, p_value);

comment on function schnittwerk_core.success(text, jsonb, int) is
  'The answer of a write that succeeded: p_value under the key p_thing.';

revoke execute on function schnittwerk_core.success from public;
-- end include

-- include: sql/answers/failure.sql
create function schnittwerk_core.failure(p_code text, p_details text default null)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error schnittwerk_core.error_code;
begin
  select e.* into strict v_error from schnittwerk_core.error_code e where e.code = p_code;
  return jsonb_build_object(
    'success', false,
    'http_status', v_error.http_status,
    'error', v_error.title,
    'code', p_code,
    'details', case when p_code = 'invalid_input' then p_details::jsonb
      else to_jsonb(coalesce(p_details, v_error.details, v_error.title)) end
  );
end
$$;

comment on function schnittwerk_core.failure(text, text) is
  'The answer of a write that was refused, worded by the error registry.';

revoke execute on function schnittwerk_core.failure from public;
-- end include

-- include: sql/answers/invalid_input.sql
create function schnittwerk_core.invalid_input(p_faults jsonb[])
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[];
  v_most constant int := 50;
begin
  if num_nonnulls(variadic p_faults) = 0 then
    return null;
  end if;
  v_faults := array_remove(p_faults, null);
  -- A short list can have many faults, and each can be many times as long as its item.
  if cardinality(v_faults) > v_most then
    v_faults := v_faults[:v_most - 1] || schnittwerk_core.fault(
      v_faults[v_most] #>> '{path,0}', true, 'more_faults',
      format('There are %s more faults, from here on', cardinality(v_faults) - v_most + 1));
  end if;
  return schnittwerk_core.failure('invalid_input', to_jsonb(v_faults)::text);
end
$$;

comment on function schnittwerk_core.invalid_input(jsonb[]) is
  'The failure invalid_input with all faults at once: the first 50, and how many more there are. Null if every fault is null.';

revoke execute on function schnittwerk_core.invalid_input from public;
-- end include

-- include: sql/answers/require_valid.sql
create function schnittwerk_core.require_valid(variadic p_faults jsonb[])
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if num_nonnulls(variadic p_faults) > 0 then
    perform schnittwerk_core.refuse(
      'invalid_input', schnittwerk_core.invalid_input(p_faults) ->> 'details');
  end if;
end
$$;

comment on function schnittwerk_core.require_valid(jsonb[]) is
  'Refuses with invalid_input unless every fault is null.';

revoke execute on function schnittwerk_core.require_valid from public;
-- end include

-- include: sql/answers/constraint_failure.sql
create function schnittwerk_core.constraint_failure(
  p_constraint text, p_hint text default null
)
returns jsonb
language sql
volatile
return case p_constraint when 'customers_email_is_unique_in_the_salon' then
  schnittwerk_core.failure(
    'already_exists',
    'Another customer has this p_email: change that one (list_customers finds it), or give another address'
  )
else (
  select schnittwerk_core.failure('invalid_input', jsonb_build_array(
    schnittwerk_core.fault(c.path, true, p_constraint, c.message))::text)
  from (
    values
      ('salon_name_is_unique', 'p_name', 'There is another salon with this name'),
      ('salon_time_zone_is_known', 'p_time_zone',
        concat_ws(' ', 'p_time_zone is not the IANA name of a time zone.', p_hint)),
      ('services_name_is_unique_in_the_salon', 'p_name',
        'There is another service with this name'),
      ('unit_name_is_unique_in_the_salon', 'p_name',
        'There is another resource with this name'),
      ('price_rule_name_is_unique_in_the_salon', 'p_name',
        'There is another price rule with this name'),
      ('staff_profile_is_one_member', 'p_profile_id',
        'Another member of staff has this profile'),
      ('customers_profile_is_one_customer', 'p_profile_id',
        'Another customer has this profile')
  ) c (name, path, message)
  where c.name = p_constraint
) end;

comment on function schnittwerk_core.constraint_failure(text, text) is
  'The answer of a write that violated a constraint which only the table can check. It names the constraint, never another row''s values. Null for any other constraint. p_hint: the remedy, if the constraint gives one.';

revoke execute on function schnittwerk_core.constraint_failure from public;
-- end include

commit;
