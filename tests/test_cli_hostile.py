"""Every command with what a person may type by mistake or in malice, and over all odd values."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import CliRunner, Result
from salon import CUSTOMER, SERVICE, STAFF, Salon, open_example

import schnittwerk_db.cli
from schnittwerk_db.cli import main
from schnittwerk_db.cli.demo import EXAMPLE
from schnittwerk_db.cli.output import table

# What is tried is the command line, which is the same over any version.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session"),
    pytest.mark.salon(by=open_example),
]

NAME = "Zoë 'O\"Brien' e\u0308 👩‍🎨 مرحبا; drop table x --".ljust(200, "ẞ")
NASTY = "\x1b[2J\u202egnp'\"\\\n\r\u2028\x9b1m" + "👩‍🎨" * 100
NIL = "00000000-0000-0000-0000-000000000000"

# By the name of a parameter's type, else those for text.
HOSTILE = {
    "integer": ("99999999999999999999", "2147483648", "-1", "0", "\u0661", "NaN"),
    "integer range": ("99999999999999999999", "-1"),
    "float range": ("NaN", "-1", "1e999"),
    "uuid": (NIL, NASTY),
    "choice": (NASTY,),
    "file": ("/", "/nowhere", NASTY),
    "parse_date": ("0001-01-01", "1900-01-01", "2999-12-31", "9999-12-30", "infinity", NASTY),
    "_parse_day": ("0001-01-01", "2999-12-31", "9999-12-31", NASTY),
    "_parse_years": ("0000-9999", "9999", "2026-1900", "2026-99999999999", NASTY),
    "parse_time": (
        *("0001-01-01 00:00", "9999-12-31 23:59", "1900-01-01 00:00+14:00", "2999-12-31 23:59"),
        *("2026-12-01 10:00:00.5", "2026-12-01 10:00+23:59:59.5", "infinity-infinity", NASTY),
    ),
    "parse_clock": ("24:00", "10:00:01", "25:00", NASTY),
    "parse_window": ("25:00-26:00", "-", "\u0661:00-\u0662:00", NASTY),
    "parse_weekdays": ("mon-", ",", "mon-someday", NASTY),
    "convert": ("-", "0-", "9" * 50, "tue,", "24:00-24:00", NASTY),
    "parse_amount": ("NaN", "sNaN", "-Infinity", "1e999999", "1e-999999", "0.001", NASTY),
}
HOSTILE |= dict.fromkeys(("parse_near_date", "parse_past_date"), HOSTILE["parse_date"])
HOSTILE["parse_near_when"] = HOSTILE["parse_date"] + HOSTILE["parse_time"]
HOSTILE_TEXT = ("", "x" * 100_000, "1e999999", "[" * 5000, "\udcff", NIL, NASTY)

# What a command needs besides, and where its arguments are not those of the others.
FLAGS = {
    ("cancel",): ["--yes"],
    ("closures", "remove"): ["--yes"],
    ("customers", "erase"): ["--yes"],
    ("customers", "merge"): ["--yes"],
    ("customers", "unmerge"): ["--yes"],
    ("holidays", "remove"): ["--yes"],
    ("prices", "remove"): ["--yes"],
    ("retention",): ["--yes"],
    ("salons", "remove"): ["--yes"],
    ("services", "deactivate"): ["--yes"],
    ("staff", "deactivate"): ["--yes"],
    ("timeoff", "remove"): ["--yes"],
    ("visits", "cancel"): ["--yes"],
    ("prices", "add"): ["--amount=-5"],
    ("holidays", "import"): ["--preview"],
    ("relay", "run"): ["--once"],
    ("rollback",): ["--yes"],
}
# What starts, ends or replaces something else than a command.
LEFT_OUT = {("demo",), ("db", "start"), ("db", "stop"), ("db", "url")}


@dataclass
class Shell:
    """Runs commands on the example salon, with valid values for what is not given."""

    salon: Salon
    valid: dict[str, str]
    odd: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def run(self, *command: str) -> Result:
        """What became of a command, which must not be a traceback."""
        done = self.salon.invoke(*command)
        told = f"{[it[:80] for it in command]}: {done.exception!r} {done.output[:500]}"
        assert done.exception is None or isinstance(done.exception, SystemExit), told
        assert done.exit_code in (0, 1, 2), told
        assert "Traceback" not in done.output, told
        if done.exit_code != 0 and done.stderr:
            assert len(done.stderr.splitlines()) == 1, told
        # what is at fault is what was typed or its option, not what the database calls it
        unnamed = re.findall(r"(?:invalid_input: |; )([a-z][\w.\[\]]*) (?:must|has)\b", done.stderr)
        assert set(unnamed) <= set(command), told
        unseen = re.search(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", done.output)
        assert unseen is None, told
        return done

    def line(self, path: tuple[str, ...], command: click.Command, **given: str) -> list[str]:
        """A command with what it needs, and with what is given."""
        values = self.valid | self.odd.get(path, {})
        options, arguments = [*path, *FLAGS.get(path, [])], ["--"]
        for it in command.params:
            name = str(it.name)
            # Without a visit to move, its items are needed.
            is_needed = it.required or (name == "items" and "visit" not in given)
            if name not in given and not is_needed:
                continue
            value = given[name] if name in given else values[name]
            if isinstance(it, click.Argument):
                arguments.append(value)
            else:
                options.append(f"{it.opts[0]}={value}")
        return [*options, *arguments]


@pytest.fixture
def one_connection(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All commands share a connection: on new ones each would plan its calls anew."""
    with (
        psycopg.connect(salon.dsn, autocommit=True, prepare_threshold=None) as kept,
        monkeypatch.context() as patched,
    ):
        patched.setattr(psycopg.Connection, "connect", lambda *_, **__: kept)
        patched.setattr(kept, "close", lambda: None)
        yield


