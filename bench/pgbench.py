"""Runs pgbench and reads every call from its log."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median


class PgbenchError(Exception):
    """A measurement failed, or did not measure what it should."""


@dataclass(frozen=True)
class Sample:
    """One run of one script.

    Attributes:
        first: the median milliseconds of the clients' first calls, on fresh connections.
        latencies: milliseconds of all other calls; of all if each had a fresh connection.
        tps: calls per second, from when half of the clients had their first answer.
        turns: calls of the client that made the most.
        calls: calls of all clients.
        errors: clients that an error ended.
    """

    first: float
    latencies: list[float]
    tps: float
    turns: int
    calls: int
    errors: int


@contextmanager
def _busy_processor() -> Iterator[None]:
    loop = subprocess.Popen(["nice", "-n", "19", sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        loop.kill()
        loop.wait()


@dataclass(frozen=True)
class Length:
    """How long a script runs: in seconds, or in calls of every client."""

    seconds: int | None = None
    calls: int | None = None

    @property
    def option(self) -> str:
        return f"--time={self.seconds}" if self.calls is None else f"--transactions={self.calls}"


def run(
    programs: Path,
    dsn: str,
    script: Path,
    *,
    clients: int,
    length: Length,
    seed: int,
    is_fresh: bool = False,
    is_awake: bool = False,
) -> Sample:
    """Runs a script with prepared statements, each call on a fresh connection if is_fresh.

    With is_awake a busy loop of the lowest priority runs beside it.

    The script may use :clients, and :turn, a variable of each client that begins at 0.

    Raises:
        PgbenchError: pgbench did not run, or not long enough.
    """
    with (
        tempfile.TemporaryDirectory(prefix="schnittwerk-bench-") as folder,
        _busy_processor() if is_awake else nullcontext(),
    ):
        done = subprocess.run(
            [
                programs / "pgbench",
                *("--no-vacuum", "--protocol=prepared", f"--random-seed={seed}"),
                *(f"--client={clients}", f"--jobs={min(clients, 2)}", length.option),
                *(f"--define=clients={clients}", "--define=turn=0", f"--file={script}"),
                *(("--connect",) if is_fresh else ()),
                *("--log", f"--log-prefix={folder}/log"),
                dsn,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [
            line.split()
            for file in Path(folder).iterdir()
            for line in file.read_text("ascii").splitlines()
        ]
    errors = len(re.findall(r"aborted in command", done.stderr))
    if not lines or (done.returncode != 0 and errors == 0):
        raise PgbenchError(f"{script.name}: {done.stderr.strip()}")
    calls = sorted(
        (int(second) * 1_000_000 + int(micro), int(client), float(taken) / 1000)
        for client, _, taken, _, second, micro, *_ in lines
    )
    first: dict[int, float] = {}
    turns: dict[int, int] = {}
    previous: dict[int, int] = {}
    latencies = []
    for end, client, taken in calls:
        turns[client] = turns.get(client, 0) + 1
        if is_fresh:
            latencies.append(taken)
        elif client in first:
            # From answer to answer: pgbench reads its clock before it looks for an answer. Without
            # a processor it may find the answer already there, which its log counts as no time.
            latencies.append(max(end - previous[client], 1) / 1000)
        previous[client] = end
        if client in first:
            continue
        first[client] = taken
        if len(first) == (clients + 1) // 2:
            warm_since = end
    rest = [end for end, _, _ in calls if end > warm_since]
    if not rest:
        raise PgbenchError(f"{script.name}: that was too short on this machine")
    return Sample(
        first=median(first.values()),
        latencies=latencies,
        tps=len(rest) / (rest[-1] - warm_since) * 1e6,
        turns=max(turns.values()),
        calls=len(calls),
        errors=errors,
    )
