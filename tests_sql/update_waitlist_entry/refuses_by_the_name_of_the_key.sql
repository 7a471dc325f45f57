begin;
select plan(28);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as id \gset
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'id', changes)),
  '400 invalid_input: ' || path,
  format('the changes %s are refused', coalesce(changes::text, 'of SQL null'))
)
from (
  values
    (null::jsonb, 'p_changes'), ('null', 'p_changes'), ('[]', 'p_changes'), ('"x"', 'p_changes'),
    ('{"customer_id": null}', 'p_changes.customer_id'),
    ('{"service_id": null, "notes": "x"}', 'p_changes.service_id'),
    ('{"status": "booked"}', 'p_changes.status'),
    ('{"created_at": "2020-01-01T00:00:00Z"}', 'p_changes.created_at'),
    ('{"staff_id": 1}', 'p_changes.staff_id'),
    ('{"staff_id": "Anna"}', 'p_changes.staff_id'),
    ('{"preferred_start_date": null}', 'p_changes.preferred_start_date'),
    ('{"preferred_end_date": null}', 'p_changes.preferred_end_date'),
    ('{"preferred_start_date": "2026-02-30"}', 'p_changes.preferred_start_date'),
    ('{"preferred_end_date": 20261201}', 'p_changes.preferred_end_date'),
    ('{"preferred_end_date": "2026-11-30"}', 'p_changes.preferred_end_date'),
    ('{"preferred_start_date": "2026-12-15"}', 'p_changes.preferred_end_date'),
    ('{"preferred_times": "09:00"}', 'p_changes.preferred_times'),
    ('{"preferred_times": []}', 'p_changes.preferred_times'),
    ('{"preferred_times": ["25:00"]}', 'p_changes.preferred_times[0]'),
    ('{"preferred_times": ["09:00", null]}', 'p_changes.preferred_times[1]'),
    ('{"preferred_days": 1}', 'p_changes.preferred_days'),
    ('{"preferred_days": [1, 7]}', 'p_changes.preferred_days[1]'),
    ('{"preferred_days": [1.5]}', 'p_changes.preferred_days[0]'),
    ('{"priority": null}', 'p_changes.priority'),
    ('{"priority": "high"}', 'p_changes.priority'),
    ('{"priority": 11}', 'p_changes.priority'),
    ('{"notes": 1}', 'p_changes.notes')
) t (changes, path);
select is(
  (select count(*) from schnittwerk_core.booking_operations
    where operation_type = 'update_waitlist_entry'),
  0::bigint, 'invalid changes are not stored under the key'
);

select * from finish();
rollback;
