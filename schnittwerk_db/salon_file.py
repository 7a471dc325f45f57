"""A salon described in TOML: what a file may hold, and how its faults are reported."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from schnittwerk_db.errors import BookingError
from schnittwerk_db.notation import WEEKDAYS as WEEKDAYS
from schnittwerk_db.notation import Weekday, minutes_of, parse_need, parse_steps
from schnittwerk_db.toml_file import FileError, TomlFile
from schnittwerk_db.toml_text import Clock, Place


class LoadError(FileError):
    """The file was not loaded; ``faults`` has everything that was found wrong."""


# What may be in a file: None is what it leaves out. The names are those of the RPCs.


@dataclass(frozen=True, kw_only=True)
class Salon:
    """The salon itself."""

    name: str
    time_zone: str
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A room or a piece of equipment."""

    name: str
    kind: Literal["room", "equipment"] | None = None
    pool: str | None = None
    is_active: bool | None = None


Steps = Annotated[str, parse_steps]
Need = Annotated[str, parse_need]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, in the salon's currency, and in minutes or in steps."""

    name: str
    base_price: Decimal
    duration_minutes: int | None = None
    steps: Steps | None = None
    needs: tuple[Need, ...] | None = None
    category: str | None = None
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    is_active: bool | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Performed:
    """A service that a member of staff performs, with their own price or minutes if given."""

    name: str
    custom_price: Decimal | None = None
    estimated_duration_minutes: int | None = None
    steps: Steps | None = None


@dataclass(frozen=True, kw_only=True)
class Window:
    """From when to when."""

    start_time: Clock
    end_time: Clock


@dataclass(frozen=True, kw_only=True)
class WeeklyWindow:
    """From when to when on some weekdays."""

    days: tuple[Weekday, ...]
    start_time: Clock
    end_time: Clock


@dataclass(frozen=True, kw_only=True)
class TimeOff:
    """When a member of staff is away."""

    start_date: dt.date
    end_date: dt.date | None = None
    start_time: Clock | None = None
    end_time: Clock | None = None
    type: str | None = None
    is_approved: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A member of staff."""

    full_name: str
    email: str | None = None
    phone: str | None = None
    is_active: bool | None = None
    services: tuple[str | Performed, ...] | None = None
    availability: tuple[WeeklyWindow, ...] | None = None
    breaks: tuple[WeeklyWindow, ...] | None = None
    time_off: tuple[TimeOff, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Range:
    """From which number up to which."""

    min: Decimal | None = None
    max: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PriceRule:
    """A price rule; its conditions and its one adjustment stand beside its other values."""

    name: str
    kind: Literal["time", "lead_time", "demand", "promotion"]
    percent: Decimal | None = None
    amount: Decimal | None = None
    price: Decimal | None = None
    services: tuple[str, ...] | None = None
    staff: tuple[str, ...] | None = None
    days: tuple[Weekday, ...] | None = None
    times: tuple[Window, ...] | None = None
    lead_hours: Range | None = None
    booked_percent: Range | None = None
    code: str | None = None
    first_visit: bool | None = None
    max_uses: int | None = None
    max_uses_per_customer: int | None = None
    priority: int | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    is_active: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A holiday or another closure, of all staff or of those it names."""

    name: str
    date: dt.date
    end_date: dt.date | None = None
    is_recurring: bool | None = None
    type: str | None = None
    description: str | None = None
    staff: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class SpecialHours:
    """When the salon is open on one date."""

    date: dt.date
    windows: tuple[Window, ...]


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer."""

    full_name: str
    email: str | None = None
    phone: str | None = None
    notes: str | None = None


@dataclass(frozen=True, kw_only=True)
class PriceRules:
    """A file of which only the price rules are read."""

    salon: Salon | None = None
    settings: dict[str, Any] | None = None
    policies: dict[str, Any] | None = None
    resources: tuple[Resource, ...] = ()
    services: tuple[Service, ...] = ()
    staff: tuple[Staff, ...] = ()
    price_rules: tuple[PriceRule, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    special_hours: tuple[SpecialHours, ...] = ()
    customers: tuple[Customer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contents(PriceRules):
    """All of a file. The database knows which settings and policies exist."""

    salon: Salon = field()  # which has no default here


ADJUSTMENTS = ("percent", "amount", "price")

# What is known by the first of these that it has.
_KNOWN_BY = {
    "resources": ("name",),
    "services": ("name",),
    "staff": ("full_name",),
    "price_rules": ("name",),
    "customers": ("email", "full_name"),
}


def as_kept(name: str) -> str:
    """A name as the database normalises it, so that the file's is found however it is typed."""
    return unicodedata.normalize("NFC", name).strip()


