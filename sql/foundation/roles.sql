-- Roles belong to the cluster: another database may have made them, and no revert drops them.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'schnittwerk_anon', 'schnittwerk_user', 'schnittwerk_service', 'schnittwerk_gateway'
  ] loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null; -- made by another database's migration at this moment
      end;
    end if;
  end loop;
end
$$;

grant usage on schema schnittwerk to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- for the two tables that monitoring reads
grant usage on schema schnittwerk_core to schnittwerk_service;
