create type schnittwerk_core.usable_promotions as (ids uuid[], limited_ids uuid[], is_used_up boolean);

comment on type schnittwerk_core.usable_promotions is
  'The promotions that a booking may use (ids), those to lock before that is certain, because other bookings may use them up (limited_ids), and whether the promotion of the given code is used up.';

create function schnittwerk_core.usable_promotions(
  p_salon_id uuid,
  p_service_id uuid,
  p_customer_id uuid,
  p_code text,
  p_booked_with uuid,
  p_exclude_claim_ids uuid[]
)
returns schnittwerk_core.usable_promotions
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_promotions schnittwerk_core.usable_promotions;
begin
  select
    coalesce(array_agg(p.id) filter (where p.is_left and p.is_first_visit), '{}'),
    coalesce(array_agg(p.id) filter (where p.is_limited), '{}'),
    coalesce(bool_or(p.code = p_code and not p.is_left), false)
  into v_promotions
  from (
    select
      r.id, r.conditions ->> 'code' as code,
      schnittwerk_core.has_limited_uses(r.conditions) as is_limited,
      case when r.conditions ? 'max_uses' then (r.conditions ->> 'max_uses')::int
        > schnittwerk_core.promotion_uses(p_salon_id, r.id, null, p_exclude_claim_ids)
        else true end
      and case when r.conditions ? 'max_uses_per_customer' and p_customer_id is not null
        then (r.conditions ->> 'max_uses_per_customer')::int > schnittwerk_core.promotion_uses(
          p_salon_id, r.id, p_customer_id, p_exclude_claim_ids)
        else true end as is_left,
      case
        when not r.conditions ? 'first_visit' then true
        -- A caller who gives the code claims a first visit; the booking checks it.
        when p_customer_id is null then r.conditions ? 'code'
        else schnittwerk_core.is_first_visit(
          p_salon_id, r.id, p_customer_id, p_exclude_claim_ids)
      end as is_first_visit
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active and r.kind = 'promotion'
      and coalesce(r.conditions -> 'services' ? p_service_id::text, true)
      and (not r.conditions ? 'code' or r.conditions ->> 'code' = p_code or r.id = p_booked_with)
  ) p;
  return v_promotions;
end
$$;

comment on function schnittwerk_core.usable_promotions(uuid, uuid, uuid, text, uuid, uuid[]) is
  'The promotions that a booking of a service may use, by their codes and uses: those without a code, with p_code (as promotion_code spells it), and p_booked_with, the promotion of an appointment that changes. p_customer_id: null means a customer who is not known yet. Uses of p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.usable_promotions from public;

create function schnittwerk_core.unlimited_promotions(p_salon_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select r.id
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active and r.kind = 'promotion'
      and not r.conditions ? 'code' and not schnittwerk_core.has_limited_uses(r.conditions)
  );
end
$$;

comment on function schnittwerk_core.unlimited_promotions(uuid) is
  'The promotions that everybody can use any number of times, also for visits and waitlist offers.';

revoke execute on function schnittwerk_core.unlimited_promotions from public;