class NamingFile(TomlFile):
    """A file whose entries have names, and the database's refusals of them."""

    error = LoadError
    contents: PriceRules

    def _items(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        items = self.values.get(kind)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield index, item

    def _blame_adjustments(self) -> None:
        for index, item in self._items("price_rules"):
            given = [it for it in ADJUSTMENTS if it in item]
            if len(given) != 1:
                self.blame(
                    ("price_rules", index, *given[1:2]),
                    "must have exactly one of percent, amount and price",
                )

    def _blame_repeated(self, kind: str) -> None:
        seen = set()
        for index, item in self._items(kind):
            key = next((it for it in _KNOWN_BY[kind] if it in item), None)
            if key is None or not isinstance(item[key], str):
                continue
            name = as_kept(item[key])
            by = (key, name.casefold() if key == "email" else name)
            if by in seen:
                self.blame((kind, index, key), f"{name} is there twice")
            seen.add(by)

    @contextmanager
    def blaming(self, *place: str | int, items: Sequence[Place] = ()) -> Iterator[None]:
        """Turns the database's refusal of what stands at a place into faults there.

        ``items`` are the places of the elements of a list that was put together from several.
        """
        try:
            yield
        except BookingError as error:
            self.blame_refusal(error, *place, items=items)

    def blame_refusal(
        self, error: BookingError, *place: str | int, items: Sequence[Place] = ()
    ) -> None:
        """Notes a refusal as `blaming` does."""
        if isinstance(error.details, str):
            self.blame(place, error.details)
            return
        for fault in error.details:
            path = ".".join(map(str, fault["path"]))
            parts = re.findall(r"[^.\[\]]+", path.removeprefix("p_"))
            message = re.sub(rf"^{re.escape(path)} (?=must|is)", "", fault["message"])
            start = place
            if items and len(parts) > 1:
                start = items[int(parts[1])]
                message = message.replace(f"p_{parts[0]}[{parts[1]}].", "")
            self.blame(self._within(start, parts), re.sub(r"\bp_", "", message))

    def _within(self, place: Place, parts: Sequence[str]) -> Place:
        """The place in the file that a path of the database means, as far as the file has it."""
        for part in parts:
            keys = (part, int(part)) if part.isdigit() else (part,)
            place = next(((*place, it) for it in keys if (*place, it) in self.lines), place)
        return place


class SalonFile(NamingFile):
    """The file of a salon: what it holds, where it stands, and what is wrong with it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        for kind in _KNOWN_BY:
            self._blame_repeated(kind)
        self._blame_missing_durations()
        self._blame_adjustments()
        self.contents: Contents = self.structured(Contents)
        for index, service in enumerate(self.contents.services):
            if service.steps and service.duration_minutes not in (None, minutes_of(service.steps)):
                at = ("services", index, "duration_minutes")
                self.blame(at, "must be the sum of the steps, or be left out")
        self.raise_faults()

    @property
    def salon_name(self) -> str:
        """What the file calls its salon."""
        return as_kept(self.contents.salon.name)

    def _blame_missing_durations(self) -> None:
        for index, item in self._items("services"):
            if not {"duration_minutes", "steps"} & item.keys():
                self.blame(("services", index, "duration_minutes"), "is missing")


class PriceFile(NamingFile):
    """The price rules of a salon's file, which need not have anything else."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self._blame_repeated("price_rules")
        self._blame_adjustments()
        self.contents = self.structured(PriceRules)
