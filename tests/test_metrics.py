"""Monitoring: metrics, upkeep, the log of writes, and the doctor."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from calls import logged_by
from click.testing import CliRunner
from conftest import Database
from prometheus_client.parser import text_string_to_metric_families
from salon import Salon, open_example

from schnittwerk_db import Client, Forbidden, NotFound, SlotConflict
from schnittwerk_db.cli import main
from schnittwerk_db.doctor import examine

pytestmark = pytest.mark.salon(by=open_example)


@pytest.fixture
def starts_at(salon: Salon) -> dt.datetime:
    """A start that is free."""
    return salon.slot().starts_at


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# Metrics


def test_metrics_are_typed_and_shown(salon: Salon, starts_at: dt.datetime) -> None:
    salon.appointment(starts_at, idempotency_key="1")
    salon.appointment(starts_at, idempotency_key="1")
    with pytest.raises(SlotConflict):
        salon.appointment(starts_at, idempotency_key="2")
    with pytest.raises(NotFound):
        salon.client.create_booking(salon.staff_id, salon.service_id, starts_at)
    found = salon.client.booking_metrics(
        now() - dt.timedelta(hours=1), now() + dt.timedelta(hours=1)
    )
    assert (found.attempts, found.succeeded, found.success_rate) == (3, 1, Decimal("0.3333"))
    assert found.operations["create"] == {"completed": 1, "failed": 1, "refused": 1}
    assert found.refusals == {"slot_conflict": 1, "not_found": 1}
    assert (found.conflicts, found.key_replays) == (1, 1)
    assert found.duration_ms.p50 is not None
    assert found.waitlist_conversion_rate is None
    shown = salon.run("metrics")
    assert "33.3% (1 of 3)" in shown
    assert "1 slot conflicts, 1 replays of a key" in shown
    assert salon.json("metrics")["attempts"] == 3
    yesterday = str(dt.date.today() - dt.timedelta(days=2))
    assert "none yet" in salon.run("metrics", "--from", yesterday, "--to", yesterday)


def test_metrics_tell_what_price_rules_added(salon: Salon, starts_at: dt.datetime) -> None:
    assert "price rules               none applied\n" in salon.run("metrics")
    for name, kind, amount in (("Early", "lead_time", 10), ("Dear", "time", 5)):
        salon.client.save_price_rule(
            name, kind, {"services": [str(salon.service_id)]}, {"amount": amount}
        )
    salon.appointment(starts_at)
    salon.appointment(salon.slot().starts_at)
    shown = salon.run("metrics")
    assert "revenue                   226.00 CHF of 2 bookings\n" in shown
    assert "price rules               Early +20.00 CHF (2), Dear +10.00 CHF (2)\n" in shown
    prices = salon.json("metrics")["prices"]
    assert (prices["revenue"], [it["amount"] for it in prices["rules"]]) == (226, [20, 10])
    exposed = salon.run("metrics", "--prometheus")
    labels = 'rule="Dear",salon="Schnittwerk Your Style"'
    assert f"schnittwerk_price_rule_amount{{{labels}}} 10.0" in exposed
    assert f"schnittwerk_price_rule_bookings{{{labels}}} 2.0" in exposed
    assert 'schnittwerk_revenue{salon="Schnittwerk Your Style"} 226.0' in exposed


def test_prometheus_reads_what_is_exposed_for_every_salon(
    salon: Salon, starts_at: dt.datetime
) -> None:
    salon.appointment(starts_at, idempotency_key="1")
    salon.client.save_salon('The "other"', "UTC")
    text = salon.run("metrics", "--prometheus")
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    first, other = ("salon", "Schnittwerk Your Style"), ("salon", 'The "other"')
    assert samples["schnittwerk_booking_attempts", (first,)] == 1
    assert samples["schnittwerk_booking_success_ratio", (first,)] == 1
    assert samples["schnittwerk_booking_attempts", (other,)] == 0
    assert ("schnittwerk_booking_success_ratio", (other,)) not in samples
    completed = (("operation", "create"), ("outcome", "completed"), first)
    assert samples["schnittwerk_operations", completed] == 1
    assert ("schnittwerk_slot_conflicts", (first,)) in samples
    only = salon.run("--salon", 'The "other"', "metrics", "--prometheus")
    assert "Schnittwerk Your Style" not in only


def test_slot_generation_is_measured_where_the_server_does(
    database: Database, salon: Salon
) -> None:
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as superuser:
        client = Client(superuser)
        superuser.execute("set track_functions = 'none'")
        unmeasured = client.booking_metrics(now() - dt.timedelta(days=1), now()).slot_generation
        assert unmeasured.average_ms is None
        assert "track_functions" in (unmeasured.reason or "")
        superuser.execute("set track_functions = 'pl'")
        client.find_slots(salon.service_id, dt.date.today() + dt.timedelta(days=1))
        superuser.execute("select pg_stat_force_next_flush()")
        measured = client.booking_metrics(now() - dt.timedelta(days=1), now()).slot_generation
        assert measured.reason is None
        assert measured.average_ms is not None
        assert measured.average_ms > 0


# Refusals and logs


def test_a_request_in_flight_is_counted(salon: Salon, starts_at: dt.datetime) -> None:
    """A duplicate that gives up waiting leaves a refusal, which its own transaction commits."""
    with psycopg.connect(salon.dsn) as first:
        salon.book(first, starts_at, "k")
        with salon.connect() as second:
            assert salon.book(second, starts_at, "k")["code"] == "request_in_flight"
        first.rollback()
    found = salon.client.booking_metrics(
        now() - dt.timedelta(hours=1), now() + dt.timedelta(hours=1)
    )
    assert (found.keys_in_flight, found.attempts) == (1, 0)


def test_a_write_is_a_line_of_json_where_the_policy_says_so(
    salon: Salon, starts_at: dt.datetime
) -> None:
    connection = salon.client.connection
    lines = logged_by(connection)
    salon.appointment(starts_at, idempotency_key="quiet")
    assert lines == []
    salon.client.set_policy("log_operations", True)
    salon.client.set_policy("max_reschedules", 3)
    assert [it["operation"] for it in lines] == ["set_policy"]
    lines.clear()

    connection.execute(
        "select set_config('request.headers', '{\"x-correlation-id\": \"req-123\"}', false)"
    )
    later = starts_at + dt.timedelta(days=7)
    booked = salon.appointment(later, idempotency_key="loud")
    salon.appointment(later, idempotency_key="loud")
    with pytest.raises(SlotConflict):
        salon.appointment(later, idempotency_key="late")
    user_id = UUID(int=7)
    connection.execute("select set_config('schnittwerk.acting_user', %s, false)", [str(user_id)])
    with pytest.raises(Forbidden):
        salon.appointment(later, idempotency_key="stranger")
    completed, replayed, refused, forbidden = lines
    assert completed.pop("duration") > 0
    assert completed == {
        "message": "Booking operation completed",
        "correlationId": "req-123",
        "salonId": str(salon.client.list_salons()[0].id),
        "userId": None,
        "appointmentId": str(booked.id),
        "operation": "create",
        "operationId": str(booked.operation_id),
        "status": 201,
        "code": None,
        "replayed": False,
    }
    assert (replayed["message"], replayed["replayed"]) == ("Booking operation replayed", True)
    assert replayed["appointmentId"] == str(booked.id)
    assert (refused["message"], refused["code"], refused["status"]) == (
        "Booking operation refused",
        "slot_conflict",
        409,
    )
    assert (forbidden["userId"], forbidden["code"]) == (str(user_id), "forbidden")
    assert forbidden["operationId"] is None
    stored = salon.execute(
        "select correlation_id, response ->> 'correlation_id' as answered"
        " from schnittwerk_core.booking_operations where idempotency_key in ('loud', 'late')"
    )
    assert stored == [{"correlation_id": "req-123", "answered": "req-123"}] * 2
    assert {it["correlationId"] for it in lines} == {"req-123"}


# Upkeep


def test_what_is_old_is_deleted_in_every_salon(salon: Salon, starts_at: dt.datetime) -> None:
    salon.appointment(starts_at, idempotency_key="old")
    salon.client.save_salon("Other", "UTC")
    salon.execute(
        "update schnittwerk_core.booking_operations"
        " set created_at = created_at - interval '31 days'"
    )
    # more than goes in a call
    salon.execute(
        "insert into schnittwerk_core.refusal"
        " (salon_id, operation_type, code, caller, correlation_id, created_at)"
        " select id, 'create', 'not_found', 'service', 'c', now() - interval '31 days'"
        " from schnittwerk_core.salon, generate_series(1, 10001) where name = 'Other'"
    )
    deleted = salon.json("maintain")
    assert deleted["Schnittwerk Your Style"]["operations"] == 1
    assert deleted["Other"]["refusals"] == 10001
    told = salon.run("--salon", "Other", "maintain")
    assert told == (
        "Other: 0 operations, 0 refusals, 0 ended holds, 0 ended offers, 0 claims, 0 holds,"
        " 0 events, 0 notes,"
        " 0 audit entries deleted, 0 customers erased\n"
    )


def test_a_salon_whose_upkeep_fails_does_not_keep_the_others_from_theirs(
    database: Database, salon: Salon
) -> None:
    salon.client.save_salon("A salon first of all", "UTC")
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as superuser:
        superuser.execute("set session_replication_role = replica")  # its zone is not checked
        superuser.execute(
            "update schnittwerk_core.salon set time_zone = 'Mars/Phobos' where name like 'A %'"
        )
    done = salon.invoke("maintain")
    assert done.stderr == (
        'Error: failed in A salon first of all: time zone "Mars/Phobos" not recognized\n'
    )
    assert done.stdout.startswith("Schnittwerk Your Style: 0 operations")
    assert done.exit_code == 1


# The doctor


def states(text: str) -> dict[str, str]:
    return {it["name"]: it["state"] for it in json.loads(text)}


def test_the_doctor_finds_a_book_that_works_in_order(salon: Salon) -> None:
    found = states(salon.run("--json", "doctor"))
    assert set(found.values()) <= {"ok", "warn"}
    assert {name for name, state in found.items() if state == "warn"} <= {"slot generation"}
    assert {"server version", "migrations", "btree_gist", "roles", "clock"} <= set(found)
    heading, *_ = salon.run("doctor").splitlines()
    assert heading.split() == ["state", "check", "found", "remedy"]


def test_the_doctor_tells_what_is_missing(salon: Salon) -> None:
    salon.client.save_salon("Empty", "Europe/Zurich")
    salon.execute(
        "insert into schnittwerk_core.refusal"
        " (salon_id, operation_type, code, caller, correlation_id, created_at)"
        " select id, 'create', 'not_found', 'service', 'c', now() - interval '32 days'"
        " from schnittwerk_core.salon where name = 'Empty'"
    )
    found = {it.name: it for it in examine(salon.dsn)}
    assert (found["Empty"].state, found["Empty"].found) == (
        "warn",
        "without opening hours, services, staff",
    )
    assert found["upkeep of Empty"].state == "warn"
    assert found["upkeep of Empty"].remedy == "run schnittwerk maintain daily"


def test_the_doctor_goes_by_how_long_keys_are_to_be_kept(
    salon: Salon, starts_at: dt.datetime
) -> None:
    salon.appointment(starts_at, idempotency_key="1")
    salon.execute(
        "update schnittwerk_core.booking_operations"
        " set created_at = created_at - interval '60 days'"
    )
    name = "upkeep of Schnittwerk Your Style"
    for days, state in ((58, "warn"), (60, "ok"), (3650, "ok")):
        salon.client.set_policy("retention_operations_days", days)
        assert {it.name: it for it in examine(salon.dsn)}[name].state == state


def test_the_doctor_tells_of_a_database_without_the_book(empty_database: Database) -> None:
    done = CliRunner().invoke(main, ["--dsn", empty_database.dsn(), "--json", "doctor"])
    assert done.exit_code == 1, done.output
    found = {it["name"]: it for it in json.loads(done.stdout)}
    assert found["migrations"]["state"] == "fail"
    assert found["migrations"]["remedy"] == "schnittwerk migrate"
    assert found["btree_gist"]["state"] == "fail"


def test_the_doctor_tells_of_a_login_that_may_not_read_the_book(
    database: Database, salon: Salon
) -> None:
    found = {it.name: it for it in examine(database.dsn("authenticator"))}
    assert found["rights"].state == "warn"
    assert found["migrations"].state == "fail"


def test_the_doctor_tells_where_there_is_no_server(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--dsn", f"host={tmp_path} dbname=book", "--json", "doctor"])
    assert done.exit_code == 3, done.output
    assert states(done.stdout) == {"connection": "fail"}
