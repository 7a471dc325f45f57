create function schnittwerk_core.emit_policy_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policy constant schnittwerk_core.booking_policies :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_policy.salon_id,
    case when tg_op = 'DELETE' then 'policy.deleted' else 'policy.set' end,
    v_policy.salon_id,
    -- free text may name people
    to_jsonb(v_policy) - 'description'
      || jsonb_build_object('updated_at', schnittwerk_core.utc_text(v_policy.updated_at))
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_policy_events() is
  'Tells of a booking policy: set, or deleted, after which the default holds.';

revoke execute on function schnittwerk_core.emit_policy_events from public;

create trigger booking_policies_emit_events
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.emit_policy_events();
