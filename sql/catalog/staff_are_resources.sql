create function schnittwerk_core.staff_are_resources()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.resource (salon_id, id, kind)
  values (new.salon_id, new.id, 'staff')
  on conflict do nothing;
  return new;
end
$$;

comment on function schnittwerk_core.staff_are_resources() is
  'Creates the resource of a new member of staff.';

revoke execute on function schnittwerk_core.staff_are_resources from public;

create trigger staff_are_resources
before insert on schnittwerk_core.staff
for each row execute function schnittwerk_core.staff_are_resources();
