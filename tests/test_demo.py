"""The demonstration, and the salon it is told on."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import psycopg
import pytest
from calls import stop_clock
from click.testing import CliRunner
from conftest import OWNER, Database

from schnittwerk_db import connect
from schnittwerk_db.cli import main
from schnittwerk_db.cli.demo import EXAMPLE, SERVICE
from schnittwerk_db.cli.session import Session
from schnittwerk_db.loading import load
from schnittwerk_db.notation import minutes_of
from schnittwerk_db.salon_file import SalonFile

DEMO = SalonFile.read(EXAMPLE).values


def demo(dsn: str, *options: str) -> str:
    done = CliRunner().invoke(main, ["--dsn", dsn, *options, "demo"])
    assert done.exit_code == 0, done.output
    return done.stdout


def check(steps: list[dict[str, Any]], now: str | None = None) -> None:
    """That the steps show what the demonstration is there to show."""
    server, schema, salon, slots, booked, refused, replayed, explained, first, *waitlist = (
        step["result"] for step in steps
    )
    policy, entry, cancelled, offers, accepted, history, *visits = waitlist
    found, visit, gap, cancelled_visit, *prices = visits
    assert server["database"]
    assert isinstance(schema, list)
    assert salon["counts"]["services"] == 13
    assert slots[0]["starts_at"] > (now or dt.datetime.now(dt.UTC).isoformat())
    assert booked["starts_at"] in {it["starts_at"] for it in slots}
    assert booked["replayed"] is False
    assert (refused["code"], refused["status"]) == ("slot_conflict", 409)
    assert replayed == booked | {"replayed": True}
    assert len(explained) == 12
    assert "business_closed" in {it["code"] for it in explained if not it["passed"]}
    assert len(first) == 1
    assert policy["policy_value"] == 2160
    assert entry["status"] == "active"
    assert (cancelled["id"], cancelled["status"]) == (booked["id"], "cancelled")
    # what is left of the time freed may be offered to others who wait
    [offer] = [it for it in offers if it["id"] == entry["id"]]
    assert offer["offered_starts_at"] == booked["starts_at"]
    assert accepted["customer_id"] == entry["customer_id"] != booked["customer_id"]
    assert accepted["starts_at"] == booked["starts_at"]
    assert [it["action"] for it in history] == ["created", "cancelled"]
    assert visit["starts_at"] in {it["starts_at"] for it in found}
    assert [len(it["steps"] or []) for it in visit["appointments"]] == [3, 0]
    assert "slot_conflict" not in {it["code"] for it in gap}
    assert (cancelled_visit["id"], cancelled_visit["status"]) == (visit["id"], "cancelled")
    price, priced, cancelled_late = prices
    assert [it["name"] for it in price["rules"]][-1] == "Welcome"
    assert price["code"] is None
    assert priced["price"] == price["price"] < price["base_price"]
    assert priced["price_details"]["rules"] == price["rules"]
    fee_is_due(cancelled, now)
    fee_is_due(cancelled_late, now)


def fee_is_due(cancelled: dict[str, Any], now: str | None) -> None:
    """That half the price is owed, to five centimes, unless there was a day left."""
    starts_at = dt.datetime.fromisoformat(cancelled["starts_at"])
    since = dt.datetime.fromisoformat(now) if now else dt.datetime.now(dt.UTC)
    left = starts_at - since
    if left > dt.timedelta(hours=24):
        assert cancelled["fee"] is None
    elif left < dt.timedelta(hours=23, minutes=55):  # the demonstration takes a while
        assert abs(cancelled["fee"]["amount"] - cancelled["price"] / 2) <= 0.05


def test_the_demo_runs_on_an_empty_database_and_again(template: Database) -> None:
    cluster, name = template.cluster, "book_demo"
    with psycopg.connect(cluster.dsn(), autocommit=True) as superuser:
        superuser.execute(f"create database {name} owner {OWNER}")
        try:
            dsn = cluster.dsn(name, OWNER)
            once, again = (json.loads(demo(dsn, "--json")) for _ in range(2))
            check(once)
            check(again)
            assert once[1]["result"][0] == "foundation"
            assert again[1]["result"] == []
            assert once[4]["result"]["id"] != again[4]["result"]["id"]
            told = demo(dsn)
            for number, step in enumerate(once, 1):
                assert f"{number}. " in told
                assert step["command"].split()[1] in told
            assert "refused, slot_conflict: Time slot conflicts with another appointment" in told
            with connect(dsn) as client:
                assert len(client.list_salons()) == 1
                assert len(client.list_customers()) == 4
        finally:
            superuser.execute(f"drop database {name} with (force)")


def test_the_demo_runs_at_any_hour_of_any_day(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def salons_date(self: Session) -> dt.date:
        return dt.datetime.fromisoformat(moment).astimezone(self.zone).date()

    monkeypatch.setattr(Session, "today", property(salons_date))
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        for moment in (
            "2026-12-24T22:30Z",  # before Christmas, Saint Stephen's Day and a Sunday
            "2026-12-31T23:30Z",  # 2027 already, in Zurich
            "2027-03-25T20:00Z",  # before Good Friday
            "2027-03-27T16:00Z",  # Saturday: then the clocks change, and Easter Monday
            "2027-03-28T01:00Z",
            "2027-10-31T00:30Z",  # 02:30, for the first time
        ):
            stop_clock(owner, moment)
            check(json.loads(demo(database.dsn(), "--json")), moment)


def test_customers_who_wait_already_do_not_spoil_the_demo(database: Database) -> None:
    dsn = database.dsn()
    first = json.loads(demo(dsn, "--json"))
    with connect(dsn) as client:
        client.cancel_booking(first[13]["result"]["id"])
        services = {it.name: it.id for it in client.list_services()}
        today = dt.date.today()
        for customer in client.list_customers():
            client.join_waitlist(
                *(customer.id, services[SERVICE], today, today + dt.timedelta(days=30))
            )
    check(json.loads(demo(dsn, "--json")))


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_example_has_zurichs_public_holidays(database: Database, year: int) -> None:
    with connect(database.dsn()) as client:
        load(client, EXAMPLE)
        found = client.list_holidays(dt.date(year, 1, 1), dt.date(year, 12, 31))
    fixed = {(1, 1), (1, 2), (5, 1), (8, 1), (12, 25), (12, 26)}
    after_easter = (-2, 1, 39, 50)
    assert {it.date for it in found} == {dt.date(year, *it) for it in fixed} | {
        easter(year) + dt.timedelta(days=days) for days in after_easter
    }
    assert all(it.affects_all_staff for it in found)


def easter(year: int) -> dt.date:
    """Easter Sunday, by Gauss's rule for 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    days = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    if moon == 29 or (moon == 28 and days == 6):
        days -= 7
    return dt.date(year, 3, 22) + dt.timedelta(days=moon + days)


