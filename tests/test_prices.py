"""Prices in random salons with random price rules, compared with the model.

With EXAMPLES=1000, and --timeout=0 for it, as many random salons are tried instead of a few.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

import pytest
from calls import Answer, Connection, read, write
from conftest import Database
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from model import DAY, Rules, Staff, Windows, at_utc_midnight, instant, minute_of
from price_model import KINDS, Booked, Priced, PriceRule, Prices, Request
from psycopg.types.json import Jsonb, set_json_loads
from test_time import (
    HARD_DAYS,
    SESSION_ZONES,
    Arranged,
    Scene,
    all_day,
    arranged,
    breaks,
    open_windows,
    ordinary_scene,
    salons_in_all_zones,
    set_policy,
    steps,
    times_off,
    weeks,
    window,
)

T = TypeVar("T")

SERVICES = ("Haircut", "Other")
CODES = ("SPRING-26", "SUMMER_1")


class PricedScene(NamedTuple):
    """A scene, and all that makes its prices; what becomes of each booking, and its promotion."""

    scene: Scene
    rules: list[PriceRule]
    base_prices: dict[str, Decimal]
    limits: dict[str, tuple[Decimal | None, Decimal | None]]
    own_prices: dict[tuple[str, str], Decimal]
    rounding: Decimal
    fates: list[tuple[str, int]]
    random: Random


def money(random: Random, least: int, most: int) -> Decimal:
    return Decimal(random.randint(100 * least, 100 * most)) / 100


def some_bounds(random: Random, *values: str) -> tuple[Decimal | None, Decimal | None]:
    """From one of the values on, below one, or both."""
    least, most = sorted(random.sample([Decimal(it) for it in values], 2))
    return random.choice([(least, most), (least, None), (None, most)])


def some_of(random: Random, names: Sequence[T]) -> frozenset[T]:
    return frozenset(random.sample(names, random.randint(1, len(names))))


def some_times(random: Random) -> Windows:
    """One or two stretches of the day, at times to the hours at which clocks are changed."""
    ends = sorted(random.sample([0, 60, 90, 105, 120, 180, *range(240, DAY, 75), DAY], 4))
    return random.choice(
        [((ends[0], ends[3]),), ((ends[0], ends[1]), (ends[2], ends[3])), ((ends[0], DAY),)]
    )


def some_rule(random: Random, first: date, names: list[str]) -> PriceRule:
    kind = random.choice([*KINDS, "promotion", "promotion"])
    possible = {
        "services": lambda: some_of(random, SERVICES),
        "staff": lambda: some_of(random, names),
        "days": lambda: some_of(random, range(7)),
        "times": lambda: some_times(random),
        "lead_hours": lambda: some_bounds(
            random, "0", "0.25", "1", "2", "6", "12", "23.5", "24", "30.5", "48", "72"
        ),
        "booked_percent": lambda: some_bounds(
            random,
            *("0", "1", "1.04", "2", "3.13", "4.2", "6.25", "8.3", "12.5", "20", "50", "100"),
        ),
    }
    limits = {
        "code": lambda: random.choice(CODES),
        "first_visit": lambda: True,
        "max_uses": lambda: random.randint(1, 3),
        "max_uses_per_customer": lambda: random.randint(1, 2),
    }
    named = {*random.sample(sorted(possible), random.choice([0, 0, 1, 1, 2]))}
    if kind == "promotion":
        named.update(random.sample(sorted(limits), random.choice([0, 1, 1, 2])))
    elif random.random() < 0.7:
        usual = {"time": "times", "lead_time": "lead_hours", "demand": "booked_percent"}
        named.add(usual[kind])
    dates = sorted(first + timedelta(days=n) for n in random.choices([-1, 0, 1, 2], k=2))
    valid_from, valid_until = random.choice([(None, None)] * 4 + [(None, dates[1]), tuple(dates)])
    return PriceRule(
        # in any order
        id=UUID(int=random.getrandbits(128), version=4),
        kind=kind,
        conditions={name: (possible | limits)[name]() for name in sorted(named)},
        adjustment=random.choice(
            [
                ("percent", money(random, -50, 50)),
                ("percent", money(random, -100, 150)),
                ("amount", money(random, -60, 60)),
                ("price", money(random, 0, 120)),
            ]
        ),
        priority=random.choice([0, 0, 0, 1, 2]),
        valid_from=valid_from,
        valid_until=valid_until,
        is_active=random.random() < 0.9,
    )


mostly_all_day = st.sampled_from([all_day, all_day, all_day, open_windows]).flatmap(lambda it: it)


@st.composite
def calendars(draw: st.DrawFn) -> Scene:
    """Around a hard day, mostly open, with appointments and holds."""
    zone = draw(st.sampled_from(sorted(HARD_DAYS)))
    day = draw(st.sampled_from(HARD_DAYS[zone]))
    first = day + timedelta(days=draw(st.sampled_from([0, 0, 0, -1, 1])))
    days = st.integers(-1, 2).map(lambda n: first + timedelta(days=n))
    names = ["anna", "ben", "cleo"][: draw(st.sampled_from([3, 2, 1]))]
    its_steps = draw(st.just(()) | steps())
    rules = Rules(
        zone=zone,
        hours=draw(weeks(mostly_all_day)),
        special_hours={},
        holidays=(),
        staff={
            name: Staff(
                available=draw(weeks(mostly_all_day)),
                unavailable=((),) * 7 if name == "anna" else draw(weeks(breaks)),
                time_off=()
                if name == "anna"
                else tuple(draw(st.lists(times_off(days), max_size=1))),
                duration=None if its_steps else draw(st.sampled_from([None, None, 40, 75])),
            )
            for name in names
        },
        duration=sum(it.minutes for it in its_steps) or draw(st.sampled_from([15, 30, 60, 180])),
        buffer=draw(st.sampled_from([0, 15])),
        interval=draw(st.sampled_from([15, 20, 30, 50, 60])),
        notice_hours=0,
        prevents_overlap=False,
        steps=its_steps,
    )
    midnight = at_utc_midnight(first)
    busy = draw(st.sampled_from([10, 5, 1]))
    starts = st.integers(-24, 2 * 48).map(lambda n: midnight + 30 * n)
    return Scene(
        rules,
        before=rules,
        now=60 * (midnight + draw(st.integers(-2 * DAY, DAY // 2)))
        + draw(st.sampled_from([0, 30])),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 1))),
        step=None,
        bookings=draw(
            st.lists(
                st.tuples(
                    st.sampled_from(names),
                    starts,
                    st.sampled_from([*["booked"] * 5, "held", "lapsed"]),
                ),
                min_size=busy,
                max_size=busy,
            )
        ),
        session_zone=draw(st.sampled_from(SESSION_ZONES)),
    )


@st.composite
def scenes(draw: st.DrawFn) -> PricedScene:
    """The calendar is Hypothesis's, to be made simpler; the prices are anything."""
    scene = draw(calendars())
    count = draw(st.sampled_from([9, 6, 3, 0]))
    return with_prices(scene, count, Random(draw(st.integers(0, 2**32))))


