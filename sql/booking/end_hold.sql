create function schnittwerk_core.end_hold(
  p_hold schnittwerk_core.hold, p_status text, p_appointment_id uuid default null
)
returns schnittwerk_core.hold
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.hold h
  set status = p_status, appointment_id = p_appointment_id
  where h.salon_id = p_hold.salon_id and h.id = p_hold.id
  returning h.* into p_hold;
  perform schnittwerk_core.release_claim(p_hold.salon_id, p_hold.id);
  return p_hold;
end
$$;

comment on function schnittwerk_core.end_hold(schnittwerk_core.hold, text, uuid) is
  'Ends an open hold as used, released or lapsed, releases the time that it held, and returns it.';

revoke execute on function schnittwerk_core.end_hold from public;
