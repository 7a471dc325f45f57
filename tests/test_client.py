"""The library: one method an RPC, both clients, what is raised, what is repeated."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import itertools
import json
import select
import socket
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from conftest import Cluster, Database
from psycopg import errors as postgres
from psycopg.rows import TupleRow
from psycopg.types.string import StrDumper
from salon import ALL_WEEK, TODAY, Salon, at

import schnittwerk_db
from schnittwerk_db import Appointment, AsyncClient, Client, connect, connect_async, errors, models
from schnittwerk_db.api import Api

ZURICH = "Europe/Zurich"
# The original's names are for the original's clients.
COMPAT = {
    "rpc_get_available_slots_enhanced",
    "create_booking_idempotent",
    "rpc_validate_appointment_slot",
    "is_holiday",
    "get_booking_policy",
}
METHODS = dict(inspect.getmembers(Api, inspect.isfunction))


pytestmark = pytest.mark.salon(
    name="Test salon", zone=ZURICH, price=Decimal("75.50"), customer="Anna"
)

STARTS_AT = at("9:00", day=-4)
"""A start in three days, which can be booked."""


def book(salon: Salon, client: Client | None = None, **more: Any) -> Appointment:
    return salon.appointment(STARTS_AT, client, **more)


def appointments(salon: Salon) -> list[schnittwerk_db.AppointmentEntry]:
    day = dt.timedelta(days=1)
    return salon.client.list_appointments(STARTS_AT - day, STARTS_AT + day)


# The contract


def test_there_is_a_method_for_every_rpc_with_its_parameters_and_defaults(
    db: psycopg.Connection[TupleRow],
) -> None:
    functions = db.execute(
        """
        select p.proname, p.proargnames[:p.pronargs], p.pronargs - p.pronargdefaults,
          array(
            select case d when 'NULL::' || t then null else d end
            from regexp_split_to_table(pg_get_expr(p.proargdefaults, 0), ', ') d,
              lateral substring(d from '::(.*)$') t
          )
        from pg_proc p
        where p.pronamespace = 'schnittwerk'::regnamespace
        """
    ).fetchall()
    expected = {}
    for name, parameters, required, defaults in functions:
        if name in COMPAT:
            continue
        texts = [None] * required + [_python(it) for it in defaults]
        expected[name] = {
            it.removeprefix("p_"): default
            for it, default in zip(parameters, texts, strict=True)
            if it != "p_salon_id" or name == "delete_salon"  # whose subject it is
        }
    found = {}
    for name, method in METHODS.items():
        signature = list(inspect.signature(method).parameters.values())[1:]
        found[name] = {
            it.name.rstrip("_"): None if it.default is it.empty else it.default for it in signature
        }
    assert found == expected


def _python(default: str | None) -> Any:
    if default is None:
        return None
    text = default.split("::")[0]
    return text.strip("'") if text.startswith("'") else json.loads(text)


def test_every_method_names_its_rpc_and_every_result_is_a_frozen_record() -> None:
    for name, method in METHODS.items():
        assert f"RPC: ``schnittwerk.{name}``." in (method.__doc__ or "")
    for name in schnittwerk_db.__all__:
        kind = getattr(schnittwerk_db, name)
        if kind.__module__ == models.__name__:
            assert kind.__dataclass_params__.frozen, name
            assert "__slots__" in vars(kind), name


def test_slots_are_typed_and_the_same_in_every_session_time_zone(salon: Salon) -> None:
    day = TODAY + dt.timedelta(days=3)
    [slot, *_] = slots = salon.client.find_slots(salon.service_id, day)
    assert slot.staff_id == salon.staff_id
    assert slot.price == Decimal("75.50")
    assert slot.duration_minutes == 60
    assert slot.ends_at - slot.starts_at == dt.timedelta(hours=1)
    assert slot.starts_at.tzinfo is dt.UTC
    salon.client.connection.execute("set timezone = 'Pacific/Apia'")
    again = salon.client.find_slots(str(salon.service_id), day)
    assert again == slots
    assert again[0].starts_at.tzinfo is dt.UTC
    assert len(salon.client.find_slots(salon.service_id, from_=day, limit=3)) == 3


def test_booking_returns_the_appointment_and_a_key_replays_it(salon: Salon) -> None:
    booked = book(salon, notes="window seat", expected_price=Decimal("75.5"), idempotency_key="k")
    assert (booked.starts_at, booked.status, booked.price) == (
        STARTS_AT,
        "pending",
        Decimal("75.50"),
    )
    assert booked.notes == "window seat"
    assert isinstance(booked.operation_id, UUID)
    assert not booked.replayed
    again = book(salon, notes="window seat", expected_price=Decimal("75.5"), idempotency_key="k")
    assert again.replayed
    assert (again.id, again.operation_id) == (booked.id, booked.operation_id)
    [entry] = appointments(salon)
    assert (entry.id, entry.customer_name, entry.staff_name) == (booked.id, "Anna", "Staff 0")
    stored = salon.client.get_operation("k", "create")
    assert stored.success
    assert stored.appointment is not None
    assert stored.appointment.id == booked.id


def test_an_appointment_is_moved_confirmed_and_cancelled_each_once_a_key(salon: Salon) -> None:
    client, later = salon.client, STARTS_AT + dt.timedelta(hours=3)
    booked = book(salon)
    assert (booked.max_reschedules, booked.cancellation_deadline_hours) == (3, Decimal(24))
    other = client.save_staff("Aylin")
    client.set_staff_services(other.id, [{"service_id": salon.service_id}])
    client.set_staff_availability(other.id, ALL_WEEK)
    move = partial(client.reschedule_booking, booked.id, later, other.id, "late train")
    moved = move(idempotency_key="k")
    assert move(idempotency_key="k") == replace(moved, replayed=True)
    assert (moved.id, moved.starts_at, moved.staff_id) == (booked.id, later, other.id)
    assert (moved.ends_at - later, moved.price) == (dt.timedelta(hours=1), booked.price)
    assert (moved.reschedule_count, moved.status) == (0, "pending")
    assert client.confirm_booking(str(booked.id)).status == "confirmed"
    for early in (client.complete_booking, client.mark_no_show):
        with pytest.raises(schnittwerk_db.RuleViolation) as refused:
            early(booked.id)
        assert refused.value.code == "wrong_status"
        assert refused.value.details == "The appointment has not begun"
    policies = client.appointment_policies(booked.id)
    assert policies == schnittwerk_db.AppointmentPolicies(
        can_cancel=True,
        cancel_deadline=later - dt.timedelta(hours=24),
        can_reschedule=True,
        reschedule_deadline=later - dt.timedelta(hours=2),
        reschedules_left=3,
        current_status="confirmed",
        reasons=(),
    )
    cancelled = client.cancel_booking(booked.id, "ill")
    assert (cancelled.status, cancelled.cancellation_reason) == ("cancelled", "ill")
    assert cancelled.cancelled_at is not None
    assert client.appointment_policies(booked.id).reasons == ("wrong_status",)
    found = client.get_appointment(booked.id)
    assert [(it.version, it.action, it.reason) for it in found.history] == [
        (1, "created", None),
        (2, "rescheduled", "late train"),
        (3, "confirmed", None),
        (4, "cancelled", "ill"),
    ]
    change = found.history[1]
    assert (change.from_starts_at, change.to_starts_at) == (STARTS_AT, later)
    assert (change.from_staff_id, change.to_staff_id) == (salon.staff_id, other.id)
    assert (change.user_id, change.role, change.override_reason) == (None, "service", None)
    again = book(salon)
    salon.execute(
        "alter table schnittwerk_core.appointments disable trigger user;"
        "update schnittwerk_core.appointments set starts_at = now() - interval '1 hour',"
        " ends_at = now() where status = 'pending';"
        "alter table schnittwerk_core.appointments enable trigger user"
    )
    client.confirm_booking(again.id)
    assert client.complete_booking(again.id).status == "completed"
    with pytest.raises(schnittwerk_db.RuleViolation, match="The appointment is completed"):
        client.mark_no_show(again.id)


def test_a_late_cancellation_and_a_no_show_cost_a_fee_that_can_be_waived(salon: Salon) -> None:
    client = salon.client
    client.set_policy("cancellation_deadline_hours", 8760)
    client.set_policy("late_cancellation_fee_percent", 50)
    client.set_policy("no_show_fee_percent", 100)
    booked = book(salon)
    assert booked.late_cancellation_fee_percent == Decimal(50)
    assert (booked.no_show_fee_percent, booked.fee) == (Decimal(100), None)
    cancelled = client.cancel_booking(booked.id, "ill", idempotency_key="k")
    assert cancelled.fee is not None
    assert (cancelled.fee.appointment_id, cancelled.fee.customer_id) == (
        booked.id,
        salon.customer_id,
    )
    assert (cancelled.fee.cause, cancelled.fee.status) == ("late_cancellation", "owed")
    assert cancelled.fee.amount == booked.price / 2
    assert client.get_operation("k", "cancel").fee == cancelled.fee
    assert client.get_appointment(booked.id).fee == cancelled.fee
    waived = client.waive_fee(booked.id, "sick child", idempotency_key="w")
    assert (waived.status, waived.replayed) == ("waived", False)
    assert waived.waived_at is not None
    assert waived.operation_id is not None
    assert client.waive_fee(booked.id, "sick child", idempotency_key="w").replayed
    with pytest.raises(schnittwerk_db.RuleViolation, match="The fee is waived already"):
        client.waive_fee(booked.id, "sick child")
    again = book(salon)
    with pytest.raises(schnittwerk_db.NotFound, match="The appointment has no fee"):
        client.waive_fee(again.id, "sick child")
    client.confirm_booking(again.id)
    salon.execute(
        "alter table schnittwerk_core.appointments disable trigger user;"
        "update schnittwerk_core.appointments set starts_at = now() - interval '1 hour',"
        " ends_at = now() where status = 'confirmed';"
        "alter table schnittwerk_core.appointments enable trigger user"
    )
    missed = client.mark_no_show(again.id).fee
    assert missed is not None
    assert (missed.cause, missed.amount) == ("no_show", again.price)
    withdrawn = client.complete_booking(again.id, "she did come").fee
    assert withdrawn is not None
    assert withdrawn.status == "withdrawn"
    now = dt.datetime.now(dt.UTC)
    counts = client.booking_metrics(now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)).fees
    assert (counts.owed.count, counts.owed.amount) == (0, Decimal(0))
    assert (counts.waived.count, counts.waived.amount) == (1, cancelled.fee.amount)
    assert (counts.withdrawn.count, counts.withdrawn.amount) == (1, missed.amount)


def test_who_waits_is_offered_what_is_cancelled_and_answers(salon: Salon) -> None:
    client, day = salon.client, STARTS_AT.date()
    client.set_policy("waitlist_notification_hours", 200)
    booked, here = book(salon), STARTS_AT.astimezone(ZoneInfo(ZURICH))
    beat, chiara = client.save_customer("Beat"), client.save_customer("Chiara")
    weekday = here.isoweekday() % 7
    join = partial(
        client.join_waitlist,
        *(beat.id, salon.service_id, day, day + dt.timedelta(days=1)),
        preferred_times=[here.time(), "23:45"],
        preferred_days=[weekday],
        notes="window seat",
    )
    waiting = join(idempotency_key="k")
    assert join(idempotency_key="k") == replace(waiting, replayed=True)
    assert waiting.preferred_times == (f"{here:%H:%M}", "23:45")
    assert (waiting.preferred_days, waiting.staff_id) == ((weekday,), None)
    assert (waiting.status, waiting.offer, waiting.notes) == ("active", None, "window seat")
    stored = client.get_operation("k", "join_waitlist").waitlist_entry
    assert stored is not None
    assert stored.id == waiting.id
    with pytest.raises(schnittwerk_db.RuleViolation) as twice:
        join()
    assert (twice.value.code, twice.value.http_status) == ("already_exists", 409)
    first = client.join_waitlist(chiara.id, salon.service_id, day, day, salon.staff_id, priority=1)
    changed = client.update_waitlist_entry(first.id, {"priority": 10, "notes": "short hair"})
    assert (changed.priority, changed.staff_id) == (10, salon.staff_id)
    assert [it.customer_name for it in client.list_waitlist()] == ["Chiara", "Beat"]

    client.cancel_booking(booked.id)
    [row] = client.list_waitlist("notified", salon.service_id, day, day)
    assert (row.id, row.offered_starts_at, row.offered_staff_id) == (
        first.id,
        STARTS_AT,
        salon.staff_id,
    )
    held = client.update_waitlist_entry(first.id, {"notes": None}).offer
    assert held is not None
    assert (held.starts_at, held.ends_at, held.price, held.expires_at) == (
        row.offered_starts_at,
        row.offered_ends_at,
        row.offered_price,
        row.offer_expires_at,
    )
    with pytest.raises(schnittwerk_db.SlotConflict):
        book(salon)
    assert client.decline_waitlist_offer(first.id).status == "active"
    with pytest.raises(schnittwerk_db.RuleViolation) as declined:
        client.accept_waitlist_offer(first.id)
    assert (declined.value.code, declined.value.http_status) == ("offer_expired", 409)
    accepted = client.accept_waitlist_offer(waiting.id, idempotency_key="k")
    assert (accepted.customer_id, accepted.starts_at, accepted.notes) == (
        beat.id,
        STARTS_AT,
        "window seat",
    )
    assert client.accept_waitlist_offer(waiting.id, idempotency_key="k").replayed
    assert client.leave_waitlist(first.id).status == "cancelled"
    with pytest.raises(schnittwerk_db.RuleViolation, match="wrong_status"):
        client.leave_waitlist(first.id)
    assert [it.status for it in client.list_waitlist()] == ["cancelled", "booked"]
    assert client.process_waitlist() == schnittwerk_db.ProcessedWaitlist(0, 0, 0, 0)


def test_a_price_is_explained_held_and_booked_with_a_code(salon: Salon) -> None:
    client = salon.client
    slot = (salon.service_id, salon.staff_id, STARTS_AT)
    with pytest.raises(schnittwerk_db.RuleViolation) as wrong:
        client.create_booking(
            salon.customer_id, salon.service_id, STARTS_AT, promotion_code="NOBODYS"
        )
    assert (wrong.value.code, wrong.value.http_status) == ("promotion_not_valid", 400)
    usual = client.explain_price(*slot)
    assert (usual.rules, usual.code, usual.price) == ((), None, usual.base_price)
    rule_id = salon.add_price_rule("promotion", {"code": "SPRING", "max_uses": 1}, {"amount": -5})
    explained = client.explain_price(*slot, "spring")
    [applied] = explained.rules
    assert (applied.id, applied.kind, applied.amount) == (rule_id, "promotion", Decimal(-5))
    assert explained.price == usual.price - 5
    day = STARTS_AT.date()
    listed = client.find_slots(salon.service_id, day, promotion_code="SPRING")
    assert {it.price for it in listed} == {explained.price}
    held = client.hold_slot(
        salon.service_id, STARTS_AT, salon.staff_id, salon.customer_id, promotion_code="SPRING"
    )
    booked = client.create_booking(salon.customer_id, salon.service_id, STARTS_AT, hold_id=held.id)
    for it in (held, booked):
        assert (it.price, it.promotion_id) == (explained.price, rule_id)
        assert it.price_details == schnittwerk_db.PriceDetails(
            usual.price, (applied,), explained.price
        )
    assert client.explain_price(*slot, "SPRING").code == "promotion_used_up"


def test_a_slot_is_held_and_booked(salon: Salon) -> None:
    client = salon.client
    held = client.hold_slot(
        salon.service_id, STARTS_AT, salon.staff_id, salon.customer_id, idempotency_key="h"
    )
    assert (held.status, held.starts_at, held.customer_id) == ("open", STARTS_AT, salon.customer_id)
    assert (held.price, held.replayed) == (Decimal("75.50"), False)
    again = client.hold_slot(
        salon.service_id, STARTS_AT, salon.staff_id, salon.customer_id, idempotency_key="h"
    )
    assert (again.id, again.replayed) == (held.id, True)
    with pytest.raises(schnittwerk_db.SlotConflict):
        book(salon)
    assert book(salon, hold_id=held.id).starts_at == STARTS_AT
    with pytest.raises(schnittwerk_db.RuleViolation, match="hold_expired"):
        client.release_hold(held.id)
    later = client.hold_slot(salon.service_id, STARTS_AT + dt.timedelta(hours=2), salon.staff_id)
    assert later.customer_id is None
    assert client.release_hold(later.id).status == "released"


def test_a_time_to_wait_for_is_local(salon: Salon) -> None:
    join = partial(salon.client.join_waitlist, salon.customer_id, salon.service_id)
    for wrong in ("10:00+02:00", dt.time(10, tzinfo=dt.UTC)):
        with pytest.raises(
            schnittwerk_db.InvalidInput, match=r"p_preferred_times\[0\] must be a local time"
        ):
            join(TODAY, TODAY, preferred_times=[wrong])
    assert salon.client.list_waitlist() == []


def test_explaining_and_validating_read_as_records(salon: Salon) -> None:
    booked = book(salon)
    slot = (salon.service_id, salon.staff_id, STARTS_AT)
    checks = salon.client.explain_slot(*slot)
    assert [it.code for it in checks if not it.passed] == ["slot_conflict"]
    moving = salon.client.explain_slot(*slot, booked.id)
    assert all(it.passed for it in moving)
    day = STARTS_AT.date()
    listed = salon.client.find_slots(salon.service_id, day, appointment_id=booked.id)
    assert STARTS_AT in {it.starts_at for it in listed}
    [best, *_] = salon.client.recommend_slots(
        salon.service_id, day, customer_id=booked.customer_id, limit=2
    )
    assert best.reasons
    assert best.staff_id in salon.staff_ids
    past = STARTS_AT - dt.timedelta(days=30)
    timing = salon.client.validate_appointment_timing(past, past + dt.timedelta(hours=1))
    assert not timing.is_valid
    assert "in advance" in str(timing.error_message)


def test_the_catalogue_is_written_and_read_back(salon: Salon) -> None:
    client, day = salon.client, TODAY + dt.timedelta(days=3)
    [listed_salon] = client.list_salons()
    assert (listed_salon.name, listed_salon.time_zone, listed_salon.currency) == (
        "Test salon",
        ZURICH,
        "CHF",
    )
    [service] = client.list_services()
    assert service == client.save_service("Haircut", 60, Decimal("75.50"), id=service.id)
    assert client.list_staff(service.id) == [client.save_staff("Staff 0", id=salon.staff_id)]
    assert len(client.get_staff_availability(salon.staff_id)) == 7
    [customer] = client.list_customers("ann")
    assert customer == client.save_customer("Anna", id=customer.id)
    twin = client.save_customer("Anna K.", "twin@example.com")
    merge = client.merge_customers(customer.id, twin.id)
    assert (merge.merged_id, merge.filled, merge.dropped) == (twin.id, ("email",), ("full_name",))
    assert [merge.customer] == client.list_customers("twin")
    unmerge = client.unmerge_customer(twin.id)
    assert (unmerge.customer, unmerge.kept) == (twin, customer)
    assert unmerge.merged_at == merge.merged_at
    profile = client.save_profile(uuid4(), "admin", "Boss")
    assert (profile.role, profile.is_active) == ("admin", True)
    assert profile == client.save_profile(profile.id)
    assert client.list_profiles("admin") == [profile]
    [found] = client.find_ids(str(service.id)[:23].upper())
    assert (found.kind, found.id) == ("service", service.id)
    settings = client.set_business_settings({"buffer_time_minutes": 5})
    assert settings == client.get_business_settings()
    assert settings.buffer_time_minutes == 5
    policy = client.set_policy("minimum_booking_notice_hours", Decimal("0.5"))
    assert policy in client.list_policies()
    assert policy.policy_value == Decimal("0.5")
    special = client.set_special_hours(day, [{"start_time": dt.time(9), "end_time": "24:00"}])
    assert list(special.special_hours) == client.list_special_hours(day, day)
    assert special.special_hours[0].end_time == "24:00"
    assert client.set_special_hours(day, None).special_hours == ()
    away = client.add_time_off(salon.staff_id, day, start_time=dt.time(12), end_time="13:00")
    assert client.list_time_off(day, day) == [away]
    assert client.remove_time_off(away.id) == away
    holiday = client.create_holiday(
        "Closed", day, affects_all_staff=False, staff_ids=[salon.staff_id]
    )
    [listed] = client.list_holidays(day, day)
    assert listed.staff_ids == holiday.staff_ids == (salon.staff_id,)
    changed = client.update_holiday(holiday.id, {"name": "Shut", "date": day})
    assert client.delete_holiday(holiday.id).name == changed.name == "Shut"


def test_writes_that_take_open_time_away_tell_whom_it_concerns(salon: Salon) -> None:
    booked, day = book(salon), STARTS_AT.date()
    client, staff_id = salon.client, salon.staff_id
    others = {"operation_id": None, "replayed": False}
    for write in (
        lambda: client.create_holiday("Closed", day),
        lambda: client.set_special_hours(day, []),
        lambda: client.set_staff_availability(staff_id, []),
        lambda: client.add_time_off(staff_id, day),
        lambda: client.save_staff("Staff 0", is_active=False, id=staff_id),
        lambda: client.save_service(None, None, None, is_active=False, id=booked.service_id),
        lambda: client.set_staff_services(staff_id, []),
        lambda: client.set_business_settings({"opening_hours": {}}),
    ):
        with client.connection.transaction(force_rollback=True):
            [affected] = write().affected_appointments
            [listed] = client.list_affected_appointments()
        same = {it.name: getattr(booked, it.name) for it in fields(booked)} | others
        assert {it.name: getattr(affected, it.name) for it in fields(booked)} == same
        assert (listed.id, listed.cause) == (booked.id, affected.cause)
        assert affected.customer_name == listed.customer_name == "Anna"
        assert affected.service_name == listed.service_name
    assert client.list_affected_appointments() == []


def test_saving_keeps_what_is_not_given_and_empties_what_is_named(salon: Salon) -> None:
    client = salon.client
    beat = client.save_customer("Beat", "beat@example.com", "044 111 11 11", notes="vip")
    save = partial(client.save_customer, None, id=beat.id)
    assert save() == beat
    assert save("b@example.com", clear=["phone", "p_notes"]) == replace(
        beat, email="b@example.com", phone=None, notes=None
    )
    with pytest.raises(schnittwerk_db.InvalidInput, match="it may name p_email, p_notes, p_phone"):
        save(clear=["emial"])


def test_a_customer_is_found_however_the_name_is_spelled(salon: Salon) -> None:
    saved = salon.client.save_customer(" Zoe\u0308 Keller\u00a0", " zoe@example.com ")
    assert (saved.full_name, saved.email) == ("Zo\u00eb Keller", "zoe@example.com")
    for search in ("Zo\u00eb Keller", "zoe\u0308", " ZOE K", "Zoe@EXAMPLE"):
        assert salon.client.list_customers(search) == [saved]
    with pytest.raises(schnittwerk_db.RuleViolation) as refused:
        salon.client.save_customer("Zo\u00eb", "ZOE@example.com")
    assert (refused.value.code, refused.value.http_status) == ("already_exists", 409)


def test_the_trail_tells_who_changed_what_and_why(salon: Salon) -> None:
    admin, booked = uuid4(), book(salon, notes="window seat")
    salon.client.save_profile(admin, "admin")
    salon.client.acting_as(admin).cancel_booking(booked.id, "ill", "doctor's note")
    span = (STARTS_AT - dt.timedelta(days=5), STARTS_AT)
    cancelled, created = salon.client.list_audit(*span, "appointments", booked.id)
    assert cancelled.occurred_at > created.occurred_at
    assert (cancelled.action, cancelled.row_key) == ("update", {"id": str(booked.id)})
    assert (cancelled.role, cancelled.user_id, cancelled.login) == ("admin", admin, "book_owner")
    assert (cancelled.before or {})["status"] == "pending"
    assert (cancelled.after or {})["status"] == "cancelled"
    assert (cancelled.after or {})["cancellation_reason"] == "ill"
    assert (cancelled.reason, cancelled.override_reason) == ("ill", "doctor's note")
    assert cancelled.is_override
    assert (created.action, created.role, created.user_id) == ("insert", "service", None)
    assert created.before is None
    assert (created.after or {})["notes"] == "window seat"
    assert (created.after or {})["price"] == Decimal("75.50")
    assert salon.client.list_audit(*span, "appointments", limit=1) == [cancelled]
    assert {it.user_id for it in salon.client.list_audit(*span, user_id=admin)} == {admin}


def test_a_customer_is_exported_and_erased(salon: Salon) -> None:
    booked = book(salon, notes="window seat")
    exported = salon.client.export_customer(salon.customer_id)
    assert exported["customer"]["full_name"] == "Anna"
    [appointment] = exported["appointments"]
    assert (appointment["id"], appointment["notes"]) == (str(booked.id), "window seat")
    assert appointment["price"] == Decimal("75.50")
    with pytest.raises(schnittwerk_db.RuleViolation, match="cancel them first") as refused:
        salon.client.erase_customer(salon.customer_id)
    assert refused.value.code == "wrong_status"
    salon.client.cancel_booking(booked.id, "ill")
    erased = salon.client.erase_customer(str(salon.customer_id))
    assert (erased.customer_id, erased.appointments, erased.history) == (salon.customer_id, 1, 1)
    assert (erased.operations, erased.waitlist_entries, erased.deliveries) == (2, 0, 0)
    assert erased.audit_values > 0
    [entry] = appointments(salon)
    assert (entry.customer_name, entry.notes) == ("Erased customer", None)
    with pytest.raises(schnittwerk_db.NotFound):
        salon.client.export_customer(salon.customer_id)


def test_a_replay_after_the_erasure_says_that_nothing_is_left_to_tell(salon: Salon) -> None:
    booked = book(salon, idempotency_key="k")
    entry = salon.client.join_waitlist(
        *(salon.customer_id, salon.service_id, STARTS_AT.date(), STARTS_AT.date()),
        idempotency_key="k",
    )
    salon.client.cancel_booking(booked.id)
    salon.client.leave_waitlist(entry.id)
    salon.client.erase_customer(salon.customer_id)
    with pytest.raises(schnittwerk_db.NotFound, match="has been erased since") as replay:
        book(salon, idempotency_key="k")
    assert replay.value.replayed
    assert replay.value.operation_id == booked.operation_id
    assert replay.value.correlation_id
    for operation_type in ("create", "join_waitlist"):
        stored = salon.client.get_operation("k", operation_type)
        assert (stored.success, stored.http_status) == (True, 201)
        assert (stored.appointment, stored.waitlist_entry) == (None, None)


def test_retention_is_counted_or_applied(salon: Salon) -> None:
    book(salon)
    salon.execute(
        "update schnittwerk_core.booking_operations set created_at = now() - interval '31 days'"
    )
    due = schnittwerk_db.Retention(
        operations=1, refusals=0, events=0, customers=0, notes=0, audit=0
    )
    assert salon.client.apply_retention(is_dry_run=True) == due
    assert salon.client.apply_retention() == due
    assert salon.client.apply_retention() == replace(due, operations=0)


def test_keys_and_columns_of_a_newer_server_are_passed_over(salon: Salon) -> None:
    salon.execute(
        """
        drop function schnittwerk.list_salons();
        create function schnittwerk.list_salons()
        returns table (id uuid, name text, time_zone text, currency text, moon_phase text)
        language sql stable
        begin atomic
          select s.*, 'full' from schnittwerk_core.list_salons() s;
        end;
        alter function schnittwerk.get_business_settings(uuid) rename to older;
        create function schnittwerk.get_business_settings(p_salon_id uuid default null)
        returns jsonb
        language sql stable
        return schnittwerk.older(p_salon_id) || '{"moon_phase": "full"}';
        """
    )
    [read] = salon.client.list_salons()
    assert read.name == "Test salon"
    assert salon.client.get_business_settings().buffer_time_minutes == 15


# What is raised


def test_refusals_of_writes_are_raised_by_their_code(salon: Salon) -> None:
    booked = book(salon, idempotency_key="k")
    with pytest.raises(schnittwerk_db.SlotConflict) as conflict:
        book(salon)
    assert conflict.value.code == "slot_conflict"
    assert conflict.value.http_status == 409
    assert conflict.value.details == "Time slot conflicts with another appointment"
    assert conflict.value.operation_id not in (None, booked.operation_id)
    assert conflict.value.correlation_id
    with pytest.raises(schnittwerk_db.IdempotencyKeyReused):
        book(salon, idempotency_key="k", notes="other")
    salon.client.save_profile(uuid4(), "admin")
    create = partial(salon.client.create_booking, salon.customer_id, salon.service_id)
    later = STARTS_AT + dt.timedelta(hours=5)
    with pytest.raises(schnittwerk_db.PriceMismatch):
        create(later, expected_price=1)
    with pytest.raises(schnittwerk_db.RuleViolation) as notice:
        create(STARTS_AT - dt.timedelta(days=9))
    assert notice.value.code == "notice_too_short"
    with pytest.raises(schnittwerk_db.NotFound):
        salon.client.create_booking(uuid4(), salon.service_id, later)
    with pytest.raises(schnittwerk_db.InvalidInput) as invalid:
        salon.client.save_service("", 0, -1)
    assert [it["path"] for it in invalid.value.details if isinstance(it, dict)] == [
        ["p_name"],
        ["p_duration_minutes"],
        ["p_base_price"],
    ]
    assert "p_duration_minutes must be from 1 to 1440" in str(invalid.value)


def test_a_client_of_one_salon_deletes_the_salon_that_it_is_told(salon: Salon) -> None:
    [kept] = salon.client.list_salons()
    other = salon.client.save_salon("Another", ZURICH)
    client = Client(salon.client.connection, salon.id)
    assert client.delete_salon(other.id).name == "Another"
    with pytest.raises(schnittwerk_db.RuleViolation, match="The salon has"):
        client.delete_salon(salon.id)
    assert client.list_salons() == [kept]


def test_refusals_of_reads_are_raised_by_their_code(salon: Salon) -> None:
    with pytest.raises(schnittwerk_db.NotFound) as unknown:
        salon.client.find_slots(uuid4(), TODAY)
    assert (unknown.value.code, unknown.value.http_status) == ("not_found", 404)
    assert unknown.value.details == "There is no such service"
    assert unknown.value.hint
    with pytest.raises(schnittwerk_db.InvalidInput) as invalid:
        salon.client.find_slots(salon.service_id, TODAY, limit=0)
    assert invalid.value.details[0]["path"] == ["p_limit"]  # type: ignore[index]
    salon.client.save_salon("Another", ZURICH)
    with pytest.raises(schnittwerk_db.InvalidInput) as required:
        salon.client.list_services()
    assert required.value.code == "salon_required"
    [first, second] = salon.client.list_salons()
    salon.client.salon_id = second.id
    assert len(salon.client.list_services()) == 1
    assert Client(salon.client.connection, str(first.id)).list_services() == []


def test_who_is_not_signed_in_or_may_not_gets_an_exception_of_its_own(
    database: Database, salon: Salon
) -> None:
    with psycopg.connect(database.dsn("authenticator"), autocommit=True) as gateway:
        client = Client(gateway)
        gateway.execute("set role schnittwerk_user")
        with pytest.raises(schnittwerk_db.NotAuthenticated):
            book(salon, client)
        claims = json.dumps({"sub": str(uuid4())})
        gateway.execute("select set_config('request.jwt.claims', %s, false)", [claims])
        with pytest.raises(schnittwerk_db.Forbidden):
            client.list_customers()
        customer = client.register_customer("Beat", "beat@example.com")
        assert client.list_customers() == [customer]


def test_customers_are_held_to_their_deadlines_and_to_their_own(
    database: Database, salon: Salon
) -> None:
    user_id = uuid4()
    salon.client.save_profile(user_id, "customer")
    salon.client.save_customer("Anna", profile_id=user_id, id=salon.customer_id)
    salon.client.set_policy("cancellation_deadline_hours", 100)
    salon.client.set_policy("reschedule_deadline_hours", 100)
    booked = book(salon)
    strangers = salon.client.save_customer("Beat")
    day = STARTS_AT.date()
    entry = salon.client.join_waitlist(strangers.id, salon.service_id, day, day)
    with psycopg.connect(database.dsn("authenticator"), autocommit=True) as gateway:
        client = Client(gateway)
        gateway.execute("set role schnittwerk_user")
        claims = json.dumps({"sub": str(user_id)})
        gateway.execute("select set_config('request.jwt.claims', %s, false)", [claims])
        assert client.appointment_policies(booked.id).reasons == (
            "cancellation_deadline_passed",
            "reschedule_deadline_passed",
        )
        with pytest.raises(schnittwerk_db.RuleViolation) as late:
            client.cancel_booking(booked.id)
        assert late.value.code == "cancellation_deadline_passed"
        assert late.value.details == "Appointment must be cancelled at least 100 hours in advance"
        with pytest.raises(schnittwerk_db.RuleViolation) as moved:
            client.reschedule_booking(booked.id, booked.starts_at + dt.timedelta(hours=1))
        assert moved.value.code == "reschedule_deadline_passed"
        with pytest.raises(schnittwerk_db.Forbidden):
            client.cancel_booking(booked.id, override_reason="please")
        with pytest.raises(schnittwerk_db.Forbidden):
            client.confirm_booking(booked.id)
        with pytest.raises(schnittwerk_db.NotFound):
            client.leave_waitlist(entry.id)
        assert client.list_waitlist() == []
    assert salon.client.cancel_booking(booked.id).status == "cancelled"


def test_every_code_of_the_database_has_its_exception(db: psycopg.Connection[TupleRow]) -> None:
    codes = db.execute("select code from schnittwerk_core.error_code").fetchall()
    assert len(codes) > 20
    for (code,) in codes:
        raised = errors.of_envelope({"code": code, "http_status": 400, "details": "why"})
        assert type(raised) is not schnittwerk_db.BookingError, code


def test_a_database_without_the_schema_says_how_to_get_it(template: Database) -> None:
    with connect(template.cluster.dsn("postgres")) as client:
        with pytest.raises(schnittwerk_db.SchemaMissing, match="run: schnittwerk migrate"):
            client.list_salons()
        with pytest.raises(schnittwerk_db.SchemaMissing, match="run: schnittwerk migrate"):
            client.save_salon("Test salon", ZURICH)


def test_a_time_without_zone_is_no_instant(salon: Salon) -> None:
    naive = STARTS_AT.replace(tzinfo=None)
    for given in (naive, naive.isoformat()):
        with pytest.raises(schnittwerk_db.InvalidInput, match="p_starts_at must have a time zone"):
            salon.client.create_booking(salon.customer_id, salon.service_id, given)
    assert appointments(salon) == []
    text = STARTS_AT.isoformat()
    booked = salon.client.create_booking(salon.customer_id, salon.service_id, text)
    assert booked.starts_at == STARTS_AT


def test_what_does_not_fit_a_parameter_is_refused_by_its_name(salon: Salon) -> None:
    class Unheard:
        """What no parameter takes."""

    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    misfits: list[Any] = [
        *(Unheard(), 2**31, -(2**31) - 1, 10**5000, 1.5, "\0", "\ud800", "nonsense", [Unheard()]),
        *(
            [2**31],
            ["24:00"],
            ["\0"],
            {"\0": 1},
            {"a": [float("nan")]},
            {"a": 10**400},
            {"a": "\ud800"},
        ),
        *(float("inf"), Decimal("1e9999"), Decimal("1e-9999"), "0001-01-01", "9999-12-31", "24:01"),
        *(dt.datetime.min, dt.datetime.max, dt.datetime.min.replace(tzinfo=ZoneInfo(ZURICH))),
        *(dt.date.min, dt.date.max, dt.time.max, dt.time(1, tzinfo=dt.UTC), True, "true", b"x"),
        *(deep, Decimal(f"0.{'1' * 20000}")),
    ]
    refused = 0
    for name, method in METHODS.items():
        signature = list(inspect.signature(method).parameters.values())[1:]
        needed = {it.name: None for it in signature if it.default is it.empty}
        for parameter, misfit in itertools.product(signature, misfits):
            arguments = {**needed, parameter.name: misfit}
            try:
                getattr(salon.client, name)(**arguments)
            except schnittwerk_db.InvalidInput as error:
                refused += parameter.name.rstrip("_") in str(error)
            except schnittwerk_db.BookingError:
                pass  # what it means is judged by the database
    assert refused > 1000


def test_numbers_of_a_document_are_exact_or_refused(salon: Salon) -> None:
    set_policy = partial(salon.client.set_policy, "minimum_booking_notice_hours")
    assert str(set_policy(Decimal("4.50")).policy_value) == "4.50"
    assert set_policy(Decimal(4)).policy_value == 4
    with pytest.raises(schnittwerk_db.InvalidInput, match=r"not 1\.00000000000000000001"):
        salon.client.set_policy("max_reschedules", Decimal("1.00000000000000000001"))
    for number in (float("nan"), Decimal("Infinity"), Decimal("1e400"), Decimal("1e-400")):
        with pytest.raises(schnittwerk_db.InvalidInput, match="p_policy_value must"):
            set_policy(number)
    with pytest.raises(schnittwerk_db.InvalidInput) as refused:
        salon.client.set_staff_services(
            salon.staff_id, [{"service_id": salon.service_id, "custom_price": float("inf")}]
        )
    assert isinstance(refused.value.details, list)
    assert refused.value.details[0]["path"] == ["p_services[0].custom_price"]


def test_a_document_holds_no_instants(salon: Salon) -> None:
    for instant in (STARTS_AT, STARTS_AT.replace(tzinfo=None)):
        with pytest.raises(
            schnittwerk_db.InvalidInput,
            match=r"p_changes\.days\[0\] must be text, .+, not datetime",
        ):
            salon.client.update_waitlist_entry(uuid4(), {"days": [instant]})


def test_values_of_a_document_are_taken_for_what_they_mean(salon: Salon) -> None:
    class Kind(str, Enum):  # noqa: UP042 -- whose str() is not its value
        WORKING = "available"

    client = salon.client
    assert client.set_policy("advance_booking_limit_days", 30.0).policy_value == 30
    notice = client.set_policy("minimum_booking_notice_hours", 4.1).policy_value
    assert str(notice) == "4.1"
    settings = client.set_business_settings({"buffer_time_minutes": Decimal("5.00")})
    assert settings.buffer_time_minutes == 5
    window = {"day_of_week": 1.0, "start_time": dt.time(9), "end_time": "24:00"}
    week = [window | {"availability_type": Kind.WORKING}]
    [working] = client.set_staff_availability(salon.staff_id, week).staff_availability
    assert (working.day_of_week, working.availability_type) == (1, "available")
    with psycopg.connect(salon.dsn) as connection:
        # as some programs do, so that a text is text to the server
        connection.adapters.register_dumper(str, StrDumper)
        assert Client(connection).set_policy("max_reschedules", 3).policy_value == 3


# Connections


def test_a_callers_connection_is_never_committed(salon: Salon) -> None:
    with psycopg.connect(salon.dsn) as connection:
        with Client(connection) as client:
            book(salon, client)
            client.save_customer("Nobody")
        assert not connection.closed
        connection.rollback()
    assert appointments(salon) == []
    assert [it.full_name for it in salon.client.list_customers()] == ["Anna"]


def test_without_dsn_the_environment_says_where(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHNITTWERK_DSN", salon.dsn)
    with connect() as client:
        assert [it.name for it in client.list_salons()] == ["Test salon"]
    assert client.connection.closed


# Repeating


DEADLOCK = "raise exception using errcode = '40P01';"
SERIALIZATION_FAILURE = "raise exception using errcode = '40001';"
LOST = "perform pg_terminate_backend(pg_backend_pid());"


def let_fail(salon: Salon, function: str, failure: str, times: int = 2) -> None:
    """Lets the first calls of an RPC fail; a sequence counts, as it outlives what is undone."""
    [rpc] = salon.execute(
        "select pg_get_function_arguments(oid) as arguments, proargnames as names from pg_proc"
        " where pronamespace = 'schnittwerk'::regnamespace and proname = %s",
        function,
    )
    names = rpc["names"]
    salon.execute(
        f"""
        create sequence attempts;
        alter function schnittwerk.{function} rename to working;
        create function schnittwerk.{function}({rpc["arguments"]})
        returns jsonb
        language plpgsql
        as $$
        begin
          raise notice '%', {names[0]};
          if nextval('attempts') <= {times} then
            {failure}
          end if;
          return schnittwerk.working({", ".join(names)});
        end
        $$;
        """
    )


def attempts(salon: Salon) -> int:
    [row] = salon.execute("select last_value from attempts")
    return int(row["last_value"])


@pytest.mark.parametrize(
    "failure", [DEADLOCK, SERIALIZATION_FAILURE], ids=["deadlock", "serialization failure"]
)
def test_what_the_server_undid_is_called_again_with_the_same_key(
    salon: Salon, failure: str
) -> None:
    let_fail(salon, "create_booking", failure)
    keys: list[str | None] = []
    salon.client.connection.add_notice_handler(lambda it: keys.append(it.message_primary))
    assert not book(salon).replayed
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len(appointments(salon)) == 1


def test_a_write_without_key_that_the_server_undid_is_called_again(salon: Salon) -> None:
    let_fail(salon, "save_customer", DEADLOCK)
    assert salon.client.save_customer("Beat").full_name == "Beat"
    assert attempts(salon) == 3


def test_a_call_that_is_undone_every_time_is_given_up(salon: Salon) -> None:
    let_fail(salon, "create_booking", DEADLOCK, times=1000)
    with pytest.raises(postgres.DeadlockDetected):
        book(salon)
    assert attempts(salon) == 6


def test_a_lock_that_is_not_available_is_not_tried_again(salon: Salon) -> None:
    let_fail(salon, "create_booking", "raise exception using errcode = '55P03';")
    with pytest.raises(postgres.LockNotAvailable):
        book(salon)
    assert attempts(salon) == 1


def test_within_a_transaction_nothing_is_tried_again(salon: Salon) -> None:
    let_fail(salon, "create_booking", DEADLOCK, times=1000)
    with pytest.raises(postgres.DeadlockDetected), salon.client.connection.transaction():
        book(salon)
    assert attempts(salon) == 1
    with psycopg.connect(salon.dsn) as caller, pytest.raises(postgres.DeadlockDetected):
        book(salon, Client(caller))
    assert attempts(salon) == 2


def test_a_callers_idle_autocommit_connection_is_tried_again(salon: Salon) -> None:
    let_fail(salon, "create_booking", DEADLOCK)
    with psycopg.connect(salon.dsn, autocommit=True) as connection:
        book(salon, Client(connection))
    assert attempts(salon) == 3


def test_a_lost_connection_is_made_again(salon: Salon) -> None:
    let_fail(salon, "create_booking", LOST, times=1)
    lost = salon.client.connection
    booked = book(salon)
    assert lost.closed
    assert attempts(salon) == 2
    assert [it.id for it in appointments(salon)] == [booked.id]


def test_a_callers_lost_connection_is_left_to_the_caller(salon: Salon) -> None:
    let_fail(salon, "create_booking", LOST, times=1)
    with psycopg.connect(salon.dsn, autocommit=True) as connection:
        client = Client(connection)
        with pytest.raises(psycopg.OperationalError):
            book(salon, client)
        assert client.connection is connection
    assert attempts(salon) == 1


def test_after_a_connection_was_lost_within_a_transaction_calls_do_not_go_on_outside_it(
    salon: Salon,
) -> None:
    let_fail(salon, "create_booking", LOST, times=1)

    def scenario(client: Client) -> None:
        with client.connection.transaction():
            with pytest.raises(psycopg.OperationalError):
                book(salon, client)
            client.save_customer("Outside")

    with connect(salon.dsn) as client, pytest.raises(psycopg.OperationalError):
        scenario(client)
    assert [it.full_name for it in salon.client.list_customers()] == ["Anna"]


class Wire(threading.Thread):
    """Stands between a client and the server, and loses an answer where it is told to."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(daemon=True)
        self.loses = b""
        self._server = f"{cluster.host}/.s.PGSQL.{cluster.port}"
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(f"{folder}/.s.PGSQL.5432")
        self._listening.listen()

    def run(self) -> None:
        while True:
            client, _ = self._listening.accept()
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(self._server)
                self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        is_losing = False
        while True:
            for end in select.select([client, server], [], [])[0]:
                sent = end.recv(65536)
                if not sent or (end is server and is_losing):
                    return
                (server if end is client else client).sendall(sent)
                if end is client and self.loses and self.loses in sent:
                    self.loses, is_losing = b"", True


