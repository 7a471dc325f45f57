-- Revert schnittwerk:foundation

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.make_partition;
drop function schnittwerk_core.touch_updated_at cascade;
drop trigger salon_time_zone_is_known on schnittwerk_core.salon;
drop function schnittwerk_core.salon_time_zone_is_known cascade;
drop table schnittwerk_core.salon;
drop function schnittwerk_core.json_or_null;
drop function schnittwerk_core.time_text;
drop function schnittwerk_core.sort_key;
drop function schnittwerk_core.is_phone;
drop function schnittwerk_core.is_email;
drop function schnittwerk_core.is_line;
drop function schnittwerk_core.line;
drop function schnittwerk_core.utc_text;
drop domain schnittwerk_core.appointment_status;
drop domain schnittwerk_core.note;
drop domain schnittwerk_core.small_count;
drop domain schnittwerk_core.fee_percent;
drop domain schnittwerk_core.hours_of_a_year;
drop domain schnittwerk_core.minutes_of_a_day;
drop domain schnittwerk_core.price;
drop function schnittwerk_core.clock;
drop function schnittwerk_core.new_id;
drop schema schnittwerk_core;
drop schema schnittwerk;

commit;
