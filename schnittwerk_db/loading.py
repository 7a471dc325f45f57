"""Brings a salon described in a TOML file into the book: all of it, or nothing.

The file names everything as the RPCs do. What is there already is found by name and changed where
the file says something else; what the file does not mention stays as it is. Reports each change.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from psycopg import Rollback

from schnittwerk_db.client import Client
from schnittwerk_db.models import (
    AffectedAppointment,
    Customer,
    Holiday,
    Salon,
    SpecialHours,
    SpecialWindow,
    StaffService,
)
from schnittwerk_db.salon_file import WEEKDAYS, LoadError, SalonFile, as_kept
from schnittwerk_db.toml_text import Place

Values = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """What a file changed: a value as JSON has it, or a new thing (``before`` is None then)."""

    key: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before is None and isinstance(self.after, dict):
            return f"{self.key}: new"
        if self.after is None and isinstance(self.before, dict):
            return f"{self.key}: removed"
        return f"{self.key}: {_shown(self.before)} -> {_shown(self.after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a file brought.

    ``counts`` says how many of each kind it names, ``skipped`` what of it was not loaded, and
    ``affected_appointments`` are those in time that is no longer open.
    """

    salon: Salon
    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    skipped: tuple[str, ...]
    affected_appointments: tuple[AffectedAppointment, ...]


def load(
    client: Client,
    file: Path | SalonFile,
    salon_id: UUID | None = None,
    *,
    new_customers: bool = False,
    dry_run: bool = False,
) -> Loaded:
    """Loads a file in one transaction, and points the client at its salon.

    That is the salon with ``salon_id``, else the one of the file's name, which is made if need be.
    A customer whom an existing salon does not have may have been erased there, so they are added
    with ``new_customers`` only. ``dry_run`` returns the same and keeps nothing.

    Raises `LoadError` with every fault found, ``OSError`` when the file cannot be read.
    """
    if isinstance(file, Path):
        file = SalonFile.read(file)
    before = client.salon_id
    done = False
    try:
        with client.connection.transaction(force_rollback=dry_run):
            loaded = _Loading(client, file, new_customers).run(salon_id)
        done = not dry_run
        return loaded
    finally:
        if not done:
            client.salon_id = before


