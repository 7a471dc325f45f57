create function schnittwerk.purge_operations(
  p_older_than_days int default 30, p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('purge_operations', p_salon_id,
  schnittwerk_core.purge_operations(p_older_than_days, p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.purge_operations(int, boolean, uuid) is
  'Deletes the salon''s operations (the idempotency keys with their answers) and refusals that are older than p_older_than_days, 30 to 3650, and answers {"purged": {"operations", "refusals"}}: at most 10000 of each a call, to be repeated until both are 0. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.purge_operations from public;
grant execute on function schnittwerk.purge_operations
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
