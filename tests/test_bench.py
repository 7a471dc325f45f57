"""The bench: that it measures all there is to measure, and leaves its book as it found it.

How fast anything is does not matter here: the book has next to no history, the runs are of a few
calls.
"""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import OWNER, Cluster, Database

# A book is built and measured: that takes minutes on a slow machine.
pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[1]
HISTORY = "300"
BOOK = f"schnittwerk_bench_{HISTORY}"

QUERIES = ("50 staff x 30 days", "1 staff x 1 day", "first free of 50 staff")
FIGURES = [
    *(
        name
        for query in QUERIES
        for name in (
            f"find_slots, {query}",
            f"… first call ({query})",
            f"… with 1M ({query})",
            *(
                f"baseline: {way} ({query})"
                for way in ("a loop", "not exists")
                if query != QUERIES[2]
            ),
        )
    ),
    "… a gap and a pool of 4 (50 x 30)",
    "… a gap and a pool of 4 (50 x 1)",
    "… 20 price rules (50 x 30)",
    "… 20 price rules, 5 by demand (50 x 30)",
    "find_visits, 3 items, 50 staff x 30 days",
    "find_visits, 3 items, 50 staff x 1 day",
    "… the first 20",
    "… of their find_slots, x 30 days",
    "… of their find_slots, x 1 day",
    "… three speeds a service, x 30 days",
    "recommend_slots, 50 staff x 30 days",
    "explain_slot",
    "the original's name, 1 staff x 1 day",
    *(f"create_booking, clients: {count}" for count in (1, 8, 32)),
    "create_visit, 3 items, given staff",
    "create_visit, 3 items, anyone",
    "… with 1M (create_booking, clients: 8)",
    "create_booking, 32 for one slot",
]


@pytest.fixture(scope="module")
def server(template: Database) -> Iterator[str]:
    """A DSN of somebody's who may make databases, and no more."""
    cluster = template.cluster
    with psycopg.connect(cluster.dsn(), autocommit=True) as superuser:
        superuser.execute(f"alter role {OWNER} createdb")
        try:
            yield cluster.dsn(user=OWNER)
        finally:
            superuser.execute(f"alter role {OWNER} nocreatedb")
            superuser.execute(f"drop database if exists {BOOK}")


def run(script: str, dsn: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "bench" / script, "--dsn", dsn, *options],
        capture_output=True,
        text=True,
        check=False,
    )


def bench(dsn: str, *options: str) -> str:
    done = run("run.py", dsn, "--quick", "--history", HISTORY, HISTORY, "--calls", "2", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def content(dsn: str) -> dict[str, Any]:
    """What every table of the book holds, what is dead in it, and which triggers are on."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        tables = connection.execute(
            "select c.oid::regclass::text from pg_class c where c.relkind = 'r'"
            " and c.relnamespace in ('schnittwerk_core'::regnamespace, 'bench'::regnamespace)"
        ).fetchall()
        found: dict[str, Any] = {
            table: connection.execute(
                f"select count(*), sum(hashtextextended(t::text, 0)) from {table} t"
            ).fetchone()
            for (table,) in tables
        }
        found["triggers"] = connection.execute(
            "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger order by 1, 2"
        ).fetchall()
        found["dead"] = connection.execute(
            "select c.oid::regclass::text, t.dead_tuple_count from pg_class c"
            " cross join pgstattuple(c.oid) t where c.relkind = 'r' and t.dead_tuple_count > 0"
            " and c.relnamespace in ('schnittwerk_core'::regnamespace, 'bench'::regnamespace)"
        ).fetchall()
    return found


# `make bench` measures this version by default.
@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
def test_the_bench_measures_everything_and_leaves_the_book_as_it_was(
    cluster: Cluster, server: str, tmp_path: Path
) -> None:
    bench(server, "--only", "nothing")
    book = cluster.dsn(BOOK)
    with psycopg.connect(book) as superuser:
        superuser.execute("create extension if not exists pgstattuple")
    before = content(book)
    assert not before["dead"]

    json_file, svg_file = tmp_path / "results" / "bench.json", tmp_path / "results" / "bench.svg"
    table = bench(server, "--json", str(json_file), "--svg", str(svg_file))

    assert content(book) == before
    told = json.loads(json_file.read_text("utf-8"))
    assert [it["name"] for it in told["figures"]] == FIGURES
    assert all(it["ratio"] > 0 for it in told["figures"])
    race = told["figures"][-1]
    assert (race["winners_per_slot"], race["deadlocks"], race["errors"]) == ([1], 0, 0)
    lines = table.splitlines()
    for name in FIGURES:
        assert any(line.startswith(f"{name}  ") for line in lines), name
    parts = [it["part"] for it in told["create_booking"]]
    assert parts[0] == "a bare insert"
    assert parts[-1].startswith("create_booking")
    assert all(any(line.startswith(part) for line in lines) for part in parts)

    plot = ET.parse(svg_file).getroot()
    said = {it.text for it in plot.iter("{http://www.w3.org/2000/svg}text")}
    assert {it["name"] for it in told["figures"] if it["target"] is not None} <= said


@pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")
def test_the_book_bears_mixed_traffic(server: str, tmp_path: Path) -> None:
    file = tmp_path / "load.json"
    done = run("load.py", server, "--history", HISTORY, "--minutes", "0.03", "--json", str(file))

    assert done.stderr.splitlines()[-1] == "load: not steady" or done.returncode == 0, done.stderr
    told = json.loads(file.read_text("utf-8"))
    for way in ("direct", "pooled"):
        assert (told[way]["errors"], told[way]["deadlocks"]) == (0, 0)
        assert len(told[way]["over_time"]) == 10
        assert any(kind == "create" for kind, *_ in told[way]["answers"])
        booked = told[way]["sizes"]["appointments"]
        assert booked["after"]["rows"] > booked["before"]["rows"]
        assert f"\n{way}: " in done.stdout
    with psycopg.connect(server) as connection:
        copies = "select from pg_database where datname = 'schnittwerk_bench_load'"
        assert not connection.execute(copies).fetchall()
