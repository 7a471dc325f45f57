-- Verify schnittwerk:access

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.profiles'::regclass,
  'schnittwerk_core.caller'::regtype,
  'schnittwerk_core.is_gateway'::regproc,
  'schnittwerk_core.missing_supabase_grants'::regproc,
  'schnittwerk_core.map_supabase_roles'::regproc,
  'schnittwerk_core.has_role'::regproc,
  'schnittwerk_core.uuid_or_null'::regproc,
  'schnittwerk_core.identify'::regproc,
  'schnittwerk_core.identify_caller'::regproc,
  'schnittwerk_core.enter'::regproc,
  'schnittwerk_core.is_of_salon'::regproc,
  'schnittwerk_core.rate_usage'::regclass,
  'schnittwerk_core.rate_limit_kind'::regproc,
  'schnittwerk_core.rate_limit'::regproc,
  'schnittwerk_core.recent_calls'::regproc,
  'schnittwerk_core.is_rate_limited'::regproc,
  'schnittwerk_core.count_use'::regproc,
  'schnittwerk_core.count_call'::regproc,
  'schnittwerk_core.log_personal_read'::regproc;

rollback;