@dataclass
class _Loading:
    """One run over a file that is sound in itself; the database judges the rest of it."""

    client: Client
    file: SalonFile
    new_customers: bool
    is_new: bool = False
    services: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    affected: dict[UUID, AffectedAppointment] = field(default_factory=dict)

    def run(self, salon_id: UUID | None) -> Loaded:
        salon = self._salon(salon_id)
        self._settings()
        self._policies()
        self._services()
        self._staff()
        self._holidays()
        self._special_hours()
        self._customers()
        self.file.raise_faults()
        kinds = ("services", "staff", "holidays", "special_hours", "customers")
        return Loaded(
            salon=salon,
            counts={kind: len(self._items(kind)) for kind in kinds},
            changes=tuple(self.changes),
            skipped=tuple(self.skipped),
            affected_appointments=tuple(self.affected.values()),
        )

    def _items(self, kind: str) -> Sequence[Values]:
        items: Sequence[Values] = self.file.values.get(kind, ())
        return items

    @contextmanager
    def _at(self, *place: str | int, items: Sequence[Place] = ()) -> Iterator[None]:
        """What is refused inside is undone and blamed on that place, and the run goes on."""
        with self.file.blaming(*place, items=items), self.client.connection.transaction():
            yield

    def _write(
        self,
        key: str,
        before: Values | None,
        given: Values,
        write: Callable[[], T],
        view: Callable[[T], Values] | None = None,
    ) -> T | None:
        """Makes a call unless all that is given stands there already, and notes what it changed.

        Where the database makes the same of what is given (``" Anna "`` for ``Anna``), the call is
        undone, so that it leaves no trace.
        """
        if before is not None and all(_text(before.get(it)) == _text(given[it]) for it in given):
            return None
        with self.client.connection.transaction():
            saved = write()
            changes = list(_changes(key, before, (view or _view)(saved)))
            if not changes:
                raise Rollback
            self.changes += changes
            affected: Sequence[AffectedAppointment] = getattr(saved, "affected_appointments", ())
            self.affected |= {it.id: it for it in affected}
        return saved

    def _salon(self, salon_id: UUID | None) -> Salon:
        given = self.file.values["salon"]
        salons = self.client.list_salons()
        there = next(
            (
                it
                for it in salons
                if (it.id == salon_id if salon_id else as_kept(it.name) == self.file.salon_name)
            ),
            None,
        )
        self.is_new = there is None and salon_id is None
        with self._at("salon"):
            saved = self._write(
                "salon" if there else f"salon {_quoted(given['name'])}",
                _view(there),
                given,
                lambda: self.client.save_salon(**given, id=there.id if there else salon_id),
            )
            salon = saved or there
            assert salon is not None
            self.client.salon_id = salon.id
            return salon
        raise LoadError(self.file.faults)

    def _settings(self) -> None:
        settings: Values | None = self.file.values.get("settings")
        if not settings:
            return
        before = _view(self.client.get_business_settings())
        if isinstance(hours := settings.get("opening_hours"), dict):
            # the call replaces the week, the file names days of it
            settings = {**settings, "opening_hours": {**before["opening_hours"], **hours}}
        with self._at("settings"):
            self._write(
                "settings", before, settings, lambda: self.client.set_business_settings(settings)
            )

    def _policies(self) -> None:
        known = {it.policy_key: it.in_force for it in self.client.list_policies()}
        for key, value in self.file.values.get("policies", {}).items():
            with self._at("policies", key):
                self._write(
                    "policies",
                    {key: known.get(key)},
                    {key: value},
                    partial(self.client.set_policy, key, value),
                    lambda it: {it.policy_key: it.policy_value},
                )

    def _services(self) -> None:
        known = {as_kept(it.name): it for it in self.client.list_services()}
        self.services = {name: it.id for name, it in known.items()}
        for index, given in enumerate(self._items("services")):
            name = as_kept(given["name"])
            there = known.get(name)
            with self._at("services", index):
                saved = self._write(
                    f"services {_quoted(name)}",
                    _view(there),
                    given,
                    partial(self.client.save_service, **given, id=there.id if there else None),
                )
                if saved is not None:
                    self.services[name] = saved.id

    def _staff(self) -> None:
        known = {as_kept(it.full_name): it for it in self.client.list_staff()}
        self.staff = {name: it.id for name, it in known.items()}
        for index, given in enumerate(self._items("staff")):
            place = ("staff", index)
            name = as_kept(given["full_name"])
            key = f"staff {_quoted(name)}"
            there = known.get(name)
            told = len(self.changes)
            with self._at(*place):
                own = {key: it for key, it in given.items() if not isinstance(it, list)}
                saved = self._write(
                    key,
                    _view(there),
                    own,
                    partial(self.client.save_staff, **own, id=there.id if there else None),
                )
                if saved is not None:
                    self.staff[name] = saved.id
                staff_id = self.staff[name]
                self._performed(key, place, staff_id, given)
                self._week(key, place, staff_id, given)
                for number, time_off in enumerate(given.get("time_off", ())):
                    self._time_off(key, (*place, "time_off", number), staff_id, time_off)
            if there is None:  # a new member of staff is one change
                del self.changes[told + 1 :]

    def _performed(self, key: str, place: Place, staff_id: UUID, given: Values) -> None:
        if "services" not in given:
            return
        performed, wanted = [], {}
        for index, each in enumerate(given["services"]):
            terms = {"name": each} if isinstance(each, str) else dict(each)
            name = as_kept(terms.pop("name"))
            service_id = self._id_of("services", name, (*place, "services", index))
            if service_id is not None:
                performed.append(((*place, "services", index), {"service_id": service_id, **terms}))
                wanted[_quoted(name)] = dict.fromkeys(_TERMS) | terms
        with self._at(*place, items=[it for it, _ in performed]):
            self._write(
                key,
                self._terms(self.client.get_staff_services(staff_id)),
                {"services": wanted},
                lambda: self.client.set_staff_services(staff_id, [it for _, it in performed]),
                lambda it: self._terms(it.staff_services),
            )

    def _terms(self, performed: Iterable[StaffService]) -> Values:
        names = {service_id: name for name, service_id in self.services.items()}
        return {
            "services": {
                _quoted(names[it.service_id]): {term: getattr(it, term) for term in _TERMS}
                for it in performed
            }
        }

    def _week(self, key: str, place: Place, staff_id: UUID, given: Values) -> None:
        there = [dataclasses.asdict(it) for it in self.client.get_staff_availability(staff_id)]
        windows = [
            (
                (*place, part, index),
                {
                    "day_of_week": WEEKDAYS.index(day),
                    "start_time": window["start_time"],
                    "end_time": window["end_time"],
                    "availability_type": kind,
                },
            )
            for part, kind in _PARTS_OF_WEEK.items()
            for index, window in enumerate(given.get(part, ()))
            for day in window["days"]
        ]
        # the call replaces the week, the file may name a part of it
        named = {kind for part, kind in _PARTS_OF_WEEK.items() if part in given}
        if not named:
            return
        kept = [it for it in there if it["availability_type"] not in named]
        wanted = [it for _, it in windows] + kept
        with self._at(*place, items=[it for it, _ in windows]):
            self._write(
                key,
                _week_view(there),
                _week_view(wanted),
                lambda: self.client.set_staff_availability(staff_id, wanted),
                lambda it: _week_view(map(dataclasses.asdict, it.staff_availability)),
            )

    def _time_off(self, key: str, place: Place, staff_id: UUID, given: Values) -> None:
        key = f"{key}.time_off {given['start_date']}"
        with self._at(*place):
            first: dt.date = given["start_date"]
            times = _plain({"end_date": first, "start_time": None, "end_time": None} | given)
            there = next(
                (
                    it
                    for it in map(_view, self.client.list_time_off(first, first, staff_id))
                    if all(it[part] == times[part] for part in ("start_date", *_TIMES))
                ),
                None,
            )
            if there is None:
                self._write(key, None, given, lambda: self.client.add_time_off(staff_id, **given))
            else:
                self.skipped += (
                    f"{it}, not changed: remove the time off first"
                    for it in _changes(key, there, there | _plain(given))
                )

    def _holidays(self) -> None:
        names = {it.id: it.full_name for it in self.client.list_staff()}
        taken: set[UUID] = set()

        def view(holiday: Holiday) -> Values:
            return {**_view(holiday), "staff": sorted(names[it] for it in holiday.staff_ids)}

        for index, given in enumerate(self._items("holidays")):
            place = ("holidays", index)
            staff = sorted(map(as_kept, given.get("staff", ())))
            ids = [
                self._id_of("staff", as_kept(name), (*place, "staff", number))
                for number, name in enumerate(given.get("staff", ()))
            ]
            if None in ids:
                continue
            values = {key: it for key, it in given.items() if key != "staff"}
            if "staff" in given:
                values |= {"affects_all_staff": False, "staff_ids": ids}
            with self._at(*place):
                name = as_kept(given["name"])
                named = [
                    it
                    for it in self.client.list_holidays(given["date"], given["date"])
                    if as_kept(it.name) == name
                ]
                # one of the same staff; another only if no entry of the file is that one
                there = next(
                    (it.id for it in named if set(it.staff_ids) == set(ids)), None
                ) or next((it.id for it in named if it.id not in taken), None)
                saved = self._write(
                    f"holidays {_quoted(name)} {given['date']}",
                    None if there is None else view(self._holiday(there)),
                    given | ({"staff": staff} if "staff" in given else {}),
                    partial(self.client.create_holiday, **values)
                    if there is None
                    else partial(self.client.update_holiday, there, values),
                    view,
                )
                taken |= {it for it in (there, saved and saved.id) if it}

    def _holiday(self, holiday_id: UUID) -> Holiday:
        """The holiday as it is, which no read tells in whole: a change of nothing, undone."""
        with self.client.connection.transaction(force_rollback=True):
            return self.client.update_holiday(holiday_id, {})

    def _id_of(self, kind: str, name: str, place: Place) -> UUID | None:
        """The id of what the file or the book names so; what neither does is blamed."""
        ids = {"services": self.services, "staff": self.staff}[kind]
        key = {"services": "name", "staff": "full_name"}[kind]
        if name not in ids and name not in (as_kept(it[key]) for it in self._items(kind)):
            self.file.blame(place, f"{name!r} is not among the {kind}")
        return ids.get(name)

    def _special_hours(self) -> None:
        for index, given in enumerate(self._items("special_hours")):
            date, windows = given["date"], given["windows"]
            with self._at("special_hours", index):
                self._write(
                    "special_hours",
                    _hours_view(date, self.client.list_special_hours(date, date)),
                    {f"{date}": _hours(windows)},
                    partial(self.client.set_special_hours, date, windows),
                    partial(_saved_hours_view, date),
                )

    def _customers(self) -> None:
        taken: set[UUID] = set()
        for index, given in enumerate(self._items("customers")):
            place = ("customers", index)
            with self._at(*place):
                found = [it for it in self._customers_like(given) if it.id not in taken]
                if len(found) > 1:
                    self.file.blame(
                        (*place, "full_name"),
                        f"{len(found)} customers of the book could be meant:"
                        " tell them apart by their e-mail",
                    )
                    continue
                there = found[0] if found else None
                key = f"customers {_quoted(there.full_name if there else given['full_name'])}"
                if there is None and not (self.new_customers or self.is_new):
                    self.skipped.append(f"{key}: not in the book, not added")
                    continue
                saved = self._write(
                    key,
                    _view(there),
                    given,
                    partial(self.client.save_customer, **given, id=there.id if there else None),
                )
                taken |= {it.id for it in (there, saved) if it is not None}

    def _customers_like(self, given: Values) -> list[Customer]:
        """Whom of the book a customer of the file may be: by e-mail, else by name.

        Of several of a name it is one without an e-mail; with another e-mail it is somebody else.
        """
        name, email = as_kept(given["full_name"]), as_kept(given.get("email", ""))
        if email:
            same = [
                it for it in self._found(email) if (it.email or "").casefold() == email.casefold()
            ]
            if same:
                return [it for it in same if as_kept(it.full_name) == name] or same
        named = [it for it in self._found(name) if as_kept(it.full_name) == name]
        without = [it for it in named if it.email is None]
        return without if email or (without and len(named) > 1) else named

    def _found(self, text: str) -> list[Customer]:
        return self.client.list_customers(text[:200] or None, 1000)


