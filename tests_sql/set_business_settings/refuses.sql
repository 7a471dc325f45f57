begin;
select plan(21);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.set_business_settings('{"buffer_time_minutes": 0}')$$),
  'admin service', 'only admins and the service change settings'
);
select is(
  pg_temp.refusal(schnittwerk.set_business_settings(s.settings)), '400 invalid_input: ' || s.paths,
  format('the settings %s are refused', coalesce(s.settings::text, 'of SQL null'))
)
from (
  values
    (null::jsonb, 'p_settings'), ('null', 'p_settings'), ('["buffer_time_minutes"]', 'p_settings'),
    ('{"buffer_minutes": 5, "opening_hours": {"7": []}}',
      'p_settings.buffer_minutes, p_settings.opening_hours.7'),
    ('{"buffer_time_minutes": null, "slot_interval_minutes": null, "preferred_hours": null,
      "opening_hours": null}',
      'p_settings.buffer_time_minutes, p_settings.slot_interval_minutes, '
      || 'p_settings.preferred_hours, p_settings.opening_hours'),
    ('{"buffer_time_minutes": -1, "max_advance_booking_days": 0, "slot_interval_minutes": 0}',
      'p_settings.buffer_time_minutes, p_settings.max_advance_booking_days, '
      || 'p_settings.slot_interval_minutes'),
    ('{"buffer_time_minutes": 1441, "max_advance_booking_days": 731,
      "slot_interval_minutes": 1441}',
      'p_settings.buffer_time_minutes, p_settings.max_advance_booking_days, '
      || 'p_settings.slot_interval_minutes'),
    ('{"buffer_time_minutes": "15", "max_advance_booking_days": 1.5, "slot_interval_minutes": []}',
      'p_settings.buffer_time_minutes, p_settings.max_advance_booking_days, '
      || 'p_settings.slot_interval_minutes'),
    ('{"preferred_hours": {"start_time": "16:00", "end_time": "10:00", "from": 1}}',
      'p_settings.preferred_hours.from, p_settings.preferred_hours.end_time'),
    ('{"preferred_hours": {"start_time": "10 am"}}',
      'p_settings.preferred_hours.start_time, p_settings.preferred_hours.end_time'),
    ('{"quiet_hours": {"start_time": "22:00", "end_time": "22:00", "day": 1}}',
      'p_settings.quiet_hours.day, p_settings.quiet_hours.end_time'),
    ('{"quiet_hours": {"start_time": "00:00", "end_time": "24:00"}}',
      'p_settings.quiet_hours.end_time'),
    ('{"price_rounding": null, "quiet_hours": 5}',
      'p_settings.price_rounding, p_settings.quiet_hours'),
    ('{"price_rounding": 0.005}', 'p_settings.price_rounding'),
    ('{"price_rounding": 100.5}', 'p_settings.price_rounding'),
    ('{"price_rounding": 0.125}', 'p_settings.price_rounding'),
    ('{"price_rounding": "0.05"}', 'p_settings.price_rounding'),
    ('{"opening_hours": [], "preferred_hours": 5}',
      'p_settings.preferred_hours, p_settings.opening_hours'),
    ('{"opening_hours": {"0": null, "1": 5, "2": {"is_open": "no"}, "3": [{}, [],
      {"start_time": "18:00", "end_time": "09:00", "is_open": true}]}}',
      'p_settings.opening_hours.0, p_settings.opening_hours.1, '
      || 'p_settings.opening_hours.2.start_time, p_settings.opening_hours.2.end_time, '
      || 'p_settings.opening_hours.2.is_open, p_settings.opening_hours.3[0].start_time, '
      || 'p_settings.opening_hours.3[0].end_time, p_settings.opening_hours.3[1], '
      || 'p_settings.opening_hours.3[2].end_time'),
    ('{"opening_hours": {"2": {"is_open": false, "start_time": "9", "end_time": "10:00"}}}',
      'p_settings.opening_hours.2.start_time')
) s (settings, paths);

select * from finish();
rollback;
