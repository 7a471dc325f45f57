-- Verify schnittwerk:foundation

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk'::regnamespace,
  'schnittwerk_core'::regnamespace,
  'schnittwerk_core.new_id'::regproc,
  'schnittwerk_core.clock'::regproc,
  'schnittwerk_core.price'::regtype,
  'schnittwerk_core.minutes_of_a_day'::regtype,
  'schnittwerk_core.hours_of_a_year'::regtype,
  'schnittwerk_core.fee_percent'::regtype,
  'schnittwerk_core.small_count'::regtype,
  'schnittwerk_core.note'::regtype,
  'schnittwerk_core.appointment_status'::regtype,
  'schnittwerk_core.utc_text'::regproc,
  'schnittwerk_core.line'::regproc,
  'schnittwerk_core.is_line'::regproc,
  'schnittwerk_core.is_email'::regproc,
  'schnittwerk_core.is_phone'::regproc,
  'schnittwerk_core.sort_key'::regproc,
  'schnittwerk_core.time_text'::regproc,
  'schnittwerk_core.json_or_null'::regproc,
  'schnittwerk_core.salon'::regclass,
  'schnittwerk_core.salon_time_zone_is_known'::regproc,
  'schnittwerk_core.touch_updated_at'::regproc,
  'schnittwerk_core.make_partition'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_time_zone_is_known';

rollback;
