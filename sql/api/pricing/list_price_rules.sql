create function schnittwerk_core.list_price_rules(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  kind text,
  conditions jsonb,
  adjustment jsonb,
  priority int,
  valid_from date,
  valid_until date,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
begin
  return query
  select
    r.id, r.name, r.kind, r.conditions, r.adjustment, r.priority, r.valid_from, r.valid_until,
    r.is_active
  from schnittwerk_core.price_rule r
  where r.salon_id = v_caller.salon_id
  order by
    array_position('{time,lead_time,demand,promotion}', r.kind), r.priority desc,
    (select count(*) from jsonb_object_keys(r.conditions)) desc,
    schnittwerk_core.sort_key(r.name), r.name;
end
$$;

comment on function schnittwerk_core.list_price_rules(uuid) is
  'Engine of schnittwerk.list_price_rules.';

revoke execute on function schnittwerk_core.list_price_rules from public;
grant execute on function schnittwerk_core.list_price_rules
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_price_rules(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  kind text,
  conditions jsonb,
  adjustment jsonb,
  priority int,
  valid_from date,
  valid_until date,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.id, r.name, r.kind, r.conditions, r.adjustment, r.priority, r.valid_from, r.valid_until,
    r.is_active
  from schnittwerk_core.list_price_rules(p_salon_id) r;
end;

comment on function schnittwerk.list_price_rules(uuid) is
  'The price rules, inactive ones too, with the columns that save_price_rule takes. They come by kind (time, lead_time, demand, promotion) and within a kind by precedence. For admins only, because it shows the codes of promotions. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_price_rules from public;
grant execute on function schnittwerk.list_price_rules
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
