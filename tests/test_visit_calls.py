"""Visits of several callers at the same time, and by the library and the command line."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from calls import Answer, Connection, codes, write
from psycopg.types.json import Jsonb
from salon import CUSTOMER, SERVICE, STAFF, Salon, at, open_example

from schnittwerk_db import PriceMismatch, SlotConflict
from schnittwerk_db.cli.times import local

several = pytest.mark.salon(staff=4)


def visit_of(salon: Salon, *staff: int | None) -> list[dict[str, Any]]:
    """One haircut after the other, by the staff of these numbers; null = anyone."""
    return [
        {"service_id": str(salon.service_id)}
        | ({} if number is None else {"staff_id": str(salon.staff_ids[number])})
        for number in staff
    ]


def booking(
    salon: Salon, clock: str, *staff: int | None, key: str | None = None
) -> Callable[[Connection], Answer]:
    return partial(
        write,
        function="create_visit",
        p_idempotency_key=key or str(uuid4()),
        p_customer_id=salon.customer_id,
        p_items=Jsonb(visit_of(salon, *staff)),
        p_starts_at=at(clock),
    )


@several
def test_visits_that_want_the_same_staff_in_opposite_order_do_not_deadlock(salon: Salon) -> None:
    orders = [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)]
    answers = salon.at_once([booking(salon, "10:00", *order) for order in orders * 2])
    # Each person is wanted at each hour by somebody: of four orders at most two go together.
    booked = [it for it in answers if it["success"]]
    assert codes(answers).keys() <= {"booked", "slot_conflict"}
    assert 1 <= len(booked) <= 2
    assert salon.count("appointments") == 3 * len(booked)
    salon.assert_sound()


@several
def test_moves_onto_each_others_time_do_not_deadlock(salon: Salon) -> None:
    with salon.connect() as connection:
        ids = [
            booking(salon, clock, *staff)(connection)["visit"]["id"]
            for clock, staff in (("10:00", (0, 1)), ("14:00", (1, 0)))
        ]
    moves = [
        partial(
            write,
            function="reschedule_visit",
            p_idempotency_key=str(uuid4()),
            p_visit_id=visit_id,
            p_new_starts_at=at(clock),
        )
        for visit_id, clock in zip(ids, ("14:30", "10:30"), strict=True)
    ]
    answers = salon.at_once(moves)
    assert codes(answers).keys() <= {"booked", "slot_conflict"}
    salon.assert_sound()


@several
def test_as_many_visits_are_booked_with_anyone_as_there_are_people(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, "10:00", None, None) for _ in range(8)])
    assert codes(answers) == Counter(booked=4, slot_conflict=4)
    served = [
        {it["staff_id"] for it in answer["visit"]["appointments"]}
        for answer in answers
        if answer["success"]
    ]
    assert sorted(map(len, served)) == [1, 1, 1, 1]
    assert set().union(*served) == {str(it) for it in salon.staff_ids}


@pytest.mark.salon(staff=12)
@pytest.mark.parametrize(("items", "paces"), [(6, 1), (3, 2)])
def test_pools_with_too_few_units_are_not_tried_with_everybody(
    salon: Salon, items: int, paces: int
) -> None:
    salon.add_units("basin", items - 1)
    wash = salon.add_service("Wash", 30, needs=[{"pool": "basin"}])
    for number, member in enumerate(salon.staff_ids):
        own = {"service_id": wash, "estimated_duration_minutes": 30 + number % paces}
        salon.client.set_staff_services(member, [own])
    wanted = [
        {"service_id": str(wash)} | ({"together": True} if number else {})
        for number in range(items)
    ]
    with salon.connect() as connection:
        answer = write(
            connection,
            "create_visit",
            p_idempotency_key="k",
            p_customer_id=salon.customer_id,
            p_items=Jsonb(wanted),
            p_starts_at=at("10:00"),
        )
    assert answer["code"] == "slot_conflict"
    assert salon.client.find_visits(wanted, at("10:00").date()) == []


@several
def test_one_key_books_one_visit(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, "10:00", 0, 1, key="one") for _ in range(4)])
    assert {it["visit"]["id"] for it in answers} == {answers[0]["visit"]["id"]}
    assert sorted(it["replayed"] for it in answers) == [False, True, True, True]
    assert salon.count("appointments") == 2


@several
def test_a_visit_and_a_booking_for_the_same_hour(salon: Salon) -> None:
    visit, single = salon.behind(
        booking(salon, "10:00", 0, 1), lambda it: salon.book(it, at("11:00"), staff=1)
    )
    assert visit["success"]
    assert single["code"] == "slot_conflict"


@several
def test_a_visit_by_the_library(salon: Salon) -> None:
    client = salon.client
    [slot] = client.find_visits(visit_of(salon, None, 1), at("10:00").date(), limit=1)
    assert [it.staff_id for it in slot.items] == [salon.staff_ids[1]] * 2
    items = visit_of(salon, None, 1)
    visit = client.create_visit(
        salon.customer_id, items, slot.starts_at, expected_price=slot.price, idempotency_key="k"
    )
    assert (visit.starts_at, visit.ends_at, visit.price) == (
        *(slot.starts_at, slot.ends_at),
        slot.price,
    )
    assert [(it.staff_id, it.starts_at, it.visit_item) for it in visit.appointments] == [
        (it.staff_id, it.starts_at, number) for number, it in enumerate(slot.items, start=1)
    ]
    assert not visit.replayed
    stored = client.get_operation("k", "create_visit").visit
    assert stored is not None
    assert stored.appointments == visit.appointments
    taken = partial(client.create_visit, salon.customer_id, visit_of(salon, 0, 1), slot.starts_at)
    for _ in range(2):
        with pytest.raises(SlotConflict, match="slot_conflict: 2nd service: Time") as refusal:
            taken(idempotency_key="r")
        assert refusal.value.item == 1
    with pytest.raises(PriceMismatch, match="price_mismatch: The price") as other_price:
        client.create_visit(salon.customer_id, items, at("15:00"), expected_price=1)
    assert other_price.value.item is None
    later = client.find_visits(None, at("10:00").date(), visit_id=visit.id)[3].starts_at
    moved = client.reschedule_visit(visit.id, later)
    assert moved.starts_at == later
    assert client.cancel_visit(visit.id, "ill").status == "cancelled"
    assert {it.cancellation_reason for it in client.get_visit(visit.id).appointments} == {"ill"}
    client.set_policy("cancellation_deadline_hours", 8760)
    client.set_policy("late_cancellation_fee_percent", 50)
    visit = client.create_visit(salon.customer_id, items, slot.starts_at)
    late = client.cancel_visit(visit.id)
    assert [it.appointment_id for it in late.fees] == [it.id for it in late.appointments]
    assert sum(it.amount for it in late.fees) == visit.price / 2
    assert client.get_visit(visit.id).fees == late.fees


@pytest.mark.salon(by=open_example)
def test_a_visit_by_the_command_line(salon: Salon) -> None:
    zone = ZoneInfo("Europe/Zurich")
    day = str(salon.slot().starts_at.astimezone(zone).date())
    items = (f"{SERVICE}@{STAFF}", SERVICE)
    heading, *found = salon.run("visits", "find", *items, "--from", day).splitlines()
    assert heading.split() == ["start", "end", "CHF", "items"]
    first = salon.json("visits", "find", *items, "--from", day, "--limit", "1")[0]
    begins = found[0].split("  ")[0]
    told = salon.run(
        "visits", "book", begins, *items, "--customer", CUSTOMER, "--price", str(first["price"])
    )
    line, *rows = told.splitlines()
    assert line.startswith(f"pending: {begins} to ")
    assert len(rows) == 3
    visit_id = salon.json("visits", "show", CUSTOMER)["id"]
    assert line.endswith(f"visit {visit_id[:13]}")
    assert "more than one appointment to come, name its time: " in salon.failure("cancel", CUSTOMER)
    moves = salon.json("visits", "find", "--move", visit_id, "--from", day, "--limit", "2")
    moved = salon.json("visits", "move", visit_id, moves[1]["starts_at"], "--reason", "late")
    assert moved["starts_at"] == moves[1]["starts_at"]
    assert salon.run("visits", "show", visit_id).splitlines()[1:] != rows
    part = moved["appointments"][1]["id"]
    assert f"appointment {part} of visit {visit_id}\n" in salon.run("appointment", part, "--wide")
    for command, of_all in (
        (("cancel", part, "--yes"), "cancel"),
        (("move", part, begins), "move"),
    ):
        assert f"visits {of_all} {visit_id[:13]}" in salon.failure(*command)
    again = ("visits", "book", moved["starts_at"], *items, "--customer", "Beat Graf")
    taken = salon.failure(*again)
    assert taken.startswith(f"slot_conflict: 1st service ({SERVICE}): ")
    assert taken.count(day) == 4  # the refused time, and three others
    told = json.loads(salon.failure("--json", *again))["other_times"]
    assert [len(it["items"]) for it in told] == [2, 2, 2]
    salon.run(
        "visits",
        "book",
        local(dt.datetime.fromisoformat(told[0]["starts_at"]), zone),
        *items,
        "--customer",
        "Beat Graf",
    )
    taken = json.loads(salon.failure("--json", "visits", "move", visit_id, told[0]["starts_at"]))
    present = {moved["starts_at"], told[0]["starts_at"]}
    assert taken["code"] == "slot_conflict"
    assert not present & {it["starts_at"] for it in taken["other_times"]}
    far = (dt.date.fromisoformat(day) + dt.timedelta(days=400)).isoformat()
    too_far = salon.failure("visits", "move", visit_id, f"{far} 10:00")
    assert too_far.startswith(f"too_far_ahead: 1st service ({SERVICE}): ")
    assert "(other times" not in too_far
    assert salon.run("visits", "cancel", visit_id, "--yes").startswith("cancelled: ")
    assert "wrong_status" in salon.failure("visits", "cancel", visit_id, "--yes")
    assert "The first item" in salon.failure("visits", "find", f"+{SERVICE}")
    for item in ("+", f"@{STAFF}", f"{SERVICE}@"):
        assert f"{item!r} is not an item" in salon.failure("visits", "find", item, exit_code=2)
    assert "ITEM must have 1 to 8 items" in salon.failure("visits", "find", *[SERVICE] * 9)
    usage = salon.invoke("visits", "find", SERVICE, "--move", visit_id)
    assert usage.exit_code == 2
