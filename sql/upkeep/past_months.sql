create function schnittwerk_core.past_months()
returns table (table_name text, month_name text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- the notation of partition bounds
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
    select t.name, c.relname, b.bound[1]::timestamptz as ends_at
    from unnest('{journal,event_delivery,refusal}'::text[]) t (name)
    join pg_inherits i on i.inhparent = format('schnittwerk_core.%I', t.name)::regclass
    join pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(
      pg_get_expr(c.relpartbound, c.oid), $re$TO \('(.+)'\)$re$) b (bound)
    where b.bound[1]::timestamptz <= schnittwerk_core.clock()
  loop
    -- A month's refusals go with their partition once no policy keeps them. In the other tables
    -- apply_retention deletes all rows that nothing needs: those that are left are needed.
    select
      coalesce(array_agg(s.id) filter (where r.is_gone), '{}') || v_nobody,
      coalesce(array_agg(s.id) filter (where r.is_gone is not true), '{}')
    into v_gone, v_kept
    from schnittwerk_core.salon s
    cross join lateral (
      select v_partition.name = 'refusal' and v_partition.ends_at
        <= schnittwerk_core.retained_since(s.id, 'retention_operations_days') as is_gone
    ) r;
    -- Looks in the index before it reads the whole partition.
    execute format(
      'select exists (select from unnest($1) s (id) where exists ('
      '    select from schnittwerk_core.%1$I p where p.salon_id = s.id))'
      ' or exists (select from schnittwerk_core.%1$I p where p.salon_id <> all ($2))',
      v_partition.relname)
    into v_is_kept
    using v_kept, v_gone;
    if not v_is_kept then
      table_name := v_partition.name;
      month_name := v_partition.relname;
      return next;
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.past_months() is
  'The partitions of past months that can be dropped: of refusals those that no salon''s retention policy keeps, of the journal and the deliveries those without rows.';

revoke execute on function schnittwerk_core.past_months from public;
