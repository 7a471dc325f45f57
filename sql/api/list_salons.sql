create function schnittwerk.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
begin atomic
  select r.id, r.name, r.time_zone, r.currency
  from schnittwerk_core.list_salons() r;
end;

comment on function schnittwerk.list_salons() is
  'All salons, by name: id, name, IANA time zone, ISO 4217 currency. For everyone.';

revoke execute on function schnittwerk.list_salons from public;
grant execute on function schnittwerk.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
