create function schnittwerk_core.take_held_use(
  p_hold schnittwerk_core.hold, p_customer_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule schnittwerk_core.price_rule;
begin
  select r.* into v_rule
  from schnittwerk_core.price_rule r
  where r.salon_id = p_hold.salon_id and r.id = p_hold.promotion_id;
  if schnittwerk_core.has_limited_uses(v_rule.conditions) is not true then
    return;
  end if;
  -- The lock first: later statements count what others have booked.
  perform schnittwerk_core.take_promotion_turns(v_rule.salon_id, array[v_rule.id]);
  -- The hold may have lapsed while the call waited, and another booking may have taken its use. A
  -- limit that was lowered meanwhile does not take it away.
  if (v_rule.conditions ->> 'max_uses')::int <= schnittwerk_core.promotion_uses(
      v_rule.salon_id, v_rule.id, null, array[p_hold.id])
    and exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = v_rule.salon_id and a.promotion_id = v_rule.id
        and a.status <> 'cancelled' and a.created_at >= p_hold.expires_at
      union all
      select from schnittwerk_core.hold h
      where h.salon_id = v_rule.salon_id and h.promotion_id = v_rule.id
        and h.status = 'open' and h.created_at >= p_hold.expires_at
    )
  then
    perform schnittwerk_core.refuse('hold_expired');
  end if;
  -- The hold was made for nobody yet.
  if p_hold.customer_id is null then
    if (v_rule.conditions ->> 'max_uses_per_customer')::int <= schnittwerk_core.promotion_uses(
      v_rule.salon_id, v_rule.id, p_customer_id, array[p_hold.id])
    then
      perform schnittwerk_core.refuse('promotion_used_up');
    elsif v_rule.conditions ? 'first_visit' and not schnittwerk_core.is_first_visit(
      v_rule.salon_id, v_rule.id, p_customer_id, array[p_hold.id])
    then
      perform schnittwerk_core.refuse('promotion_not_valid');
    end if;
  end if;
end
$$;

comment on function schnittwerk_core.take_held_use(schnittwerk_core.hold, uuid) is
  'Gives a booking the use of a promotion that its hold reserves, and makes others who want a use wait. Refuses with hold_expired if somebody else has taken that use since the hold lapsed. If the hold was for nobody yet, refuses with promotion_used_up or promotion_not_valid if the customer may not use the promotion. The last lock of a booking.';

revoke execute on function schnittwerk_core.take_held_use from public;
