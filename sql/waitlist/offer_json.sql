create function schnittwerk_core.offer_json(p_offer schnittwerk_core.waitlist_offer)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_offer) || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_offer).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_offer).ends_at),
  'expires_at', schnittwerk_core.utc_text((p_offer).expires_at),
  'created_at', schnittwerk_core.utc_text((p_offer).created_at),
  'updated_at', schnittwerk_core.utc_text((p_offer).updated_at)
);

comment on function schnittwerk_core.offer_json(schnittwerk_core.waitlist_offer) is
  'A waitlist offer with all columns, times in UTC.';

revoke execute on function schnittwerk_core.offer_json from public;
