create function schnittwerk_core.missing_months()
returns table (table_name text, starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_this_month constant timestamptz := date_trunc('month', schnittwerk_core.clock());
  v_month record;
  v_has_rows boolean;
begin
  for v_month in
    select t.name, t.time_column, m.starts_at
    from (
      values
        ('journal', 'occurred_at'), ('event_delivery', 'occurred_at'), ('refusal', 'created_at')
    ) t (name, time_column)
    cross join generate_series(
      v_this_month, v_this_month + interval '3 months', interval '1 month') m (starts_at)
    where to_regclass(format('schnittwerk_core.%I',
      t.name || to_char(m.starts_at, '_YYYY_MM'))) is null
  loop
    table_name := v_month.name;
    starts_at := v_month.starts_at;
    ends_at := starts_at + interval '1 month';
    execute format(
      'select exists ('
      '  select from (select id from schnittwerk_core.salon union all values ($1)) s'
      '  where exists ('
      '    select from schnittwerk_core.%1$I p'
      '    where p.salon_id = s.id and p.%2$I >= $2 and p.%2$I < $3))',
      table_name || '_default', v_month.time_column)
    into v_has_rows
    using '00000000-0000-0000-0000-000000000000'::uuid, starts_at, ends_at;
    if not v_has_rows then
      return next;
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.missing_months() is
  'The months, this one and the next three, for which journal, event_delivery and refusal need a partition. Leaves out a month that has rows in the default partition: these stay there.';

revoke execute on function schnittwerk_core.missing_months from public;
