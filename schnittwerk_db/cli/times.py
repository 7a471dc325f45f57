"""Dates and times as people type them and as they are shown: local to the salon."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal, TypeVar

import click

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _, weekday_name

D = TypeVar("D", dt.date, dt.datetime)

# Which one 24.12. is; a weekday is the next one unless it is the last.
Toward = Literal["next", "nearest", "last"]
FIRST_YEAR, LAST_YEAR = 1900, 2999
DAY = dt.timedelta(days=1)

_RELATIVE = {
    "day before yesterday": -2,
    "vorgestern": -2,
    "yesterday": -1,
    "gestern": -1,
    "today": 0,
    "heute": 0,
    "tomorrow": 1,
    "morgen": 1,
    "day after tomorrow": 2,
    "übermorgen": 2,
}

# by datetime's number, Monday first
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag mo",
            "tuesday tue tues dienstag di",
            "wednesday wed mittwoch mi",
            "thursday thu thur thurs donnerstag do",
            "friday fri freitag fr",
            "saturday sat samstag sonnabend sa",
            "sunday sun sonntag so",
        )
    )
    for name in names.split()
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz mär",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}

_NEXT = re.compile(r"^(?:next|nächste[nr]?) ")
_DATE = re.compile(
    r"(?P<day>\d{1,2})"
    r"(?: \.[ ]? (?P<month>\d{1,2}) (?: \. | \.?[ ]?(?P<year>\d{4}) | \.(?P<short>\d\d) )?"
    r" | (?:\.|st|nd|rd|th)? [ ]* (?P<name>[^\W\d]+) \.? (?:[ ](?P<of>\d{4}))? )",
    re.VERBOSE,
)
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?: (?:[:.](?P<minute>\d\d))? \s* (?P<half>[ap]m)"
    r" | [:.](?P<plain>\d\d) (?: \s* (?:uhr|h))?"
    r" | \s* (?:uhr|h) (?: \s* (?P<after>\d\d))? )",
    re.VERBOSE | re.IGNORECASE,
)
# Words before a date, or between it and the time.
_FILLER = re.compile(r"^(?:on|am) |(?<!\S)(?:at|um) ", re.IGNORECASE)


@dataclass(frozen=True)
class TypedDate:
    """A date as somebody typed it; what ``tomorrow`` means depends on the salon's today."""

    typed: str
    toward: Toward = "next"

    @property
    def is_relative(self) -> bool:
        """Whether it is counted from today, such as ``tomorrow`` and ``next monday``."""
        words = _date_words(self.typed)
        return words in _RELATIVE or _NEXT.match(words) is not None

    def on(self, today: dt.date) -> dt.date:
        """The date that it means on a day: of a weekday, or of 24.12., the one towards there.

        Refused if it is not on the weekday that was typed with it.
        """
        with _refused():
            return _date(self.typed, today, self.toward)


@dataclass(frozen=True)
class TypedTime:
    """A date and time as somebody typed it; without a date it is today."""

    typed: str
    toward: Toward = "next"

    def on(self, today: dt.date) -> dt.datetime:
        """The local time that it means on a day; aware if it was typed with an offset.

        Refused if it is not on the weekday that was typed with it.
        """
        with _refused():
            return _time(self.typed, today, self.toward)


def parse_date(typed: str, toward: Toward = "next") -> TypedDate:
    """A local date such as 2026-12-24, 24.12.2026, tomorrow or friday."""
    _checked(_date, typed, _("a date such as 2026-12-24, 24.12., tomorrow or friday"))
    return TypedDate(typed, toward)


def parse_near_date(typed: str) -> TypedDate:
    """A local date; without a year the nearest."""
    return parse_date(typed, "nearest")


def parse_near_when(typed: str) -> TypedDate | TypedTime:
    """A local date, or a date and time; without a year the nearest."""
    return parse_when(typed, "nearest")


def parse_past_date(typed: str) -> TypedDate:
    """A local date; without a year, or of a weekday, the last."""
    return parse_date(typed, "last")


NEAR_FROM = click.option(
    "--from",
    "from_",
    type=parse_near_date,
    metavar="DATE",
    help="First date; else today, or --to if that has passed.",
)
PAST_FROM = click.option(
    "--from",
    "from_",
    type=parse_past_date,
    metavar="DATE",
    help="First date; 6 days ago if left out.",
)
PAST_TO = click.option(
    "--to", type=parse_past_date, metavar="DATE", help="Last date; today if left out."
)


