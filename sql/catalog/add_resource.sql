create function schnittwerk_core.add_resource()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.resource (salon_id, id, kind)
  -- The kind of staff is a generated column, which has no value yet.
  values (new.salon_id, new.id, coalesce(new.kind, 'staff'))
  on conflict do nothing;
  return new;
end
$$;

comment on function schnittwerk_core.add_resource() is
  'Creates the resource of a new member of staff or unit.';

revoke execute on function schnittwerk_core.add_resource from public;

create trigger staff_are_resources
before insert on schnittwerk_core.staff
for each row execute function schnittwerk_core.add_resource();

create trigger unit_is_a_resource
before insert on schnittwerk_core.unit
for each row execute function schnittwerk_core.add_resource();
