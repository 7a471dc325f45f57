"""The relay's work: records what is to be delivered, and delivers it."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import psycopg

from schnittwerk_db.client import Client, connect
from schnittwerk_db.errors import BookingError, SchemaMissing
from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.addresses import one_line, with_plain_names
from schnittwerk_db.relay.config import Config
from schnittwerk_db.relay.deadline import DeadlineError, within
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, NoAddress

_GIVES_UP_AFTER = 3
"""Failures in a row after which a target is left alone until the next round."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a round did: offers and reminders made, events dispatched, deliveries ended.

    ``errors`` counts steps that failed, such as the reminders of one salon.
    """

    offers: int = 0
    reminders: int = 0
    events: int = 0
    delivered: int = 0
    failed: int = 0
    parked: int = 0
    errors: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, it) for it in self.__slots__)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, it) + getattr(other, it) for it in self.__slots__))


class Relay:
    """Delivers the events of all salons, or of some.

    The client's connection must be in autocommit. Any number of relays may work on a book at once:
    each locks a delivery in a transaction that ends when the other side has accepted it. If a relay
    is killed before, the delivery is made again.

    A failure stops nothing else: a delivery fails or is parked, a failed step counts as an error,
    and ``complain`` gets a line about each, without personal data. Only a lost connection ends a
    round.
    """

    def __init__(
        self,
        client: Client,
        config: Config,
        salon_ids: Sequence[UUID] | None = None,
        complain: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.client = client
        self.config = config
        self._salon_ids = salon_ids
        self._complain = complain
        self._targets = {it.name: it for it in config.targets}

    def run_once(self, stop: threading.Event | None = None) -> Tally:
        """Does all that is due, for every salon; ``stop`` ends it after the current delivery."""
        done = Tally()
        for salon_id in self._salon_ids or [it.id for it in self.client.list_salons()]:
            with self._at(salon_id):
                done += self._round(stop or threading.Event())
        return done

    @contextmanager
    def _at(self, salon_id: UUID) -> Iterator[None]:
        before, self.client.salon_id = self.client.salon_id, salon_id
        try:
            yield
        finally:
            self.client.salon_id = before

    def _round(self, stop: threading.Event) -> Tally:
        done = Tally()
        for name, step in (
            ("process_waitlist", self._offer()),
            ("emit_reminders", self._remind()),
            ("dispatch_events", self._dispatch()),
            ("deliver", self._deliver(stop)),
        ):
            try:
                for it in step:
                    done += it
            except Exception as error:
                is_lost = self.client.connection.closed
                if isinstance(error, psycopg.OperationalError) and is_lost:
                    raise
                self._complain(f"salon {self.client.salon_id}: {name}: {reason_of(error)}")
                done += Tally(errors=1)
        return done

    def _offer(self) -> Iterator[Tally]:
        while True:
            done = self.client.process_waitlist()
            yield Tally(offers=done.new_offers)
            if not (done.new_offers or done.expired_offers or done.lapsed_holds):
                return

    def _remind(self) -> Iterator[Tally]:
        yield Tally(reminders=self.client.emit_reminders().reminders)

    def _dispatch(self) -> Iterator[Tally]:
        targets = [
            {"name": it.name, "channel": it.channel, "events": it.events or None}
            for it in self.config.targets
        ]
        while passed := self.client.dispatch_events(self.config.name, targets).events:
            yield Tally(events=passed)

    def _deliver(self, stop: threading.Event) -> Iterator[Tally]:
        failures = dict.fromkeys(self._targets, 0)
        while not stop.is_set():
            able = [it for it, count in failures.items() if count < _GIVES_UP_AFTER]
            with self.client.connection.transaction():
                delivery = self.client.claim_delivery(able)
                if delivery is None:
                    return
                outcome, detail = self._send(delivery)
                status = self.client.end_delivery(
                    delivery.id, outcome, detail, self.config.max_attempts
                ).status
            if outcome == "delivered":
                failures[delivery.target] = 0
            elif outcome == "failed":
                failures[delivery.target] += 1
            ended = "failed" if status == "pending" else status
            if ended in ("failed", "parked"):
                what = f"{delivery.event.type} to {delivery.target}"
                self._complain(f"{ended} {delivery.id}: {what}: {detail}")
            yield Tally(**{ended: 1} if ended in Tally.__slots__ else {})

    def _send(self, delivery: Delivery) -> tuple[str, str | None]:
        """The outcome and its detail for `Client.end_delivery`. It never raises."""
        if delivery.fault is not None:
            return "refused", delivery.fault
        if delivery.message is not None:
            delivery = replace(delivery, message=with_plain_names(delivery.message))
        target = self._targets[delivery.target]
        try:
            within(target.timeout, lambda: target.send(delivery))
        except NoAddress:
            return "skipped", "no_address"
        except DeadlineError:
            return "failed", f"not done within {target.timeout:g} seconds"
        except DeliveryFailed as error:
            return "failed", reason_of(error)
        except Exception as error:
            return "refused", reason_of(error)
        return "delivered", None


def reason_of(error: Exception) -> str:
    """The error in a line of at most 500 characters, without personal data and secrets.

    The text of an unknown error may quote either, so it is replaced by its class and its place.
    """
    if isinstance(error, DeliveryFailed | DeliveryRefused | BookingError | SchemaMissing):
        text = str(error)
    elif isinstance(error, psycopg.Error):
        # the messages of data exceptions quote the data
        says = None if isinstance(error, psycopg.DataError) else error.diag.message_primary
        text = ": ".join(filter(None, (type(error).__name__, error.sqlstate, says)))
    else:
        text = ""
    if not one_line(text):
        [*_, place] = traceback.extract_tb(error.__traceback__) or [None]
        where = f" at {Path(place.filename).name}:{place.lineno}" if place else ""
        text = f"{type(error).__name__}{where}"
    return one_line(text)[:500]


def run(
    dsn: str | None,
    config: Config,
    stop: threading.Event,
    salon_ids: Sequence[UUID] | None = None,
    interval: float | None = None,
    tell: Callable[[Tally | psycopg.OperationalError], None] = lambda it: None,
    complain: Callable[[str], None] = lambda line: None,
) -> None:
    """Runs a relay until ``stop`` is set, a round every ``interval`` seconds.

    Without an interval it is ``config``'s. ``tell`` gets each round's tally, or the error if the
    database cannot be reached; the relay then waits and tries again. ``complain`` is `Relay`'s.
    """
    pause = config.interval if interval is None else interval
    while not stop.is_set():
        try:
            with connect(dsn) as client:
                relay = Relay(client, config, salon_ids, complain)
                while not stop.is_set():
                    tell(relay.run_once(stop))
                    stop.wait(pause)
        except psycopg.OperationalError as error:
            tell(error)
            stop.wait(pause)
