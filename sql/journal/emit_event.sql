create function schnittwerk_core.emit_event(
  p_salon_id uuid, p_type text, p_subject_id uuid, p_data jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.events (salon_id, type, subject_id, correlation_id, data)
  values (
    p_salon_id, p_type, p_subject_id,
    schnittwerk_core.given_correlation_id(),
    p_data
  );
end
$$;

comment on function schnittwerk_core.emit_event(uuid, text, uuid, jsonb) is
  'Writes an event of the change that is under way.';

revoke execute on function schnittwerk_core.emit_event from public;
