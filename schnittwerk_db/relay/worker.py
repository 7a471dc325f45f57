"""The relay's work: notes what is to be delivered, and delivers it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg

from schnittwerk_db.client import Client, connect
from schnittwerk_db.relay.config import Config
from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, NoAddress

_GIVES_UP_AFTER = 3
"""Failures in a row after which a target is left alone until the next round."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a round did: waitlist offers and reminders made, events passed, deliveries ended."""

    offers: int = 0
    reminders: int = 0
    events: int = 0
    delivered: int = 0
    failed: int = 0
    parked: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, it) for it in self.__slots__)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, it) + getattr(other, it) for it in self.__slots__))


class Relay:
    """Delivers the events of all salons, or of some.

    The client's connection must be in autocommit. Any number of relays may work on a book at once:
    each delivery is locked by the one that makes it, in a transaction that ends when the other side
    has taken it. One that is killed meanwhile leaves it to be made again.
    """

    def __init__(
        self, client: Client, config: Config, salon_ids: Sequence[UUID] | None = None
    ) -> None:
        self.client = client
        self.config = config
        self._salon_ids = salon_ids
        self._targets = {it.name: it for it in config.targets}

    def run_once(self, stop: threading.Event | None = None) -> Tally:
        """Does all that is due, for every salon; ``stop`` ends it after the delivery under way."""
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
        offers = self.client.process_waitlist().new_offers
        reminders = self.client.emit_reminders().reminders
        events = 0
        targets = [
            {"name": it.name, "channel": it.channel, "events": it.events}
            for it in self.config.targets
        ]
        while passed := self.client.dispatch_events(self.config.name, targets).events:
            events += passed
        return Tally(offers, reminders, events) + self._deliver(stop)

    def _deliver(self, stop: threading.Event) -> Tally:
        ended: Counter[str] = Counter()
        failures = dict.fromkeys(self._targets, 0)
        while not stop.is_set():
            able = [it for it, count in failures.items() if count < _GIVES_UP_AFTER]
            with self.client.connection.transaction():
                delivery = self.client.claim_delivery(able)
                if delivery is None:
                    break
                outcome, detail = "delivered", None
                try:
                    self._targets[delivery.target].send(delivery)
                    failures[delivery.target] = 0
                except DeliveryFailed as error:
                    outcome, detail = "failed", str(error)
                    failures[delivery.target] += 1
                except DeliveryRefused as error:
                    outcome, detail = "refused", str(error)
                except NoAddress:
                    outcome, detail = "skipped", "no_address"
                status = self.client.end_delivery(
                    delivery.id, outcome, detail, self.config.max_attempts
                ).status
            ended["failed" if status == "pending" else status] += 1
        return Tally(delivered=ended["delivered"], failed=ended["failed"], parked=ended["parked"])


def run(
    dsn: str | None,
    config: Config,
    stop: threading.Event,
    salon_ids: Sequence[UUID] | None = None,
    interval: float | None = None,
    tell: Callable[[Tally | psycopg.OperationalError], None] = lambda it: None,
) -> None:
    """Runs a relay until ``stop`` is set, a round every ``interval`` seconds.

    Without an interval it is ``config``'s.
    ``tell`` hears of each round, and of a database that cannot be reached, for which it waits.
    """
    pause = config.interval if interval is None else interval
    while not stop.is_set():
        try:
            with connect(dsn) as client:
                relay = Relay(client, config, salon_ids)
                while not stop.is_set():
                    tell(relay.run_once(stop))
                    stop.wait(pause)
        except psycopg.OperationalError as error:
            tell(error)
            stop.wait(pause)
