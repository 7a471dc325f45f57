-- What Supabase's linter looks for, as far as it can be found in a book. By its numbers:
--   0001                    every_foreign_key_is_indexed
--   0011                    functions_pin_their_search_path
--   0013, 0023              row_security_is_enabled_on_every_table
--   0016, 0017, 0026, 0027  clients_have_no_other_privileges: the API has functions only
--   0028, 0029              definers_are_these: none of them is in the API
--   0004, 0009, 0010, 0014, 0018, and of policies 0003, 0006, 0007, 0015, 0024: here
-- It informs (0008) that tables have row security and no policies: they are closed to clients on
-- purpose, should a grant ever be made by mistake. Unused indexes (0005) and bloat
-- (0020) are a running database's, the others Supabase's own schemas and extensions'.
begin;
select plan(2);

create function pg_temp.findings()
returns setof text
language sql
as $$
  with book as (
    select n.oid from pg_namespace n where n.nspname in ('schnittwerk', 'schnittwerk_core')
  )
  select 'no primary key: ' || c.oid::regclass
  from pg_class c
  where c.relnamespace in (select oid from book) and c.relkind in ('r', 'p')
    and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
  union all
  select 'the same index twice: ' || string_agg(c.relname, ', ' order by c.relname)
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  where c.relnamespace in (select oid from book)
  group by i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text,
    i.indoption::text, pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
  having count(*) > 1
  union all
  -- Only monitoring has policies, to read: none is too wide, evaluated for every row, or about what
  -- users say of themselves.
  select format('a policy that is not monitoring''s: %s on %s', p.polname, c.oid::regclass)
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  where c.relnamespace in (select oid from book)
    and (p.polroles, p.polcmd, pg_get_expr(p.polqual, p.polrelid))
      <> ('{schnittwerk_service}'::regrole[]::oid[], 'r', 'true')
  union all
  select 'more than one policy: ' || c.oid::regclass
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  where c.relnamespace in (select oid from book)
  group by c.oid
  having count(*) > 1
  union all
  select 'a view with its owner''s rights: ' || c.oid::regclass
  from pg_class c
  where c.relnamespace in (select oid from book) and c.relkind = 'v'
    and not coalesce((
      select o.option_value::boolean from pg_options_to_table(c.reloptions) o
      where o.option_name = 'security_invoker'
    ), false)
  union all
  select 'an extension in public: ' || e.extname
  from pg_extension e
  where e.extnamespace = 'public'::regnamespace
  union all
  -- pg_upgrade refuses columns that hold object identifiers of what it does not keep.
  select format('a column of type %s: %s.%s', a.atttypid::regtype, c.oid::regclass, a.attname)
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  where c.relnamespace in (select oid from book) and a.attnum > 0 and not a.attisdropped
    and a.atttypid = any ('{
      regcollation, regconfig, regdictionary, regnamespace, regoper, regoperator, regproc,
      regprocedure
    }'::regtype[])
$$;

select is_empty('select pg_temp.findings()', 'Supabase''s linter would find nothing');

create table schnittwerk_core.canary (id int, name text, does regprocedure);
create index canary_by_name on schnittwerk_core.canary (name);
create unique index canary_name on schnittwerk_core.canary (name);
create index canary_by_some_names on schnittwerk_core.canary (name) where id > 0;
create policy canary_is_read on schnittwerk_core.canary for select
to schnittwerk_service, schnittwerk_user using (true);
create policy canary_is_written on schnittwerk_core.canary to schnittwerk_service using (true);
create policy canary_is_judged on schnittwerk_core.canary for select
to schnittwerk_service using (name = current_setting('request.jwt.claims'));
create policy canary_is_monitored on schnittwerk_core.canary for select
to schnittwerk_service using (true);
create view schnittwerk_core.canaries with (security_invoker = off)
as select id from schnittwerk_core.canary;
create view schnittwerk_core.own_canaries with (security_invoker)
as select id from schnittwerk_core.canary;
alter extension btree_gist set schema public;
select set_eq(
  'select pg_temp.findings()',
  array[
    'no primary key: schnittwerk_core.canary',
    'the same index twice: canary_by_name, canary_name',
    'a policy that is not monitoring''s: canary_is_read on schnittwerk_core.canary',
    'a policy that is not monitoring''s: canary_is_written on schnittwerk_core.canary',
    'a policy that is not monitoring''s: canary_is_judged on schnittwerk_core.canary',
    'more than one policy: schnittwerk_core.canary',
    'a view with its owner''s rights: schnittwerk_core.canaries',
    'an extension in public: btree_gist',
    'a column of type regprocedure: schnittwerk_core.canary.does'
  ],
  'the lint finds each fault that Supabase''s linter would'
);

select * from finish();
rollback;
