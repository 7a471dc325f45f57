"""The relay: what arrives where, once, again, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from calls import PATIENCE, results, wait_until
from icalendar import Calendar
from programs import WITH_THE_TESTS, substituted
from receivers import (
    MailServer,
    Request,
    WebServer,
    mail_server,
    trickling_server,
    web_server,
)
from salon import Salon, open_salon
from snippets import run_by
from standardwebhooks.webhooks import Webhook

from schnittwerk_db import Client, connect
from schnittwerk_db.models import Delivery
from schnittwerk_db.relay import (
    ConfigError,
    DeliveryFailed,
    DeliveryRefused,
    Relay,
    Tally,
    read_config,
)

EXAMPLE = Path(__file__).parents[1] / "schnittwerk_db/examples/relay.toml"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ZONE = ZoneInfo("Africa/Algiers")
"""Another than UTC, in which each day has 24 hours, whenever the tests run."""
TODAY = dt.datetime.now(ZONE).date()


def open_with_addresses(dsn: str) -> Salon:
    """A salon whose customer can be written to; no event tells how it came to be."""
    salon = open_salon(dsn, name="Schnittwerk", zone=ZONE.key)
    with connect(dsn) as client:
        client.save_customer(
            "Carla Ähm", "carla@example.org", "+41 44 111 11 11", id=salon.customer_id
        )
    salon.execute("update schnittwerk_core.salon_state set events_since = clock_timestamp()")
    return salon


# What is tried is the relay, which is the same over any version; what it calls, tests_sql/ tries.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session"),
    pytest.mark.salon(by=open_with_addresses),
]


def at(hour: int, days: int = 3) -> dt.datetime:
    """A full hour of a day to come, on the salon's clock."""
    return dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(hour), ZONE)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "relay.toml") -> Path:
    """The file of a configuration."""
    file = Path(name).absolute()
    file.write_text(text, "utf-8")
    return file


def relay_of(salon: Salon, text: str, client: Client | None = None) -> Relay:
    # a file of its own, since relays of two threads may be made at once
    return Relay(client or salon.client, read_config(written(text, f"{uuid4()}.toml")))


def wait_no_longer(salon: Salon) -> None:
    """What waits for its next attempt is due."""
    salon.execute(
        "update schnittwerk_core.event_delivery set next_attempt_at = created_at"
        " where status = 'pending'"
    )


def deliveries(salon: Salon) -> list[tuple[str, str, str | None]]:
    """Type, status and reason or error of every delivery, in order."""
    found = salon.client.list_deliveries()
    return [(str(it.event_type), it.status, it.reason or it.last_error) for it in found][::-1]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def to_webhook(web: WebServer, more: str = "") -> str:
    return f'{more}\n[[webhooks]]\nname = "hook"\nurl = "{web.url}/hook"\nsecret = "{SECRET}"\n'


def to_mail(mail: MailServer, more: str = "") -> str:
    return (
        f'{more}\n[email]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\n'
        'sender = "Schnittwerk <salon@example.org>"\n'
    )


def told(request: Request) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(request.body)
    return event


def types(web: WebServer) -> list[str]:
    return [told(it)["type"] for it in web.requests]


# Webhooks


def test_events_arrive_once_in_order_and_signed(salon: Salon, web: WebServer) -> None:
    appointment = salon.appointment(at(9))
    salon.client.confirm_booking(appointment.id)
    salon.client.set_policy("max_reschedules", 5)
    relay = relay_of(salon, to_webhook(web))
    assert relay.run_once() == Tally(events=3, delivered=3)
    assert relay.run_once() == Tally()
    assert types(web) == ["appointment.created", "appointment.confirmed", "policy.set"]
    events = [Webhook(SECRET).verify(it.body, it.headers) for it in web.requests]
    created, confirmed, _ = events
    assert created["version"] == 1
    assert UUID(created["subject_id"]) == appointment.id
    assert created["sequence"] < confirmed["sequence"]
    assert created["data"]["status"] == "pending"
    assert confirmed["data"]["status"] == "confirmed"
    assert created["data"]["price"] == 50
    for request, event in zip(web.requests, events, strict=True):
        assert request.headers["webhook-id"] == event["id"]
        assert b"Carla" not in request.body
        assert b"carla@" not in request.body


def test_a_webhook_gets_what_it_asks_for(salon: Salon, web: WebServer) -> None:
    salon.appointment(at(9))
    salon.client.set_policy("max_reschedules", 5)
    relay_of(salon, to_webhook(web) + 'events = ["policy.*", "appointment.cancelled"]').run_once()
    assert types(web) == ["policy.set"]


@pytest.mark.parametrize("pattern", ["appointment\\", "appointment.%", "appointment%"])
def test_only_the_asterisk_stands_for_other_characters(salon: Salon, pattern: str) -> None:
    salon.appointment(at(9))
    targets = [{"name": "hook", "channel": "webhook", "events": [pattern]}]
    dispatched = salon.client.dispatch_events("relay", targets)
    assert (dispatched.events, dispatched.deliveries) == (1, 0)


@pytest.mark.parametrize("status", [500, 302, 404, None])
def test_what_a_webhook_does_not_take_is_sent_again_later(
    salon: Salon, web: WebServer, status: int | None
) -> None:
    first = salon.appointment(at(9))
    salon.client.confirm_booking(first.id)
    salon.appointment(at(12))
    relay = relay_of(salon, to_webhook(web))
    web.answer = lambda request: 204 if told(request)["subject_id"] != str(first.id) else status
    assert relay.run_once() == Tally(events=3, delivered=1, failed=1)
    assert len(web.requests) == 2, "the second event of what failed waits for the first"
    assert relay.run_once() == Tally()
    before = dt.datetime.now(dt.UTC)
    [failed] = salon.execute(
        "select attempts, next_attempt_at, last_error from schnittwerk_core.event_delivery"
        " where attempts > 0"
    )
    assert failed["attempts"] == 1
    assert before < failed["next_attempt_at"] < before + dt.timedelta(seconds=31)

    web.answer = lambda request: 204
    wait_no_longer(salon)
    assert relay.run_once() == Tally(delivered=2)
    assert types(web)[-2:] == ["appointment.created", "appointment.confirmed"]
    assert web.requests[-2].body in {it.body for it in web.requests[:2]}, "the same as before"


def test_pauses_grow_up_to_an_hour(salon: Salon, web: WebServer) -> None:
    salon.appointment(at(9))
    relay = relay_of(salon, to_webhook(web, "max_attempts = 20"))
    web.answer = lambda request: 503
    pauses = []
    for _ in range(12):
        wait_no_longer(salon)
        assert relay.run_once().failed == 1
        [row] = salon.execute(
            "select extract(epoch from next_attempt_at - updated_at)::float8 as pause"
            " from schnittwerk_core.event_delivery"
        )
        pauses.append(row["pause"])
    for number, pause in enumerate(pauses):
        longest = min(3600, 30 * 2**number)
        assert longest / 2 <= pause <= longest


def test_what_fails_too_often_is_parked_and_can_be_retried(salon: Salon, web: WebServer) -> None:
    appointment = salon.appointment(at(9))
    relay = relay_of(salon, to_webhook(web, "max_attempts = 2"))
    web.answer = lambda request: 500
    relay.run_once()
    wait_no_longer(salon)
    assert relay.run_once() == Tally(parked=1)
    wait_no_longer(salon)
    assert relay.run_once() == Tally()
    assert deliveries(salon) == [("appointment.created", "parked", "HTTP 500")]

    web.answer = lambda request: 204
    salon.client.confirm_booking(appointment.id)
    assert relay.run_once() == Tally(events=1, delivered=1), "what is parked holds nothing up"
    assert salon.client.retry_deliveries().retried == 1
    assert relay.run_once() == Tally(delivered=1)
    assert types(web).count("appointment.created") == 3


