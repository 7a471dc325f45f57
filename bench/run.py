"""Measures the appointment book and prints one table: what things cost, as ratios to a floor.

Every figure is measured in turn with its floor, round by round, on the same server and the same
book; its ratio is the median of the rounds' ratios, its spread their range. Only ratios can be
compared between machines. Two books are built on first use and kept: one with a million past
appointments and one with ten thousand, both with the same future.
"""

import argparse
import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from book import HERE, Book, Place
from pgbench import PgbenchError, Sample, run

from schnittwerk_db.migrate import MigrationError
from schnittwerk_db.server import EmbeddedServer, ServerError, embedded_bin_dir

LARGE = 1_000_000
SMALL = 10_000

# As on a server that is somebody's business: all in memory, all on disk before it is said.
SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "fsync": "on",
    "synchronous_commit": "on",
}


@dataclass(frozen=True)
class Script:
    """What pgbench runs: a file of this folder, in the book of so long a history."""

    name: str
    history: int = LARGE
    clients: int = 1

    @property
    def writes(self) -> bool:
        return self.name.startswith(("create_", "insert_"))


@dataclass(frozen=True)
class Figure:
    """A line of the table.

    Attributes:
        name: what is measured.
        subject: by what script.
        floor: what it is divided by.
        floor_name: that in words.
        target: what the ratio should reach; for reads at most, for writes at least.
        stretch: what it would be good to reach.
        promise: the seed document's figure: at most so many milliseconds, at least so many a
            second.
    """

    name: str
    subject: Script
    floor: Script
    floor_name: str
    target: float | None = None
    stretch: float | None = None
    promise: float | None = None

    @property
    def is_race(self) -> bool:
        return self.subject.name.endswith("_same_slot")


@dataclass
class Result:
    """A figure's samples, a pair for every round; for the race for one slot, who won."""

    figure: Figure
    subject: list[Sample] = field(default_factory=list)
    floor: list[Sample] = field(default_factory=list)
    winners_per_slot: set[float] = field(default_factory=set)
    deadlocks: int = 0
    errors: int = 0

    @property
    def is_rate(self) -> bool:
        return self.figure.subject.writes

    def of(self, sample: Sample) -> float:
        return sample.tps if self.is_rate else median(sample.latencies)

    @property
    def ratios(self) -> list[float]:
        return [
            self.of(subject) / self.of(floor)
            for subject, floor in zip(self.subject, self.floor, strict=True)
        ]

    def summary(self) -> dict[str, Any]:
        """The figure in numbers: milliseconds, or calls a second, and ratios."""
        figure, ratio = self.figure, median(self.ratios)
        return asdict(figure) | {
            "unit": "calls/s" if self.is_rate else "ms",
            "median": median(map(self.of, self.subject)),
            "p99_ms": _percentile([ms for one in self.subject for ms in one.latencies], 99),
            "slowest_ms": max(max(one.latencies) for one in self.subject),
            "first_call_ms": median(one.first for one in self.subject),
            "floor_median": median(map(self.of, self.floor)),
            "floor_p99_ms": _percentile([ms for one in self.floor for ms in one.latencies], 99),
            "ratio": ratio,
            "ratios": self.ratios,
            "target_met": _is_met(ratio, figure.target, self.is_rate),
            "stretch_met": _is_met(ratio, figure.stretch, self.is_rate),
            "promise_met": _is_met(
                median(map(self.of, self.subject)), figure.promise, self.is_rate
            ),
        }


