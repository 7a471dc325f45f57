"""Price rules as people use them: in the library, in a salon file, in commands."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from salon import CUSTOMER, SERVICE, STAFF, TODAY, Salon, open_example

from schnittwerk_db import (
    Appointment,
    InvalidInput,
    NotFound,
    PriceRule,
    SimulatedPrices,
    SimulatedRule,
    connect,
    connect_async,
)
from schnittwerk_db.cli.demo import EXAMPLE
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.times import day, local
from schnittwerk_db.loading import Loaded, load
from schnittwerk_db.notation import parse_range
from schnittwerk_db.salon_file import LoadError, SalonFile


def open_without_rules(dsn: str) -> Salon:
    """Loads the example salon, and deletes its price rules."""
    salon = open_example(dsn)
    with connect(dsn) as client:
        for rule in client.list_price_rules():
            client.delete_price_rule(rule.id)
    return salon


# As for the other commands: what they say does not depend on the version.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session"),
    pytest.mark.salon(by=open_without_rules),
]

CUT, COLOUR, AYLIN = "Women's cut", "Full colour", "Aylin Kaya"
YEAR = TODAY + dt.timedelta(days=365)

HEAD = '[salon]\nname = "Schnittwerk Your Style"\ntime_zone = "Europe/Zurich"\n'
QUIET = f"""
[[price_rules]]
name = "Quiet mornings"
kind = "time"
percent = -20
days = ["thu", "tue", "wed"]
times = [{{ start_time = "09:00", end_time = "12:00" }}]
services = ["{CUT}", "{COLOUR}"]
staff = ["{AYLIN}"]
valid_until = {YEAR}
"""
WELCOME = """
[[price_rules]]
name = "Welcome"
kind = "promotion"
amount = -5.50
lead_hours = { min = 0.50, max = 48 }
booked_percent = { max = 40 }
code = "welcome"
first_visit = true
max_uses = 100
max_uses_per_customer = 1
priority = 10
is_active = false
"""


def brought(salon: Salon, text: str) -> Loaded:
    return load(salon.client, SalonFile("salon.toml", text))


def told(salon: Salon, text: str) -> list[str]:
    return [str(it) for it in brought(salon, text).changes]


def rules(salon: Salon) -> dict[str, PriceRule]:
    return {it.name: it for it in salon.client.list_price_rules()}


# How they are written


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0-24", {"min": 0, "max": 24}),
        ("48-", {"min": 48}),
        ("-0.5", {"max": Decimal("0.5")}),
    ],
)
def test_a_range_is_read_as_it_is_written(text: str, numbers: dict[str, Decimal]) -> None:
    assert parse_range(text) == numbers


@pytest.mark.parametrize("text", ["", "-", "24", "1-2-3", "a-b", "-1-5", "\u0661-5"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a range such as 0-24"):
        parse_range(text)


# The library


def test_the_library_returns_what_is_saved(salon: Salon) -> None:
    client = salon.client
    rule = client.save_price_rule(
        "Late", "lead_time", {"lead_hours": {"max": Decimal("1.50")}}, {"percent": 10}, 5, TODAY
    )
    assert rule == PriceRule(
        id=rule.id,
        name="Late",
        kind="lead_time",
        conditions={"lead_hours": {"max": Decimal("1.5")}},
        adjustment={"percent": 10},
        priority=5,
        valid_from=TODAY,
        valid_until=None,
        is_active=True,
    )
    assert client.list_price_rules() == [rule]
    changed = client.save_price_rule(
        None, None, None, None, valid_until=YEAR, id=rule.id, clear=["conditions", "valid_from"]
    )
    assert (changed.conditions, changed.valid_from, changed.valid_until) == ({}, None, YEAR)
    with pytest.raises(InvalidInput, match="give one of them another p_priority"):
        client.save_price_rule("Later", "lead_time", None, {"percent": 10}, 5)
    assert client.delete_price_rule(rule.id) == changed
    with pytest.raises(NotFound):
        client.delete_price_rule(rule.id)


def test_price_rules_can_be_awaited(salon: Salon) -> None:
    async def saved() -> list[PriceRule]:
        async with connect_async(salon.dsn) as client:
            await client.save_price_rule("Late", "lead_time", None, {"percent": 10})
            return await client.list_price_rules()

    assert asyncio.run(saved()) == salon.client.list_price_rules()


def test_the_limits_of_a_price_and_the_rounding_can_be_set(salon: Salon) -> None:
    client = salon.client
    saved = client.save_service("Plait", 60, 90, min_price=80, max_price=Decimal("120.50"))
    assert (saved.min_price, saved.max_price) == (Decimal(80), Decimal("120.50"))
    assert saved in client.list_services()
    assert client.save_service(None, None, None, id=saved.id, clear=["min_price"]).min_price is None
    assert client.get_business_settings().price_rounding == Decimal("0.05")
    assert client.set_business_settings({"price_rounding": 1}).price_rounding == 1


# A salon file


def test_a_file_brings_price_rules(salon: Salon) -> None:
    loaded = brought(salon, HEAD + QUIET + WELCOME)
    assert [str(it) for it in loaded.changes] == [
        'price_rules "Quiet mornings": new',
        'price_rules "Welcome": new',
    ]
    assert loaded.counts["price_rules"] == 2
    services = {it.name: str(it.id) for it in salon.client.list_services()}
    [aylin] = [str(it.id) for it in salon.client.list_staff() if it.full_name == AYLIN]
    found = rules(salon)
    assert found["Quiet mornings"].conditions == {
        "services": sorted([services[CUT], services[COLOUR]]),
        "staff": [aylin],
        "days": [2, 3, 4],
        "times": [{"start_time": "09:00", "end_time": "12:00"}],
    }
    assert found["Quiet mornings"].adjustment == {"percent": -20}
    assert found["Quiet mornings"].valid_until == YEAR
    assert found["Welcome"].conditions == {
        "lead_hours": {"min": Decimal("0.5"), "max": 48},
        "booked_percent": {"max": 40},
        "code": "WELCOME",
        "first_visit": True,
        "max_uses": 100,
        "max_uses_per_customer": 1,
    }
    assert (found["Welcome"].priority, found["Welcome"].is_active) == (10, False)


def test_loading_price_rules_again_changes_nothing(salon: Salon) -> None:
    brought(salon, HEAD + QUIET + WELCOME)
    before = rules(salon)
    assert told(salon, HEAD + QUIET + WELCOME) == []
    assert rules(salon) == before


def test_a_file_changes_what_it_says_of_a_price_rule_and_keeps_the_rest(salon: Salon) -> None:
    brought(salon, HEAD + QUIET + WELCOME)
    changed = (
        '[[price_rules]]\nname = "Quiet mornings"\nkind = "time"\nprice = 49\ndays = ["mon"]\n'
    )
    assert told(salon, HEAD + changed) == [
        'price_rules "Quiet mornings".percent: -20 -> not set',
        'price_rules "Quiet mornings".days: ["tue", "wed", "thu"] -> ["mon"]',
        'price_rules "Quiet mornings".price: not set -> 49',
    ]
    rule = rules(salon)["Quiet mornings"]
    assert rule.conditions["days"] == [1]
    assert len(rule.conditions) == 4
    assert rule.valid_until == YEAR


def test_a_rule_that_has_ended_can_be_loaded_again(salon: Salon) -> None:
    brought(salon, HEAD + QUIET)
    ended = TODAY - dt.timedelta(days=2)
    salon.execute("update schnittwerk_core.price_rule set valid_until = %s", ended)
    file = QUIET.replace(str(YEAR), str(ended))
    assert told(salon, HEAD + file) == []
    assert told(salon, HEAD + file.replace("-20", "-25")) == [
        'price_rules "Quiet mornings".percent: -20 -> -25'
    ]


def test_what_is_wrong_with_price_rules_is_told_with_their_lines(salon: Salon) -> None:
    file = """
        [[price_rules]]
        name = "A"
        kind = "time"
        percent = 5
        services = ["Plait", "Women's cut"]
        staff = ["Nobody"]
        [[price_rules]]
        name = "B"
        kind = "time"
        percent = 5
        times = [{ start_time = "12:00", end_time = "09:00" }]
        code = "WELCOME"
        [[price_rules]]
        name = "C"
        kind = "demand"
        percent = 2000
    """
    with pytest.raises(LoadError) as refused:
        brought(salon, HEAD + file)
    assert [str(it) for it in refused.value.faults] == [
        "salon.toml:9: price_rules[1].services[1]: 'Plait' is not among the services",
        "salon.toml:10: price_rules[1].staff[1]: 'Nobody' is not among the staff",
        "salon.toml:15: price_rules[2].times[1].end_time: must be after its start_time",
        'salon.toml:16: price_rules[2].code: conditions has no key "code"; it may have services,'
        " staff, days, times, lead_hours, booked_percent",
        "salon.toml:20: price_rules[3].percent: must be from -100 to 1000",
    ]
    assert rules(salon) == {}


@pytest.mark.parametrize(
    ("given", "line"), [("", 4), ("percent = 5\nprice = 49\n", 8), ("amount = 1\nprice = 49\n", 8)]
)
def test_a_rule_of_a_file_has_one_adjustment(given: str, line: int) -> None:
    text = HEAD + f'[[price_rules]]\nname = "A"\nkind = "time"\n{given}'
    with pytest.raises(LoadError) as refused:
        SalonFile("salon.toml", text)
    [fault] = refused.value.faults
    assert (fault.line, fault.message) == (
        line,
        "must have exactly one of percent, amount and price",
    )


# The commands


def test_rules_are_added_changed_and_removed_by_commands(salon: Salon) -> None:
    done = salon.run(
        *("prices", "add", "Quiet mornings", "--kind", "time", "--percent", "-20"),
        *("--days", "tue,wed,thu", "--times", "09:00-12:00,13:00-15:00"),
        *("--service", CUT, "--service", COLOUR, "--staff", AYLIN, "--lead-hours", "0-24"),
        *("--booked-percent", "-40", "--priority", "10", "--valid-until", str(YEAR)),
    )
    assert done == (
        "added: Quiet mornings, time, -20%, priority 10: Tue, Wed, Thu; 09:00-12:00, 13:00-15:00;"
        f" {COLOUR}, {CUT}; {AYLIN}; 0-24 hours ahead; less than 40% booked; until {YEAR}\n"
    )
    salon.run(
        *("prices", "add", "Welcome", "--kind", "promotion", "--amount", "-5", "--code", "welcome"),
        *("--first-visit", "--max-uses", "100", "--max-uses-per-customer", "1", "--inactive"),
    )
    lines = salon.run("prices", "list").splitlines()
    assert [it.rstrip() for it in lines] == [
        "name            kind       price  applies",
        "Quiet mornings  time       -20%   Tue, Wed, Thu; 09:00-12:00, 13:00-15:00; Full colour,"
        f" Women's cut; Aylin Kaya; 0-24 hours ahead; less than 40% booked; until {YEAR}",
        "Welcome         promotion  -5.00  inactive; code WELCOME; first visit; at most 100 times;"
        " at most 1 times a customer",
    ]
    salon.run(
        *("prices", "edit", "quiet mornings", "--name", "Calm", "--price", "49", "--days", "mon"),
        *("--clear", "times", "--clear", "staff", "--clear", "valid-until", "--clear", "service"),
    )
    calm = rules(salon)["Calm"]
    assert calm.conditions == {
        "days": [1],
        "lead_hours": {"min": 0, "max": 24},
        "booked_percent": {"max": 40},
    }
    assert (calm.adjustment, calm.priority, calm.valid_until) == ({"price": 49}, 10, None)
    salon.run("prices", "edit", "Calm", "--inactive", "--priority", "0")
    assert rules(salon)["Calm"].conditions == calm.conditions
    [first, _] = json.loads(salon.run("--json", "prices", "list"))
    assert (first["name"], first["is_active"], first["priority"]) == ("Calm", False, 0)
    removed = salon.run("prices", "remove", str(calm.id), "--yes")
    assert removed.startswith("removed: Calm, time, =49.00: inactive; Mon;")
    assert [*rules(salon)] == ["Welcome"]


def test_a_list_of_rules_fits_a_terminal(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    client = salon.client
    client.save_price_rule(
        "Long names " * 15,
        "lead_time",
        {"services": [str(it.id) for it in client.list_services()], "days": [1, 2, 3, 4, 5]},
        {"amount": Decimal("-99999999.99")},
        1000,
        TODAY,
        YEAR,
    )
    client.save_price_rule("x" * 200, "promotion", {"code": "y" * 50}, {"amount": 5})
    for line in salon.run("prices", "list").splitlines():
        assert len(line) <= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "A", "--kind", "time"], "give one of --percent, --amount and --price"),
        (
            ["add", "A", "--kind", "time", "--percent", "5", "--price", "5"],
            "--percent, --amount and --price exclude each other",
        ),
        (
            ["add", "A", "--kind", "time", "--percent", "5", "--days", "tomorrow"],
            "'tomorrow' is not weekdays such as mon, mon-fri or tue,thu",
        ),
        (["edit", "Late"], "nothing to change: give an option"),
        (
            ["edit", "Late", "--days", "mon", "--clear", "days"],
            "--days is given and cleared: leave one of the two out",
        ),
    ],
)
def test_a_command_about_prices_says_what_is_wrong(
    salon: Salon, arguments: list[str], message: str
) -> None:
    salon.client.save_price_rule("Late", "lead_time", None, {"percent": 10})
    done = salon.invoke("prices", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_rule_that_overlaps_is_refused_with_the_other(salon: Salon) -> None:
    salon.client.save_price_rule("Late", "lead_time", None, {"percent": 10})
    done = salon.invoke("prices", "add", "Later", "--kind", "lead_time", "--percent", "5")
    assert done.exit_code == 1
    assert 'meet both this rule and "Late"' in done.stderr
    nobody = salon.invoke("prices", "remove", "Lat")
    assert "there is no price rule named 'Lat'; near it: Late" in nobody.stderr


# What other rules would have made of bookings

DEAR = """
[[price_rules]]
name = "Dear"
kind = "time"
percent = 10
services = ["Root colour"]
staff = ["Vanessa Brunner"]
"""


@pytest.fixture
def booked(salon: Salon) -> Appointment:
    """An appointment of 98.00, on which no rule was applied."""
    return salon.appointment(salon.slot().starts_at)


def day_of(appointment: Appointment) -> str:
    return str(appointment.starts_at.date())


def tried(salon: Salon, path: Path, text: str, day: str) -> Result:
    path.write_text(text)
    return salon.invoke("prices", "try", str(path), "--from", day, "--to", day)


def test_the_library_simulates_prices(salon: Salon, booked: Appointment) -> None:
    day = booked.starts_at.date()
    rule = {"name": "Dear", "kind": "time", "adjustment": {"percent": Decimal("10.5")}}
    assert salon.client.simulate_prices([rule], day, day) == SimulatedPrices(
        bookings=1,
        revenue=Decimal("98.00"),
        simulated_revenue=Decimal("108.30"),
        cheaper=0,
        dearer=1,
        rules=(SimulatedRule(None, "Dear", "time", 1, Decimal("10.29")),),
    )
    with pytest.raises(InvalidInput, match="is in the list twice"):
        salon.client.simulate_prices([rule, rule], day, day)
    saved = salon.client.save_price_rule("Cheap", "time", None, {"percent": -50})
    found = salon.client.simulate_prices(None, day, day)
    assert found.rules == (SimulatedRule(saved.id, "Cheap", "time", 1, Decimal(-49)),)
    assert found == salon.client.simulate_prices([asdict(saved)], day, day)


def test_the_rules_of_a_file_are_tried(salon: Salon, booked: Appointment, tmp_path: Path) -> None:
    salon.client.save_price_rule("Saved", "lead_time", None, {"amount": 100})
    told = (
        f"1 bookings on {day(booked.starts_at.date())}, of which 0 would have been cheaper and"
        " 1 dearer\n"
        "revenue 98.00 CHF as agreed, 107.80 CHF simulated (+10.0%)\n"
        "name  kind  bookings  CHF\n"
        "Dear  time  1         +9.80\n"
    )
    for text in (DEAR, HEAD + DEAR, EXAMPLE.read_text().split("[[price_rules]]")[0] + DEAR):
        done = tried(salon, tmp_path / "prices.toml", text, day_of(booked))
        assert (done.output, done.exit_code) == (told, 0)
    span = ("--from", day_of(booked), "--to", day_of(booked))
    assert salon.json("prices", "try", str(tmp_path / "prices.toml"), *span)["dearer"] == 1
    assert [*rules(salon)] == ["Saved"]


def test_the_rules_as_saved_are_tried(salon: Salon, booked: Appointment) -> None:
    span = ("--from", day_of(booked), "--to", day_of(booked))
    nothing = salon.run("prices", "try", "--current", *span)
    assert nothing.endswith("revenue 98.00 CHF as agreed, 98.00 CHF simulated (+0.0%)\n")
    salon.client.save_price_rule("Saved", "lead_time", None, {"amount": -8})
    assert "Saved  lead time  1         -8.00\n" in salon.run("prices", "try", "--current", *span)
    empty = salon.run("prices", "try", "--current", "--from", "2026-01-01", "--to", "2026-01-31")
    assert empty.startswith("0 bookings from Thu 2026-01-01 to Sat 2026-01-31, of which 0 would")
    assert "revenue 0.00 CHF as agreed, 0.00 CHF simulated\n" in empty


def test_a_rule_of_a_file_counts_as_the_saved_one_of_its_name(salon: Salon, tmp_path: Path) -> None:
    client = salon.client
    client.save_price_rule("Spring", "promotion", {"code": "SPRING"}, {"amount": -8})
    booked = salon.appointment(salon.slot().starts_at, promotion_code="spring")
    other = salon.appointment(salon.slot().starts_at)
    path = tmp_path / "prices.toml"
    path.write_text(
        '[[price_rules]]\nname = "Spring"\nkind = "promotion"\ncode = "SPRING"\namount = -18\n'
    )
    told = salon.run("prices", "try", str(path), "--from", day_of(booked), "--to", day_of(other))
    assert "revenue 188.00 CHF as agreed, 178.00 CHF simulated (-5.3%)\n" in told
    assert "Spring  promotion  1         -18.00\n" in told


def test_what_is_wrong_with_the_rules_to_try_is_told_with_their_lines(
    salon: Salon, tmp_path: Path
) -> None:
    def told(text: str) -> list[str]:
        done = tried(salon, tmp_path / "prices.toml", text, str(TODAY))
        assert (done.exit_code, done.stdout) == (1, "")
        return done.stderr.replace(f"{tmp_path}/", "").removeprefix("Error: ").splitlines()

    assert told(DEAR.replace("Root", "Rot")) == [
        "prices.toml:6: price_rules[1].services[1]: 'Rot colour' is not among the services"
    ]
    assert told(DEAR + 'times = [{ start_time = "12:00", end_time = "09:00" }]\n') == [
        "prices.toml:8: price_rules[1].times[1].end_time: must be after its start_time"
    ]
    other = DEAR.replace("Dear", "Other")
    assert told(DEAR + other) == [
        'prices.toml:9: price_rules[2]: Some bookings meet both this rule and "Dear",'
        " which has the priority 0 and as many conditions too: give one of them another priority"
    ]
    assert told(DEAR + DEAR) == ["prices.toml:10: price_rules[2].name: Dear is there twice"]
    assert told("[[price_rules]]\n" + 'name = "A"\nkind = "time"\npercent = 5\nday = 1\n') == [
        "prices.toml:5: price_rules[1].day: is not a known key; did you mean days?"
    ]


@pytest.mark.parametrize(
    ("options", "exit_code", "message"),
    [
        ([], 2, "give either FILE or --current"),
        ([str(EXAMPLE), "--current"], 2, "give either FILE or --current"),
        (["--current", "--to", "2027-12-31"], 1, "--to must be --from or later: at most 92 days"),
        ([str(EXAMPLE), "--to", "2027-12-31"], 1, "--to must be --from or later: at most 92 days"),
    ],
)
def test_trying_rules_says_what_is_wrong_with_the_command(
    salon: Salon, options: list[str], exit_code: int, message: str
) -> None:
    given = ["--from", "2027-01-01", "--to", "2027-01-31", *options]
    done = salon.invoke("prices", "try", *given)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert message in done.stderr


# The price of a start


def test_the_price_of_a_start_is_explained_and_booked(salon: Salon) -> None:
    client = salon.client
    client.save_price_rule("Early", "lead_time", None, {"percent": -10})
    client.save_price_rule("Welcome", "promotion", {"code": "WELCOME"}, {"amount": -5})
    slot = salon.slot()
    time = local(slot.starts_at, Session(client, client.list_salons()[0]).zone)
    command = ("prices", "explain", SERVICE, STAFF, time)
    assert salon.run(*command) == (
        "what        kind       CHF\n"
        "base price             98.00\n"
        "Early       lead time  -9.80\n"
        "price                  88.20\n"
    )
    assert salon.run(*command, "--code", "welcome") == (
        "what        kind       CHF\n"
        "base price             98.00\n"
        "Early       lead time  -9.80\n"
        "Welcome     promotion  -5.00\n"
        "price                  83.20\n"
    )
    assert salon.run(*command, "--code", "goodbye").endswith(
        "price                  88.20\nthe code goodbye does not apply: promotion_not_valid\n"
    )
    assert salon.json(*command)["price"] == 88.2

    day = ("--from", time[:14], "--staff", STAFF, "--code", "welcome")
    [listed] = [it for it in salon.json("slots", SERVICE, *day) if it["price"] == 83.2][:1]
    assert listed["staff_id"] == str(slot.staff_id)
    held = salon.run(
        *("hold", "slot", SERVICE, time, "--staff", STAFF, "--customer", CUSTOMER),
        *("--code", "WELCOME"),
    )
    assert "83.20 CHF" in held
    other = salon.slot()
    booked = salon.run(
        *("book", SERVICE, local(other.starts_at, dt.UTC) + "+00:00", "--staff", STAFF),
        *("--customer", "Beat Graf", "--code", "welcome", "--price", "83.20"),
    )
    assert "83.20 CHF" in booked


@pytest.mark.parametrize(
    "command", [("slots",), ("prices", "explain"), ("book",), ("hold", "slot")]
)
def test_a_code_is_refused_by_its_option(salon: Salon, command: tuple[str, ...]) -> None:
    time = "2026-12-01 10:00"
    positions = {"slots": [SERVICE], "prices": [SERVICE, STAFF, time]}.get(
        command[0], [SERVICE, time]
    )
    who = ["--customer", CUSTOMER] if command[0] == "book" else []
    message = salon.failure(*command, *positions, *who, "--code", "x" * 101)
    assert message.startswith("invalid_input: --code must have at most 100 characters")


def test_the_best_slots_take_no_code(salon: Salon) -> None:
    done = salon.invoke("slots", SERVICE, "--best", "--code", "WELCOME")
    assert done.exit_code == 2
    assert "--best goes with none of --interval, --move, --code" in done.stderr
