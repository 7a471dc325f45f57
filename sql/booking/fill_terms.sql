create function schnittwerk_core.fill_terms()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies jsonb;
begin
  -- Not a condition of the trigger, which would be parsed at every insert. A null fee means none.
  if num_nulls(
    new.buffer_before_minutes, new.buffer_after_minutes, new.cancellation_deadline_hours,
    new.reschedule_deadline_hours, new.max_reschedules
  ) = 0 then
    return new;
  end if;
  v_policies := schnittwerk_core.effective_policies(new.salon_id);
  select
    coalesce(new.buffer_before_minutes, t.buffer_before_minutes, 0),
    coalesce(new.buffer_after_minutes, t.buffer_after_minutes, 0),
    coalesce(new.steps, case when t.duration = new.ends_at - new.starts_at then t.steps end),
    coalesce(new.units, case when t.needs is not null then schnittwerk_core.choose_units(
      new.salon_id,
      case when t.duration = new.ends_at - new.starts_at then t.needs else array(
        -- Its length is not the service's, so neither are the minutes: it needs the units all the time.
        select row(d.pool, max(d.quantity), null, null)::schnittwerk_core.need
        from unnest(t.needs) d
        group by d.pool
      ) end,
      new.starts_at, new.ends_at,
      coalesce(new.buffer_before_minutes, t.buffer_before_minutes),
      coalesce(new.buffer_after_minutes, t.buffer_after_minutes)) end)
  into new.buffer_before_minutes, new.buffer_after_minutes, new.steps, new.units
  -- Unknown ids are left to the foreign keys.
  from (select) s
  left join schnittwerk_core.service_terms(
    new.salon_id, new.service_id, array[new.staff_id], v_policies, (
      select s.buffer_time_minutes from schnittwerk_core.salon s where s.id = new.salon_id
    )
  ) t on true;
  if schnittwerk_core.lacks_units(new.units) then
    raise exception using
      errcode = 'exclusion_violation', constraint = 'appointments_find_free_units',
      message = 'Not all units that the service needs are free at this time',
      hint = 'Choose a start that find_slots lists.';
  end if;
  new.cancellation_deadline_hours := coalesce(
    new.cancellation_deadline_hours,
    (v_policies ->> 'cancellation_deadline_hours')::numeric);
  new.reschedule_deadline_hours := coalesce(
    new.reschedule_deadline_hours,
    (v_policies ->> 'reschedule_deadline_hours')::numeric);
  new.max_reschedules := coalesce(
    new.max_reschedules, (v_policies ->> 'max_reschedules')::numeric);
  new.late_cancellation_fee_percent := coalesce(
    new.late_cancellation_fee_percent,
    nullif((v_policies ->> 'late_cancellation_fee_percent')::numeric, 0));
  new.no_show_fee_percent := coalesce(
    new.no_show_fee_percent, nullif((v_policies ->> 'no_show_fee_percent')::numeric, 0));
  return new;
end
$$;

comment on function schnittwerk_core.fill_terms() is
  'Gives an appointment inserted by direct SQL the buffers, steps, units, deadlines, limits and fees that a booking would have. An insert that gives all terms that must not be null is left as it is.';

revoke execute on function schnittwerk_core.fill_terms from public;

create trigger appointments_fill_terms
before insert on schnittwerk_core.appointments
for each row execute function schnittwerk_core.fill_terms();