def test_a_webhook_that_is_gone_is_parked_at_once(salon: Salon, web: WebServer) -> None:
    salon.appointment(at(9))
    web.answer = lambda request: 410
    assert relay_of(salon, to_webhook(web)).run_once() == Tally(events=1, parked=1)
    assert deliveries(salon) == [("appointment.created", "parked", "HTTP 410")]


def test_a_dead_target_does_not_hold_up_the_others(salon: Salon, web: WebServer) -> None:
    for hour in range(8):
        salon.appointment(at(2 * hour))
    dead = f'[[webhooks]]\nname = "dead"\nurl = "http://127.0.0.1:1/"\nsecret = "{SECRET}"\n'
    assert relay_of(salon, to_webhook(web) + dead).run_once() == Tally(
        events=8, delivered=8, failed=3
    ), "after some failures it is left alone"
    [(_, _, error)] = (
        set(deliveries(salon))
        - {("appointment.created", "delivered", None)}
        - {("appointment.created", "pending", None)}
    )
    assert error == "ConnectionError"


@dataclass(frozen=True)
class Broken:
    """A target with a fault of its own."""

    error: Exception
    name: str = "broken"
    channel: str = "email"
    events: None = None
    timeout: float = 10

    def send(self, delivery: Delivery) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "shown"),
    [
        (KeyError("carla@example.org"), "parked", r"KeyError at test_relay\.py:\d+"),
        (TimeoutError(), "parked", r"TimeoutError at test_relay\.py:\d+"),
        (DeliveryRefused("no\n\x1b such " + "x" * 600), "parked", "no such x{492}"),
        (DeliveryFailed(""), "pending", r"DeliveryFailed at test_relay\.py:\d+"),
    ],
)
def test_whatever_a_target_raises_stops_nothing_else(
    salon: Salon, web: WebServer, error: Exception, status: str, shown: str
) -> None:
    agree(salon, email=True)
    salon.appointment(at(9))
    salon.appointment(at(12))
    config = read_config(written(to_webhook(web)))
    relay = Relay(salon.client, replace(config, targets=(Broken(error), *config.targets)))
    ended = {"parked": 2} if status == "parked" else {"failed": 2}
    assert relay.run_once() == Tally(events=2, delivered=2, **ended)
    found = [it for it in salon.client.list_deliveries() if it.target == "broken"]
    assert [it.status for it in found] == [status] * 2
    assert all(re.fullmatch(shown, it.last_error or "") for it in found)


@pytest.mark.parametrize("to_trickler", ["webhook", "mail", "chat"])
def test_an_answer_that_trickles_is_cut_off(salon: Salon, web: WebServer, to_trickler: str) -> None:
    agree(salon, email=True, chat=True)
    salon.appointment(at(9))
    with trickling_server() as trickler:
        config = {
            "webhook": f'[[webhooks]]\nname = "slow"\nurl = "http://127.0.0.1:{trickler.port}/"\n'
            f'secret = "{SECRET}"\ntimeout = 0.5\n',
            "mail": f'[email]\nhost = "127.0.0.1"\nport = {trickler.port}\nsecurity = "none"\n'
            'sender = "salon@example.org"\ntimeout = 0.5\n',
            "chat": '[[services]]\nname = "slow"\nchannel = "chat"\n'
            f'url = "json://127.0.0.1:{trickler.port}/"\ntimeout = 0.5\n',
        }[to_trickler]
        relay = relay_of(salon, to_webhook(web) + config)
        assert relay.run_once() == Tally(events=1, delivered=1, failed=1)
        assert trickler.is_hung_up.wait(PATIENCE), "nothing of it is left running"
    assert ("appointment.created", "pending", "not done within 0.5 seconds") in deliveries(salon)


def test_an_event_that_cannot_be_read_stops_no_other(
    salon: Salon, mail: MailServer, web: WebServer
) -> None:
    agree(salon, email=True)
    odd = salon.appointment(at(9))
    salon.appointment(at(12))
    salon.forge(
        """set after = after || '{"starts_at": "carla@example.org"}' where subject_id = %s""",
        odd.id,
    )
    relay = relay_of(salon, to_mail(mail) + to_webhook(web))
    assert relay.run_once() == Tally(events=2, delivered=3, parked=1)
    fault = "the message cannot be composed: SQLSTATE 22007"
    assert ("appointment.created", "parked", fault) in deliveries(salon)

    # a zone that the server knows no more
    without_checks(salon, "salon")
    salon.appointment(at(15))
    salon.execute("update schnittwerk_core.salon set time_zone = 'Mars/Phobos'")
    done = relay.run_once()
    assert (done.events, done.delivered, done.parked) == (1, 1, 1), "webhooks need no zone"
    fault = "the message cannot be composed: SQLSTATE 22023"
    assert ("appointment.created", "parked", fault) in deliveries(salon)


def test_a_salon_that_fails_does_not_stop_the_others(salon: Salon, web: WebServer) -> None:
    [failing] = salon.client.list_salons()
    # a query that is cancelled is an operational error, though the database is there
    salon.execute(
        f"""
        create function public.fail() returns trigger language plpgsql as $$
        begin
          if new.salon_id = '{failing.id}' then
            raise exception 'this salon fails' using errcode = 'query_canceled';
          end if;
          return new;
        end
        $$;
        create trigger fail before insert on schnittwerk_core.event_delivery
        for each row execute function public.fail();
        """
    )
    salon.appointment(at(9))
    other = salon.client.save_salon("Other", ZONE.key)
    with connect(salon.dsn, other.id) as client:
        client.set_policy("max_reschedules", 5)
    file = written(to_webhook(web))
    done = salon.invoke("relay", "run", "--once", "--config", str(file))
    assert done.exit_code == 1
    assert done.stderr.split(" ", 1)[1] == (
        f"salon {failing.id}: dispatch_events: QueryCanceled: 57014: this salon fails\n"
    )
    assert types(web) == ["policy.set"]


def without_checks(salon: Salon, table: str) -> None:
    """Lets rows be as they may be that are older than the table's checks."""
    salon.execute(
        f"""
        do $$
        declare
          v_name text;
        begin
          for v_name in
            select c.conname from pg_constraint c
            where c.conrelid = 'schnittwerk_core.{table}'::regclass and c.contype = 'c'
          loop
            execute format('alter table schnittwerk_core.{table} drop constraint %I', v_name);
          end loop;
        end
        $$;
        alter table schnittwerk_core.{table} disable trigger user;
        """
    )


# Two relays, and relays that die


def test_two_relays_deliver_nothing_twice(salon: Salon, web: WebServer) -> None:
    for hour in range(10):
        salon.appointment(at(2 * hour))
    both = threading.Barrier(2, timeout=PATIENCE)
    met = threading.Event()

    def answer(request: Request) -> int:
        # until both are sending at the same time
        if not met.is_set():
            both.wait()
            met.set()
        return 204

    web.answer = answer
    config = read_config(written(to_webhook(web)))

    def relay() -> Tally:
        with connect(salon.dsn) as client:
            return Relay(client, config).run_once()

    with ThreadPoolExecutor(2) as threads:
        first, second = results([threads.submit(relay) for _ in range(2)])
    assert first + second == Tally(events=10, delivered=10)
    assert first.delivered
    assert second.delivered
    ids = [it.headers["webhook-id"] for it in web.requests]
    assert len(ids) == len(set(ids)) == 10


