-- Opens a book on Supabase to its clients. Run it with psql, or in the SQL editor.
-- First run:
--   schnittwerk --dsn 'postgresql://postgres.PROJECT:PASSWORD@HOST:5432/postgres' migrate
-- (port 5432: a migration needs a whole session, not a pooler in transaction mode). You can run this
-- file again at any time.

begin;
-- Finds nothing that others have put into public.
set local search_path to pg_catalog, pg_temp;

-- The migration has mapped Supabase's roles already: anon is schnittwerk_anon, authenticated is
-- schnittwerk_user, service_role is schnittwerk_service. authenticator, PostgREST's login, is
-- believed when it says who is signed in. This maps roles that were created later; a warning names
-- the grants that only an administrator can make.
select schnittwerk_core.map_supabase_roles();

-- What still has to be granted; no rows if all is done.
select * from schnittwerk_core.missing_supabase_grants();

-- Exposes the functions in addition to what Supabase exposes. On supabase.com add schnittwerk to
-- the exposed schemas in the project's API settings instead: these overwrite the setting below.
alter role authenticator set pgrst.db_schemas = 'public, graphql_public, schnittwerk';
notify pgrst, 'reload config';
notify pgrst, 'reload schema';

-- What the roles may use: all functions, which decide what each caller may do, and no tables.
select r.rolname as role,
  count(*) filter (where has_function_privilege(r.oid, f.oid, 'execute')) as functions,
  (
    select count(*) from pg_class c
    where c.relnamespace::regnamespace::text in ('schnittwerk', 'schnittwerk_core')
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references')
  ) as tables
from pg_roles r
cross join pg_proc f
where r.rolname in ('anon', 'authenticated', 'service_role')
  and f.pronamespace = 'schnittwerk'::regnamespace
group by r.oid, r.rolname
order by r.rolname;
commit;

-- The salon, and who runs it:
--   select schnittwerk.save_salon('Schnittwerk', 'Europe/Zurich');
--   select schnittwerk.save_profile(
--     (select id from auth.users where email = 'alma@example.org'), 'admin', 'Alma'
--   );
