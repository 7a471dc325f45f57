-- Revert schnittwerk:answers

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.constraint_failure;
drop function schnittwerk_core.require_valid;
drop function schnittwerk_core.invalid_input;
drop function schnittwerk_core.failure;
drop function schnittwerk_core.success;
drop function schnittwerk_core.correlation_id;
drop function schnittwerk_core.given_correlation_id;
drop function schnittwerk_core.request_header;
drop function schnittwerk_core.actor;
drop function schnittwerk_core.rows_fault;
drop function schnittwerk_core.most_rows;
drop function schnittwerk_core.window_faults;
drop function schnittwerk_core.list_items;
drop function schnittwerk_core.object_faults;
drop function schnittwerk_core.json_decimal_fault;
drop function schnittwerk_core.json_number_fault;
drop function schnittwerk_core.json_fault;
drop function schnittwerk_core.is_date;
drop function schnittwerk_core.json_time;
drop function schnittwerk_core.json_number;
drop function schnittwerk_core.local_period_faults;
drop function schnittwerk_core.local_time_fault;
drop function schnittwerk_core.horizon_fault;
drop function schnittwerk_core.instant_range_faults;
drop function schnittwerk_core.instant_fault;
drop function schnittwerk_core.date_range_faults;
drop function schnittwerk_core.date_fault;
drop function schnittwerk_core.is_known_date;
drop function schnittwerk_core.price_fault;
drop function schnittwerk_core.clear_fault;
drop function schnittwerk_core.array_fault;
drop function schnittwerk_core.required_fault;
drop function schnittwerk_core.number_fault;
drop function schnittwerk_core.phone_fault;
drop function schnittwerk_core.email_fault;
drop function schnittwerk_core.line_fault;
drop function schnittwerk_core.text_fault;
drop function schnittwerk_core.fault;
drop function schnittwerk_core.refuse;
drop table schnittwerk_core.error_code;

commit;
