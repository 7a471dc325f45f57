"""A client pointed at the salon that the options name, and the things in it by name or id."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from schnittwerk_db.cli.chosen import remembered
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import say, short_id
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import DAY, TypedDate, TypedTime, dates, instant, local
from schnittwerk_db.cli.words import word
from schnittwerk_db.client import Client, connect
from schnittwerk_db.errors import InvalidInput
from schnittwerk_db.models import (
    AppointmentEntry,
    Customer,
    HolidayDate,
    PriceRule,
    Profile,
    Resource,
    Salon,
    Service,
    Staff,
    TimeOff,
)
from schnittwerk_db.zones import zone_of

_HALF_YEAR = dt.timedelta(days=183)

T = TypeVar(
    "T",
    Salon,
    Resource,
    Service,
    Staff,
    Customer,
    HolidayDate,
    PriceRule,
    Profile,
    TimeOff,
)

_TOLD = 20  # of one name, at most
LIVE = ("pending", "confirmed")
_ID = re.compile(r"[0-9a-f]{4,8}(-?[0-9a-f]{0,4}){0,3}-?[0-9a-f]{0,12}")


@dataclass(frozen=True)
class _Found:
    """Appointments that were looked for, of whom and when."""

    customer: str
    asked: str
    those: Sequence[AppointmentEntry]


@dataclass
class Session:
    """A client and its salon."""

    client: Client
    salon: Salon
    wide: bool = False

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The salon's time zone."""
        return zone_of(self.client, self.salon.time_zone)

    @property
    def today(self) -> dt.date:
        """The salon's date."""
        return self.now.date()

    @property
    def now(self) -> dt.datetime:
        """The salon's time."""
        return dt.datetime.now(self.zone)

    def date(self, typed: TypedDate | None) -> dt.date | None:
        """The date that somebody typed, if they typed one."""
        return None if typed is None else typed.on(self.today)

    def until(self, typed: TypedDate | None, first: dt.date | None) -> dt.date | None:
        """The last date of a range: of ``monday`` to ``friday`` the friday after that monday.

        Of 24.12. to 23.12. it is not that of the next year, and such a range is refused.
        """
        if typed is None or typed.is_relative or first is None:
            return self.date(typed)
        since = max(first, self.today) if typed.toward == "next" else first
        last = replace(typed, toward="next").on(since)
        if last.year > first.year and last - first > _HALF_YEAR:
            return replace(typed, toward="last").on(first)
        return last

    def since(self, from_: TypedDate | None, to: TypedDate | None) -> dt.date:
        """The first date of a list: today, or the last one where that alone is given and past."""
        return self.date(from_) or min(self.today, self.date(to) or self.today)

    def looking_back(
        self, from_: TypedDate | None, to: TypedDate | None
    ) -> tuple[dt.date, dt.date]:
        """The first and the last date of a report: the last seven days if they are left out."""
        last = self.date(to) or self.today
        return self.date(from_) or last - 6 * DAY, last

    def instant(self, typed: TypedTime) -> dt.datetime:
        """The instant that somebody typed; refused unless it is exactly one."""
        return instant(typed.on(self.today), self.zone)

    def local(self, moment: dt.datetime) -> str:
        """An instant in the salon's time."""
        return local(moment, self.zone)

    def span(self, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """When the first of some local dates begins and the last ends."""
        begin, end = (
            dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)
            for day in (first, last + DAY)
        )
        return begin, end

    def service(self, name_or_id: str) -> Service:
        """The service of that name or id."""
        return pick("service", self.client.list_services(), lambda it: it.name, name_or_id)

    def resource(self, name_or_id: str) -> Resource:
        """The resource of that name or id."""
        return pick("resource", self.client.list_resources(), lambda it: it.name, name_or_id)

    def price_rule(self, name_or_id: str) -> PriceRule:
        """The price rule of that name or id."""
        return pick("price rule", self.client.list_price_rules(), lambda it: it.name, name_or_id)

    def staff(self, name_or_id: str) -> Staff:
        """The member of staff of that name or id."""
        found = self.client.list_staff()
        return pick("member of staff", found, lambda it: it.full_name, name_or_id, _labels(found))

    def customer(self, name_or_id: str) -> Customer:
        """The customer of that name or id."""
        # those of the whole name come first
        found = self._customers(" ".join(name_or_id.split()), _TOLD + 1)
        if not found and (known := self.by_prefix("customer", name_or_id)) is not None:
            found = self.client.list_customers(str(known), 1)
        if not found:
            # suggestions: customers who share a word or its first three letters
            parts = dict.fromkeys(part for it in name_or_id.split()[:5] for part in (it, it[:3]))
            near = (it for part in parts for it in self._customers(part, 200))
            found = list({it.id: it for it in near}.values())
        return pick("customer", found, lambda it: it.full_name, name_or_id, _labels(found))

    def _customers(self, search: str, limit: int) -> list[Customer]:
        """Those whom a search finds; nobody where it cannot be searched for."""
        try:
            return self.client.list_customers(search, limit)
        except InvalidInput:
            return []

    def customer_id(self, name_or_id: str) -> UUID:
        """The id itself, or that of the customer of that name."""
        return as_uuid(name_or_id) or self.customer(name_or_id).id

    def user_id(self, name_or_id: str) -> UUID:
        """The id itself, or that of the user whose profile has that name."""
        if (known := as_uuid(name_or_id)) is not None:
            return known
        return pick("user", self.client.list_profiles(), lambda it: it.full_name, name_or_id).id

    def by_prefix(self, kind: str | None, typed: str) -> UUID | None:
        """The id that begins as typed; None where none does, refused where several.

        It is one of that kind, or of any.
        """
        if (whole := as_uuid(typed)) is not None:
            return whole
        if not _ID.fullmatch(typed.strip().casefold()):
            return None
        found = self.client.find_ids(typed.strip(), kind)
        if len(found) > 1:
            ids = [it.id for it in found]
            raise Refusal(
                _("more than one id begins with {typed!r}: {ids}").format(
                    typed=typed,
                    ids=", ".join(
                        f"{short_id(it.id, ids)} ({self._called(it.kind, it.id)})" for it in found
                    ),
                )
            )
        return found[0].id if found else None

    def _called(self, kind: str, id_: UUID) -> str:
        """What something is called that has an id, or else what kind of thing it is."""
        names = {
            "appointment": self.appointment_name,
            "customer": self.customer_name,
            "service": self.service_name,
            "staff": self.staff_name,
        }
        return names[kind](id_) if kind in names else word(kind)

    def id_of(self, kind: str | None, typed: str) -> UUID:
        """The id that is typed, or begins as typed, of that kind or of any; refused without one."""
        found = self.by_prefix(kind, typed)
        if found is not None:
            return found
        if kind is None:
            raise Refusal(_("no id begins with {typed!r}").format(typed=typed))
        raise Refusal(
            _("no {kind} has an id that begins with {typed!r}").format(kind=word(kind), typed=typed)
        )

    def appointment_id(
        self,
        which: str,
        when: TypedTime | TypedDate | None = None,
        *,
        has_begun: bool = False,
    ) -> UUID:
        """An appointment by its id, or by its customer and its time.

        Of a customer alone it is the one to come, or the one that ``has_begun`` where there is such
        a one, if there is one only; with a date or time the one then. Cancelled appointments count
        where no other is meant.
        """
        if when is None and _ID.fullmatch(which.casefold()) and re.search("[0-9]", which):
            return self.id_of("appointment", which)
        return self._only(self._appointments(which, when, has_begun)).id

    def visit_id(self, which: str, when: TypedTime | TypedDate | None = None) -> UUID:
        """A visit by its id, or by its customer, with the date or time of one of its appointments.

        Of a customer alone it is the visit to come, if there is one only.
        """
        if when is None and (known := self.by_prefix("visit", which)) is not None:
            return known
        found = self._appointments(which, when)
        of = {it.id: self.client.get_appointment(it.id).visit_id for it in found.those[:_TOLD]}
        visits = {it for it in of.values() if it is not None}
        if len(visits) == 1:
            return visits.pop()
        one = self._only(found)
        raise Refusal(
            _("the appointment {time} is not part of a visit").format(
                time=self.local(one.starts_at)
            )
        )

    def _appointments(
        self, which: str, when: TypedTime | TypedDate | None, has_begun: bool = False
    ) -> _Found:
        """A customer's appointments then, or to come; cancelled ones where there are no others."""
        customer = self.customer(which)
        if when is None:
            found = [
                it
                # a call looks at 400 days, and a salon at most 730 ahead
                for days in (0, 366, *((-366,) if has_begun else ()))
                for it in self.client.list_appointments(
                    *self.span(self.today + days * DAY, self.today + (days + 365) * DAY),
                    customer_id=customer.id,
                )
                if it.status in LIVE
            ]
            asked = _("to come")
            if has_begun and (begun := [it for it in found if it.starts_at <= self.now]):
                found, asked = begun, _("that has begun")
        elif isinstance(when, TypedDate):
            day = when.on(self.today)
            found = self.client.list_appointments(*self.span(day, day), customer_id=customer.id)
            asked = dates(day, day)
        else:
            start = self.instant(when)
            found = self.client.list_appointments(
                start, start + dt.timedelta(minutes=1), customer_id=customer.id
            )
            found = [it for it in found if it.starts_at == start]
            asked = _("at {time}").format(time=self.local(start))
        live = [it for it in found if it.status != "cancelled"]
        if not found:
            raise Refusal(
                _("{customer} has no appointment {when}").format(
                    customer=customer.full_name, when=asked
                )
            )
        return _Found(customer.full_name, asked, live or found)

    def _only(self, found: _Found) -> AppointmentEntry:
        """The one that was found; refused where there are several."""
        if len(found.those) == 1:
            return found.those[0]
        raise Refusal(
            _("{customer} has more than one appointment {when}, name its time: {times}").format(
                customer=found.customer,
                when=found.asked,
                times="; ".join(map(self._named, found.those[:_TOLD])),
            )
        )

    def appointment_name(self, id_: UUID) -> str:
        """What tells an appointment from others: its service, customer and time."""
        found = self.client.get_appointment(id_)
        return _("{service} for {customer}, {time}").format(
            service=self.service_name(found.service_id),
            customer=self.customer_name(found.customer_id),
            time=self.local(found.starts_at),
        )

    def _named(self, it: AppointmentEntry) -> str:
        return f"{self.local(it.starts_at)} {it.service_name} ({short_id(it.id)})"

    def staff_names(self) -> dict[UUID, str]:
        """Everybody's name by id."""
        return {it.id: it.full_name for it in self.client.list_staff()}

    def staff_name(self, id_: UUID) -> str:
        """A member of staff's name, or their id if they are not shown."""
        return self.staff_names().get(id_, str(id_))

    def service_name(self, id_: UUID) -> str:
        """A service's name, or its id if it is not shown."""
        return {it.id: it.name for it in self.client.list_services()}.get(id_, str(id_))

    def customer_name(self, id_: UUID) -> str:
        """A customer's name, or their id if they are not shown."""
        return {it.id: it.full_name for it in self.client.list_customers(str(id_), 1)}.get(
            id_, str(id_)
        )

    def shown_id(self, id_: UUID) -> str:
        """An id as it is shown: as much of it as commands need, or all of it with ``--wide``."""
        return str(id_) if self.wide else short_id(id_)


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    """Connects, and finds the salon: the one named, else the one chosen, else the only one."""
    with connect(settings.dsn) as client:
        salons = chosen_salons(client, settings)
        if not salons:
            raise Refusal(
                _("there is no salon yet: run schnittwerk load FILE or schnittwerk salons add")
            )
        salon = the_one(salons)
        if salon is None:
            raise Refusal(
                _(
                    "there is more than one salon, name one with --salon: {names};"
                    " or run: schnittwerk salons use NAME"
                ).format(names=", ".join(it.name for it in salons))
            )
        yield _session(client, salon, settings)


