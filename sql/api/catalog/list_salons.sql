create function schnittwerk_core.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  select s.id, s.name, s.time_zone, s.currency
  from schnittwerk_core.salon s
  order by schnittwerk_core.sort_key(s.name), s.name;
end;

comment on function schnittwerk_core.list_salons() is 'Engine of schnittwerk.list_salons.';

revoke execute on function schnittwerk_core.list_salons from public;
grant execute on function schnittwerk_core.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
begin atomic
  select r.id, r.name, r.time_zone, r.currency
  from schnittwerk_core.list_salons() r;
end;

comment on function schnittwerk.list_salons() is
  'All salons by name, with IANA time zone and ISO 4217 currency. For everyone.';

revoke execute on function schnittwerk.list_salons from public;
grant execute on function schnittwerk.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
