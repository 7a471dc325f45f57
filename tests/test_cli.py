"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import click
import psycopg
import pytest
from click.testing import CliRunner
from conftest import Database
from salon import CUSTOMER, SERVICE, STAFF, Salon, open_example

from schnittwerk_db import Slot
from schnittwerk_db.cli import main
from schnittwerk_db.cli.demo import EXAMPLE
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.times import day, instant, local

# What is tried is the command line, which is the same over any version; the demo runs it on all.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session"),
    pytest.mark.salon(by=open_example),
]


def first_slot(salon: Salon) -> tuple[Slot, str]:
    """A slot of the service and its start as it is typed."""
    slot = salon.slot()
    return slot, local(slot.starts_at, ZoneInfo("Europe/Zurich"))[4:]


def as_shown(start: str) -> str:
    """A start, or a date, as it is shown: after its weekday."""
    return day(dt.date.fromisoformat(start[:10])) + start[10:]


# Finding, explaining, booking


def test_slots_are_listed_in_the_salons_time(salon: Salon) -> None:
    slot, start = first_slot(salon)
    command = ("slots", SERVICE.upper(), "--staff", STAFF, "--from", start[:10])
    heading, first, *_ = salon.run(*command).splitlines()
    assert heading.split() == ["start", "minutes", "staff", "CHF", "preferred"]
    assert start in first
    assert "98.00" in first
    [as_json] = salon.json(*command, "--limit", "1")
    assert as_json["starts_at"] == slot.starts_at.isoformat().replace("+00:00", "Z")
    assert as_json["staff_id"] == str(slot.staff_id)
    assert as_json["price"] == 98
    assert '"price": 98.00\n' in salon.run("--json", *command, "--limit", "1")
    none = salon.run("slots", SERVICE, "--from", "2026-01-01")
    assert none == "no free slot on Thu 2026-01-01\n"
    assert salon.json("slots", SERVICE, "--from", "2026-01-01") == []


def test_a_slot_is_booked_explained_and_listed(salon: Salon) -> None:
    slot, start = first_slot(salon)
    book = ("book", SERVICE, start, "--customer", CUSTOMER, "--staff", str(slot.staff_id))
    told = salon.run(*book, "--key", "k", "--notes", "window seat", "--price", "98.00")
    assert told.startswith(f"pending: {as_shown(start)} to ")
    assert f", {SERVICE} for {CUSTOMER} with {STAFF}\n98.00 CHF, appointment " in told
    again = salon.json(*book, "--key", "k", "--notes", "window seat", "--price", "98")
    assert again["replayed"] is True
    assert told.endswith(f" {again['id'][:13]}\n")
    taken = "slot_conflict: Time slot conflicts with another appointment"
    assert salon.failure(*book).startswith(taken)
    explained = salon.run("explain", SERVICE, start, "--staff", STAFF)
    failed = [line for line in explained.splitlines() if " no " in line]
    assert len(explained.splitlines()) == 13
    assert len(failed) == 1
    assert "slot_conflict" in failed[0]
    # with nobody named each of those who perform it
    of_all = salon.json("explain", SERVICE, start)
    assert len({it["staff_id"] for it in of_all}) == len(of_all) / 12 > 1
    assert {STAFF, "slot_conflict"} <= {
        it[key] for it in of_all if not it["passed"] for key in ("staff_name", "code")
    }
    assert salon.run("explain", SERVICE, start).startswith("staff ")
    moving = ("--move", again["id"])
    explained = salon.run("explain", SERVICE, start, "--staff", STAFF, *moving)
    assert len(explained.splitlines()) == 17
    assert " no " not in explained
    listed = salon.run("slots", SERVICE, "--staff", STAFF, "--from", start[:10], *moving)
    assert start in listed
    assert start not in salon.run("slots", SERVICE, "--staff", STAFF, "--from", start[:10])
    listed = salon.run("appointments", "--from", start[:10], "--customer", CUSTOMER, "--wide")
    assert again["id"] in listed
    assert start in listed
    [appointment] = salon.json("appointments", "--from", start[:10])
    assert appointment["notes"] == "window seat"
    assert salon.failure(*book[:3], "--customer", CUSTOMER, "--price", "1").startswith("price_mis")


def test_an_override_with_its_reason_passes_what_may_be_waived(salon: Salon) -> None:
    sunday = dt.date.today() + dt.timedelta(days=(6 - dt.date.today().weekday()) or 7)
    book = ("book", SERVICE, f"{sunday} 12:00", "--customer", CUSTOMER, "--staff", STAFF)
    assert salon.failure(*book).startswith("business_closed: Business is closed on this day")
    assert salon.run(*book, "--override", "wedding").startswith(f"pending: Sun {sunday} 12:00")
    # a time that has passed says so, and how to enter it, and how far back that goes
    past = ("book", SERVICE, "yesterday 10:00", "--customer", "Beat Graf", "--staff", STAFF)
    assert "10:00 has passed: --override REASON enters it" in salon.failure(*past)
    past = (*past[:2], "1.1.2020 10:00", *past[3:])
    told = salon.failure(*past, "--override", "late")
    assert "TIME must be at most 730 days ahead and 24 hours back, even with an override" in told


# Changing, waiting


def book(salon: Salon) -> tuple[str, str]:
    """The id of a new appointment and its start as it is typed."""
    slot, start = first_slot(salon)
    booked = salon.json(
        *("book", SERVICE, start, "--customer", CUSTOMER, "--staff", str(slot.staff_id))
    )
    return booked["id"], start


def test_an_appointment_is_moved_cancelled_and_shown(salon: Salon) -> None:
    salon.client.set_policy("late_cancellation_fee_percent", 0)
    appointment, start = book(salon)
    later = f"{dt.datetime.fromisoformat(start) + dt.timedelta(minutes=30):%Y-%m-%d %H:%M}"
    move = ("move", appointment, later, "--reason", "late train", "--key", "k")
    assert salon.run(*move).startswith(f"pending: {as_shown(later)} to ")
    assert salon.json(*move)["replayed"] is True
    assert salon.run("confirm", appointment).startswith(f"confirmed: {as_shown(later)}")
    meant = f"({SERVICE} for {CUSTOMER}, {as_shown(later)})"
    for command in ("complete", "no-show"):
        assert salon.failure(command, CUSTOMER) == (
            f"wrong_status: The appointment has not begun {meant}"
        )
    assert salon.json("cancel", appointment, "--reason", "ill", "--yes")["status"] == "cancelled"
    cancel = ("cancel", appointment)
    assert salon.failure(*cancel, "--yes") == f"wrong_status: The appointment is cancelled {meant}"
    assert f"Cancel this appointment (cancelled: {as_shown(later)}" in salon.failure(
        *cancel, exit_code=2
    )
    lines = salon.run("appointment", appointment).splitlines()
    told, price, contact, cancelling, moving, heading, *history = lines
    assert told.startswith(f"cancelled: {as_shown(later)}")
    assert price.startswith("98.00 CHF, appointment ")
    assert contact == "contact: +41 44 555 01 01, anna.keller@example.com"
    assert cancelling == "cannot be cancelled: it is cancelled"
    assert moving == "cannot be moved: it is cancelled"
    assert heading.split() == ["when", "what", "start", "staff", "reason"]
    assert [line.split()[3] for line in history] == [
        *("created", "rescheduled", "confirmed", "cancelled")
    ]
    assert history[1].endswith("late train")
    shown = salon.json("appointment", appointment)
    assert shown["policies"]["current_status"] == "cancelled"
    assert shown["appointment"]["history"][0]["to_status"] == "pending"
    assert salon.failure("appointment", str(uuid4())).startswith("not_found: There is no such app")


