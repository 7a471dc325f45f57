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
