create function schnittwerk_core.recommend_slots(
  p_service_id uuid,
  p_from date,
  p_to date,
  p_staff_id uuid,
  p_customer_id uuid,
  p_limit int,
  p_salon_id uuid
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric,
  score numeric,
  reasons text[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- The planner cannot estimate the number of slots.
set enable_nestloop = off
as $$
declare
  -- How much lost time each habit makes up for.
  v_usual_staff constant interval := interval '20 minutes';
  v_usual_weekday constant interval := interval '10 minutes';
  v_usual_hour constant interval := interval '10 minutes';
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_to constant date := coalesce(p_to, p_from);
  v_salon schnittwerk_core.salon;
  v_habits schnittwerk_core.habits;
  v_busy tstzmultirange := tstzmultirange '{}';
begin
  perform schnittwerk_core.require_valid(
    variadic array[
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 100)
    ] || schnittwerk_core.date_range_faults(p_from, v_to, 92)
  );
  select s.* into v_salon from schnittwerk_core.salon s where s.id = v_caller.salon_id;
  if p_customer_id is not null then
    if not schnittwerk_core.may_know_customer(v_caller, p_customer_id) then
      perform schnittwerk_core.refuse('not_found', 'There is no such customer');
    end if;
    v_habits := schnittwerk_core.customer_habits(
      v_caller.salon_id, p_customer_id, v_salon.time_zone);
    if (v_caller.policies -> 'prevent_customer_overlap')::boolean then
      select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') into v_busy
      from schnittwerk_core.busy_with(
        v_caller.salon_id, p_customer_id,
        -- Wide enough for any time zone and for the longest booking.
        p_from - interval '1 day', v_to + interval '5 days') b;
    end if;
    perform schnittwerk_core.log_personal_read(v_caller, 'recommend_slots', 1, p_customer_id);
  end if;

  return query
  with slot as materialized (
    select f.*
    from schnittwerk_core.find_slots(
      p_service_id => p_service_id, p_from => p_from, p_to => v_to, p_staff_id => p_staff_id,
      p_slot_interval_minutes => null, p_limit => schnittwerk_core.most_rows(),
      p_appointment_id => null, p_promotion_code => null, p_salon_id => v_caller.salon_id,
      p_customer_id => p_customer_id
    ) f
    where isempty(v_busy) or not tstzrange(f.starts_at, f.ends_at) && v_busy
  ),
  listed as materialized (
    select array_agg(m.staff_id) as staff_ids, min(m.first) as first, max(m.last) as last
    from (
      select s.staff_id, min(s.starts_at) as first, max(s.starts_at) as last
      from slot s
      group by s.staff_id
    ) m
  ),
  -- The shortest time into which any service of the member of staff fits. Where the time ends at
  -- a claim, the service's buffer on that side counts too.
  least_time as materialized (
    select
      t.staff_id,
      min(t.duration) as alone,
      min(t.duration + b.before) as after_claim,
      min(t.duration + b.after) as before_claim,
      min(t.duration + b.before + b.after) as between_claims
    from listed l
    join schnittwerk_core.services v on v.salon_id = v_caller.salon_id and v.is_active
    cross join lateral schnittwerk_core.service_terms(
      v_caller.salon_id, v.id, l.staff_ids, v_caller.policies, v_salon.buffer_time_minutes
    ) t
    cross join lateral (
      select
        make_interval(mins => t.buffer_before_minutes) as before,
        make_interval(mins => t.buffer_after_minutes) as after
    ) b
    where t.is_offered
    group by t.staff_id
  ),
  stretch as materialized (
    select
      f.staff_id, f.n, f.starts_at, f.ends_at,
      case when f.ends_at - f.starts_at < case
        when f.follows_claim and f.precedes_claim then m.between_claims
        when f.follows_claim then m.after_claim
        when f.precedes_claim then m.before_claim
        else m.alone
      end then f.ends_at - f.starts_at else '0' end as lost,
      case when f.follows_claim then m.between_claims else m.before_claim end as least_before,
      case when f.precedes_claim then m.between_claims else m.after_claim end as least_after,
      m.between_claims
    from listed l
    cross join lateral schnittwerk_core.free_stretches(
      v_caller.salon_id, l.staff_ids, l.first, l.last) f
    join least_time m on m.staff_id = f.staff_id
  ),
  -- Each run of steps for which the booking claims the member of staff, and its neighbours.
  run as materialized (
    select
      t.staff_id, c.claim_from, c.claim_until,
      lag(c.claim_until) over runs as earlier_until, lead(c.claim_from) over runs as later_from,
      k.starts as stretch_starts
    from listed l
    cross join lateral schnittwerk_core.service_terms(
      v_caller.salon_id, p_service_id, l.staff_ids, v_caller.policies, v_salon.buffer_time_minutes
    ) t
    cross join lateral schnittwerk_core.staff_claims(
      t.steps, t.duration, t.buffer_before_minutes, t.buffer_after_minutes) c
    join (
      select f.staff_id, array_agg(f.starts_at order by f.n) as starts
      from stretch f
      group by f.staff_id
    ) k on k.staff_id = t.staff_id
    window runs as (partition by t.staff_id order by c.claim_from)
  ),
  slot_run as materialized (
    select
      s.staff_id, s.starts_at,
      width_bucket(s.starts_at + greatest(r.claim_from, '0'), r.stretch_starts) as n,
      s.starts_at + r.claim_from as claim_from, s.starts_at + r.claim_until as claim_until,
      s.starts_at + r.earlier_until as earlier_until, s.starts_at + r.later_from as later_from
    from slot s
    join run r on r.staff_id = s.staff_id
  ),
  -- The time that each run leaves before it, and after it unless the next run is in the same
  -- stretch.
  left_over as (
    select
      r.staff_id, r.starts_at,
      f.lost as lost_anyway, f.least_before, f.least_after, f.between_claims,
      r.earlier_until >= f.starts_at as is_after_run,
      r.later_from <= f.ends_at as is_before_run,
      r.claim_from - greatest(f.starts_at, r.earlier_until) as before,
      f.ends_at - r.claim_until as after
    from slot_run r
    join stretch f on f.staff_id = r.staff_id and f.n = r.n
  ),
  loss as (
    select
      l.staff_id, l.starts_at,
      sum(
        case
          when l.before <= '0' then '0'
          when l.is_after_run then case when l.before < l.between_claims then l.before else '0' end
          when l.before < l.least_before then l.before
          else '0'
        end
        + case
          when l.is_before_run or l.after <= '0' then '0'
          when l.after < l.least_after then l.after
          else '0'
        end
        - case when l.is_after_run then '0' else l.lost_anyway end
      ) as lost
    from left_over l
    group by l.staff_id, l.starts_at
  ),
  rated as (
    select
      s.*, l.lost,
      p_customer_id is not null and s.staff_id = any (v_habits.staff_ids) as is_usual_staff,
      p_customer_id is not null
        and extract(dow from s.starts_at at time zone v_salon.time_zone)::int
          = any (v_habits.weekdays) as is_usual_weekday,
      p_customer_id is not null
        and extract(hour from s.starts_at at time zone v_salon.time_zone)::int
          = any (v_habits.hours) as is_usual_hour
    from slot s
    join loss l on l.staff_id = s.staff_id and l.starts_at = s.starts_at
  ),
  best as (
    select
      r.*,
      case when r.is_usual_staff then v_usual_staff else '0' end
        + case when r.is_usual_weekday then v_usual_weekday else '0' end
        + case when r.is_usual_hour then v_usual_hour else '0' end
        - r.lost as score
    from rated r
    order by score desc, r.starts_at, r.staff_id
    limit p_limit
  )
  select
    b.staff_id, b.starts_at, b.ends_at, b.duration_minutes, b.is_preferred, b.price,
    round(extract(epoch from b.score) / 60),
    array_remove(array[
      case when b.lost <= '0' then 'no_time_lost' end,
      case when b.is_usual_staff then 'usual_staff' end,
      case when b.is_usual_weekday then 'usual_weekday' end,
      case when b.is_usual_hour then 'usual_hour' end,
      case when b.is_preferred then 'preferred_hours' end,
      case when b.starts_at = (select l.first from listed l) then 'soonest' end
    ], null)
  from best b
  order by b.score desc, b.starts_at, b.staff_id;
end
$$;

comment on function schnittwerk_core.recommend_slots(uuid, date, date, uuid, uuid, int, uuid) is
  'Engine of schnittwerk.recommend_slots.';

revoke execute on function schnittwerk_core.recommend_slots from public;
grant execute on function schnittwerk_core.recommend_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.recommend_slots(
  p_service_id uuid,
  p_from date,
  p_to date default null,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_limit int default 5,
  p_salon_id uuid default null
)
returns table (
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_minutes int,
  is_preferred boolean,
  price numeric,
  score numeric,
  reasons text[]
)
language sql
stable
begin atomic
  select
    r.staff_id, r.starts_at, r.ends_at, r.duration_minutes, r.is_preferred, r.price, r.score,
    r.reasons
  from schnittwerk_core.recommend_slots(
    p_service_id, p_from, p_to, p_staff_id, p_customer_id, p_limit, p_salon_id
  ) r;
end;

comment on function schnittwerk.recommend_slots(uuid, date, date, uuid, uuid, int, uuid) is
  'The best of the slots that find_slots lists, by score, then start, then staff id. score is in minutes. It loses the open time that the booking would leave too short for any service of the member of staff, unless that time is too short anyway. It gains 20 for the customer''s usual member of staff, 10 for their usual weekday and 10 for their usual hour. Usual is what at least half of their last ten appointments share. reasons that count for the score: no_time_lost, usual_staff, usual_weekday, usual_hour. reasons that do not: preferred_hours (is_preferred) and soonest (the first start of all). p_from, p_to, p_staff_id: as for find_slots; of more than 100000 slots the first are rated. p_customer_id: the customer whose habits and prices count; customers may name only themselves, the salon team anyone. Slots during the customer''s own appointments are left out (under prevent_customer_overlap). p_limit: 1 to 100 rows. Raises invalid_input, not_found, salon_required.';

revoke execute on function schnittwerk.recommend_slots from public;
grant execute on function schnittwerk.recommend_slots
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
