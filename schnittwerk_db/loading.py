"""Loads a salon described in a TOML file into the book: all of it, or nothing.

The file uses the names of the RPCs' parameters. Existing things are found by name and changed where
the file differs; what the file does not mention stays as it is. Each change is reported.
"""

from __future__ import annotations

import dataclasses
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

from schnittwerk_db import salon_file
from schnittwerk_db.client import Client
from schnittwerk_db.json_text import json_text, read_json, visible
from schnittwerk_db.models import (
    AffectedAppointment,
    Customer,
    Holiday,
    PriceRule,
    Resource,
    Salon,
    Service,
    SpecialWindow,
    Staff,
    StaffService,
)
from schnittwerk_db.notation import (
    minutes_of,
    need_text,
    parse_need,
    parse_steps,
    steps_text,
)
from schnittwerk_db.progress import Followed, unseen
from schnittwerk_db.salon_file import (
    ADJUSTMENTS,
    WEEKDAYS,
    LoadError,
    NamingFile,
    Performed,
    PriceFile,
    SalonFile,
    as_kept,
)
from schnittwerk_db.toml_text import Place

Values = dict[str, Any]
T = TypeVar("T")
Thing = TypeVar("Thing", Salon, Resource, Service, Staff, Customer)


@dataclass(frozen=True, slots=True)
class Change:
    """A change by a file: of a value, as JSON has it, or a new thing (``before`` is None)."""

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
    """What loading a file did.

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
    follow: Followed = unseen,
) -> Loaded:
    """Loads a file in one transaction, and points the client at its salon.

    That is the salon with ``salon_id``, else the one named in the file, which is made if need be. A
    customer whom an existing salon does not have may have been erased there, so they are added with
    ``new_customers`` only. ``dry_run`` returns the same and keeps nothing. ``follow`` wraps what
    the file names in an iterator, such as a progress bar.

    Raises `LoadError` with every fault found.
    """
    if isinstance(file, Path):
        file = SalonFile.read(file)
    before = client.salon_id
    done = False
    try:
        with client.connection.transaction(force_rollback=dry_run):
            loading = _Loading(client, file, new_customers=new_customers, follow=follow)
            loaded = loading.run(salon_id)
        done = not dry_run
        return loaded
    finally:
        if not done:
            client.salon_id = before


def rules_of(client: Client, file: PriceFile) -> list[Values]:
    """The price rules of a file as `Client.simulate_prices` takes them.

    A rule with the name of a saved one gets its id.

    Raises `LoadError` with every name that the book does not know.
    """
    return _Names(client, file).price_rules(file.contents.price_rules)


@dataclass
class _Names:
    """What a file may name, and how it names it."""

    client: Client
    file: NamingFile
    # by name; of the file's that are not saved yet, or refused, None
    services: dict[str, Service | None] = field(default_factory=dict)
    staff: dict[str, Staff | None] = field(default_factory=dict)
    rules: dict[str, PriceRule] = field(default_factory=dict)
    namesakes: set[str] = field(default_factory=set)

    def price_rules(self, given: Sequence[salon_file.PriceRule]) -> list[Values]:
        """Price rules as the database has them."""
        self._look_up()
        rules = []
        for index, rule in enumerate(given):
            values = _plain(_given(rule))
            if (ids := self._condition_ids(values, ("price_rules", index))) is None:
                continue
            there = self.rules.get(as_kept(rule.name))
            rules.append(
                {it: values[it] for it in ("name", "kind", *_OF_RULES) if it in values}
                | {
                    "conditions": {
                        it: ids.get(it, values[it]) for it in _CONDITIONS if it in values
                    }
                }
                | {"adjustment": {it: values[it] for it in ADJUSTMENTS if it in values}}
                | ({"id": str(there.id)} if there else {})
            )
        self.file.raise_faults()
        return rules

    def _look_up(self) -> None:
        """Finds what the book has."""
        self.services |= {as_kept(it.name): it for it in self.client.list_services()}
        for member in self.client.list_staff():
            name = as_kept(member.full_name)
            self.namesakes |= {name} & {it for it, known in self.staff.items() if known}
            self.staff[name] = member
        if self.file.contents.price_rules:
            self.rules = {as_kept(it.name): it for it in self.client.list_price_rules()}

    def _condition_ids(self, values: Values, place: Place) -> Values | None:
        """What a rule's conditions name, by ids and numbers; None where something is blamed."""
        ids: Values = {}
        is_sound = True
        for kind, known in self._named_in_rules().items():
            for index, each in enumerate(map(as_kept, values.get(kind, ()))):
                at = (*place, kind, index)
                is_ambiguous = kind == "staff" and self._is_ambiguous(each, at)
                if not is_ambiguous and (it := self._named(kind, known, each, at)):
                    ids.setdefault(kind, []).append(str(it.id))
                else:
                    is_sound = False
        if days := values.get("days"):
            ids["days"] = sorted({WEEKDAYS.index(it) for it in days})
        return ids if is_sound else None

    def _named_in_rules(self) -> dict[str, Mapping[str, Any]]:
        """What conditions of price rules name, by kind and name."""
        return {"services": self.services, "staff": self.staff}

    def _named(self, kind: str, known: Mapping[str, T | None], name: str, place: Place) -> T | None:
        """The thing of that name; a name that neither the file nor the book has is a fault."""
        if name not in known:
            self.file.blame(place, f"{name!r} is not among the {kind}")
        return known.get(name)

    def _is_ambiguous(self, name: str, place: Place) -> bool:
        """Whether several of the staff have the name, which is a fault."""
        if name in self.namesakes:
            message = f"several members of staff of the book are named {name!r}: rename all but one"
            self.file.blame(place, message)
        return name in self.namesakes


