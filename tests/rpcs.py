"""Two salons with everything in them, everybody who may call, and every RPC with arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from calls import Connection, read, save, stop_clock, write
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from conftest import Database

Arguments = dict[str, Any]
"""An RPC's arguments by parameter, as in a request's JSON body."""

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

NOW = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
"""What the clock of the world says, for ever: two calls differ in nothing but their arguments."""

ALL_DAY = {"start_time": "00:00", "end_time": "24:00"}


def day(days: int) -> str:
    """A local date, so many days from today."""
    return (NOW + timedelta(days=days)).date().isoformat()


def at(hour: int, days: int = 7) -> str:
    """A full hour in UTC of a day to come."""
    return f"{day(days)}T{hour:02}:00:00Z"


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: under which database role, and as which user of the token's claims."""

    name: str
    role: str
    user_id: str | None = None


ANONYMOUS = Caller("anonymous", "schnittwerk_anon")
SERVICE = Caller("service", "schnittwerk_service")


@dataclass(frozen=True)
class Things:
    """What belongs to one customer or one member of staff of a salon."""

    name: str
    user_id: str
    customer_id: str
    appointment_id: str
    starts_at: str
    """When that appointment begins."""
    visit_id: str
    """A visit of two haircuts."""
    begun_id: str
    """A confirmed appointment that has begun, with a fee owed."""
    entry_id: str
    waits_on: str
    """The only date of that entry, which waits for a shave."""
    offered_id: str
    """A waitlist entry that has an open offer."""
    key: str
    """The idempotency key of a booking."""
    staff_id: str
    time_off_id: str
    hold_id: str = ""
    """The slot that is held for the customer."""


@dataclass(frozen=True)
class Tenant:
    """A salon with one of everything that calls are about; each text begins with its marker.

    `own` is what belongs to the caller, a customer or member of staff, `others` to someone else.
    """

    id: str
    empty_id: str
    """Another salon, which has nothing in it."""
    marker: str
    users: dict[str, str]
    own: Things
    others: Things
    gone_id: str
    """A customer who has nothing ahead."""
    merged_id: str
    """A customer who was merged into that one."""
    haircut_id: str
    coloring_id: str
    shave_id: str
    resource_id: str
    price_rule_id: str
    closure_id: str
    holiday_id: str
    consumer: str
    target: str
    event_id: str
    pending_delivery_id: str
    parked_delivery_id: str

    @property
    def callers(self) -> list[Caller]:
        """One of each kind; the stranger is signed in and has no profile in the salon."""
        kinds = ("stranger", "customer", "staff", "receptionist", "admin")
        users = [Caller(kind, "schnittwerk_user", self.users[kind]) for kind in kinds]
        return [ANONYMOUS, *users, SERVICE]

    def caller(self, name: str) -> Caller:
        [found] = [caller for caller in self.callers if caller.name == name]
        return found


@dataclass(frozen=True)
class World:
    """A database with two salons, of which neither is to learn anything of the other."""

    database: Database
    north: Tenant
    south: Tenant
    ids: dict[str, frozenset[str]]
    """By salon, every UUID that stands in any of its rows."""

    @property
    def known_ids(self) -> frozenset[str]:
        return self.ids[self.north.id] | self.ids[self.south.id]

    def connect(self, user: str = "authenticator") -> Connection:
        """A connection on which each statement is a transaction, unless it begins one."""
        return psycopg.connect(self.database.dsn(user), autocommit=True)


def build_world(database: Database) -> World:
    """Fills a migrated database and stops its clock."""
    with psycopg.connect(database.dsn(), autocommit=True) as owner:
        stop_clock(owner, NOW)
        north, south = (_build_salon(owner, marker) for marker in ("NORTH-", "SOUTH-"))
        owner.execute("analyze")
        # which by itself, at any moment, would have the plans made anew
        for table in contents(owner):
            owner.execute(f"alter table {table} set (autovacuum_enabled = off)")
        ids = {salon.id: _ids_of(owner, salon) for salon in (north, south)}
    return World(database, north, south, ids)


