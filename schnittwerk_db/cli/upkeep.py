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
from schnittwerk_db.cli.asking import YES, confirm
from schnittwerk_db.cli.failures import Refusal, lines_of
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.progress import bar
from schnittwerk_db.cli.session import Session, each_opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.words import word
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

_MAINTAINED = (
    *("operations", "refusals", "ended_holds", "ended_offers", "claims", "holds", "events"),
    *("notes", "audit", "customers"),
)


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

    \b
    schnittwerk maintain
    """

    def maintained(session: Session) -> tuple[Counter[str], list[AffectedAppointment]]:
        with bar(settings, session.salon.name) as move:
            counts, affected = _maintained(session, move)
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
    for name, (counts, _affected) in done.items():
        say(
            _(
                "{salon}: {operations} operations, {refusals} refusals, {ended_holds} ended holds,"
                " {ended_offers} ended offers, {claims} claims, {holds} holds, {events} events,"
                " {notes} notes, {audit} audit entries deleted, {customers} customers erased"
            ).format(salon=name, **{it: counts[it] for it in _MAINTAINED})
        )
    made, dropped = (
        sum(counts[f"partitions_{what}"] for counts, _affected in done.values())
        for what in ("made", "dropped")
    )
    if made or dropped:
        say(_("partitions: {made} made, {dropped} dropped").format(made=made, dropped=dropped))


@click.command()
@click.option("--dry-run", is_flag=True, help="Delete nothing, and tell what would go.")
@YES
@click.pass_obj
def retention(settings: Settings, dry_run: bool, yes: bool) -> None:
    """Delete what the retention policies do not keep, in all salons or --salon.

    The policies are retention_..._days: see schnittwerk policies list. Of customers the personal
    data is erased, of notes the text; what was booked stays. schnittwerk maintain does it too.

    \b
    schnittwerk retention --dry-run
    """
    if not (dry_run or yes):
        with _each_salon(settings, _expired) as done:
            rows = sum(it.rows for found in done.values() for it in found)
            confirm(
                settings,
                yes,
                _("Delete {rows} rows for good?").format(rows=rows),
                lambda: _print_expired(settings, done, _("found")),
            )
    if dry_run:
        with _each_salon(settings, _expired) as done:
            _print_expired(settings, done, _("found"))
    else:
        with _each_salon(settings, lambda it: _applied(settings, it)) as done:
            _print_expired(settings, done, _("deleted"))


def _print_expired(settings: Settings, done: Mapping[str, list[Expired]], what: str) -> None:
    print_records(
        settings,
        [it for found in done.values() for it in found],
        {
            _("salon"): lambda it: it.salon,
            _("kind"): lambda it: word(it.kind),
            _("policy"): lambda it: it.policy,
            _("days"): lambda it: it.days or _("kept for ever"),
            what: lambda it: it.rows,
        },
        none=_("no salon"),
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
        raise Refusal(_("failed in {failures}").format(failures="; ".join(failures)))


def _maintained(
    session: Session, move: Callable[[int], None]
) -> tuple[Counter[str], list[AffectedAppointment]]:
    # what waits in vain is over first, so that it does not keep its customer
    repeated(session.client.process_waitlist)
    affected: list[AffectedAppointment] = []

    def maintain() -> Maintained:
        maintained = session.client.maintain()
        affected.extend(maintained.affected_appointments)
        return maintained

    counts = repeated(maintain, move)
    counts.update(repeated(session.client.apply_retention, move))
    return counts, affected


def _expired(session: Session) -> list[Expired]:
    """What the policies do not keep."""
    return _by_policy(session, Counter(asdict(session.client.apply_retention(is_dry_run=True))))


def _applied(settings: Settings, session: Session) -> list[Expired]:
    """Deletes what the policies do not keep."""
    with bar(settings, session.salon.name) as move:
        return _by_policy(session, repeated(session.client.apply_retention, move))


def _by_policy(session: Session, counts: Mapping[str, int]) -> list[Expired]:
    days = {it.policy_key: it.in_force for it in session.client.list_policies()}
    return [
        Expired(session.salon.name, kind, policy, days[policy], counts[kind])
        for kind, policy in POLICIES.items()
    ]


def repeated(
    call: Callable[[], Maintained | Retention | ProcessedWaitlist],
    move: Callable[[int], None] = lambda _count: None,
) -> Counter[str]:
    """Calls until nothing is left to do, since a call has its bounds; counts what was done.

    After each call ``move`` gets how much that was.
    """
    counts: Counter[str] = Counter()
    while True:
        batch = {name: rows for name, rows in asdict(call()).items() if isinstance(rows, int)}
        counts.update(batch)
        move(sum(batch.values()))
        if not any(batch.values()):
            return counts
