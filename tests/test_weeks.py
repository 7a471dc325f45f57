"""The weeks of the calendar that are kept, against those that are computed.

Whatever changes what they follow from, by hand or not, within a transaction or once it has ended:
slots are the same as if nothing were kept.
"""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from calls import Connection, save, stop_clock, wait_until_blocked, write
from conftest import Database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOW = dt.datetime.now(dt.UTC)
SALON = "00000000-0000-0000-0000-000000000001"
SERVICE = "00000000-0000-0000-0000-000000000002"
STAFF = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"]

SCENE = f"""
insert into schnittwerk_core.salon (id, name, time_zone) values ('{SALON}', 'Salon', 'UTC');
insert into schnittwerk_core.services (salon_id, id, name, duration_minutes, base_price)
values ('{SALON}', '{SERVICE}', 'Cut', 45, 50);
insert into schnittwerk_core.staff (salon_id, id, full_name)
values ('{SALON}', '{STAFF[0]}', 'Anna'), ('{SALON}', '{STAFF[1]}', 'Ben');
insert into schnittwerk_core.staff_services (salon_id, service_id, staff_id)
values ('{SALON}', '{SERVICE}', '{STAFF[0]}'), ('{SALON}', '{SERVICE}', '{STAFF[1]}');
insert into schnittwerk_core.opening_hours (salon_id, day_of_week, start_time, end_time)
select '{SALON}', d, '09:00', '17:00' from generate_series(0, 6) d;
insert into schnittwerk_core.staff_availability
  (salon_id, staff_id, day_of_week, start_time, end_time)
select '{SALON}', m.id, d, '08:00', '16:00'
from schnittwerk_core.staff m cross join generate_series(0, 6) d;
"""

CLOSE_A_WEEKDAY = """delete from schnittwerk_core.opening_hours
  where salon_id = %(salon)s and day_of_week = %(day)s %% 7"""

# Of %(staff)s, %(day)s, a number, and two times: %(start)s before %(end)s.
CHANGES = [
    """insert into schnittwerk_core.opening_hours
        (salon_id, day_of_week, start_time, end_time)
        values (%(salon)s, %(day)s %% 7, %(start)s, %(end)s)
        on conflict do nothing""",
    """update schnittwerk_core.opening_hours set end_time = '23:00'
        where salon_id = %(salon)s and day_of_week = %(day)s %% 7""",
    CLOSE_A_WEEKDAY,
    """insert into schnittwerk_core.special_hours
        (salon_id, date, start_time, end_time)
        values (%(salon)s, current_date + %(day)s, %(start)s, %(end)s)
        on conflict do nothing""",
    """update schnittwerk_core.special_hours set date = date + 1
        where salon_id = %(salon)s and date = (
        select max(date) from schnittwerk_core.special_hours)""",
    """delete from schnittwerk_core.special_hours
        where salon_id = %(salon)s and date < current_date + %(day)s""",
    """insert into schnittwerk_core.holidays
        (salon_id, name, date, affects_all_staff)
        values (%(salon)s, 'Away', current_date + %(day)s, %(day)s %% 2 = 0)""",
    """update schnittwerk_core.holidays set affects_all_staff = not affects_all_staff
        where salon_id = %(salon)s""",
    """delete from schnittwerk_core.holidays
        where salon_id = %(salon)s and date < current_date + %(day)s""",
    """insert into schnittwerk_core.holiday_staff (salon_id, holiday_id, staff_id)
        select salon_id, id, %(staff)s from schnittwerk_core.holidays
        where salon_id = %(salon)s and not affects_all_staff
        on conflict do nothing""",
    """delete from schnittwerk_core.holiday_staff
        where salon_id = %(salon)s and staff_id = %(staff)s""",
    """insert into schnittwerk_core.staff_availability
        (salon_id, staff_id, day_of_week, start_time, end_time, availability_type)
        values (%(salon)s, %(staff)s, %(day)s %% 7, %(start)s, %(end)s,
        case when %(day)s %% 3 = 0 then 'unavailable' else 'available' end)
        on conflict do nothing""",
    """update schnittwerk_core.staff_availability set staff_id = %(staff)s
        where salon_id = %(salon)s and day_of_week = %(day)s %% 7 and not exists (
        select from schnittwerk_core.staff_availability other
        where other.staff_id = %(staff)s and other.day_of_week = %(day)s %% 7)""",
    """delete from schnittwerk_core.staff_availability
        where salon_id = %(salon)s and staff_id = %(staff)s
        and day_of_week = %(day)s %% 7""",
    """insert into schnittwerk_core.staff_timeoff
        (salon_id, staff_id, start_date, end_date)
        values (%(salon)s, %(staff)s, current_date + %(day)s, current_date + %(day)s + 3)""",
    """update schnittwerk_core.staff_timeoff set is_approved = not is_approved
        where salon_id = %(salon)s""",
    "delete from schnittwerk_core.staff_timeoff where salon_id = %(salon)s",
    """update schnittwerk_core.salon set time_zone = case when %(day)s %% 2 = 0
        then 'America/Havana' else 'Europe/Zurich' end where id = %(salon)s""",
    """update schnittwerk_core.salon
        set preferred_from = %(start)s, preferred_until = %(end)s where id = %(salon)s""",
    """update schnittwerk_core.salon
        set max_advance_booking_days = 1 + %(day)s where id = %(salon)s""",
    """update schnittwerk_core.staff set is_active = not is_active
        where salon_id = %(salon)s and id = %(staff)s""",
    """insert into schnittwerk_core.booking_policies
        (salon_id, policy_key, policy_value)
        values (%(salon)s, 'advance_booking_limit_days', to_jsonb(1 + %(day)s))
        on conflict (salon_id, policy_key) do update
        set policy_value = excluded.policy_value""",
    """delete from schnittwerk_core.booking_policies
        where salon_id = %(salon)s""",
]  # fmt: skip

