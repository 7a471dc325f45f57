-- Deploy schnittwerk:foundation

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/foundation/schemas.sql
-- Keeps an existing schema as it is (Supabase has extensions).
create schema if not exists extensions;
create schema schnittwerk;
create schema schnittwerk_core;

comment on schema schnittwerk is
  'The appointment book''s API: functions only, the one schema to expose to clients.';
comment on schema schnittwerk_core is
  'The appointment book''s tables and engine: never exposed, no grants on tables.';

revoke all on schema schnittwerk_core from public;
-- end include

-- include: sql/foundation/extensions.sql
-- Trusted since PostgreSQL 13: an owner of the database may create it without superuser rights.
create extension if not exists btree_gist with schema extensions;
-- end include

-- include: sql/foundation/roles.sql
-- Roles belong to the cluster: another database may have made them, and no revert drops them.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'schnittwerk_anon', 'schnittwerk_user', 'schnittwerk_service', 'schnittwerk_gateway'
  ] loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null; -- made by another database's migration at this moment
      end;
    end if;
  end loop;
end
$$;

grant usage on schema schnittwerk to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- for the two tables that monitoring reads
grant usage on schema schnittwerk_core to schnittwerk_service;
-- end include

-- include: sql/foundation/new_id.sql
create function schnittwerk_core.new_id()
returns uuid
language sql
volatile
parallel safe
return encode(
  -- A random uuid has version 4. Setting two more bits makes it version 7.
  set_bit(set_bit(
    overlay(
      uuid_send(gen_random_uuid())
      placing substring(
        int8send((1000 * extract(epoch from clock_timestamp()))::bigint) from 3)
      from 1
    ), 52, 1), 53, 1),
  'hex')::uuid;

-- PostgreSQL 18 has a function for it at a third of the cost; every record of a booking takes one.
do $$
begin
  if to_regprocedure('pg_catalog.uuidv7()') is not null then
    create or replace function schnittwerk_core.new_id()
    returns uuid
    language sql
    volatile
    parallel safe
    return uuidv7();
  end if;
end
$$;

comment on function schnittwerk_core.new_id() is
  'A new uuid of version 7 (RFC 9562): the milliseconds of the wall clock since 1970, then random bits. Successive rows are neighbours in every index, so an insert into a large table reads and logs few index pages.';

revoke execute on function schnittwerk_core.new_id from public;
-- end include

-- include: sql/foundation/clock.sql
create function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
return statement_timestamp();

comment on function schnittwerk_core.clock() is
  'The book''s only source of "now": the start of the client''s statement. Tests replace it inside their transaction.';

revoke execute on function schnittwerk_core.clock from public;
-- end include

-- include: sql/foundation/domains.sql
-- The server parses a table's check constraints at every insert, but a domain's once per session. So
-- checks of frequent inserts are domains.
create domain schnittwerk_core.price as numeric(10, 2)
  constraint price_is_not_negative check (value >= 0);

comment on domain schnittwerk_core.price is 'A price in the salon''s currency.';

create domain schnittwerk_core.minutes_of_a_day as int
  constraint minutes_are_0_to_1440 check (value between 0 and 1440);

comment on domain schnittwerk_core.minutes_of_a_day is 'Minutes, up to a whole day.';

create domain schnittwerk_core.hours_of_a_year as numeric
  constraint hours_are_0_to_8760 check (value between 0 and 8760);

comment on domain schnittwerk_core.hours_of_a_year is 'Hours, up to a year.';

create domain schnittwerk_core.fee_percent as numeric
  constraint fee_percent_is_above_0_and_at_most_100 check (value > 0 and value <= 100);

comment on domain schnittwerk_core.fee_percent is 'The percentage of a price that a fee amounts to.';

create domain schnittwerk_core.small_count as int
  constraint count_is_0_to_1000 check (value between 0 and 1000);

comment on domain schnittwerk_core.small_count is 'How many times, up to a thousand.';

create domain schnittwerk_core.note as text
  constraint note_has_at_most_2000_characters check (length(value) <= 2000);

comment on domain schnittwerk_core.note is 'Free text that a person has entered.';

