"""Public holidays of a country, as the package `holidays` knows them, brought into the book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schnittwerk_db.client import Client
from schnittwerk_db.extras import needs_extra
from schnittwerk_db.models import AffectedAppointment
from schnittwerk_db.progress import Followed, unseen

with needs_extra("holidays"):
    import holidays

MOST_YEARS = 50


class HolidayImportError(Exception):
    """There are no such holidays: ``parameter`` is wrong, and the message names the remedy."""

    def __init__(self, parameter: str, message: str) -> None:
        self.parameter, self.message = parameter, message
        super().__init__(parameter, message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A date and what it is called."""

    date: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class PresentHoliday:
    """A public holiday whose date the salon has already; ``kept`` are the names it has there."""

    date: dt.date
    name: str
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HolidayImport:
    """What was added, what was there before, and which appointments lose their time."""

    added: tuple[PublicHoliday, ...]
    present: tuple[PresentHoliday, ...]
    affected_appointments: tuple[AffectedAppointment, ...]


def public_holidays(
    country: str, subdivision: str | None, first_year: int, last_year: int, language: str | None
) -> list[PublicHoliday]:
    """The public holidays of whole years, by date.

    ``country`` is an ISO 3166 code such as CH, ``subdivision`` a part of it such as ZH (None: the
    holidays of the whole country), ``language`` that of the names (None: the country's own).

    Raises `HolidayImportError`.
    """
    code = country.upper()
    if code not in holidays.list_supported_countries(include_aliases=False):
        raise HolidayImportError(
            "country", f"no holidays are known of {country!r}: give a country's code, such as CH"
        )
    of_country = holidays.country_holidays(code)
    if subdivision is not None:
        parts = {it.casefold(): it for it in of_country.subdivisions}
        if subdivision.casefold() not in parts:
            raise HolidayImportError(
                "subdivision", f"{code} has no part {subdivision!r}: {_choice(parts.values())}"
            )
        subdivision = parts[subdivision.casefold()]
    languages = of_country.supported_languages
    if language is not None and language not in languages:
        raise HolidayImportError(
            "language", f"{code} has no names in {language!r}: {_choice(languages)}"
        )
    begin, end = of_country.start_year, of_country.end_year
    if not begin <= first_year <= last_year <= end or last_year - first_year >= MOST_YEARS:
        raise HolidayImportError(
            "years",
            f"{first_year}-{last_year} will not do: give at most {MOST_YEARS} years in order,"
            f" from {begin} to {end}",
        )
    years = range(first_year, last_year + 1)
    found = holidays.country_holidays(
        code,
        subdiv=subdivision,
        years=years,
        # without one the package goes by the environment's
        language=language or of_country.default_language,
    )
    return [
        PublicHoliday(date, name)
        for date in sorted(found)
        if date.year in years
        for name in found.get_list(date)
    ]


def _choice(names: Iterable[str]) -> str:
    there = ", ".join(names)
    return f"choose one of {there}" if there else "leave it out"


def import_holidays(
    client: Client,
    wanted: Sequence[PublicHoliday],
    *,
    preview: bool = False,
    follow: Followed = unseen,
) -> HolidayImport:
    """Adds the holidays whose dates the salon does not have yet, all of them or none.

    The salon has a date if a closure of type ``public_holiday`` closes it for all staff, under
    whatever name, recurring ones included. So a second import adds nothing, even in another
    language, and the dates of a country and of its parts do not double. Each holiday is made for
    one date only, as many move from year to year. ``preview`` returns the same and keeps nothing.
    ``follow`` wraps what is added in an iterator, such as a progress bar.

    Raises what `Client.create_holiday` does.

    RPC: ``schnittwerk.list_holidays``, ``schnittwerk.create_holiday``.
    """
    with client.connection.transaction(force_rollback=preview):
        there: dict[dt.date, list[str]] = {}
        for year in sorted({it.date.year for it in wanted}):
            for it in client.list_holidays(dt.date(year, 1, 1), dt.date(year, 12, 31)):
                if it.type == "public_holiday" and it.affects_all_staff:
                    there.setdefault(it.date, []).append(it.name)
        added = [it for it in wanted if it.date not in there]
        present = [
            PresentHoliday(it.date, it.name, tuple(there[it.date]))
            for it in wanted
            if it.date in there
        ]
        affected = {
            appointment.id: appointment
            for new in follow(added)
            for appointment in client.create_holiday(new.name, new.date).affected_appointments
        }
    return HolidayImport(tuple(added), tuple(present), tuple(affected.values()))
