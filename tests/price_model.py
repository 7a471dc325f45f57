"""What a start costs by price rules: every rule is looked at, for the SQL to be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from model import Calendar, weekday

KINDS = ("time", "lead_time", "demand", "promotion")
LIMITS = {"code", "first_visit", "max_uses", "max_uses_per_customer"}
"""Conditions of promotions that not everybody meets, any number of times."""


@dataclass(frozen=True)
class PriceRule:
    """A rule; its conditions bear the names that save_price_rule gives them.

    Services and staff are sets of names, days a set (0 = Sunday), times pairs of minutes of the
    day, lead_hours and booked_percent pairs of numbers, where null is no bound. What the adjustment
    is, `percent`, `amount` or `price`, comes with its number.
    """

    id: UUID
    kind: str
    conditions: Mapping[str, Any]
    adjustment: tuple[str, Decimal]
    priority: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    is_active: bool = True

    def change(self, price: Decimal) -> Decimal:
        """What the adjustment adds to a price."""
        what, number = self.adjustment
        return {"percent": price * number / 100, "amount": number, "price": number - price}[what]


@dataclass(frozen=True)
class Booked:
    """An appointment, or a slot held, in whatever state it is."""

    id: str
    customer: str | None
    staff: str
    start: int
    busy_minutes: int
    promotion: UUID | None
    is_live: bool
    is_used: bool
    """Whether it counts as a use of its promotion."""
    is_hold: bool = False


@dataclass(frozen=True)
class Request:
    """Who asks for the price of what: with a code, for a visit, or to change an appointment."""

    service: str
    customer: str | None = None
    code: str | None = None
    is_visit: bool = False
    changed: Booked | None = None


@dataclass(frozen=True)
class Priced:
    """A price, the rules that made it with what each added, and why the code did not count."""

    base_price: Decimal
    rules: tuple[tuple[PriceRule, Decimal], ...]
    price: Decimal
    code: str | None = None

    @property
    def promotion(self) -> UUID | None:
        return next((rule.id for rule, _ in self.rules if rule.kind == "promotion"), None)


@dataclass
class Prices:
    """What the prices in a salon depend on."""

    calendar: Calendar
    rules: list[PriceRule]
    base_prices: Mapping[str, Decimal]
    """By service."""
    limits: Mapping[str, tuple[Decimal | None, Decimal | None]]
    own_prices: Mapping[tuple[str, str], Decimal]
    """By service and member of staff."""
    rounding: Decimal
    booked: list[Booked] = field(default_factory=list)

    def price(self, name: str, start: int, request: Request) -> Priced:
        """What a start with a member of staff costs."""
        base = self.own_prices.get((request.service, name), self.base_prices[request.service])
        price, applied = base, []
        for kind in KINDS:
            rule = self._rule(kind, name, start, request)
            if rule is not None:
                amount = rule.change(price if kind == "promotion" else base)
                applied.append((rule, amount))
                price += amount
        price = self._within_limits(price, request.service)
        if applied:
            halves = 2 * price / self.rounding
            price = self._within_limits((halves + 1) // 2 * self.rounding, request.service)
        given = spelled(request.code)
        code = None
        if given is not None and given not in [rule.conditions.get("code") for rule, _ in applied]:
            code = "promotion_not_valid"
            if any(
                rule.conditions.get("code") == given and not self._is_left(rule, request)
                for rule in self._promotions(request)
            ):
                code = "promotion_used_up"
        return Priced(base, tuple(applied), price, code)

    def _within_limits(self, price: Decimal, service: str) -> Decimal:
        least, most = self.limits[service]
        if most is not None:
            price = min(price, most)
        return max(price, least or Decimal(0), Decimal(0))

    def _rule(self, kind: str, name: str, start: int, request: Request) -> PriceRule | None:
        """The rule of a kind that applies."""
        met = [
            rule
            for rule in (self._promotions(request) if kind == "promotion" else self.rules)
            if rule.kind == kind
            and rule.is_active
            and self._is_met(rule, name, start, request)
            and (kind != "promotion" or self._may_use(rule, request))
        ]
        return min(met, key=lambda it: (-it.priority, -len(it.conditions), it.id), default=None)

    def _is_met(self, rule: PriceRule, name: str, start: int, request: Request) -> bool:
        day, time = self.calendar.wall[start]
        conditions = rule.conditions
        if rule.valid_from is not None and day < rule.valid_from:
            return False
        if rule.valid_until is not None and day > rule.valid_until:
            return False
        if "services" in conditions and request.service not in conditions["services"]:
            return False
        if "staff" in conditions and name not in conditions["staff"]:
            return False
        if "days" in conditions and weekday(day) not in conditions["days"]:
            return False
        if "times" in conditions and not any(
            from_ <= time < until for from_, until in conditions["times"]
        ):
            return False
        if "lead_hours" in conditions:
            least, most = conditions["lead_hours"]
            hours = Decimal(60 * start - self.calendar.now) / 3600
            if (least is not None and hours < least) or (most is not None and hours >= most):
                return False
        if "booked_percent" in conditions:
            least, most = conditions["booked_percent"]
            open_minutes, busy_minutes = self._load(name, day, request)
            if not open_minutes:
                return False
            percent = Decimal(100 * busy_minutes) / open_minutes
            if least is not None and percent < least:
                return False
            if most is not None and most < 100 and percent >= most:
                return False
        return True

    def _load(self, name: str, day: date, request: Request) -> tuple[int, int]:
        """How many minutes of a day somebody could work, and how many are booked."""
        on_day = self.calendar.minutes(day, day)
        return len(self.calendar.open_time[name] & on_day), sum(
            it.busy_minutes
            for it in self._others(self.booked, request)
            if it.staff == name and it.is_live and it.start in on_day
        )

    def _others(self, booked: Iterable[Booked], request: Request) -> list[Booked]:
        return [it for it in booked if it is not request.changed]

    def _promotions(self, request: Request) -> list[PriceRule]:
        """Those that the code that was given, or none, gives access to."""
        return [
            rule
            for rule in self.rules
            if rule.kind == "promotion"
            and rule.is_active
            and request.service in rule.conditions.get("services", {request.service})
            and (
                "code" not in rule.conditions
                or rule.conditions["code"] == spelled(request.code)
                or (request.changed is not None and request.changed.promotion == rule.id)
            )
        ]

    def _uses(self, rule: PriceRule, request: Request) -> list[Booked]:
        return [
            it
            for it in self._others(self.booked, request)
            if it.promotion == rule.id and it.is_used
        ]

    def _is_left(self, rule: PriceRule, request: Request) -> bool:
        uses = self._uses(rule, request)
        most = rule.conditions.get("max_uses")
        if most is not None and len(uses) >= most:
            return False
        most = rule.conditions.get("max_uses_per_customer")
        own = [it for it in uses if it.customer == request.customer]
        return most is None or request.customer is None or len(own) < most

    def _may_use(self, rule: PriceRule, request: Request) -> bool:
        if request.is_visit:
            return LIMITS.isdisjoint(rule.conditions)
        if "first_visit" in rule.conditions:
            if request.customer is None and "code" not in rule.conditions:
                return False
            if request.customer is not None and any(
                it.customer == request.customer
                and ((it.is_live and not it.is_hold) or (it.is_used and it.promotion == rule.id))
                for it in self._others(self.booked, request)
            ):
                return False
        return self._is_left(rule, request)


def spelled(code: str | None) -> str | None:
    """A code as rules have it: case and white space aside."""
    return None if code is None else "".join(code.split()).upper()
