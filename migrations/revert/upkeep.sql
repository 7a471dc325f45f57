-- Revert schnittwerk:upkeep

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.delete_ended_holds;
drop function schnittwerk_core.keep_partitions;
drop function schnittwerk_core.past_months;
drop function schnittwerk_core.missing_months;
drop function schnittwerk_core.record_change cascade;
drop function schnittwerk_core.keep_open_time;

commit;
