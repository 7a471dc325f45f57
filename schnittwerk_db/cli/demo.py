"""The main job, told step by step on the example salon."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import click

from schnittwerk_db.cli.bookings import booking_text, check_columns, fee_text, slot_columns
from schnittwerk_db.cli.changes import history_columns
from schnittwerk_db.cli.examples import FOLDER
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.load import loaded_text
from schnittwerk_db.cli.output import Columns, print_json, say, short_id, table, width
from schnittwerk_db.cli.prices import explained_text
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import day as shown_day
from schnittwerk_db.cli.times import local
from schnittwerk_db.cli.visits import documents, item_columns, visit_columns, visit_text
from schnittwerk_db.cli.waitlist import entry_text, waitlist_columns
from schnittwerk_db.client import connect, default_dsn
from schnittwerk_db.errors import BookingError, MigrationError
from schnittwerk_db.loading import load
from schnittwerk_db.models import Appointment, Slot

T = TypeVar("T")

EXAMPLE = FOLDER / "salon.toml"
SERVICE = "Wash and blow-dry"
VISIT = ("Full colour", "Women's cut")
PRICED, CODE = "Men's cut", "WELCOME"
CUSTOMER, OTHER_CUSTOMER, NEW_CUSTOMER = "Anna Keller", "Beat Graf", "Dario Huber"
SLOTS_SHOWN = 8


@click.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Load the example salon and do the main job on it, step by step.

    \b
    schnittwerk demo
    """
    from schnittwerk_db.migrate import migrate  # takes long to load

    story = _Story(settings.json)

    story.step("A PostgreSQL server, which starts on first use", "db", "start")
    dsn = default_dsn() if settings.dsn is None else settings.dsn
    with connect(dsn) as client:
        server = client.connection.info
        major, minor = divmod(server.server_version, 10000)
        story.told(
            {"version": f"{major}.{minor}", "database": server.dbname},
            f"PostgreSQL {major}.{minor}, database {server.dbname}",
        )

        story.step("The schema", "migrate")
        try:
            changes = migrate(dsn)
        except MigrationError as error:
            if settings.dsn is not None:
                raise
            from schnittwerk_db.server import EmbeddedServer

            raise Refusal(
                _(
                    "{error}; or leave the book in {folder} as it is, and set SCHNITTWERK_HOME to a"
                    " new folder"
                ).format(error=translated(str(error)), folder=EmbeddedServer().home)
            ) from error
        story.told(changes, f"deployed {', '.join(changes)}" if changes else "up to date")

        story.step("An example salon", "load", str(EXAMPLE))
        loaded = load(client, EXAMPLE, new_customers=True)
        story.told(loaded, loaded_text(loaded))

        session = Session(client, loaded.salon)
        slot, booked = _main_job(story, session)
        _waitlist(story, session, slot, booked)
        _visit(story, session)
        _price(story, session)
    story.end()


def _main_job(story: _Story, session: Session) -> tuple[Slot, Appointment]:
    client, zone = session.client, session.zone
    service_id = session.service(SERVICE).id
    tomorrow = session.today + dt.timedelta(days=1)
    horizon = session.today + dt.timedelta(days=60)
    (first,) = client.find_slots(service_id, tomorrow, horizon, limit=1)

    day = first.starts_at.astimezone(zone).date()
    story.step(
        f"Free slots on the next bookable day, {shown_day(day)}",
        *("slots", SERVICE, "--from", str(day)),
    )
    slots = client.find_slots(service_id, day)
    story.told_rows(slots, slot_columns(session), SLOTS_SHOWN)

    # Nobody is offered a slot while they are busy, or twice; and time freed nearby goes to others.
    apart = dt.timedelta(hours=2)
    of_other = client.list_appointments(
        first.starts_at - apart,
        slots[-1].ends_at + apart,
        customer_id=session.customer_id(OTHER_CUSTOMER),
    )
    to_offer = [
        slot
        for slot in slots
        if all(
            slot.starts_at >= it.ends_at + apart or slot.ends_at <= it.starts_at - apart
            for it in of_other
        )
    ]
    slot = next((it for it in to_offer if it.is_preferred), (to_offer or slots)[0])
    staff = session.staff_names()[slot.staff_id]
    time = local(slot.starts_at, zone)
    key = f"demo-{uuid4()}"

    def book(customer: str, key: str) -> Appointment | None:
        try:
            booked = client.create_booking(
                session.customer_id(customer),
                service_id,
                slot.starts_at,
                slot.staff_id,
                idempotency_key=key,
            )
            story.told(booked, booking_text(session, booked))
            return booked
        except BookingError as error:
            story.refused(error)
            return None

    command = ("book", SERVICE, time, "--staff", staff)
    story.step(f"{CUSTOMER} books one", *command, "--customer", CUSTOMER, "--key", key)
    book(CUSTOMER, key)
    story.step(f"{OTHER_CUSTOMER} wants the same one", *command, "--customer", OTHER_CUSTOMER)
    book(OTHER_CUSTOMER, f"demo-{uuid4()}")
    story.step(
        f"{CUSTOMER}'s request comes again, with its key: no second booking, the same answer",
        *(*command, "--customer", CUSTOMER, "--key", key),
    )
    booked = book(CUSTOMER, key)
    assert booked is not None

    sunday = day + dt.timedelta(days=7 - day.isoweekday() % 7)
    noon = dt.datetime.combine(sunday, dt.time(12), zone)
    story.step(
        "Why a time cannot be booked, rule by rule",
        *("explain", SERVICE, local(noon, zone), "--staff", staff),
    )
    story.told_rows(client.explain_slot(service_id, slot.staff_id, noon), check_columns())

    story.step(
        "The first free slot with anyone",
        *("slots", SERVICE, "--to", str(horizon), "--limit", "1"),
    )
    story.told_rows(
        client.find_slots(service_id, session.today, horizon, limit=1), slot_columns(session)
    )
    return slot, booked


