"""The clients: they run calls on a psycopg connection, and repeat what may be repeated."""

from __future__ import annotations

import asyncio
import json
import os
import random
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import psycopg
from psycopg import errors as postgres
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

from schnittwerk_db.api import Api
from schnittwerk_db.errors import of_database_error
from schnittwerk_db.rpc import Call
from schnittwerk_db.server import EmbeddedServer

T = TypeVar("T")

# How a client's own connection is made: each call is a transaction, and statements are not
# prepared, so that a pooler may put each on another session.
_OWN: dict[str, Any] = {"autocommit": True, "prepare_threshold": None}

# Numbers stay exact, which floats would not.
_read_json = partial(json.loads, parse_float=Decimal)


class _Repeats:
    """When a call that failed is run again, and after how long a pause.

    The server has undone what it calls a deadlock or a serialization failure, so that any call may
    run again. After a lost connection nobody knows whether it committed, so that only reads and
    calls with an idempotency key may, and only where there is a way to a new connection.
    """

    AT_MOST = 6
    LONGEST_PAUSE = 1.0

    def __init__(self, call: Call[Any], *, allowed: bool, can_reconnect: bool) -> None:
        self._allowed = allowed
        self._allowed_when_lost = allowed and can_reconnect and call.is_repeatable
        self._tried = 0

    def pause_after(self, error: psycopg.Error, *, is_lost: bool) -> float:
        """The seconds to wait, jittered; raises what the caller is to see when that was the end."""
        undone = isinstance(error, postgres.DeadlockDetected | postgres.SerializationFailure)
        again = self._allowed_when_lost if is_lost else self._allowed and undone
        self._tried += 1
        if not again or self._tried >= self.AT_MOST:
            raise of_database_error(error)
        return random.uniform(0, min(self.LONGEST_PAUSE, 0.05 * 2**self._tried))


def _may_repeat(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether a call is a transaction of its own, which alone can be repeated as a whole."""
    idle = connection.info.transaction_status == TransactionStatus.IDLE
    return connection.autocommit and idle


class Client(Api):
    """The appointment book over a psycopg connection.

    A connection that is handed in stays the caller's: it is never committed, rolled back or
    closed, and calls are repeated on it (after a deadlock or a serialization failure) only while
    it is in autocommit and idle. `connect` makes a client that has a connection of its own, and
    reconnects.

    ``salon_id`` goes with every call; without it the database picks the caller's salon or the only
    one there is. Threads may share a client: its calls run one after the other.
    """

    def __init__(
        self, connection: psycopg.Connection[Any], salon_id: UUID | str | None = None
    ) -> None:
        self.connection = connection
        self.salon_id = None if salon_id is None else UUID(str(salon_id))
        self._reconnect: Callable[[], psycopg.Connection[Any]] | None = None
        self._is_lost = False
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection, if it is the client's own."""
        if self._reconnect is not None:
            self.connection.close()

    def _call(self, call: Call[T]) -> T:
        with self._one_at_a_time:
            own = self._reconnect is not None
            allowed = self._is_lost or _may_repeat(self.connection)
            repeats = _Repeats(call, allowed=allowed, can_reconnect=own)
            while True:
                try:
                    if self._is_lost and self._reconnect is not None:
                        self.connection = self._reconnect()
                        self._is_lost = False
                    with self.connection.cursor(row_factory=dict_row) as cursor:
                        set_json_loads(_read_json, cursor)
                        cursor.execute(call.statement, call.arguments)
                        found = cursor.fetchall()
                    return call.read(found)
                except psycopg.Error as error:
                    self._is_lost = own and allowed and self.connection.closed
                    pause = repeats.pause_after(error, is_lost=self._is_lost)
                time.sleep(pause)


class AsyncClient(Api):
    """`Client` over psycopg's asynchronous connection: the same methods, awaited."""

    def __init__(
        self, connection: psycopg.AsyncConnection[Any], salon_id: UUID | str | None = None
    ) -> None:
        self.connection = connection
        self.salon_id = None if salon_id is None else UUID(str(salon_id))
        self._reconnect: Callable[[], Awaitable[psycopg.AsyncConnection[Any]]] | None = None
        self._is_lost = False
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        """Closes the connection, if it is the client's own."""
        if self._reconnect is not None:
            await self.connection.close()

    async def _call(self, call: Call[T]) -> T:
        async with self._one_at_a_time:
            own = self._reconnect is not None
            allowed = self._is_lost or _may_repeat(self.connection)
            repeats = _Repeats(call, allowed=allowed, can_reconnect=own)
            while True:
                try:
                    if self._is_lost and self._reconnect is not None:
                        self.connection = await self._reconnect()
                        self._is_lost = False
                    async with self.connection.cursor(row_factory=dict_row) as cursor:
                        set_json_loads(_read_json, cursor)
                        await cursor.execute(call.statement, call.arguments)
                        found = await cursor.fetchall()
                    return call.read(found)
                except psycopg.Error as error:
                    self._is_lost = own and allowed and self.connection.closed
                    pause = repeats.pause_after(error, is_lost=self._is_lost)
                await asyncio.sleep(pause)


def connect(dsn: str | None = None, salon_id: UUID | str | None = None) -> Client:
    """A client with an autocommit connection of its own, to be used as a context manager.

    Without ``dsn`` the environment's ``SCHNITTWERK_DSN``, else the embedded server, which is
    started if need be.

    Raises ``psycopg.OperationalError`` when the server cannot be reached, ``ServerError`` when the
    embedded one cannot be started.
    """
    if dsn is None:
        dsn = default_dsn()
    reconnect = partial(psycopg.Connection[Any].connect, dsn, **_OWN)
    client = Client(reconnect(), salon_id)
    client._reconnect = reconnect
    return client


@asynccontextmanager
async def connect_async(
    dsn: str | None = None, salon_id: UUID | str | None = None
) -> AsyncIterator[AsyncClient]:
    """`connect` for an `AsyncClient`: ``async with connect_async() as client``."""
    if dsn is None:
        dsn = await asyncio.to_thread(default_dsn)
    reconnect = partial(psycopg.AsyncConnection[Any].connect, dsn, **_OWN)
    client = AsyncClient(await reconnect(), salon_id)
    client._reconnect = reconnect
    try:
        yield client
    finally:
        await client.close()


def default_dsn() -> str:
    """Where the book is when nobody says: ``SCHNITTWERK_DSN``, else the embedded server."""
    return os.environ.get("SCHNITTWERK_DSN") or EmbeddedServer().ensure_running()
