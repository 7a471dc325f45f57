create function schnittwerk_core.make_partition(
  p_table_name text, p_starts_at timestamptz default null, p_ends_at timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_table constant regclass := format('schnittwerk_core.%I', p_table_name);
  v_name constant text := concat(p_table_name, '_',
    coalesce(to_char(p_starts_at, 'YYYY_MM'), 'default'));
  v_trigger record;
begin
  -- Attaching a table does not block writers of other partitions, as creating a partition would.
  execute format(
    'create table schnittwerk_core.%I'
    ' (like %s including defaults including constraints including comments)', v_name, v_table);
  execute format('alter table schnittwerk_core.%I enable row level security', v_name);
  execute format('comment on table schnittwerk_core.%I is %L', v_name, case
    when p_starts_at is null then
      format('The rows of %s of months without a partition.', p_table_name)
    else format('The rows of %s from %s until %s, UTC.', p_table_name,
      p_starts_at::date, p_ends_at::date) end);
  execute format('alter table %s attach partition schnittwerk_core.%I %s', v_table, v_name, case
    when p_starts_at is null then 'default'
    else format('for values from (%L) to (%L)', p_starts_at, p_ends_at) end);
  -- Row triggers are inherited, statement triggers are not.
  for v_trigger in
    select t.tgname, t.tgenabled = 'A' as is_always, t.tgfoid::regproc as function
    from pg_trigger t
    where t.tgrelid = v_table and not t.tgisinternal and t.tgtype & 32 <> 0 -- TRUNCATE
  loop
    execute format(
      'create trigger %I before truncate on schnittwerk_core.%I'
      ' for each statement execute function %s()',
      v_trigger.tgname, v_name, v_trigger.function);
    if v_trigger.is_always then
      execute format('alter table schnittwerk_core.%I enable always trigger %I',
        v_name, v_trigger.tgname);
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.make_partition(text, timestamptz, timestamptz) is
  'Creates the partition of a table for the time between two instants, named by its month, or without them the default partition. It gets the table''s comments, row security and triggers. Raises check_violation if the default partition has rows of that time.';

revoke execute on function schnittwerk_core.make_partition from public;
