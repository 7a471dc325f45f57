"""Reads a salon described in TOML, and says of every fault where it stands."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

from schnittwerk_db.errors import BookingError
from schnittwerk_db.toml_text import TomlError, decode, is_toml, parse, statements

Place = tuple[str | int, ...]

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of the file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key + ': ' if self.key else ''}{self.message}"


class LoadError(Exception):
    """The file was not loaded; ``faults`` has everything that was found wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


def as_kept(name: str) -> str:
    """A name as the database keeps it, so that the file's is found whatever form it is typed in."""
    return unicodedata.normalize("NFC", name).strip()


class SalonFile:
    """The values of a file, where each stands, and what is wrong with it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        try:
            self.values = parse(text, Decimal)
        except TomlError as fault:
            raise LoadError([Fault(name, fault.line, "", fault.message)]) from None
        self._lines = _lines_of(text)
        _SALON(self, (), self.values)
        self.raise_faults()

    @classmethod
    def read(cls, path: Path) -> SalonFile:
        """The file at a path.

        Raises `LoadError` with everything that is wrong with it in itself; what only the database
        can judge is left to it. ``OSError`` when it cannot be read.
        """
        try:
            text = decode(path.read_bytes())
        except TomlError as fault:
            raise LoadError([Fault(str(path), fault.line, "", fault.message)]) from None
        return cls(str(path), text)

    @property
    def salon_name(self) -> str:
        """What the file calls its salon."""
        return as_kept(self.values["salon"]["name"])

    def blame(self, place: Place, message: str) -> None:
        """Notes a fault at a place, or at what holds it where the place is not in the file."""
        known = (place[:length] for length in range(len(place), 0, -1))
        line = next((self._lines[it] for it in known if it in self._lines), 1)
        key = "".join(f"[{it + 1}]" if isinstance(it, int) else f".{it}" for it in place)
        self.faults.append(Fault(self.name, line, key.removeprefix("."), message))

    @contextmanager
    def blaming(self, *place: str | int, items: Sequence[Place] = ()) -> Iterator[None]:
        """Turns the database's refusal of what stands at a place into faults there.

        ``items`` are the places of the elements of a list that was put together from several.
        """
        try:
            yield
        except BookingError as error:
            if isinstance(error.details, str):
                self.blame(place, error.details)
                return
            for fault in error.details:
                path = ".".join(map(str, fault["path"]))
                parts = re.findall(r"[^.\[\]]+", path.removeprefix("p_"))
                start = items[int(parts[1])] if items and len(parts) > 1 else place
                message = re.sub(rf"^{re.escape(path)} (?=must|is)", "", fault["message"])
                self.blame(self._within(start, parts), re.sub(r"\bp_", "", message))

    def _within(self, place: Place, parts: Sequence[str]) -> Place:
        """The place in a place that a path of the database's means, as far as it is in the file."""
        for part in parts:
            keys = (part, int(part)) if part.isdigit() else (part,)
            place = next(((*place, it) for it in keys if (*place, it) in self._lines), place)
        return place

    def raise_faults(self) -> None:
        """Raises `LoadError` if there are faults."""
        if self.faults:
            each_once = dict.fromkeys(self.faults)
            raise LoadError(sorted(each_once, key=lambda fault: fault.line))


# Where things stand ----------------------------------------------------------------------------