@pytest.fixture
def shell(salon: Salon, tmp_path: Path, one_connection: None) -> Shell:
    tomorrow, in_a_month = (dt.date.today() + dt.timedelta(days=it) for it in (1, 30))
    booked = salon.appointment(salon.slot().starts_at)
    (tmp_path / "relay.toml").write_text("")
    valid = {
        "appointment": str(booked.id),
        "base_price": "75",
        "country": "CH",
        "closure": "Course",
        "customer": CUSTOMER,
        "date": str(in_a_month),
        "day": "mon",
        "duration_minutes": "60",
        "entry_id": CUSTOMER,
        "file": str(EXAMPLE),
        "full_name": "Mia Frei",
        "hold": NIL,
        "holiday": "Course",
        "items": SERVICE,
        "kind": "time",
        "key": "minimum_booking_notice_hours",
        "name": "Course",
        "name_or_id": "Schnittwerk Your Style",
        "new_starts_at": f"{tomorrow + dt.timedelta(days=1)} 10:00",
        "policy_key": "minimum_booking_notice_hours",
        "reason": "ill",
        "policy_value": "4.5",
        "profile": NIL,
        "preferred_start_date": str(in_a_month),
        "resource": "Wash basin 1",
        "rule": "Quiet mornings",
        "shell": "bash",
        "service": SERVICE,
        "staff": STAFF,
        "start_date": str(in_a_month),
        "starts_at": f"{tomorrow} 10:00",
        "time_off": NIL,
        "time_zone": "Europe/Zurich",
        "visit": CUSTOMER,
        "windows": "09:00-24:00",
        "years": "2027",
    }
    odd = {
        ("customers", "erase"): {"customer": "nobody"},
        ("customers", "merge"): {"keep": CUSTOMER, "merge": "nobody"},
        ("customers", "unmerge"): {"merged": NIL},
        ("prices", "try"): {"from_": str(tomorrow), "to": str(in_a_month)},
        ("relay", "run"): {"file": str(tmp_path / "relay.toml")},
        ("rollback",): {"to": "nowhere"},
        ("salons", "add"): {"time_zone": "Nowhere"},
    }
    return Shell(salon, valid, odd)


def commands() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, by its path; groups only where they are commands too."""

    def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[Any]:
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield path, command
            for name, inner in command.commands.items():
                yield from walk(inner, (*path, name))
        elif path not in LEFT_OUT:
            yield path, command

    return list(walk(main, ()))


def test_no_argument_of_any_command_ends_in_a_traceback(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    def no_program(*arguments: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "execvp", no_program)
    for path, command in commands():
        with subtests.test(command=" ".join(path)):
            for it in command.params:
                # what is hidden is taken by all commands, and tried below
                if getattr(it, "is_flag", False) or getattr(it, "hidden", False):
                    continue
                for value in HOSTILE.get(it.type.name, HOSTILE_TEXT):
                    shell.run(*shell.line(path, command, **{str(it.name): value}))


def test_the_options_before_a_command_are_not_trusted_either(shell: Shell) -> None:
    for value in HOSTILE_TEXT:
        for option in ("--salon", "--as", "--lang"):
            shell.run(option, value, "services")
            shell.run("services", f"{option}={value}")
    for dsn in ("sqlite:///x", "nonsense", "postgresql://h/d?x=1", "connect_timeout=x", "\udcff"):
        for command in (["services"], ["migrate"], ["doctor"], ["db", "psql"]):
            done = CliRunner().invoke(main, ["--dsn", dsn, *command])
            assert done.exit_code == 2, done.output
            assert "Invalid value for '--dsn'" in done.stderr
            [_] = done.stderr.splitlines()


def prices(value: Any) -> Iterator[Any]:
    """What stands under a key such as price, base_price or amount, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key.endswith(("price", "amount")) and item is not None:
                yield item
            yield from prices(item)
    elif isinstance(value, list):
        for item in value:
            yield from prices(item)


