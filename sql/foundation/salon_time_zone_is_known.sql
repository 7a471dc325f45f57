-- A look-up in pg_timezone_names reads the whole zone database; converting one instant does not.
create function schnittwerk_core.salon_time_zone_is_known()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.clock() at time zone new.time_zone;
  if new.time_zone !~ '^(UTC|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$' then
    raise invalid_parameter_value;
  end if;
  return new;
exception when invalid_parameter_value then
  raise exception using
    errcode = 'check_violation', constraint = 'salon_time_zone_is_known',
    message = format('"%s" is not a known IANA time zone', new.time_zone),
    hint = 'Use a name such as Europe/Zurich.';
end
$$;

comment on function schnittwerk_core.salon_time_zone_is_known() is
  'Refuses a salon whose time zone the server does not know or that is no IANA area/location name (or UTC): abbreviations and POSIX strings have no rules for summer time.';

revoke execute on function schnittwerk_core.salon_time_zone_is_known from public;

create trigger salon_time_zone_is_known
before insert or update of time_zone on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_time_zone_is_known();
