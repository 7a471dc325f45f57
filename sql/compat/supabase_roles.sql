-- Runs last, when all functions exist. A later migration that adds a function includes this file
-- again.
do $$
begin
  perform schnittwerk_core.map_supabase_roles();
end
$$;
