"""Checks what the book needs to work, one by one. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from schnittwerk_db.client import Client
from schnittwerk_db.errors import BookingError, MigrationError, SchemaMissing
from schnittwerk_db.migrate import status
from schnittwerk_db.models import Salon
from schnittwerk_db.zones import python_zone

OLDEST, NEWEST = 15, 18  # the server's major versions that are tested
ROLES = ("schnittwerk_anon", "schnittwerk_user", "schnittwerk_service", "schnittwerk_gateway")
TOLERATED_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Check:
    """A check, its state (ok, warn or fail), what was found, and what to do about it."""

    name: str
    state: str
    found: str
    remedy: str | None = None


def examine(dsn: str) -> list[Check]:
    """Checks a database; if it cannot be reached, that is the only check.

    A failed check keeps the book from working. A warning names what could be better.
    """
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
            # nothing that others have put into public is found
            connection.execute("set search_path to pg_catalog, pg_temp")
            return [*_of_the_server(connection), *_of_the_book(dsn, connection)]
    except psycopg.OperationalError as error:
        return [Check("connection", "fail", _line(error), "is the server up, and the DSN right?")]


def _of_the_server(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    info = connection.info
    yield Check("connection", "ok", f"database {info.dbname} as {info.user}")
    major = info.server_version // 10000
    state = "fail" if major < OLDEST else "warn" if major > NEWEST else "ok"
    remedy = f"use PostgreSQL {OLDEST} to {NEWEST}" if state != "ok" else None
    yield Check("server version", state, f"PostgreSQL {major}", remedy)

    skew = abs((_value(connection, "select clock_timestamp()") - _now()).total_seconds())
    late = skew > TOLERATED_SECONDS
    yield Check(
        "clock",
        "warn" if late else "ok",
        f"{skew:.0f} seconds from this machine's",
        "set both by NTP: notice and deadlines are by the server's" if late else None,
    )
    measured = _value(connection, "select current_setting('track_functions')")
    yield Check(
        "slot generation",
        "ok" if measured != "none" else "warn",
        f"track_functions is {measured}",
        "as a superuser: alter system set track_functions = 'pl'; select pg_reload_conf();"
        if measured == "none"
        else None,
    )


def _of_the_book(dsn: str, connection: psycopg.Connection[Any]) -> Iterator[Check]:
    yield _migrations(dsn)
    schema = _value(
        connection,
        "select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace"
        " where e.extname = 'btree_gist'",
    )
    yield _needed("btree_gist", schema, f"in schema {schema}", "is not installed")
    there = {name for (name,) in connection.execute("select rolname from pg_roles")}
    missing = ", ".join(it for it in ROLES if it not in there)
    yield _needed("roles", not missing, "all there", f"without {missing}")
    if missing:
        return
    yield from _supabase(connection)
    is_service = _value(
        connection,
        "select pg_has_role(session_user, 'schnittwerk_service', 'usage') or exists ("
        "select from pg_namespace where nspname = 'schnittwerk_core'"
        " and pg_has_role(session_user, nspowner, 'usage'))",
    )
    yield Check(
        "rights",
        "ok" if is_service else "warn",
        "counts as the service" if is_service else "does not count as the service",
        None
        if is_service
        else f'for a back end of its own: grant schnittwerk_service to "{connection.info.user}"',
    )
    try:
        client = Client(connection)
        salons = client.list_salons()
        if not salons:
            yield Check("salons", "warn", "none yet", "schnittwerk load FILE, or save_salon")
        for salon in salons:
            client.salon_id = salon.id
            yield _time_zone(connection, salon)
            yield _salon(client, salon)
            if is_service:
                yield _upkeep(client, salon)
    except (SchemaMissing, BookingError) as error:
        yield Check("salons", "fail", _line(error), "schnittwerk migrate")
    except psycopg.errors.InsufficientPrivilege as error:
        yield Check("salons", "fail", _line(error), "call as a role that may use the book")


def _migrations(dsn: str) -> Check:
    try:
        pending = status(dsn).pending
    except MigrationError as error:
        return Check("migrations", "fail", _line(error), "migrate as the owner of the database")
    found = f"pending: {', '.join(pending)}" if pending else "up to date"
    return _needed("migrations", not pending, found, found)


def _supabase(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    """Whether Supabase's roles, if there are any, have the book's roles."""
    try:
        missing = _value(
            connection,
            "select count(*) from schnittwerk_core.missing_supabase_grants()"
            " having to_regrole('authenticated') is not null",
        )
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.UndefinedFunction,
    ):
        return
    if missing is not None:
        yield Check(
            "Supabase's roles",
            "warn" if missing else "ok",
            f"{missing} grants missing" if missing else "mapped",
            "select schnittwerk_core.map_supabase_roles();" if missing else None,
        )


def _time_zone(connection: psycopg.Connection[Any], salon: Salon) -> Check:
    """Whether server and Python agree on the salon's local time, now and in the next years."""
    name = f"time zone of {salon.name}"
    try:
        offsets = connection.execute(
            "select d.at, (d.at at time zone %s) - (d.at at time zone 'UTC')"
            " from generate_series(now(), now() + interval '2 years', interval '5 days') d (at)",
            [salon.time_zone],
        )
    except psycopg.DataError as error:
        return Check(name, "fail", _line(error), "update the server's tzdata")
    zone = python_zone(salon.time_zone)
    if zone is None:
        found = f"{salon.time_zone} is known to the server only"
        return Check(name, "warn", found, "pip install --upgrade tzdata")
    for at, offset in offsets:
        if at.astimezone(zone).utcoffset() != offset:
            found = f"{salon.time_zone}: server and Python differ from {at:%Y-%m-%d}"
            return Check(name, "warn", found, "update the server's tzdata and Python's")
    return Check(name, "ok", salon.time_zone)


def _salon(client: Client, salon: Salon) -> Check:
    """Whether there is anything to book."""
    lacks = [
        what
        for what, there in (
            ("opening hours", client.get_business_settings().opening_hours),
            ("services", client.list_services()),
            ("staff", client.list_staff()),
        )
        if not there
    ]
    return Check(
        salon.name,
        "warn" if lacks else "ok",
        f"without {', '.join(lacks)}" if lacks else "has opening hours, services and staff",
        "nothing can be booked before there are some" if lacks else None,
    )


def _upkeep(client: Client, salon: Salon) -> Check:
    """Whether old rows are deleted, and messages delivered."""
    parked = sum(it.deliveries for it in client.count_deliveries() if it.status == "parked")
    if parked:
        found = f"{parked} messages could not be delivered"
        return Check(f"upkeep of {salon.name}", "warn", found, "schnittwerk relay retry")
    policies = {it.policy_key: it.in_force for it in client.list_policies()}
    # a day's worth is what the next upkeep deletes
    days = min(policies["retention_operations_days"] + 1, 3650)
    old = client.purge_operations(days, is_dry_run=True)
    return Check(
        f"upkeep of {salon.name}",
        "warn" if old.operations + old.refusals else "ok",
        f"{old.operations} operations and {old.refusals} refusals over {days} days old",
        "run schnittwerk maintain daily" if old.operations + old.refusals else None,
    )


def _needed(name: str, is_there: object, found: str, lacking: str) -> Check:
    if is_there:
        return Check(name, "ok", found)
    return Check(name, "fail", lacking, "schnittwerk migrate")


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    found = connection.execute(query.encode()).fetchone()
    return None if found is None else found[0]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
