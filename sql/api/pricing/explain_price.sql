create function schnittwerk_core.explain_price(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_promotion_code text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_customer_id uuid;
  v_verdict schnittwerk_core.verdict;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_service_id', p_service_id is null),
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
    schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100, false)
  );
  if v_caller.role = 'customer' then
    v_customer_id := schnittwerk_core.own_customer(v_caller);
  end if;
  v_verdict := (schnittwerk_core.judge_start(
    v_caller.salon_id, p_service_id, array[p_staff_id], p_starts_at,
    p_customer_id => v_customer_id, p_takes_promotions => true,
    p_promotion_code => p_promotion_code))[1];
  if v_verdict.staff_id is null then
    perform schnittwerk_core.refuse('not_found', 'There is no such service or member of staff');
  end if;
  return coalesce(v_verdict.price_details, jsonb_build_object(
    'base_price', (
      select coalesce(o.custom_price, v.base_price)
      from schnittwerk_core.services v
      left join schnittwerk_core.staff_services o
        on o.salon_id = v.salon_id and o.service_id = v.id and o.staff_id = p_staff_id
      where v.salon_id = v_caller.salon_id and v.id = p_service_id
    ),
    'rules', '[]'::jsonb,
    'price', v_verdict.price
  )) || jsonb_build_object('code', (
    select f.code
    from unnest(v_verdict.failures) f (code)
    where f.code in ('promotion_not_valid', 'promotion_used_up')
  ));
end
$$;

comment on function schnittwerk_core.explain_price(uuid, uuid, timestamptz, text, uuid) is
  'Engine of schnittwerk.explain_price.';

revoke execute on function schnittwerk_core.explain_price from public;
grant execute on function schnittwerk_core.explain_price
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.explain_price(
  p_service_id uuid,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.explain_price(
  p_service_id, p_staff_id, p_starts_at, p_promotion_code, p_salon_id
);

comment on function schnittwerk.explain_price(uuid, uuid, timestamptz, text, uuid) is
  'How the price of a start comes about, for a booking by this caller now, whether or not the time is free. Returns {"base_price", "rules": [{"id", "name", "kind", "amount"}], "price", "code"}. base_price is the member of staff''s own price, else the service''s. amount is what a rule that applies adds, before rounding. price is their sum within the service''s limits, rounded by price_rounding if a rule applied. code is promotion_not_valid or promotion_used_up if the promotion does not apply, else null. The reason stays secret, and so do promotions whose code was not given. p_starts_at: a whole minute. p_promotion_code: case and white space do not matter. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.explain_price from public;
grant execute on function schnittwerk.explain_price
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
