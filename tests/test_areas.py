"""An area of sql/ uses areas that are deployed before it, never those after it."""

import re
from pathlib import Path

import psycopg
import pytest
from conftest import Database

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "sql/order.txt").read_text().split()
AREAS = list(dict.fromkeys(path.split("/")[0] for path in FILES))
NAME = re.compile(r"\bschnittwerk(?:_core)?\.\w+")
CREATED = re.compile(
    r"^create (?:unlogged |constraint )?(?:table|view|type|function|trigger) (\w+(?:\.\w+)?)",
    re.MULTILINE,
)
AREA_OF = {
    name: path.split("/")[0]
    for path in FILES
    for name in CREATED.findall((ROOT / "sql" / path).read_text())
}


def arrows(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """What uses what: by the bodies of functions, and by the catalog's dependencies."""
    found: set[tuple[str, str]] = set()
    for user, body in connection.execute(
        "select pronamespace::regnamespace || '.' || proname, prosrc from pg_proc"
        " where pronamespace::regnamespace::text like 'schnittwerk%'"
    ):
        found.update((user, used) for used in NAME.findall(body))
    for kind, user, used in connection.execute(
        "select u.type, u.identity, r.identity from pg_depend d"
        " cross join pg_identify_object(d.classid, d.objid, d.objsubid) u"
        " cross join pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r"
        " where d.deptype in ('n', 'a')"
        r" and u.identity ~ 'schnittwerk(_core)?\.' and r.identity ~ 'schnittwerk(_core)?\.'"
    ):
        # of a function's identity the first name: the others are its parameters' types
        name = user.split(" on ")[0] if kind == "trigger" else NAME.findall(user)[0]
        found.add((name, NAME.findall(used)[0]))
    return found


def backwards(connection: psycopg.Connection) -> list[str]:
    return sorted(
        f"{AREA_OF[user]}: {user} uses {used} of {AREA_OF[used]}"
        for user, used in arrows(connection)
        if user in AREA_OF
        and used in AREA_OF
        and AREAS.index(AREA_OF[used]) > AREAS.index(AREA_OF[user])
    )


def test_no_area_uses_a_later_one(template: Database) -> None:
    with psycopg.connect(template.dsn()) as owner:
        assert backwards(owner) == []


@pytest.mark.parametrize(
    ("change", "arrow"),
    [
        (
            "create or replace function schnittwerk_core.new_id() returns uuid language plpgsql"
            " volatile as 'begin return (select id from schnittwerk_core.appointments); end'",
            "foundation: schnittwerk_core.new_id uses schnittwerk_core.appointments of booking",
        ),
        (
            "alter table schnittwerk_core.customers"
            " add foreign key (salon_id, id) references schnittwerk_core.waitlist",
            "catalog: schnittwerk_core.customers uses schnittwerk_core.waitlist of waitlist",
        ),
    ],
)
def test_a_later_area_that_is_used_is_named(template: Database, change: str, arrow: str) -> None:
    with psycopg.connect(template.dsn()) as owner:
        owner.execute(change)
        assert backwards(owner) == [arrow]
        owner.rollback()
