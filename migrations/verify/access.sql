-- Verify schnittwerk:access on pg

begin;

select
  'schnittwerk_core.profiles'::regclass,
  'schnittwerk_core.caller'::regtype,
  'schnittwerk_core.is_gateway'::regproc,
  'schnittwerk_core.missing_supabase_grants'::regproc,
  'schnittwerk_core.map_supabase_roles'::regproc,
  'schnittwerk_core.uuid_or_null'::regproc,
  'schnittwerk_core.identify'::regproc,
  'schnittwerk_core.enter'::regproc,
  'schnittwerk_core.is_of_salon'::regproc;

rollback;
