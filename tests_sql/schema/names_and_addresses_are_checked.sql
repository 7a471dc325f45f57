-- Direct SQL is held to what names, addresses and telephone numbers look like.
begin;
select plan(3);

create function pg_temp.unchecked()
returns setof text
language sql
as $$
  select format('%s.%s', c.relname, a.attname)
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join (
    values ('%name', 'is_line'), ('category', 'is_line'), ('email', 'is_email'), ('phone', 'is_phone')
  ) k (columns, checked_by) on a.attname like k.columns
  where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition and a.atttypid = 'text'::regtype
    -- the engine writes these itself
    and c.relname not in ('journal', 'published_kind', 'personal_column')
    -- identifiers of programs, which may have no space either
    and c.relname <> 'event_consumer'
    and not exists (
      select from pg_constraint r
      where r.conrelid = c.oid and r.contype = 'c' and r.conkey = array[a.attnum]
        and pg_get_constraintdef(r.oid) like '%schnittwerk_core.' || k.checked_by || '(%'
    )
$$;

select is_empty('select pg_temp.unchecked()', 'every name, email and phone has its check');
create table schnittwerk_core.canary (name text, nick_name text, email text, phone text);
select set_eq(
  'select pg_temp.unchecked()',
  array['canary.name', 'canary.nick_name', 'canary.email', 'canary.phone'],
  'the lint finds new columns without their check'
);
drop table schnittwerk_core.canary;
\ir ../fixture.psql
select throws_ok(
  format('update schnittwerk_core.customers set full_name = %L', ' Anna'), '23514',
  'new row for relation "customers" violates check constraint "customers_full_name_is_one_line"',
  'the constraint of a name is named by what it says'
);

select * from finish();
rollback;
