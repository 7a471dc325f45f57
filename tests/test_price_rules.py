"""Price rules as people use them: in the library, in a salon file, in commands."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from decimal import Decimal

import pytest
from salon import TODAY, Salon, open_example

from schnittwerk_db import InvalidInput, NotFound, PriceRule, connect_async
from schnittwerk_db.loading import Loaded, load
from schnittwerk_db.notation import parse_days, parse_range, parse_windows, range_text
from schnittwerk_db.salon_file import LoadError, SalonFile

pytestmark = pytest.mark.salon(by=open_example)

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
    assert range_text(numbers) == text


@pytest.mark.parametrize("text", ["", "-", "24", "1-2-3", "a-b", "-1-5", "\u0661-5"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a range such as 0-24"):
        parse_range(text)


def test_days_and_times_are_read_as_they_are_written() -> None:
    assert parse_days("sun, Tue,sat") == [0, 2, 6]
    assert parse_windows("09:00-12:00, 13:00-24:00") == [
        {"start_time": "09:00", "end_time": "12:00"},
        {"start_time": "13:00", "end_time": "24:00"},
    ]
    with pytest.raises(ValueError, match="is not weekdays such as tue,wed,thu"):
        parse_days("tue-thu")
    with pytest.raises(ValueError, match="is not times such as"):
        parse_windows("9-12")


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
        "added: Quiet mornings, time, -20%, priority 10: tue, wed, thu; 09:00-12:00, 13:00-15:00;"
        f" {COLOUR}, {CUT}; {AYLIN}; 0-24 hours ahead; -40% booked; until {YEAR}\n"
    )
    salon.run(
        *("prices", "add", "Welcome", "--kind", "promotion", "--amount", "-5", "--code", "welcome"),
        *("--first-visit", "--max-uses", "100", "--max-uses-per-customer", "1", "--inactive"),
    )
    lines = salon.run("prices", "list").splitlines()
    assert [it.rstrip() for it in lines] == [
        "name            kind       price  priority  applies",
        "Quiet mornings  time       -20%   10        tue, wed, thu; 09:00-12:00,",
        "                                            13:00-15:00; Full colour, Women's cut;",
        "                                            Aylin Kaya; 0-24 hours ahead; -40%",
        f"                                            booked; until {YEAR}",
        "Welcome         promotion  -5.00  0         inactive; code WELCOME; first visit; at",
        "                                            most 100 times; at most 1 times a",
        "                                            customer",
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
    removed = salon.run("prices", "remove", str(calm.id))
    assert removed.startswith("removed: Calm, time, =49.00: inactive; mon;")
    assert [*rules(salon)] == ["Welcome"]


def test_a_list_of_rules_fits_a_terminal(salon: Salon) -> None:
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
            "'tomorrow' is not weekdays such as tue,wed,thu",
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
