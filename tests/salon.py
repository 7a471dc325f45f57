"""The salon that a test is about, and what many tests do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from calls import PATIENCE, Answer, Connection, results, save, wait_until_blocked, write
from click.testing import CliRunner, Result
from invariants import assert_sound
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from schnittwerk_db import Appointment, Client, Slot, connect
from schnittwerk_db.arguments import Documents
from schnittwerk_db.cli import main
from schnittwerk_db.cli.demo import EXAMPLE
from schnittwerk_db.loading import load

T = TypeVar("T")

TODAY = datetime.now(UTC).date()
HOUR = timedelta(hours=1)
ALL_DAY = {"start_time": "00:00", "end_time": "24:00"}
ALWAYS_OPEN = {"opening_hours": {str(day): ALL_DAY for day in range(7)}}
ALL_WEEK: list[dict[str, Any]] = [{"day_of_week": day} | ALL_DAY for day in range(7)]
"""When somebody works who is always there."""

# Of the example salon.
SERVICE, STAFF, CUSTOMER = "Root colour", "Vanessa Brunner", "Anna Keller"


def at(clock: str, day: int = 0) -> datetime:
    """A moment in UTC on a day that can be booked: in a week, or some days later."""
    hour, minute = divmod(int(clock.replace(":", "")), 100)
    return datetime.combine(TODAY + timedelta(days=7 + day), time(hour, minute), UTC)


@dataclass(frozen=True)
class Salon:
    """A salon in a database, as the owner has it, who counts as the service.

    A test gets one of its own by the fixture `salon`, opened as the mark `salon` of the test or of
    its file says: `pytest.mark.salon(staff=4)`. Those that are opened alike are copies of one.
    """

    dsn: str
    id: UUID
    service_id: UUID
    customer_id: UUID
    staff_ids: list[UUID]

    @property
    def staff_id(self) -> UUID:
        """The first member of staff."""
        return self.staff_ids[0]

    @cached_property
    def client(self) -> Client:
        """The owner's client, which is closed with the salon."""
        return connect(self.dsn)

    def close(self) -> None:
        if "client" in vars(self):
            self.client.close()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection of the owner's; each call is a transaction."""
        with psycopg.connect(
            self.dsn, autocommit=True, options=f"-c statement_timeout={PATIENCE}s"
        ) as connection:
            yield connection

    def execute(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Runs SQL of a test's own, as the owner; returns the rows, if it has any."""
        with self.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def forge(self, change: str, *values: Any) -> None:
        """Updates the journal, which nobody can while its triggers are on."""
        alter = "alter table schnittwerk_core.{0} {1} trigger {0}_is_not_changed"
        for table in ("journal", "journal_personal"):
            self.execute(alter.format(table, "disable"))
        self.execute(f"update schnittwerk_core.journal {change}", *values)
        for table in ("journal", "journal_personal"):
            self.execute(alter.format(table, "enable always"))

    def count(self, table: str, condition: str = "true") -> int:
        """How many rows of one of the engine's tables there are."""
        [row] = self.execute(f"select count(*) from schnittwerk_core.{table} where {condition}")
        return int(row["count"])

    def invoke(self, *command: str) -> Result:
        """How a command ends."""
        return CliRunner().invoke(main, ["--dsn", self.dsn, *command])

    def run(self, *command: str, exit_code: int = 0) -> str:
        """What a command prints when it does what it was told."""
        done = self.invoke(*command)
        assert done.exit_code == exit_code, done.output
        return done.stdout

    def json(self, *command: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.run("--json", *command))

    def failure(self, *command: str, exit_code: int = 1) -> str:
        """The one line on stderr of a command that is not done."""
        done = self.invoke(*command)
        assert done.exit_code == exit_code, done.output
        assert done.stdout == ""
        [line] = done.stderr.splitlines()
        return line.removeprefix("Error: ")

    def appointment(
        self, starts_at: datetime, client: Client | None = None, **more: Any
    ) -> Appointment:
        """Books the first member of staff for the customer, as the owner or as another client."""
        given = {"customer_id": self.customer_id, "staff_id": self.staff_id} | more
        return (client or self.client).create_booking(
            service_id=self.service_id, starts_at=starts_at, **given
        )

    def book(
        self,
        connection: Connection,
        starts_at: datetime,
        key: str | None = None,
        staff: int | None = 0,
        **more: object,
    ) -> Answer:
        """Calls create_booking for one of the staff by number, or for anyone; returns its answer.

        For a key of its own unless one is given.
        """
        given: dict[str, Any] = {
            "p_idempotency_key": key or str(uuid4()),
            "p_customer_id": self.customer_id,
            "p_service_id": self.service_id,
            "p_starts_at": starts_at,
            "p_staff_id": None if staff is None else self.staff_ids[staff],
        }
        return write(connection, "create_booking", **given | more)

    def add_units(self, pool: str, count: int) -> list[UUID]:
        """Saves units of a pool; returns their ids, which rise."""
        return [
            self.client.save_resource(f"{pool} {number}", pool=pool).id for number in range(count)
        ]

    def add_service(
        self,
        name: str,
        minutes: int,
        steps: Documents | None = None,
        needs: Documents = (),
    ) -> UUID:
        """Saves a service without buffers that all of the staff perform, too; returns its id."""
        service = self.client.save_service(name, minutes, 50, buffer_after_minutes=0)
        self.client.set_service_steps(service.id, steps)
        self.client.set_service_resources(service.id, needs)
        for member in self.staff_ids:
            performed = [it.service_id for it in self.client.get_staff_services(member)]
            self.client.set_staff_services(
                member, [{"service_id": it} for it in [*performed, service.id]]
            )
        return service.id

    def add_price_rule(
        self, kind: str, conditions: dict[str, Any], adjustment: dict[str, Any]
    ) -> UUID:
        """Inserts a rule by direct SQL, its conditions and adjustment as they are kept."""
        [row] = self.execute(
            "insert into schnittwerk_core.price_rule (salon_id, name, kind, conditions, adjustment)"
            " values (%s, %s, %s, %s, %s) returning id",
            *(self.id, f"Rule {uuid4()}", kind, Jsonb(conditions), Jsonb(adjustment)),
        )
        rule_id: UUID = row["id"]
        return rule_id

    def insert(self, connection: Connection, starts_at: datetime, staff: int = 0) -> str:
        """Writes an appointment to the table by direct SQL; returns its id."""
        row = connection.execute(
            "insert into schnittwerk_core.appointments"
            " (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price)"
            " values (%s, %s, %s, %s, %s, %s, 50) returning id::text",
            [
                *(self.id, self.customer_id, self.staff_ids[staff], self.service_id),
                *(starts_at, starts_at + HOUR),
            ],
        ).fetchone()
        assert row is not None
        return str(row[0])

    def move(self, connection: Connection, appointment_id: str, starts_at: datetime) -> None:
        """Changes an appointment in the table by direct SQL."""
        connection.execute(
            "update schnittwerk_core.appointments set starts_at = %s, ends_at = %s where id = %s",
            [starts_at, starts_at + HOUR, appointment_id],
        )

    def new_customer(self, connection: Connection, name: str) -> str:
        """Saves a customer; returns the id."""
        return str(save(connection, "save_customer", p_full_name=name)["customer"]["id"])

    def join(self, connection: Connection, customer_id: UUID | str, **more: object) -> str:
        """Puts a customer on the waitlist for the first day; returns the entry's id."""
        given: dict[str, Any] = {
            "p_idempotency_key": str(uuid4()),
            "p_customer_id": customer_id,
            "p_service_id": self.service_id,
            "p_preferred_start_date": at("00:00").date(),
            "p_preferred_end_date": at("00:00").date(),
        }
        answer = save(connection, "join_waitlist", **given | more)
        return str(answer["waitlist_entry"]["id"])

    def free(self, connection: Connection, clock: str, staff: int) -> None:
        """Records an hour that has become free, to be offered by process_waitlist."""
        connection.execute(
            "insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)"
            " values (%s, %s, tstzrange(%s, %s), false)",
            [self.id, self.staff_ids[staff], at(clock), at(clock) + HOUR],
        )

    def slot(self) -> Slot:
        """The first slot of the first member of staff from tomorrow on."""
        tomorrow = date.today() + timedelta(days=1)
        [slot] = self.client.find_slots(
            self.service_id, tomorrow, tomorrow + timedelta(days=30), self.staff_id, limit=1
        )
        return slot

    def at_once(self, calls: Sequence[Callable[[Connection], T]]) -> list[T]:
        """Makes each call on a connection of its own, all let go at the same moment."""
        start = Barrier(len(calls), timeout=PATIENCE)

        def make(call: Callable[[Connection], T]) -> T:
            try:
                with self.connect() as connection:
                    # a first call is slow, and would come too late to race
                    with connection.transaction(force_rollback=True):
                        self.book(connection, at("00:00", day=20))
                    start.wait()
                    result = call(connection)
                    connection.execute("select pg_stat_force_next_flush()")
                    return result
            except BaseException:
                start.abort()
                raise

        with ThreadPoolExecutor(len(calls)) as threads:
            made = [threads.submit(make, call) for call in calls]
        return results(made)

    def behind(
        self,
        first: Callable[[Connection], Answer],
        second: Callable[[Connection], Answer],
        *,
        is_kept: bool = True,
    ) -> tuple[Answer, Answer]:
        """Makes a second call wait for the first, which then commits or is rolled back."""
        with (
            self.connect() as one,
            self.connect() as other,
            self.connect() as observer,
            ThreadPoolExecutor(1) as thread,
        ):
            with one.transaction(force_rollback=not is_kept):
                answer = first(one)
                waiting = thread.submit(second, other)
                wait_until_blocked(observer, other)
            return answer, waiting.result()

    def assert_sound(self) -> None:
        """What holds of the book whatever went on, changes by direct SQL among it."""
        with self.connect() as connection:
            assert_sound(connection, by_calls_only=False)


def open_salon(
    dsn: str,
    *,
    name: str = "Salon",
    zone: str = "UTC",
    staff: int = 1,
    price: Decimal | int = 50,
    customer: str = "Carla",
    client: Client | None = None,
) -> Salon:
    """Saves a salon that never closes; its haircut takes an hour, and keeps 15 minutes free after.

    All of its staff perform that, and are always there; its customer may be in two chairs at once.
    A client of the owner's may be given, and is pointed at the salon.
    """
    with nullcontext(client) if client else connect(dsn) as client:
        client.salon_id = salon_id = client.save_salon(name, zone).id
        client.set_business_settings(ALWAYS_OPEN)
        # So that bookings for its one customer meet at the staff, not already at the customer.
        client.set_policy("prevent_customer_overlap", False)
        service = client.save_service("Haircut", 60, price)
        members = [client.save_staff(f"Staff {number}").id for number in range(staff)]
        for member in members:
            client.set_staff_services(member, [{"service_id": service.id}])
            client.set_staff_availability(member, ALL_WEEK)
        return Salon(dsn, salon_id, service.id, client.save_customer(customer).id, members)


def open_example(dsn: str) -> Salon:
    """Loads the example salon."""
    with connect(dsn) as client:
        salon = load(client, EXAMPLE).salon
        [service] = [it.id for it in client.list_services() if it.name == SERVICE]
        [staff] = [it.id for it in client.list_staff() if it.full_name == STAFF]
        [customer] = [it.id for it in client.list_customers() if it.full_name == CUSTOMER]
        return Salon(dsn, salon.id, service, customer, [staff])
