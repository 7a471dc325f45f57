-- The last thing of all, when every function is there. A later change that adds a function includes
-- this file again.
do $$
begin
  perform schnittwerk_core.map_supabase_roles();
end
$$;