def with_prices(scene: Scene, count: int, random: Random) -> PricedScene:
    """A scene with so many rules."""
    names = list(scene.rules.staff)
    base_prices, limits, own_prices = {}, {}, {}
    for service in SERVICES:
        base = base_prices[service] = money(random, 0, 120)
        limits[service] = (
            random.choice([None, None, Decimal(0), base, base // 2]),
            random.choice([None, None, base, base + Decimal("7.77"), 2 * base]),
        )
        for name in names:
            if random.random() < 0.5:
                own_prices[service, name] = money(random, 0, 150)
    return PricedScene(
        scene,
        [some_rule(random, scene.first, names) for _ in range(count)],
        base_prices,
        limits,
        own_prices,
        Decimal(random.choice(["0.01", "0.03", "0.05", "0.1", "0.5", "1"])),
        [
            (random.choice(["pending", "pending", "confirmed", "gone"]), random.randrange(4))
            for _ in scene.bookings
        ],
        random,
    )


def around_midnight(zone: str, day: date) -> PricedScene:
    """Around a day of whose midnights one was skipped or came twice."""
    scene = ordinary_scene(zone, day)
    rules = replace(scene.rules, notice_hours=0, prevents_overlap=False)
    return with_prices(scene._replace(rules=rules, before=rules), 9, Random(0))


@pytest.fixture(scope="module")
def owner(module_database: Database) -> Iterator[Connection]:
    """A connection whose clock is the setting test.clock, and that reads JSON exactly."""
    with salons_in_all_zones(module_database) as connection:
        set_json_loads(partial(json.loads, parse_float=Decimal), connection)
        yield connection


@dataclass
class Priceable:
    """A scene in the database, and the model of its prices."""

    there: Arranged
    prices: Prices
    random: Random
    user_ids: dict[str, str]

    @property
    def connection(self) -> Connection:
        return self.there.connection

    def service_id(self, service: str) -> UUID:
        return self.there.service_id if service == SERVICES[0] else self.there.other_service_id

    def find(self, request: Request) -> dict[tuple[int, str], Decimal]:
        """What the slots listed cost, by start and member of staff."""
        calendar = self.there.calendar
        names = {it: name for name, it in self.there.ids.items()}
        return {
            (minute_of(row["starts_at"]), names[row["staff_id"]]): row["price"]
            for row in read(
                self.connection,
                "find_slots",
                p_service_id=self.service_id(request.service),
                p_from=calendar.first,
                p_to=calendar.last,
                p_appointment_id=request.changed and request.changed.id,
                p_promotion_code=request.code,
                p_salon_id=self.there.salon_id,
            )
        }

    def explain(self, name: str, start: int, request: Request) -> Answer:
        return write(
            self.connection,
            "explain_price",
            p_service_id=self.service_id(request.service),
            p_staff_id=self.there.ids[name],
            p_starts_at=instant(start),
            p_promotion_code=request.code,
            p_salon_id=self.there.salon_id,
        )

    def book(
        self, name: str | None, start: int, request: Request, expected: Decimal | None = None
    ) -> Answer:
        return write(
            self.connection,
            "create_booking",
            p_idempotency_key=str(uuid4()),
            p_customer_id=self.there.customer_ids[request.customer or ""],
            p_service_id=self.service_id(request.service),
            p_starts_at=instant(start),
            p_staff_id=name and self.there.ids[name],
            p_expected_price=expected,
            p_promotion_code=request.code,
            p_salon_id=self.there.salon_id,
        )

    def hold(self, name: str, start: int, request: Request) -> Answer:
        return write(
            self.connection,
            "hold_slot",
            p_idempotency_key=str(uuid4()),
            p_service_id=self.service_id(request.service),
            p_starts_at=instant(start),
            p_staff_id=self.there.ids[name],
            p_customer_id=request.customer and self.there.customer_ids[request.customer],
            p_promotion_code=request.code,
            p_salon_id=self.there.salon_id,
        )

    @contextmanager
    def acting_as(self, customer: str) -> Iterator[None]:
        """The calls are the customer's until the end of the context, which undoes them."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(
                "select set_config('schnittwerk.acting_user', %s, true)", [self.user_ids[customer]]
            )
            yield

    def sample(self, listed: dict[tuple[int, str], Decimal], count: int) -> list[tuple[int, str]]:
        """Some of the slots, as different in price as they come."""
        shuffled = self.random.sample(sorted(listed), len(listed))
        by_price = {listed[slot]: slot for slot in shuffled}
        return self.random.sample(sorted(by_price.values()), min(count, len(by_price)))


@contextmanager
def priced(connection: Connection, scene: PricedScene) -> Iterator[Priceable]:
    """Puts a scene with its prices into the database, until the end of the context."""
    with arranged(connection, scene.scene) as there:
        set_policy(there, "max_open_bookings_per_customer", 1000)
        save_prices(there, scene)
        booked = settle_fates(there, scene)
        user_ids: dict[str, str] = dict(
            connection.execute(
                "select c.full_name, c.profile_id::text from schnittwerk_core.customers c"
                " where c.salon_id = %s",
                [there.salon_id],
            ).fetchall()
        )
        prices = Prices(
            there.calendar,
            scene.rules,
            scene.base_prices,
            scene.limits,
            scene.own_prices,
            scene.rounding,
            booked,
        )
        yield Priceable(there, prices, scene.random, user_ids)


def save_prices(there: Arranged, scene: PricedScene) -> None:
    execute = there.connection.execute
    ids = dict(zip(SERVICES, (there.service_id, there.other_service_id), strict=True))
    execute(
        "update schnittwerk_core.salon set price_rounding = %s where id = %s",
        [scene.rounding, there.salon_id],
    )
    for service, service_id in ids.items():
        execute(
            "update schnittwerk_core.services"
            " set base_price = %s, min_price = %s, max_price = %s where id = %s",
            [scene.base_prices[service], *scene.limits[service], service_id],
        )
    for (service, name), price in scene.own_prices.items():
        execute(
            "update schnittwerk_core.staff_services set custom_price = %s"
            " where service_id = %s and staff_id = %s",
            [price, ids[service], there.ids[name]],
        )
    for rule in scene.rules:
        execute(
            "insert into schnittwerk_core.price_rule (salon_id, id, name, kind, conditions,"
            " adjustment, priority, valid_from, valid_until, is_active)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(there.salon_id, rule.id, f"Rule {rule.id}", rule.kind),
                Jsonb(conditions_json(rule, ids | there.ids), dumps=dumps),
                Jsonb(dict([rule.adjustment]), dumps=dumps),
                *(rule.priority, rule.valid_from, rule.valid_until, rule.is_active),
            ],
        )


def dumps(value: object) -> str:
    """JSON with numbers exactly as they are."""
    return json.dumps(value, default=lambda it: float(it) if it % 1 else int(it))


def conditions_json(rule: PriceRule, ids: dict[str, UUID]) -> dict[str, Any]:
    def spelled(name: str, value: Any) -> Any:
        match name:
            case "services" | "staff":
                return sorted(str(ids[it]) for it in value)
            case "days":
                return sorted(value)
            case "times":
                return [window(*it) for it in value]
            case "lead_hours" | "booked_percent":
                pairs = zip(("min", "max"), value, strict=True)
                return {bound: it for bound, it in pairs if it is not None}
        return value

    return {name: spelled(name, value) for name, value in rule.conditions.items()}


def settle_fates(there: Arranged, scene: PricedScene) -> list[Booked]:
    """Writes which promotions were used, and what became of the appointments, by direct SQL."""
    promotions = [rule.id for rule in scene.rules if rule.kind == "promotion"]
    booked = []
    for (claim_id, it), (status, number) in zip(
        (there.booked | there.held).items(), scene.fates, strict=False
    ):
        is_hold = claim_id in there.held
        if status == "gone":
            status = "cancelled" if 60 * it.start > there.calendar.now else "no_show"
        promotion = promotions[number] if number < len(promotions) else None
        there.connection.execute(
            "update schnittwerk_core.{} set promotion_id = %s where id = %s".format(
                "hold" if is_hold else "appointments"
            ).encode(),
            [promotion, claim_id],
        )
        if not is_hold and status != "pending":
            there.connection.execute(
                "update schnittwerk_core.appointments set status = %s where id = %s",
                [status, claim_id],
            )
        booked.append(
            Booked(
                claim_id,
                it.customer,
                it.staff,
                it.start,
                it.terms.busy_minutes,
                promotion,
                is_live=not is_hold and status in ("pending", "confirmed"),
                is_used=is_hold or status != "cancelled",
                is_hold=is_hold,
            )
        )
    return booked


def details(priced: Priced) -> Answer | None:
    """What an appointment at a price keeps of it."""
    return {
        "base_price": priced.base_price,
        "rules": [
            {"id": str(rule.id), "name": f"Rule {rule.id}", "kind": rule.kind, "amount": amount}
            for rule, amount in priced.rules
        ],
        "price": priced.price,
    }


def is_priced(appointment: Answer, priced: Priced) -> None:
    assert appointment["price"] == priced.price
    assert appointment["price_details"] == (details(priced) if priced.rules else None)
    assert appointment["promotion_id"] == (priced.promotion and str(priced.promotion))


# No version reckons differently.
@pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session")
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "6")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scene=scenes())
@example(scene=around_midnight("America/Havana", date(2026, 3, 8)))
@example(scene=around_midnight("Pacific/Apia", date(2011, 12, 30)))
def test_prices_are_those_of_the_model(owner: Connection, scene: PricedScene) -> None:
    with priced(owner, scene) as salon:
        for check in (
            what_the_service_sees,
            what_customers_see,
            any_start_is_explained,
            visits_cost_what_their_items_do,
            another_service_is_priced_anew,
        ):
            with owner.transaction(force_rollback=True):
                check(salon)


def requests(salon: Priceable, customer: str | None) -> list[Request]:
    """With no code, with codes that there are, and with a wrong one."""
    there_are = [it.conditions["code"] for it in salon.prices.rules if "code" in it.conditions]
    spellings = [
        *there_are,
        *map(str.lower, there_are),
        *(f" {it[:3]} {it[3:]}\t" for it in there_are),
    ]
    codes = [None, *salon.random.sample(spellings or CODES, 2), "SPRING"]
    services = salon.random.sample(SERVICES * 2, 4)
    return [Request(it, customer, code) for it, code in zip(services, codes, strict=True)]


def listed_as_in_the_model(salon: Priceable, request: Request) -> dict[tuple[int, str], Decimal]:
    listed = salon.find(request)
    assert listed == {
        (start, name): salon.prices.price(name, start, request).price for start, name in listed
    }
    least, most = salon.prices.limits[request.service]
    for price in listed.values():
        assert max(least or 0, 0) <= price
        assert most is None or price <= most
    return listed


def explained_as_in_the_model(salon: Priceable, name: str, start: int, request: Request) -> None:
    priced = salon.prices.price(name, start, request)
    explained = salon.explain(name, start, request)
    assert explained == (details(priced) or {}) | {"code": priced.code}


def what_the_service_sees(salon: Priceable) -> None:
    for request in requests(salon, None):
        listed = listed_as_in_the_model(salon, request)
        for start, name in salon.sample(listed, 3):
            explained_as_in_the_model(salon, name, start, request)
            books_at_its_price(salon, name, start, request)
            for customer in ("emma", "carla"):
                books_at_its_price(salon, name, start, replace(request, customer=customer))


def books_at_its_price(salon: Priceable, name: str, start: int, request: Request) -> None:
    """A slot that is listed is held and booked at the model's price, or not with this code."""
    priced = salon.prices.price(name, start, request)
    with salon.connection.transaction(force_rollback=True):
        held = salon.hold(name, start, request)
        assert held.get("code") == priced.code
        if held["success"]:
            is_priced(held["hold"], priced)
    if request.customer is None:
        return
    with salon.connection.transaction(force_rollback=True):
        booked = salon.book(name, start, request, priced.price)
        assert booked.get("code") == priced.code
        if booked["success"]:
            is_priced(booked["appointment"], priced)
    with salon.connection.transaction(force_rollback=True):
        wrong = salon.book(name, start, request, priced.price + Decimal("0.01"))
        assert wrong.get("code") == (priced.code or "price_mismatch")


def what_customers_see(salon: Priceable) -> None:
    for customer in ("emma", "carla"):
        request = salon.random.choice(requests(salon, customer))
        with salon.acting_as(customer):
            listed = listed_as_in_the_model(salon, request)
            for start, name in salon.sample(listed, 2):
                explained_as_in_the_model(salon, name, start, request)
                books_at_its_price(salon, name, start, request)


def any_start_is_explained(salon: Priceable) -> None:
    calendar = salon.there.calendar
    day = timedelta(days=1)
    minutes = sorted(calendar.minutes(calendar.first - day, calendar.last + day))
    brinks = brinks_of(salon, minutes)
    for request in requests(salon, None)[:2]:
        for start in [
            *salon.random.sample(minutes, 3),
            *salon.random.sample(brinks, min(6, len(brinks))),
        ]:
            name = salon.random.choice(list(salon.there.ids))
            explained_as_in_the_model(salon, name, start, request)


def brinks_of(salon: Priceable, minutes: list[int]) -> list[int]:
    """The first and the last minute of each time in the rules, and those around."""
    rules = [rule for rule in salon.prices.rules if rule.is_active]
    ends = {
        (end + n) % DAY
        for rule in rules
        for window in rule.conditions.get("times", ())
        for end in window
        for n in (-1, 0)
    }
    leads = {
        -(-salon.there.calendar.now // 60) + int(60 * hours) + n
        for rule in rules
        for hours in rule.conditions.get("lead_hours", ())
        if hours is not None
        for n in (-1, 0)
    }
    wall = salon.there.calendar.wall
    return [it for it in minutes if wall[it][1] in ends or it in leads]


def visits_cost_what_their_items_do(salon: Priceable) -> None:
    there = salon.there
    names = {str(it): name for name, it in there.ids.items()}
    for services in (SERVICES[:1], salon.random.choices(SERVICES, k=2)):
        items = Jsonb([{"service_id": str(salon.service_id(it))} for it in services])
        found = read(
            salon.connection,
            "find_visits",
            p_items=items,
            p_from=there.calendar.first,
            p_to=there.calendar.last,
            p_salon_id=there.salon_id,
        )
        visits = []
        for row in found:
            priced = [
                salon.prices.price(
                    names[it["staff_id"]],
                    minute_of(datetime.fromisoformat(it["starts_at"])),
                    Request(service, is_visit=True),
                )
                for service, it in zip(services, row["items"], strict=True)
            ]
            assert [it["price"] for it in row["items"]] == [it.price for it in priced]
            assert row["price"] == sum(it.price for it in priced)
            visits.append((row["starts_at"], priced))
        for starts_at, priced in salon.random.sample(visits, min(2, len(visits))):
            with salon.connection.transaction(force_rollback=True):
                answer = write(
                    salon.connection,
                    "create_visit",
                    p_idempotency_key=str(uuid4()),
                    p_customer_id=there.customer_ids["emma"],
                    p_items=items,
                    p_starts_at=starts_at,
                    p_expected_price=sum(it.price for it in priced),
                    p_salon_id=there.salon_id,
                )
                assert answer["success"], answer
                for appointment, its in zip(answer["visit"]["appointments"], priced, strict=True):
                    is_priced(appointment, its)


def another_service_is_priced_anew(salon: Priceable) -> None:
    there = salon.there
    live = [it for it in salon.prices.booked if it.is_live and 60 * it.start > there.calendar.now]
    for booked in salon.random.sample(live, min(2, len(live))):
        request = Request(SERVICES[1], booked.customer, changed=booked)
        listed = listed_as_in_the_model(salon, request)
        for start, name in salon.sample(listed, 2):
            with salon.connection.transaction(force_rollback=True):
                answer = write(
                    salon.connection,
                    "reschedule_booking",
                    p_idempotency_key=str(uuid4()),
                    p_appointment_id=booked.id,
                    p_new_starts_at=instant(start),
                    p_new_staff_id=there.ids[name],
                    p_new_service_id=there.other_service_id,
                    p_salon_id=there.salon_id,
                )
                assert answer["success"], answer
                is_priced(answer["appointment"], salon.prices.price(name, start, request))