@pytest.fixture
def wire(database: Database, salon: Salon) -> Iterator[tuple[Wire, Client]]:
    with tempfile.TemporaryDirectory() as folder:
        wire = Wire(Path(folder), database.cluster)
        wire.start()
        owner = f"host={folder} port=5432 dbname={database.name} user=book_owner"
        with connect(owner) as client:
            yield wire, client


def test_a_booking_whose_answer_is_lost_is_answered_by_its_replay(
    salon: Salon, wire: tuple[Wire, Client]
) -> None:
    line, client = wire
    line.loses = b"create_booking"
    assert book(salon, client).replayed
    assert len(appointments(salon)) == 1


def test_a_write_without_key_whose_answer_is_lost_is_not_done_twice(
    salon: Salon, wire: tuple[Wire, Client]
) -> None:
    line, client = wire
    line.loses = b"save_customer"
    with pytest.raises(psycopg.OperationalError):
        client.save_customer("Beat")
    assert [it.full_name for it in client.list_customers()] == ["Anna", "Beat"]


# Acting as a user


@pytest.fixture
def anna(salon: Salon) -> UUID:
    """The user whose customer is Anna."""
    user_id = uuid4()
    salon.client.save_profile(user_id, "customer")
    salon.client.save_customer("Anna", profile_id=user_id, id=salon.customer_id)
    salon.client.save_customer("Beat")
    return user_id


