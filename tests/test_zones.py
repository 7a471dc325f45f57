"""Salons whose time zone Python's tzdata lacks: the database's rules are used."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from calls import Connection
from salon import Salon

from schnittwerk_db import Client
from schnittwerk_db.zones import DatabaseZone, python_zone, zone_of

ONLY_THE_SERVERS = "CET-1CEST,M3.5.0,M10.5.0/3"
"""The rules of Zurich, under a name that the server takes and Python does not."""


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Europe/Zurich", dt.datetime(2027, 3, 28, 1)),
        ("Europe/Zurich", dt.datetime(2027, 10, 31, 1)),
        ("Australia/Lord_Howe", dt.datetime(2027, 4, 3, 15)),
        ("Pacific/Apia", dt.datetime(2011, 12, 30, 10)),
        ("UTC", dt.datetime(2027, 1, 1)),
    ],
)
def test_the_databases_zone_and_pythons_are_the_same(
    db: Connection, name: str, change: dt.datetime
) -> None:
    ours, pythons = DatabaseZone(Client(db), name), ZoneInfo(name)
    assert str(ours) == str(pythons)
    for minutes in range(-26 * 60, 26 * 60, 30):
        instant = (change + dt.timedelta(minutes=minutes)).replace(tzinfo=dt.UTC)
        here, expected = instant.astimezone(ours), instant.astimezone(pythons)
        assert (here.replace(tzinfo=None), here.fold) == (
            *(expected.replace(tzinfo=None), expected.fold),
        )
        # also the times that are skipped
        for fold in (0, 1):
            typed = instant.replace(tzinfo=ours, fold=fold)
            assert typed.utcoffset() == typed.replace(tzinfo=pythons).utcoffset()


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "Europe", "../zone", "a\x00b", "x" * 5000])
def test_what_is_no_zone_for_python_is_none(name: str) -> None:
    assert python_zone(name) is None


def test_pythons_own_zone_goes_first(db: Connection) -> None:
    assert zone_of(Client(db), "Europe/Zurich") is ZoneInfo("Europe/Zurich")


@pytest.mark.salon(zone="Europe/Zurich")
def test_the_cli_reads_and_shows_the_local_times_of_any_zone(salon: Salon) -> None:
    def command(*words: str, code: int = 0) -> str:
        done = salon.invoke(*words)
        assert done.exit_code == code, done.output
        return done.output

    day = dt.datetime.now(ZoneInfo("Europe/Zurich")).date() + dt.timedelta(days=3)
    salon.client.set_business_settings({"max_advance_booking_days": 730})
    # as an older row may be: no check of the name was there
    salon.execute("alter table schnittwerk_core.salon disable trigger user")
    salon.execute("update schnittwerk_core.salon set time_zone = %s", ONLY_THE_SERVERS)

    command("book", "Haircut", f"{day} 10:00", "--customer", "Carla")
    assert f"{day} 10:00" in command("appointments", "--from", str(day))
    [booked] = json.loads(command("--json", "appointments", "--from", str(day)))
    at = dt.datetime.combine(day, dt.time(10), ZoneInfo("Europe/Zurich"))
    assert dt.datetime.fromisoformat(booked["starts_at"]) == at
    for time, refusal in (
        ("2027-10-31 02:30", "comes twice in CET-1CEST"),
        ("2027-03-28 02:30", "does not exist in CET-1CEST"),
    ):
        assert refusal in command("book", "Haircut", time, "--customer", "Carla", code=1)
    assert f"{day} 10:00" in command("appointment", booked["id"])
    assert command("relay", "status") == "no delivery\n"
    shown = {it["name"]: it for it in json.loads(command("--json", "doctor"))}
    check = shown["time zone of Salon"]
    assert (check["state"], check["remedy"]) == ("warn", "pip install --upgrade tzdata")

    salon.execute("update schnittwerk_core.salon set time_zone = 'Mars/Phobos'")
    assert command("appointments", code=1) == 'Error: time zone "Mars/Phobos" not recognized\n'
    shown = {it["name"]: it for it in json.loads(command("--json", "doctor", code=1))}
    assert shown["time zone of Salon"]["state"] == "fail"
