create function schnittwerk_core.hold_json(p_hold schnittwerk_core.hold)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_hold) || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_hold).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_hold).ends_at),
  'expires_at', schnittwerk_core.utc_text((p_hold).expires_at),
  'created_at', schnittwerk_core.utc_text((p_hold).created_at),
  'updated_at', schnittwerk_core.utc_text((p_hold).updated_at)
);

comment on function schnittwerk_core.hold_json(schnittwerk_core.hold) is
  'A hold with all columns, times in UTC.';

revoke execute on function schnittwerk_core.hold_json from public;