def parse_time(typed: str, toward: Toward = "next") -> TypedTime:
    """A local date and time such as 2026-12-01 10:00, tomorrow 8:30, or only 8:30."""
    _checked(_time, typed, _("a time such as '2026-12-01 10:00' or 'tomorrow 8:30'"))
    return TypedTime(typed, toward)


def parse_weekday(typed: str) -> int | None:
    """The number of a weekday that is named, 0 is Sunday; None where none is."""
    number = _WEEKDAYS.get(typed.strip().casefold())
    return None if number is None else (number + 1) % 7


def parse_when(typed: str, toward: Toward = "next") -> TypedDate | TypedTime:
    """A local date, or a date and time."""
    try:
        return parse_date(typed, toward)
    except click.BadParameter:
        return parse_time(typed, toward)


def parse_clock(typed: str) -> dt.time:
    """A local time of day such as 8:30 or 8."""
    clock = _clock(typed.strip(), is_bare=True)
    if clock is None:
        raise click.BadParameter(_("{typed!r} is not a time such as 8:30").format(typed=typed))
    return clock


def _checked(read: Callable[[str, dt.date], D], typed: str, wanted: str) -> None:
    """Refuses what cannot be read, or is beyond what the database takes.

    Python cannot calculate with dates at the end of its calendar, so that they may not come in.
    """
    try:
        found = read(typed, dt.date(2024, 1, 1))
    except _FaultError as error:
        if error.is_always:
            raise click.BadParameter(str(error)) from None
        return
    except ValueError:
        raise click.BadParameter(
            _("{typed!r} is not {wanted}").format(typed=typed, wanted=wanted)
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise click.BadParameter(
            _("{typed!r} is not from {first} to {last}").format(
                typed=typed, first=FIRST_YEAR, last=LAST_YEAR
            )
        )


class _FaultError(ValueError):
    """What is wrong with a date that can be read; ``is_always``: whatever today is."""

    def __init__(self, message: str, is_always: bool = True) -> None:
        super().__init__(message)
        self.is_always = is_always


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except _FaultError as error:
        raise Refusal(str(error)) from None


def _words(typed: str) -> str:
    """What somebody typed, without what does not matter."""
    return _FILLER.sub("", " ".join(unicodedata.normalize("NFC", typed).split()))


def _date_words(typed: str) -> str:
    return _words(typed).casefold().rstrip(",")


def _date(typed: str, today: dt.date, toward: Toward = "next") -> dt.date:
    words = _date_words(typed)
    if words in _RELATIVE:
        return today + _RELATIVE[words] * DAY
    soon = _NEXT.sub("", words)
    if soon != words and soon in _WEEKDAYS:
        return _next(typed, today, _WEEKDAYS[soon])
    first, _space, rest = words.partition(" ")
    number = _WEEKDAYS.get(first.rstrip(".,"))
    if number is None:
        return _calendar_date(words, today, toward, typed)
    if not rest:
        if toward == "last":
            return today - (today.weekday() - number) % 7 * DAY
        return today + (number - today.weekday()) % 7 * DAY
    date = _calendar_date(rest, today, toward, typed)
    if date.weekday() != number:
        raise _FaultError(
            _("{typed!r}: that is a {weekday}").format(
                typed=typed, weekday=weekday_name(date.weekday())
            ),
            is_always=str(date.year) in rest,
        )
    return date


def _next(typed: str, today: dt.date, number: int) -> dt.date:
    """The next such weekday, refused if it is of this week: people mean either then."""
    first = today + ((number - today.weekday() - 1) % 7 + 1) * DAY
    if first.weekday() > today.weekday():
        raise _FaultError(
            _("{typed!r} may be {first} or {second}: give the date").format(
                typed=typed, first=day(first), second=day(first + 7 * DAY)
            ),
            is_always=False,
        )
    return first


def _calendar_date(words: str, today: dt.date, toward: Toward, typed: str) -> dt.date:
    found = _DATE.fullmatch(words) or _ISO_DATE.fullmatch(words)
    if not found:
        return dt.date.fromisoformat(words)
    given = found.groupdict()
    month = _MONTHS.get(given["name"], 0) if given.get("name") else int(given["month"])
    written = given.get("year") or given.get("of")
    year = int(written) if written else 2000 + int(given["short"]) if given.get("short") else None
    years = range(today.year - 8, today.year + 9) if year is None else (year,)
    dates = []
    for it in years:  # 29 February may be years away
        with suppress(ValueError):
            dates.append(dt.date(it, month, int(given["day"])))
    if not dates and 1 <= month <= 12 and given["day"].strip("0"):
        raise _FaultError(_("{typed!r}: there is no such day").format(typed=typed))
    if toward != "nearest" and year is None:
        dates = [it for it in dates if it == today or (it > today) is (toward == "next")]
    return min(dates, key=lambda it: abs(it - today))


def _time(typed: str, today: dt.date, toward: Toward = "next") -> dt.datetime:
    try:
        if len(typed.strip()) > len("2026-12-24"):
            return dt.datetime.fromisoformat(typed.strip())
    except ValueError:
        pass
    words = _words(typed)
    if _is_date(words, today):
        raise _FaultError(
            _("{typed!r}: a time of day is missing, such as 10:00").format(typed=typed)
        )
    for space in re.finditer("^| ", words):
        before, after = words[: space.start()], words[space.end() :]
        if (clock := _clock(after, is_bare=bool(before))) is not None:
            date = _date(before, today, toward) if before else today
            return dt.datetime.combine(date, clock)
        if (clock := _clock(before)) is not None:
            return dt.datetime.combine(_date(after, today, toward), clock)
    # a weekday before a time with an offset, as a time that comes twice is shown
    first, _space, rest = words.partition(" ")
    if first.casefold().rstrip(".,") in _WEEKDAYS and len(rest) > len("2026-12-24"):
        moment = dt.datetime.fromisoformat(rest)
        _date(f"{first} {moment.date()}", today)
        return moment
    raise ValueError(typed)


def _is_date(words: str, today: dt.date) -> bool:
    """Whether it is a date, if only of another weekday than is said."""
    try:
        _date(words, today)
    except _FaultError as error:
        if error.is_always:
            raise
    except ValueError:
        return False
    return True


def _clock(words: str, is_bare: bool = False) -> dt.time | None:
    """A time of day; if bare, perhaps only an hour."""
    found = _CLOCK.fullmatch(f"{words}:00" if is_bare and words.isdecimal() else words)
    if found is None:
        return None
    hour = int(found["hour"])
    minute = int(found["minute"] or found["plain"] or found["after"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].casefold() == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def instant(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant of a local time in the salon's zone; refused unless it is exactly one."""
    if wall.tzinfo is not None:
        return wall
    readings = [wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = f"{wall:%Y-%m-%d %H:%M}"
    if all(it.astimezone(dt.UTC).astimezone(zone) != it for it in readings):
        raise Refusal(
            _("{time} does not exist in {zone}: the clocks skip it that day").format(
                time=shown, zone=zone
            )
        )
    first, second = map(_offset, readings)
    if first != second:
        raise Refusal(
            _("{time} comes twice in {zone}: write '{first}' or '{second}'").format(
                time=shown, zone=zone, first=shown + first, second=shown + second
            )
        )
    return readings[0].astimezone(dt.UTC)


def local(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """An instant in the salon's time, as it can be typed: with its offset where it comes twice."""
    here = moment.astimezone(zone)
    other = here.replace(fold=1 - here.fold)
    if here.utcoffset() == other.utcoffset():
        return f"{day(here.date())} {here:%H:%M}"
    return f"{weekday_name(here.weekday(), short=True)} {here:%Y-%m-%d %H:%M}{_offset(here)}"


def span(first: dt.datetime, last: dt.datetime, zone: dt.tzinfo) -> str:
    """From one instant to another, in the salon's time: the date once where it is the same."""
    same_day = first.astimezone(zone).date() == last.astimezone(zone).date()
    end = f"{last.astimezone(zone):%H:%M}" if same_day else local(last, zone)
    return _("{start} to {end}").format(start=local(first, zone), end=end)


def day(date: dt.date) -> str:
    """A date with its weekday, as it can be typed."""
    return _("{weekday} {date:%Y-%m-%d}").format(
        weekday=weekday_name(date.weekday(), short=True), date=date
    )


def dates(first: dt.date, last: dt.date) -> str:
    """A range of dates, both included, in words."""
    if first == last:
        return _("on {day}").format(day=day(first))
    return _("from {first} to {last}").format(first=day(first), last=day(last))


def period(first: dt.date, last: dt.date, start: str | None, end: str | None) -> str:
    """Dates with the time of day on the first and on the last, where there are such."""
    if first == last:
        clock = "" if start is None and end is None else f" {start or '00:00'}-{end or '24:00'}"
        return f"{day(first)}{clock}"
    return _("{start} to {end}").format(
        start=f"{day(first)} {start or ''}".strip(), end=f"{day(last)} {end or ''}".strip()
    )


def _offset(moment: dt.datetime) -> str:
    return moment.isoformat()[-6:]