def contents(connection: Connection) -> dict[str, list[str]]:
    """All rows of all of the book's tables, as texts in some order, by table or partition."""
    tables = connection.execute(
        "select format('%I.%I', relnamespace::regnamespace, relname) from pg_class"
        " where relnamespace::regnamespace::text in ('schnittwerk_core', 'schnittwerk_migrations')"
        " and relkind = 'r' order by 1"
    ).fetchall()
    return {
        table: [
            row
            for (row,) in connection.execute(
                f"select to_jsonb(t)::text as row from {table} t order by row"
            )
        ]
        for (table,) in tables
    }


def _ids_of(owner: Connection, salon: Tenant) -> frozenset[str]:
    rows = [row for rows in contents(owner).values() for row in rows if salon.id in row]
    return frozenset(UUID.findall(" ".join(rows))) | {salon.users["stranger"]}


def _build_salon(owner: Connection, marker: str) -> Tenant:
    """Fills a salon through the API, as the service and as its users."""
    text = f"{marker}text"
    created = save(owner, "save_salon", p_name=f"{marker}salon", p_time_zone="UTC")
    empty = save(owner, "save_salon", p_name=f"{marker}empty", p_time_zone="UTC")["salon"]
    salon_id: str = created["salon"]["id"]
    do = partial(save, owner, p_salon_id=salon_id)

    hours = {str(weekday): ALL_DAY for weekday in range(7)}
    do("set_business_settings", p_settings=Jsonb({"opening_hours": hours}))
    users = {
        name: str(uuid4())
        for name in ("admin", "receptionist", "staff", "colleague", "customer", "other", "stranger")
    }
    for name, user_id in users.items():
        if name != "stranger":
            do(
                "save_profile",
                p_profile_id=user_id,
                p_role={"colleague": "staff", "other": "customer"}.get(name, name),
                p_full_name=f"{marker}{name}",
                p_email=f"{marker}{name}@example.com",
            )

    def person(function: str, name: str) -> str:
        saved = do(
            function,
            p_full_name=f"{marker}{name}",
            p_email=f"{marker}{name}@example.com",
            p_phone=f"044 {uuid4().int % 10**9:09}",
            p_profile_id=users[name],
            **({"p_notes": text} if function == "save_customer" else {}),
        )
        return str(saved[function.removeprefix("save_")]["id"])

    haircut, coloring, shave = (
        do(
            "save_service",
            p_name=f"{marker}{name}",
            p_duration_minutes=60,
            p_base_price=50,
            p_category=f"{marker}category",
        )["service"]["id"]
        for name in ("haircut", "coloring", "shave")
    )
    # a pool with enough for all, of which the haircut needs one
    resource, *_ = (
        do("save_resource", p_name=f"{marker}{name}", p_pool=f"{marker}pool")["resource"]
        for name in ("chair", "stool", "bench", "sofa")
    )
    closed = do("close_resource", p_resource_id=resource["id"], p_start_date=day(15), p_reason=text)
    needs = [{"pool": f"{marker}pool"}]
    do("set_service_resources", p_service_id=haircut, p_needs=Jsonb(needs))
    rule = do(
        "save_price_rule",
        p_name=f"{marker}rule",
        p_kind="promotion",
        p_conditions=Jsonb({"services": [shave], "code": f"{marker}CODE"}),
        p_adjustment=Jsonb({"percent": -10}),
    )["price_rule"]
    staff = {name: person("save_staff", name) for name in ("staff", "colleague")}
    for staff_id in staff.values():
        services = [{"service_id": service} for service in (haircut, coloring, shave)]
        do("set_staff_services", p_staff_id=staff_id, p_services=Jsonb(services))
        week = [{"day_of_week": weekday} | ALL_DAY for weekday in range(7)]
        do("set_staff_availability", p_staff_id=staff_id, p_windows=Jsonb(week))
    customers = {name: person("save_customer", name) for name in ("customer", "other")}

    def book(user: str, key: str, customer: str, staff_member: str, start: str) -> str:
        owner.execute(
            "select set_config('schnittwerk.acting_user', %s, false)", [users.get(user, "")]
        )
        booked = do(
            "create_booking",
            p_idempotency_key=key,
            p_customer_id=customers[customer],
            p_service_id=haircut,
            p_starts_at=start,
            p_staff_id=staff[staff_member],
            p_notes=text,
        )
        owner.execute("select set_config('schnittwerk.acting_user', '', false)")
        return str(booked["appointment"]["id"])

    def write_by_hand(customer_id: str, staff_id: str, start: str) -> str:
        # by hand, since no booking begins before it is made, or is due for a reminder then
        row = owner.execute(
            "insert into schnittwerk_core.appointments"
            " (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, status,"
            "  notes, created_at)"
            " values (%s, %s, %s, %s, %s, %s::timestamptz + interval '1 hour', 50, 'confirmed',"
            "  %s, %s) returning id::text",
            [salon_id, customer_id, staff_id, haircut, start, start, text, at(8, -3)],
        ).fetchone()
        assert row is not None
        return str(row[0])

    def things(customer: str, member: str, hour: int, waits_on: str) -> Things:
        customer_id, staff_id, key = customers[customer], staff[member], f"{marker}{customer}-key"
        appointment_id = book(customer, key, customer, member, at(hour))
        visit_id = do(
            "create_visit",
            p_idempotency_key=f"{marker}{customer}-visit",
            p_customer_id=customer_id,
            p_items=Jsonb([{"service_id": haircut, "staff_id": staff_id}] * 2),
            p_starts_at=at(hour, 9),
            p_notes=text,
        )["visit"]["id"]
        begun_id = write_by_hand(customer_id, staff_id, at(7, 0))
        owner.execute(
            "insert into schnittwerk_core.fee"
            " (salon_id, appointment_id, customer_id, cause, amount)"
            " values (%s, %s, %s, 'no_show', 25)",
            [salon_id, begun_id, customer_id],
        )
        entries = [
            do(
                "join_waitlist",
                p_idempotency_key=f"{marker}{customer}-{service}",
                p_customer_id=customer_id,
                p_service_id=service,
                p_preferred_start_date=date,
                p_preferred_end_date=date,
                p_staff_id=staff_id,
                p_notes=text,
            )["waitlist_entry"]["id"]
            for service, date in ((shave, waits_on), (coloring, day(1)))
        ]
        time_off = do("add_time_off", p_staff_id=staff_id, p_start_date=day(10), p_type=text)
        return Things(
            name=f"{marker}{customer}",
            user_id=users[customer],
            customer_id=customer_id,
            appointment_id=appointment_id,
            starts_at=at(hour),
            visit_id=visit_id,
            begun_id=begun_id,
            entry_id=entries[0],
            waits_on=waits_on,
            offered_id=entries[1],
            key=key,
            staff_id=staff_id,
            time_off_id=time_off["time_off"]["id"],
        )

    own = things("customer", "staff", 10, day(20))
    others = things("other", "colleague", 12, day(22))
    for days, user in enumerate(("staff", "receptionist", "admin", "service"), start=21):
        book(user, own.key, "customer", "staff", at(10, days))

    # what goes is offered to whoever waits for it
    for member in staff:
        freed = book("service", f"{marker}{member}-freed", "customer", member, at(10, 1))
        do("cancel_booking", p_idempotency_key=freed, p_appointment_id=freed, p_reason=text)

    gone = do("save_customer", p_full_name=f"{marker}gone", p_notes=text)["customer"]
    twin = do("save_customer", p_full_name=f"{marker}twin", p_notes=text)["customer"]
    do("merge_customers", p_keep_id=gone["id"], p_merge_id=twin["id"])
    holiday = do(
        "create_holiday",
        p_name=f"{marker}holiday",
        p_date=day(15),
        p_description=text,
        p_affects_all_staff=False,
        p_staff_ids=[own.staff_id],
    )["holiday"]
    do("set_special_hours", p_date=day(16), p_windows=Jsonb([ALL_DAY]))
    do("set_policy", p_policy_key="max_reschedules", p_policy_value=Jsonb(5))
    for mine in (own, others):
        do(
            "set_contact_preferences",
            p_customer_id=mine.customer_id,
            p_language="de",
            p_consents=Jsonb({"email": True}),
        )

    write_by_hand(own.customer_id, own.staff_id, at(6, 1))
    do("emit_reminders")
    refused = write(owner, "delete_holiday", p_holiday_id=salon_id, p_salon_id=salon_id)
    assert refused["code"] == "not_found"

    consumer, target = f"{marker}consumer", f"{marker}target"
    events = do("read_events", p_consumer=consumer)["events"]
    webhook = [{"name": target, "channel": "webhook"}]
    do("dispatch_events", p_consumer=f"{marker}relay", p_targets=Jsonb(webhook))
    parked, pending, *_ = read(owner, "list_deliveries", p_salon_id=salon_id)
    do("end_delivery", p_delivery_id=parked["id"], p_outcome="refused", p_detail=text)

    def with_hold(mine: Things) -> Things:
        held = do(
            "hold_slot",
            p_idempotency_key=f"{mine.key}-hold",
            p_service_id=haircut,
            p_starts_at=at(16, 2),
            p_staff_id=mine.staff_id,
            p_customer_id=mine.customer_id,
        )
        return replace(mine, hold_id=held["hold"]["id"])

    return Tenant(
        id=salon_id,
        empty_id=empty["id"],
        marker=marker,
        users=users,
        own=with_hold(own),
        others=with_hold(others),
        gone_id=gone["id"],
        merged_id=twin["id"],
        haircut_id=haircut,
        coloring_id=coloring,
        shave_id=shave,
        resource_id=resource["id"],
        price_rule_id=rule["id"],
        closure_id=closed["closure"]["id"],
        holiday_id=holiday["id"],
        consumer=consumer,
        target=target,
        event_id=events[0]["id"],
        pending_delivery_id=str(pending["id"]),
        parked_delivery_id=str(parked["id"]),
    )


