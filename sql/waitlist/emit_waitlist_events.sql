create function schnittwerk_core.emit_waitlist_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entry constant schnittwerk_core.waitlist := case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_entry.salon_id,
    'waitlist_entry.' || case
      when tg_op = 'INSERT' then 'joined'
      when tg_op = 'DELETE' then 'deleted'
      when new.status = old.status then 'updated'
      when new.status = 'cancelled' then 'left'
      when new.status in ('booked', 'expired') then new.status
      else 'updated'
    end,
    v_entry.id,
    -- free text may name people
    to_jsonb(v_entry) - 'notes' || jsonb_build_object(
      'created_at', schnittwerk_core.utc_text(v_entry.created_at),
      'updated_at', schnittwerk_core.utc_text(v_entry.updated_at)
    )
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_waitlist_events() is
  'Tells of a waitlist entry: joined, updated (by an offer too), left, booked, expired or deleted.';

revoke execute on function schnittwerk_core.emit_waitlist_events from public;

create trigger waitlist_emit_events
after insert or update or delete on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.emit_waitlist_events();
