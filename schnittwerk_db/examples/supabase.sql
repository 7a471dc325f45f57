-- Opens a book on Supabase to its clients. Run it with psql, or in the SQL editor.
-- Before it:
--   schnittwerk --dsn 'postgresql://postgres.PROJECT:PASSWORD@HOST:5432/postgres' migrate
-- (port 5432: a migration needs a session of its own, not a pooler in transaction mode). Running
-- this twice does no harm.

begin;
-- Nothing that others have put into public is found.
set local search_path to pg_catalog, pg_temp;

-- Migrating has made Supabase's roles the book's already: anon is schnittwerk_anon, authenticated
-- schnittwerk_user, service_role schnittwerk_service, and authenticator, through which PostgREST
-- comes, is believed when it says who is signed in. This does it again, for roles made later; a
-- warning names what only an administrator may grant.
select schnittwerk_core.map_supabase_roles();

-- What is still to be granted: no rows.
select * from schnittwerk_core.missing_supabase_grants();

-- Exposes the functions beside what Supabase exposes anyway. On supabase.com rather add schnittwerk
-- to the exposed schemas in the project's API settings, which are written over this.
alter role authenticator set pgrst.db_schemas = 'public, graphql_public, schnittwerk';
notify pgrst, 'reload config';
notify pgrst, 'reload schema';

-- Who may call what: all three all functions, and what they may do is for the functions to say;
-- nobody a table.
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
