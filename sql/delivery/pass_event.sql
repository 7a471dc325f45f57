create function schnittwerk_core.pass_event(p_salon_id uuid, p_consumer text, p_event_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.event_consumer c
  set batch_number = e.number
  from schnittwerk_core.events e
  where c.salon_id = p_salon_id and c.name = p_consumer
    and e.salon_id = p_salon_id and e.id = p_event_id
    and not schnittwerk_core.is_passed(c, e.transaction_id, e.number)
    and schnittwerk_core.is_settled(c.batch, c.restored_number, e.transaction_id, e.number);
  return found;
end
$$;

comment on function schnittwerk_core.pass_event(uuid, text, uuid) is
  'Moves a consumer past an event of its current batch and all before it. Returns false if it has already passed the event.';

revoke execute on function schnittwerk_core.pass_event from public;