create domain schnittwerk_core.appointment_status as text
  constraint appointments_status_is_known
    check (value in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show'));

comment on domain schnittwerk_core.appointment_status is 'What has become of an appointment.';
-- end include

-- include: sql/foundation/utc_text.sql
create function schnittwerk_core.utc_text(p_instant timestamptz)
returns text
language sql
stable
parallel safe
-- JSON spells instants in ISO 8601, whatever the session's DateStyle.
return (to_jsonb(p_instant at time zone 'UTC') #>> '{}') || 'Z';

comment on function schnittwerk_core.utc_text(timestamptz) is
  'An instant as ISO 8601 text in UTC with Z, whatever the session''s time zone.';

revoke execute on function schnittwerk_core.utc_text from public;
-- end include

-- include: sql/foundation/line.sql
create function schnittwerk_core.line(p_text text)
returns text
language sql
immutable
parallel safe
return btrim(
  normalize(p_text, nfc),
  E'\t\n\x0b\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
  || E'\u2028\u2029\u202f\u205f\u3000'
);

comment on function schnittwerk_core.line(text) is
  'Composes a name or an address (NFC) and trims all Unicode white space from both ends: the form in which it is stored.';

revoke execute on function schnittwerk_core.line from public;
-- end include

-- include: sql/foundation/is_line.sql
create function schnittwerk_core.is_line(p_text text, p_longest int default 200)
returns boolean
language sql
immutable
parallel safe
return p_text <> '' and length(p_text) <= p_longest and p_text = schnittwerk_core.line(p_text)
  and p_text !~ '[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]';

comment on function schnittwerk_core.is_line(text, int) is
  'Whether a text can be stored as a name: 1 to p_longest characters in the form that line() gives, without control characters, line breaks or bidirectional controls, which could make it look like several lines or like another name.';

revoke execute on function schnittwerk_core.is_line from public;
-- end include

-- include: sql/foundation/is_email.sql
create function schnittwerk_core.is_email(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 254 and strpos(p_text, '@') <= 65 and p_text ~ (
  '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
  || '@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$'
);

comment on function schnittwerk_core.is_email(text) is
  'Whether a text is an e-mail address that messages can be sent to: a local part of 1 to 64 characters, a domain of at least two labels, at most 254 characters in all.';

revoke execute on function schnittwerk_core.is_email from public;
-- end include

-- include: sql/foundation/is_phone.sql
create function schnittwerk_core.is_phone(p_text text)
returns boolean
language sql
immutable
parallel safe
return length(p_text) <= 50 and p_text ~ '^\+?([ ()./-]*[0-9]){5,20}[ ()./-]*$';

comment on function schnittwerk_core.is_phone(text) is
  'Whether a text is a telephone number: 5 to 20 digits, separated by spaces and ( ) - . /, a + only at the front, at most 50 characters in all.';

revoke execute on function schnittwerk_core.is_phone from public;
-- end include

-- include: sql/foundation/sort_key.sql
create function schnittwerk_core.sort_key(p_text text)
returns text
language sql
immutable
parallel safe
return lower(regexp_replace(
  normalize(p_text, nfd),
  '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
));

comment on function schnittwerk_core.sort_key(text) is
  'The key by which lists are ordered and searched: a name in lower case, without accents and other combining marks. The name itself breaks ties.';

revoke execute on function schnittwerk_core.sort_key from public;
-- end include

-- include: sql/foundation/time_text.sql
create function schnittwerk_core.time_text(p_time time)
returns text
language sql
immutable
parallel safe
return to_char(p_time::interval, 'HH24:MI');

comment on function schnittwerk_core.time_text(time) is
  'A local time of day as HH:MM, up to 24:00.';

revoke execute on function schnittwerk_core.time_text from public;
-- end include

-- include: sql/foundation/json_or_null.sql
-- Not parallel safe: up to PostgreSQL 16 a parallel query cannot catch exceptions.
create function schnittwerk_core.json_or_null(p_text text)
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Most calls pass nothing, and an exception block costs a subtransaction even without an error.
  if p_text is null or p_text = '' then
    return null;
  end if;
  begin
    return p_text::jsonb;
  exception
    when invalid_text_representation or untranslatable_character -- not JSON, or with \u0000
      or numeric_value_out_of_range
      or program_limit_exceeded -- the category: also nesting too deep
    then
      return null;
  end;
end
$$;

comment on function schnittwerk_core.json_or_null(text) is
  'Parses a text as JSON; null if it is not JSON, or not JSON that Postgres can store.';

revoke execute on function schnittwerk_core.json_or_null from public;
-- end include

-- include: sql/foundation/salon.sql
create table schnittwerk_core.salon (
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  time_zone text not null,
  currency text not null default 'CHF',
  buffer_time_minutes int not null default 15,
  max_advance_booking_days int,
  slot_interval_minutes int not null default 15,
  preferred_from time not null default '10:00',
  preferred_until time not null default '16:00',
  quiet_from time,
  quiet_until time,
  price_rounding numeric(10, 2) not null default 0.05,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint salon_pkey primary key (id),
  constraint salon_name_is_unique unique (name),
  constraint salon_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint salon_currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint salon_buffer_time_is_0_to_1440 check (buffer_time_minutes between 0 and 1440),
  constraint salon_max_advance_booking_is_1_to_730
    check (max_advance_booking_days between 1 and 730),
  constraint salon_slot_interval_is_1_to_1440 check (slot_interval_minutes between 1 and 1440),
  constraint salon_price_rounding_is_positive check (price_rounding > 0),
  constraint salon_preferred_hours_end_after_start check (preferred_until > preferred_from),
  constraint salon_quiet_hours_begin_and_end
    check ((quiet_from is null) = (quiet_until is null)),
  constraint salon_quiet_hours_are_not_the_whole_day
    check (quiet_from <> quiet_until and (quiet_from, quiet_until) <> ('00:00', '24:00'))
);

alter table schnittwerk_core.salon enable row level security;

comment on table schnittwerk_core.salon is
  'A location: its own time zone, currency, hours and settings. Every scheduling row belongs to one.';
comment on column schnittwerk_core.salon.id is 'Identifies the salon.';
comment on column schnittwerk_core.salon.name is 'Name for customers; unique.';
comment on column schnittwerk_core.salon.time_zone is
  'IANA name, such as Europe/Zurich; hours, weekdays, holidays and dates are local to it.';
comment on column schnittwerk_core.salon.currency is 'ISO 4217 code of all its prices.';
comment on column schnittwerk_core.salon.buffer_time_minutes is
  'Minutes kept free after an appointment, unless the service says otherwise.';
comment on column schnittwerk_core.salon.max_advance_booking_days is
  'How far ahead appointments can be booked, in days; null leaves it to the policy.';
comment on column schnittwerk_core.salon.slot_interval_minutes is
  'Minutes from one slot''s start to the next.';
comment on column schnittwerk_core.salon.preferred_from is 'Slots from this local time on are preferred.';
comment on column schnittwerk_core.salon.preferred_until is 'Slots before this local time are preferred.';
comment on column schnittwerk_core.salon.quiet_from is
  'Local time from which messages to customers wait; null = never.';
comment on column schnittwerk_core.salon.quiet_until is
  'Local time until which they wait: on the next day unless it is later than quiet_from.';
comment on column schnittwerk_core.salon.price_rounding is
  'Prices that a price rule has changed, and fees, are multiples of this amount.';
comment on column schnittwerk_core.salon.created_at is 'When the salon was created.';
-- end include

-- include: sql/foundation/salon_time_zone_is_known.sql
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
-- end include

-- include: sql/foundation/touch_updated_at.sql
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
-- end include

-- include: sql/foundation/make_partition.sql
create function schnittwerk_core.make_partition(
  p_table_name text, p_starts_at timestamptz default null, p_ends_at timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_table constant regclass := format('schnittwerk_core.%I', p_table_name);
  v_name constant text := concat(p_table_name, '_',
    coalesce(to_char(p_starts_at, 'YYYY_MM'), 'default'));
  v_trigger record;
begin
  -- Attaching a table does not block writers of other partitions, as creating a partition would.
  execute format(
    'create table schnittwerk_core.%I'
    ' (like %s including defaults including constraints including comments)', v_name, v_table);
  execute format('alter table schnittwerk_core.%I enable row level security', v_name);
  execute format('comment on table schnittwerk_core.%I is %L', v_name, case
    when p_starts_at is null then
      format('The rows of %s of months without a partition.', p_table_name)
    else format('The rows of %s from %s until %s, UTC.', p_table_name,
      p_starts_at::date, p_ends_at::date) end);
  execute format('alter table %s attach partition schnittwerk_core.%I %s', v_table, v_name, case
    when p_starts_at is null then 'default'
    else format('for values from (%L) to (%L)', p_starts_at, p_ends_at) end);
  -- Row triggers are inherited, statement triggers are not.
  for v_trigger in
    select t.tgname, t.tgenabled = 'A' as is_always, t.tgfoid::regproc as function
    from pg_trigger t
    where t.tgrelid = v_table and not t.tgisinternal and t.tgtype & 32 <> 0 -- TRUNCATE
  loop
    execute format(
      'create trigger %I before truncate on schnittwerk_core.%I'
      ' for each statement execute function %s()',
      v_trigger.tgname, v_name, v_trigger.function);
    if v_trigger.is_always then
      execute format('alter table schnittwerk_core.%I enable always trigger %I',
        v_name, v_trigger.tgname);
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.make_partition(text, timestamptz, timestamptz) is
  'Creates the partition of a table for the time between two instants, named by its month, or without them the default partition. It gets the table''s comments, row security and triggers. Raises check_violation if the default partition has rows of that time.';

revoke execute on function schnittwerk_core.make_partition from public;
-- end include

commit;
