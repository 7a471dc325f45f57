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
