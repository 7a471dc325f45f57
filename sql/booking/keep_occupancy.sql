create function schnittwerk_core.claimed_resources(
  p_appointment schnittwerk_core.appointments
)
returns uuid[]
language sql
immutable
parallel safe
return array(select u.resource_id from unnest((p_appointment).units) u)
  || (p_appointment).staff_id;

comment on function schnittwerk_core.claimed_resources(schnittwerk_core.appointments) is
  'The resources whose time an appointment claims: its member of staff and its units.';

revoke execute on function schnittwerk_core.claimed_resources from public;

create function schnittwerk_core.claim_appointment_time(
  p_appointment schnittwerk_core.appointments
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.claim_time(
    p_appointment.salon_id, p_appointment.id, c.resource_id, c.during)
  from schnittwerk_core.claims_of(
    p_appointment.staff_id, p_appointment.starts_at, p_appointment.ends_at,
    p_appointment.buffer_before_minutes, p_appointment.buffer_after_minutes,
    p_appointment.steps, p_appointment.units) c;
end
$$;

comment on function schnittwerk_core.claim_appointment_time(schnittwerk_core.appointments) is
  'Claims the time of an appointment.';

revoke execute on function schnittwerk_core.claim_appointment_time from public;

create function schnittwerk_core.keep_occupancy()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Two writers that insert overlapping claims, or insert where the other has just deleted one,
  -- would wait for each other: a deadlock. So both lock first. Calls that book have done so.
  if tg_op <> 'INSERT' or coalesce(current_setting('schnittwerk.actor', true), '') = '' then
    perform schnittwerk_core.lock_resources(
      coalesce(new.salon_id, old.salon_id),
      schnittwerk_core.claimed_resources(coalesce(new, old)));
  end if;
  if tg_op = 'DELETE' then
    delete from schnittwerk_core.occupancy o
    where o.salon_id = old.salon_id and o.claim_id = old.id;
  elsif schnittwerk_core.is_live(new.status) then
    if new.steps is null and new.units is null then
      -- Most appointments have one claim.
      perform schnittwerk_core.claim_time(
        new.salon_id, new.id, new.staff_id, schnittwerk_core.buffered_range(
          new.starts_at, new.ends_at, new.buffer_before_minutes, new.buffer_after_minutes));
    else
      perform schnittwerk_core.claim_appointment_time(new);
    end if;
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

create function schnittwerk_core.replace_occupancy()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old schnittwerk_core.appointments[];
  v_new schnittwerk_core.appointments[];
  v_appointment schnittwerk_core.appointments;
begin
  select
    array_agg(o::schnittwerk_core.appointments) filter (where o.id is not null),
    array_agg(n::schnittwerk_core.appointments) filter (where n.id is not null)
  into v_old, v_new
  from old_rows o
  full join new_rows n on n.salon_id = o.salon_id and n.id = o.id
  where (o.staff_id, o.starts_at, o.ends_at, o.buffer_before_minutes, o.buffer_after_minutes,
      o.steps, o.units, schnittwerk_core.is_live(o.status))
    is distinct from
    (n.staff_id, n.starts_at, n.ends_at, n.buffer_before_minutes, n.buffer_after_minutes,
      n.steps, n.units, schnittwerk_core.is_live(n.status));
  if v_old is null then
    return null;
  end if;
  perform from schnittwerk_core.resource r
  where (r.salon_id, r.id) in (
    select a.salon_id, i.id
    from unnest(v_old || v_new) a
    cross join lateral unnest(schnittwerk_core.claimed_resources(a)) i (id)
  )
  order by r.salon_id, r.kind <> 'staff', r.id
  for no key update;
  delete from schnittwerk_core.occupancy o
  using unnest(v_old) a
  where o.salon_id = a.salon_id and o.claim_id = a.id;
  foreach v_appointment in array v_new loop
    if schnittwerk_core.is_live(v_appointment.status) then
      perform schnittwerk_core.claim_appointment_time(v_appointment);
    end if;
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.replace_occupancy() is
  'Replaces the claims of all appointments that a statement has changed. It deletes all old claims first, so that appointments can change places.';

revoke execute on function schnittwerk_core.replace_occupancy from public;

create trigger appointments_replace_occupancy
after update on schnittwerk_core.appointments
referencing old table as old_rows new table as new_rows
for each statement execute function schnittwerk_core.replace_occupancy();