def names(client: Client) -> list[str]:
    """The customers that the caller may see: a customer sees themselves, the service all."""
    return [it.full_name for it in client.list_customers()]


def setting(connection: psycopg.Connection[Any]) -> str | None:
    found = connection.execute("select current_setting('schnittwerk.acting_user', true)").fetchone()
    assert found is not None
    return found[0] or None


def test_calls_are_the_users_and_the_first_client_stays_the_service(
    salon: Salon, anna: UUID
) -> None:
    acting = salon.client.acting_as(str(anna))
    booked = acting.create_booking(None, salon.service_id, STARTS_AT)
    assert booked.customer_id == salon.customer_id
    [created] = salon.client.get_appointment(booked.id).history
    assert (created.user_id, created.role) == (anna, "customer")
    assert (names(acting), names(salon.client)) == (["Anna"], ["Anna", "Beat"])
    assert names(acting.acting_as(None)) == ["Anna", "Beat"]
    assert acting.connection is salon.client.connection
    assert setting(salon.client.connection) is None
    acting.close()
    assert names(salon.client) == ["Anna", "Beat"]


def test_threads_share_one_connection_for_different_users(salon: Salon, anna: UUID) -> None:
    clients = [salon.client, salon.client.acting_as(anna)] * 10
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(names, clients)) == [["Anna", "Beat"], ["Anna"]] * 10


