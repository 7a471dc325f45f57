-- Verify schnittwerk:upkeep

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.keep_open_time'::regproc,
  'schnittwerk_core.record_change'::regproc,
  'schnittwerk_core.missing_months'::regproc,
  'schnittwerk_core.past_months'::regproc,
  'schnittwerk_core.keep_partitions'::regproc,
  'schnittwerk_core.delete_ended_holds'::regproc;

rollback;