@dataclass
class _Loading(_Names):
    """One run over a file without faults of its own; the database checks the rest."""

    file: SalonFile
    new_customers: bool = False
    follow: Followed = unseen
    resources: dict[str, Resource] = field(default_factory=dict)
    taken: set[UUID] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    affected: dict[UUID, AffectedAppointment] = field(default_factory=dict)

    def run(self, salon_id: UUID | None) -> Loaded:
        salon = self._salon(salon_id)
        self._settings()
        self._policies()
        contents = self.file.contents
        self.resources = {as_kept(it.name): it for it in self.client.list_resources()}
        self.services |= {as_kept(it.name): None for it in contents.services}
        self.staff |= {as_kept(it.full_name): None for it in contents.staff}
        self._look_up()
        kinds: dict[str, Callable[[Any, Place], None]] = {
            "resources": self._resource,
            "services": self._service,
            "staff": self._member,
            "price_rules": self._price_rule,
            "holidays": self._holiday,
            "special_hours": self._special_hours,
            "customers": self._customer,
        }
        items = {kind: getattr(contents, kind) for kind in kinds}
        places = [(kind, index) for kind in kinds for index in range(len(items[kind]))]
        for kind, index in self.follow(places):
            with self._at(kind, index):
                kinds[kind](items[kind][index], (kind, index))
        self.file.raise_faults()
        return Loaded(
            salon=salon,
            counts={kind: len(it) for kind, it in items.items()},
            changes=tuple(self.changes),
            skipped=tuple(self.skipped),
            affected_appointments=tuple(self.affected.values()),
        )

    @contextmanager
    def _at(self, *place: str | int, items: Sequence[Place] = ()) -> Iterator[None]:
        """Undoes a refused call, notes the refusal as a fault at that place, and goes on."""
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
        """Makes a call unless it would change nothing, and notes the change.

        Where the database makes the same of what is given (``" Anna "`` for ``Anna``), the call is
        undone, so that it leaves no trace.
        """
        if before is not None and all(_same(before.get(it), given[it]) for it in given):
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

    def _save(
        self, key: str, there: Thing | None, given: Values, save: Callable[..., Thing]
    ) -> Thing:
        """Saves what is given of an existing thing or a new one."""
        id_ = {} if there is None else {"id": there.id}
        saved = self._write(key, _view(there), given, partial(save, **given, **id_)) or there
        assert saved is not None
        return saved

    def _salon(self, salon_id: UUID | None) -> Salon:
        given = self.file.contents.salon
        found = (
            it
            for it in self.client.list_salons()
            if (it.id == salon_id if salon_id else as_kept(it.name) == self.file.salon_name)
        )
        there = next(found, None)
        self.new_customers |= there is None
        key = "salon" if there else f"salon {_quoted(given.name)}"
        with self._at("salon"):
            save = partial(self.client.save_salon, id=salon_id)
            salon = self._save(key, there, _given(given), save)
            self.client.salon_id = salon.id
            return salon
        raise LoadError(self.file.faults)

    def _settings(self) -> None:
        if not (settings := self.file.contents.settings):
            return
        before = _view(self.client.get_business_settings())
        if isinstance(hours := settings.get("opening_hours"), dict):
            # the call replaces the week, the file names days of it
            settings = {**settings, "opening_hours": {**before["opening_hours"], **hours}}
        with self._at("settings"):
            set_them = partial(self.client.set_business_settings, settings)
            self._write("settings", before, settings, set_them)

    def _policies(self) -> None:
        known = {it.policy_key: it.in_force for it in self.client.list_policies()}
        for key, value in (self.file.contents.policies or {}).items():
            with self._at("policies", key):
                self._write(
                    "policies",
                    {key: known.get(key)},
                    {key: value},
                    partial(self.client.set_policy, key, value),
                    lambda it: {it.policy_key: it.policy_value},
                )

    def _resource(self, given: salon_file.Resource, _: Place) -> None:
        name = as_kept(given.name)
        key, there = f"resources {_quoted(name)}", self.resources.get(name)
        self._save(key, there, _given(given), self.client.save_resource)

    def _service(self, given: salon_file.Service, place: Place) -> None:
        name = as_kept(given.name)
        key, there = f"services {_quoted(name)}", self.services.get(name)
        told, own = len(self.changes), _given(given)
        own.pop("needs", None)
        if steps := own.pop("steps", None):
            own.pop("duration_minutes", None)
            if there is None:
                own["duration_minutes"] = minutes_of(steps)
        minutes = minutes_of(given.steps) if given.steps else given.duration_minutes
        is_too_short = (
            there is not None
            and minutes is not None
            and any((it.to_minute or 0) > minutes for it in there.needs or ())
        )
        if there is not None and is_too_short:  # for what it needs until now
            there = self._needs(key, there, given, place)
        self.services[name] = saved = self._save(key, there, own, self.client.save_service)
        if given.steps is not None:
            with self._at(*place, "steps"):
                wanted = parse_steps(given.steps)
                set_steps = partial(self.client.set_service_steps, saved.id, wanted or None)
                saved = self._set(key, saved, {"steps": " ".join(given.steps.split())}, set_steps)
        if not is_too_short:
            saved = self._needs(key, saved, given, place)
        self.services[name] = saved
        if there is None:  # a new service is one change
            del self.changes[told + 1 :]

    def _needs(self, key: str, there: Service, given: salon_file.Service, place: Place) -> Service:
        """Sets what a service needs, if the file says so."""
        if given.needs is not None:
            with self._at(
                *place, "needs", items=[(*place, "needs", n) for n, _ in enumerate(given.needs)]
            ):
                needs = [*map(parse_need, given.needs)]
                set_needs = partial(self.client.set_service_resources, there.id, needs)
                return self._set(key, there, {"needs": list(given.needs)}, set_needs)
        return there

    def _set(
        self, key: str, there: Service, given: Values, write: Callable[[], Service]
    ) -> Service:
        """Sets steps or needs of a service, told as they are written."""
        return self._write(key, _service_view(there), given, write, _service_view) or there

    def _member(self, given: salon_file.Staff, place: Place) -> None:
        name = as_kept(given.full_name)
        if self._is_ambiguous(name, (*place, "full_name")):
            return
        key, there, told = f"staff {_quoted(name)}", self.staff.get(name), len(self.changes)
        own = {key: it for key, it in _given(given).items() if not isinstance(it, tuple)}
        self.staff[name] = saved = self._save(key, there, own, self.client.save_staff)
        if given.services is not None:
            self._performed(key, place, saved.id, given.services)
        self._week(key, place, saved.id, given)
        for index, time_off in enumerate(given.time_off):
            with self._at(*place, "time_off", index):
                self._time_off(key, saved.id, time_off)
        if there is None:  # a new member of staff is one change
            del self.changes[told + 1 :]

    def _performed(
        self, key: str, place: Place, staff_id: UUID, services: Sequence[str | Performed]
    ) -> None:
        performed: dict[Place, Values] = {}
        wanted = {}
        for index, each in enumerate(services):
            terms: Values = {"name": each} if isinstance(each, str) else _given(each)
            name = as_kept(terms.pop("name"))
            at = (*place, "services", index)
            if service := self._named("services", self.services, name, at):
                told = dict.fromkeys(_TERMS) | terms
                if steps := terms.pop("steps", None):
                    terms["steps"] = parse_steps(steps)
                    minutes = {"estimated_duration_minutes": minutes_of(steps)}
                    told = minutes | terms | {"steps": " ".join(steps.split())}
                performed[at] = {"service_id": service.id, **terms}
                wanted[_quoted(name)] = dict.fromkeys(_TERMS) | told
        with self._at(*place, items=list(performed)):
            self._write(
                key,
                self._terms(self.client.get_staff_services(staff_id)),
                {"services": wanted},
                lambda: self.client.set_staff_services(staff_id, list(performed.values())),
                lambda it: self._terms(it.staff_services),
            )

    def _terms(self, performed: Iterable[StaffService]) -> Values:
        names = {it.id: _quoted(name) for name, it in self.services.items() if it}
        terms = {
            names[it.service_id]: {
                "custom_price": it.custom_price,
                "estimated_duration_minutes": it.estimated_duration_minutes,
                "steps": steps_text(it.steps) or None,
            }
            for it in performed
        }
        return {"services": terms}

    def _week(self, key: str, place: Place, staff_id: UUID, given: salon_file.Staff) -> None:
        named = [kind for part, kind in _PARTS_OF_WEEK.items() if getattr(given, part) is not None]
        if not named:
            return
        places: list[Place] = []
        wanted: list[Values] = []
        for part, kind in _PARTS_OF_WEEK.items():
            for index, window in enumerate(getattr(given, part) or ()):
                times = _given(window)
                for day in times.pop("days"):
                    places.append((*place, part, index))
                    on_day = {"day_of_week": WEEKDAYS.index(day), "availability_type": kind}
                    wanted.append(on_day | times)
        there = [_given(it) for it in self.client.get_staff_availability(staff_id)]
        # the call replaces the week, the file may name a part of it
        wanted += (it for it in there if it["availability_type"] not in named)
        with self._at(*place, items=places):
            self._write(
                key,
                _week_view(there),
                _week_view(wanted),
                lambda: self.client.set_staff_availability(staff_id, wanted),
                lambda it: _week_view(map(_given, it.staff_availability)),
            )

    def _time_off(self, key: str, staff_id: UUID, time_off: salon_file.TimeOff) -> None:
        first, given = time_off.start_date, _given(time_off)
        key = f"{key}.time_off {first}"
        times = _plain({"end_date": first, "start_time": None, "end_time": None} | given)
        known = map(_view, self.client.list_time_off(first, first, staff_id))
        there = next((it for it in known if all(it[part] == times[part] for part in _TIMES)), None)
        if there is None:
            self._write(key, None, given, partial(self.client.add_time_off, staff_id, **given))
            return
        self.skipped += (
            f"{it}, not changed: remove the time off first"
            for it in _changes(key, there, there | _plain(given))
        )

    def _price_rule(self, given: salon_file.PriceRule, place: Place) -> None:
        name, values = as_kept(given.name), _plain(_given(given))
        if (ids := self._condition_ids(values, place)) is None:
            return
        for kind in {*self._named_in_rules()} & {*values}:
            values[kind] = sorted({*map(as_kept, values[kind])})
        if "days" in ids:
            values["days"] = [WEEKDAYS[it] for it in ids["days"]]
        key, there = f"price_rules {_quoted(name)}", self.rules.get(name)
        before = self._rule_view(there) if there else None
        # An end that stays may have passed, but cannot be set then.
        new = {
            it: value
            for it, value in values.items()
            if before is None or not _same(before.get(it), value)
        }
        conditions = {it: ids.get(it, values[it]) for it in _CONDITIONS if it in values}
        saved = self._write(
            key,
            before,
            values,
            lambda: self.client.save_price_rule(
                new.get("name"),
                new.get("kind"),
                {**(there.conditions if there else {}), **conditions},
                {it: new[it] for it in ADJUSTMENTS if it in new} or None,
                **{it: new[it] for it in _OF_RULES if it in new},
                id=there.id if there else None,
            ),
            self._rule_view,
        )
        if saved:
            self.rules[name] = saved

    def _rule_view(self, rule: PriceRule) -> Values:
        """A price rule as a file has it."""
        view = _view(rule)
        conditions, adjustment = view.pop("conditions"), view.pop("adjustment")
        for kind, known in self._named_in_rules().items():
            if kind in conditions:
                names = {str(it.id): name for name, it in known.items() if it}
                conditions[kind] = sorted(names.get(it, it) for it in conditions[kind])
        if "days" in conditions:
            conditions["days"] = [WEEKDAYS[it] for it in conditions["days"]]
        return {**view, **adjustment, **conditions}

    def _holiday(self, given: salon_file.Holiday, place: Place) -> None:
        name, values = as_kept(given.name), _given(given)
        staff = sorted(map(as_kept, values.pop("staff", ())))
        ids = []
        for index, each in enumerate(map(as_kept, given.staff or ())):
            at = (*place, "staff", index)
            if not self._is_ambiguous(each, at) and (
                member := self._named("staff", self.staff, each, at)
            ):
                ids.append(member.id)
        if len(ids) < len(staff):
            return
        if given.staff is not None:
            values |= {"affects_all_staff": False, "staff_ids": ids}
        on_date = self.client.list_holidays(given.date, given.date)
        named = [it for it in on_date if as_kept(it.name) == name]
        # one of the same staff; another only if no entry of the file is that one
        same = [it.id for it in named if set(it.staff_ids) == set(ids)]
        free = [it.id for it in named if it.id not in self.taken]
        there = next(iter(same + free), None)
        saved = self._write(
            f"holidays {_quoted(name)} {given.date}",
            self._holiday_view(self._holiday_of(there)) if there else None,
            _given(given) | ({"staff": staff} if given.staff is not None else {}),
            partial(self.client.update_holiday, there, values)
            if there
            else partial(self.client.create_holiday, **values),
            self._holiday_view,
        )
        self.taken |= {it for it in (there, saved and saved.id) if it}

    def _holiday_of(self, holiday_id: UUID) -> Holiday:
        """The whole holiday. No read returns it, but an empty change does, which is undone."""
        with self.client.connection.transaction(force_rollback=True):
            return self.client.update_holiday(holiday_id, {})

    def _holiday_view(self, holiday: Holiday) -> Values:
        names = {it.id: it.full_name for it in self.client.list_staff()}
        return {**_view(holiday), "staff": sorted(names[it] for it in holiday.staff_ids)}

    def _special_hours(self, given: salon_file.SpecialHours, _: Place) -> None:
        date, windows = given.date, [_given(it) for it in given.windows]

        def view(special: Sequence[SpecialWindow]) -> Values:
            open_ones = [_given(it) for it in special if it.is_open]
            return {f"{date}": _hours(open_ones) if special else None}

        self._write(
            "special_hours",
            view(self.client.list_special_hours(date, date)),
            {f"{date}": _hours(windows)},
            partial(self.client.set_special_hours, date, windows),
            lambda it: view(it.special_hours),
        )

    def _customer(self, given: salon_file.Customer, place: Place) -> None:
        found = [it for it in self._customers_like(given) if it.id not in self.taken]
        if len(found) > 1:
            self.file.blame(
                (*place, "full_name"),
                f"{len(found)} customers of the book could be meant:"
                " tell them apart by their e-mail",
            )
            return
        there = found[0] if found else None
        key = f"customers {_quoted((there or given).full_name)}"
        if there is None and not self.new_customers:
            self.skipped.append(f"{key}: not in the book, not added")
            return
        saved = self._save(key, there, _given(given), self.client.save_customer)
        self.taken.add(saved.id)

    def _customers_like(self, given: salon_file.Customer) -> list[Customer]:
        """The customers of the book that one of the file may be: by e-mail, else by name.

        Of several of a name it is one without an e-mail; with another e-mail it is somebody else.
        """
        name, email = as_kept(given.full_name), as_kept(given.email or "").casefold()
        found = self._found(email) if email else []
        if same := [it for it in found if (it.email or "").casefold() == email]:
            return [it for it in same if as_kept(it.full_name) == name] or same
        named = [it for it in self._found(name) if as_kept(it.full_name) == name]
        without = [it for it in named if it.email is None]
        if len(named) < _MOST and (email or (without and len(named) > 1)):
            return without
        return named

    def _found(self, text: str) -> list[Customer]:
        return self.client.list_customers(text[:200] or None, _MOST)


