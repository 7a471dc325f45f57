begin;
select plan(2);

-- Names that are not the table's and a few words; PostgreSQL's own begin with the table too. Those
-- of partitions are their table's.
create function pg_temp.misnamed()
returns setof text
language sql
as $$
  select format('%s of %s', c.conname, t.relname)
  from pg_constraint c
  join pg_class t on t.oid = c.conrelid
  where t.relnamespace = 'schnittwerk_core'::regnamespace
    and c.contype in ('p', 'u', 'f', 'c', 'x') and not t.relispartition and c.conparentid = 0
    and (
      not starts_with(c.conname, t.relname || '_')
      or c.contype <> 'p' and c.conname ~ '_(check|fkey|key|excl)[0-9]*$'
    )
$$;

select set_eq(
  'select pg_temp.misnamed()',
  array[
    'no_overlapping_appointments of occupancy', 'unique_idempotency_key of booking_operations'
  ],
  'constraints but for two are named by their table and what they say'
);

create table schnittwerk_core.canary (
  a int check (a > 0),
  b int constraint b_is_unique unique,
  c int constraint canary_c_is_positive check (c > 0)
);
select set_has(
  'select pg_temp.misnamed()',
  $$values ('canary_a_check of canary'), ('b_is_unique of canary')$$,
  'the lint finds constraints that are named otherwise'
);

select * from finish();
rollback;