Call = Callable[[Tenant, Things], Arguments]

RPCS: dict[str, Call] = {
    "accept_waitlist_offer": lambda s, t: _keyed(s, p_entry_id=t.offered_id),
    "acknowledge_events": lambda s, t: {"p_consumer": s.consumer, "p_event_id": s.event_id},
    "add_time_off": lambda s, t: {"p_staff_id": t.staff_id, "p_start_date": day(12)},
    "appointment_policies": lambda s, t: {"p_appointment_id": t.appointment_id},
    "apply_retention": lambda s, t: {},
    "booking_metrics": lambda s, t: {"p_from": at(0, -1), "p_to": at(0, 2)},
    "cancel_booking": lambda s, t: _keyed(s, p_appointment_id=t.appointment_id),
    "cancel_visit": lambda s, t: _keyed(s, p_visit_id=t.visit_id),
    "claim_delivery": lambda s, t: {"p_targets": [s.target]},
    "close_resource": lambda s, t: {"p_resource_id": s.resource_id, "p_start_date": day(7)},
    "complete_booking": lambda s, t: _keyed(s, p_appointment_id=t.begun_id),
    "confirm_booking": lambda s, t: _keyed(s, p_appointment_id=t.appointment_id),
    "count_deliveries": lambda s, t: {},
    "create_booking": lambda s, t: _keyed(
        s,
        p_customer_id=t.customer_id,
        p_service_id=s.haircut_id,
        p_starts_at=at(20),
        p_staff_id=t.staff_id,
        p_notes=f"{s.marker}text",
    ),
    "create_booking_idempotent": lambda s, t: _keyed(
        s,
        p_customer_id=t.customer_id,
        p_staff_id=t.staff_id,
        p_service_id=s.haircut_id,
        p_starts_at=at(20),
    ),
    "create_holiday": lambda s, t: {
        "p_name": f"{s.marker}holiday",
        "p_date": day(17),
        "p_affects_all_staff": False,
        "p_staff_ids": [s.own.staff_id, s.others.staff_id],
    },
    "create_visit": lambda s, t: _keyed(
        s,
        p_customer_id=t.customer_id,
        p_items=[{"service_id": s.haircut_id, "staff_id": t.staff_id}] * 2,
        p_starts_at=at(18, 9),
        p_notes=f"{s.marker}text",
    ),
    "decline_waitlist_offer": lambda s, t: _keyed(s, p_entry_id=t.offered_id),
    "delete_holiday": lambda s, t: {"p_holiday_id": s.holiday_id},
    "delete_price_rule": lambda s, t: {"p_price_rule_id": s.price_rule_id},
    "delete_salon": lambda s, t: {"p_salon_id": s.empty_id},
    "dispatch_events": lambda s, t: {
        "p_consumer": s.consumer,
        "p_targets": [{"name": s.target, "channel": "webhook"}],
    },
    "emit_reminders": lambda s, t: {},
    "end_delivery": lambda s, t: {
        "p_delivery_id": s.pending_delivery_id,
        "p_outcome": "delivered",
    },
    "erase_customer": lambda s, t: {"p_customer_id": s.gone_id},
    "explain_price": lambda s, t: {
        "p_service_id": s.haircut_id,
        "p_staff_id": s.own.staff_id,
        "p_starts_at": s.own.starts_at,
    },
    "explain_slot": lambda s, t: {
        "p_service_id": s.haircut_id,
        "p_staff_id": s.own.staff_id,
        "p_starts_at": s.own.starts_at,
    },
    "export_customer": lambda s, t: {"p_customer_id": t.customer_id},
    "find_ids": lambda s, t: {"p_prefix": t.customer_id[:13]},
    "find_slots": lambda s, t: {
        "p_service_id": s.haircut_id,
        "p_from": day(7),
        "p_staff_id": s.own.staff_id,
    },
    "find_visits": lambda s, t: {
        "p_items": [{"service_id": s.haircut_id, "staff_id": s.own.staff_id}] * 2,
        "p_from": day(7),
    },
    "forget_consumer": lambda s, t: {"p_consumer": s.consumer},
    "get_appointment": lambda s, t: {"p_appointment_id": t.appointment_id},
    "get_booking_policy": lambda s, t: {"policy_key": "max_reschedules"},
    "get_business_settings": lambda s, t: {},
    "get_contact_preferences": lambda s, t: {"p_customer_id": t.customer_id},
    "get_operation": lambda s, t: {"p_idempotency_key": t.key, "p_operation_type": "create"},
    "get_staff_availability": lambda s, t: {"p_staff_id": t.staff_id},
    "get_staff_services": lambda s, t: {"p_staff_id": t.staff_id},
    "hold_slot": lambda s, t: _keyed(
        s,
        p_service_id=s.haircut_id,
        p_starts_at=at(18, 2),
        p_staff_id=t.staff_id,
        p_customer_id=t.customer_id,
    ),
    "get_visit": lambda s, t: {"p_visit_id": t.visit_id},
    "is_holiday": lambda s, t: {"check_date": day(15)},
    "join_waitlist": lambda s, t: _keyed(
        s,
        p_customer_id=t.customer_id,
        p_service_id=s.haircut_id,
        p_preferred_start_date=day(20),
        p_preferred_end_date=day(22),
        p_staff_id=t.staff_id,
    ),
    "leave_waitlist": lambda s, t: _keyed(s, p_entry_id=t.entry_id),
    "list_affected_appointments": lambda s, t: {},
    "list_appointments": lambda s, t: {
        "p_from": at(0, 0),
        "p_to": at(0, 30),
        "p_staff_id": t.staff_id,
        "p_customer_id": t.customer_id,
    },
    "list_audit": lambda s, t: {"p_from": at(0, -1), "p_to": at(0, 2), "p_row_id": t.customer_id},
    "list_customers": lambda s, t: {"p_search": t.name},
    "list_day": lambda s, t: {"p_date": day(7), "p_staff_id": t.staff_id},
    "list_deliveries": lambda s, t: {},
    "list_holidays": lambda s, t: {"p_from": day(0), "p_to": day(30)},
    "list_policies": lambda s, t: {},
    "list_price_rules": lambda s, t: {},
    "list_profiles": lambda s, t: {},
    "list_resources": lambda s, t: {},
    "list_salons": lambda s, t: {},
    "list_services": lambda s, t: {},
    "list_special_hours": lambda s, t: {"p_from": day(0), "p_to": day(30)},
    "list_staff": lambda s, t: {"p_service_id": s.haircut_id},
    "list_time_off": lambda s, t: {
        "p_from": day(0),
        "p_to": day(30),
        "p_staff_id": t.staff_id,
    },
    "list_waitlist": lambda s, t: {
        "p_service_id": s.shave_id,
        "p_from": t.waits_on,
        "p_to": t.waits_on,
    },
    "maintain": lambda s, t: {},
    "merge_customers": lambda s, t: {"p_keep_id": t.customer_id, "p_merge_id": s.gone_id},
    "utilisation": lambda s, t: {
        "p_from": day(0),
        "p_to": day(30),
        "p_staff_id": t.staff_id,
    },
    "waive_fee": lambda s, t: _keyed(s, p_appointment_id=t.begun_id, p_reason=f"{s.marker}text"),
    "mark_no_show": lambda s, t: _keyed(s, p_appointment_id=t.begun_id),
    "process_waitlist": lambda s, t: {},
    "purge_events": lambda s, t: {},
    "purge_operations": lambda s, t: {},
    "read_events": lambda s, t: {"p_consumer": s.consumer},
    "recommend_slots": lambda s, t: {
        "p_service_id": s.haircut_id,
        "p_from": day(7),
        "p_staff_id": s.own.staff_id,
    },
    "register_customer": lambda s, t: {
        "p_full_name": f"{s.marker}new",
        "p_email": f"{s.marker}new@example.com",
    },
    "release_hold": lambda s, t: _keyed(s, p_hold_id=t.hold_id),
    "remove_time_off": lambda s, t: {"p_time_off_id": t.time_off_id},
    "reopen_resource": lambda s, t: {"p_closure_id": s.closure_id},
    "reschedule_booking": lambda s, t: _keyed(
        s,
        p_appointment_id=t.appointment_id,
        p_new_starts_at=at(20),
        p_new_staff_id=t.staff_id,
    ),
    "reschedule_visit": lambda s, t: _keyed(
        s, p_visit_id=t.visit_id, p_new_starts_at=at(18, days=8)
    ),
    "retry_deliveries": lambda s, t: {"p_delivery_id": s.parked_delivery_id},
    "rpc_get_available_slots_enhanced": lambda s, t: {
        "p_staff_id": s.own.staff_id,
        "p_service_id": s.haircut_id,
        "p_date": day(7),
    },
    "rpc_validate_appointment_slot": lambda s, t: {
        "p_staff_id": t.staff_id,
        "p_service_id": s.haircut_id,
        "p_starts_at": t.starts_at,
        "p_exclude_appointment_id": t.appointment_id,
    },
    "save_customer": lambda s, t: {
        "p_full_name": t.name,
        "p_profile_id": t.user_id,
        "p_id": t.customer_id,
    },
    "save_price_rule": lambda s, t: {
        "p_name": f"{s.marker}rule",
        "p_kind": "promotion",
        "p_conditions": {"services": [s.haircut_id], "staff": [s.own.staff_id], "days": [1]},
        "p_adjustment": {"amount": -5},
        "p_id": s.price_rule_id,
    },
    "save_profile": lambda s, t: {"p_profile_id": s.users["colleague"], "p_role": "staff"},
    "save_resource": lambda s, t: {
        "p_name": f"{s.marker}chair",
        "p_is_active": False,
        "p_id": s.resource_id,
    },
    # the own salon, and one that is yet to be
    "save_salon": lambda s, t: (
        {"p_name": f"{s.marker}salon", "p_time_zone": "UTC", "p_id": s.id}
        if t is s.own
        else {"p_name": f"{s.marker}new", "p_time_zone": "UTC"}
    ),
    "save_service": lambda s, t: {
        "p_name": f"{s.marker}haircut",
        "p_duration_minutes": 60,
        "p_base_price": 50,
        "p_id": s.haircut_id,
    },
    "save_staff": lambda s, t: {
        "p_full_name": f"{s.marker}colleague",
        "p_profile_id": s.users["colleague"],
        "p_id": s.others.staff_id,
    },
    "set_business_settings": lambda s, t: {"p_settings": {"buffer_time_minutes": 10}},
    "set_contact_preferences": lambda s, t: {
        "p_customer_id": t.customer_id,
        "p_consents": {"email": False},
    },
    "set_policy": lambda s, t: {"p_policy_key": "max_reschedules", "p_policy_value": 3},
    "set_service_resources": lambda s, t: {
        "p_service_id": s.shave_id,
        "p_needs": [{"pool": f"{s.marker}pool", "to_minute": 15}],
    },
    "set_service_steps": lambda s, t: {
        "p_service_id": s.shave_id,
        "p_steps": [{"minutes": minutes, "staff": minutes < 20} for minutes in (15, 30, 15)],
    },
    "set_special_hours": lambda s, t: {"p_date": day(16), "p_windows": []},
    "set_staff_availability": lambda s, t: {
        "p_staff_id": t.staff_id,
        "p_windows": [{"day_of_week": 1} | ALL_DAY],
    },
    "set_staff_services": lambda s, t: {
        "p_staff_id": s.own.staff_id,
        "p_services": [{"service_id": s.haircut_id}, {"service_id": s.shave_id}],
    },
    "simulate_prices": lambda s, t: {
        "p_rules": [
            {
                "name": f"{s.marker}simulated",
                "kind": "time",
                "conditions": {"services": [s.haircut_id], "staff": [s.own.staff_id]},
                "adjustment": {"percent": -20},
            }
        ],
        "p_from": day(0),
        "p_to": day(30),
    },
    "unmerge_customer": lambda s, t: {"p_merge_id": s.merged_id},
    "update_holiday": lambda s, t: {
        "p_holiday_id": s.holiday_id,
        "p_changes": {"staff_ids": [s.own.staff_id, s.others.staff_id]},
    },
    "update_waitlist_entry": lambda s, t: _keyed(
        s, p_entry_id=t.entry_id, p_changes={"staff_id": t.staff_id}
    ),
    "validate_appointment_timing": lambda s, t: {
        "appointment_start": at(20),
        "appointment_end": at(21),
    },
}
"""Valid arguments for every RPC; `p_salon_id` is added.

Drawn from what belongs to the caller (`salon.own`) and to somebody else (`salon.others`): an RPC
whose arguments are the same for both knows no such difference.
"""

