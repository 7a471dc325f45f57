"""Clients, connections and servers that die in the middle of a booking."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from threading import Semaphore

import psutil
import psycopg
import pytest
from calls import PATIENCE, Answer, results, stop_clock, wait_until_blocked, write
from conftest import Cluster
from salon import Salon, at, open_salon

from schnittwerk_db.migrate import migrate
from schnittwerk_db.server import EmbeddedServer

STAFF = 4

pytestmark = pytest.mark.salon(staff=STAFF)


@pytest.fixture
def server(cluster: Cluster, homes: Path) -> Iterator[EmbeddedServer]:
    """A server of the test's own that keeps what it acknowledges."""
    home = homes / "crashing"
    server = EmbeddedServer(home, bin_dir=cluster.bin_dir if cluster.major == 15 else None)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


def hang_in_a_booking(salon: Salon, pipe: Pipe) -> None:
    """A client that books and never comes to commit."""
    with psycopg.connect(salon.dsn) as connection:
        pipe.send(salon.book(connection, at("10:00"), key="one"))
        pipe.recv()


def test_a_client_killed_before_its_commit_has_done_nothing(salon: Salon) -> None:
    ours, its = (context := get_context("spawn")).Pipe()
    client = context.Process(target=hang_in_a_booking, args=(salon, its))
    client.start()
    assert ours.poll(PATIENCE)
    killed = ours.recv()
    assert killed["success"]
    client.kill()
    client.join(PATIENCE)
    with salon.connect() as connection:
        answer = salon.book(connection, at("10:00"), key="one")
    assert answer["success"]
    assert answer["replayed"] is False
    assert answer["operation_id"] != killed["operation_id"]
    assert salon.count("appointments") == 1
    salon.assert_sound()


def hang_after_a_hold(salon: Salon, pipe: Pipe) -> None:
    """A client that holds a slot and never comes to book it."""
    with salon.connect() as connection:
        pipe.send(
            write(
                connection,
                "hold_slot",
                p_idempotency_key="one",
                p_service_id=salon.service_id,
                p_starts_at=at("10:00"),
                p_staff_id=salon.staff_id,
            )
        )
        pipe.recv()


def test_the_hold_of_a_client_killed_lapses(salon: Salon) -> None:
    ours, its = (context := get_context("spawn")).Pipe()
    client = context.Process(target=hang_after_a_hold, args=(salon, its))
    client.start()
    assert ours.poll(PATIENCE)
    expires_at = ours.recv()["hold"]["expires_at"]
    client.kill()
    client.join(PATIENCE)
    with salon.connect() as connection:
        assert salon.book(connection, at("10:00"))["code"] == "slot_conflict"
        stop_clock(connection, expires_at)
        assert salon.book(connection, at("10:00"))["success"]
        assert write(connection, "process_waitlist")["waitlist"]["lapsed_holds"] == 1
    assert salon.count("hold", "status = 'lapsed'") == 1
    salon.assert_sound()


def test_a_booking_ended_while_it_waits_has_done_nothing(salon: Salon) -> None:
    with salon.connect() as ahead, salon.connect() as waiting, ThreadPoolExecutor(1) as thread:
        with ahead.transaction():
            salon.book(ahead, at("10:00"))
            ended = thread.submit(salon.book, waiting, at("14:00"), key="one")
            with salon.connect() as observer:
                wait_until_blocked(observer, waiting)
                observer.execute("select pg_terminate_backend(%s)", [waiting.info.backend_pid])
            assert isinstance(ended.exception(PATIENCE), psycopg.OperationalError)
        assert salon.count("booking_operations") == 1
        assert salon.book(ahead, at("14:00"), key="one")["replayed"] is False
    salon.assert_sound()


@dataclass
class Client:
    """Books one slot after the other, each for its own key, and notes the answers."""

    salon: Salon
    number: int
    begun: dict[str, datetime] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    acknowledged: Semaphore = field(default_factory=lambda: Semaphore(0))

    @property
    def staff(self) -> int:
        return self.number % STAFF

    def book_until_cut_off(self) -> None:
        with suppress(psycopg.OperationalError), self.salon.connect() as connection:
            while True:
                count = len(self.begun)
                key = f"client {self.number}, booking {count}"
                # every other place is for the other client of the same member of staff
                place = 2 * count + self.number // STAFF
                self.begun[key] = at("00:00") + place * timedelta(minutes=75)
                self.answers[key] = self.salon.book(connection, self.begun[key], key, self.staff)
                self.acknowledged.release()


def strike_under_load(clients: list[Client], strike: Callable[[], object]) -> None:
    """Strikes when all clients are at work, wherever they are then, which ends them."""
    for client in clients:
        client.acknowledged = Semaphore(0)  # what an earlier strike left says nothing of this one
    with ThreadPoolExecutor(len(clients)) as threads:
        at_work = [threads.submit(client.book_until_cut_off) for client in clients]
        try:
            for client in clients:
                for _ in range(3):
                    assert client.acknowledged.acquire(timeout=PATIENCE)
        finally:
            strike()
    results(at_work)


def assert_kept(salon: Salon, clients: list[Client]) -> None:
    """All that was acknowledged is there, and the rest can be booked with the same keys."""
    with salon.connect() as connection:
        for client in clients:
            for key, starts_at in client.begun.items():
                answer = salon.book(connection, starts_at, key, client.staff)
                assert answer["success"], answer
                if key in client.answers:
                    assert answer == client.answers[key] | {"replayed": True}
    assert salon.count("appointments") == sum(len(client.begun) for client in clients)
    salon.assert_sound()


def test_connections_ended_at_any_moment_lose_nothing(salon: Salon) -> None:
    clients = [Client(salon, number) for number in range(2 * STAFF)]

    def end_connections() -> None:
        with salon.connect() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and backend_type = 'client backend'"
                " and pid <> pg_backend_pid()"
            )

    for _ in range(4):
        strike_under_load(clients, end_connections)
    assert_kept(salon, clients)


def test_a_server_killed_at_any_moment_loses_nothing(server: EmbeddedServer) -> None:
    dsn = server.ensure_running()
    migrate(dsn)
    salon = open_salon(dsn, staff=STAFF)
    clients = [Client(salon, number) for number in range(2 * STAFF)]

    def kill(*, whole_server: bool) -> None:
        pid = server.status().pid
        assert pid is not None
        postmaster = psutil.Process(pid)
        victims = [postmaster, *postmaster.children()]
        if not whole_server:
            # a client's: one of the server's own may have ended by itself meanwhile
            with salon.connect() as connection:
                clients = connection.execute(
                    "select pid from pg_stat_activity"
                    " where backend_type = 'client backend' and pid <> pg_backend_pid()"
                ).fetchall()
            victims = [psutil.Process(clients[-1][0])]
        for process in victims:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    for whole_server in (True, False):
        strike_under_load(clients, partial(kill, whole_server=whole_server))
        server.start()
    assert_kept(salon, clients)