def start(salon: Salon, config: str, *more: str) -> subprocess.Popen[str]:
    """The relay as a process of its own."""
    return subprocess.Popen(
        [
            *WITH_THE_TESTS,
            *(sys.executable, "-c", "from schnittwerk_db.cli import main; main()"),
            *("--dsn", salon.dsn, "relay", "run", "--config", str(written(config)), *more),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("is_answered", [False, True])
@pytest.mark.parametrize("moment", [1, 3, 5])
def test_a_relay_killed_while_it_sends_loses_nothing(
    salon: Salon, web: WebServer, moment: int, is_answered: bool
) -> None:
    for hour in range(5):
        salon.appointment(at(2 * hour))
    arrived, killed = threading.Event(), threading.Event()

    def answer(request: Request) -> int | None:
        if len(web.requests) == moment and not killed.is_set():
            arrived.set()
            if not is_answered:
                assert killed.wait(PATIENCE)
                return None
        return 204

    web.answer = answer
    relay = start(salon, to_webhook(web), "--once")
    assert arrived.wait(PATIENCE)
    relay.kill()
    killed.set()
    relay.communicate(timeout=PATIENCE)
    relay_of(salon, to_webhook(web)).run_once()
    seen = [it.headers["webhook-id"] for it in web.requests]
    sent = {str(it["id"]) for it in salon.execute("select id from schnittwerk_core.events")}
    assert set(seen) == sent
    assert len(seen) <= 6, "only what it was sending comes twice"
    assert {it[1] for it in deliveries(salon)} == {"delivered"}


def test_a_relay_killed_while_it_takes_note_of_events_loses_nothing(
    salon: Salon, web: WebServer
) -> None:
    salon.appointment(at(9))
    relay = relay_of(salon, to_webhook(web))
    relay.run_once()
    salon.appointment(at(12))
    with psycopg.connect(salon.dsn) as blocker, psycopg.connect(salon.dsn) as observer:
        # it can pass the event, and not note the delivery
        blocker.execute("lock table schnittwerk_core.event_delivery")
        process = start(salon, to_webhook(web), "--once")
        observer.autocommit = True
        dispatching = (
            "select pid from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = current_database() and query ~ 'dispatch_events'"
        )
        [pid] = wait_until(lambda: observer.execute(dispatching).fetchone() or [])
        process.kill()
        process.communicate(timeout=PATIENCE)
        observer.execute("select pg_terminate_backend(%s)", [pid])
    assert relay.run_once() == Tally(events=1, delivered=1)


def test_a_relay_that_is_told_to_stop_ends_what_it_sends(salon: Salon, web: WebServer) -> None:
    salon.appointment(at(9))
    salon.appointment(at(12))
    told_to, arrived = threading.Event(), threading.Event()

    def answer(request: Request) -> int:
        arrived.set()
        assert told_to.wait(PATIENCE)
        return 204

    web.answer = answer
    relay = start(salon, to_webhook(web), "--interval", "3600")
    assert arrived.wait(PATIENCE)
    relay.send_signal(signal.SIGTERM)
    told_to.set()
    printed, errors = relay.communicate(timeout=PATIENCE)
    assert relay.returncode == 0, errors
    assert "1 delivered" in printed
    assert sorted(it[1] for it in deliveries(salon)) == ["delivered", "pending"]


# What is read, and in which order


def test_what_commits_late_is_not_passed_over(salon: Salon, web: WebServer) -> None:
    relay = relay_of(salon, to_webhook(web))
    appointment = salon.appointment(at(12))
    assert relay.run_once().delivered == 1
    with psycopg.connect(salon.dsn) as late:
        Client(late).confirm_booking(appointment.id)
        salon.client.set_policy("cancellation_deadline_hours", 1)
        assert relay.run_once().delivered == 1, "nobody waits for it"
        salon.appointment(at(9))
        assert relay.run_once().delivered == 1
        late.commit()
    assert relay.run_once().delivered == 1
    assert types(web) == [
        "appointment.created",
        "policy.set",
        "appointment.created",
        "appointment.confirmed",
    ]


def test_events_of_an_appointment_come_in_order_whoever_began_first(
    salon: Salon, web: WebServer
) -> None:
    appointment = salon.appointment(at(9))
    with psycopg.connect(salon.dsn) as early:
        # it has its transaction id before, and changes the appointment after the other
        early.execute("select pg_current_xact_id()")
        salon.client.confirm_booking(appointment.id)
        Client(early).cancel_booking(appointment.id)
        with psycopg.connect(salon.dsn) as running:
            # in between, so that the first two are on either side of what has ended
            running.execute("select pg_current_xact_id()")
            early.commit()
            relay_of(salon, to_webhook(web)).run_once()
    assert types(web) == [
        "appointment.created",
        "appointment.confirmed",
        "appointment.cancelled",
    ]


def test_a_book_restored_into_another_cluster_goes_on(salon: Salon, web: WebServer) -> None:
    relay = relay_of(salon, to_webhook(web))
    salon.appointment(at(9))
    relay.run_once()
    salon.appointment(at(12))
    # as if the transactions had been numbered by a cluster that had seen more
    salon.forge("set transaction_id = (transaction_id::text::bigint + 1000000)::text::xid8")
    salon.execute(
        """
        update schnittwerk_core.event_consumer
        set batch = null, passed = (
          select format('%1$s:%1$s:', min(transaction_id::text::bigint) + 1)
          from schnittwerk_core.events
        )::pg_snapshot;
        """
    )
    salon.appointment(at(15))
    relay.run_once()
    salon.appointment(at(18))
    relay.run_once()
    assert len({it.headers["webhook-id"] for it in web.requests}) == 4
    assert len(web.requests) == 4


def test_consumers_read_at_their_own_pace(salon: Salon) -> None:
    for hour in range(5):
        salon.appointment(at(2 * hour))
    client = salon.client
    first = client.read_events("one", 2).events
    assert client.read_events("one", 2).events == first, "again until they are acknowledged"
    assert client.acknowledge_events("one", first[0].id).is_acknowledged
    assert client.read_events("one", 1).events == first[1:]
    everything = client.read_events("other").events
    assert len(everything) == 5
    assert everything[:2] == first
    assert client.acknowledge_events("other", everything[-1].id).is_acknowledged
    assert client.read_events("other").events == ()
    assert client.purge_events(1).events == 0


# Messages to customers


def agree(salon: Salon, **consents: bool) -> None:
    salon.client.set_contact_preferences(salon.customer_id, consents=consents)


def text_of(mail: MailServer, number: int = -1) -> str:
    body = mail.mails[number].get_body()
    assert body is not None
    return str(body.get_content())


def invitation_of(mail: MailServer, number: int = -1) -> tuple[str, Mapping[str, Any]]:
    [attached] = mail.mails[number].iter_attachments()
    calendar = Calendar.from_ical(str(attached.get_content()))
    [entry] = calendar.walk("VEVENT")
    assert attached["Content-Type"].params["method"] == calendar["METHOD"]
    return str(calendar["METHOD"]), entry


def test_an_appointments_mails_and_calendar_entries(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    relay = relay_of(salon, to_mail(mail))
    appointment = salon.appointment(at(9))
    relay.run_once()
    salon.client.confirm_booking(appointment.id)
    salon.client.reschedule_booking(appointment.id, at(14, 4))
    salon.client.cancel_booking(appointment.id)
    assert relay.run_once() == Tally(events=3, delivered=3)

    subjects = [it["Subject"].strip() for it in mail.mails]
    assert [it.rpartition(" ")[2] for it in subjects] == [
        "erhalten",
        "bestätigt",
        "Uhr",
        "abgesagt",
    ]
    assert [it.partition(" ")[0] for it in subjects] == ["Schnittwerk:"] * 4
    assert {it["To"].addresses[0].addr_spec for it in mail.mails} == {"carla@example.org"}
    assert len({it["Message-ID"] for it in mail.mails}) == 4
    assert "Guten Tag Carla Ähm" in text_of(mail, 0)
    assert "Haircut bei Staff 0" in text_of(mail, 0)
    assert "09:00 bis 10:00 Uhr" in text_of(mail, 0), "the salon's clock, whatever the session's"
    assert "14:00 bis 15:00 Uhr" in text_of(mail, 2)
    entries = [invitation_of(mail, number) for number in range(4)]
    assert [method for method, _ in entries] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert len({str(it["UID"]) for _, it in entries}) == 1
    sequences = [int(it["SEQUENCE"]) for _, it in entries]
    assert sequences == sorted(set(sequences)), "it rises with every change"
    assert [str(it["STATUS"]) for _, it in entries] == [
        *("TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED")
    ]
    starts = [it["DTSTART"].dt for _, it in entries]
    assert starts == [at(9), at(9), at(14, 4), at(14, 4)]
    assert {it["DTSTART"].to_ical()[-1:] for _, it in entries} == {b"Z"}


def test_a_changed_service_is_one_mail_and_updates_the_calendar_entry(
    salon: Salon, mail: MailServer
) -> None:
    agree(salon, email=True)
    relay = relay_of(salon, to_mail(mail))
    appointment = salon.appointment(at(9))
    trim = salon.client.save_service("Trim", 30, 20)
    offered = [{"service_id": it} for it in (salon.service_id, trim.id)]
    salon.client.set_staff_services(salon.staff_id, offered)
    relay.run_once()
    salon.client.reschedule_booking(appointment.id, at(9), new_service_id=trim.id)
    assert relay.run_once().delivered == 1
    assert "wurde geändert" in text_of(mail)
    assert "Trim bei Staff 0" in text_of(mail)
    assert "09:00 bis 09:30 Uhr" in text_of(mail)
    (_, booked), (method, changed) = (invitation_of(mail, number) for number in (-2, -1))
    assert (method, changed["UID"]) == ("REQUEST", booked["UID"])
    assert int(changed["SEQUENCE"]) > int(booked["SEQUENCE"])
    assert changed["DTEND"].dt == at(9) + dt.timedelta(minutes=30)
    salon.client.reschedule_booking(appointment.id, at(14))
    assert relay.run_once().delivered == 1
    assert "wurde verschoben" in text_of(mail)


def test_a_mail_tells_local_times_of_a_zone_that_python_lacks(
    salon: Salon, mail: MailServer
) -> None:
    agree(salon, email=True)
    without_checks(salon, "salon")
    salon.execute("update schnittwerk_core.salon set time_zone = 'CET-1'")
    salon.appointment(at(9))
    assert relay_of(salon, to_mail(mail)).run_once() == Tally(events=1, delivered=1)
    assert "09:00 bis 10:00 Uhr" in text_of(mail)


def test_customers_are_written_to_in_their_language(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    relay = relay_of(salon, to_mail(mail))
    for hour, language in ((9, "en"), (12, "de"), (15, "fr")):
        salon.client.set_contact_preferences(salon.customer_id, language)
        salon.appointment(at(hour))
        relay.run_once()
    assert [text_of(mail, it).partition(" Carla")[0] for it in range(3)] == [
        *("Hello", "Guten Tag", "Guten Tag")
    ]


def test_nothing_is_sent_to_whom_it_must_not_be(salon: Salon, mail: MailServer) -> None:
    relay = relay_of(salon, to_mail(mail))
    salon.appointment(at(9))
    relay.run_once()
    agree(salon, email=False, sms=True)
    salon.appointment(at(12))
    relay.run_once()
    nobody = salon.client.save_customer("No address").id
    salon.client.set_contact_preferences(nobody, consents={"email": True})
    salon.appointment(at(15), customer_id=nobody)
    agree(salon, email=True)
    gone = salon.appointment(at(18))
    salon.forge(
        "set after = after || jsonb_build_object('starts_at', '2020-01-01T00:00:00Z')"
        " where subject_id = %s",
        gone.id,
    )
    relay.run_once()
    assert mail.mails == []
    assert deliveries(salon) == [
        ("appointment.created", "skipped", "no_consent"),
        ("appointment.created", "skipped", "no_consent"),
        ("appointment.created", "skipped", "no_address"),
        ("appointment.created", "skipped", "outdated"),
    ]


@pytest.mark.parametrize(
    ("refusal", "ended", "error"),
    [
        ("550 No such user carla@example.org", Tally(events=1, parked=1), "SMTP 550"),
        ("451 Busy, carla@example.org", Tally(events=1, failed=1), "SMTP 451"),
    ],
)
def test_a_mail_server_that_refuses_the_recipient(
    salon: Salon, mail: MailServer, refusal: str, ended: Tally, error: str
) -> None:
    agree(salon, email=True)
    salon.appointment(at(9))
    mail.refusal = refusal
    assert relay_of(salon, to_mail(mail)).run_once() == ended
    [delivery] = salon.client.list_deliveries()
    assert delivery.last_error == f"{error}: recipient refused", "without the address"


def test_an_address_that_is_none_is_parked_and_the_rest_goes_on(
    salon: Salon, mail: MailServer
) -> None:
    addresses = (
        *("a@b@c", "anna@@example.com", "@example.com", "(", "a(b)@c.org", "a@[", "a@", "a"),
        *("carla@a.org, dora@b.org\nBcc: x@y.org", "carla@a.org\u202e", "carla\x01@a.org"),
    )
    without_checks(salon, "customers")
    for number, address in enumerate(addresses):
        customer = salon.client.save_customer(f"Customer {number}").id
        salon.execute(
            "update schnittwerk_core.customers set email = %s where id = %s", address, customer
        )
        salon.client.set_contact_preferences(customer, consents={"email": True})
        salon.appointment(at(2 * number), customer_id=customer)
    agree(salon, email=True)
    salon.appointment(at(9, 5))
    complaints: list[str] = []
    relay = Relay(salon.client, read_config(written(to_mail(mail))), None, complaints.append)
    assert relay.run_once() == Tally(events=12, delivered=1, parked=11)
    assert {it["To"].addresses[0].addr_spec for it in mail.mails} == {"carla@example.org"}
    error = "the e-mail address cannot be used"
    assert deliveries(salon).count(("appointment.created", "parked", error)) == 11
    assert len(complaints) == 11
    assert all(it.endswith(f"appointment.created to email: {error}") for it in complaints)


def test_messages_by_sms_and_chat(salon: Salon, web: WebServer) -> None:
    agree(salon, sms=True, chat=True)
    host = web.url.removeprefix("http://")
    config = "".join(
        f'[[services]]\nname = "my {channel}"\nchannel = "{channel}"\n'
        f'url = "json://{host}/{channel}/{{{key}}}"\n'
        for channel, key in (("sms", "phone"), ("chat", "customer_id"))
    )
    salon.appointment(at(9))
    assert relay_of(salon, config).run_once() == Tally(events=1, delivered=2)
    sms, chat = sorted(web.requests, key=lambda it: it.path, reverse=True)
    assert sms.path == "/sms/+41441111111"
    assert told(sms)["message"].startswith("Schnittwerk: Anfrage für Haircut am ")
    assert "\n" not in told(sms)["message"]
    assert chat.path == f"/chat/{salon.customer_id}"
    assert "Guten Tag Carla" in told(chat)["message"]

    salon.client.save_customer("Carla", id=salon.customer_id)
    without_checks(salon, "customers")
    salon.execute("update schnittwerk_core.customers set phone = ' '")
    salon.appointment(at(12))
    web.answer = lambda request: 500
    assert relay_of(salon, config).run_once() == Tally(events=1, failed=1)
    assert ("appointment.created", "skipped", "no_address") in deliveries(salon)


@pytest.mark.parametrize("phone", ["call mum", "044 111 11 11 or 12", "++41 44 111 11 11", "("])
def test_a_phone_that_is_none_becomes_no_other_number(
    salon: Salon, web: WebServer, phone: str
) -> None:
    agree(salon, sms=True)
    without_checks(salon, "customers")
    salon.execute("update schnittwerk_core.customers set phone = %s", phone)
    salon.appointment(at(9))
    host = web.url.removeprefix("http://")
    config = f'[[services]]\nname = "sms"\nchannel = "sms"\nurl = "json://{host}/{{phone}}"\n'
    assert relay_of(salon, config).run_once() == Tally(events=1, parked=1)
    assert web.requests == []
    assert deliveries(salon) == [
        ("appointment.created", "parked", "the phone number cannot be used")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: eve@example.org",
        "=?utf-8?q?Eve=0d=0aBcc=3A_eve=40example.org?=",
        "Eve\u2028\x85\x01\x1b[31m\u202eBcc: eve@example.org",
        'Eve "; X=1:\\,',
    ],
)
def test_names_forge_nothing_in_a_mail(salon: Salon, mail: MailServer, name: str) -> None:
    agree(salon, email=True)
    relay = relay_of(salon, to_mail(mail))
    salon.appointment(at(9))
    for table, column in (
        *(("customers", "full_name"), ("staff", "full_name")),
        *(("services", "name"), ("salon", "name")),
    ):
        without_checks(salon, table)
        salon.execute(f"update schnittwerk_core.{table} set {column} = %s", name)
    assert relay.run_once() == Tally(events=1, delivered=1)
    [sent] = mail.mails
    assert set(sent.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        "Content-Type",
    }
    assert [it.addr_spec for it in sent["To"].addresses] == ["carla@example.org"]
    assert sent["To"].addresses[0].display_name.startswith(("Eve", "= ?"))
    _, entry = invitation_of(mail)
    [attached] = sent.iter_attachments()
    assert len([it for it in str(attached.get_content()).splitlines() if it[:1] != " "]) == 16
    assert entry["ATTENDEE"] == "mailto:carla@example.org"
    shown = str(sent["Subject"]) + text_of(mail) + str(entry["SUMMARY"]) + sent["To"]
    assert not set(shown) & set("\u202e\u2028\x85\x01\x1b")
    assert "\nBcc" not in shown


def test_messages_wait_for_the_end_of_quiet_hours(
    salon: Salon, mail: MailServer, web: WebServer
) -> None:
    agree(salon, email=True)
    now = dt.datetime.now(ZONE)
    begin, end = (now + dt.timedelta(hours=it) for it in (-2, 2))
    salon.client.set_business_settings(
        {"quiet_hours": {"start_time": f"{begin:%H:%M}", "end_time": f"{end:%H:%M}"}}
    )
    salon.appointment(at(9))
    relay = relay_of(salon, to_mail(mail) + to_webhook(web))
    assert relay.run_once() == Tally(events=1, delivered=1)
    assert mail.mails == []
    assert len(web.requests) == 1
    [waiting] = salon.client.list_deliveries("pending")
    assert waiting.next_attempt_at == end.replace(second=0, microsecond=0)
    assert waiting.attempts == 0
    salon.client.set_business_settings({"quiet_hours": None})
    wait_no_longer(salon)
    assert relay.run_once() == Tally(delivered=1)


def test_a_reminder_comes_once_for_a_start(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    salon.client.set_policy("reminder_hours", 100)
    appointment = salon.appointment(at(9, days=8))
    soon = salon.appointment(at(12, days=2))
    relay = relay_of(salon, to_mail(mail))
    assert relay.run_once().reminders == 0, "not right after the confirmation either"

    def bring_near(days: int) -> None:
        salon.execute(
            "update schnittwerk_core.appointments set created_at = created_at - interval '30 days'"
        )
        salon.forge(
            "set occurred_at = occurred_at - interval '30 days' where table_name = 'appointments'"
        )
        salon.client.set_policy("reminder_hours", 24 * days)

    bring_near(9)
    salon.client.cancel_booking(soon.id)
    both = threading.Barrier(2, timeout=PATIENCE)

    def remind() -> int:
        with connect(salon.dsn) as client:
            client.list_salons()
            both.wait()
            return relay_of(salon, to_mail(mail), client).run_once().reminders

    with ThreadPoolExecutor(2) as threads:
        assert sum(results([threads.submit(remind) for _ in range(2)])) == 1
    assert relay.run_once().reminders == 0
    reminders = [it for it in mail.mails if "Erinnerung" in it["Subject"]]
    assert len(reminders) == 1
    assert list(reminders[0].iter_attachments()) == []

    salon.client.reschedule_booking(appointment.id, at(9, 7))
    assert relay.run_once().reminders == 0, "they have just been told"
    bring_near(9)
    assert relay.run_once().reminders == 1, "its new start is another"


def test_a_reminder_that_is_out_of_date_is_not_sent(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    appointment = salon.appointment(at(9))
    salon.execute("update schnittwerk_core.appointments set created_at = '2026-01-01'")
    salon.client.set_policy("reminder_hours", 96)
    assert salon.client.emit_reminders().reminders == 1
    salon.client.cancel_booking(appointment.id)
    relay_of(salon, to_mail(mail)).run_once()
    assert ("appointment.reminder_due", "skipped", "outdated") in deliveries(salon)
    assert not any("Erinnerung" in it["Subject"] for it in mail.mails)


def test_a_waitlist_offer_is_told_while_it_is_open(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    entry, *_ = salon.execute(
        "insert into schnittwerk_core.waitlist"
        " (salon_id, customer_id, service_id, preferred_start_date, preferred_end_date)"
        " select salon_id, id, %s, current_date, current_date + 9 from schnittwerk_core.customers"
        " returning salon_id, id",
        salon.service_id,
    )

    def offer(hour: int, minutes: int) -> None:
        salon.execute(
            "insert into schnittwerk_core.waitlist_offer"
            " (salon_id, entry_id, staff_id, starts_at, ends_at, price, expires_at)"
            " values (%s, %s, %s, %s, %s, 75, clock_timestamp() + make_interval(mins => %s))",
            *(entry["salon_id"], entry["id"], salon.staff_id),
            *(at(hour), at(hour + 1), minutes),
        )

    salon.execute("update schnittwerk_core.waitlist set status = 'notified'")
    offer(9, 60)
    config = read_config(written(to_mail(mail)))
    relay = Relay(salon.client, config)
    relay.run_once()
    [told_of] = mail.mails
    assert told_of["Subject"].endswith("um 09:00 Uhr ist frei geworden")
    assert "Wir halten ihn für Sie bis" in text_of(mail)


# Visits


def visit_of(salon: Salon, starts_at: dt.datetime, status: str = "pending") -> list[UUID]:
    """Books a colour with Ben, then a haircut with the first of the staff, then a wash with Ben.

    The last is written first: the order of writing means nothing.
    """
    client = salon.client
    ben = client.save_staff("Ben").id
    colour, wash = (
        client.save_service("Colour", 90, Decimal("98.50")),
        client.save_service("Wash", 15, 20),
    )
    items = [
        (colour.id, ben, 0, 90, colour.base_price),
        (salon.service_id, salon.staff_id, 90, 60, 50),
        (wash.id, ben, 150, 15, wash.base_price),
    ]
    visit_id = uuid4()
    ids = [uuid4() for _ in items]
    with salon.connect() as connection, connection.transaction():
        for number, (service, staff, begin, minutes, price) in reversed(list(enumerate(items))):
            start = starts_at + dt.timedelta(minutes=begin)
            connection.execute(
                "insert into schnittwerk_core.appointments (salon_id, id, customer_id, service_id,"
                " staff_id, starts_at, ends_at, price, status, visit_id, visit_item)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    *(salon.id, ids[number], salon.customer_id, service, staff),
                    *(start, start + dt.timedelta(minutes=minutes), price, status),
                    *(visit_id, number + 1),
                ],
            )
    return ids


def move(salon: Salon, days: int, ids: list[UUID]) -> None:
    """Moves appointments in one transaction."""
    salon.execute(
        "update schnittwerk_core.appointments"
        " set starts_at = starts_at + %s, ends_at = ends_at + %s where id = any (%s)",
        *(dt.timedelta(days), dt.timedelta(days), ids),
    )


def set_status(salon: Salon, status: str, ids: list[UUID]) -> None:
    """Gives appointments a status in one transaction."""
    salon.execute(
        "update schnittwerk_core.appointments set status = %s where id = any (%s)", status, ids
    )


def plain(mail: MailServer, number: int = -1) -> str:
    """The text of a mail with line breaks and spaces of one kind."""
    return text_of(mail, number).replace("\r\n", "\n").replace("\xa0", " ")


def after(hours: float, start: dt.datetime) -> dt.datetime:
    return start + dt.timedelta(hours=hours)


def test_a_visit_is_one_mail_with_one_calendar_entry(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    salon.client.set_contact_preferences(salon.customer_id, "en")
    relay = relay_of(salon, to_mail(mail))
    ids = visit_of(salon, at(9))
    assert relay.run_once() == Tally(events=3, delivered=1)
    move(salon, 1, ids)
    assert relay.run_once() == Tally(events=3, delivered=1)
    set_status(salon, "cancelled", ids[1:2])
    assert relay.run_once() == Tally(events=1, delivered=1)
    set_status(salon, "cancelled", ids[::2])
    assert relay.run_once() == Tally(events=2, delivered=1)

    day, next_day = (f"{at(9, days):%A, %B {at(9, days).day}, %Y}" for days in (3, 4))
    made, moved, one_cancelled, all_cancelled = (plain(mail, it) for it in range(4))
    listed = (
        f"  {day}\n"
        "  09:00 to 10:30: Colour with Ben, CHF98.50\n"
        "  10:30 to 11:30: Haircut with Staff 0, CHF50.00\n"
        "  11:30 to 11:45: Wash with Ben, CHF20.00\n"
        "  Total: CHF168.50\n\n"
    )
    assert listed in made
    assert f"Your appointment of {day}, 09:00, has been moved" in moved
    assert listed.replace(day, next_day) in moved
    assert f"is cancelled:\n\n  Haircut with Staff 0\n  {next_day}, 10:30\n\nStill" in one_cancelled
    assert (
        f"  {next_day}\n"
        "  09:00 to 10:30: Colour with Ben, CHF98.50\n"
        "  11:30 to 11:45: Wash with Ben, CHF20.00\n"
        "  Total: CHF118.50\n\n"
    ) in one_cancelled
    assert (
        f"is cancelled:\n\n  Colour with Ben\n  {next_day}, 09:00\n"
        f"  Wash with Ben\n  {next_day}, 11:30\n\nWe would be glad"
    ) in all_cancelled
    assert [it["Subject"].strip().partition(" on ")[0] for it in mail.mails] == [
        "Schnittwerk: we have your request for Colour, Haircut, Wash",
        "Schnittwerk: Colour, Haircut, Wash is now",
        "Schnittwerk: Haircut",
        "Schnittwerk: Colour, Wash",
    ]

    methods, entries = zip(*(invitation_of(mail, it) for it in range(4)), strict=True)
    assert methods == ("REQUEST", "REQUEST", "REQUEST", "CANCEL")
    assert len({str(it["UID"]) for it in entries}) == 1
    assert str(entries[0]["UID"]).partition("@")[0] not in {str(it) for it in ids}
    assert [int(it["SEQUENCE"]) for it in entries] == [3, 6, 7, 9]
    assert [str(it["STATUS"]) for it in entries] == ["TENTATIVE"] * 3 + ["CANCELLED"]
    assert {(it["DTSTART"].dt, it["DTEND"].dt) for it in entries[1:]} == {
        (at(9, 4), after(2.75, at(9, 4)))
    }
    assert [str(it["SUMMARY"]) for it in entries] == [
        *["Colour, Haircut, Wash, Schnittwerk"] * 2,
        *["Colour, Wash, Schnittwerk"] * 2,
    ]
    date = f"{at(9, 4):%Y-%m-%d}"
    assert str(entries[2]["DESCRIPTION"]).splitlines() == [
        f"{date} 09:00\N{EN DASH}10:30 Colour, Ben",
        f"{date} 11:30\N{EN DASH}11:45 Wash, Ben",
    ]


def test_consumers_get_an_event_for_each_appointment_of_a_visit(
    salon: Salon, web: WebServer
) -> None:
    ids = visit_of(salon, at(9))
    assert relay_of(salon, to_webhook(web)).run_once() == Tally(events=3, delivered=3)
    data = [told(it)["data"] for it in web.requests]
    assert {UUID(it["id"]): it["visit_item"] for it in data} == dict(
        zip(ids, (1, 2, 3), strict=True)
    )
    assert len({it["visit_id"] for it in data} - {None}) == 1


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_a_visit_is_one_message_however_its_events_are_read(salon: Salon, limit: int) -> None:
    ids = visit_of(salon, at(9))
    move(salon, 1, ids)
    targets = [{"name": "email", "channel": "email"}]
    made = 0
    while (done := salon.client.dispatch_events("relay", targets, limit)).events:
        made += done.deliveries
    assert made == 2
    assert deliveries(salon) == [
        ("appointment.created", "pending", None),
        ("appointment.rescheduled", "pending", None),
    ]


def test_a_visit_is_confirmed_once_with_its_last_appointment(
    salon: Salon, mail: MailServer
) -> None:
    agree(salon, email=True)
    relay = relay_of(salon, to_mail(mail))
    ids = visit_of(salon, at(9))
    relay.run_once()
    salon.client.confirm_booking(ids[1])
    assert relay.run_once() == Tally(events=1), "the others are pending"
    salon.client.confirm_booking(ids[0])
    salon.client.confirm_booking(ids[2])
    assert relay.run_once() == Tally(events=2, delivered=1)
    assert "Ihr Termin ist bestätigt" in text_of(mail)
    assert text_of(mail).count(" bei ") == 3
    assert [str(invitation_of(mail, it)[1]["STATUS"]) for it in range(2)] == [
        *("TENTATIVE", "CONFIRMED")
    ]


def test_a_change_of_one_appointment_tells_the_visit_as_it_is_now(
    salon: Salon, mail: MailServer
) -> None:
    agree(salon, email=True)
    ids = visit_of(salon, at(9), "confirmed")
    relay = relay_of(salon, to_mail(mail))
    relay.run_once()
    move(salon, 1, ids[2:])
    set_status(salon, "cancelled", ids[:1])
    assert relay.run_once() == Tally(events=2, delivered=2)
    for number in (1, 2):
        assert "Total: 70,00 CHF" in plain(mail, number), "without the cancelled colour"
        method, entry = invitation_of(mail, number)
        assert (method, int(entry["SEQUENCE"])) == ("REQUEST", 5)
        assert entry["DTSTART"].dt == after(1.5, at(9))
        assert entry["DTEND"].dt == after(2.75, at(9, 4))


def test_changes_of_a_visit_that_wait_are_told_at_once(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    ids = visit_of(salon, at(9))
    relay = relay_of(salon, to_mail(mail))
    relay.run_once()
    for it in reversed(ids):
        move(salon, 1, [it])
    assert relay.run_once() == Tally(events=3, delivered=1)
    assert [it for it in deliveries(salon) if it[1] == "skipped"] == [
        ("appointment.rescheduled", "skipped", "outdated")
    ] * 2


def test_a_change_of_a_visit_that_commits_late_is_told(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    ids = visit_of(salon, at(9))
    relay = relay_of(salon, to_mail(mail))
    relay.run_once()
    with psycopg.connect(salon.dsn) as late:
        late.execute(
            "update schnittwerk_core.appointments set status = 'cancelled' where id = %s", [ids[1]]
        )
        set_status(salon, "cancelled", ids[2:])
        assert relay.run_once() == Tally(events=1, delivered=1)
        late.commit()
    assert relay.run_once() == Tally(events=1, delivered=1)
    sequences = [int(invitation_of(mail, it)[1]["SEQUENCE"]) for it in range(3)]
    assert sequences == [3, 4, 5], "by what each shows, not by when the change began"
    assert "Total: 98,50 CHF" in plain(mail)


def test_messages_about_a_visit_come_in_order_and_again(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    ids = visit_of(salon, at(9))
    relay = relay_of(salon, to_mail(mail, "max_attempts = 2"))
    mail.refusal = "451 Busy"
    assert relay.run_once() == Tally(events=3, failed=1)
    set_status(salon, "cancelled", ids[2:])
    assert relay.run_once() == Tally(events=1), "the cancellation waits for the confirmation"
    wait_no_longer(salon)
    assert relay.run_once() == Tally(parked=1, failed=1), "what is parked holds nothing up"
    mail.refusal = None
    salon.client.retry_deliveries()
    wait_no_longer(salon)
    assert relay.run_once() == Tally(delivered=2)
    created, *_ = salon.execute(
        "select event_id from schnittwerk_core.event_delivery order by event_number"
    )
    assert mail.mails[0]["Message-ID"] == f"<{created['event_id']}@example.org>"
    assert ["Wash" in str(it["Subject"]) for it in mail.mails] == [False, True]


def test_a_visit_that_is_cancelled_before_it_was_told_is_not_confirmed(
    salon: Salon, mail: MailServer
) -> None:
    agree(salon, email=True)
    ids = visit_of(salon, at(9))
    set_status(salon, "cancelled", ids)
    assert relay_of(salon, to_mail(mail)).run_once() == Tally(events=6, delivered=1)
    assert deliveries(salon) == [
        ("appointment.created", "skipped", "outdated"),
        ("appointment.cancelled", "delivered", None),
    ]


def test_a_visit_is_reminded_of_once(salon: Salon, mail: MailServer, web: WebServer) -> None:
    agree(salon, email=True)
    salon.client.set_policy("reminder_hours", 100)
    ids = visit_of(salon, at(9), "confirmed")
    salon.execute("update schnittwerk_core.appointments set created_at = '2026-01-01'")
    salon.forge("set occurred_at = '2026-01-01' where table_name = 'appointments'")
    relay = relay_of(
        salon, to_mail(mail) + to_webhook(web) + 'events = ["appointment.reminder_due"]'
    )
    relay.run_once()
    assert [told(it)["data"]["visit_item"] for it in web.requests] == [1]
    reminders = [it for it in mail.mails if "Erinnerung" in it["Subject"]]
    assert len(reminders) == 1
    assert "09:00 bis 10:30 Uhr: Colour bei Ben, 98,50" in text_of(mail)
    assert "Total: 168,50" in text_of(mail)
    set_status(salon, "cancelled", ids[:1])
    assert relay.run_once().reminders == 0, "the cancellation has just told the rest"


def test_a_template_that_knows_no_visits_sums_one_up(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    Path("mine/de").mkdir(parents=True)
    Path("mine/de/confirmation.txt").write_text(
        "{{ service.name }}\n{{ staff.full_name }}\n{{ time(appointment.starts_at) }}-"
        "{{ time(appointment.ends_at) }}\n{{ money(appointment.price) }} {{ appointment.status }}\n"
    )
    visit_of(salon, at(9))
    relay_of(salon, to_mail(mail, 'templates = "mine"')).run_once()
    assert mail.mails[0]["Subject"] == "Colour, Haircut, Wash"
    assert plain(mail).splitlines() == [*("Ben, Staff 0", "09:00-11:45", "168,50 CHF pending")]


def test_names_forge_nothing_in_the_mail_of_a_visit(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    visit_of(salon, at(9))
    without_checks(salon, "services")
    salon.execute(
        "update schnittwerk_core.services set name = %s || name", "Eve\r\nBcc: x\u2028y\u202ez "
    )
    assert relay_of(salon, to_mail(mail)).run_once().delivered == 1
    [sent] = mail.mails
    _, entry = invitation_of(mail)
    shown = str(sent["Subject"]) + text_of(mail) + str(entry["SUMMARY"]) + str(entry["DESCRIPTION"])
    assert shown.count("Eve Bcc: x yz Wash") == 4
    assert not set(shown) & set("\u202e\u2028")
    assert "\nBcc" not in shown


# Configuration and the command


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["1: there is nothing to deliver to: no email, no services, no webhooks"]),
        (
            'x = 1\n[email]\nhost = 5\nport = 0\nsecurity = "ssl"\nsender = "nobody"\nto = "x"',
            [
                "1: x: is not a known key",
                "3: email.host: must be text",
                "4: email.port: must be from 1 to 65535",
                "5: email.security: must be one of starttls, tls, none",
                "6: email.sender: must be an e-mail address, such as Salon <salon@example.org>",
                "7: email.to: is not a known key",
            ],
        ),
        (
            'max_atempts = 3\ninterval = true\nlanguage = "xx"\nemail = "a@example.org"\n'
            'services = [{ channel = "sms", url = "" }]\nwebhooks = "https://x"',
            [
                "1: max_atempts: is not a known key; did you mean max_attempts?",
                "2: interval: must be a number",
                "3: language: template xx/cancellation.txt: unknown locale 'xx'",
                "4: email: must be a table",
                "5: services[1].name: is missing",
                "5: services[1].url: must not be empty",
                "6: webhooks: must be an array",
            ],
        ),
        (
            '[[webhooks]]\nname = "a"\nurl = "ftp://x"\nsecret = "${NOT_THERE}"\n'
            'events = [\n  "all",\n]\n[[webhooks]]\nname = "a"\nurl = "https://x"\nsecret = "!"',
            [
                "3: webhooks[1].url: must begin with https:// or http://",
                "4: webhooks[1].secret: the environment has no NOT_THERE",
                "6: webhooks[1].events[1]: must be a type of events,"
                " such as appointment.created or policy.*",
                "9: webhooks[2].name: more than one target is named 'a'",
                "11: webhooks[2].secret: must be base64, with or without whsec_ before it",
            ],
        ),
        (
            '[[services]]\nname = "email"\nchannel = "fax"\nurl = "nothing"\n'
            '[[services]]\nname = "b"\nchannel = "sms"\nurl = "json://x/{number}"\n'
            '[email]\nhost = "h"\nsender = "a@example.org"',
            [
                "2: services[1].name: more than one target is named 'email'",
                "3: services[1].channel: must be one of sms, chat",
                "4: services[1].url: is no URL that apprise knows",
                "8: services[2].url: there is no {number}, only {phone}, {email}, {customer_id}",
            ],
        ),
        (
            '[email]\nhost = "h"\nsender = "a@example.org\\r\\nBcc: b@example.org"',
            ["3: email.sender: must be an e-mail address, such as Salon <salon@example.org>"],
        ),
    ],
)
def test_a_bad_configuration_is_told_with_file_line_and_key(
    tmp_path: Path, text: str, faults: list[str]
) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert [str(it) for it in caught.value.faults] == [f"{file}:{it}" for it in faults]


def test_the_example_configuration_delivers_as_the_page_says(
    salon: Salon, mail: MailServer
) -> None:
    [commands] = run_by(__file__, "docs/notifications.md")
    _, *until_stopped = shlex.split(commands.splitlines()[0], comments=True)
    _, *once = shlex.split(commands.splitlines()[1], comments=True)
    assert once == [*until_stopped, "--once"]
    written(substituted(EXAMPLE.read_text("utf-8"), "port = 25\n", f"port = {mail.port}\n"))
    agree(salon, email=True)
    salon.appointment(at(9))
    assert "1 delivered" in salon.run(*once)
    assert mail.mails[0]["From"] == "Schnittwerk Your Style <salon@example.org>"


def test_nothing_is_sent_by_a_bad_configuration(salon: Salon, web: WebServer) -> None:
    salon.appointment(at(9))
    file = written(to_webhook(web) + "timeout = 0")
    done = salon.invoke("relay", "run", "--once", "--config", str(file))
    assert done.exit_code == 1
    assert done.stderr == f"Error: {file}:6: webhooks[1].timeout: must be from 0.1 to 300\n"
    as_json = salon.invoke("--json", "relay", "run", "--config", str(file))
    [fault] = json.loads(as_json.stderr)["details"]
    assert (fault["line"], fault["key"]) == (6, "webhooks[1].timeout")
    assert web.requests == []
    assert salon.client.list_deliveries() == []


def test_secrets_come_from_the_environment(
    salon: Salon, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    salon.appointment(at(9))
    relay_of(salon, to_webhook(web).replace(SECRET, "${HOOK_SECRET}")).run_once()
    [request] = web.requests
    Webhook(SECRET).verify(request.body, request.headers)


def test_no_fault_shows_what_the_file_or_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIDDEN", "hünter2")
    file = tmp_path / "relay.toml"
    tables = {
        "[email]": ("host", "security", "sender", "reply_to", "port", "password"),
        "[[services]]": ("channel", "url", "timeout"),
        "[[webhooks]]": ("url", "secret", "events"),
    }
    for value in ('"${HIDDEN}"', '"hünter2"', '["hünter2"]', '["${HIDDEN}"]'):
        lines = [
            f"{table}\n" + "".join(f"{key} = {value}\n" for key in keys)
            for table, keys in tables.items()
        ]
        file.write_text("".join(lines))
        with pytest.raises(ConfigError) as caught:
            read_config(file)
        assert len(caught.value.faults) > 8
        assert "hünter2" not in "".join(traceback.format_exception(caught.value)), value


def test_templates_of_ones_own_go_first(salon: Salon, mail: MailServer) -> None:
    agree(salon, email=True)
    own = Path("own/fr/confirmation.txt").absolute()
    own.parent.mkdir(parents=True)
    own.write_text("{{ salon.name }}, {{ date(appointment.starts_at) }}\n\nBonjour\n", "utf-8")
    salon.client.set_contact_preferences(salon.customer_id, "fr")
    appointment = salon.appointment(at(9))
    salon.client.cancel_booking(appointment.id)
    config = to_mail(mail, 'templates = "own"')
    relay_of(salon, config).run_once()
    assert text_of(mail, 0).strip() == "Bonjour"
    assert mail.mails[0]["Subject"].startswith("Schnittwerk, ")
    assert "Guten Tag" in text_of(mail, 1), "what they do not have comes in the relay's language"

    for text, fault in (
        ("{{ salon.nme }}", "template fr/confirmation.txt: 'dict object' has no attribute 'nme'"),
        ("\n{% if %}", f"{own}:2: Expected an expression, got 'end of statement block'"),
    ):
        own.write_text(text)
        file = written(config)
        with pytest.raises(ConfigError) as caught:
            Relay(salon.client, read_config(file))
        assert str(caught.value) == f"{file}:1: templates: {fault}"


def test_the_command_shows_and_retries_what_is_parked(salon: Salon, web: WebServer) -> None:
    file = str(written(to_webhook(web)))
    assert salon.run("relay", "status") == "no delivery\n"
    salon.appointment(at(9))
    salon.client.set_policy("max_reschedules", 5)
    web.answer = lambda request: 410 if b"policy.set" in request.body else 204
    once = salon.invoke("relay", "run", "--once", "--config", file)
    assert once.exit_code == 1
    assert "1 delivered, 0 failed, 1 parked" in once.stdout
    assert ": policy.set to hook: HTTP 410\n" in once.stderr, "the reason"
    shown = json.loads(salon.run("--json", "relay", "status"))
    [parked] = shown["parked"]
    assert [(it["status"], it["deliveries"]) for it in shown["counts"]] == [
        ("delivered", 1),
        ("parked", 1),
    ]
    short = parked["id"][:13]
    assert f"{short}  policy.set  hook    1         HTTP 410" in salon.run("relay", "status")
    web.answer = lambda request: 204
    assert salon.failure("relay", "retry", "0000-1111").startswith("0 parked deliveries have an id")
    assert salon.run("relay", "retry", short) == "1 due again\n"
    assert salon.run("relay", "retry", "--all") == "0 due again\n"
    again = json.loads(salon.run("--json", "relay", "run", "--once", "--config", file))
    assert again["delivered"] == 1
    for wrong in (["retry"], ["retry", "--all", parked["id"]]):
        assert salon.invoke("relay", *wrong).exit_code == 2


def test_without_a_database_the_relay_waits(salon: Salon, web: WebServer) -> None:
    missing = salon.dsn.replace("/book_", "/no_book_")
    assert missing != salon.dsn
    broken = replace(salon, dsn=missing)
    relay = start(broken, to_webhook(web), "--interval", "0.1")
    assert relay.stderr is not None
    lines = [relay.stderr.readline() for _ in range(3)]
    assert lines[0] == "relaying to hook\n"
    assert all("the database does not answer" in it for it in lines[1:])
    relay.send_signal(signal.SIGTERM)
    relay.communicate(timeout=PATIENCE)
    assert relay.returncode == 0
    assert os.environ.get("SCHNITTWERK_DSN") is None