def _lines_of(text: str) -> dict[Place, int]:
    """The line of every key and element of a valid text, by its place."""
    lines: dict[Place, int] = {}
    tables_in: dict[Place, int] = {}
    table: Place = ()

    def note(value: object, place: Place, line: int) -> None:
        line = lines.setdefault(place, line)
        inner: Iterable[tuple[str | int, object]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        for key, item in inner:
            note(item, (*place, key), line)

    for first, statement in statements(text):
        values = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = ()
            while values:
                ((key, inner),) = values.items()
                table = (*table, key)
                lines.setdefault(table, first)
                if isinstance(inner, list):
                    tables_in[table] = tables_in.get(table, 0) + 1
                if table in tables_in:
                    table = (*table, tables_in[table] - 1)
                    lines.setdefault(table, first)
                values = inner[0] if isinstance(inner, list) else inner
        else:
            place, _ = _only_key(values)
            for index, line in enumerate(_element_lines(statement)):
                lines[*table, *place, index] = first + line
            for key, item in values.items():
                note(item, (*table, key), first)
    return lines


def _element_lines(statement: str) -> Iterator[int]:
    """On which line, from 0, each element of the array that a statement sets ends."""
    seen = 0
    lines = statement.splitlines()
    for number in range(1, len(lines)):
        part = "\n".join(lines[:number]) + "\n]"
        if is_toml(part):
            _, value = _only_key(tomllib.loads(part))
            yield from [number - 1] * (len(value) - seen)
            seen = len(value)


def _only_key(values: Any) -> tuple[Place, Any]:
    """The (dotted) key that a statement sets, and its value."""
    place: Place = ()
    while isinstance(values, dict) and len(values) == 1:
        ((key, values),) = values.items()
        place = (*place, key)
    return place, values


# What may stand there --------------------------------------------------------------------------


class _Shape(Protocol):
    def __call__(self, file: SalonFile, place: Place, value: Any) -> None:
        """Blames what is wrong with a value."""


def _kind(name: str, *kinds: type) -> _Shape:
    def check(file: SalonFile, place: Place, value: Any) -> None:
        # by exact type: a bool is no number here, and a date with a time no date
        if type(value) not in kinds:
            file.blame(place, f"must be {name}")

    return check


def _one_of(*allowed: str) -> _Shape:
    def check(file: SalonFile, place: Place, value: Any) -> None:
        if value not in allowed:
            file.blame(place, f"must be one of {', '.join(allowed)}")

    return check


def _array(item: _Shape) -> _Shape:
    def check(file: SalonFile, place: Place, value: Any) -> None:
        if not isinstance(value, list):
            file.blame(place, "must be an array")
            return
        for index, each in enumerate(value):
            item(file, (*place, index), each)

    return check


def _table(required: Mapping[str, _Shape], optional: Mapping[str, _Shape] | None = None) -> _Shape:
    known = {**required, **(optional or {})}

    def check(file: SalonFile, place: Place, value: Any) -> None:
        if not isinstance(value, dict):
            file.blame(place, "must be a table")
            return
        for key in required:
            if key not in value:
                file.blame((*place, key), "is missing")
        for key, each in value.items():
            if key in known:
                known[key](file, (*place, key), each)
            else:
                near = get_close_matches(key, known, 1)
                meant = f"; did you mean {near[0]}?" if near else ""
                file.blame((*place, key), f"is not a known key{meant}")

    return check


def _either(text: _Shape, table: _Shape) -> _Shape:
    def check(file: SalonFile, place: Place, value: Any) -> None:
        (table if isinstance(value, dict) else text)(file, place, value)

    return check


def _told_apart(table: _Shape, *keys: str) -> _Shape:
    """An array of tables, each matched by the first of the keys that it has: no two by the same."""
    each = _array(table)

    def check(file: SalonFile, place: Place, value: Any) -> None:
        each(file, place, value)
        seen = set()
        for index, item in enumerate(value if isinstance(value, list) else []):
            key = next((it for it in keys if isinstance(item, dict) and it in item), None)
            if key is None or not isinstance(item[key], str):
                continue
            name = as_kept(item[key])
            by = (key, name.casefold() if key == "email" else name)
            if by in seen:
                file.blame((*place, index, key), f"{name} is there twice")
            seen.add(by)

    return check


_TEXT = _kind("text", str)
_WHOLE = _kind("a whole number", int)
_AMOUNT = _kind("a number", int, Decimal)
_FLAG = _kind("true or false", bool)
_DATE = _kind("a date such as 2026-12-24", dt.date)
_CLOCK = _kind('a time such as "09:00"', str, dt.time)
# The database knows the settings and the policies.
_ANY_KEYS = _kind("a table", dict)

_WINDOWS = _array(
    _table({"days": _array(_one_of(*WEEKDAYS)), "start_time": _CLOCK, "end_time": _CLOCK})
)
_SERVICE = _table(
    {"name": _TEXT, "duration_minutes": _WHOLE, "base_price": _AMOUNT},
    {
        "category": _TEXT,
        "buffer_before_minutes": _WHOLE,
        "buffer_after_minutes": _WHOLE,
        "is_active": _FLAG,
    },
)
_PERFORMED = _either(
    _TEXT,
    _table({"name": _TEXT}, {"custom_price": _AMOUNT, "estimated_duration_minutes": _WHOLE}),
)
_TIME_OFF = _table(
    {"start_date": _DATE},
    {
        "end_date": _DATE,
        "start_time": _CLOCK,
        "end_time": _CLOCK,
        "type": _TEXT,
        "is_approved": _FLAG,
    },
)
_STAFF = _table(
    {"full_name": _TEXT},
    {
        "email": _TEXT,
        "phone": _TEXT,
        "is_active": _FLAG,
        "services": _array(_PERFORMED),
        "availability": _WINDOWS,
        "breaks": _WINDOWS,
        "time_off": _array(_TIME_OFF),
    },
)
_HOLIDAY = _table(
    {"name": _TEXT, "date": _DATE},
    {
        "end_date": _DATE,
        "is_recurring": _FLAG,
        "type": _TEXT,
        "description": _TEXT,
        "staff": _array(_TEXT),
    },
)
_SPECIAL_HOURS = _table(
    {"date": _DATE, "windows": _array(_table({"start_time": _CLOCK, "end_time": _CLOCK}))}
)
_CUSTOMER = _table({"full_name": _TEXT}, {"email": _TEXT, "phone": _TEXT, "notes": _TEXT})
_SALON = _table(
    {"salon": _table({"name": _TEXT, "time_zone": _TEXT}, {"currency": _TEXT})},
    {
        "settings": _ANY_KEYS,
        "policies": _ANY_KEYS,
        "services": _told_apart(_SERVICE, "name"),
        "staff": _told_apart(_STAFF, "full_name"),
        "holidays": _array(_HOLIDAY),
        "special_hours": _array(_SPECIAL_HOURS),
        "customers": _told_apart(_CUSTOMER, "email", "full_name"),
    },
)