FURTHER: dict[str, Call] = {
    "create_booking": lambda s, t: {"p_hold_id": t.hold_id, "p_starts_at": at(16, 2)},
    "explain_slot": lambda s, t: {
        "p_appointment_id": t.appointment_id,
        "p_customer_id": t.customer_id,
    },
    "find_slots": lambda s, t: {"p_appointment_id": t.appointment_id},
    "find_visits": lambda s, t: {"p_visit_id": t.visit_id, "p_items": None},
    "recommend_slots": lambda s, t: {"p_customer_id": t.customer_id},
    "reschedule_booking": lambda s, t: {"p_new_service_id": s.coloring_id},
    "create_booking_idempotent": lambda s, t: {"p_user_id": t.user_id},
    "list_audit": lambda s, t: {"p_user_id": t.user_id},
}
"""Arguments that the others do without, since they change who may call, or what is found."""

WITHOUT_SALON = {"list_salons", "save_salon"}


def arguments(function: str, salon: Tenant, things: Things) -> Arguments:
    """Valid arguments for an RPC in a salon."""
    given = RPCS[function](salon, things)
    return given if function in WITHOUT_SALON else {"p_salon_id": salon.id} | given


def _keyed(salon: Tenant, **arguments: object) -> Arguments:
    return {"p_idempotency_key": f"{salon.marker}new-key"} | arguments
