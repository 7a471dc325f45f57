create function schnittwerk_core.keep_occupancy()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_during tstzrange;
begin
  -- Two writers that insert overlapping claims, or insert where the other has just deleted one,
  -- would wait for each other: a deadlock. So both lock first. Calls that book have done so.
  if tg_op <> 'INSERT' or coalesce(current_setting('schnittwerk.actor', true), '') = '' then
    perform from schnittwerk_core.resource r
    where r.salon_id = coalesce(new.salon_id, old.salon_id)
      and r.id in (old.staff_id, new.staff_id)
    order by r.id
    for no key update;
  end if;
  if tg_op <> 'INSERT' then
    delete from schnittwerk_core.occupancy o
    where o.salon_id = old.salon_id and o.claim_id = old.id;
  end if;
  if tg_op <> 'DELETE' and schnittwerk_core.is_live(new.status) then
    v_during := schnittwerk_core.buffered_range(
      new.starts_at, new.ends_at, new.buffer_before_minutes, new.buffer_after_minutes
    );
    perform schnittwerk_core.claim_time(new.salon_id, new.id, new.staff_id, v_during);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.keep_occupancy() is
  'Keeps the claims on time in step with the appointments, including those written by direct SQL.';

revoke execute on function schnittwerk_core.keep_occupancy from public;

create trigger appointments_keep_occupancy_on_insert_or_delete
after insert or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.keep_occupancy();

create trigger appointments_keep_occupancy_on_update
after update of salon_id, id, staff_id, starts_at, ends_at, status,
  buffer_before_minutes, buffer_after_minutes
on schnittwerk_core.appointments
for each row
when (
  (old.salon_id, old.id, old.staff_id, old.starts_at, old.ends_at,
    old.buffer_before_minutes, old.buffer_after_minutes, schnittwerk_core.is_live(old.status))
  is distinct from
  (new.salon_id, new.id, new.staff_id, new.starts_at, new.ends_at,
    new.buffer_before_minutes, new.buffer_after_minutes, schnittwerk_core.is_live(new.status))
)
execute function schnittwerk_core.keep_occupancy();
