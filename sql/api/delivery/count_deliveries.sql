create function schnittwerk_core.count_deliveries(p_salon_id uuid)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
begin
  return query
  select d.target, d.status, count(*), min(d.created_at)
  from schnittwerk_core.event_delivery d
  where d.salon_id = v_caller.salon_id
  group by d.target, d.status
  order by d.target, d.status;
end
$$;

comment on function schnittwerk_core.count_deliveries(uuid) is
  'Engine of schnittwerk.count_deliveries.';

revoke execute on function schnittwerk_core.count_deliveries from public;
grant execute on function schnittwerk_core.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.count_deliveries(p_salon_id uuid default null)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language sql
stable
begin atomic
  select r.target, r.status, r.deliveries, r.oldest_at
  from schnittwerk_core.count_deliveries(p_salon_id) r;
end;

comment on function schnittwerk.count_deliveries(uuid) is
  'The number of deliveries by target and status, and the time of the oldest. For the service. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.count_deliveries from public;
grant execute on function schnittwerk.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
