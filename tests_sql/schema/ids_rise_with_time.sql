-- RFC 9562, version 7: the first 48 bits are the milliseconds since 1970.
begin;
select plan(4);

create temp table made as
select schnittwerk_core.new_id() as id, clock_timestamp() as at, pg_sleep(0.002)::text, n
from generate_series(1, 20) n;

select is_empty(
  $$ select id from made where id::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]' $$,
  'ids are UUIDs of version 7 and of the usual variant'
);
select is_empty(
  $$ select id, at from made
     where abs(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
       - 1000 * extract(epoch from at)) > 1000 $$,
  'ids tell when they were made'
);
select results_eq(
  'select n from made order by id', 'select n from made order by n',
  'ids of one millisecond come before those of the next'
);
select is_empty(
  $$ select c.relname
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'schnittwerk_core'::regnamespace and a.attname = 'id'
       and pg_get_expr(d.adbin, d.adrelid) <> 'schnittwerk_core.new_id()' $$,
  'every table makes its ids by new_id()'
);

select * from finish();
rollback;
