"""The clients, which run calls on a psycopg connection and repeat those that may be repeated."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import psycopg
from psycopg import errors as postgres
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

from schnittwerk_db.api import Api
from schnittwerk_db.errors import of_database_error
from schnittwerk_db.json_text import read_json
from schnittwerk_db.rpc import AsyncCaller, Call, Caller

__all__ = ["AsyncClient", "Client", "connect", "connect_async"]

T = TypeVar("T")
AnyConnection = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]
C = TypeVar("C", bound=AnyConnection)

# How a client's own connection is made: each call is a transaction, and statements are not
# prepared, so that a pooler may put each on another session.
_OWN: dict[str, Any] = {"autocommit": True, "prepare_threshold": None}

# Until the end of the transaction, for a pooler may give each one another session.
_ACT_AS = b"""
select coalesce(current_setting('schnittwerk.acting_user', true), '') as before,
  set_config('schnittwerk.acting_user', %s, true)
"""


class _Repeats:
    """When a failed call is run again, and after how long a pause.

    After a deadlock or a serialization failure the server has rolled back, so any call may run
    again. After a lost connection nobody knows whether it committed: only reads and calls with an
    idempotency key may run again, and only on a client that can reconnect.
    """

    AT_MOST = 6
    LONGEST_PAUSE = 1.0

    def __init__(self, call: Call[Any], *, allowed: bool, can_reconnect: bool) -> None:
        self._allowed = allowed
        self._allowed_when_lost = allowed and can_reconnect and call.is_repeatable
        self._tried = 0

    def pause_after(self, error: psycopg.Error, *, is_lost: bool) -> float:
        """The seconds to wait, jittered; raises the error for the caller after the last try."""
        undone = isinstance(error, postgres.DeadlockDetected | postgres.SerializationFailure)
        again = self._allowed_when_lost if is_lost else self._allowed and undone
        self._tried += 1
        if not again or self._tried >= self.AT_MOST:
            raise of_database_error(error)
        return random.uniform(0, min(self.LONGEST_PAUSE, 0.05 * 2**self._tried))


def _may_repeat(connection: AnyConnection) -> bool:
    """Whether a call is a transaction of its own; only then can it be repeated as a whole."""
    idle = connection.info.transaction_status == TransactionStatus.IDLE
    return connection.autocommit and idle


def _goes_on(connection: AnyConnection) -> bool:
    """Whether the connection's transaction can still run statements."""
    return connection.info.transaction_status not in (
        TransactionStatus.INERROR,
        TransactionStatus.UNKNOWN,
    )


def _uuid_or_none(name: str, value: UUID | str | None) -> UUID | None:
    try:
        return None if value is None else UUID(str(value))
    except ValueError:
        raise ValueError(f"{name} must be a UUID: {value!r} is not one") from None


@dataclass
class _Link(Generic[C]):
    """A connection that clients share, and how to replace a lost one if it is their own."""

    connection: C
    reconnect: Callable[[], Any] | None = None
    is_lost: bool = False


class _Client(Api, Generic[C]):
    """What both clients have besides the calls."""

    def __init__(self, connection: C, salon_id: UUID | str | None = None) -> None:
        self.salon_id = _uuid_or_none("salon_id", salon_id)
        self._acting_user: UUID | None = None
        self._link = _Link(connection)
        self._closes = False

    def _own(self, reconnect: Callable[[], Any], acting_user: UUID | None) -> None:
        self._acting_user = acting_user
        self._link.reconnect = reconnect
        self._closes = True

    @property
    def connection(self) -> C:
        """The connection; if it is the client's own, a lost one is replaced."""
        return self._link.connection

    def acting_as(self, user_id: UUID | str | None) -> Self:
        """A client over the same connection, for whose calls the service acts for a user.

        This client stays as it is, and only it closes the connection. The user is set for each
        call, so that it survives a lost connection and works behind a pooler, and reset after it,
        so that other statements of a caller's transaction stay the service's. None: for nobody.

        The database accepts this from the service only. For any other login it changes nothing.

        Raises ``ValueError`` when ``user_id`` is no UUID.
        """
        other = copy(self)
        other._acting_user = _uuid_or_none("user_id", user_id)
        other._closes = False
        return other


