create function schnittwerk_core.delivery_json(p_delivery schnittwerk_core.event_delivery)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_delivery) - 'occurred_at' || jsonb_build_object(
  'next_attempt_at', schnittwerk_core.utc_text((p_delivery).next_attempt_at),
  'created_at', schnittwerk_core.utc_text((p_delivery).created_at),
  'updated_at', schnittwerk_core.utc_text((p_delivery).updated_at)
);

comment on function schnittwerk_core.delivery_json(schnittwerk_core.event_delivery) is
  'A delivery with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.delivery_json from public;
