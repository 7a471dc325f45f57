"""Measures figures and parts, and restores the books afterwards."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import psycopg
from book import HERE, Book
from figures import Figure, Script
from pgbench import Length, PgbenchError, Sample, run
from psycopg.conninfo import make_conninfo


@dataclass(frozen=True)
class Outcome:
    """A sample, and what it wrote to the book, which has been restored since."""

    sample: Sample
    booked: int = 0
    refused_oddly: int = 0
    deadlocks: int = 0


@dataclass
class Result:
    """A figure's samples, a pair for every round; for the race for one slot also its winners."""

    figure: Figure
    subject: list[Sample] = field(default_factory=list)
    floor: list[Sample] = field(default_factory=list)
    winners_per_slot: set[float] = field(default_factory=set)
    deadlocks: int = 0
    errors: int = 0

    def add(self, floor: Outcome, subject: Outcome) -> None:
        """Adds a round."""
        self.floor.append(floor.sample)
        self.subject.append(subject.sample)
        if self.figure.is_race:
            # Everybody tries every slot, so the fastest client has tried them all.
            self.winners_per_slot.add(subject.booked / subject.sample.turns)
            self.deadlocks += subject.deadlocks
            self.errors += subject.sample.errors + subject.refused_oddly

    @property
    def ratios(self) -> list[float]:
        return [
            self._value(subject) / self._value(floor)
            for subject, floor in zip(self.subject, self.floor, strict=True)
        ]

    def summary(self) -> dict[str, Any]:
        """The numbers of the figure: milliseconds or calls a second, and ratios."""
        figure, ratio = self.figure, median(self.ratios)
        value = median(map(self._value, self.subject))
        told = asdict(figure) | {
            "unit": "calls/s" if figure.is_rate else "ms",
            "median": value,
            "p99_ms": _percentile([ms for one in self.subject for ms in one.latencies], 99),
            "slowest_ms": max(max(one.latencies) for one in self.subject),
            "floor_median": median(map(self._value, self.floor)),
            "floor_p99_ms": _percentile([ms for one in self.floor for ms in one.latencies], 99),
            "ratio": ratio,
            "ratios": self.ratios,
            "target_met": _is_met(ratio, figure.target, figure.is_rate),
            "stretch_met": _is_met(ratio, figure.stretch, figure.is_rate),
            "promise_met": _is_met(value, figure.promise, figure.is_rate),
        }
        if figure.is_race:
            told |= {
                "winners_per_slot": sorted(self.winners_per_slot),
                "deadlocks": self.deadlocks,
                "errors": self.errors,
            }
        return told

    def _value(self, sample: Sample) -> float:
        return sample.tps if self.figure.is_rate else median(sample.latencies)