def test_the_example_has_the_hours_and_policies_of_the_original_and_fees() -> None:
    usual = {"is_open": True, "start_time": "09:00", "end_time": "18:00"}
    late = usual | {"end_time": "19:00"}
    assert DEMO["settings"] == {
        "opening_hours": {
            "0": {"is_open": False, "start_time": "10:00", "end_time": "14:00"},
            **dict.fromkeys("123", usual),
            **dict.fromkeys("45", late),
            "6": {"is_open": True, "start_time": "08:00", "end_time": "16:00"},
        },
        "buffer_time_minutes": 15,
        "max_advance_booking_days": 30,
    }
    assert DEMO["policies"] == {
        "cancellation_deadline_hours": 24,
        "reschedule_deadline_hours": 2,
        "max_reschedules": 3,
        "advance_booking_limit_days": 90,
        "minimum_booking_notice_hours": 2,
        "waitlist_notification_hours": 48,
        "double_booking_prevention": True,
    } | {"late_cancellation_fee_percent": 50, "no_show_fee_percent": 100}


def test_the_example_has_thirteen_services_and_four_staff_who_differ() -> None:
    minutes = [it.get("duration_minutes") or minutes_of(it["steps"]) for it in DEMO["services"]]
    assert (len(minutes), min(minutes), max(minutes)) == (13, 15, 180)
    assert all(it["base_price"] > 0 for it in DEMO["services"])
    performed = [
        frozenset(each if isinstance(each, str) else each["name"] for each in it["services"])
        for it in DEMO["staff"]
    ]
    assert len(set(performed)) == 4
    assert frozenset().union(*performed) == {it["name"] for it in DEMO["services"]}
    assert all(it["breaks"] for it in DEMO["staff"])
    assert DEMO["customers"]