ENDS = ["commit", "commit", "rollback", "savepoint"]


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A statement with its arguments."""
    start = draw(st.integers(0, 22))
    return draw(st.sampled_from(CHANGES)), {
        "salon": SALON,
        "staff": draw(st.sampled_from(STAFF)),
        "day": draw(st.integers(0, 90)),
        "start": f"{start:02}:00",
        "end": f"{draw(st.integers(start + 1, 24)):02}:00",
    }


def arrange(owner: Connection) -> None:
    """Two listings can only be compared at one moment: the clock stands."""
    owner.execute(SCENE)
    stop_clock(owner, NOW)


@pytest.fixture
def there(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.dsn()) as connection:
        arrange(connection)
        connection.commit()
        yield connection


def slots(connection: Connection) -> list[Any]:
    return connection.execute(
        "select * from schnittwerk.find_slots(%s, %s::date - 1, %s::date + 90)",
        [SERVICE, NOW, NOW],
    ).fetchall()


def computed(connection: Connection) -> list[Any]:
    """The slots as they are where no week is kept."""
    with connection.transaction(force_rollback=True):
        forget_weeks(connection)
        return slots(connection)


def forget_weeks(connection: Connection) -> None:
    connection.execute("delete from schnittwerk_core.staff_week")
    connection.execute("delete from schnittwerk_core.salon_week")


def missing_weeks(connection: Connection) -> int:
    """How many weeks of staff that can be booked are not kept, or out of date."""
    row = connection.execute(
        "select count(*)"
        " from schnittwerk_core.salon s"
        " join schnittwerk_core.salon_state z on z.salon_id = s.id"
        " join schnittwerk_core.staff m on m.salon_id = s.id"
        " cross join lateral schnittwerk_core.salon_calendar(s.id, current_date, current_date) c"
        " cross join generate_series("
        "  schnittwerk_core.week_of((c.read_at at time zone s.time_zone)::date),"
        "  (c.latest_start at time zone s.time_zone)::date, interval '7 days') w (week)"
        " where not exists (select from schnittwerk_core.staff_week k"
        "  where k.salon_id = s.id and k.staff_id = m.id and k.week = w.week::date"
        "  and k.salon_version = z.calendar_version and k.staff_version = m.calendar_version)"
    ).fetchone()
    assert row is not None
    return int(row[0])


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "15")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    transactions=st.lists(
        st.tuples(st.lists(changes(), min_size=1, max_size=3), st.sampled_from(ENDS)),
        min_size=1,
        max_size=4,
    )
)
def test_kept_weeks_are_those_computed(
    there: Connection, transactions: list[tuple[list[tuple[str, dict[str, Any]]], str]]
) -> None:
    for statements, end in transactions:
        with there.transaction(force_rollback=end == "rollback"):
            for statement, arguments in statements:
                with there.transaction(force_rollback=end == "savepoint"):
                    there.execute(statement, arguments)
                    assert slots(there) == computed(there)
            assert slots(there) == computed(there)
        there.commit()
        assert slots(there) == computed(there)
        assert missing_weeks(there) == 0
        there.rollback()


def test_a_week_computed_before_a_change_is_worth_nothing_after_it(
    database: Database, there: Connection
) -> None:
    """Whoever keeps weeks at the moment of a change does so of what was before."""
    forget_weeks(there)
    there.commit()
    with (
        psycopg.connect(database.dsn()) as keeper,
        psycopg.connect(database.dsn()) as changer,
    ):
        keeper.execute("set transaction isolation level repeatable read")
        before = slots(keeper)
        changer.execute(CLOSE_A_WEEKDAY, {"salon": SALON, "day": 1})
        changer.execute("set constraints all immediate")
        forget_weeks(changer)
        changer.commit()
        # of what the keeper sees, which is over
        keeper.execute("select schnittwerk_core.keep_weeks(%s)", [SALON])
        keeper.commit()
    after = slots(there)
    assert after != before
    assert after == computed(there)
    there.execute("select schnittwerk_core.keep_weeks(%s)", [SALON])
    assert slots(there) == after
    assert missing_weeks(there) == 0


def test_a_new_zone_file_counts_on_new_connections(database: Database) -> None:
    """As after an update of the time zone files; nothing has restarted."""
    # the embedded server's own copy
    files = next(database.cluster.server.home.glob("programs/**/share/timezone"), None)
    if files is None:
        pytest.skip("this server reads the system's time zones, which are not ours to change")
    zone = files / "Etc" / "Moving"
    day = NOW.date() + dt.timedelta(days=10)

    def book(connection: Connection, key: str, start: str) -> str:
        [(starts_at,)] = connection.execute("select %s::timestamptz", [f"{day} {start}"]).fetchall()
        answer = write(
            connection,
            "create_booking",
            p_idempotency_key=key,
            p_customer_id=customer,
            p_service_id=SERVICE,
            p_starts_at=starts_at,
            p_staff_id=STAFF[0],
        )
        return str(answer["appointment"]["id"] if answer["success"] else answer["code"])

    try:
        shutil.copy(files / "Europe" / "Zurich", zone)
        with psycopg.connect(database.dsn(), autocommit=True) as before:
            arrange(before)
            before.execute("update schnittwerk_core.salon set time_zone = 'Etc/Moving'")
            customer = save(before, "save_customer", p_full_name="Carla")["customer"]["id"]
            moved = book(before, "1", "14:00 Europe/Zurich")
            assert missing_weeks(before) == 0
        zone.unlink()
        shutil.copy(files / "Asia" / "Tokyo", zone)
        with psycopg.connect(database.dsn(), autocommit=True) as after:
            listed = slots(after)
            assert listed == computed(after)
            [(opens, closes)] = after.execute(
                "select min(t), max(t) from unnest(%s::timestamptz[]) s,"
                " lateral (select (s at time zone 'Asia/Tokyo')::time) l (t)",
                [[slot[1] for slot in listed if slot[1].date() == day]],
            ).fetchall()
            assert (opens, closes) == (dt.time(9), dt.time(15, 15))
            assert book(after, "2", "12:00 Europe/Zurich") == "outside_business_hours"
            kept = book(after, "3", "14:00 Asia/Tokyo")
            assert kept != moved
            affected = save(after, "maintain")["affected_appointments"]
            assert [appointment["id"] for appointment in affected] == [moved]
            assert missing_weeks(after) == 0
            assert slots(after) == computed(after)
    finally:
        zone.unlink(missing_ok=True)


def test_policies_set_at_once_all_hold(database: Database, there: Connection) -> None:
    """Whoever is second writes down what holds once the first has ended."""
    statement = (
        "insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value)"
        " values (%s, %s, '7')"
    )
    with (
        psycopg.connect(database.dsn()) as first,
        psycopg.connect(database.dsn(), autocommit=True) as second,
        ThreadPoolExecutor(1) as thread,
    ):
        first.execute(statement, [SALON, "max_reschedules"])
        waiting = thread.submit(second.execute, statement, [SALON, "advance_booking_limit_days"])
        wait_until_blocked(there, second)
        first.commit()
        waiting.result()
    there.rollback()
    assert there.execute(
        "select z.policies = schnittwerk_core.merged_policies(z.salon_id)"
        " from schnittwerk_core.salon_state z"
    ).fetchone() == (True,)
