begin;
select plan(2);

-- An index serves a key when it begins with the key's columns, in any order, or when some of them
-- make it unique.
create function pg_temp.unindexed()
returns setof text
language sql
as $$
  select format('%s of %s', c.conname, c.conrelid::regclass)
  from pg_constraint c
  join pg_class t on t.oid = c.conrelid
  where t.relnamespace = 'schnittwerk_core'::regnamespace and c.contype = 'f'
    and not exists (
      select from pg_index i
      where i.indrelid = c.conrelid and i.indpred is null
        and (
          (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
          or i.indisunique and c.conkey @> i.indkey::int2[]
        )
    )
$$;

select is_empty('select pg_temp.unindexed()', 'every foreign key is served by an index');

create table schnittwerk_core.canary (
  a int,
  salon_id uuid constraint canary_salon references schnittwerk_core.salon (id)
);
create index on schnittwerk_core.canary (a, salon_id);
create index on schnittwerk_core.canary (salon_id) where a = 1;
select set_eq(
  'select pg_temp.unindexed()', array['canary_salon of schnittwerk_core.canary'],
  'the lint finds a foreign key without an index'
);

select * from finish();
rollback;