def test_the_user_outlives_a_lost_connection(salon: Salon, anna: UUID) -> None:
    let_fail(salon, "create_booking", LOST, times=1)
    with connect(salon.dsn, acting_user=anna) as client:
        lost = client.connection
        booked = client.create_booking(None, salon.service_id, STARTS_AT)
        assert (lost.closed, attempts(salon)) == (True, 2)
        again = client.acting_as(anna)
        salon.execute(f"select pg_terminate_backend({client.connection.info.backend_pid})")
        assert names(again) == names(client) == ["Anna"]
    assert client.connection.closed
    [created] = salon.client.get_appointment(booked.id).history
    assert (created.user_id, created.role) == (anna, "customer")


def test_a_call_that_is_repeated_is_made_for_the_same_user(salon: Salon, anna: UUID) -> None:
    let_fail(salon, "create_booking", SERIALIZATION_FAILURE)
    booked = salon.client.acting_as(anna).create_booking(None, salon.service_id, STARTS_AT)
    assert attempts(salon) == 3
    assert [it.user_id for it in salon.client.get_appointment(booked.id).history] == [anna]


def test_a_refused_write_is_kept_with_the_users_key(salon: Salon, anna: UUID) -> None:
    sunday = STARTS_AT + dt.timedelta(days=400)
    create = partial(
        salon.client.acting_as(anna).create_booking, None, salon.service_id, idempotency_key="k"
    )
    with pytest.raises(schnittwerk_db.RuleViolation) as refused:
        create(sunday)
    stored = salon.client.acting_as(anna).get_operation("k", "create")
    assert (stored.success, refused.value.code) == (False, "too_far_ahead")