# What is compared and told ---------------------------------------------------------------------

_TERMS = ("custom_price", "estimated_duration_minutes")
_TIMES = ("end_date", "start_time", "end_time")
_PARTS_OF_WEEK = {"availability": "available", "breaks": "unavailable"}
_NOT_TOLD = {"id", "staff_id", "staff_ids", "profile_id", "affected_appointments"}


def _view(record: Any) -> Any:
    """The reported fields of a record of the book, as JSON; None where there is no record."""
    if record is None:
        return None
    fields = (it.name for it in dataclasses.fields(record) if it.name not in _NOT_TOLD)
    return _plain({it: getattr(record, it) for it in fields})


def _week_view(windows: Iterable[Values]) -> Values:
    view: Values = {part: {} for part in _PARTS_OF_WEEK}
    parts = {kind: part for part, kind in _PARTS_OF_WEEK.items()}
    for it in sorted(_plain(list(windows)), key=lambda it: (it["day_of_week"], it["start_time"])):
        days = view[parts[it["availability_type"]]]
        hours = _hours([it])
        day = WEEKDAYS[it["day_of_week"]]
        days[day] = f"{days[day]}, {hours}" if day in days else hours
    return view


def _hours(windows: Sequence[Values]) -> str:
    """Windows such as 09:00-12:00, 13:00-18:00."""
    each = (f"{it['start_time']}-{it['end_time']}" for it in _plain(list(windows)))
    return ", ".join(each) or "closed"