class Client(_Client[psycopg.Connection[Any]], Caller):
    """The appointment book over a psycopg connection.

    A given connection stays the caller's: the client never commits, rolls back or closes it, and
    repeats calls on it (after a deadlock or a serialization failure) only while it is in autocommit
    and idle. `connect` makes a client with a connection of its own, which reconnects.

    ``salon_id`` is sent with every call; without it the database picks the caller's salon, or the
    only one that exists. Threads may share a client: its calls run one after the other.
    """

    def __init__(
        self, connection: psycopg.Connection[Any], salon_id: UUID | str | None = None
    ) -> None:
        super().__init__(connection, salon_id)
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
        if self._closes:
            self.connection.close()

    def _call(self, call: Call[T]) -> T:
        link = self._link
        with self._one_at_a_time:
            own = link.reconnect is not None
            allowed = link.is_lost or _may_repeat(link.connection)
            repeats = _Repeats(call, allowed=allowed, can_reconnect=own)
            while True:
                try:
                    if link.is_lost and link.reconnect is not None:
                        link.connection = link.reconnect()
                        link.is_lost = False
                    with link.connection.cursor(row_factory=dict_row) as cursor:
                        set_json_loads(read_json, cursor)
                        with self._acting(cursor):
                            cursor.execute(call.statement, call.arguments)
                            found = cursor.fetchall()
                    return call.read(found)
                except psycopg.Error as error:
                    link.is_lost = own and allowed and link.connection.closed
                    pause = repeats.pause_after(error, is_lost=link.is_lost)
                time.sleep(pause)

    @contextmanager
    def _acting(self, cursor: psycopg.Cursor[dict[str, Any]]) -> Iterator[None]:
        """Acts for the user, if there is one, until the end of the context.

        In a caller's transaction the setting is reset afterwards. A failed transaction can only
        roll back, which undoes the setting too.
        """
        if self._acting_user is None:
            yield
            return
        connection = cursor.connection
        own = _may_repeat(connection)
        with connection.transaction() if own else nullcontext():
            [before] = cursor.execute(_ACT_AS, (str(self._acting_user),)).fetchall()
            try:
                yield
            finally:
                if not own and _goes_on(connection):
                    cursor.execute(_ACT_AS, (before["before"],))


class AsyncClient(_Client[psycopg.AsyncConnection[Any]], AsyncCaller):
    """`Client` over psycopg's asynchronous connection: the same methods, awaited."""

    def __init__(
        self, connection: psycopg.AsyncConnection[Any], salon_id: UUID | str | None = None
    ) -> None:
        super().__init__(connection, salon_id)
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        """Closes the connection, if it is the client's own."""
        if self._closes:
            await self.connection.close()

    async def _call(self, call: Call[T]) -> T:
        link = self._link
        async with self._one_at_a_time:
            own = link.reconnect is not None
            allowed = link.is_lost or _may_repeat(link.connection)
            repeats = _Repeats(call, allowed=allowed, can_reconnect=own)
            while True:
                try:
                    if link.is_lost and link.reconnect is not None:
                        link.connection = await link.reconnect()
                        link.is_lost = False
                    async with link.connection.cursor(row_factory=dict_row) as cursor:
                        set_json_loads(read_json, cursor)
                        async with self._acting(cursor):
                            await cursor.execute(call.statement, call.arguments)
                            found = await cursor.fetchall()
                    return call.read(found)
                except psycopg.Error as error:
                    link.is_lost = own and allowed and link.connection.closed
                    pause = repeats.pause_after(error, is_lost=link.is_lost)
                await asyncio.sleep(pause)

    @asynccontextmanager
    async def _acting(self, cursor: psycopg.AsyncCursor[dict[str, Any]]) -> AsyncIterator[None]:
        if self._acting_user is None:
            yield
            return
        connection = cursor.connection
        own = _may_repeat(connection)
        async with connection.transaction() if own else nullcontext():
            await cursor.execute(_ACT_AS, (str(self._acting_user),))
            [before] = await cursor.fetchall()
            try:
                yield
            finally:
                if not own and _goes_on(connection):
                    await cursor.execute(_ACT_AS, (before["before"],))


def connect(
    dsn: str | None = None,
    salon_id: UUID | str | None = None,
    acting_user: UUID | str | None = None,
) -> Client:
    """A client with an autocommit connection of its own, to be used as a context manager.

    Without ``dsn`` the environment's ``SCHNITTWERK_DSN``, else the embedded server, which is
    started if need be. With ``acting_user`` the service acts for a user, as by `Client.acting_as`.

    Raises ``psycopg.OperationalError`` when the server cannot be reached, ``ServerError`` when the
    embedded one cannot be started, ``MissingExtraError`` when it is not installed, ``ValueError``
    when an id is no UUID.
    """
    user = _uuid_or_none("acting_user", acting_user)
    if dsn is None:
        dsn = default_dsn()
    reconnect = partial(psycopg.Connection[Any].connect, dsn, **_OWN)
    client = Client(reconnect(), salon_id)
    client._own(reconnect, user)
    return client


@asynccontextmanager
async def connect_async(
    dsn: str | None = None,
    salon_id: UUID | str | None = None,
    acting_user: UUID | str | None = None,
) -> AsyncIterator[AsyncClient]:
    """`connect` for an `AsyncClient`: ``async with connect_async() as client``."""
    user = _uuid_or_none("acting_user", acting_user)
    if dsn is None:
        dsn = await asyncio.to_thread(default_dsn)
    reconnect = partial(psycopg.AsyncConnection[Any].connect, dsn, **_OWN)
    client = AsyncClient(await reconnect(), salon_id)
    client._own(reconnect, user)
    try:
        yield client
    finally:
        await client.close()


def default_dsn() -> str:
    """The default database: ``SCHNITTWERK_DSN``, else the embedded server."""
    if named := os.environ.get("SCHNITTWERK_DSN"):
        return named
    from schnittwerk_db.server import EmbeddedServer  # has more dependencies than a client

    return EmbeddedServer().ensure_running()