def test_of_a_customer_alone_the_appointment_that_has_begun_is_missed(salon: Salon) -> None:
    _to_come, start = book(salon)
    begun = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0) - dt.timedelta(hours=1)
    with salon.connect() as connection:
        missed = salon.insert(connection, begun)
    shown = local(begun, ZoneInfo("Europe/Zurich"))
    assert salon.run("no-show", CUSTOMER).startswith(f"no-show: {shown} to ")
    listed = salon.run("appointments", "--from", shown[4:14], "--status", "no-show").splitlines()
    assert [it.split()[-1] for it in listed[1:]] == ["no-show"]
    told = salon.run("appointment", missed)
    assert "cannot be moved: it is no-show\n" in told
    visit = salon.json(
        "visits", "book", as_shown(start)[4:14] + " 09:00", "Perm", "--customer", "Beat Graf"
    )
    told = salon.run("appointment", visit["appointments"][0]["id"])
    assert "cannot be moved: it is part of a visit\n" in told


def test_a_fee_is_told_shown_and_waived(salon: Salon) -> None:
    salon.run("policies", "set", "cancellation_deadline_hours", "8760")
    salon.run("policies", "set", "late_cancellation_fee_percent", "50")
    appointment, _ = book(salon)
    fee = "49.00 CHF for late cancellation"
    assert salon.run("cancel", appointment, "--yes").splitlines()[2] == f"fee owed: {fee}"
    assert salon.run("appointment", appointment).splitlines()[3] == f"fee owed: {fee}"
    waive = ("fees", "waive", appointment, "--reason", "sick child", "--key", "k")
    assert salon.run(*waive) == f"fee waived: {fee}\n"
    assert salon.run(*waive) == f"fee waived (the same as before): {fee}\n"
    assert salon.json(*waive)["status"] == "waived"
    assert salon.failure(*waive[:-1], "l") == "wrong_status: The fee is waived already"
    assert "fees                      0 owed (0.00 CHF), 1 waived (49.00 CHF)" in salon.run(
        "metrics"
    )
    exposed = salon.run("metrics", "--prometheus")
    assert re.search(r'schnittwerk_fees\{event="waived",salon="[^"]+"\} 1.0', exposed)
    assert re.search(r'schnittwerk_fees_amount\{event="waived",salon="[^"]+"\} 49.0', exposed)


def test_an_appointment_changes_its_service_in_place(salon: Salon) -> None:
    appointment, start = book(salon)
    change = ("move", appointment, start, "--service", "Women's cut")
    changed = salon.run(*change)
    assert changed.startswith(f"pending: {as_shown(start)} to ")
    assert f", Women's cut for {CUSTOMER} with {STAFF}\n75.00 CHF" in changed
    assert salon.json("appointment", appointment)["appointment"]["reschedule_count"] == 0
    assert "Women's cut" in salon.run("appointment", appointment, "--wide").splitlines()[-1]
    listed = ("slots", SERVICE, "--from", start[:10], "--move", appointment)
    assert start in salon.run(*listed)
    assert salon.failure("move", appointment, start, "--service", "Nothing").startswith(
        "there is no service named 'Nothing'"
    )


def test_a_slot_is_held_booked_and_given_up(salon: Salon) -> None:
    _, start = first_slot(salon)
    what = (SERVICE, start, "--staff", STAFF, "--customer", CUSTOMER)
    held = salon.run("hold", "slot", *what, "--key", "one")
    assert held.startswith(f"open: {as_shown(start)} to ")
    assert f", {SERVICE} with {STAFF}, " in held
    again = salon.json("hold", "slot", *what, "--key", "one")
    assert again["replayed"]
    assert held.replace("open:", "open (the same as before):") == salon.run(
        "hold", "slot", *what, "--key", "one"
    )
    assert salon.failure("book", *what).startswith("slot_conflict: ")
    assert "; other times: " in salon.failure("hold", "slot", *what[:-2])
    other_service = ("book", "Women's cut", *what[1:], "--hold", again["id"])
    assert "SERVICE must be the service of the hold" in salon.failure(*other_service)
    assert salon.run("book", *what, "--hold", again["id"][:13]).startswith("pending: ")
    told = salon.failure("hold", "release", again["id"])
    assert told.startswith("hold_expired: The slot is no longer held (hold the slot again")
    _, next_start = first_slot(salon)
    other = salon.json("hold", "slot", SERVICE, next_start, "--staff", STAFF)
    assert other["customer_id"] is None
    released = salon.run("hold", "release", other["id"])
    assert released.startswith(f"released: {as_shown(next_start)} to ")
    assert "until" not in released


def test_the_best_slots_are_listed_with_score_and_reasons(salon: Salon) -> None:
    _, start = first_slot(salon)
    best = ("slots", SERVICE, "--best", "--from", start[:10], "--limit", "2")
    heading, first, *_ = salon.run(*best).splitlines()
    assert heading.split()[-2:] == ["score", "because"]
    assert first.endswith("no time lost, the soonest")
    found = salon.json(*best)
    assert [it["reasons"][0] for it in found] == ["no_time_lost"] * 2
    salon.run("book", SERVICE, start, "--customer", CUSTOMER, "--staff", STAFF)
    usual = salon.json(*best, "--customer", CUSTOMER)
    assert {"usual_staff", "usual_hour"} <= set(usual[0]["reasons"])
    closed = salon.run("slots", SERVICE, "--best", "--from", "2026-01-01")
    assert closed == "no free slot from Thu 2026-01-01 to Wed 2026-01-14\n"
    for wrong in (("--best", "--interval", "5"), ("--customer", CUSTOMER)):
        assert " goes with " in salon.failure("slots", SERVICE, *wrong, exit_code=2)


def test_a_refused_time_names_other_times(salon: Salon) -> None:
    slot, start = first_slot(salon)
    book = ("book", SERVICE, start, "--customer", CUSTOMER, "--staff", STAFF)
    salon.run(*book)
    [service] = [it for it in salon.client.list_services() if it.name == SERVICE]
    date = dt.date.fromisoformat(start[:10])
    free = salon.client.find_slots(service.id, date, staff_id=slot.staff_id)
    nearest = sorted(free, key=lambda it: abs(it.starts_at - slot.starts_at))[:3]
    others = sorted(nearest, key=lambda it: it.starts_at)
    assert len(others) == 3
    taken = "slot_conflict: Time slot conflicts with another appointment"
    zurich = ZoneInfo("Europe/Zurich")
    shown = "; ".join(f"{local(it.starts_at, zurich)} with {STAFF}" for it in others)
    wanted = local(slot.starts_at, zurich)
    assert salon.failure(*book) == f"{taken} ({wanted}; other times: {shown})"
    told = json.loads(salon.failure("--json", *book))
    assert told["code"] == "slot_conflict"
    assert [it["starts_at"] for it in told["other_times"]] == [
        it.starts_at.isoformat().replace("+00:00", "Z") for it in others
    ]
    # a holiday, and a price, which no other time would mend
    salon.run("holidays", "add", start[:10], "Flood")
    assert f"; other times: {as_shown(start[:10])}" not in (closed := salon.failure(*book))
    assert closed.startswith("holiday: ")
    assert "; other times: " in closed
    later = local(others[-1].starts_at + dt.timedelta(days=7), zurich)
    priced = ("book", SERVICE, later, "--customer", CUSTOMER, "--staff", STAFF, "--price", "1")
    assert "other times" not in salon.failure(*priced)
    # what cannot be looked up hides nothing
    salon.execute("alter function schnittwerk.find_slots rename to find_nothing")
    assert salon.failure(*book) == closed.partition("; other times")[0] + ")"
    assert json.loads(salon.failure("--json", *book))["other_times"] == []


