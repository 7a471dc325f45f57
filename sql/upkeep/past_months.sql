create function schnittwerk_core.past_months()
returns table (table_name text, month_name text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- as bounds are written
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
  v_nobody constant uuid := uuid '00000000-0000-0000-0000-000000000000';
  v_partition record;
  v_gone uuid[];
  v_kept uuid[];
  v_is_kept boolean;
begin
  for v_partition in
    select t.name, t.policy_key, c.relname, b.bound[1]::timestamptz as starts_at,
      b.bound[2]::timestamptz as ends_at
    from (
      values
        ('audit', 'retention_audit_days'), ('events', 'retention_events_days'),
        ('refusal', 'retention_operations_days')
    ) t (name, policy_key)
    join pg_inherits i on i.inhparent = format('schnittwerk_core.%I', t.name)::regclass
    join pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(
      pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$) b (bound)
    where b.bound[2]::timestamptz <= schnittwerk_core.clock()
  loop
    select
      coalesce(array_agg(s.id) filter (where r.is_gone), '{}') || v_nobody,
      coalesce(array_agg(s.id) filter (where r.is_gone is not true), '{}')
    into v_gone, v_kept
    from schnittwerk_core.salon s
    cross join lateral (
      select v_partition.ends_at
        <= schnittwerk_core.retained_since(s.id, v_partition.policy_key) as is_gone
    ) r;
    continue when v_gone = array[v_nobody];
    -- by index, before all is read
    execute format(
      'select exists (select from unnest($1) s (id) where exists ('
      '    select from schnittwerk_core.%1$I p where p.salon_id = s.id))'
      ' or exists (select from schnittwerk_core.%1$I p where p.salon_id <> all ($2))',
      v_partition.relname)
    into v_is_kept
    using v_kept, v_gone;
    continue when v_is_kept or v_partition.name = 'events' and exists (
      select from schnittwerk_core.events e
      join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
      where e.occurred_at >= v_partition.starts_at and e.occurred_at < v_partition.ends_at
        and not pg_visible_in_snapshot(e.transaction_id, c.passed)
        and not (
          coalesce(pg_visible_in_snapshot(e.transaction_id, c.batch), false)
          and e.number <= c.batch_number
        )
      union all
      select from schnittwerk_core.event_delivery d
      where d.occurred_at >= v_partition.starts_at and d.occurred_at < v_partition.ends_at
        and d.status in ('pending', 'parked')
    );
    table_name := v_partition.name;
    month_name := v_partition.relname;
    return next;
  end loop;
end
$$;

comment on function schnittwerk_core.past_months() is
  'The partitions of which no salon''s retention policy keeps a row, and of events nobody has one yet to read or to deliver.';

revoke execute on function schnittwerk_core.past_months from public;
