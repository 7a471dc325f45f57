"""Callers who want the same at the same moment, with real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import uuid4

import pytest
from calls import Answer, Connection, codes, save, stop_clock, wait_until_blocked, write
from psycopg import IsolationLevel
from psycopg.errors import ExclusionViolation, LockNotAvailable, SerializationFailure
from psycopg.types.json import Jsonb
from salon import HOUR, Salon, at

pytestmark = pytest.mark.salon(staff=4)

CALLERS = 32


def booking(
    salon: Salon, starts_at: datetime, key: str | None = None, staff: int | None = 0
) -> Callable[[Connection], Answer]:
    return partial(salon.book, starts_at=starts_at, key=key, staff=staff)


def set_policy(connection: Connection, key: str, value: object) -> None:
    save(connection, "set_policy", p_policy_key=key, p_policy_value=Jsonb(value))


def without(answer: Answer, *keys: str) -> Answer:
    return {key: value for key, value in answer.items() if key not in keys}


def test_one_slot_goes_to_one_of_many_keys(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, at("10:00"))] * CALLERS)
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    assert salon.count("appointments") == 1
    salon.assert_sound()


def test_one_key_books_once_and_tells_everybody_the_same(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, at("10:00"), key="one")] * CALLERS)
    assert codes(answers) == {"booked": CALLERS}
    assert [answer["replayed"] for answer in answers].count(False) == 1
    for answer in answers:
        assert without(answer, "replayed") == without(answers[0], "replayed")
    assert salon.count("appointments") == 1
    assert salon.count("booking_operations", f"replay_count = {CALLERS - 1}") == 1
    salon.assert_sound()


def test_of_two_keys_one_books(salon: Salon) -> None:
    keys = ["one", "other"] * (CALLERS // 2)
    answers = salon.at_once([booking(salon, at("10:00"), key) for key in keys])
    assert codes(answers) == {"booked": CALLERS // 2, "slot_conflict": CALLERS // 2}
    assert answers[0]["success"] is not answers[1]["success"]
    for answer, same in zip(answers[2:], answers, strict=False):
        assert without(answer, "replayed") == without(same, "replayed")
    assert salon.count("appointments") == 1
    salon.assert_sound()


def test_overlapping_starts_exclude_each_other(salon: Salon) -> None:
    starts = [at("10:00"), at("10:30")] * (CALLERS // 2)
    answers = salon.at_once([booking(salon, start) for start in starts])
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    salon.assert_sound()


def test_buffers_exclude_each_other(salon: Salon) -> None:
    starts = [at("10:00"), at("11:10")] * (CALLERS // 2)
    answers = salon.at_once([booking(salon, start) for start in starts])
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    salon.assert_sound()


def test_different_times_do_not_get_in_each_others_way(salon: Salon) -> None:
    starts = [at("10:00") + n * timedelta(minutes=75) for n in range(CALLERS)]
    answers = salon.at_once([booking(salon, start) for start in starts])
    assert codes(answers) == {"booked": CALLERS}
    salon.assert_sound()


def test_anyone_is_booked_as_often_as_staff_are_free(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, at("10:00"), staff=None)] * 16)
    assert codes(answers) == {"booked": 4, "slot_conflict": 12}
    booked = [answer["appointment"]["staff_id"] for answer in answers if answer["success"]]
    assert sorted(booked) == sorted(map(str, salon.staff_ids))
    salon.assert_sound()


def test_a_key_is_for_one_set_of_arguments_also_in_a_storm(salon: Salon) -> None:
    starts = [at("10:00"), at("14:00")] * (CALLERS // 2)
    answers = salon.at_once([booking(salon, start, key="one") for start in starts])
    assert codes(answers) == {"booked": CALLERS // 2, "idempotency_key_reused": CALLERS // 2}
    booked = {str(without(answer, "replayed")) for answer in answers if answer["success"]}
    assert len(booked) == 1
    for answer in answers:
        assert answer["success"] or answer["operation_id"] is None
    assert salon.count("booking_operations") == 1
    salon.assert_sound()


def test_one_key_that_a_rule_refuses_tells_everybody_the_same(salon: Salon) -> None:
    answers = salon.at_once([booking(salon, at("10:00", day=-8), key="one")] * CALLERS)
    assert codes(answers) == {"notice_too_short": CALLERS}
    assert [answer["replayed"] for answer in answers].count(False) == 1
    for answer in answers:
        assert without(answer, "replayed") == without(answers[0], "replayed")
    assert salon.count("booking_operations", "status = 'failed'") == 1
    salon.assert_sound()


def test_an_expired_hold_is_in_nobodys_way(salon: Salon) -> None:
    with salon.connect() as connection:
        for clock, expires in (("10:00", "-1 second"), ("14:00", "1 hour")):
            connection.execute(
                "insert into schnittwerk_core.occupancy"
                " (salon_id, claim_id, resource_id, during, expires_at) values"
                " (%s, gen_random_uuid(), %s, tstzrange(%s, %s), clock_timestamp() + %s::interval)",
                [salon.id, salon.staff_ids[0], at(clock), at(clock) + HOUR, expires],
            )
        answers = salon.at_once([booking(salon, at("10:30"))] * 8)
        assert codes(answers) == {"booked": 1, "slot_conflict": 7}
        assert codes([salon.book(connection, at("14:30"))]) == {"slot_conflict": 1}
        connection.execute("delete from schnittwerk_core.occupancy where expires_at is not null")
    salon.assert_sound()


def insert_by_hand(salon: Salon, starts_at: datetime, connection: Connection) -> Answer:
    """Writes to the table; the constraint that forbids it is put as a refusal's code."""
    try:
        return {"success": True, "id": salon.insert(connection, starts_at)}
    except ExclusionViolation as error:
        return {"success": False, "code": error.diag.constraint_name}


