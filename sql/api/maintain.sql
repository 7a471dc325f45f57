create function schnittwerk.maintain(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('maintain', p_salon_id, schnittwerk_core.maintain(p_salon_id));

comment on function schnittwerk.maintain(uuid) is
  'The salon''s upkeep, to be called once a day: deletes operations and refusals older than 30 days, claims on time that ended over a day ago (the appointments stay) and holds that have expired, at most 10000 of each a call; makes the partitions of the months to come, of the audit trail, the events and the refusals, for all salons, and drops those that no salon''s retention policy keeps a row of; and answers {"maintained": {"operations", "refusals", "claims", "holds", "partitions_made", "partitions_dropped"}, "affected_appointments": […]}. It works out the weeks of the calendar that have come within reach; where the server has got other rules for the salon''s time zone since the last call it does so for all, and affected_appointments are those pending or confirmed that no longer lie in open time by local clocks. Nothing is wrong while it is not called; tables only grow. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.maintain from public;
grant execute on function schnittwerk.maintain
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
