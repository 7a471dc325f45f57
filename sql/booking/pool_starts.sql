create function schnittwerk_core.pool_starts(
  p_salon_id uuid,
  p_needs schnittwerk_core.need[],
  p_duration interval,
  p_before_minutes int,
  p_after_minutes int,
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_claim_ids uuid[] default '{}'
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $$
declare
  v_starts tstzmultirange := tstzmultirange(tstzrange(p_first, p_last, '[]'));
  v_need record;
  v_forbidden tstzmultirange[];
begin
  for v_need in
    select
      n.pool, n.quantity,
      case when n.is_whole then make_interval(mins => -p_before_minutes)
        else make_interval(mins => coalesce(n.from_minute, 0)) end as claim_from,
      case
        when n.is_whole then p_duration + make_interval(mins => p_after_minutes)
        else coalesce(make_interval(mins => n.to_minute), p_duration)
      end as claim_until
    from (
      select d.*, num_nonnulls(d.from_minute, d.to_minute) = 0 as is_whole
      from unnest(p_needs) d
    ) n
  loop
    -- Computes with starts, not instants: a free unit at each instant does not mean one that is free
    -- for the whole appointment.
    v_forbidden := array(
      select (
        select coalesce(range_agg(
          tstzrange(o.starts_at - v_need.claim_until, o.ends_at - v_need.claim_from, '()')), '{}')
        from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = u.id
          and o.ends_at > p_first + v_need.claim_from
          and o.ends_at < p_last + v_need.claim_until + interval '72 hours'
          and o.starts_at < p_last + v_need.claim_until
          and (o.expires_at is null or o.expires_at > schnittwerk_core.clock())
          and o.claim_id <> all (p_exclude_claim_ids)
      ) + (
        select coalesce(range_agg(
          tstzrange(lower(c.during) - v_need.claim_until, upper(c.during) - v_need.claim_from, '()')
        ), '{}')
        from unnest(schnittwerk_core.closed_unit_time(
          p_salon_id, u.id, p_first + v_need.claim_from, p_last + v_need.claim_until)) c (during)
      )
      from schnittwerk_core.unit u
      where u.salon_id = p_salon_id and u.pool = v_need.pool and u.is_active
    );
    v_starts := v_starts - case
      when cardinality(v_forbidden) < v_need.quantity then v_starts
      when v_need.quantity = 1 then (select range_intersect_agg(f) from unnest(v_forbidden) f)
      else schnittwerk_core.where_at_least(
        v_forbidden, cardinality(v_forbidden) - v_need.quantity + 1)
    end;
    exit when isempty(v_starts);
  end loop;
  return v_starts;
end
$$;

comment on function schnittwerk_core.pool_starts(uuid, schnittwerk_core.need[], interval, int, int, timestamptz, timestamptz, uuid[]) is
  'The starts between p_first and p_last, as closed ranges, at which every pool that an appointment on these terms needs has enough units that are free for as long as it needs them. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.pool_starts from public;
