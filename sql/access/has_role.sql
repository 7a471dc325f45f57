create function schnittwerk_core.has_role(p_role name, p_of text)
returns boolean
language sql
stable
-- Not usage alone: Supabase's roles inherit nothing. Since PostgreSQL 16 a membership may allow
-- administration only, which does not count.
return pg_has_role(p_role, p_of, case
  when current_setting('server_version_num')::int < 160000 then 'member' else 'usage, set' end);

comment on function schnittwerk_core.has_role(name, text) is
  'Whether a role is another, has its rights or may become it.';

revoke execute on function schnittwerk_core.has_role from public;
