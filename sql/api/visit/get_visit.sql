create function schnittwerk_core.get_visit(p_visit_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_visit constant schnittwerk_core.appointments[] :=
    schnittwerk_core.visible_visit(v_caller, p_visit_id);
begin
  perform schnittwerk_core.log_personal_read(
    v_caller, 'get_visit', cardinality(v_visit), v_visit[1].customer_id);
  return schnittwerk_core.visit_json(v_visit)
    || jsonb_build_object('fees', schnittwerk_core.fees_of(v_visit));
end
$$;

comment on function schnittwerk_core.get_visit(uuid, uuid) is 'Engine of schnittwerk.get_visit.';

revoke execute on function schnittwerk_core.get_visit from public;
grant execute on function schnittwerk_core.get_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_visit(p_visit_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_visit(p_visit_id, p_salon_id);

comment on function schnittwerk.get_visit(uuid, uuid) is
  'A visit: {"id", "customer_id", "starts_at", "ends_at", "price", "status", "appointments", "fees"}. It lasts from the first start to the last end. price is the sum of the prices, and status that of the item that is furthest from done. appointments have all their columns; fees are those that were recorded for them, in order. Cancelled items count only if all are cancelled. Customers see their own visits. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_visit from public;
grant execute on function schnittwerk.get_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
