create function schnittwerk_core.json_needs(p_needs jsonb)
returns schnittwerk_core.need[]
language sql
stable
parallel safe
return (
  select array_agg(
    row(
      schnittwerk_core.line(d.value ->> 'pool'),
      coalesce((d.value ->> 'quantity')::numeric::int, 1),
      (d.value ->> 'from_minute')::numeric::int,
      (d.value ->> 'to_minute')::numeric::int
    )::schnittwerk_core.need
    order by d.n)
  from jsonb_array_elements(p_needs) with ordinality d (value, n)
);

comment on function schnittwerk_core.json_needs(jsonb) is
  'The needs of a JSON list of objects; null for none.';

revoke execute on function schnittwerk_core.json_needs from public;

create function schnittwerk_core.need_faults(p_path text, p_service schnittwerk_core.services)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with need as (
      select
        d.n, d.pool, d.quantity, format('%s[%s]', p_path, d.n - 1) as path, d.to_minute as until,
        coalesce(d.from_minute, 0) as from_minute,
        coalesce(d.to_minute, p_service.duration_minutes) as to_minute
      from unnest(p_service.needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
    )
    select f.fault
    from need d
    cross join lateral (
      select count(*) as all, count(*) filter (where u.is_active) as active
      from schnittwerk_core.unit u
      where u.salon_id = p_service.salon_id and u.pool = d.pool
    ) has
    cross join lateral unnest(array[
      case when has.all = 0 then schnittwerk_core.fault(
        d.path || '.pool', true, 'unknown_pool',
        format('There is no pool "%s"; %s', d.pool, (
          select coalesce(
            'the pools are: ' || string_agg(p.pool, ', ' order by p.pool), 'the salon has no pools')
          from (
            select distinct u.pool
            from schnittwerk_core.unit u
            where u.salon_id = p_service.salon_id
          ) p
        )))
      else schnittwerk_core.fault(
        d.path || '.quantity', d.quantity > has.active, 'too_many',
        format('The pool "%s" has %s active units', d.pool, has.active)) end,
      schnittwerk_core.fault(
        d.path || '.to_minute', d.to_minute > p_service.duration_minutes, 'out_of_range',
        format('%s.to_minute must be at most %s, the minutes of the service',
          d.path, p_service.duration_minutes)),
      schnittwerk_core.fault(
        d.path || '.from_minute', d.from_minute >= d.to_minute, 'out_of_range',
        format('%s.from_minute must be before %s', d.path, d.to_minute)),
      schnittwerk_core.fault(
        d.path,
        exists (
          select from need e
          where e.n < d.n and e.pool = d.pool
            and e.from_minute < d.to_minute and d.from_minute < e.to_minute
        ),
        'overlap', d.path || ' overlaps an earlier need of the same pool: give one with the sum')
    ]) f (fault)
    where f.fault is not null
    order by d.n
  );
end
$$;

comment on function schnittwerk_core.need_faults(text, schnittwerk_core.services) is
  'The faults of a service''s needs that depend on the salon and the service: unknown pools, more units than a pool has, minutes beyond the service, and needs of one pool that overlap.';

revoke execute on function schnittwerk_core.need_faults from public;