def _waitlist(story: _Story, session: Session, slot: Slot, booked: Appointment) -> None:
    client, start = session.client, slot.starts_at.astimezone(session.zone)
    other_customer_id = session.customer_id(OTHER_CUSTOMER)
    for row in client.list_waitlist():  # of a demonstration that was broken off
        if row.customer_id == other_customer_id and row.status in ("active", "notified"):
            client.leave_waitlist(row.id)

    story.step(
        "Freed slots are to be offered to the waitlist at once, however far ahead they are",
        *("policies", "set", "waitlist_notification_hours", "2160"),
    )
    policy = client.set_policy("waitlist_notification_hours", 2160)
    story.told(policy, f"{policy.policy_key} = {policy.policy_value}")

    time = f"{start:%H:%M}"
    story.step(
        f"{OTHER_CUSTOMER} waits for that slot, before all others",
        *("waitlist", "join", SERVICE, str(start.date())),
        *("--time", time, "--customer", OTHER_CUSTOMER, "--priority", "10"),
    )
    entry = client.join_waitlist(
        other_customer_id,
        booked.service_id,
        start.date(),
        start.date(),
        preferred_times=[start.time()],
        priority=10,
    )
    story.told(entry, entry_text(entry))

    story.step(
        f"{CUSTOMER} cancels: the slot goes to who waits, and is held for them",
        *("cancel", CUSTOMER, time_of(session, booked), "--reason", "ill", "--yes"),
    )
    cancelled = client.cancel_booking(booked.id, "ill")
    story.told(cancelled, cancelled_text(session, cancelled))
    story.step("The offer", "waitlist", "list", "--status", "notified")
    story.told_rows(client.list_waitlist("notified"), waitlist_columns(session))

    story.step(f"{OTHER_CUSTOMER} accepts it", "waitlist", "accept", OTHER_CUSTOMER)
    accepted = client.accept_waitlist_offer(entry.id)
    story.told(accepted, booking_text(session, accepted))
    story.step("What became of the first appointment", "appointment", short_id(booked.id))
    story.told_rows(client.get_appointment(booked.id).history, history_columns(session))


def _visit(story: _Story, session: Session) -> None:
    client, zone = session.client, session.zone
    tomorrow = session.today + dt.timedelta(days=1)
    horizon = session.today + dt.timedelta(days=60)
    customer_id = session.customer_id(CUSTOMER)
    items = documents(session, VISIT)
    story.step(
        "When a colour and then a cut can begin, with as few people as possible",
        *("visits", "find", *VISIT),
        *("--from", str(tomorrow), "--to", str(horizon), "--limit", "20"),
    )
    found = client.find_visits(items, tomorrow, horizon, limit=20)
    story.told_rows(found, visit_columns(session), SLOTS_SHOWN)

    # A demonstration that was broken off has left the customer a visit.
    first = next(
        (
            it
            for it in found
            if all(
                other.status == "cancelled"
                for other in client.list_appointments(
                    it.starts_at, it.ends_at, customer_id=customer_id
                )
            )
        ),
        found[0],
    )
    story.step(
        f"{CUSTOMER} books both, or neither",
        *("visits", "book", local(first.starts_at, zone), *VISIT, "--customer", CUSTOMER),
    )
    visit = client.create_visit(customer_id, items, first.starts_at)
    story.told(
        visit,
        "\n".join(
            [visit_text(session, visit), table(visit.appointments, item_columns(session), _room())]
        ),
    )

    colour = visit.appointments[0]
    assert colour.steps is not None
    gap = colour.starts_at + dt.timedelta(minutes=colour.steps[0].minutes)
    story.step(
        "While the colour takes effect, its member of staff can serve somebody else",
        *("explain", "Fringe trim", local(gap, zone)),
        *("--staff", session.staff_names()[colour.staff_id]),
    )
    story.told_rows(
        client.explain_slot(session.service("Fringe trim").id, colour.staff_id, gap),
        check_columns(),
    )

    story.step(
        f"{CUSTOMER} cancels the visit as a whole", "visits", "cancel", short_id(visit.id), "--yes"
    )
    cancelled = client.cancel_visit(visit.id)
    fees = [
        f"{fee_text(session, it)}, appointment {session.shown_id(it.appointment_id)}"
        for it in cancelled.fees
    ]
    story.told(cancelled, "\n".join([visit_text(session, cancelled), *fees]))


