-- Verify schnittwerk:calls

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.booking_operations'::regclass,
  'schnittwerk_core.refusal'::regclass,
  'schnittwerk_core.key_of_request'::regproc,
  'schnittwerk_core.key_fault'::regproc,
  'schnittwerk_core.key_owner'::regproc,
  'schnittwerk_core.id_only'::regproc,
  'schnittwerk_core.ids_only'::regproc,
  'schnittwerk_core.replayed_answer'::regproc,
  'schnittwerk_core.begin_call'::regproc,
  'schnittwerk_core.start_body'::regproc,
  'schnittwerk_core.check_call'::regproc,
  'schnittwerk_core.wait_for_key'::regproc,
  'schnittwerk_core.take_key'::regproc,
  'schnittwerk_core.refused'::regproc,
  'schnittwerk_core.log_call'::regproc,
  'schnittwerk_core.finish_call'::regproc,
  'schnittwerk_core.delete_operations'::regproc,
  'schnittwerk_core.give_operations'::regproc;

select 1 / count(*) from pg_policy o where o.polrelid = 'schnittwerk_core.refusal'::regclass and o.polname = 'refusal_is_read_by_monitoring';
select 1 / count(*) from pg_policy o where o.polrelid = 'schnittwerk_core.booking_operations'::regclass and o.polname = 'booking_operations_are_read_by_monitoring';

rollback;
