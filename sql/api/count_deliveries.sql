create function schnittwerk.count_deliveries(p_salon_id uuid default null)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language sql
stable
begin atomic
  select r.target, r.status, r.deliveries, r.oldest_at
  from schnittwerk_core.count_deliveries(p_salon_id) r;
end;

comment on function schnittwerk.count_deliveries(uuid) is
  'How many deliveries each target has of each status, and since when the oldest. For the service. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.count_deliveries from public;
grant execute on function schnittwerk.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
