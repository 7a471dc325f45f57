"""Calls of the RPCs by named notation, calls at the same time, and waiting for them."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from threading import BrokenBarrierError
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
from psycopg.rows import TupleRow, dict_row

T = TypeVar("T")

Connection = psycopg.Connection[TupleRow]
Answer = dict[str, Any]

PATIENCE = 60
"""Seconds after which what hangs has failed."""


def read(connection: Connection, function: str, **arguments: object) -> list[dict[str, Any]]:
    """Calls an RPC; returns its rows."""
    names = ", ".join(f"{name} => %({name})s" for name in arguments)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            f"select * from schnittwerk.{function}({names})", arguments
        ).fetchall()


def write(connection: Connection, function: str, **arguments: object) -> Answer:
    """Calls an RPC that writes; returns its answer, whatever it says."""
    [row] = read(connection, function, **arguments)
    answer: Answer = row[function]
    return answer


def save(connection: Connection, function: str, **arguments: object) -> Answer:
    """Calls an RPC that writes and must not be refused; returns its answer."""
    answer = write(connection, function, **arguments)
    assert answer["success"], answer
    return answer


def stop_clock(owner: Connection, at: datetime | str) -> None:
    """Makes the book's clock show this moment from now on."""
    owner.execute(
        "create or replace function schnittwerk_core.clock() returns timestamptz"
        f" language sql stable parallel safe return timestamptz '{at}'".encode()
    )


def logged_by(connection: Connection) -> list[dict[str, Any]]:
    """The lines of JSON that the server logs from now on on behalf of a connection."""
    lines: list[dict[str, Any]] = []
    connection.execute("set client_min_messages = 'log'")
    connection.add_notice_handler(
        lambda it: (
            lines.append(json.loads(it.message_primary or "")) if it.severity == "LOG" else None
        )
    )
    return lines


def codes(answers: Iterable[Answer]) -> Counter[str]:
    """How often each refusal was given; a success counts as `booked`."""
    return Counter("booked" if answer["success"] else answer["code"] for answer in answers)


def results(made: Iterable[Future[T]]) -> list[T]:
    """What the calls returned; the first cause of a failure is raised, not what it led to."""
    futures = list(made)
    failures = [error for future in futures if (error := future.exception()) is not None]
    for error in failures:
        if not isinstance(error, BrokenBarrierError):
            raise error
    return [future.result() for future in futures]


def wait_until(condition: Callable[[], T]) -> T:
    """Returns what the condition gives as soon as that is true; fails when patience is over."""
    deadline = monotonic() + PATIENCE
    while not (value := condition()):
        assert monotonic() < deadline, "waited in vain"
        sleep(0.001)  # asking all the time would slow down what is waited for
    return value


def is_blocked(observer: Connection, blocked: Connection) -> bool:
    """Whether another session keeps a connection's call waiting."""
    pid = blocked.info.backend_pid
    return observer.execute("select pg_blocking_pids(%s) <> '{}'", [pid]).fetchone() == (True,)


def wait_until_blocked(observer: Connection, blocked: Connection) -> None:
    """Returns once another session keeps a connection's call waiting."""
    wait_until(lambda: is_blocked(observer, blocked))
