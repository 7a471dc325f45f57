"""Salons' time zones: Python's, or the database's where Python's tzdata lacks one."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schnittwerk_db.client import Client

_DAY = dt.timedelta(days=1)


def zone_of(client: Client, name: str) -> dt.tzinfo:
    """The time zone of that name; its ``str`` is the name.

    Where Python does not know it, every offset is asked of the database, which raises
    ``psycopg.DataError`` for a zone that it does not know either.
    """
    return python_zone(name) or DatabaseZone(client, name)


def python_zone(name: str) -> ZoneInfo | None:
    """The zone of that name by Python's tzdata; None where it has none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # a name with odd characters, or one that is a folder
        return None


class DatabaseZone(dt.tzinfo):
    """A zone by the database's rules.

    Do not pass a moment in it to a call, which would then query the database in the middle of the
    call: convert it to UTC first.
    """

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._offset_at = cache(self._ask)

    def __str__(self) -> str:
        return self._name

    def tzname(self, moment: dt.datetime | None) -> str:
        return self._name

    def dst(self, moment: dt.datetime | None) -> None:
        return None

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        """The offset of a local time, by ``fold`` where it comes twice or is skipped."""
        if moment is None:
            return None
        wall = moment.replace(tzinfo=dt.UTC, fold=0)
        before, after = self._offset_at(wall - _DAY), self._offset_at(wall + _DAY)
        right = {it for it in (before, after) if self._offset_at(wall - it) == it}
        return right.pop() if len(right) == 1 else (before, after)[moment.fold]

    def fromutc(self, moment: dt.datetime) -> dt.datetime:
        """The local time of an instant in UTC."""
        offset = self._offset_at(moment.replace(tzinfo=dt.UTC))
        local = moment + offset
        return local.replace(fold=int(self.utcoffset(local) != offset))

    def _ask(self, instant: dt.datetime) -> dt.timedelta:
        row = self._client.connection.execute(
            "select (%s at time zone %s) - (%s at time zone 'UTC')", [instant, self._name, instant]
        ).fetchone()
        assert row is not None
        offset: dt.timedelta = row[0]
        return offset
