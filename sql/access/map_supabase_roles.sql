create function schnittwerk_core.map_supabase_roles()
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_grant text;
begin
  -- The statements are quoted where they are made: @plpgsql_check_options: security_warnings = off
  for v_grant in select g from schnittwerk_core.missing_supabase_grants() g loop
    begin
      execute v_grant;
    exception when insufficient_privilege then
      -- Since PostgreSQL 16 only the creator and the administrators of our roles can grant them, and
      -- Supabase guards its own. All other callers can use the book without these grants.
      raise warning 'Supabase''s roles: an administrator has to run: %;', v_grant;
    end;
  end loop;
end
$$;

comment on function schnittwerk_core.map_supabase_roles() is
  'Grants what missing_supabase_grants lists, for the owner; logs a warning for each grant that the owner cannot make. Migrating calls it; call it again after creating the roles later.';

revoke execute on function schnittwerk_core.map_supabase_roles from public;
