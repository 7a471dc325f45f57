create function schnittwerk_core.raise_version()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;

comment on function schnittwerk_core.raise_version() is
  'Numbers the changes of an appointment that its history shows.';

revoke execute on function schnittwerk_core.raise_version from public;

create trigger appointments_raise_version
before update of status, service_id, staff_id, starts_at, ends_at on schnittwerk_core.appointments
for each row
when (
  (old.status, old.service_id, old.staff_id, old.starts_at, old.ends_at)
  is distinct from (new.status, new.service_id, new.staff_id, new.starts_at, new.ends_at)
)
execute function schnittwerk_core.raise_version();