@pytest.mark.parametrize("before", [None, UUID(int=7)])
def test_in_a_callers_transaction_only_the_call_is_the_users(
    salon: Salon, anna: UUID, before: UUID | None
) -> None:
    with psycopg.connect(salon.dsn) as connection:
        if before is not None:
            connection.execute(f"set local schnittwerk.acting_user = '{before}'".encode())
        acting = Client(connection).acting_as(anna)
        assert names(acting) == ["Anna"]
        acting.create_booking(None, salon.service_id, STARTS_AT)
        with pytest.raises(schnittwerk_db.Forbidden):
            acting.save_service("Perm", 60, 90)
        with pytest.raises(schnittwerk_db.InvalidInput):
            acting.register_customer("Anna\0", "anna@example.com")
        assert setting(connection) == (before and str(before))
        connection.rollback()
    assert appointments(salon) == []


def test_what_a_read_refuses_ends_a_callers_transaction_and_the_user_with_it(
    salon: Salon, anna: UUID
) -> None:
    with psycopg.connect(salon.dsn) as connection:
        client = Client(connection)
        with pytest.raises(schnittwerk_db.NotFound), connection.transaction():
            client.acting_as(anna).get_appointment(uuid4())
        assert (setting(connection), names(client)) == (None, ["Anna", "Beat"])
        with pytest.raises(schnittwerk_db.NotFound):
            client.acting_as(anna).get_appointment(uuid4())
        with pytest.raises(postgres.InFailedSqlTransaction):
            names(client)
        connection.rollback()
        assert (setting(connection), names(client)) == (None, ["Anna", "Beat"])


