"""What grows old is deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TypeVar

import click
import psycopg

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.failures import Refusal, lines_of
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import Session, each_opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.errors import BookingError
from schnittwerk_db.models import (
    AffectedAppointment,
    Maintained,
    ProcessedWaitlist,
    Retention,
)

T = TypeVar("T")

# What is deleted, and the policy that says after how many days.
POLICIES = {
    "operations": "retention_operations_days",
    "refusals": "retention_operations_days",
    "events": "retention_events_days",
    "customers": "retention_customers_days",
    "notes": "retention_notes_days",
    "audit": "retention_audit_days",
}


@dataclass(frozen=True)
class Expired:
    """How much of a kind a salon's policy does not keep; with 0 days it keeps all."""

    salon: str
    kind: str
    policy: str
    days: object
    rows: int


@click.command()
@click.pass_obj
def maintain(settings: Settings) -> None:
    """Delete what nobody needs any more, in all salons or --salon: to be run once a day.

    That is what the retention policies do not keep (see schnittwerk retention), claims on time a
    day after an override could last reach it, and holds and offers as old as the idempotency keys
    that go. The journal, the deliveries and the refusals get partitions for the months to come,
    and lose those of which no row is kept.
    When the server has got other rules for a salon's time zone, the command lists the appointments
    that these rules moved out of open time.
    """

    def maintained(session: Session) -> tuple[Counter[str], list[AffectedAppointment]]:
        counts, affected = _maintained(session)
        if not settings.json:
            tell_affected(session, affected)
        return counts, affected

    with _each_salon(settings, maintained) as done:
        _print_maintained(settings, done)


def _print_maintained(
    settings: Settings, done: Mapping[str, tuple[Counter[str], list[AffectedAppointment]]]
) -> None:
    if settings.json:
        print_json(
            {
                name: {**counts, "affected_appointments": affected}
                for name, (counts, affected) in done.items()
            }
        )
        return
    for name, (counts, _) in done.items():
        kinds = (
            "operations",
            "refusals",
            "ended_holds",
            "ended_offers",
            "claims",
            "holds",
            "events",
            "notes",
        )
        deleted = ", ".join(f"{counts[kind]} {kind.replace('_', ' ')}" for kind in kinds)
        say(
            f"{name}: {deleted}, {counts['audit']} audit entries deleted,"
            f" {counts['customers']} customers erased"
        )
    made, dropped = (
        sum(counts[f"partitions_{what}"] for counts, _ in done.values())
        for what in ("made", "dropped")
    )
    if made or dropped:
        say(f"partitions: {made} made, {dropped} dropped")


@click.command()
@click.option("--dry-run", is_flag=True, help="Delete nothing, and tell what would go.")
@click.pass_obj
def retention(settings: Settings, dry_run: bool) -> None:
    """Delete what the retention policies do not keep, in all salons or --salon.

    The policies are retention_..._days: see schnittwerk policies list. Of customers the personal
    data is erased, of notes the text; what was booked stays. schnittwerk maintain does it too.
    """
    with _each_salon(settings, lambda it: _expired(it, dry_run)) as done:
        print_records(
            settings,
            [it for found in done.values() for it in found],
            {
                "salon": lambda it: it.salon,
                "kind": lambda it: it.kind,
                "policy": lambda it: it.policy,
                "days": lambda it: it.days or "kept for ever",
                "found" if dry_run else "deleted": lambda it: it.rows,
            },
            none="no salon",
        )


@contextmanager
def _each_salon(settings: Settings, act: Callable[[Session], T]) -> Iterator[dict[str, T]]:
    """What an action gives in each salon, by name.

    Where it fails in one, it goes on in the others; the command fails at the end.
    """
    done, failures = {}, []
    for session in each_opened(settings):
        try:
            done[session.salon.name] = act(session)
        except (BookingError, psycopg.Error) as error:
            if session.client.connection.closed:
                raise
            failures.append(f"{session.salon.name}: {'; '.join(lines_of(error))}")
    yield done
    if failures:
        raise Refusal(f"failed in {'; '.join(failures)}")


def _maintained(session: Session) -> tuple[Counter[str], list[AffectedAppointment]]:
    # what waits in vain is over first, so that it does not keep its customer
    repeated(session.client.process_waitlist)
    affected: list[AffectedAppointment] = []

    def maintain() -> Maintained:
        maintained = session.client.maintain()
        affected.extend(maintained.affected_appointments)
        return maintained

    counts = repeated(maintain)
    counts.update(repeated(session.client.apply_retention))
    return counts, affected


def _expired(session: Session, is_dry_run: bool) -> list[Expired]:
    client = session.client
    days = {it.policy_key: it.in_force for it in client.list_policies()}
    counts = (
        Counter(asdict(client.apply_retention(is_dry_run=True)))
        if is_dry_run
        else repeated(client.apply_retention)
    )
    return [
        Expired(session.salon.name, kind, policy, days[policy], counts[kind])
        for kind, policy in POLICIES.items()
    ]


def repeated(call: Callable[[], Maintained | Retention | ProcessedWaitlist]) -> Counter[str]:
    """Calls until nothing is left to do, since a call has its bounds; counts what was done."""
    counts: Counter[str] = Counter()
    while True:
        batch = {name: rows for name, rows in asdict(call()).items() if isinstance(rows, int)}
        counts.update(batch)
        if not any(batch.values()):
            return counts
