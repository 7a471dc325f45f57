create function schnittwerk_core.salon_json(p_salon schnittwerk_core.salon)
returns jsonb
language sql
stable
return to_jsonb(p_salon) || jsonb_build_object(
  'preferred_from', schnittwerk_core.time_text((p_salon).preferred_from),
  'preferred_until', schnittwerk_core.time_text((p_salon).preferred_until),
  'created_at', schnittwerk_core.utc_text((p_salon).created_at)
);

comment on function schnittwerk_core.salon_json(schnittwerk_core.salon) is
  'A salon as API answers show it.';

revoke execute on function schnittwerk_core.salon_json from public;