# What is compared and told ---------------------------------------------------------------------

_MOST = 1000  # customers that a search finds, those of the whole name first
_CONDITIONS = (
    *("services", "staff", "days", "times", "lead_hours", "booked_percent"),
    *("code", "first_visit", "max_uses", "max_uses_per_customer"),
)
_OF_RULES = ("priority", "valid_from", "valid_until", "is_active")
_TERMS = ("custom_price", "estimated_duration_minutes", "steps")
_TIMES = ("start_date", "end_date", "start_time", "end_time")
_PARTS_OF_WEEK = {"availability": "available", "breaks": "unavailable"}
_NOT_TOLD = {
    *("id", "staff_id", "staff_ids", "profile_id", "closures"),
    *("moved_appointments", "affected_appointments"),
}


def _given(thing: Any) -> Values:
    """The given values of a thing in the file or the book, by key."""
    values = {it.name: getattr(thing, it.name) for it in dataclasses.fields(thing)}
    return {key: value for key, value in values.items() if value is not None}


def _view(record: Any) -> Any:
    """The reported fields of a record of the book, as JSON; None where there is no record."""
    if record is None:
        return None
    fields = (it.name for it in dataclasses.fields(record) if it.name not in _NOT_TOLD)
    return _plain({it: getattr(record, it) for it in fields})


def _service_view(service: Service) -> Values:
    """A service with its steps and needs as they can be written."""
    needs = [*map(need_text, service.needs or ())]
    return {**_view(service), "steps": steps_text(service.steps), "needs": needs}


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


def _changes(key: str, before: Any, after: Any) -> Iterator[Change]:
    """The differences between two views, by key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for it in dict.fromkeys((*before, *after)):
            inner = f"{key} {it}" if it.startswith('"') else f"{key}.{it}"
            yield from _changes(inner, before.get(it), after.get(it))
    elif not _same(before, after):
        yield Change(key, _plain(before), _plain(after))


def _plain(value: Any) -> Any:
    """A value as JSON has it: dates and times as text, numbers exact."""
    return read_json(json_text(value))


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same to the database: 75 is 75.00, True is not 1."""
    one, other = (
        json.loads(json_text(it), parse_int=_number, parse_float=_number) for it in (one, other)
    )
    return bool(one == other)


def _number(text: str) -> tuple[Decimal]:
    """A number that no flag equals."""
    return (Decimal(text),)


def _quoted(name: str) -> str:
    return json_text(as_kept(name))


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    return visible(value) if isinstance(value, str) else json_text(value)