def test_only_the_service_acts_for_others(database: Database, salon: Salon, anna: UUID) -> None:
    with connect(database.dsn("authenticator"), acting_user=anna) as client:
        client.connection.execute("set role schnittwerk_user")
        assert [it.name for it in client.list_services()] == ["Haircut"]
        with pytest.raises(schnittwerk_db.NotAuthenticated):
            client.list_customers()


def test_a_user_that_is_no_uuid_is_named(salon: Salon) -> None:
    with pytest.raises(ValueError, match="user_id must be a UUID: 'anna' is not one"):
        salon.client.acting_as("anna")
    with pytest.raises(ValueError, match="acting_user must be a UUID: '' is not one"):
        connect("host=/nowhere", acting_user="")
    with pytest.raises(ValueError, match="salon_id must be a UUID: 'Salon' is not one"):
        Client(salon.client.connection, "Salon")


def test_the_asynchronous_client_acts_as_a_user(salon: Salon, anna: UUID) -> None:
    async def scenario() -> None:
        async with connect_async(salon.dsn, acting_user=anna) as client:
            booked = await client.create_booking(None, salon.service_id, STARTS_AT)
            assert booked.customer_id == salon.customer_id
            service = client.acting_as(None)
            both = await asyncio.gather(client.list_customers(), service.list_customers())
            assert list(map(len, both)) == [1, 2]
            async with client.connection.transaction():
                assert len(await client.list_customers()) == 1
                with pytest.raises(schnittwerk_db.InvalidInput):
                    await client.register_customer("Anna\0", "anna@example.com")
                assert len(await service.list_customers()) == 2

    let_fail(salon, "create_booking", LOST, times=1)
    asyncio.run(scenario())
    assert attempts(salon) == 2


