create function schnittwerk.update_waitlist_entry(
  p_idempotency_key text, p_entry_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'update_waitlist_entry', p_salon_id,
  schnittwerk_core.update_waitlist_entry(
    p_idempotency_key, p_entry_id, p_changes, p_salon_id
  )
);

comment on function schnittwerk.update_waitlist_entry(text, uuid, jsonb, uuid) is
  'Changes a waitlist entry that waits and answers {"waitlist_entry"}. p_idempotency_key as for create_booking; p_changes: staff_id, preferred_start_date, preferred_end_date, preferred_times, preferred_days, priority (the salon''s people only), notes, as for join_waitlist; absent = keep, null = clear. An open offer stays. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, service_not_offered.';

revoke execute on function schnittwerk.update_waitlist_entry from public;
grant execute on function schnittwerk.update_waitlist_entry
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