def each_opened(settings: Settings) -> Iterator[Session]:
    """Connects, and goes through the salons: only the one named, else every one."""
    with connect(settings.dsn) as client:
        for salon in chosen_salons(client, settings):
            yield _session(client, salon, settings)


def _session(client: Client, salon: Salon, settings: Settings) -> Session:
    """The salon's session, for the user that was named, if any."""
    client.salon_id = salon.id
    if settings.user is not None:
        client = client.acting_as(Session(client, salon).user_id(settings.user))
    return Session(client, salon, settings.wide)


def chosen_salons(client: Client, settings: Settings) -> list[Salon]:
    """The salon named, else all there are."""
    salons = client.list_salons()
    if settings.salon is None:
        return salons
    try:
        return [pick_salon(salons, settings.salon)]
    except Refusal as error:
        if settings.salon_source == "--salon":
            raise
        raise Refusal(f"{settings.salon_source}: {error.message}") from None


def pick_salon(salons: Sequence[Salon], name_or_id: str) -> Salon:
    """The salon of that name or id."""
    return pick("salon", salons, lambda it: it.name, name_or_id)


def the_one(salons: Sequence[Salon]) -> Salon | None:
    """The only one of some salons, else the one that the user chose, if any."""
    found = salons if len(salons) == 1 else remembered(salons)
    return found[0] if found else None


