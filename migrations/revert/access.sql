-- Revert schnittwerk:access

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.log_personal_read;
drop function schnittwerk_core.count_call;
drop function schnittwerk_core.count_use;
drop function schnittwerk_core.is_rate_limited;
drop function schnittwerk_core.recent_calls;
drop function schnittwerk_core.rate_limit;
drop function schnittwerk_core.rate_limit_kind;
drop table schnittwerk_core.rate_usage;
drop function schnittwerk_core.is_of_salon;
drop function schnittwerk_core.enter;
drop function schnittwerk_core.identify_caller;
drop function schnittwerk_core.identify;
drop function schnittwerk_core.uuid_or_null;
drop function schnittwerk_core.has_role;
drop function schnittwerk_core.map_supabase_roles;
drop function schnittwerk_core.missing_supabase_grants;
drop function schnittwerk_core.is_gateway;
drop type schnittwerk_core.caller;
drop table schnittwerk_core.profiles;

commit;