class Bench:
    """Takes samples in books.

    Args:
        books: by the names that scripts use.
        length: how long a script runs.
    """

    def __init__(self, books: dict[str, Book], length: Length) -> None:
        self._books = books
        self._length = length

    def round(self, results: Sequence[Result], number: int, *, shares_samples: bool) -> None:
        """Adds a round to every figure: its floor and its subject, in odd rounds the floor first.

        With shares_samples a script that several figures use runs once in the round.

        Raises:
            PgbenchError: a booking failed that should have succeeded.
        """
        taken: dict[Script, Outcome] = {}
        for result in results:
            figure = result.figure
            if not shares_samples:
                taken = {}
            both = [figure.floor, figure.subject]
            for script in both if number % 2 else reversed(both):
                if script not in taken:
                    taken[script] = self._take(script, number)
                    if not figure.is_race:
                        _check_all_booked(script, taken[script])
            result.add(taken[figure.floor], taken[figure.subject])

    def own_times(self, script: Script) -> list[dict[str, Any]]:
        """Where the time of a call goes: the engine's functions by their own time.

        Empty without the right to have functions timed (superusers have it).
        """
        book = self._books[script.book]
        state = "select funcname, calls, self_time from pg_stat_user_functions"
        setting = f"alter database {book.name}"
        with book.place.administer() as admin:
            try:
                admin.execute(f"{setting} set track_functions = 'all'")
            except psycopg.errors.InsufficientPrivilege:
                return []
            try:
                with book.connect() as owner:
                    before = {name: (calls, own) for name, calls, own in owner.execute(state)}
                sample = self._sample(script, 0)
                with book.connect() as owner:
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

    def parts(self, book_name: str, rounds: int) -> list[dict[str, Any]]:
        """The parts of a booking by one client; each row adds one part.

        Commits do not wait for the disk: that would take longer than the rest and vary more than
        the parts.
        """
        book = self._books[book_name]
        triggers = book.triggers()
        names = list(triggers)
        rows = Script("insert_rows", book_name)
        steps: list[tuple[str, Script, list[str]]] = [
            ("a bare insert", Script("insert_appointment", book_name), names),
            ("the appointment, its indexes and references", rows, []),
            *(
                (f"+ trigger {triggers[name]}", rows, names[: number + 1])
                for number, name in enumerate(names)
            ),
            ("+ its operation",
             Script("insert_rows_and_operation", book_name), names),
            ("create_booking: + caller, rules, lock, answer",
             Script("create_booking", book_name), names),
        ]  # fmt: skip
        times: list[list[float]] = [[] for _ in steps]
        for number in range(1, rounds + 1):
            for (_, script, switched_on), taken in zip(steps, times, strict=True):
                with book.only_triggers(switched_on):
                    sample = self._sample(script, number, "-csynchronous_commit=off")
                    _check_all_booked(script, Outcome(sample, book.booked()))
                taken.append(median(sample.latencies))
        medians = [median(taken) for taken in times]
        return [
            {"part": part, "ms": ms, "more_ms": ms - before, "ratio": ms / medians[0]}
            for (part, *_), ms, before in zip(steps, medians, [0.0, *medians], strict=False)
        ]

    def log_of_a_booking(self, book_name: str) -> float | None:
        """Bytes of write-ahead log that each of 300 bookings after a checkpoint takes.

        None without the right to a checkpoint.
        """
        book, calls = self._books[book_name], 300
        with book.place.administer() as admin:
            try:
                admin.execute("checkpoint")
            except psycopg.errors.InsufficientPrivilege:
                return None
            position = "select pg_current_wal_lsn() - '0/0'"
            (before,) = admin.execute(position).fetchone() or (0,)
            Bench(self._books, Length(calls=calls))._sample(Script("create_booking", book_name), 1)
            (after,) = admin.execute(position).fetchone() or (0,)
        book.restore()
        return float(after - before) / calls

    def _take(self, script: Script, number: int) -> Outcome:
        """Runs a script, and undoes what it has written."""
        book = self._books[script.book]
        deadlocks = book.deadlocks()
        sample = self._sample(script, number)
        if not script.writes:
            return Outcome(sample)
        booked, refused = book.booked(), book.refused_oddly()
        book.restore()
        return Outcome(sample, booked, refused, book.deadlocks() - deadlocks)

    def _sample(self, script: Script, seed: int, options: str = "") -> Sample:
        book = self._books[script.book]
        length, clients = self._length, script.clients
        if length.calls is not None:
            # For a test run: 32 clients on one slot could deadlock one after the other.
            clients = min(clients, 4)
        elif length.seconds is not None:
            # Many clients take a while to warm up. A race needs longer still, since the server
            # takes a second to find a deadlock, and chance should matter little.
            is_race = script.name.endswith("_same_slot")
            more = 3 * length.seconds if is_race else 1 if script.clients > 8 else 0
            length = (
                Length(calls=script.calls)
                if script.calls
                else Length(seconds=length.seconds + more)
            )
        return run(
            book.place.programs,
            make_conninfo(book.dsn, options=options) if options else book.dsn,
            HERE / f"{script.name}.sql",
            clients=clients,
            length=length,
            seed=seed,
            is_fresh=script.is_fresh,
            is_awake=script.is_awake,
        )


def _check_all_booked(script: Script, outcome: Outcome) -> None:
    if script.writes and outcome.booked != outcome.sample.calls:
        raise PgbenchError(
            f"{script.name}: {outcome.booked} of {outcome.sample.calls} calls booked"
        )


def _is_met(value: float, limit: float | None, is_least: bool) -> bool | None:
    if limit is None:
        return None
    return value >= limit if is_least else value <= limit


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]