def test_other_times_suit_the_customer_and_are_not_where_it_is_moved_from(salon: Salon) -> None:
    _slot, start = first_slot(salon)
    for_her = ("--customer", CUSTOMER, "--staff")
    busy = salon.json("book", "Beard trim", start, *for_her, "Luca Meier", "--override", "x")
    told = json.loads(salon.failure("--json", "book", SERVICE, start, *for_her, STAFF))
    assert (told["code"], len(told["other_times"])) == ("customer_busy", 3)
    for it in told["other_times"]:
        assert it["starts_at"] >= busy["ends_at"] or it["ends_at"] <= busy["starts_at"]
    salon.run("book", SERVICE, start, "--customer", "Beat Graf", "--staff", STAFF)
    there = salon.slot().starts_at
    typed = local(there, ZoneInfo("Europe/Zurich"))
    moved = salon.json("book", SERVICE, typed, "--customer", "Dario Huber", "--staff", STAFF)
    told = json.loads(salon.failure("--json", "move", moved["id"], start))
    assert (told["code"], len(told["other_times"])) == ("slot_conflict", 3)
    assert moved["starts_at"] not in {it["starts_at"] for it in told["other_times"]}
    assert f"({as_shown(start)}; other times: " in salon.failure("move", moved["id"], start)


def test_who_waits_is_offered_what_is_cancelled(salon: Salon) -> None:
    appointment, start = book(salon)
    salon.run("policies", "set", "waitlist_notification_hours", "2160")
    assert salon.run("waitlist", "list") == "nobody waits\n"
    join = ("waitlist", "join", SERVICE, start[:10], "--time", start[11:16])
    beat = salon.json(*join, "--customer", "Beat Graf", "--key", "k")
    assert salon.run(*join, "--customer", "Beat Graf", "--key", "k") == (
        f"active (the same as before): on {as_shown(start[:10])}, entry {beat['id'][:13]}\n"
    )
    assert salon.failure(*join, "--customer", "Beat Graf").startswith("already_exists: ")
    others = [it.full_name for it in salon.client.list_customers()]
    third = next(it for it in others if it not in (CUSTOMER, "Beat Graf"))
    salon.run(*join, "--customer", third, "--day", "mon", "--staff", STAFF)
    changed = salon.json(
        *("waitlist", "update", third, "--any-day", "--anyone", "--priority", "3"),
        *("--to", f"{dt.date.fromisoformat(start[:10]) + dt.timedelta(days=1)}"),
    )
    assert (changed["preferred_days"], changed["staff_id"], changed["priority"]) == (None, None, 3)
    assert changed["preferred_times"] == [start[11:16]]

    salon.run("cancel", appointment, "--yes")
    [offered] = salon.json("waitlist", "list", "--status", "notified")
    assert offered["customer_name"] == third
    listed = salon.run("waitlist", "list", "--service", SERVICE, "--from", start[:10])
    assert [line.split()[0] for line in listed.splitlines()[1:]] == [third.split()[0], "Beat"]
    assert salon.run("waitlist", "decline", offered["id"]).startswith("active: ")
    accepted = salon.run("waitlist", "accept", "Beat Graf")
    assert accepted.startswith(f"pending: {as_shown(start)} to ")
    assert salon.failure("waitlist", "accept", third) == "offer_expired: There is no open offer"
    told = "offers made: 0, expired: 0; entries expired: 0; holds lapsed: 0\n"
    assert salon.run("waitlist", "process") == told
    leave = ("waitlist", "leave", third, "--key", "k")
    assert salon.run(*leave).startswith("cancelled: ")
    assert salon.run(*leave).startswith("cancelled (the same as before): ")
    assert salon.failure("waitlist", "leave", third) == (
        "wrong_status: The waitlist entry is cancelled"
    )
    assert salon.failure("waitlist", "leave", CUSTOMER) == f"{CUSTOMER} does not wait for anything"
    assert salon.run("waitlist", "list") == "nobody waits\n"
    assert "zurückgezogen" in salon.run("waitlist", "list", "--status", "cancelled", "--lang", "de")
    assert salon.failure("waitlist", "leave", str(uuid4())).startswith("not_found: ")


def test_who_waits_for_several_services_is_not_named_by_name(salon: Salon) -> None:
    tomorrow = str(dt.date.today() + dt.timedelta(days=1))
    ids = [
        salon.json("waitlist", "join", service, tomorrow, "--customer", CUSTOMER)["id"]
        for service in (SERVICE, "Perm")
    ]
    assert salon.failure("waitlist", "leave", CUSTOMER) == (
        f"{CUSTOMER} waits for more than one service, give an id:"
        f" {ids[0][:13]} ({SERVICE}), {ids[1][:13]} (Perm)"
    )
    assert salon.run("waitlist", "leave", ids[1]).endswith(f"entry {ids[1][:13]}\n")
    assert salon.json("waitlist", "leave", CUSTOMER)["id"] == ids[0]


@pytest.mark.parametrize("time", ["10:00+02:00", "10:00:30", "24:00", "ten"])
def test_a_time_to_wait_for_is_a_local_minute(salon: Salon, time: str) -> None:
    join = ("waitlist", "join", SERVICE, "2027-01-11", "--customer", CUSTOMER, "--time", time)
    assert f"{time!r} is not a time such as 8:30" in salon.failure(*join, exit_code=2)


def test_a_waitlist_entry_that_is_changed_needs_to_be_told_how(salon: Salon) -> None:
    for options in ((), ("--anyone", "--staff", STAFF), ("--day", "someday")):
        assert salon.failure("waitlist", "update", CUSTOMER, *options, exit_code=2)


def test_consent_is_recorded_by_channel(salon: Salon) -> None:
    assert salon.run("contact", CUSTOMER) == "language: none chosen\nagreed to: nothing\n"
    told = salon.run("contact", CUSTOMER, "--language", "en", "--email", "--no-sms")
    assert told == "language: en\nagreed to: email\n"
    consents = salon.json("contact", CUSTOMER, "--no-email")["consents"]
    assert consents == {"email": False, "sms": False, "chat": False}
    assert salon.run("contact", CUSTOMER) == "language: en\nagreed to: nothing\n"


# Holidays, policies, hours, catalogue


def test_holidays_are_kept(salon: Salon) -> None:
    year = dt.date.today().year + 1
    first, last = f"{year}-01-11", f"{year}-01-12"
    added = salon.json(
        *("holidays", "add", first, "Course", "--until", last),
        *("--type", "blackout_date", "--staff", STAFF),
    )
    assert added["staff_ids"] == [str(it.id) for it in salon.client.list_staff()[3:]]
    lines = salon.run(
        "holidays", "list", "--from", f"{year}-01-01", "--to", f"{year}-01-31"
    ).splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        as_shown(it) for it in (f"{year}-01-01", f"{year}-01-02", first, last)
    ]
    assert STAFF in lines[3]
    changed = salon.run("holidays", "update", "course", "--name", "Training", "--everyone")
    assert changed.startswith(f"changed: Training, {as_shown(first)} to {as_shown(last)}, closure")
    [training, _] = salon.client.list_holidays(dt.date(year, 1, 11), dt.date(year, 1, 12))
    assert training.affects_all_staff
    # what it will do is tried and undone before anybody is asked
    asked = salon.failure("holidays", "remove", str(training.id), exit_code=2)
    assert f"Remove Training, {as_shown(first)} to {as_shown(last)}?" in asked
    assert salon.json("holidays", "remove", str(training.id), "--yes")["name"] == "Training"
    assert salon.failure("holidays", "remove", str(training.id)).startswith("not_found")
    several = salon.failure("holidays", "remove", "Good Friday")
    assert several.startswith("more than one holiday is named 'Good Friday', give an id: ")
    assert re.search(r"\(20\d\d-0[34]-\d\d\)", several)
    assert "nothing to change" in salon.failure("holidays", "update", "Labour Day", exit_code=2)


