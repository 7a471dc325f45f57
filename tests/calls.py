"""Calls of the RPCs by named notation."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow, dict_row

Connection = psycopg.Connection[TupleRow]
Answer = dict[str, Any]


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