def figures() -> list[Figure]:
    """All that is measured, in the order of the table."""
    select_1 = Script("select_1")
    slots = [
        ("50 staff x 30 days", "month", Script("read_slots_month"), "the rows, stored", 3.5, 1.5),
        ("1 staff x 1 day", "day", select_1, "select 1", 5, 3),
        ("first free of 50 staff", "first_free", select_1, "select 1", 15, 8),
    ]
    found = []
    for name, script, floor, floor_name, target, stretch in slots:
        subject = Script(f"find_slots_{script}")
        promise = 1000 if script == "month" else 100
        found.append(
            Figure(f"find_slots, {name}", subject, floor, floor_name, target, stretch, promise)
        )
    grown = [
        Figure(f"… {name}, with 1M", Script(f"find_slots_{script}"),
               Script(f"find_slots_{script}", SMALL), "with 10k", 1.2, 1.05)
        for name, script, *_ in slots
    ]  # fmt: skip
    others = [
        Figure("the original's, 1 staff x 1 day", Script("original_slots_day"), select_1,
               "select 1", promise=100),
        Figure("explain_slot", Script("explain_slot"), select_1, "select 1", 12, 6),
    ]  # fmt: skip
    booked = [
        Figure(f"create_booking, clients: {count}", Script("create_booking", clients=count),
               Script("insert_appointment", clients=count), "bare insert", target, stretch,
               promise)
        for count, target, stretch, promise in (
            (1, 0.70, 0.90, None), (8, 0.60, 0.85, 100), (32, 0.50, 0.80, 100)
        )
    ]  # fmt: skip
    race = Figure(
        "create_booking, 32 for one slot", Script("create_booking_same_slot", clients=32),
        Script("insert_same_slot", clients=32), "bare insert", 15, 24,
    )  # fmt: skip
    return [*found, *grown, *others, *booked, race]


def measure(books: dict[int, Book], result: Result, seconds: int, seed: int) -> None:
    """Adds a round to a figure: its floor and itself, every other time the other way round.

    Raises:
        PgbenchError: not every booking succeeded where all should.
    """
    figure = result.figure
    book = books[figure.subject.history]
    both = [(figure.floor, result.floor), (figure.subject, result.subject)]
    for script, samples in both if seed % 2 else reversed(both):
        deadlocks = book.deadlocks()
        sample = _sample(books, script, seconds, seed)
        samples.append(sample)
        if not script.writes:
            continue
        booked, refused = book.booked(), book.refused_oddly()
        book.restore()
        if not figure.is_race and booked != sample.calls:
            raise PgbenchError(f"{script.name}: {booked} of {sample.calls} calls booked")
        if figure.is_race and script == figure.subject:
            # Everybody tries every slot, so the one who is ahead has seen them all.
            result.winners_per_slot.add(booked / sample.turns)
            result.deadlocks += book.deadlocks() - deadlocks
            result.errors += sample.errors + refused


def _sample(books: dict[int, Book], script: Script, seconds: int, seed: int) -> Sample:
    book = books[script.history]
    file = HERE / f"{script.name}.sql"
    return run(
        book.place.programs, book.dsn, file, clients=script.clients, seconds=seconds, seed=seed
    )


def breakdown(book: Book, script: Script) -> list[dict[str, Any]]:
    """Where the time of a call goes: the engine's functions by their own time.

    Only superusers may have functions timed; for anybody else it is empty.
    """
    state = "select funcname, calls, self_time from pg_stat_user_functions"
    setting = f"alter database {book.name}"
    with book.place.administer() as admin:
        try:
            admin.execute(f"{setting} set track_functions = 'all'")
        except psycopg.errors.InsufficientPrivilege:
            return []
        try:
            with psycopg.connect(book.dsn) as owner:
                before = {name: (calls, own) for name, calls, own in owner.execute(state)}
            sample = _sample({book.history: book}, script, 1, 0)
            with psycopg.connect(book.dsn) as owner:
                after = {name: (calls, own) for name, calls, own in owner.execute(state)}
        finally:
            admin.execute(f"{setting} reset track_functions")
    if script.writes:
        book.restore()
    used = [
        {
            "function": name,
            "calls": (calls - before.get(name, (0, 0))[0]) / sample.calls,
            "own_ms": (own - before.get(name, (0, 0))[1]) / sample.calls,
        }
        for name, (calls, own) in after.items()
    ]
    return sorted(used, key=lambda row: -float(row["own_ms"]))[:8]