def test_appointments_that_a_holiday_takes_away_are_told(salon: Salon) -> None:
    _, start = first_slot(salon)
    book = ("book", SERVICE, start, "--customer", CUSTOMER, "--staff", STAFF)
    booked = salon.json(*book)
    told = salon.run("holidays", "add", start[:10], "Flood", "--type", "maintenance", "--wide")
    assert "These appointments can no longer take place:" in told
    assert booked["id"] in told
    [affected] = salon.json("appointments", "--affected")
    assert (affected["id"], affected["cause"]) == (booked["id"], "holiday")
    assert CUSTOMER in salon.run("appointments", "--affected")
    assert "give no other option" in salon.failure(
        "appointments", "--affected", "--staff", STAFF, exit_code=2
    )


def test_the_demo_says_how_to_leave_an_older_book_alone(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    salon.execute(
        "update schnittwerk_migrations._yoyo_migration set migration_hash = 'of another clone'"
        " where migration_id = 'foundation'"
    )
    monkeypatch.setattr(sys.modules["schnittwerk_db.cli.demo"], "default_dsn", lambda: salon.dsn)
    monkeypatch.setenv("SCHNITTWERK_HOME", "/srv/book")
    told = CliRunner().invoke(main, ["demo", "--lang", "de"]).stderr
    assert " wurde bearbeitet, seit diese Datenbank sie aufgespielt hat: " in told
    assert "oder das Buch in /srv/book lassen, wie es ist, und SCHNITTWERK_HOME auf" in told


def test_policies_are_read_and_set(salon: Salon) -> None:
    assert "max_reschedules" in salon.run("policies", "list")
    assert salon.run("policies", "get", "max_reschedules") == "3\n"
    assert salon.run("policies", "set", "max_reschedules", "5") == "max_reschedules = 5\n"
    assert salon.json("policies", "get", "max_reschedules")["policy_value"] == 5
    inactive = salon.run("policies", "set", "max_reschedules", "7", "--inactive")
    assert inactive == "max_reschedules = 7 (inactive: the default holds)\n"
    assert salon.run("policies", "get", "max_reschedules") == "3\n"
    assert "JSON integer" in salon.failure("policies", "set", "max_reschedules", "five")
    assert "there is no policy 'lunch'" in salon.failure("policies", "get", "lunch")


def test_hours_are_shown_and_set(salon: Salon) -> None:
    def rows() -> dict[str, str]:
        lines = salon.run("hours", "show", "--from", "2027-01-01").splitlines()[1:]
        found = [line.split("  ") for line in lines[: lines.index("")]]
        return {row[0]: row[-1].strip() for row in found}

    assert rows()["Sunday"] == "closed"
    assert rows()["Saturday"] == "08:00-16:00"
    split = salon.run("hours", "set", "mon", "09:00-12:00", "13:00-18:30")
    assert split == "Monday: 09:00-12:00, 13:00-18:30\n"
    assert rows()["Monday"] == "09:00-12:00, 13:00-18:30"
    assert rows()["Tuesday"] == "09:00-18:00"
    assert salon.run("hours", "set", "mon", "closed") == "Monday: closed\n"
    assert rows()["Monday"] == "closed"
    assert salon.run("hours", "set", "2027-01-05", "10:00-24:00") == "Tue 2027-01-05: 10:00-24:00\n"
    assert rows()["Tue 2027-01-05"] == "10:00-24:00"
    assert salon.run("hours", "set", "2027-01-05", "closed") == "Tue 2027-01-05: closed\n"
    assert salon.run("hours", "set", "2027-01-05", "regular") == "Tue 2027-01-05: as its weekday\n"
    assert "Tue 2027-01-05" not in rows()
    week = salon.json("hours", "show")["business_settings"]["opening_hours"]
    assert week["6"] == {"is_open": True, "start_time": "08:00", "end_time": "16:00"}
    several = salon.run("hours", "set", "sat-mon,wed", "9:00-12:00").splitlines()
    assert several == [f"{it}: 09:00-12:00" for it in ("Saturday", "Sunday", "Monday", "Wednesday")]
    assert rows()["Tuesday"] == "09:00-18:00"
    for typed, window, told in (
        ("mon", "9-12-", "'9-12-' is not a window such as 09:00-12:30, or closed"),
        ("mon", "9:00-25:00", "'9:00-25:00' is not a window such as"),
        ("mon-someday", "closed", "'mon-someday' is not a date such as"),
    ):
        assert told in salon.failure("hours", "set", typed, window, exit_code=2)


def test_a_weekday_opens_again_as_it_was_closed(salon: Salon) -> None:
    before = salon.client.get_business_settings()
    salon.run("hours", "set", "sat", "closed")
    kept = salon.client.get_business_settings().opening_hours["6"]
    assert kept == {"is_open": False, "start_time": "08:00", "end_time": "16:00"}
    salon.run("hours", "set", "sat", "08:00-16:00")
    assert salon.client.get_business_settings() == before


def test_the_catalogue_is_listed(salon: Salon) -> None:
    listed = salon.run("services").splitlines()[1:]
    assert "Perm" in " ".join(listed)
    assert listed == sorted(listed, key=str.casefold)
    for group, command in (("hours", "show"), ("settings", "show"), ("policies", "list")):
        assert salon.run(group) == salon.run(group, command)
    assert len(salon.json("staff")) == 4
    assert [it["full_name"] for it in salon.json("staff", "--service", "Perm")] == ["Aylin Kaya"]
    assert "+41 44 555 01 02" in salon.run("customers", "graf")
    assert "Europe/Zurich" in salon.run("salons")


def test_customers_with_one_address_name_each_other(salon: Salon) -> None:
    [beat] = salon.client.list_customers("graf")
    acting = "select set_config('schnittwerk.acting_user', %s, false)"
    salon.client.connection.execute(acting, [str(uuid4())])
    own = salon.client.register_customer("Zoë Graf", "Beat.Graf@example.com")
    heading, *lines = salon.run("customers", "graf", "--wide").splitlines()
    assert "same e-mail" in heading
    assert [str(own.id) in line and str(beat.id) in line for line in lines] == [True, True]
    # as another keyboard spells it
    assert salon.run("contact", "Zoe\u0308 Graf").startswith("language: ")


def test_a_file_is_loaded_or_told_what_is_wrong_with_it(salon: Salon, tmp_path: Path) -> None:
    assert salon.run("load", str(EXAMPLE)) == "nothing to change in Schnittwerk Your Style\n"
    assert salon.json("load", str(EXAMPLE))["changes"] == []
    file = tmp_path / "mine.toml"
    file.write_text('[salon]\nname = "Mine"\ntime_zone = "UTC"\n[[services]]\nname = "Cut"\n')
    done = salon.invoke("load", str(file))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"Error: {file}:4: services[1].duration_minutes: is missing",
        f"{file}:4: services[1].base_price: is missing",
    ]
    file.write_text(
        '[salon]\nname = "Mine"\ntime_zone = "UTC"\n'
        '[[services]]\nname = "Cut"\nbase_price = 1\nduration_minutes = 99999999999\n'
        '[[staff]]\nfull_name = "Eve"\n'
        '[[staff.time_off]]\nstart_date = 2027-01-11\nstart_time = "25:00"\nend_time = "24:00"\n'
    )
    done = salon.invoke("load", "--new", str(file))
    assert done.stderr.splitlines() == [
        f"Error: {file}:7: services[1].duration_minutes: must be at most 2147483647",
        f"{file}:12: staff[1].time_off[1].start_time:"
        " must be a local time such as 09:00, not '25:00'",
    ]
    file.write_text('[salon]\nname = "Mine"\ntime_zone = "UTC"\n')
    assert salon.json("load", "--new", str(file))["salon"]["name"] == "Mine"
    assert salon.run("--salon", "Mine", "services") == "no service\n"
    assert len(salon.json("--salon", "schnittwerk your style", "services")) == 13
    assert "name one with --salon: Mine, Schnittwerk Your Style" in salon.failure("services")
    assert "there is no salon named 'Your'; near it: Schni" in salon.failure(
        "--salon", "Your", "services"
    )


