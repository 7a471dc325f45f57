create function schnittwerk_core.salon_time_zone_is_known()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
begin
  -- The look-up below reads every file of the server's zone database: about 20 ms.
  if new.time_zone = 'UTC' or tg_op = 'UPDATE' and new.time_zone = old.time_zone then
    return new;
  end if;
  select min(n.name) into v_name
  from pg_timezone_names n
  where lower(n.name) = lower(new.time_zone)
    and n.name ~ '^(UTC|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$'
    and n.name !~ '^(posix|right)/';
  if v_name = new.time_zone then
    return new;
  end if;
  raise exception using
    errcode = 'check_violation', constraint = 'salon_time_zone_is_known',
    message = format('"%s" is not the IANA name of a time zone', left(new.time_zone, 100)),
    detail = format('Use %s.', coalesce(v_name, 'a name such as Europe/Zurich'));
end
$$;

comment on function schnittwerk_core.salon_time_zone_is_known() is
  'Refuses a time zone that is neither UTC nor an IANA area and location, spelled as in pg_timezone_names. The server also accepts other spellings, abbreviations and POSIX strings, which other programs do not know.';

revoke execute on function schnittwerk_core.salon_time_zone_is_known from public;

create trigger salon_time_zone_is_known
before insert or update of time_zone on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_time_zone_is_known();
