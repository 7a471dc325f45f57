"""How bookings, retries, rules and the waitlist went."""

from __future__ import annotations

from dataclasses import fields

import click

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say_lines, table
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session, each_opened, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import PAST_FROM, PAST_TO, TypedDate, span
from schnittwerk_db.cli.words import word
from schnittwerk_db.models import BookingMetrics


@click.command()
@PAST_FROM
@PAST_TO
@click.option(
    "--prometheus", is_flag=True, help="Print Prometheus' text format; of all salons, or --salon."
)
@click.pass_obj
def metrics(
    settings: Settings, from_: TypedDate | None, to: TypedDate | None, prometheus: bool
) -> None:
    """Show how bookings, retries, rules and the waitlist went.

    A date without a year, or a weekday, means the last one.

    \b
    schnittwerk metrics --from yesterday
    """
    if not prometheus:
        with opened(settings) as session:
            found = _measured(session, from_, to)
            if settings.json:
                print_json(found)
            else:
                say_lines(_report(session, found))
        return
    # The package takes as long to load as a short command to run.
    from schnittwerk_db.exposition import exposition

    click.echo(
        exposition({it.salon.name: _measured(it, from_, to) for it in each_opened(settings)}),
        nl=False,
    )


def _measured(session: Session, from_: TypedDate | None, to: TypedDate | None) -> BookingMetrics:
    """The metrics of whole local days."""
    return session.client.booking_metrics(*session.span(*session.looking_back(from_, to)))


def _report(session: Session, found: BookingMetrics) -> str:
    measured = span(found.measured_from, found.measured_to, session.zone)
    currency, prices = session.salon.currency, found.prices
    slots, times, waitlist = found.slot_generation, found.duration_ms, found.waitlist
    violations = ", ".join(f"{it.code} {it.count}" for it in found.policy_violations)
    durations = ", ".join(
        f"{_(it.name)} {getattr(times, it.name)} ms"
        for it in fields(times)
        if getattr(times, it.name) is not None
    )
    offers, holds = (
        ", ".join(f"{getattr(counts, it.name)} {word(it.name)}" for it in fields(counts))
        for counts in (waitlist.offers, found.holds)
    )
    fees = ", ".join(
        f"{getattr(found.fees, it.name).count} {word(it.name)}"
        f" ({getattr(found.fees, it.name).amount} {currency})"
        for it in fields(found.fees)
    )
    applied = ", ".join(
        f"{it.name} {it.amount:+.2f} {currency} ({it.bookings})" for it in prices.rules
    )
    rows = [
        (_("booking success rate"), _share(found.success_rate, found.succeeded, found.attempts)),
        (
            _("slot generation"),
            f"{slots.average_ms} ms" if slots.average_ms else translated(slots.reason or ""),
        ),
        (
            _("races"),
            _(
                "{conflicts} slot conflicts, {replays} replays of a key, {in_flight} in flight,"
                " {reused} reused"
            ).format(
                conflicts=found.conflicts,
                replays=found.key_replays,
                in_flight=found.keys_in_flight,
                reused=found.keys_reused,
            ),
        ),
        (_("policy violations"), violations or _("none")),
        (
            _("waitlist conversion rate"),
            _share(found.waitlist_conversion_rate, waitlist.booked, waitlist.ended),
        ),
        (
            _("waitlist"),
            _("{joined} joined, offers: {offers}").format(joined=waitlist.joined, offers=offers),
        ),
        (_("holds"), holds),
        (_("fees"), fees),
        (
            _("revenue"),
            _("{revenue} {currency} of {count} bookings").format(
                revenue=prices.revenue, currency=currency, count=prices.bookings
            ),
        ),
        (_("price rules"), applied or _("none applied")),
        (_("duration of writes"), durations or _("none")),
    ]
    margin = max(25, *(len(name) for name, _value in rows))
    counts = [
        (name, it["completed"], it["failed"], it["refused"])
        for name, it in sorted(found.operations.items())
    ]
    return "\n".join(
        [
            measured,
            *(f"{name:<{margin}} {value}" for name, value in rows),
            *(["", _operations(counts)] if counts else []),
        ]
    )


def _operations(counts: list[tuple[str, int, int, int]]) -> str:
    return table(
        counts,
        {
            _("operation"): lambda it: it[0],
            _("completed"): lambda it: it[1],
            _("failed"): lambda it: it[2],
            _("refused"): lambda it: it[3],
        },
    )


def _share(rate: object, part: int, whole: int) -> str:
    if rate is None:
        return _("none yet")
    return _("{percent:.1f}% ({part} of {whole})").format(
        percent=100 * part / whole, part=part, whole=whole
    )