def test_load_tells_what_it_changes_and_a_dry_run_what_it_would(salon: Salon) -> None:
    salon.client.set_policy("max_reschedules", 5)
    salon.client.erase_customer(salon.client.list_customers(CUSTOMER)[0].id)
    told = [
        "policies.max_reschedules: 5 -> 3",
        'customers "Anna Keller": not in the book, not added',
    ]
    would = salon.run("load", "--dry-run", str(EXAMPLE)).splitlines()
    assert would == [*told, "dry run: nothing was written"]
    [policy] = [it for it in salon.client.list_policies() if it.policy_key == "max_reschedules"]
    assert policy.policy_value == 5
    as_json = salon.json("load", "--dry-run", str(EXAMPLE))
    assert as_json["changes"] == [{"key": "policies.max_reschedules", "before": 5, "after": 3}]
    done = salon.run("load", str(EXAMPLE)).splitlines()
    assert done[:-1] == told
    assert done[-1].startswith(
        "loaded 2 resources, 13 services, 4 staff, 4 price rules, 18 holidays, 4 customers into"
    )
    assert salon.run("load", "--new-customers", str(EXAMPLE)).startswith(
        'customers "Anna Keller": new\n'
    )


@pytest.fixture
def other(salon: Salon, tmp_path: Path) -> Path:
    """A file of a salon whose name is nearly that of the example."""
    file = tmp_path / "other.toml"
    file.write_text('[salon]\nname = "Schnitwerk Your Style"\ntime_zone = "Europe/Zurich"\n')
    return file


def test_load_does_not_add_a_salon_for_a_mistyped_name(salon: Salon, other: Path) -> None:
    told = salon.failure("load", str(other), exit_code=2)
    assert told == (
        "there is no salon named 'Schnitwerk Your Style' yet; there is Schnittwerk Your Style:"
        " add it with --new, or load the file into another with --salon NAME"
    )
    would = salon.run("load", "--dry-run", str(other))
    assert would.startswith('salon "Schnitwerk Your Style": new\n')
    assert len(salon.client.list_salons()) == 1
    renamed = salon.run("--salon", "schnittwerk your style", "load", str(other))
    assert renamed.startswith("salon.name: Schnittwerk Your Style -> Schnitwerk Your Style\n")
    assert len(salon.client.list_salons()) == 1