def table(results: list[Result]) -> str:
    """The one table."""
    rows = [["figure", "median", "seed", "p99", "first call", "floor", "", "ratio", "spread",
             "target", "stretch", ""]]  # fmt: skip
    for result in results:
        figure, told = result.figure, result.summary()
        sign = "≥" if result.is_rate else "≤"
        unit = "{:,.0f} /s" if result.is_rate else "{:.3f} ms"
        rows.append([
            figure.name,
            unit.format(told["median"]),
            "" if figure.promise is None else f"{sign} {figure.promise:.0f}",
            f"{told['p99_ms']:.2f} ms",
            f"{told['first_call_ms']:.1f} ms",
            unit.format(told["floor_median"]),
            figure.floor_name,
            f"{told['ratio']:.2f}",
            f"{min(result.ratios):.2f}-{max(result.ratios):.2f}",
            "" if figure.target is None else f"{sign} {figure.target:g}",
            "" if figure.stretch is None else f"{sign} {figure.stretch:g}",
            _verdict(told),
        ])  # fmt: skip
        if figure.is_race:
            winners = "/".join(f"{each:g}" for each in sorted(result.winners_per_slot))
            outcome = f"{winners}, {result.deadlocks}, {result.errors}"
            verdict = "met" if outcome == "1, 0, 0" else "missed"
            name = "… winners a slot, deadlocks, errors"
            rows.append([name, outcome, *[""] * 7, "1, 0, 0", "", verdict])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    to_the_left = (0, 6, 11)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in to_the_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _verdict(told: dict[str, Any]) -> str:
    if False in (told["target_met"], told["promise_met"]):
        return "missed"
    return "stretch" if told["stretch_met"] else "met"


def _is_met(value: float, limit: float | None, is_least: bool) -> bool | None:
    if limit is None:
        return None
    return value >= limit if is_least else value <= limit


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]


@contextmanager
def _place(dsn: str | None, major: int) -> Iterator[Place]:
    """The server to measure on: somebody's, or an embedded one of the bench's own."""
    if dsn is not None:
        with psycopg.connect(dsn) as connection:
            owner = connection.info.user
        yield Place(dsn, dsn, owner, embedded_bin_dir())
        return
    programs = embedded_bin_dir() if major == 18 else Path(f"/usr/lib/postgresql/{major}/bin")
    server = EmbeddedServer(
        EmbeddedServer().home / "bench" / f"pg{major}",
        bin_dir=None if major == 18 else programs,
        settings=SETTINGS,
    )
    server.start()
    try:
        admin = server.url("postgres", "postgres")
        yield Place(admin, server.dsn, "schnittwerk", programs)
    finally:
        server.stop()


def _machine(place: Place) -> str:
    with place.administer() as admin:
        version = admin.info.parameter_status("server_version")
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return (
        f"PostgreSQL {version}, {cpu[1] if cpu else platform.processor()}, {os.cpu_count()} cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    parser.add_argument("--only", default="", help="figures whose name contains this")
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--dsn", help="a server of your own; the role may create databases")
    server.add_argument("--pg", type=int, default=18, help="major version; 15 is Debian's")
    options = parser.parse_args()
    rounds, seconds = (2, 1) if options.quick else (7, 2)

    try:
        with _place(options.dsn, options.pg) as place:
            told = _measure_all(place, options.only, rounds, seconds)
    except (PgbenchError, ServerError, MigrationError, psycopg.Error) as error:
        sys.exit(f"bench: {' '.join(str(error).split())}")
    if options.json:
        options.json.write_text(json.dumps(told, indent=2) + "\n")


def _measure_all(place: Place, only: str, rounds: int, seconds: int) -> dict[str, Any]:
    books = {history: Book(place, history) for history in (SMALL, LARGE)}
    for book in books.values():
        taken = book.build()
        if taken is not None:
            _tell(f"built a book of {book.history:,} past appointments in {taken:.0f} s")
    results = [Result(figure) for figure in figures() if only in figure.name]
    for number in range(1, rounds + 1):
        _tell(f"round {number} of {rounds}")
        for result in results:
            # Many clients take a while to be warm, and a deadlock takes a second to be seen.
            more = 3 if result.figure.is_race else 1 if result.is_rate else 0
            measure(books, result, seconds + more, seed=number)
    large = books[LARGE]
    parts = {
        script.name: breakdown(large, script)
        for script in (
            Script("find_slots_month"),
            Script("find_slots_day"),
            Script("create_booking"),
        )
    }
    about = {"machine": _machine(place), "rounds": rounds, **large.size()}
    print(", ".join(f"{key}: {value}" for key, value in about.items()))
    print(table(results))
    for name, functions in parts.items():
        print(f"\n{name}: own time of the functions, in ms a call")
        for row in functions:
            print(f"  {row['own_ms']:7.3f}  {row['calls']:7.2f} x {row['function']}")
    return {"about": about, "figures": [one.summary() for one in results], "parts": parts}


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
