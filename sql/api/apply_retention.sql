create function schnittwerk.apply_retention(
  p_is_dry_run boolean default false, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('apply_retention', p_salon_id,
  schnittwerk_core.apply_retention(p_is_dry_run, p_salon_id)
);

comment on function schnittwerk.apply_retention(boolean, uuid) is
  'Deletes what the salon''s retention policies (retention_…_days) do not keep, and answers {"retention": {"operations", "refusals", "events", "customers" (erased), "notes" (appointments and waitlist entries whose free text is deleted), "audit"}}: at most 10000 of each a call, 100 customers, to be repeated until all are 0. Waitlist entries whose dates have passed count as over once process_waitlist has ended them. With p_is_dry_run nothing is deleted and all are counted. For the service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.apply_retention from public;
grant execute on function schnittwerk.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
