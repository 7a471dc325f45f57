create function schnittwerk_core.touch_updated_at()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := schnittwerk_core.clock();
  return new;
end
$$;

comment on function schnittwerk_core.touch_updated_at() is
  'Sets updated_at to the time of the change.';

revoke execute on function schnittwerk_core.touch_updated_at from public;
