"""Callers who want the last uses of a promotion at the same moment."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from calls import Answer, Connection, codes, save, stop_clock, write
from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure
from salon import Salon, at

# Locks and snapshots are the same in all versions.
pytestmark = [
    pytest.mark.usefixtures("cluster"),
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.salon(staff=4),
]

CALLERS = 32
CODE = "SPRING"
PROMOTIONAL, USUAL = 40, 50
"""What the haircut costs with the promotion, and without."""

# A caller, by number, has a start and a member of staff of their own, and nobody waits at either.
Call = Callable[[Connection], Answer]


def start_of(number: int) -> datetime:
    return at("00:00", day=number // 4 // 4) + number // 4 % 4 * timedelta(hours=2)


def booking(salon: Salon, number: int, **more: Any) -> Call:
    return partial(salon.book, starts_at=start_of(number), staff=number % 4, **more)


def holding(salon: Salon, number: int, **more: Any) -> Call:
    return partial(
        write,
        function="hold_slot",
        p_idempotency_key=f"hold {number}",
        p_service_id=salon.service_id,
        p_starts_at=start_of(number),
        p_staff_id=salon.staff_ids[number % 4],
        p_promotion_code=CODE,
        **more,
    )


def with_code(salon: Salon, numbers: Iterable[int], **more: Any) -> list[Call]:
    return [booking(salon, number, p_promotion_code=CODE, **more) for number in numbers]


def add_promotion(salon: Salon, **conditions: object) -> UUID:
    return salon.add_price_rule("promotion", conditions, {"price": PROMOTIONAL})


def new_customers(salon: Salon, count: int) -> list[str]:
    with salon.connect() as connection:
        return [salon.new_customer(connection, f"Customer {n}") for n in range(count)]


def prices(answers: Iterable[Answer]) -> Counter[int]:
    return Counter(answer["appointment"]["price"] for answer in answers if answer["success"])


def uses(salon: Salon) -> int:
    return salon.count("appointments", "promotion_id is not null and status <> 'cancelled'")


def assert_uses(salon: Salon, answers: list[Answer], count: int) -> None:
    """Only bookings that used the promotion have its price, with the reason."""
    for answer in answers:
        if answer["success"]:
            appointment = answer["appointment"]
            is_used = appointment["price"] == PROMOTIONAL
            assert (appointment["promotion_id"] is not None) is is_used
            assert (appointment["price_details"] is not None) is is_used
    assert prices(answers)[PROMOTIONAL] == uses(salon) == count
    salon.assert_sound()


def test_a_code_is_used_as_often_as_it_may_be(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=5)
    answers = salon.at_once(with_code(salon, range(CALLERS)))
    assert codes(answers) == {"booked": 5, "promotion_used_up": CALLERS - 5}
    assert_uses(salon, answers, 5)


def test_a_code_is_used_as_often_as_it_may_be_whoever_is_free(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=5)
    calls = [
        partial(salon.book, starts_at=start_of(number), staff=None, p_promotion_code=CODE)
        for number in range(CALLERS)
    ]
    answers = salon.at_once(calls)
    assert codes(answers) == {"booked": 5, "promotion_used_up": CALLERS - 5}
    assert_uses(salon, answers, 5)


def test_holds_reserve_as_many_uses_as_there_are(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=5)
    held = salon.at_once([holding(salon, number) for number in range(CALLERS)])
    assert codes(held) == {"booked": 5, "promotion_used_up": CALLERS - 5}
    numbers = [number for number, answer in enumerate(held) if answer["success"]]
    with salon.connect() as connection:
        [other] = with_code(salon, [CALLERS])
        assert codes([other(connection)]) == {"promotion_used_up": 1}
    answers = salon.at_once(
        [booking(salon, number, p_hold_id=held[number]["hold"]["id"]) for number in numbers]
    )
    assert codes(answers) == {"booked": 5}
    assert_uses(salon, answers, 5)


def test_holds_and_bookings_share_the_uses(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=5)
    numbers = range(0, CALLERS, 2)
    answers = salon.at_once(
        [*with_code(salon, numbers), *(holding(salon, number + 1) for number in numbers)]
    )
    assert codes(answers) == {"booked": 5, "promotion_used_up": CALLERS - 5}
    assert uses(salon) + salon.count("hold", "promotion_id is not null") == 5
    salon.assert_sound()


def test_a_customer_uses_a_code_as_often_as_each_may(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses_per_customer=1)
    answers = salon.at_once(with_code(salon, range(CALLERS)))
    assert codes(answers) == {"booked": 1, "promotion_used_up": CALLERS - 1}
    [other] = new_customers(salon, 1)
    answers += salon.at_once(with_code(salon, range(CALLERS, 2 * CALLERS), p_customer_id=other))
    assert codes(answers) == {"booked": 2, "promotion_used_up": 2 * CALLERS - 2}
    assert_uses(salon, answers, 2)


def test_a_promotion_without_a_code_is_for_the_first(salon: Salon) -> None:
    add_promotion(salon, max_uses=5)
    answers = salon.at_once([booking(salon, number) for number in range(CALLERS)])
    assert codes(answers) == {"booked": CALLERS}
    assert prices(answers) == {PROMOTIONAL: 5, USUAL: CALLERS - 5}
    assert_uses(salon, answers, 5)


def test_of_two_promotions_the_second_is_for_those_whom_the_first_leaves(salon: Salon) -> None:
    first = add_promotion(salon, max_uses=3, services=[str(salon.service_id)])
    second = add_promotion(salon, max_uses=2)
    answers = salon.at_once([booking(salon, number) for number in range(CALLERS)])
    assert codes(answers) == {"booked": CALLERS}
    used = Counter(answer["appointment"]["promotion_id"] for answer in answers)
    assert used == {str(first): 3, str(second): 2, None: CALLERS - 5}
    assert_uses(salon, answers, 5)


@pytest.mark.parametrize("code", [CODE, None])
def test_a_first_visit_is_one(salon: Salon, code: str | None) -> None:
    add_promotion(salon, first_visit=True, **({"code": code} if code else {}))
    calls = [booking(salon, number, p_promotion_code=code) for number in range(CALLERS)]
    answers = salon.at_once(calls)
    if code:
        assert codes(answers) == {"booked": 1, "promotion_not_valid": CALLERS - 1}
    else:
        assert codes(answers) == {"booked": CALLERS}
    assert_uses(salon, answers, 1)


def test_a_cancellation_gives_a_use_back_once(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=1)
    with salon.connect() as connection:
        [first, second] = with_code(salon, range(2))
        booked = first(connection)
        assert codes([second(connection)]) == {"promotion_used_up": 1}
        save(
            connection,
            "cancel_booking",
            p_idempotency_key="cancel",
            p_appointment_id=booked["appointment"]["id"],
        )
    answers = salon.at_once(with_code(salon, range(CALLERS)))
    assert codes(answers) == {"booked": 1, "promotion_used_up": CALLERS - 1}
    assert_uses(salon, answers, 1)


def test_uses_come_and_go_and_are_never_too_many(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=3)

    def book_and_cancel(number: int, connection: Connection) -> list[Answer]:
        answers = []
        for _ in range(4):
            [book] = with_code(salon, [number])
            answers.append(book(connection))
            if answers[-1]["success"]:
                assert uses(salon) <= 3
                save(
                    connection,
                    "cancel_booking",
                    p_idempotency_key=answers[-1]["appointment"]["id"],
                    p_appointment_id=answers[-1]["appointment"]["id"],
                )
        return answers

    made = salon.at_once([partial(book_and_cancel, number) for number in range(16)])
    told = codes(answer for answers in made for answer in answers)
    assert told["booked"] >= 3
    assert told.keys() <= {"booked", "promotion_used_up"}
    assert uses(salon) == 0
    salon.assert_sound()


def test_a_hold_that_has_lapsed_gives_its_use_back(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=1)
    with salon.connect() as connection:
        hold = holding(salon, 0)(connection)["hold"]
        [other] = with_code(salon, [1])
        assert codes([other(connection)]) == {"promotion_used_up": 1}
        stop_clock(connection, hold["expires_at"])
    answers = salon.at_once(with_code(salon, range(1, CALLERS)))
    assert codes(answers) == {"booked": 1, "promotion_used_up": CALLERS - 2}
    assert_uses(salon, answers, 1)


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_stricter_isolation_gives_way_but_never_a_use_too_many(
    salon: Salon, level: IsolationLevel
) -> None:
    add_promotion(salon, code=CODE, max_uses=5)

    def book_some(number: int, connection: Connection) -> list[Answer]:
        connection.isolation_level = level
        answers = []
        for turn in range(4):
            try:
                with connection.transaction():
                    # the snapshot is from before most of what the call will wait for
                    connection.execute("select count(*) from schnittwerk_core.appointments")
                    [book] = with_code(salon, [4 * number + turn])
                    answers.append(book(connection))
            except SerializationFailure:
                answers.append({"success": False, "code": "40001"})
        return answers

    made = salon.at_once([partial(book_some, number) for number in range(16)])
    answers = [answer for answers in made for answer in answers]
    assert codes(answers).keys() <= {"booked", "promotion_used_up", "40001"}
    assert 0 < uses(salon) <= 5
    assert_uses(salon, answers, uses(salon))


def test_an_old_snapshot_does_not_overlook_a_use(salon: Salon) -> None:
    add_promotion(salon, max_uses=1)
    with salon.connect() as old, salon.connect() as other:
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        with old.transaction(force_rollback=True):
            old.execute("select from schnittwerk_core.appointments")
            assert prices([booking(salon, 0)(other)]) == {PROMOTIONAL: 1}
            with pytest.raises(SerializationFailure):
                booking(salon, 1)(old)
    assert uses(salon) == 1


@pytest.mark.parametrize(("is_kept", "code"), [(True, "promotion_used_up"), (False, "booked")])
def test_a_booking_waits_for_the_last_use_to_be_taken(
    salon: Salon, is_kept: bool, code: str
) -> None:
    add_promotion(salon, code=CODE, max_uses=1)
    # by two customers with two members of staff: they meet at the promotion only
    [other] = new_customers(salon, 1)
    [first] = with_code(salon, [0])
    [second] = with_code(salon, [1], p_customer_id=other)
    assert codes(salon.behind(first, second, is_kept=is_kept)[1:]) == {code: 1}
    salon.assert_sound()


def test_a_booking_with_a_hold_keeps_its_use_from_whoever_sees_the_hold_lapse(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=1)
    with salon.connect() as connection:
        hold = holding(salon, 0)(connection)["hold"]
    [other] = new_customers(salon, 1)
    [with_the_code] = with_code(salon, [1], p_customer_id=other)

    def once_lapsed(connection: Connection) -> Answer:
        stop_clock(connection, hold["expires_at"])
        return with_the_code(connection)

    answers = salon.behind(booking(salon, 0, p_hold_id=hold["id"]), once_lapsed)
    assert codes(answers) == {"booked": 1, "promotion_used_up": 1}
    assert_uses(salon, list(answers), 1)


def test_a_hold_whose_use_went_to_somebody_else_is_too_late(salon: Salon) -> None:
    add_promotion(salon, code=CODE, max_uses=1)
    with salon.connect() as connection:
        hold = holding(salon, 0)(connection)["hold"]
        stop_clock(connection, hold["expires_at"])
        answers = [book(connection) for book in with_code(salon, [1])]
        # as for a call that began before the hold lapsed and then had to wait
        stop_clock(connection, hold["created_at"])
        answers.append(booking(salon, 0, p_hold_id=hold["id"])(connection))
    assert codes(answers) == {"booked": 1, "hold_expired": 1}
    assert_uses(salon, answers, 1)