def _labels(people: Sequence[Staff | Customer]) -> Callable[[Staff | Customer], str]:
    """What tells people of one name apart: as much of the id as needed, and how to reach them."""
    ids = [it.id for it in people]

    def label(it: Staff | Customer) -> str:
        details = [it.phone, it.email]
        if isinstance(it, Staff) and not it.is_active:
            details.append(_("inactive"))
        told = ", ".join(filter(None, details))
        return short_id(it.id, ids) + (f" ({told})" if told else "")

    return label


def tell_namesakes(session: Session, added: Staff | Customer) -> None:
    """Notes on stderr that others have the name of who was added."""
    found: Sequence[Staff | Customer] = (
        session.client.list_staff()
        if isinstance(added, Staff)
        else session.client.list_customers(added.full_name, _TOLD)
    )
    name = added.full_name.casefold()
    others = [it for it in found if it.id != added.id and it.full_name.casefold() == name]
    if others:
        say(
            _("note: there is somebody of this name already: {ids}").format(
                ids=", ".join(map(_labels(found), others))
            ),
            err=True,
        )


def pick(
    kind: str,
    things: Sequence[T],
    name: Callable[[T], str | None],
    name_or_id: str,
    label: Callable[[T], str] = lambda it: str(it.id),
    among: str = "",
) -> T:
    """The one thing of that name, whatever its case, or of the id or its first characters.

    Refused if none or several. ``label`` tells several apart; ``among`` says which things these
    are, if not all.
    """
    wanted = _folded(name_or_id)
    found = [it for it in things if str(it.id) == wanted]
    # what has no name is not what an empty name means
    found = found or [it for it in things if wanted and _folded(name(it) or "") == wanted]
    if len(found) > 1:  # of one name: those who are still active are meant
        found = [it for it in found if getattr(it, "is_active", True)] or found
    if not found and _ID.fullmatch(wanted):
        found = [it for it in things if it.id.hex.startswith(wanted.replace("-", ""))]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(map(label, found[:_TOLD]))
        raise Refusal(
            _("more than one {kind} is named {name!r}, give an id: {ids}").format(
                kind=word(kind),
                name=name_or_id,
                ids=ids + (_(", and more") if len(found) > _TOLD else ""),
            )
        )
    near = near_names(name_or_id, (it for it in map(name, things) if it))
    hint = _("; near it: {names}").format(names=", ".join(near)) if near else ""
    if re.fullmatch("[0-9a-f]{1,3}", wanted) and re.search("[0-9]", wanted):
        hint += _("; of an id at least 4 characters are needed")
    raise Refusal(
        _("there is no {kind} named {name!r}{among}{hint}").format(
            kind=word(kind), name=name_or_id, among=among, hint=hint
        )
    )


def _folded(name: str) -> str:
    """A name without what makes no other name of it: case and blanks."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def near_names(wanted: str, names: Iterable[str]) -> list[str]:
    """The names that somebody may mean who wrote another."""
    wanted = wanted.strip().casefold()
    known = {it.casefold(): it for it in names}
    near = [known[it] for it in known if wanted in it]
    return near + [known[it] for it in get_close_matches(wanted, known) if known[it] not in near]


def as_uuid(text: str) -> UUID | None:
    """The uuid that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