@pytest.mark.parametrize(("answer", "salons"), [("y", 2), ("n", 1)])
def test_load_asks_at_a_terminal_before_it_adds_a_salon(
    salon: Salon, other: Path, answer: str, salons: int
) -> None:
    terminal, its_end = pty.openpty()
    os.write(terminal, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", "from schnittwerk_db.cli import main; main()"]
        + ["--dsn", salon.dsn, "load", str(other)],
        stdin=its_end,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(its_end)
    os.close(terminal)
    assert "there is Schnittwerk Your Style. Add it? [y/N]" in done.stderr
    assert len(salon.client.list_salons()) == salons
    assert done.returncode == (0 if salons == 2 else 1)


def test_the_salon_is_named_on_the_command_line_by_the_environment_or_once_for_all(
    salon: Salon, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = "Schnittwerk Your Style", "Schnitwerk Your Style"
    assert [it["is_used"] for it in salon.json("salons")] == [True]
    salon.run("load", "--new", str(other))
    assert [it["is_used"] for it in salon.json("salons")] == [False, False]
    assert "schnittwerk salons use NAME" in salon.failure("services")
    assert "the choice cannot be kept: " in salon.failure("salons", "use", first)

    monkeypatch.setenv("SCHNITTWERK_HOME", str(tmp_path / "home"))
    assert salon.run("salons", "use", second).startswith(f"commands use {second}, salon ")
    assert salon.run("services") == "no service\n"
    used = {it["name"]: it["is_used"] for it in salon.json("salons")}
    assert used == {first: False, second: True}
    monkeypatch.setenv("SCHNITTWERK_SALON", first)
    assert len(salon.json("services")) == 13
    assert salon.run("--salon", second, "services") == "no service\n"
    # neither renames a salon by a file that is another's
    assert salon.run("load", str(EXAMPLE)).startswith("nothing to change")
    assert salon.run("load", str(other)).startswith("nothing to change")

    monkeypatch.setenv("SCHNITTWERK_SALON", "Schnitwerk")
    assert salon.failure("services").startswith(
        "SCHNITTWERK_SALON: there is no salon named 'Schnitwerk'; near it: "
    )
    assert first in salon.run("salons")
    monkeypatch.delenv("SCHNITTWERK_SALON")
    assert salon.run("salons", "remove", second, "--yes").startswith(
        f"removed: {second}, Europe/Zurich, CHF, salon "
    )
    assert len(salon.json("services")) == 13
    salon.run("load", "--new", str(other))
    assert "name one with --salon" in salon.failure("services")
    salon.run("salons", "use", first)
    assert len(salon.json("services")) == 13
    assert "The salon has" in salon.failure("salons", "remove", first)


# Names and times


def test_what_is_not_named_exactly_is_refused_with_what_is_near(salon: Salon) -> None:
    assert salon.failure("slots", "women cut") == (
        "there is no service named 'women cut'; near it: Women's cut, Men's cut"
    )
    near = salon.failure("slots", SERVICE, "--staff", "vanessa")
    assert near.endswith("near it: Vanessa Brunner")
    salon.client.save_customer(CUSTOMER, "other@example.com")
    _, start = first_slot(salon)
    several = salon.failure("book", SERVICE, start, "--customer", CUSTOMER)
    ids = [str(it.id) for it in salon.client.list_customers(CUSTOMER)]
    assert several.startswith("more than one customer is named")
    assert all(it[:13] in several for it in ids)
    assert "(other@example.com)" in several
    assert salon.run("book", SERVICE, start, "--customer", ids[0]).startswith("pending")
    assert salon.failure("book", SERVICE, start, "--customer", str(uuid4())).startswith("not_found")
    assert "there is no customer named 'Ana Keller'; near it: Anna Keller" in salon.failure(
        "book", SERVICE, start, "--customer", "Ana Keller"
    )


def test_an_empty_name_is_refused(salon: Salon, subtests: pytest.Subtests) -> None:
    book(salon)
    customer = "there is no customer named ''"
    staff = "there is no member of staff named ''; near it: Aylin Kaya, Luca Meier"
    tomorrow = ("tomorrow 10:00", "--customer", CUSTOMER)
    for command, said in (
        (("appointments", "--customer"), customer),
        (("appointments", "--staff"), staff),
        (("appointments", "--affected", "--staff"), "--affected lists all of them"),
        (("audit", "--id"), "no id begins with ''"),
        (("audit", "--user"), "there is no user named ''"),
        (("book", SERVICE, *tomorrow, "--staff"), staff),
        (("book", SERVICE, *tomorrow, "--hold"), "no hold has an id that begins with ''"),
        (("explain", SERVICE, "tomorrow 10:00", "--customer"), customer),
        (("explain", SERVICE, "tomorrow 10:00", "--move"), customer),
        (("hold", "slot", SERVICE, *tomorrow, "--staff"), staff),
        (("hold", "slot", SERVICE, "tomorrow 10:00", "--customer"), customer),
        (("move", CUSTOMER, "tomorrow 10:00", "--service"), "there is no service named ''"),
        (("move", CUSTOMER, "tomorrow 10:00", "--staff"), staff),
        (("slots", SERVICE, "--staff"), staff),
        (("slots", SERVICE, "--move"), customer),
        (("slots", SERVICE, "--best", "--staff"), staff),
        (("slots", SERVICE, "--best", "--customer"), customer),
        (("staff", "--service"), "there is no service named ''"),
        (("timeoff", "list", "--staff"), staff),
        (("visits", "find", "--move"), "no visit has an id that begins with ''"),
        (("waitlist", "join", SERVICE, "today", *tomorrow[1:], "--staff"), staff),
        (("waitlist", "list", "--service"), "there is no service named ''"),
        (("waitlist", "update", CUSTOMER, "--staff"), staff),
    ):
        with subtests.test(command=" ".join(command)):
            done = salon.invoke(*command, "")
            assert (done.exit_code > 0, done.stdout) == (True, "")
            assert said in done.stderr


def test_a_customer_is_found_among_more_than_a_search_lists(salon: Salon) -> None:
    add_customers(salon.dsn, "A. Anna Keller", 1100)  # before her, by name
    _, start = first_slot(salon)
    booked = salon.json("book", SERVICE, start, "--customer", "anna keller")
    [anna] = salon.client.list_customers(CUSTOMER, 1)
    assert (booked["customer_id"], anna.full_name) == (str(anna.id), CUSTOMER)
    salon.client.save_customer("Zoë Zimmermann")
    for typed in ("Zoë Zimerman", "Zoe Zimmermann", "Zimmermann"):
        assert salon.failure("contact", typed) == (
            f"there is no customer named {typed!r}; near it: Zoë Zimmermann"
        )


def test_of_very_many_customers_of_one_name_some_ids_are_told(salon: Salon) -> None:
    add_customers(salon.dsn, "Bea Bolt", 1100, numbered=False)
    several = salon.failure("contact", "bea bolt")
    assert several.startswith("more than one customer is named 'bea bolt', give an id: ")
    *ids, more = several.partition(": ")[2].split(", ")
    assert (len(set(ids)), more) == (20, "and more")
    assert {len(it) for it in ids} <= {13, 18, 23}


def add_customers(dsn: str, name: str, count: int, *, numbered: bool = True) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "insert into schnittwerk_core.customers (salon_id, full_name)"
            " select id, %s || case when %s then ' ' || n else '' end"
            " from schnittwerk_core.salon, generate_series(1, %s) n",
            [name, numbered, count],
        )


def test_a_holiday_is_looked_for_by_name_between_dates_that_are_told(salon: Salon) -> None:
    today = dt.datetime.now(ZoneInfo("Europe/Zurich")).date()
    first, far = today - dt.timedelta(days=365), today + dt.timedelta(days=731)
    far_off = salon.json("holidays", "add", str(far), "Far off")
    assert salon.failure("holidays", "remove", "Far off") == (
        f"there is no holiday named 'Far off' from {day(first)} to"
        f" {day(far - dt.timedelta(days=1))}"
    )
    assert salon.json("holidays", "remove", far_off["id"], "--yes")["name"] == "Far off"


def test_a_local_time_means_one_instant_or_is_refused() -> None:
    zurich, lord_howe = ZoneInfo("Europe/Zurich"), ZoneInfo("Australia/Lord_Howe")
    read = dt.datetime.fromisoformat
    assert instant(read("2026-07-01 10:00"), zurich) == read("2026-07-01 08:00Z")
    assert instant(read("2026-12-01 10:00"), zurich) == read("2026-12-01 09:00Z")
    with pytest.raises(Refusal, match="2027-03-28 02:30 does not exist in Europe/Zurich"):
        instant(read("2027-03-28 02:30"), zurich)
    with pytest.raises(
        Refusal, match=r"comes twice .* '2026-10-25 02:30\+02:00' or '2026-10-25 02:30\+01:00'"
    ):
        instant(read("2026-10-25 02:30"), zurich)
    for text in ("2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00", "2026-10-25 03:00"):
        there = instant(read(text), zurich)
        assert local(there, zurich) == f"Sun {text}"
    assert local(read("2027-04-03 14:45Z"), lord_howe) == "Sun 2027-04-04 01:45+11:00"
    assert local(read("2027-04-03 15:15Z"), lord_howe) == "Sun 2027-04-04 01:45+10:30"


def test_the_first_free_slot_is_looked_for_as_far_as_can_be_booked(salon: Salon) -> None:
    today = dt.datetime.now(ZoneInfo("Europe/Zurich")).date()
    far = today + dt.timedelta(days=91)
    for days in range(5):
        salon.run("holidays", "add", str(today + dt.timedelta(days=days)), f"Closed {days}")
    assert len(salon.json("slots", SERVICE, "--limit", "1")) == 1
    assert salon.run("slots", SERVICE) == f"no free slot on {day(today)}\n"
    salon.run("holidays", "add", str(today), "Flood", "--until", str(far))
    none = f"no free slot from {day(today)} to {day(far)}\n"
    assert salon.run("slots", SERVICE, "--limit", "1") == none
    assert salon.json("slots", SERVICE, "--limit", "1") == []


def test_an_empty_list_says_what_it_was_asked_for(salon: Salon) -> None:
    tomorrow = str(dt.date.today() + dt.timedelta(days=1))
    salon.run("waitlist", "join", SERVICE, tomorrow, "--customer", CUSTOMER)
    assert salon.run("waitlist", "list", "--status", "notified") == (
        "no entry on the waitlist for --status notified\n"
    )
    assert salon.run("appointments", "--from", "2027-01-01", "--staff", STAFF) == (
        f"no appointment for --staff {STAFF} on Fri 2027-01-01\n"
    )
    assert salon.run("holidays", "list", "--from", "2027-02-01", "--to", "2027-02-02") == (
        "no holiday from Mon 2027-02-01 to Tue 2027-02-02\n"
    )
    assert salon.run("customers", "nobody") == "no customer that 'nobody' finds\n"
    assert salon.run(
        "audit", "--table", "profiles", "--from", "2020-01-01", "--to", "2020-01-01"
    ) == ("no change for --table profiles on Wed 2020-01-01\n")


def test_a_date_without_a_year_is_a_past_one_where_a_command_looks_back(salon: Salon) -> None:
    today = dt.date.today()
    first, last = (today - dt.timedelta(days=it) for it in (40, 35))
    since, until = (f"{it.day}.{it.month}." for it in (first, last))
    past = f"from {day(first)} to {day(last)}\n"
    audit = ("audit", "--table", "profiles", "--from", since)
    assert salon.run(*audit, "--to", until) == f"no change for --table profiles {past}"
    assert salon.run(*audit).endswith(f"from {day(first)} to {day(today)}\n")
    assert salon.run("appointments", "--from", since, "--to", until) == f"no appointment {past}"
    told = f"{CUSTOMER} has no appointment on {day(first)}"
    for command in ("complete", "no-show", "appointment"):
        assert salon.failure(command, CUSTOMER, since) == told
    assert salon.failure("cancel", CUSTOMER, since) != told


def test_both_ends_of_a_range_in_the_past_are_the_last_or_the_nearest(salon: Salon) -> None:
    today, day_before, yesterday, last, before = days_from_now(0, -2, -1, -6, -20)
    tomorrow = f"{today + dt.timedelta(days=1):%A}"
    audit = ("audit", "--table", "profiles", "--from")
    assert salon.run(*audit, str(before), "--to", tomorrow).endswith(
        f" from {day(before)} to {day(last)}\n"
    )
    reversed_range = ("--from", numbers(yesterday), "--to", numbers(day_before))
    for command in ("metrics", "audit"):
        told = salon.failure(command, *reversed_range)
        assert told.startswith("invalid_input: --to must be after --from")
    assert salon.run("appointments", "--to", numbers(yesterday)) == (
        f"no appointment on {day(yesterday)}\n"
    )
    title, *_ = salon.run("utilisation", "--to", numbers(yesterday)).splitlines()
    assert f" {yesterday} " in title
    assert salon.failure("fees", "waive", CUSTOMER, tomorrow, "--reason", "ill") == (
        f"{CUSTOMER} has no appointment on {day(last)}"
    )


def test_the_last_date_of_a_range_comes_after_its_first(salon: Salon) -> None:
    first, soon, last = days_from_now(3, 1, 8)
    since, until = f"{first:%A}", f"{soon:%A}"
    salon.run("waitlist", "join", SERVICE, str(soon), "--customer", CUSTOMER)
    entry = salon.json("waitlist", "update", CUSTOMER, "--from", since, "--to", until)
    assert (entry["preferred_start_date"], entry["preferred_end_date"]) == (str(first), str(last))
    assert CUSTOMER in salon.run("waitlist", "list", "--from", since, "--to", until)
    salon.run("holidays", "add", str(soon), "Course")
    holiday = salon.json("holidays", "update", "Course", "--date", since, "--until", until)
    assert (holiday["date"], holiday["end_date"]) == (str(first), str(last))
    rule = salon.json(
        *("prices", "add", "Sale", "--kind", "time", "--percent", "-10", "--days", "mon"),
        *("--valid-from", since, "--valid-until", until, "--priority", "9"),
    )
    assert (rule["valid_from"], rule["valid_until"]) == (str(first), str(last))
    for command in (("closures", "add", "Works"), ("timeoff", "add", STAFF)):
        ends = [numbers(last), numbers(soon)]
        words = [ends[0], "--to", ends[1]] if command[0] == "closures" else ends
        assert salon.failure(*command, *words).startswith("invalid_input: ")
    days_to_new_year = (dt.date(first.year, 12, 31) - first).days
    over = days_from_now(3 + days_to_new_year, 3 + days_to_new_year + 4)
    closure = salon.json("closures", "add", "Rest", numbers(over[0]), "--to", numbers(over[1]))
    assert (closure["date"], closure["end_date"]) == (str(over[0]), str(over[1]))


def test_what_has_begun_or_is_one_of_several_on_a_day_is_named_by_its_date(salon: Salon) -> None:
    yesterday, tomorrow = days_from_now(-1, 1)
    salon.run("timeoff", "add", STAFF, "yesterday", "tomorrow")
    removed = salon.json("timeoff", "remove", STAFF, numbers(yesterday), "--yes")
    assert removed["start_date"] == str(yesterday)
    basin = "Wash basin 1"
    reopen = ("resources", "reopen", basin, "--on")
    salon.run("resources", "close", basin, "yesterday", "--to", "today")
    assert salon.json(*reopen, numbers(yesterday))["start_date"] == str(yesterday)
    for start, end in (("09:00", "10:00"), ("10:00", "11:00")):
        salon.run(
            *("resources", "close", basin, "tomorrow", "--from-time", start, "--to-time", end)
        )
    assert f"choose one with --on: {day(tomorrow)} 09:00-10:00; " in salon.failure(
        *reopen, "tomorrow"
    )
    assert salon.failure(*reopen, "tomorrow 11:00") == (
        f"{basin} is not closed at {day(tomorrow)} 11:00"
    )
    assert salon.json(*reopen, "tomorrow 10:00")["start_time"] == "10:00"
    assert salon.json(*reopen, "tomorrow")["start_time"] == "09:00"


def days_from_now(*days: int) -> list[dt.date]:
    today = dt.datetime.now(ZoneInfo("Europe/Zurich")).date()
    return [today + dt.timedelta(days=it) for it in days]


def numbers(date: dt.date) -> str:
    """A date as it is typed without its year."""
    return f"{date.day}.{date.month}."


def test_the_horizon_that_holds_is_the_one_that_is_shown(salon: Salon) -> None:
    def shown() -> str:
        return salon.run("hours", "show").splitlines()[-1]

    key = "advance_booking_limit_days"
    salon.client.set_business_settings({"max_advance_booking_days": 30})
    assert shown().endswith("bookable 30 days ahead (max_advance_booking_days)")
    assert salon.json("hours", "show")["bookable_days_ahead"] == 30
    stricter = "max_advance_booking_days in the settings is stricter: 30 days hold"
    [line] = [it for it in salon.run("policies", "list").splitlines() if it.startswith(key)]
    assert line.endswith(stricter)
    done = salon.invoke("policies", "get", key)
    assert (done.stdout, done.stderr) == (
        "90\n",
        "max_advance_booking_days is stricter: 30 days hold\n",
    )
    salon.run("policies", "set", key, "20")
    assert shown().endswith(f"bookable 20 days ahead ({key})")
    assert stricter not in salon.run("policies", "list")
    salon.client.set_business_settings({"max_advance_booking_days": None})
    assert shown().endswith(f"bookable 20 days ahead ({key})")


# How it ends


def test_a_refusal_names_the_argument_as_it_was_typed(salon: Salon) -> None:
    huge = "99999999999"
    assert salon.failure("slots", SERVICE, "--limit", huge) == (
        "invalid_input: --limit must be at most 2147483647"
    )
    told = salon.failure("slots", SERVICE, "--interval", "0")
    assert told.startswith("invalid_input: --interval must be from 1")
    assert "--to must be --from or later" in salon.failure(
        "slots", SERVICE, "--from", "2027-02-01", "--to", "2027-01-01"
    )
    assert "there is no customer named 'xxx" in salon.failure("slots", SERVICE, "--move", "x" * 300)
    assert "TIME must be a whole minute" in salon.failure(
        "book", SERVICE, "2027-02-01 10:00:01", "--customer", CUSTOMER
    )
    for value, said in (
        ("4.5", "max_reschedules must be a JSON integer, not 4.5"),
        ("NaN", "max_reschedules must be a finite number"),
        ("1e400", "max_reschedules must be a finite number"),
        ("Infinity", "max_reschedules must be a finite number"),
    ):
        assert said in salon.failure("policies", "set", "max_reschedules", value)
    assert salon.failure("policies", "set", "no_show_fee_percent", "500") == (
        "invalid_input: no_show_fee_percent must be from 0 to 100"
    )
    assert salon.run("policies", "set", "no_show_fee_percent", "50%").endswith(" = 50\n")
    assert salon.run("policies", "set", "auto_confirm", "ja") == "auto_confirm = true\n"
    salon.run("policies", "set", "minimum_booking_notice_hours", "4.5")
    assert salon.run("policies", "get", "minimum_booking_notice_hours") == "4.5\n"
    assert "4.5" in salon.run("policies", "list")
    for command in (
        ("appointments", "--from", "9999-12-30"),
        ("hours", "show", "--to", "0001-01-01"),
    ):
        assert salon.failure(*command, exit_code=2).startswith(f"Invalid value for '{command[-2]}'")


PRICE = ("prices", "add", "Early", "--kind")
FAULTS = (
    # a key of a document is its option, a part of a value what the help calls it
    (("settings", "set", "--buffer=-1"), "--buffer must be from 0 to 1440"),
    (
        ("settings", "set", "--preferred-hours", "10-9"),
        "--preferred-hours must end after it starts",
    ),
    ((*PRICE, "time", "--percent", "5000"), "--percent must be from -100 to 1000"),
    (
        (*PRICE, "time", "--amount", "5", "--lead-hours", "5-3"),
        "--lead-hours: TO must be greater than 5",
    ),
    (
        (*PRICE, "demand", "--amount", "5", "--max-uses", "4"),
        "--max-uses cannot be given here, only --service, --staff, --days, --times,"
        " --lead-hours, --booked-percent",
    ),
    (
        (*PRICE, "promotion", "--amount", "5", "--max-uses", "0"),
        "--max-uses must be from 1 to 1000000",
    ),
    # an item of a list is quoted
    (
        ("services", "needs", SERVICE, "Wash basin@0-5", "Wash basin@9-7"),
        "NEED 'Wash basin@9-7': FROM must be before 7",
    ),
    (
        ("services", "needs", SERVICE, "Wash basin*0", "Wash basin*0"),
        "NEED 'Wash basin*0': HOW MANY must be from 1 to 100",
    ),
    (
        ("services", "steps", SERVICE, "30", "gap:0", "30"),
        "STEP 'gap:0' must be from 1 to 1440",
    ),
    (
        ("hours", "set", "mon-fri", "9-12", "18-13"),
        "WINDOWS '18-13' must end after it starts",
    ),
    (
        ("staff", "hours", STAFF, "mon-fri", "9-17", "--break", "13-12"),
        "--break '13:00-12:00' must end after it starts",
    ),
    # what is left out is not named
    (
        ("waitlist", "join", SERVICE, "yesterday", "--customer", CUSTOMER),
        "FIRST must not have passed",
    ),
    # nor are calls and headers
    (
        (
            "book",
            SERVICE,
            "10:00",
            "--customer",
            CUSTOMER,
            "--code",
            "x",
            "--hold",
            str(UUID(int=0)),
        ),
        "--code must be left out with --hold: give it to schnittwerk hold slot",
    ),
    (
        ("services", "edit", "Full colour", "--minutes", "5"),
        "The service has steps: change its duration by schnittwerk services steps",
    ),
    (
        ("cancel", CUSTOMER, "--yes", "--key", ""),
        "--key must have 1 to 255 printable characters",
    ),
)


def test_a_refusal_names_parts_of_documents_as_they_were_typed(
    salon: Salon, subtests: pytest.Subtests
) -> None:
    book(salon)
    for command, said in FAULTS:
        with subtests.test(command=" ".join(command)):
            assert salon.failure(*command) == f"invalid_input: {said}"


def test_with_json_a_refusal_is_an_object_on_stderr(salon: Salon) -> None:
    def refusal(*command: str, exit_code: int = 1) -> Any:
        return json.loads(salon.failure("--json", *command, exit_code=exit_code))

    _, start = first_slot(salon)
    book = ("book", SERVICE, start, "--customer", CUSTOMER, "--staff", STAFF)
    salon.run(*book)
    taken = refusal(*book, "--key", "k")
    assert (taken["success"], taken["code"], taken["http_status"]) == (False, "slot_conflict", 409)
    assert taken["details"] == "Time slot conflicts with another appointment"
    assert UUID(taken["operation_id"])
    wrong = refusal("customers", "--limit", "0")
    assert [it["message"] for it in wrong["details"]] == ["--limit must be from 1 to 1000"]
    twice = refusal("services", "needs", SERVICE, "Wash basin*0", "Wash basin*0")
    paths = [it["path"] for it in twice["details"]]
    assert paths == [["p_needs[0].quantity"], ["p_needs[1].quantity"]]
    unknown = refusal("slots", "Nothing")
    assert unknown == {
        "success": False,
        "code": "refused",
        "details": "there is no service named 'Nothing'",
    }
    assert refusal("slots", exit_code=2)["code"] == "wrong_usage"


def test_psql_opens_what_the_commands_use(salon: Salon) -> None:
    program = [sys.executable, "-c", "from schnittwerk_db.cli import main; main()"]
    asked = ["db", "psql", "-XAtc", "select name from schnittwerk.list_salons()"]
    name = salon.client.list_salons()[0].name
    for options, environment in ((["--dsn", salon.dsn], {}), ([], {"SCHNITTWERK_DSN": salon.dsn})):
        done = subprocess.run(
            [*program, *options, *asked],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | environment,
        )
        assert done.stdout == f"{name}\n", done.stderr
    for command in ("start", "stop", "status", "url"):
        assert salon.failure("db", command, exit_code=2) == (
            f"db {command} is about the embedded server: leave --dsn out"
        )


def test_wrong_usage_is_one_line_and_exit_code_2(salon: Salon) -> None:
    assert "No such command" in salon.failure("bok", exit_code=2)
    assert "Missing argument 'SERVICE'" in salon.failure("slots", exit_code=2)
    assert "No such option" in salon.failure("--nope", exit_code=2)
    for date in ("32.12.", "someday", "mon 2026-12-01"):
        assert f"{date!r}" in salon.failure("slots", "x", "--from", date, exit_code=2)
    told = salon.failure("explain", "x", "10", "--staff", "y", exit_code=2)
    assert "'10' is not a time such as '2026-12-01 10:00'" in told
    assert "is not an amount" in salon.failure(
        *("book", "x", "2026-12-01 10:00", "--customer", "y", "--price", "a lot"), exit_code=2
    )
    assert "does not exist" in salon.failure("load", "/nowhere.toml", exit_code=2)


def test_no_database_is_one_line_and_exit_code_3(template: Database, tmp_path: Path) -> None:
    for dsn, told in (
        (f"host={tmp_path} dbname=book", "No such file or directory"),
        (template.cluster.dsn("nowhere"), 'database "nowhere" does not exist'),
        (template.cluster.dsn("postgres"), "run: schnittwerk migrate"),
    ):
        done = CliRunner().invoke(main, ["--dsn", dsn, "services"])
        assert done.exit_code == 3, done.output
        [line] = done.stderr.splitlines()
        assert line.startswith("Error: ")
        assert told in line


def test_without_a_salon_it_says_what_to_do(module_database: Database) -> None:
    done = CliRunner().invoke(main, ["--dsn", module_database.dsn(), "services"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: there is no salon yet: run schnittwerk load FILE or ")


def test_the_cli_runs_as_a_program(salon: Salon) -> None:
    program = [sys.executable, "-c", "from schnittwerk_db.cli import main; main()"]
    done = subprocess.run(
        [*program, "--dsn", salon.dsn, "--json", "staff"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {UUID(it["id"]) for it in json.loads(done.stdout)} == {
        it.id for it in salon.client.list_staff()
    }
    refused = subprocess.run(
        [*program, "--dsn", salon.dsn, "slots", "Nothing"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr == "Error: there is no service named 'Nothing'\n"


def test_output_that_cannot_be_written_ends_a_command(salon: Salon) -> None:
    program = [sys.executable, "-m", "schnittwerk_db", "--dsn", salon.dsn]

    def ends(redirection: str, *command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *program, *command],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            # what is not written stays in a buffer
            env={key: it for key, it in os.environ.items() if key != "PYTHONUNBUFFERED"},
        )
        return done.returncode, done.stderr

    said = (
        "the output cannot be written: No space left on device (the command may have done its work)"
    )
    assert ends("> /dev/full", "services") == (4, f"Error: {said}\n")
    assert ends("> /dev/full", "--help") == (4, f"Error: {said}\n")
    code, told = ends("> /dev/full", "day", "--json")
    assert (code, json.loads(told)["code"]) == (4, "output_not_written")
    assert ends(">&-", "services") == (0, "")
    # a pipe that nobody reads any more
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [*program, "services"], stdout=writes, stderr=subprocess.PIPE, check=False
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (4, b"")
    # what is told on stderr changes nothing
    assert ends("2> /dev/full", "slots", "Nothing") == (1, "")
    assert ends("2> /dev/full", "slots", "--json") == (2, "")
    assert ends("2> /dev/full", "customers", "add", CUSTOMER) == (0, "")
    assert len(salon.client.list_customers(CUSTOMER)) == 2


def test_every_command_tells_what_it_does() -> None:
    def walk(command: click.Command, parent: click.Context | None) -> Iterator[str]:
        context = click.Context(command, parent, command.name)
        assert command.help, context.command_path
        yield command.get_help(context)
        if isinstance(command, click.Group):
            for inner in command.commands.values():
                yield from walk(inner, context)

    helps = list(walk(main, None))
    assert len(helps) > 20
    assert all(it.startswith("Usage: ") for it in helps)
