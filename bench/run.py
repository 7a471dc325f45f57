"""Measures the appointment book and prints one table: what things cost, as ratios.

Every figure is measured in turn with the script that it is divided by, round by round, on the same
server. Its ratio is the median of the rounds' ratios, its spread their range. Only ratios can be
compared between machines. Most figures are divided by a floor, the least that any implementation
could do. Two books are built on first use and kept: one with a million past appointments and one
with ten thousand, both with the same future.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import report
from book import Book
from figures import LARGE, SMALL, Script, figures
from measure import Bench, Result
from pgbench import Length, PgbenchError
from place import Place, open_place

from schnittwerk_db.errors import MigrationError, ServerError

# (rounds, seconds of a script, rounds of the parts)
_FULL = (5, 2, 3)
_QUICK = (2, 1, 1)

HISTORY = (1_000_000, 10_000)

_TIMED = ("find_slots_month", "find_slots_day", "create_booking")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    parser.add_argument("--svg", type=Path, help="write the plot to this file")
    parser.add_argument("--only", default="", help="figures whose name contains this")
    server_options(parser)
    parser.add_argument(
        "--history", type=int, nargs=2, default=HISTORY, metavar="COUNT",
        help="the past appointments of the two books",
    )  # fmt: skip
    parser.add_argument(
        "--calls", type=int, help="calls per client instead of seconds, for a test run"
    )
    options = parser.parse_args()
    rounds, seconds, part_rounds = _QUICK if options.quick else _FULL
    length = Length(seconds=seconds)
    if options.calls is not None:
        rounds, length, part_rounds = 1, Length(calls=options.calls), 1

    try:
        with open_place(options.dsn, options.pg) as place:
            books = build_books(place, options.history)
            bench = Bench(books, length)
            results = [Result(it) for it in figures() if options.only in it.name]
            for number in range(1, rounds + 1):
                tell(f"round {number} of {rounds}")
                bench.round(results, number, shares_samples=options.quick)
            tell("parts")
            told: dict[str, Any] = {
                "about": {
                    "machine": place.machine(),
                    "rounds": rounds,
                    **books[LARGE].size(),
                },
                "figures": [result.summary() for result in results],
                "create_booking": bench.parts(LARGE, part_rounds),
                "log_of_a_booking": bench.log_of_a_booking(LARGE),
                "own_times": {name: bench.own_times(Script(name)) for name in _TIMED},
            }
    except (PgbenchError, ServerError, MigrationError, psycopg.Error) as error:
        sys.exit(f"bench: {' '.join(str(error).split())}")
    _print(told)
    if options.json:
        write(options.json, json.dumps(told, indent=2) + "\n")
    if options.svg:
        write(options.svg, report.plot(told["figures"], told["about"]["machine"]))


def server_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say which server to measure on."""
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--dsn", help="a server of your own; the role may create databases")
    server.add_argument("--pg", type=int, default=18, help="major version; 15 is Debian's")


def build_books(place: Place, history: Sequence[int]) -> dict[str, Book]:
    """Builds the books that do not exist yet, and restores the others."""
    books = dict(zip((LARGE, SMALL), (Book(place, count) for count in history), strict=True))
    for book in books.values():
        if book.is_built():
            book.restore()
            continue
        tell(f"a book of {book.history:,} past appointments is built first, and kept")
        tell(f"built in {book.build():.0f} s")
    return books


def tell(message: str) -> None:
    """Reports progress on stderr."""
    print(message, file=sys.stderr, flush=True)


def write(file: Path, text: str) -> None:
    """Writes a file, and creates its folder if necessary."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _print(told: dict[str, Any]) -> None:
    print(", ".join(f"{key}: {value}" for key, value in told["about"].items()))
    print(report.table(told["figures"]))
    print()
    print(report.parts_table(told["create_booking"]))
    if told["log_of_a_booking"] is not None:
        print(
            f"write-ahead log, 300 bookings after a checkpoint: {told['log_of_a_booking']:,.0f}"
            " bytes each (≤ 9,000)"
        )
    for name, functions in told["own_times"].items():
        if functions:
            print()
            print(report.own_times_table(name, functions))


if __name__ == "__main__":
    main()