@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_every_command_goes_on_over_odd_values(
    salon: Salon, shell: Shell, bound: str, tmp_path: Path
) -> None:
    client, far = salon.client, dt.date(2999, 12, 31)
    for index, price in enumerate(("0", "0.01", "99999999.99")):
        service = client.save_service(f"{index}{NAME}"[:200], 5, Decimal(price))
        client.set_staff_services(
            salon.staff_id, [{"service_id": service.id, "custom_price": Decimal(price)}]
        )
    customer = client.save_customer(NAME, notes="two\nlines\u202e")
    client.save_staff(NAME)
    client.save_price_rule(
        NAME, "promotion", {"code": "-" * 50}, {"price": Decimal("0.01")}, valid_until=far
    )
    client.save_price_rule("As dear as can be", "time", None, {"amount": Decimal("99999999.99")})
    client.create_holiday(NAME, dt.date(1900, 1, 1), description=NAME)
    client.create_holiday(NAME, far, True, affects_all_staff=False, staff_ids=[salon.staff_id])
    client.set_special_hours(far, [{"start_time": "00:00", "end_time": "24:00"}])
    client.add_time_off(salon.staff_id, far, start_time="23:00", end_time="24:00")
    client.join_waitlist(customer.id, service.id, far, far, notes="two\nlines\u202e")
    client.cancel_booking(shell.valid["appointment"], "ill\n2026-12-01  forged  \u202e")
    for policy in client.list_policies():
        if policy.value_type != "boolean":
            client.set_policy(policy.policy_key, getattr(policy, bound))
    client.set_policy("reschedule_deadline_hours", Decimal("0.0166666667"))

    seen: list[Any] = []
    needs_more = (("doctor",), ("relay", "retry"), ("settings", "set"))
    for path, command in commands():
        if path in (("completion",), ("db", "psql"), ("db", "status"), ("relay", "run")):
            continue  # prints no JSON, of another server or program, or refused for its file
        line = shell.line(path, command)
        needs_nothing = not any(it.required for it in command.params)
        for done in (shell.run(*line), shell.run("--json", *line)):
            if needs_nothing and path not in needs_more:
                assert done.exit_code == 0, done.output
        answer = done.stdout if done.exit_code == 0 else done.stderr
        seen += prices(json.loads(answer, parse_float=str))
    assert len(seen) > 20
    assert [it for it in seen if not re.fullmatch(r"\d+\.\d\d", str(it))] == []

    for path in (("holidays", "list"), ("hours", "show"), ("appointments",), ("slots",)):
        arguments = ["--from", "1900-01-01", "--to", "1900-03-01"]
        shell.run(*path, *([SERVICE] if path == ("slots",) else []), *arguments)
    history = shell.run("appointment", shell.valid["appointment"]).stdout.splitlines()[-2:]
    assert history[1].endswith(r"ill\n2026-12-01  forged  \u202e")
    file = tmp_path / "customer.json"
    shell.run("customers", "export", NAME, "--output", str(file))
    stored = unicodedata.normalize("NFC", NAME)
    assert json.loads(file.read_text())["customer"]["full_name"] == stored


def test_a_cell_of_a_table_stays_on_its_line() -> None:
    row = {"name": lambda it: it, "id": lambda it: 1}
    lines = table(["Eve\nid\r\t\x1b[2J\x9b\u202e\u2066\u2028", "Zoë 👩‍🎨"], row).split("\n")
    assert len(lines) == 3
    assert lines[1].split()[0] == r"Eve\nid\r\t\u001b[2J\u009b\u202e\u2066\u2028"
    assert lines[2].split()[:2] == ["Zoë", "👩‍🎨"]


def test_only_one_module_prints() -> None:
    folder = Path(schnittwerk_db.cli.__file__).parent
    printing = {
        file.name
        for file in folder.glob("*.py")
        if re.search(r"\b(print|echo)\(", file.read_text())
    }
    # documents of their own, which are not shown in lines
    documents = {"completion.py", "customers.py", "day.py", "metrics.py"}
    assert printing == {"output.py"} | documents