def _hours_view(date: dt.date, windows: Sequence[SpecialWindow]) -> Values:
    open_ones = [dataclasses.asdict(it) for it in windows if it.is_open]
    return {f"{date}": _hours(open_ones) if windows else None}


def _saved_hours_view(date: dt.date, saved: SpecialHours) -> Values:
    return _hours_view(date, saved.special_hours)


def _changes(key: str, before: Any, after: Any) -> Iterator[Change]:
    """What differs between two views, each by its key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for it in dict.fromkeys((*before, *after)):
            inner = f"{key} {it}" if it.startswith('"') else f"{key}.{it}"
            yield from _changes(inner, before.get(it), after.get(it))
    elif _text(before) != _text(after):
        yield Change(key, _plain(before), _plain(after))


def _plain(value: Any) -> Any:
    """A value as the book has it: dates and times as text, numbers exact."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.time):
        return value.isoformat().removesuffix(":00")
    return f"{value}" if isinstance(value, dt.date) else value


def _text(value: Any) -> str:
    """A value as JSON, the same for what is the same to the database."""
    return json.dumps(_plain(value), default=_number, sort_keys=True)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _quoted(name: str) -> str:
    return _printable(json.dumps(as_kept(name), ensure_ascii=False))


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, str) and value.isprintable():
        return value
    if isinstance(value, Decimal):
        return f"{value}"
    return _printable(json.dumps(value, default=_number, ensure_ascii=False))


def _printable(text: str) -> str:
    """A text in JSON, of which nothing can move a terminal's cursor or turn its lines around."""
    return text if text.isprintable() else json.dumps(json.loads(text))