def test_rows_written_by_hand_cannot_overlap(salon: Salon) -> None:
    starts = [at("10:00"), at("10:30")] * (CALLERS // 2)
    answers = salon.at_once([partial(insert_by_hand, salon, start) for start in starts])
    assert codes(answers) == {"booked": 1, "no_overlapping_appointments": CALLERS - 1}
    salon.assert_sound()


def test_rows_written_by_hand_cannot_overlap_bookings(salon: Salon) -> None:
    answers = salon.at_once(
        [
            call
            for _ in range(CALLERS // 2)
            for call in (partial(insert_by_hand, salon, at("10:00")), booking(salon, at("10:30")))
        ]
    )
    assert codes(answers)["booked"] == 1
    assert set(codes(answers)) <= {"booked", "slot_conflict", "no_overlapping_appointments"}
    salon.assert_sound()


def test_an_insert_by_hand_waits_before_it_takes_its_time(salon: Salon) -> None:
    with (
        salon.connect() as one,
        salon.connect() as other,
        salon.connect() as observer,
        ThreadPoolExecutor(1) as thread,
    ):
        with one.transaction():
            salon.insert(one, at("10:00"))
            inserting = thread.submit(salon.insert, other, at("11:00"))
            wait_until_blocked(observer, other)
            # had the other taken 11:00 before it waited, both would wait now
            salon.insert(one, at("11:30"))
        assert isinstance(inserting.exception(), ExclusionViolation)
    salon.assert_sound()


def test_a_move_by_hand_waits_before_it_gives_its_time_away(salon: Salon) -> None:
    with (
        salon.connect() as one,
        salon.connect() as other,
        salon.connect() as observer,
        ThreadPoolExecutor(1) as thread,
    ):
        moved = salon.insert(other, at("10:00"))
        with one.transaction():
            salon.insert(one, at("16:00"))
            moving = thread.submit(salon.move, other, moved, at("14:00"))
            wait_until_blocked(observer, other)
            with pytest.raises(ExclusionViolation), one.transaction():
                salon.insert(one, at("10:00"))
        moving.result()
    assert salon.count("appointments", f"starts_at = '{at('14:00')}'") == 1
    salon.assert_sound()


@pytest.mark.parametrize(("is_kept", "code"), [(True, "already_exists"), (False, "booked")])
@pytest.mark.parametrize("change", ["insert", "update"])
def test_of_two_customers_with_one_address_one_is_saved(
    salon: Salon, change: str, is_kept: bool, code: str
) -> None:
    save_it = partial(write, function="save_customer", p_full_name="Beat")
    first = partial(save_it, p_email="beat@example.com")
    second = partial(save_it, p_email="Beat@Example.com")
    if change == "update":
        second = partial(second, p_id=salon.customer_id)
    assert codes(salon.behind(first, second, is_kept=is_kept)[1:]) == {code: 1}
    assert salon.count("customers", "lower(email) = 'beat@example.com'") == 1


@pytest.mark.parametrize(("is_kept", "code"), [(True, "slot_conflict"), (False, "booked")])
def test_a_booking_waits_for_one_that_is_being_made(salon: Salon, is_kept: bool, code: str) -> None:
    earlier, later = booking(salon, at("10:00")), booking(salon, at("10:30"))
    assert codes(salon.behind(earlier, later, is_kept=is_kept)[1:]) == {code: 1}
    salon.assert_sound()


def test_a_refused_booking_holds_nobody_up(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        other.execute("set lock_timeout = '5s'")
        assert salon.book(one, at("10:00"))["success"]
        with one.transaction():
            assert codes([salon.book(one, at("10:30"))]) == {"slot_conflict": 1}
            assert codes([salon.book(other, at("14:00"))]) == {"booked": 1}
    salon.assert_sound()


def test_a_booking_of_anyone_takes_who_is_not_being_booked(salon: Salon) -> None:
    call = booking(salon, at("10:00"), staff=None)
    one, other = salon.behind(call, call, is_kept=True)
    assert one["appointment"]["staff_id"] != other["appointment"]["staff_id"]
    salon.assert_sound()


def test_a_duplicate_gets_the_answer_of_the_first_once_there_is_one(salon: Salon) -> None:
    call = booking(salon, at("10:00"), key="one")
    first, second = salon.behind(call, call, is_kept=True)
    assert second == first | {"replayed": True}
    salon.assert_sound()


def test_a_duplicate_books_where_the_first_gave_up(salon: Salon) -> None:
    call = booking(salon, at("10:00"), key="one")
    _, second = salon.behind(call, call, is_kept=False)
    assert second["success"]
    assert second["replayed"] is False
    salon.assert_sound()


def test_a_duplicate_does_not_wait_for_ever(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        with one.transaction():
            first = salon.book(one, at("10:00"), key="one")
            second = salon.book(other, at("10:00"), key="one")
            assert codes([second]) == {"request_in_flight": 1}
            assert second["operation_id"] is None
        assert salon.count("booking_operations") == 1
        assert salon.book(other, at("10:00"), key="one") == first | {"replayed": True}
    salon.assert_sound()


def test_bookings_are_refused_or_reported_when_open_time_is_taken_away(salon: Salon) -> None:
    for day in range(2):
        takers: list[Callable[[Connection], Answer]] = [
            partial(
                write,
                function="add_time_off",
                p_staff_id=salon.staff_ids[0],
                p_start_date=at("10:00", day).date(),
            ),
            partial(
                write, function="create_holiday", p_name="Closed", p_date=at("10:00", day).date()
            ),
        ]
        # two of the staff alternate, and have no conflict with themselves
        starts = [at("00:00", day) + n * timedelta(minutes=75) for n in range(18)]
        bookings = [booking(salon, start, staff=n % 2) for n, start in enumerate(starts)]
        Random(day).shuffle(calls := [*bookings, *takers])
        answers = salon.at_once(calls)
        # by both, where both hit it
        reported = {
            appointment["id"]
            for answer in answers
            for appointment in answer.get("affected_appointments", ())
        }
        booked = [answer["appointment"]["id"] for answer in answers if "appointment" in answer]
        assert reported == set(booked)
        refused = codes(answers).keys() - {"booked"}
        assert refused <= {"holiday", "staff_unavailable"}
        salon.assert_sound()


def test_bookings_move_to_another_unit_or_are_reported_when_units_are_closed(salon: Salon) -> None:
    with salon.connect() as owner:
        chairs = [
            save(owner, "save_resource", p_name=f"Chair {n}", p_pool="chair")["resource"]["id"]
            for n in range(3)
        ]
        needs = Jsonb([{"pool": "chair"}])
        save(owner, "set_service_resources", p_service_id=salon.service_id, p_needs=needs)

    def close(chair: str, connection: Connection) -> Answer:
        day = at("10:00").date()
        for _ in range(20):
            try:
                return save(connection, "close_resource", p_resource_id=chair, p_start_date=day)
            except SerializationFailure:
                pass  # as the library repeats it
        raise AssertionError("closing a chair never came to an end")

    starts = [at("00:00") + n * timedelta(minutes=75) for n in range(10)]
    bookings = [booking(salon, start, staff=n) for start in starts for n in range(3)]
    closings: list[Callable[[Connection], Answer]] = [partial(close, it) for it in chairs[:2]]
    Random(1).shuffle(calls := [*bookings, *closings])
    answers = salon.at_once(calls)
    booked = [answer["appointment"] for answer in answers if "appointment" in answer]
    assert set(codes([it for it in answers if "closure" not in it])) <= {
        "booked",
        "resource_unavailable",
    }
    # one chair is left, and everybody else is reported
    with salon.connect() as owner:
        affected = owner.execute(
            "select id::text, cause from schnittwerk.list_affected_appointments()"
        ).fetchall()
    assert {cause for _, cause in affected} <= {"resource_unavailable"}
    assert len(booked) - len(affected) == len({it["starts_at"] for it in booked})
    # an appointment that one closing moved to the second chair, the other may have moved on
    reported = {it["id"] for answer in answers for it in answer.get("affected_appointments", ())}
    assert {it for it, _ in affected} <= reported
    salon.assert_sound()


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_stricter_isolation_gives_way_but_never_an_overlap(
    salon: Salon, level: IsolationLevel
) -> None:
    def book_some(number: int, connection: Connection) -> list[Answer]:
        connection.isolation_level = level
        random = Random(number)
        answers = []
        for _ in range(10):
            try:
                with connection.transaction():
                    # the snapshot is from before most of what the call will wait for
                    connection.execute("select count(*) from schnittwerk_core.appointments")
                    starts_at = at("10:00") + random.randrange(20) * timedelta(minutes=15)
                    staff = random.choice([None, 0, 1])
                    answers.append(salon.book(connection, starts_at, staff=staff))
            except SerializationFailure:
                answers.append({"success": False, "code": "40001"})
        return answers

    made = salon.at_once([partial(book_some, number) for number in range(16)])
    counted = codes([answer for answers in made for answer in answers])
    assert counted["booked"] > 0
    assert set(counted) <= {"booked", "slot_conflict", "40001"}
    salon.assert_sound()


def test_an_old_snapshot_does_not_overlook_a_booking(salon: Salon) -> None:
    with salon.connect() as old, salon.connect() as other:
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        with old.transaction():
            assert old.execute("select from schnittwerk_core.appointments").fetchall() == []
            assert salon.book(other, at("10:00"))["success"]
            assert codes([salon.book(old, at("10:30"))]) == {"slot_conflict": 1}
    salon.assert_sound()


def test_the_book_is_sound_after_anything(salon: Salon) -> None:
    def do_anything(number: int, connection: Connection) -> list[str]:
        random = Random(number)
        own: list[str] = []
        seen: list[str] = []
        for _ in range(40):
            starts_at = at("00:00") + random.randrange(4 * 48) * timedelta(minutes=15)
            staff = random.randrange(4)
            what = random.random()
            try:
                if what < 0.6 or not own:
                    key = random.choice([None, None, f"key {random.randrange(100)}"])
                    answer = salon.book(connection, starts_at, key, random.choice([None, staff]))
                    seen.extend(codes([answer]))
                    if answer["success"] and not answer["replayed"]:
                        own.append(answer["appointment"]["id"])
                elif what < 0.75:
                    own.append(salon.insert(connection, starts_at, staff))
                elif what < 0.9:
                    salon.move(connection, random.choice(own), starts_at)
                else:
                    connection.execute(
                        "update schnittwerk_core.appointments set status = 'cancelled'"
                        " where id = %s",
                        [own.pop()],
                    )
            except ExclusionViolation:
                seen.append("no_overlapping_appointments")
        return seen

    seen = salon.at_once([partial(do_anything, number) for number in range(CALLERS)])
    assert {code for codes_seen in seen for code in codes_seen} == {
        "booked",
        "slot_conflict",
        "idempotency_key_reused",
        "no_overlapping_appointments",
    }
    salon.assert_sound()


CUSTOMER_USER = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def as_customer(salon: Salon) -> Callable[[Connection], None]:
    """What makes a connection act for the salon's customer, who is then bound by limits."""
    with salon.connect() as connection:
        save(connection, "save_profile", p_profile_id=CUSTOMER_USER, p_role="customer")
        save(
            connection,
            "save_customer",
            p_full_name="Carla",
            p_profile_id=CUSTOMER_USER,
            p_id=salon.customer_id,
        )
        # as many calls as a test makes are more than a person's
        set_policy(connection, "booking_rate_limit_customer", 0)

    def act(connection: Connection) -> None:
        connection.execute(
            "select set_config('schnittwerk.acting_user', %s, false)", [CUSTOMER_USER]
        )

    return act


def test_a_customer_is_booked_once_at_a_time(salon: Salon) -> None:
    with salon.connect() as connection:
        set_policy(connection, "prevent_customer_overlap", True)
    # Each overlaps all others, also those with other staff.
    starts = [at("10:00") + n // 4 * timedelta(minutes=5) for n in range(CALLERS)]
    answers = salon.at_once([booking(salon, start, staff=n % 4) for n, start in enumerate(starts)])
    won = next(n for n, answer in enumerate(answers) if answer["success"]) % 4
    taken = sum(n % 4 == won for n in range(CALLERS)) - 1
    assert codes(answers) == {
        "booked": 1,
        "slot_conflict": taken,
        "customer_busy": CALLERS - 1 - taken,
    }
    salon.assert_sound()


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_booking_waits_for_the_customers_other_booking(salon: Salon, is_kept: bool) -> None:
    with salon.connect() as connection:
        set_policy(connection, "prevent_customer_overlap", True)
    answers = salon.behind(
        booking(salon, at("10:00")), booking(salon, at("10:30"), staff=1), is_kept=is_kept
    )
    second = "customer_busy" if is_kept else "booked"
    assert [*codes([answers[0]]), *codes([answers[1]])] == ["booked", second]
    salon.assert_sound()


def holding(
    salon: Salon, starts_at: datetime, key: str | None = None, staff: int = 0
) -> Callable[[Connection], Answer]:
    return partial(
        write,
        function="hold_slot",
        p_idempotency_key=key or str(uuid4()),
        p_service_id=salon.service_id,
        p_starts_at=starts_at,
        p_staff_id=salon.staff_ids[staff],
    )


def test_one_slot_is_held_or_booked_once(salon: Salon) -> None:
    calls = [act(salon, at("10:00")) for act in (booking, holding) for _ in range(CALLERS // 2)]
    answers = salon.at_once(calls)
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    assert salon.count("appointments") + salon.count("hold") == 1
    salon.assert_sound()


def test_a_hold_is_used_or_released_once(salon: Salon) -> None:
    with salon.connect() as connection:
        hold_id = holding(salon, at("10:00"))(connection)["hold"]["id"]
    calls = [
        partial(salon.book, starts_at=at("10:00"), p_hold_id=hold_id)
        if number % 2
        else partial(
            write, function="release_hold", p_idempotency_key=str(number), p_hold_id=hold_id
        )
        for number in range(CALLERS)
    ]
    answers = salon.at_once(calls)
    assert codes(answers) == {"booked": 1, "hold_expired": CALLERS - 1}
    used = salon.count("hold", "status = 'used'")
    assert salon.count("appointments") == used
    salon.assert_sound()


def test_ending_lapsed_holds_waits_for_nobody_who_takes_their_time(salon: Salon) -> None:
    with salon.connect() as taker, salon.connect() as connection:
        hold = holding(salon, at("10:00"))(connection)["hold"]
        stop_clock(connection, hold["expires_at"])
        with taker.transaction():
            # as a booking of that time does before it deletes the claim
            taker.execute(
                "select from schnittwerk_core.occupancy where claim_id = %s for update",
                [hold["id"]],
            )
            connection.execute("set lock_timeout = '2s'")
            assert write(connection, "process_waitlist")["waitlist"]["lapsed_holds"] == 1
    assert salon.count("hold", "status = 'lapsed'") == 1


def test_a_customer_holds_as_many_slots_as_they_may(
    salon: Salon, as_customer: Callable[[Connection], None]
) -> None:
    def hold(number: int, connection: Connection) -> Answer:
        as_customer(connection)
        return holding(salon, at("10:00") + number * HOUR, staff=number % 4)(connection)

    answers = salon.at_once([partial(hold, number) for number in range(CALLERS)])
    assert codes(answers) == {"booked": CALLERS}
    assert salon.count("hold", "status = 'open'") == 1
    assert salon.count("occupancy") == 1
    salon.assert_sound()


@pytest.mark.parametrize("use", ["book", "release"])
def test_a_new_hold_ends_no_hold_that_has_just_been_ended(
    salon: Salon, as_customer: Callable[[Connection], None], use: str
) -> None:
    with salon.connect() as connection:
        held = holding(salon, at("10:00"))
        as_customer(connection)
        hold_id = held(connection)["hold"]["id"]

    def hold_another(connection: Connection) -> Answer:
        as_customer(connection)
        return holding(salon, at("12:00"))(connection)

    ended, another = salon.behind(
        partial(salon.book, starts_at=at("10:00"), p_hold_id=hold_id)
        if use == "book"
        else partial(write, function="release_hold", p_idempotency_key="r", p_hold_id=hold_id),
        hold_another,
    )
    assert ended["success"]
    assert another["success"]
    status = "used" if use == "book" else "released"
    assert salon.count("hold", f"id = '{hold_id}' and status = '{status}'") == 1
    assert salon.count("freed_time") == (use == "release")
    salon.assert_sound()


def test_an_old_snapshot_does_not_use_a_hold_that_was_released(salon: Salon) -> None:
    with salon.connect() as old, salon.connect() as other:
        hold_id = holding(salon, at("10:00"))(other)["hold"]["id"]
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        with old.transaction(force_rollback=True):
            old.execute("select from schnittwerk_core.hold")
            save(other, "release_hold", p_idempotency_key="r", p_hold_id=hold_id)
            with pytest.raises(SerializationFailure):
                salon.book(old, at("10:00"), p_hold_id=hold_id)


def test_one_slot_goes_to_one_of_many_customers(salon: Salon) -> None:
    with salon.connect() as connection:
        set_policy(connection, "prevent_customer_overlap", True)
        customers = [salon.new_customer(connection, f"Customer {n}") for n in range(CALLERS)]
    answers = salon.at_once(
        [partial(salon.book, starts_at=at("10:00"), p_customer_id=it) for it in customers]
    )
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    salon.assert_sound()


@pytest.mark.parametrize("is_first", [True, False])
def test_an_old_snapshot_does_not_overlook_the_customers_booking(
    salon: Salon, is_first: bool
) -> None:
    with salon.connect() as old, salon.connect() as other:
        set_policy(other, "prevent_customer_overlap", True)
        if not is_first:
            assert salon.book(other, at("14:00"))["success"]
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        with old.transaction(force_rollback=True):
            old.execute("select from schnittwerk_core.appointments")
            assert salon.book(other, at("10:00"))["success"]
            with pytest.raises(SerializationFailure):
                salon.book(old, at("10:30"), staff=1)


def test_a_customer_has_as_many_bookings_as_they_may(
    salon: Salon, as_customer: Callable[[Connection], None]
) -> None:
    def book(starts_at: datetime, connection: Connection) -> Answer:
        as_customer(connection)
        return salon.book(connection, starts_at)

    with salon.connect() as connection:
        set_policy(connection, "max_open_bookings_per_customer", 3)
    starts = [at("00:00", day) + n * timedelta(minutes=75) for day in range(2) for n in range(16)]
    answers = salon.at_once([partial(book, start) for start in starts])
    assert codes(answers) == {"booked": 3, "booking_limit_reached": CALLERS - 3}
    salon.assert_sound()


def test_a_customer_makes_as_many_calls_in_a_minute_as_they_may(
    salon: Salon, as_customer: Callable[[Connection], None]
) -> None:
    def book(n: int, connection: Connection) -> Answer:
        as_customer(connection)
        return salon.book(connection, at("10:00") + n * timedelta(minutes=75))

    with salon.connect() as connection:
        set_policy(connection, "booking_rate_limit_customer", 5)
    answers = salon.at_once([partial(book, n) for n in range(CALLERS)])
    assert codes(answers) == {"booked": 5, "rate_limited": CALLERS - 5}
    # another connection is no other caller
    again = salon.at_once([partial(book, CALLERS)])
    assert codes(again) == {"rate_limited": 1}
    salon.assert_sound()


def test_failing_on_purpose_undoes_no_limit(
    salon: Salon, as_customer: Callable[[Connection], None]
) -> None:
    def fail(connection: Connection) -> Answer:
        as_customer(connection)
        return write(connection, "set_contact_preferences", p_customer_id=str(uuid4()))

    with salon.connect() as connection:
        set_policy(connection, "change_rate_limit_customer", 5)
    answers = [salon.at_once([fail])[0] for _ in range(8)]
    assert codes(answers) == {"not_found": 5, "rate_limited": 3}


def test_an_appointment_is_moved_as_often_as_was_agreed(
    salon: Salon, as_customer: Callable[[Connection], None]
) -> None:
    def move(starts_at: datetime, connection: Connection) -> Answer:
        as_customer(connection)
        return write(
            connection,
            "reschedule_booking",
            p_idempotency_key=str(starts_at),
            p_appointment_id=booked["appointment"]["id"],
            p_new_starts_at=starts_at,
        )

    with salon.connect() as connection:
        booked = salon.book(connection, at("00:00", day=3))
    starts = [at("00:00", day) + n * timedelta(minutes=75) for day in range(2) for n in range(16)]
    answers = salon.at_once([partial(move, start) for start in starts])
    assert codes(answers) == {"booked": 3, "reschedule_limit_reached": CALLERS - 3}
    assert salon.count("appointment_history") == 1 + 3
    salon.assert_sound()


def test_an_appointment_is_cancelled_once_and_offered_to_one(salon: Salon) -> None:
    with salon.connect() as connection:
        set_policy(connection, "waitlist_notification_hours", 1000)
        booked = [
            salon.book(connection, at("10:00"), staff=n)["appointment"]["id"] for n in range(4)
        ]
        for n in range(6):
            salon.join(connection, salon.new_customer(connection, f"Waiting {n}"))
    answers = salon.at_once(
        [
            partial(
                write,
                function="cancel_booking",
                p_idempotency_key=f"{n} {appointment_id}",
                p_appointment_id=appointment_id,
            )
            for appointment_id in booked
            for n in range(8)
        ]
    )
    assert codes(answers) == {"booked": 4, "wrong_status": 28}
    assert salon.count("waitlist_offer", "status = 'open'") == 4
    with salon.connect() as connection:
        [[entries, starts]] = connection.execute(
            "select count(distinct entry_id), count(distinct (staff_id, starts_at))"
            " from schnittwerk_core.waitlist_offer"
        ).fetchall()
    assert (entries, starts) == (4, 4)
    salon.assert_sound()


def test_a_fee_is_waived_once(salon: Salon) -> None:
    with salon.connect() as connection:
        set_policy(connection, "late_cancellation_fee_percent", 50)
        set_policy(connection, "cancellation_deadline_hours", 8760)
        booked = salon.book(connection, at("10:00"))["appointment"]["id"]
        cancelled = write(
            connection, "cancel_booking", p_idempotency_key="c", p_appointment_id=booked
        )
        assert cancelled["fee"]["status"] == "owed"
    answers = salon.at_once(
        [
            partial(
                write,
                function="waive_fee",
                p_idempotency_key=str(number),
                p_appointment_id=booked,
                p_reason="ill",
            )
            for number in range(CALLERS)
        ]
    )
    assert codes(answers) == {"booked": 1, "wrong_status": CALLERS - 1}
    assert salon.count("journal", "table_name = 'fee' and kind = 'waived'") == 1


def test_an_old_snapshot_waives_no_fee_again(salon: Salon) -> None:
    with salon.connect() as old, salon.connect() as other:
        set_policy(other, "late_cancellation_fee_percent", 50)
        set_policy(other, "cancellation_deadline_hours", 8760)
        booked = salon.book(other, at("10:00"))["appointment"]["id"]
        save(other, "cancel_booking", p_idempotency_key="c", p_appointment_id=booked)
        waive = partial(save, function="waive_fee", p_appointment_id=booked, p_reason="ill")
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        with old.transaction(force_rollback=True):
            old.execute("select from schnittwerk_core.fee")
            waive(other, p_idempotency_key="1")
            with pytest.raises(SerializationFailure):
                waive(old, p_idempotency_key="2")


@pytest.mark.parametrize("first", ["cancel", "no-show"])
def test_an_appointment_costs_one_fee_however_it_ends(salon: Salon, first: str) -> None:
    with salon.connect() as connection:
        for policy in ("late_cancellation_fee_percent", "no_show_fee_percent"):
            set_policy(connection, policy, 50)
        booked = salon.book(connection, at("10:00"))["appointment"]["id"]
        # from its start on it can be cancelled as a correction only
        stop_clock(connection, at("10:00"))
    ends = {
        "cancel": partial(
            write,
            function="cancel_booking",
            p_idempotency_key="c",
            p_appointment_id=booked,
            p_override_reason="ill",
        ),
        "no-show": partial(
            write, function="mark_no_show", p_idempotency_key="n", p_appointment_id=booked
        ),
    }
    ended, refused = salon.behind(ends.pop(first), *ends.values())
    assert (ended["success"], refused["code"]) == (True, "wrong_status")
    cause = {"cancel": "late_cancellation", "no-show": "no_show"}[first]
    assert ended["fee"]["cause"] == cause
    assert salon.count("fee") == salon.count("fee", f"cause = '{cause}'") == 1


def test_offers_of_one_member_of_staff_hold_up_nobody_else(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        set_policy(one, "waitlist_notification_hours", 1000)
        salon.join(one, salon.new_customer(one, "Dora"), p_staff_id=salon.staff_ids[1])
        salon.free(one, "10:00", staff=0)
        salon.free(one, "10:00", staff=1)
        other.execute("set lock_timeout = '500ms'")
        with one.transaction():
            assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 1
            assert codes([salon.book(other, at("10:00"), staff=n) for n in (0, 2, 3)]) == {
                "booked": 3
            }
            with pytest.raises(LockNotAvailable):
                salon.book(other, at("14:00"), staff=1)
        with one.transaction():
            assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 0
            assert codes([salon.book(other, at("14:00"), staff=n) for n in range(4)]) == {
                "booked": 4
            }
    salon.assert_sound()


def test_an_offer_that_is_being_made_holds_nobody_up(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        set_policy(one, "waitlist_notification_hours", 1000)
        salon.join(one, salon.new_customer(one, "Dora"), p_priority=1)
        salon.join(one, salon.new_customer(one, "Emil"))
        salon.free(one, "10:00", staff=0)
        cancelled = salon.book(one, at("10:00"), staff=1)["appointment"]["id"]
        with one.transaction():
            assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 1
            other.execute("set lock_timeout = '5s'")
            answer = write(
                other, "cancel_booking", p_idempotency_key="c", p_appointment_id=cancelled
            )
            assert answer["success"]
        names = one.execute(
            "select c.full_name from schnittwerk_core.waitlist_offer o"
            " join schnittwerk_core.waitlist w on w.id = o.entry_id"
            " join schnittwerk_core.customers c on c.id = w.customer_id"
            " where o.status = 'open' order by 1"
        ).fetchall()
    assert names == [("Dora",), ("Emil",)]
    salon.assert_sound()


@pytest.mark.parametrize(
    "isolation", [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ]
)
def test_offers_made_at_once_pass_no_limit(salon: Salon, isolation: IsolationLevel) -> None:
    with salon.connect() as one, salon.connect() as other:
        set_policy(one, "waitlist_notification_hours", 1000)
        set_policy(one, "max_open_bookings_per_customer", 1)
        customer = salon.new_customer(one, "Dora")
        salon.join(one, customer, p_staff_id=salon.staff_ids[0])
        service = save(one, "save_service", p_name="Shave", p_duration_minutes=60, p_base_price=20)
        shave = service["service"]["id"]
        save(
            one,
            "set_staff_services",
            p_staff_id=salon.staff_ids[1],
            p_services=Jsonb([{"service_id": str(salon.service_id)}, {"service_id": shave}]),
        )
        salon.join(one, customer, p_service_id=shave, p_staff_id=salon.staff_ids[1])
        cancelled = salon.book(one, at("15:00"), staff=1)["appointment"]["id"]
        salon.free(one, "10:00", staff=0)
        other.isolation_level = isolation
        with ThreadPoolExecutor() as threads, other.transaction():
            other.execute("select from schnittwerk_core.salon")
            cancel = partial(
                write, other, "cancel_booking", p_idempotency_key="c", p_appointment_id=cancelled
            )
            with one.transaction():
                assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 1
                assert threads.submit(cancel).result()["success"]
    assert salon.count("waitlist_offer") == 1
    salon.assert_sound()


def test_an_old_snapshot_offers_nothing_twice(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        set_policy(one, "waitlist_notification_hours", 1000)
        salon.join(one, salon.new_customer(one, "Dora"))
        cancelled = salon.book(one, at("10:00"), staff=1)["appointment"]["id"]
        salon.free(one, "10:00", staff=0)
        other.isolation_level = IsolationLevel.REPEATABLE_READ
        cancel = partial(
            write, other, "cancel_booking", p_idempotency_key="c", p_appointment_id=cancelled
        )
        with other.transaction(force_rollback=True):
            other.execute("select from schnittwerk_core.salon")
            assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 1
            with pytest.raises(SerializationFailure):
                cancel()
        assert cancel()["success"]
    assert salon.count("waitlist_offer", "status = 'open'") == 1
    salon.assert_sound()


def test_a_customer_books_while_they_are_offered_something_else(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        set_policy(one, "waitlist_notification_hours", 1000)
        customer = salon.new_customer(one, "Dora")
        salon.join(one, customer)
        salon.free(one, "10:00", staff=0)
        book = partial(salon.book, other, at("12:00"), staff=1, p_customer_id=customer)
        with ThreadPoolExecutor() as threads:
            with one.transaction():
                assert write(one, "process_waitlist")["waitlist"]["new_offers"] == 1
                booked = threads.submit(book)
                wait_until_blocked(one, other)
            assert booked.result()["success"]
    assert salon.count("waitlist", "status = 'booked'") == 1
    assert salon.count("waitlist_offer", "status = 'withdrawn'") == 1
    assert salon.count("occupancy", "expires_at is not null") == 0
    salon.assert_sound()


def long_past(salon: Salon, connection: Connection) -> None:
    """Inserts an appointment so old that upkeep deletes its claim unless late_entry_hours rises."""
    salon.insert(connection, at("10:00", day=-10))


def raise_late_entry_hours(connection: Connection) -> Answer:
    set_policy(connection, "late_entry_hours", 168)
    return {"success": True}


def test_upkeep_deletes_no_claims_while_late_entry_hours_rises(salon: Salon) -> None:
    with salon.connect() as one, salon.connect() as other:
        long_past(salon, one)
        with one.transaction():
            raise_late_entry_hours(one)
            assert write(other, "maintain")["maintained"]["claims"] == 0
        assert write(other, "maintain")["maintained"]["claims"] == 0
    salon.assert_sound()


def test_late_entry_hours_rises_after_upkeep_that_was_deleting_claims(salon: Salon) -> None:
    with salon.connect() as connection:
        long_past(salon, connection)
    upkeep = partial(write, function="maintain")
    kept, _ = salon.behind(upkeep, raise_late_entry_hours, is_kept=True)
    assert kept["maintained"]["claims"] == 1
    salon.assert_sound()


ONE_VERSION = pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")


def merge(kept: str, merged: str) -> Callable[[Connection], Answer]:
    return partial(write, function="merge_customers", p_keep_id=kept, p_merge_id=merged)


@ONE_VERSION
def test_a_merge_and_what_the_customers_do_wait_for_each_other(salon: Salon) -> None:
    with salon.connect() as owner:
        set_policy(owner, "prevent_customer_overlap", False)
        set_policy(owner, "cancellation_deadline_hours", 8760)
        set_policy(owner, "late_cancellation_fee_percent", 50)
        for number, (name, after_merge, is_before_merge) in enumerate(
            (
                ("book for the kept", "done", True),
                ("book for the merged", "not_found", True),
                ("cancel", "done", True),
                ("erase", "not_found", False),
                ("merge the other way", "not_found", False),
                ("change", "not_found", True),
            )
        ):
            for is_merge_first in (True, False):
                kept, merged = (salon.new_customer(owner, it) for it in ("Kept", "Merged"))
                start = at("08:00", day=number) + is_merge_first * 2 * HOUR
                booked = salon.book(owner, start, p_customer_id=merged)["appointment"]["id"]
                if name == "erase":
                    write(
                        owner, "cancel_booking", p_idempotency_key=booked, p_appointment_id=booked
                    )
                calls: dict[str, Callable[[Connection], Answer]] = {
                    "book for the kept": partial(
                        salon.book, starts_at=start, staff=1, p_customer_id=kept
                    ),
                    "book for the merged": partial(
                        salon.book, starts_at=start, staff=1, p_customer_id=merged
                    ),
                    "cancel": partial(
                        write,
                        function="cancel_booking",
                        p_idempotency_key=booked,
                        p_appointment_id=booked,
                    ),
                    "erase": partial(write, function="erase_customer", p_customer_id=merged),
                    "merge the other way": merge(merged, kept),
                    "change": partial(
                        write, function="save_customer", p_full_name="Changed", p_id=merged
                    ),
                }
                order = (merge(kept, merged), calls[name])
                first, second = salon.behind(*order[:: 1 if is_merge_first else -1], is_kept=True)
                assert first["success"], (name, is_merge_first, first)
                code = "done" if second["success"] else second["code"]
                expected = after_merge if is_merge_first or not is_before_merge else "done"
                assert code == expected, (name, is_merge_first, second)
                fees = salon.execute(
                    "select customer_id::text from schnittwerk_core.fee where appointment_id = %s",
                    booked,
                )
                if name == "cancel":
                    assert fees == [{"customer_id": kept}]
    salon.assert_sound()


@ONE_VERSION
def test_an_old_snapshot_overlooks_no_merge(salon: Salon) -> None:
    with salon.connect() as old, salon.connect() as other:
        set_policy(other, "prevent_customer_overlap", True)
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        for number, of in enumerate(("kept", "merged", "merge", "booking", "cancelling")):
            kept, merged = (salon.new_customer(other, it) for it in ("Kept", "Merged"))
            start = at("08:00", day=number)
            booked = salon.book(other, start, p_customer_id=merged)["appointment"]["id"]
            assert salon.book(other, start + 2 * HOUR, p_customer_id=kept)["success"]
            cancel = {"p_idempotency_key": booked, "p_appointment_id": booked}
            with old.transaction(force_rollback=True):
                old.execute("select from schnittwerk_core.appointments")
                if of == "booking":
                    assert salon.book(other, start + 4 * HOUR, p_customer_id=merged)["success"]
                elif of == "cancelling":
                    assert write(other, "cancel_booking", **cancel)["success"]
                else:
                    assert merge(kept, merged)(other)["success"]
                call = {
                    "kept": partial(salon.book, starts_at=start, staff=1, p_customer_id=kept),
                    "merged": partial(salon.book, starts_at=start, staff=1, p_customer_id=merged),
                }.get(of, merge(kept, merged))
                with pytest.raises(SerializationFailure):
                    call(old)
    salon.assert_sound()
