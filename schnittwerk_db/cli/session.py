"""A client pointed at the salon that the options name, and the things in it by name or id."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from schnittwerk_db.cli.chosen import remembered
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import Client, connect
from schnittwerk_db.models import (
    Customer,
    HolidayDate,
    PriceRule,
    Resource,
    ResourceClosure,
    Salon,
    Service,
    Staff,
)
from schnittwerk_db.zones import zone_of

T = TypeVar("T", Salon, Resource, ResourceClosure, Service, Staff, Customer, HolidayDate, PriceRule)

_TOLD = 20  # of one name, at most


@dataclass
class Session:
    """A client and its salon."""

    client: Client
    salon: Salon

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The salon's time zone."""
        return zone_of(self.client, self.salon.time_zone)

    @property
    def today(self) -> dt.date:
        """The salon's date."""
        return dt.datetime.now(self.zone).date()

    def span(self, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """When the first of some local dates begins and the last ends."""
        begin, end = (
            dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)
            for day in (first, last + dt.timedelta(days=1))
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
        return pick("member of staff", found, lambda it: it.full_name, name_or_id)

    def customer_id(self, name_or_id: str) -> UUID:
        """The id itself, or that of the customer of that name."""
        if (known := as_uuid(name_or_id)) is not None:
            return known
        # those of the whole name come first
        found = self.client.list_customers(name_or_id, _TOLD + 1)
        if not found:
            # suggestions: customers who share a word or its first three letters
            parts = dict.fromkeys(part for it in name_or_id.split()[:5] for part in (it, it[:3]))
            near = (it for part in parts for it in self.client.list_customers(part, 200))
            found = list({it.id: it for it in near}.values())
        return pick("customer", found, lambda it: it.full_name, name_or_id).id

    def staff_names(self) -> dict[UUID, str]:
        """Everybody's name by id."""
        return {it.id: it.full_name for it in self.client.list_staff()}


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    """Connects, and finds the salon: the one named, else the one chosen, else the only one."""
    with connect(settings.dsn) as client:
        salons = chosen_salons(client, settings)
        if not salons:
            raise Refusal("there is no salon yet: run schnittwerk load FILE")
        salon = the_one(salons)
        if salon is None:
            names = ", ".join(it.name for it in salons)
            raise Refusal(
                f"there is more than one salon, name one with --salon: {names};"
                " or run: schnittwerk salons use NAME"
            )
        client.salon_id = salon.id
        yield Session(client, salon)


def each_opened(settings: Settings) -> Iterator[Session]:
    """Connects, and goes through the salons: only the one named, else every one."""
    with connect(settings.dsn) as client:
        for salon in chosen_salons(client, settings):
            client.salon_id = salon.id
            yield Session(client, salon)


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


def pick(
    kind: str,
    things: Sequence[T],
    name: Callable[[T], str],
    name_or_id: str,
    label: Callable[[T], str] = lambda it: str(it.id),
    among: str = "",
) -> T:
    """The one thing of that id or name, whatever its case; refused if none or several.

    ``label`` tells several apart; ``among`` says which things these are, if not all.
    """
    wanted = unicodedata.normalize("NFC", name_or_id).strip().casefold()
    by_id = [it for it in things if str(it.id) == wanted]
    found = by_id or [it for it in things if name(it).casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(map(label, found[:_TOLD])) + (", and more" if len(found) > _TOLD else "")
        raise Refusal(f"more than one {kind} is named {name_or_id!r}, give an id: {ids}")
    near = near_names(name_or_id, map(name, things))
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise Refusal(f"there is no {kind} named {name_or_id!r}{among}{hint}")


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
