"""The library without a database: what `help` tells, what JSON becomes, who imports whom."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import pickle
import pydoc
import re
from collections.abc import Iterator
from decimal import Decimal
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, assert_type, get_type_hints
from uuid import UUID

import pytest

import schnittwerk_db
from schnittwerk_db import (
    Appointment,
    AsyncClient,
    Client,
    Delivery,
    InvalidInput,
    MissingExtraError,
    RateLimited,
    Salon,
    Slot,
    api,
    arguments,
)
from schnittwerk_db.api import Api
from schnittwerk_db.holiday_import import HolidayImportError
from schnittwerk_db.json_text import UnfitError, json_text, read_json, visible
from schnittwerk_db.salon_file import LoadError
from schnittwerk_db.toml_file import Fault

if TYPE_CHECKING:
    # what a type checker makes of the calls, which it checks wherever it reads this file

    async def checked(client: Client, awaited: AsyncClient, at: dt.datetime, day: dt.date) -> None:
        assert_type(client.find_slots("id", day), list[Slot])
        assert_type(await awaited.find_slots("id", day), list[Slot])
        assert_type(client.create_booking(None, UUID(int=1), at), Appointment)
        assert_type(await awaited.create_booking(None, UUID(int=1), at.isoformat()), Appointment)
        assert_type(client.claim_delivery(["mail"]), Delivery | None)
        client.find_slots(1, day)  # type: ignore[arg-type]
        client.create_booking(None, "id", day)  # type: ignore[arg-type]
        await awaited.list_salons(1)  # type: ignore[call-arg]


# Help


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_help_shows_what_a_method_returns_and_explains_its_argument_types(client: type) -> None:
    for name, _ in inspect.getmembers(Api, inspect.isfunction):
        method = getattr(client, name)
        signature = inspect.signature(method)
        shown = pydoc.plain(pydoc.render_doc(method))
        heading = f"{name}(self" if client is Client else f"async {name}(self"
        assert f"\n{heading}" in shown, name
        assert f" -> {signature.return_annotation}\n" in shown, name
        assert inspect.iscoroutinefunction(method) == (client is AsyncClient), name
        returned = get_type_hints(method)["return"]
        assert returned == eval(signature.return_annotation, vars(api)), name
        taken = " ".join(str(it.annotation) for it in signature.parameters.values())
        types = set(re.findall(r"\w+", taken)) & set(arguments.__all__)
        explained = re.findall(r"^([A-Z]\w+): ", inspect.getdoc(method) or "", re.MULTILINE)
        assert sorted(explained) == sorted({"RPC"} | types), name


def test_help_is_read_as_a_signature_is_written() -> None:
    assert str(inspect.signature(Client.explain_slot)) == (
        "(self, service_id: Id, staff_id: Id, starts_at: Instant, appointment_id: Id | None = None,"
        " customer_id: Id | None = None) -> list[RuleCheck]"
    )
    told = inspect.getdoc(Client.explain_slot) or ""
    assert told.endswith(
        "Id: a UUID, or its text.\n\n"
        "Instant: an aware datetime, or ISO 8601 text with its offset such as\n"
        "2026-12-01T10:00+01:00. A naive datetime or a date is refused: it names no instant."
    )


# JSON


def test_values_have_one_json_each() -> None:
    zurich = dt.timezone(dt.timedelta(hours=1))
    values = {
        "amount": Decimal("98.00"),
        "instant": dt.datetime(2026, 12, 1, 10, tzinfo=zurich),
        "date": dt.date(2026, 12, 1),
        "times": (dt.time(9), dt.time(9, 0, 30)),
        "id": UUID(int=7),
        "flags": [True, False, None],
        1: [2, 0.5, 10**400],
        "record": Salon(UUID(int=7), "Zoë\n\u202e", "Europe/Zurich", "CHF"),
        "empty": [{}, []],
    }
    text = json_text(values)
    assert text == (
        '{"amount": 98.00, "instant": "2026-12-01T09:00:00Z", "date": "2026-12-01",'
        ' "times": ["09:00", "09:00:30"], "id": "00000000-0000-0000-0000-000000000007",'
        f' "flags": [true, false, null], "1": [2, 0.5, {10**400}],'
        ' "record": {"id": "00000000-0000-0000-0000-000000000007", "name": "Zoë\\n\\u202e",'
        ' "time_zone": "Europe/Zurich", "currency": "CHF", "affected_appointments": []},'
        ' "empty": [{}, []]}'
    )
    assert read_json(text)["amount"].as_tuple() == Decimal("98.00").as_tuple()
    lines = json_text(values, "\n")
    assert json.loads(lines) == json.loads(text)
    assert lines.startswith('{\n  "amount": 98.00,\n  "instant"')
    assert '\n  "times": [\n    "09:00",\n' in lines


def test_decimals_are_written_digit_by_digit() -> None:
    assert (
        json_text([Decimal("1E-7"), Decimal("1E+3"), Decimal("0E-2")]) == "[0.0000001, 1000, 0.00]"
    )


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert visible("a\x7f\u200b\xad\U000e0041 👩\u200d🎨") == (
        r"a\u007f\u200b\u00ad\udb40\udc41" " 👩\u200d🎨"
    )


def test_a_value_that_is_refused_is_named_by_its_place() -> None:
    def check(value: object) -> object:
        if value in ("no", 13):
            raise UnfitError("code", "must be another")
        return value

    for value, place in (
        ("no", ""),
        ({"a": [0, {"b": "no"}]}, ".a[1].b"),
        ({"a": {"no": 1}}, ".a"),
        ([[13]], "[0][0]"),
    ):
        with pytest.raises(UnfitError, match="must be another") as refused:
            json_text(value, check=check)
        assert (refused.value.code, refused.value.place) == ("code", place)


# Errors


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("invalid_input", 400, [{"path": ["p_to"], "code": "x"}], hint="less"),
        RateLimited("rate_limited", 429, "Too many", operation_id=UUID(int=7), replayed=True),
        LoadError([Fault("salon.toml", 3, "salon.name", "is missing")]),
        HolidayImportError("country", "no holidays are known of it"),
        MissingExtraError("relay", "apprise"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_reaches_another_process_whole(error: Exception) -> None:
    received = pickle.loads(pickle.dumps(error))
    assert (type(received), str(received)) == (type(error), str(error))
    assert vars(received) == vars(error)


# The modules


def test_no_modules_import_each_other() -> None:
    folder = Path(schnittwerk_db.__file__).parent
    modules = {
        ".".join(it.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__"): it
        for it in folder.rglob("*.py")
    }
    imported = {name: set(_imports(file, modules)) - {name} for name, file in modules.items()}
    assert "schnittwerk_db.rpc" in imported["schnittwerk_db.api"]
    TopologicalSorter(imported).prepare()  # raises CycleError, which names the modules


def _imports(file: Path, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a file imports, for type checkers and in functions too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (it.name for it in node.names if it.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            within = [f"{node.module}.{it.name}" for it in node.names]
            yield from (it if it in modules else node.module for it in within)
