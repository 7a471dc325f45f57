create function schnittwerk_core.fill_buffers()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  select
    coalesce(new.buffer_before_minutes, t.buffer_before_minutes),
    coalesce(new.buffer_after_minutes, t.buffer_after_minutes)
  into new.buffer_before_minutes, new.buffer_after_minutes
  from schnittwerk_core.service_terms(
    schnittwerk_core.salon_calendar(
      new.salon_id, (new.starts_at at time zone 'UTC')::date, (new.starts_at at time zone 'UTC')::date
    ),
    new.service_id, array[new.staff_id]
  ) t;
  return new;
end
$$;

comment on function schnittwerk_core.fill_buffers() is
  'Gives an appointment that is inserted by hand the buffers that a booking would have.';

revoke execute on function schnittwerk_core.fill_buffers from public;

create trigger appointments_fill_buffers
before insert on schnittwerk_core.appointments
for each row
when (new.buffer_before_minutes is null or new.buffer_after_minutes is null)
execute function schnittwerk_core.fill_buffers();
