create function schnittwerk_core.emit_waitlist_offer_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer constant schnittwerk_core.waitlist_offer :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_offer.salon_id,
    'waitlist_offer.' || case
      when tg_op = 'INSERT' then 'made'
      when tg_op = 'DELETE' then 'deleted'
      when new.status <> old.status and new.status <> 'open' then new.status
      else 'updated'
    end,
    v_offer.id,
    schnittwerk_core.offer_json(v_offer)
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_waitlist_offer_events() is
  'Tells of a waitlist offer: made, accepted, declined, expired, withdrawn, updated or deleted.';

revoke execute on function schnittwerk_core.emit_waitlist_offer_events from public;

create trigger waitlist_offer_emit_events
after insert or update or delete on schnittwerk_core.waitlist_offer
for each row execute function schnittwerk_core.emit_waitlist_offer_events();
