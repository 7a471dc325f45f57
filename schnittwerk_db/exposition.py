"""Metrics in Prometheus' text format.

They are gauges over a period, not counters since the beginning: what they count is deleted after
30 days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import partial

from schnittwerk_db.extras import needs_extra
from schnittwerk_db.models import BookingMetrics

with needs_extra("cli"):
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector

Number = Decimal | int | float | None


def exposition(salons: Mapping[str, BookingMetrics]) -> str:
    """The metrics of salons by their names; None is left out, as Prometheus has no null."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Salons(salons))
    return generate_latest(registry).decode()


class _Salons(Collector):
    def __init__(self, salons: Mapping[str, BookingMetrics]) -> None:
        self._salons = salons

    def collect(self) -> Iterator[Metric]:
        yield self._gauge("window_seconds", "Length of the time measured.", _window)
        yield self._gauge("booking_attempts", "Bookings asked for.", lambda it: it.attempts)
        yield self._gauge(
            "booking_success_ratio", "Share of these that were booked.", lambda it: it.success_rate
        )
        yield self._gauge(
            "slot_conflicts", "Writes refused as the slot was taken.", lambda it: it.conflicts
        )
        yield self._gauge(
            "idempotency_key_replays",
            "Retries that got the stored answer.",
            lambda it: it.key_replays,
        )
        yield self._gauge(
            "waitlist_conversion_ratio",
            "Share of the waitlist entries that ended which were booked.",
            lambda it: it.waitlist_conversion_rate,
        )
        yield self._gauge(
            "slot_generation_milliseconds",
            "Average time to list slots, of the whole database since its statistics began.",
            lambda it: it.slot_generation.average_ms,
        )
        yield self._labelled("refusals", "Writes refused.", "code", lambda it: it.refusals)
        yield self._labelled(
            "operation_duration_milliseconds",
            "How long keyed writes took.",
            "statistic",
            lambda it: {at.name: getattr(it.duration_ms, at.name) for at in fields(it.duration_ms)},
        )
        yield self._labelled(
            "waitlist_entries",
            "Waitlist entries by what happened to them.",
            "event",
            lambda it: {name: getattr(it.waitlist, name) for name in ("joined", "ended", "booked")},
        )
        yield self._labelled(
            "waitlist_offers",
            "Slots offered to the waitlist by what became of them.",
            "event",
            lambda it: {
                at.name: getattr(it.waitlist.offers, at.name) for at in fields(it.waitlist.offers)
            },
        )
        yield self._labelled(
            "holds",
            "Slots held by what became of them.",
            "event",
            lambda it: {at.name: getattr(it.holds, at.name) for at in fields(it.holds)},
        )
        yield self._labelled(
            "fees",
            "Fees for late cancellations and no-shows by what became of them.",
            "event",
            partial(_fees, "count"),
        )
        yield self._labelled(
            "fees_amount",
            "Sums of these fees in the salon's currency.",
            "event",
            partial(_fees, "amount"),
        )
        yield self._gauge(
            "revenue",
            "Agreed prices of live bookings in the salon's currency.",
            lambda it: it.prices.revenue,
        )
        yield self._labelled(
            "price_rule_bookings",
            "Live bookings to which a price rule applied.",
            "rule",
            partial(_rules, "bookings"),
        )
        yield self._labelled(
            "price_rule_amount",
            "What a price rule added to their prices in the salon's currency.",
            "rule",
            partial(_rules, "amount"),
        )
        operations = GaugeMetricFamily(
            "schnittwerk_operations",
            "Writes by operation and outcome.",
            labels=["salon", "operation", "outcome"],
        )
        for salon, found in self._salons.items():
            for operation, outcomes in sorted(found.operations.items()):
                for outcome, count in sorted(outcomes.items()):
                    operations.add_metric([salon, operation, outcome], count)
        yield operations

    def _gauge(self, name: str, help_: str, value: Callable[[BookingMetrics], Number]) -> Metric:
        family = GaugeMetricFamily(f"schnittwerk_{name}", help_, labels=["salon"])
        for salon, found in self._salons.items():
            number = value(found)
            if number is not None:
                family.add_metric([salon], float(number))
        return family

    def _labelled(
        self,
        name: str,
        help_: str,
        label: str,
        values: Callable[[BookingMetrics], Mapping[str, Number]],
    ) -> Metric:
        family = GaugeMetricFamily(f"schnittwerk_{name}", help_, labels=["salon", label])
        for salon, found in self._salons.items():
            for key, number in values(found).items():
                if number is not None:
                    family.add_metric([salon, key], float(number))
        return family


def _window(found: BookingMetrics) -> float:
    return (found.measured_to - found.measured_from).total_seconds()


def _fees(name: str, found: BookingMetrics) -> dict[str, Number]:
    return {it.name: getattr(getattr(found.fees, it.name), name) for it in fields(found.fees)}


def _rules(name: str, found: BookingMetrics) -> dict[str, Number]:
    return {it.name: getattr(it, name) for it in found.prices.rules}
