create function schnittwerk.purge_events(
  p_older_than_days int default 90, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('purge_events', p_salon_id,
  schnittwerk_core.purge_events(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_events(int, boolean, uuid) is
  'Deletes the salon''s events, with their deliveries, that are older than p_older_than_days (1 to 3650), that every consumer has passed, and of which no delivery is pending or parked; answers {"purged": {"events"}}: at most 10000 a call, to be repeated until it is 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_events from public;
grant execute on function schnittwerk.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