# Limits


def test_too_many_calls_are_refused_and_not_repeated(salon: Salon) -> None:
    salon.client.set_policy("change_rate_limit_customer", 1)
    with connect(salon.dsn, acting_user=uuid4()) as client:
        client.register_customer("Beat", "beat@example.com")
        with pytest.raises(schnittwerk_db.RateLimited) as limited:
            client.register_customer("Beat", "beat@example.com")
    assert (limited.value.code, limited.value.http_status) == ("rate_limited", 429)
    assert limited.value.retry_after_seconds is not None
    assert 0 < limited.value.retry_after_seconds <= 60
    assert refusals(salon) == [{"operation_type": "register_customer", "code": "rate_limited"}]


def refusals(salon: Salon) -> list[dict[str, Any]]:
    return salon.execute("select operation_type, code from schnittwerk_core.refusal")


def test_a_key_that_was_refused_for_the_limit_books_later(salon: Salon) -> None:
    user_id, later = uuid4(), STARTS_AT + dt.timedelta(hours=3)
    salon.client.save_profile(user_id, "customer")
    salon.client.save_customer("Anna", profile_id=user_id, id=salon.customer_id)
    salon.client.set_policy("booking_rate_limit_customer", 1)
    with connect(salon.dsn, acting_user=user_id) as client:
        book(salon, client)
        create = partial(client.create_booking, None, salon.service_id, later, idempotency_key="k")
        with pytest.raises(schnittwerk_db.RateLimited) as limited:
            create()
        assert limited.value.operation_id is None
        salon.client.set_policy("booking_rate_limit_customer", 0)
        assert not create().replayed


