create function schnittwerk_core.event_json(p_event schnittwerk_core.events)
returns jsonb
language sql
stable
parallel safe
return jsonb_build_object(
  'version', (p_event).version,
  'id', (p_event).id,
  'type', (p_event).type,
  'occurred_at', schnittwerk_core.utc_text((p_event).occurred_at),
  'salon_id', (p_event).salon_id,
  'subject_id', (p_event).subject_id,
  'sequence', (p_event).number,
  'correlation_id', (p_event).correlation_id,
  'data', (p_event).data
);

comment on function schnittwerk_core.event_json(schnittwerk_core.events) is
  'An event as consumers get it.';

revoke execute on function schnittwerk_core.event_json from public;
