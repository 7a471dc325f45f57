create function schnittwerk_core.fee_json(p_fee schnittwerk_core.fee)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_fee) || jsonb_build_object(
  'waived_at', schnittwerk_core.utc_text((p_fee).waived_at),
  'withdrawn_at', schnittwerk_core.utc_text((p_fee).withdrawn_at),
  'created_at', schnittwerk_core.utc_text((p_fee).created_at),
  'updated_at', schnittwerk_core.utc_text((p_fee).updated_at)
);

comment on function schnittwerk_core.fee_json(schnittwerk_core.fee) is
  'A fee with all columns, times in UTC.';

revoke execute on function schnittwerk_core.fee_json from public;