# The asynchronous client


def test_the_asynchronous_client_returns_what_the_client_does(salon: Salon) -> None:
    async def scenario() -> None:
        async with connect_async(salon.dsn) as client:
            slots = await client.find_slots(salon.service_id, STARTS_AT.date())
            assert slots == salon.client.find_slots(salon.service_id, STARTS_AT.date())
            create = partial(client.create_booking, salon.customer_id, salon.service_id)
            booked = await create(STARTS_AT, idempotency_key="k")
            assert (await create(STARTS_AT, idempotency_key="k")).replayed
            with pytest.raises(schnittwerk_db.SlotConflict):
                await create(STARTS_AT)
            assert [it.id for it in appointments(salon)] == [booked.id]
            many = await asyncio.gather(*(client.list_services() for _ in range(5)))
            assert many == [salon.client.list_services()] * 5
            entry = await client.join_waitlist(
                salon.customer_id, salon.service_id, TODAY, STARTS_AT.date()
            )
            assert [it.id for it in await client.list_waitlist("active")] == [entry.id]
            later = STARTS_AT + dt.timedelta(hours=2)
            moved = await client.reschedule_booking(booked.id, later)
            assert (await client.cancel_booking(booked.id, "ill")).starts_at == later
            assert (moved.starts_at, moved.reschedule_count) == (later, 0)
            history = (await client.get_appointment(booked.id)).history
            assert [it.action for it in history] == ["created", "rescheduled", "cancelled"]
            assert not (await client.appointment_policies(booked.id)).can_cancel
            await client.leave_waitlist(entry.id)
            exported = await client.export_customer(salon.customer_id)
            assert (
                exported["customer"] == salon.client.export_customer(salon.customer_id)["customer"]
            )
            assert (await client.erase_customer(salon.customer_id)).operations > 0
            span = (STARTS_AT - dt.timedelta(days=5), STARTS_AT)
            newest, *_ = trail = await client.list_audit(*span)
            assert newest.action == "erase"
            assert trail == salon.client.list_audit(*span)
            assert (await client.apply_retention(is_dry_run=True)).operations == 0
        assert client.connection.closed

    asyncio.run(scenario())


def test_the_asynchronous_client_does_not_repeat_what_is_limited(salon: Salon) -> None:
    async def scenario() -> None:
        async with connect_async(salon.dsn, acting_user=uuid4()) as client:
            await client.register_customer("Beat", "beat@example.com")
            with pytest.raises(schnittwerk_db.RateLimited):
                await client.register_customer("Beat", "beat@example.com")

    salon.client.set_policy("change_rate_limit_customer", 1)
    asyncio.run(scenario())
    assert refusals(salon) == [{"operation_type": "register_customer", "code": "rate_limited"}]


@pytest.mark.parametrize("failure", [DEADLOCK, LOST], ids=["deadlock", "lost connection"])
def test_the_asynchronous_client_repeats_what_was_undone_or_lost(
    salon: Salon, failure: str
) -> None:
    async def scenario() -> None:
        async with connect_async(salon.dsn) as client:
            await client.create_booking(salon.customer_id, salon.service_id, STARTS_AT)

    let_fail(salon, "create_booking", failure)
    asyncio.run(scenario())
    assert attempts(salon) == 3
    assert len(appointments(salon)) == 1


@pytest.mark.parametrize("failure", [DEADLOCK, LOST], ids=["deadlock", "lost connection"])
def test_calls_made_at_once_are_each_called_again(salon: Salon, failure: str) -> None:
    starts = [STARTS_AT + dt.timedelta(hours=2 * number) for number in range(4)]

    async def scenario() -> None:
        async with connect_async(salon.dsn) as client:
            create = partial(client.create_booking, salon.customer_id, salon.service_id)
            await asyncio.gather(*map(create, starts))

    let_fail(salon, "create_booking", failure, times=3)
    asyncio.run(scenario())
    assert sorted(it.starts_at for it in appointments(salon)) == starts
    salon.execute("alter sequence attempts restart")
    create = partial(salon.client.create_booking, salon.customer_id, salon.service_id)
    with ThreadPoolExecutor(4) as threads:
        next_day = [it + dt.timedelta(days=1) for it in starts]
        booked = list(threads.map(create, next_day))
    assert [it.starts_at for it in booked] == next_day


def test_the_asynchronous_client_leaves_a_callers_connection_alone(salon: Salon) -> None:
    async def scenario() -> None:
        connection = await psycopg.AsyncConnection.connect(salon.dsn)
        async with connection:
            client = AsyncClient(connection)
            await client.save_customer("Nobody")
            await client.close()
            assert not connection.closed
            await connection.rollback()

    asyncio.run(scenario())
    assert [it.full_name for it in salon.client.list_customers()] == ["Anna"]
