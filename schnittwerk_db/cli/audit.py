"""The audit trail."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import click

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import filtered, print_records
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import PAST_FROM, PAST_TO, TypedDate, dates
from schnittwerk_db.errors import BookingError
from schnittwerk_db.json_text import json_text
from schnittwerk_db.models import AuditEntry

WIDTH = 100
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d$")


@click.command()
@PAST_FROM
@PAST_TO
@click.option(
    "--table",
    "table_name",
    metavar="NAME",
    help="Only changes of this table, such as appointments.",
)
@click.option(
    "--id", "row_id", metavar="ID", help="Only of what has this id, or one that begins like this."
)
@click.option("--user", "user_id", metavar="USER", help="Only what this user (name or id) did.")
@click.option("--limit", type=int, default=100, show_default=True, help="At most so many.")
@click.pass_obj
def audit(
    settings: Settings,
    from_: TypedDate | None,
    to: TypedDate | None,
    table_name: str | None,
    row_id: str | None,
    user_id: str | None,
    limit: int,
) -> None:
    """Show who changed what, newest first.

    A date without a year, or a weekday, means the last one.

    \b
    schnittwerk audit --from yesterday --table appointments
    """
    with opened(settings) as session:
        first, last = session.looking_back(from_, to)
        wanted = filtered(table=table_name, id=row_id, user=user_id)
        found = session.client.list_audit(
            *session.span(first, last),
            table_name,
            session.id_of(None, row_id) if row_id is not None else None,
            session.user_id(user_id) if user_id is not None else None,
            limit,
        )
        names: dict[UUID, str | None] = {}
        with suppress(BookingError):  # not every role may list them
            names = {it.id: it.full_name for it in session.client.list_profiles()}
        print_records(
            settings,
            found,
            {
                _("when"): lambda it: session.local(it.occurred_at),
                _("who"): lambda it: who(it, names),
                _("change"): lambda it: f"{it.action} {it.table_name}",
                _("what"): lambda it: what(session, it),
            },
            wide={
                _("reason"): lambda it: it.override_reason or it.reason,
                _("row"): lambda it: "/".join(map(str, it.row_key.values())),
            },
            none=_("no change {wanted}{when}").format(wanted=wanted, when=dates(first, last)),
        )


def who(entry: AuditEntry, names: Mapping[UUID, str | None]) -> str:
    """Role, user if there was one, by name where it is known, and database login."""
    user = entry.user_id and (names.get(entry.user_id) or entry.user_id)
    return "/".join(str(it) for it in (entry.role, user, entry.login) if it)


def what(session: Session, entry: AuditEntry) -> str:
    """What changed, or what a new or deleted row held; cut to a line's length."""

    def text(value: Any) -> str:
        if isinstance(value, str) and _INSTANT.match(value):
            return session.local(dt.datetime.fromisoformat(value))
        return _text(value)

    before, after = entry.before or {}, entry.after or {}
    if entry.action == "update":
        changes = [
            f"{column} {text(before.get(column))} → {text(after.get(column))}"
            for column in {**before, **after}
        ]
    else:
        told_already = {"salon_id", *entry.row_key}
        changes = [
            f"{column} {text(value)}"
            for column, value in {**before, **after}.items()
            if value is not None and column not in told_already
        ]
    line = ", ".join(changes)
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        value = json_text(value)
    return _("nothing") if value is None else " ".join(str(value).split())