def _price(story: _Story, session: Session) -> None:
    client, zone = session.client, session.zone
    horizon = session.today + dt.timedelta(days=60)
    service_id = session.service(PRICED).id
    (slot,) = client.find_slots(service_id, session.today, horizon, limit=1, promotion_code=CODE)
    staff, time = session.staff_names()[slot.staff_id], local(slot.starts_at, zone)
    story.step(
        f"How the price of a {PRICED} comes about, for a first visit with a code",
        *("prices", "explain", PRICED, staff, time, "--code", CODE),
    )
    explained = client.explain_price(service_id, slot.staff_id, slot.starts_at, CODE)
    story.told(explained, explained_text(session, explained, CODE))

    story.step(
        f"{NEW_CUSTOMER} books it at that price, or not at all",
        *("book", PRICED, time, "--staff", staff, "--customer", NEW_CUSTOMER),
        *("--price", str(explained.price), "--code", CODE),
    )
    try:
        booked = client.create_booking(
            session.customer_id(NEW_CUSTOMER),
            service_id,
            slot.starts_at,
            slot.staff_id,
            expected_price=explained.price,
            promotion_code=CODE,
        )
    except BookingError as error:  # It is no first visit any more.
        story.refused(error)
        return
    story.told(booked, booking_text(session, booked))

    story.step(
        f"{NEW_CUSTOMER} cancels: later than a day before the start half the price is owed",
        *("cancel", NEW_CUSTOMER, time_of(session, booked), "--yes"),
    )
    cancelled = client.cancel_booking(booked.id)
    story.told(cancelled, cancelled_text(session, cancelled))


def cancelled_text(session: Session, cancelled: Appointment) -> str:
    """A cancellation, and the fee that it costs, if any."""
    fee = [fee_text(session, cancelled.fee)] if cancelled.fee else []
    return "\n".join([booking_text(session, cancelled), *fee])


def time_of(session: Session, booked: Appointment) -> str:
    """When an appointment starts, as it is typed."""
    return session.local(booked.starts_at)


def _room() -> int:
    """The columns of the terminal beside the margin."""
    return width() - 3


def _quoted(word: str) -> str:
    """A word for the shell, also with an apostrophe in it as people write it."""
    return f'"{word}"' if "'" in word and not set(word) & set('"$`\\!') else shlex.quote(word)


@dataclass
class _Story:
    """Steps with the command that does each, told as they happen or as one JSON document."""

    as_json: bool
    steps: list[dict[str, Any]] = field(default_factory=list)

    def step(self, title: str, *command: str) -> None:
        line = " ".join(("schnittwerk", *map(_quoted, command)))
        self.steps.append({"step": title, "command": line})
        if not self.as_json:
            click.secho(f"\n{len(self.steps)}. {title}", bold=True)
            say(f"   $ {line}")

    def told(self, result: object, text: str) -> None:
        self.steps[-1]["result"] = result
        if not self.as_json:
            for line in text.split("\n"):
                say(f"   {line}")

    def refused(self, error: BookingError) -> None:
        refusal = {"code": error.code, "details": error.details, "status": error.http_status}
        self.told(refusal, f"refused, {error} (HTTP {error.http_status})")

    def told_rows(self, rows: Sequence[T], columns: Columns[T], at_most: int | None = None) -> None:
        text = table(rows[:at_most], columns, _room())
        hidden = len(rows) - len(rows[:at_most])
        self.told(rows, f"{text}\n… and {hidden} more" if hidden else text)

    def end(self) -> None:
        if self.as_json:
            print_json(self.steps)
