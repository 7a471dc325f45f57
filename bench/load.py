"""Keeps the book busy for minutes, and reports whether it stays as fast and as small as it began.

Mixed traffic on a copy of the large book: of 100 calls, 60 list the slots of one member of staff's
day, 20 find the first free slot with anybody, 10 list a month, 8 book a slot that they have looked
up, one cancels and one reschedules. First 8 clients call without pause, then 200 clients through
pgbouncer, in transaction mode with 8 connections. Autovacuum is on. The clock of the book stands
still, as in the whole bench. The service calls, which has no rate limit.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import report
from book import HERE, WRITTEN, Book
from pgbench import PgbenchError
from place import Place, open_place
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping
from run import HISTORY, server_options, tell, write

from schnittwerk_db.errors import MigrationError, ServerError

# Of 100 calls.
_MIX = {
    "find_slots_day": 60,
    "find_slots_first_free": 20,
    "load_month": 10,
    "load_book": 8,
    "load_cancel": 1,
    "load_reschedule": 1,
}

_COPY = "schnittwerk_bench_load"
_INTERVALS = 10
_MOST_DRIFT = 0.1
_POOL, _POOLED_CLIENTS, _DIRECT_CLIENTS = 8, 200, 8
_POOL_PORT = 6432


@dataclass(frozen=True)
class Calls:
    """The calls of a period: how many a second, and how long they took in ms."""

    tps: float
    p50: float
    p99: float
    p999: float

    @classmethod
    def of(cls, latencies: Sequence[float], seconds: float) -> "Calls":
        if not latencies:
            return cls(0, 0, 0, 0)
        ranked = sorted(latencies)
        return cls(
            len(ranked) / seconds,
            *(ranked[int(len(ranked) * share)] for share in (0.5, 0.99, 0.999)),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long, each way")
    parser.add_argument("--way", choices=("direct", "pooled"), help="only one of the two ways")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    server_options(parser)
    parser.add_argument(
        "--history", type=int, default=HISTORY[0], help="the past appointments of the book"
    )
    options = parser.parse_args()
    ways = [options.way] if options.way else ["direct", "pooled"]
    if "pooled" in ways and _pgbouncer() is None:
        sys.exit("missing Debian packages, please install them: pgbouncer")

    told: dict[str, Any] = {}
    try:
        with open_place(options.dsn, options.pg) as place:
            book = Book(place, options.history)
            if book.is_built():
                book.restore()
            else:
                tell(f"a book of {book.history:,} past appointments is built first, and kept")
                book.build()
            told["machine"] = place.machine()
            print(told["machine"])
            for way in ways:
                tell(f"{way}: {options.minutes:g} minutes")
                told[way] = _bear(place, book, way, options.minutes * 60)
                _print(way, told[way])
    except (PgbenchError, ServerError, MigrationError, psycopg.Error) as error:
        sys.exit(f"load: {' '.join(str(error).split())}")
    if options.json:
        write(options.json, json.dumps(told, indent=2) + "\n")
    if not all(told[way]["is_steady"] for way in ways):
        sys.exit("load: not steady")


def _bear(place: Place, book: Book, way: str, seconds: float) -> dict[str, Any]:
    """Runs the traffic on a copy of the book, directly or pooled."""
    with ExitStack() as stack:
        dsn = stack.enter_context(_copied(place, book))
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute((HERE / "load.sql").read_text("utf-8"), prepare=False)
            before = _sizes(owner)
        if way == "direct":
            target, clients, protocol = dsn, _DIRECT_CLIENTS, "prepared"
        else:
            # The pooler of Debian 12 does not support prepared statements.
            target, clients, protocol = stack.enter_context(_pooled(dsn)), _POOLED_CLIENTS, "simple"
        options = [f"--client={clients}", "--jobs=2", f"--protocol={protocol}"]
        # The first seconds read the copy from the disk.
        _run(place, target, [*options, f"--time={max(1, round(min(30, seconds / 10)))}"])
        with tempfile.TemporaryDirectory(prefix="schnittwerk-load-") as folder:
            errors = _run(
                place,
                target,
                [*options, f"--time={round(seconds)}", "--log", f"--log-prefix={folder}/log"],
            )
            calls = _calls(Path(folder))
        with psycopg.connect(dsn, autocommit=True) as owner:
            row = owner.execute(
                "select deadlocks from pg_stat_database where datname = current_database()"
            ).fetchone()
            assert row is not None
            answers = owner.execute(
                "select operation_type, coalesce(code, status), count(*)"
                " from schnittwerk_core.booking_operations where caller = 'service'"
                " group by 1, 2 order by 1, 3 desc"
            ).fetchall()
            after = _sizes(owner)
    start, end = calls[0][0], calls[-1][0]
    third = (end - start) / 3
    first = [ms for at, _, ms in calls if at < start + third]
    last = [ms for at, _, ms in calls if at >= end - third]
    drift = {
        "throughput": len(last) / len(first) - 1,
        "p50": median(last) / median(first) - 1,
    }
    step = (end - start) / _INTERVALS
    stretches: list[list[float]] = [[] for _ in range(_INTERVALS)]
    for at, _, ms in calls:
        stretches[min(int((at - start) / step), _INTERVALS - 1)].append(ms)
    return {
        "clients": clients,
        "seconds": end - start,
        "over_time": [vars(Calls.of(latencies, step)) for latencies in stretches],
        "whole": vars(Calls.of([ms for *_, ms in calls], end - start)),
        "by_script": {
            name: vars(Calls.of(latencies, end - start))
            for number, name in enumerate(_MIX)
            if (latencies := [ms for _, script, ms in calls if script == number])
        },
        "drift": drift,
        "is_steady": drift["throughput"] > -_MOST_DRIFT and not errors and not row[0],
        "errors": errors,
        "deadlocks": row[0],
        "answers": [list(answer) for answer in answers],
        "sizes": {table: {"before": before[table], "after": after[table]} for table in before},
    }


def _run(place: Place, dsn: str, options: Sequence[str]) -> int:
    """Runs pgbench with the mix; returns how many clients ended with an error."""
    done = subprocess.run(
        [
            place.programs / "pgbench",
            *("--no-vacuum", "--random-seed=1", *options),
            *(f"--file={HERE / name}.sql@{weight}" for name, weight in _MIX.items()),
            dsn,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    errors = len(re.findall(r"aborted in command", done.stderr))
    if done.returncode != 0 and not errors:
        raise PgbenchError(done.stderr.strip())
    if errors:
        tell(done.stderr.strip().splitlines()[0])
    return errors


def _calls(folder: Path) -> list[tuple[float, int, float]]:
    """Every call in order: its end, the number of its script, milliseconds."""
    calls = []
    for file in folder.iterdir():
        with file.open(encoding="ascii") as lines:
            for line in lines:
                _, _, taken, script, second, micro, *_ = line.split()
                calls.append((int(second) + int(micro) / 1e6, int(script), int(taken) / 1000))
    if not calls:
        raise PgbenchError("no call has ended")
    return sorted(calls)


@contextmanager
def _copied(place: Place, book: Book) -> Iterator[str]:
    """Yields the DSN of a copy of the book, and drops the copy afterwards."""
    names = {"copy": sql.Identifier(_COPY), "book": sql.Identifier(book.name)}
    drop = sql.SQL("drop database if exists {copy} with (force)").format(**names)
    with place.administer() as admin:
        admin.execute(drop)
        admin.execute(
            sql.SQL(
                "create database {copy} template {book} owner {owner} strategy file_copy"
            ).format(**names, owner=sql.Identifier(place.owner))
        )
        try:
            yield make_conninfo(place.owner_dsn, dbname=_COPY)
        finally:
            admin.execute(drop)


def _pgbouncer() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def _pooled(dsn: str) -> Iterator[str]:
    """Yields a DSN that reaches a database through a pgbouncer that this starts."""
    program = _pgbouncer()
    assert program is not None
    wanted = {"host", "port", "dbname", "user", "password"}
    target = {key: value for key, value in conninfo_to_dict(dsn).items() if key in wanted}
    server = " ".join(
        "{}='{}'".format(key, str(value).replace("'", "''")) for key, value in target.items()
    )
    with tempfile.TemporaryDirectory(prefix="schnittwerk-pool-") as folder:
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(
            f"[databases]\nbook = {server}\n[pgbouncer]\nlisten_addr =\n"
            f"listen_port = {_POOL_PORT}\nunix_socket_dir = {folder}\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {_POOL}\n"
            f"max_client_conn = {2 * _POOLED_CLIENTS}\n"
            f"logfile = {folder}/log\n",
            "utf-8",
        )
        # pgbouncer refuses to run as root. The owner of the server's socket may connect to it.
        host = Path(str(target.get("host", "")))
        account = host.stat() if os.geteuid() == 0 and host.is_absolute() else None
        if account is not None:
            os.chown(folder, account.st_uid, account.st_gid)
            os.chown(settings, account.st_uid, account.st_gid)
        process = subprocess.Popen(
            [program, "--quiet", str(settings)],
            user=None if account is None else account.st_uid,
            group=None if account is None else account.st_gid,
            extra_groups=None if account is None else [],
            stderr=subprocess.DEVNULL,
        )
        try:
            pooled = make_conninfo(host=folder, port=_POOL_PORT, dbname="book", user="bench")
            deadline = time.monotonic() + 10
            while PGconn.ping(pooled.encode()) != Ping.OK:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise PgbenchError(f"pgbouncer does not answer: {_last_line(Path(folder))}")
                time.sleep(0.05)
            yield pooled
        finally:
            process.terminate()
            process.wait()


def _last_line(folder: Path) -> str:
    log = folder / "log"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return lines[-1] if lines else "it has logged nothing"


def _sizes(owner: psycopg.Connection) -> dict[str, dict[str, int]]:
    """The rows and bytes of the tables that runs write to, partitions included."""
    sizes = {}
    for table in WRITTEN[:-1]:
        row = owner.execute(
            f"select (select count(*) from {table}),"
            " sum(pg_stat_get_dead_tuples(c.oid)), sum(pg_table_size(c.oid)),"
            " sum(pg_indexes_size(c.oid)) from pg_class c"
            " where c.oid = %(table)s::regclass"
            " or c.oid in (select relid from pg_partition_tree(%(table)s))",
            {"table": table},
        ).fetchone()
        assert row is not None
        keys = ("rows", "dead", "table_bytes", "index_bytes")
        sizes[table.partition(".")[2]] = dict(zip(keys, map(int, row), strict=True))
    return sizes


def _print(way: str, told: dict[str, Any]) -> None:
    print(f"\n{way}: {told['clients']} clients, {told['seconds']:.0f} s")
    rows = [["second", "calls/s", "p50 ms", "p99 ms", "p99.9 ms"]]
    step = told["seconds"] / _INTERVALS
    named = [(f"{step * number:.0f}", it) for number, it in enumerate(told["over_time"])]
    for name, it in [*named, ("all", told["whole"]), *told["by_script"].items()]:
        rows.append(
            [name, f"{it['tps']:,.1f}", *(f"{it[key]:.2f}" for key in ("p50", "p99", "p999"))]
        )
    print(report.layout(rows, (0,)))
    rows = [["table", "rows", "", "dead", "", "bytes a row", "", "of indexes", ""]]
    for table, size in told["sizes"].items():
        row = [table]
        for key in ("rows", "dead"):
            row += [f"{size[when][key]:,}" for when in ("before", "after")]
        for key in ("table_bytes", "index_bytes"):
            row += [
                f"{size[when][key] / max(size[when]['rows'], 1):,.0f}"
                for when in ("before", "after")
            ]
        rows.append(row)
    print()
    print(report.layout(rows, (0,)))
    print()
    print(
        "answers:", ", ".join(f"{kind} {code} {count:,}" for kind, code, count in told["answers"])
    )
    drift = ", ".join(f"{key} {value:+.1%}" for key, value in told["drift"].items())
    verdict = "met" if told["is_steady"] else "missed"
    print(
        f"last third against the first: {drift}; errors {told['errors']},"
        f" deadlocks {told['deadlocks']}; at most 10 % less, 0, 0: {verdict}"
    )


if __name__ == "__main__":
    main()
