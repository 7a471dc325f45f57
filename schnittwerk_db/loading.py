"""Brings a salon described in a TOML file into the book: all of it, or nothing.

The file names everything as the RPCs do. What is there already, by name, is brought up to date, so
that the same file can be loaded again; what it does not mention stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from schnittwerk_db.client import Client
from schnittwerk_db.models import Appointment, Salon
from schnittwerk_db.salon_file import WEEKDAYS, LoadError, Place, SalonFile

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file brought: the salon, how many of each kind, and whom lost open time concerns."""

    salon: Salon
    counts: Mapping[str, int]
    affected_appointments: tuple[Appointment, ...]


def load(client: Client, path: Path, salon_id: UUID | None = None) -> Loaded:
    """Loads a file in one transaction, and points the client at its salon.

    That is the salon with ``salon_id``, else the one of the file's name, which is made if need be.

    Raises `LoadError` with every fault found, ``OSError`` when the file cannot be read.
    """
    file = SalonFile.read(path)
    before = client.salon_id
    try:
        with client.connection.transaction():
            return _Loading(client, file).run(salon_id)
    except BaseException:
        client.salon_id = before
        raise


@dataclass
class _Loading:
    """One run over a file that is sound in itself; the database judges the rest of it."""

    client: Client
    file: SalonFile
    services: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    affected: dict[UUID, Appointment] = field(default_factory=dict)

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
        counts = {kind: len(self._items(kind)) for kind in kinds}
        return Loaded(salon, counts, tuple(self.affected.values()))

    def _items(self, kind: str) -> Sequence[Values]:
        items: Sequence[Values] = self.file.values.get(kind, ())
        return items

    @contextmanager
    def _at(self, *place: str | int, items: Sequence[Place] = ()) -> Iterator[None]:
        """What is refused inside is undone and blamed on that place, and the run goes on."""
        with self.file.blaming(*place, items=items), self.client.connection.transaction():
            yield

    def _note(self, appointments: Sequence[Appointment]) -> None:
        self.affected |= {it.id: it for it in appointments}

    def _salon(self, salon_id: UUID | None) -> Salon:
        given = self.file.values["salon"]
        named = {it.name: it.id for it in self.client.list_salons()}
        with self._at("salon"):
            saved = self.client.save_salon(**given, id=salon_id or named.get(given["name"]))
            self._note(saved.affected_appointments)
            self.client.salon_id = saved.id
            return saved
        raise LoadError(self.file.faults)

    def _settings(self) -> None:
        if settings := self.file.values.get("settings"):
            with self._at("settings"):
                self._note(self.client.set_business_settings(settings).affected_appointments)

    def _policies(self) -> None:
        for key, value in self.file.values.get("policies", {}).items():
            with self._at("policies", key):
                self.client.set_policy(key, value)

    def _services(self) -> None:
        self.services = {it.name: it.id for it in self.client.list_services()}
        for index, given in enumerate(self._items("services")):
            with self._at("services", index):
                saved = self.client.save_service(**given, id=self.services.get(given["name"]))
                self.services[saved.name] = saved.id

    def _staff(self) -> None:
        self.staff = {it.full_name: it.id for it in self.client.list_staff()}
        for index, given in enumerate(self._items("staff")):
            place = ("staff", index)
            with self._at(*place):
                own = {key: it for key, it in given.items() if not isinstance(it, list)}
                saved = self.client.save_staff(**own, id=self.staff.get(given["full_name"]))
                self.staff[saved.full_name] = saved.id
                self._note(saved.affected_appointments)
                self._performed(place, saved.id, given)
                self._week(place, saved.id, given)
                for number, time_off in enumerate(given.get("time_off", ())):
                    self._time_off((*place, "time_off", number), saved.id, time_off)

    def _performed(self, place: Place, staff_id: UUID, given: Values) -> None:
        if "services" not in given:
            return
        performed = []
        for index, each in enumerate(given["services"]):
            terms = {"name": each} if isinstance(each, str) else dict(each)
            service_id = self._id_of("services", terms.pop("name"), (*place, "services", index))
            if service_id is not None:
                performed.append(((*place, "services", index), {"service_id": service_id, **terms}))
        with self._at(*place, items=[it for it, _ in performed]):
            self.client.set_staff_services(staff_id, [it for _, it in performed])

    def _week(self, place: Place, staff_id: UUID, given: Values) -> None:
        if "availability" not in given and "breaks" not in given:
            return
        windows = [
            (
                (*place, key, index),
                {
                    "day_of_week": WEEKDAYS.index(day),
                    "start_time": window["start_time"],
                    "end_time": window["end_time"],
                    "availability_type": kind,
                },
            )
            for key, kind in (("availability", "available"), ("breaks", "unavailable"))
            for index, window in enumerate(given.get(key, ()))
            for day in window["days"]
        ]
        with self._at(*place, items=[it for it, _ in windows]):
            saved = self.client.set_staff_availability(staff_id, [it for _, it in windows])
            self._note(saved.affected_appointments)

    def _time_off(self, place: Place, staff_id: UUID, given: Values) -> None:
        with self._at(*place):
            first: dt.date = given["start_date"]
            wanted = (
                first,
                given.get("end_date", first),
                _clock(given.get("start_time")),
                _clock(given.get("end_time")),
            )
            on_first = self.client.list_time_off(first, first, staff_id)
            there = [(it.start_date, it.end_date, it.start_time, it.end_time) for it in on_first]
            if wanted not in there:
                self._note(self.client.add_time_off(staff_id, **given).affected_appointments)

    def _holidays(self) -> None:
        for index, given in enumerate(self._items("holidays")):
            values = {"affects_all_staff": "staff" not in given, **given}
            staff_ids = [
                self._id_of("staff", name, ("holidays", index, "staff", number))
                for number, name in enumerate(values.pop("staff", ()))
            ]
            if None in staff_ids:
                continue
            if staff_ids:
                values["staff_ids"] = staff_ids
            with self._at("holidays", index):
                on_date = self.client.list_holidays(given["date"], given["date"])
                there = next((it.id for it in on_date if it.name == given["name"]), None)
                if there is None:
                    saved = self.client.create_holiday(**values)
                else:
                    saved = self.client.update_holiday(there, values)
                self._note(saved.affected_appointments)

    def _id_of(self, kind: str, name: str, place: Place) -> UUID | None:
        """The id of what the file or the book names so; what neither does is blamed."""
        ids = {"services": self.services, "staff": self.staff}[kind]
        key = {"services": "name", "staff": "full_name"}[kind]
        if name not in ids and name not in (it[key] for it in self._items(kind)):
            self.file.blame(place, f"{name!r} is not among the {kind}")
        return ids.get(name)

    def _special_hours(self) -> None:
        for index, given in enumerate(self._items("special_hours")):
            with self._at("special_hours", index):
                saved = self.client.set_special_hours(given["date"], given["windows"])
                self._note(saved.affected_appointments)

    def _customers(self) -> None:
        for index, given in enumerate(self._items("customers")):
            place = ("customers", index)
            with self._at(*place):
                name = given["full_name"]
                found = self.client.list_customers(name[:200].strip() or None, 1000)
                named = [it for it in found if it.full_name == name]
                if len(named) > 1:
                    same = [it for it in named if it.email == given.get("email")]
                    if len(same) != 1:
                        self.file.blame(
                            (*place, "full_name"),
                            f"{len(named)} customers are named so, and not one has this e-mail",
                        )
                        continue
                    named = same
                self.client.save_customer(**given, id=named[0].id if named else None)


def _clock(time: dt.time | str | None) -> str | None:
    return time.isoformat().removesuffix(":00") if isinstance(time, dt.time) else time
