create function schnittwerk.booking_metrics(
  p_from timestamptz, p_to timestamptz, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.booking_metrics(p_from, p_to, p_salon_id);

comment on function schnittwerk.booking_metrics(timestamptz, timestamptz, uuid) is
  'What happened in the salon in [p_from, p_to), at most 400 days, for its people; all of it from booking_operations (keyed writes, by created_at), the refusal log (writes refused before they were stored) and the waitlist. attempts, succeeded, success_rate: bookings (create) asked for, booked, and their share 0 to 1; a retry of the same key is no further attempt. operations: per operation completed, failed (refused by a rule) and refused (before that). refusals: how many by code, over all writes. policy_violations: [{"code", "count"}] of the rules except slot_conflict, most common first. conflicts: refusals with slot_conflict. key_replays, keys_in_flight, keys_reused: duplicates of an idempotency key that got the stored answer, came while the first was running, or asked for something else; replays count with the first call. duration_ms: average, p50, p95, p99 of keyed writes, from claiming the key to the answer; null without any. slot_generation: average_ms of find_slots over the whole database since its statistics began, null with the reason where the server''s track_functions is none. waitlist: entries joined, ended and, of those, booked, and the offers made then with what became of them. waitlist_conversion_rate: booked / ended, of the entries that ended (booked, cancelled, expired) then. Rates are null where there is nothing to divide by. What purge_operations has deleted is not counted. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.booking_metrics from public;
grant execute on function schnittwerk.booking_metrics
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
