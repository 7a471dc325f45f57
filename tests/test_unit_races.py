"""Callers who want the same unit, or the same gap, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, islice

import pytest
from calls import Answer, Connection, codes, read, results, save, wait_until_blocked, write
from psycopg.types.json import Jsonb
from salon import Salon, at

CALLERS = 32
BASIN, CHAIR = {"pool": "basin"}, {"pool": "chair"}
COLOUR_STEPS = [
    {"minutes": minutes, "staff": staff} for minutes, staff in ((30, True), (45, False), (30, True))
]


def starting_units(salon: Salon) -> list[str]:
    """The units of all appointments, by id."""
    return [
        str(row["resource_id"])
        for row in salon.execute(
            "select u.resource_id from schnittwerk_core.appointments a"
            " cross join unnest(a.units) u order by u.resource_id"
        )
    ]


@pytest.mark.salon(staff=CALLERS)
def test_a_start_is_booked_as_often_as_units_are_free(salon: Salon) -> None:
    basins = salon.add_units("basin", 3)
    wash = salon.add_service("Wash", 30, needs=[BASIN])
    answers = salon.at_once(
        [
            partial(salon.book, starts_at=at("10:00"), staff=number, p_service_id=wash)
            for number in range(CALLERS)
        ]
    )
    assert codes(answers) == {"booked": 3, "resource_unavailable": CALLERS - 3}
    assert starting_units(salon) == [str(it) for it in basins]
    salon.assert_sound()


@pytest.mark.salon(staff=8)
def test_a_service_that_needs_two_units_gets_two_or_none(salon: Salon) -> None:
    basins = salon.add_units("basin", 5)
    wash = salon.add_service("Wash", 30, needs=[BASIN | {"quantity": 2}])
    answers = salon.at_once(
        [
            partial(salon.book, starts_at=at("10:00"), staff=staff, p_service_id=wash)
            for staff in islice(cycle([None, *range(8)]), CALLERS)
        ]
    )
    assert codes(answers)["booked"] == 2
    assert codes(answers).keys() <= {"booked", "resource_unavailable", "slot_conflict"}
    assert starting_units(salon) == [str(it) for it in basins[:4]]
    salon.assert_sound()


@pytest.mark.salon(staff=CALLERS)
def test_pools_needed_in_any_order_are_not_waited_for_in_a_circle(salon: Salon) -> None:
    salon.add_units("basin", 2)
    salon.add_units("chair", 2)
    first, second = BASIN | {"to_minute": 15}, CHAIR | {"from_minute": 15}
    services = [
        salon.add_service("Wash", 30, needs=[first, second]),
        salon.add_service("Rinse", 30, needs=[second, first]),
    ]

    def book_and_give_back(connection: Connection, number: int) -> list[Answer]:
        answers = []
        for start in ("10:00", "10:15", "11:00"):
            booked = salon.book(
                connection, at(start), staff=number, p_service_id=services[number % 2]
            )
            answers.append(booked)
            if booked["success"] and number % 4 < 2:
                answers.append(
                    write(
                        connection,
                        "cancel_booking",
                        p_idempotency_key=f"cancel {number} {start}",
                        p_appointment_id=booked["appointment"]["id"],
                    )
                )
        return answers

    made = salon.at_once([partial(book_and_give_back, number=number) for number in range(CALLERS)])
    told = codes(answer for answers in made for answer in answers)
    # the last where the caller's own first booking stands
    assert told.keys() <= {"booked", "resource_unavailable", "slot_conflict"}
    assert told["booked"] >= 4
    salon.assert_sound()


@pytest.mark.salon(staff=1)
def test_a_gap_is_used_once(salon: Salon) -> None:
    colour = salon.add_service("Colour", 105, COLOUR_STEPS)
    fringe = salon.add_service("Fringe", 45)
    with salon.connect() as connection:
        assert salon.book(connection, at("10:00"), p_service_id=colour)["success"]
    answers = salon.at_once(
        [partial(salon.book, starts_at=at("10:30"), p_service_id=fringe)] * CALLERS
    )
    assert codes(answers) == {"booked": 1, "slot_conflict": CALLERS - 1}
    assert salon.count("appointments") == 2
    salon.assert_sound()


@pytest.mark.salon(staff=1)
def test_a_gap_is_used_also_while_it_comes_to_be(salon: Salon) -> None:
    colour = salon.add_service("Colour", 105, COLOUR_STEPS)
    fringe = salon.add_service("Fringe", 45)
    wanted = [(colour, at("10:00")), (fringe, at("10:30"))] * (CALLERS // 2)
    answers = salon.at_once(
        [
            partial(salon.book, starts_at=starts_at, p_service_id=service)
            for service, starts_at in wanted
        ]
    )
    assert codes(answers[::2]) == {"booked": 1, "slot_conflict": CALLERS // 2 - 1}
    assert codes(answers[1::2]) == {"booked": 1, "slot_conflict": CALLERS // 2 - 1}
    salon.assert_sound()


@pytest.mark.salon(staff=8)
def test_appointments_change_units_while_others_want_them(salon: Salon) -> None:
    """Moves and bookings at once leave every unit with one user at a time."""
    salon.add_units("basin", 3)
    wash = salon.add_service("Wash", 60, needs=[BASIN])
    with salon.connect() as connection:
        booked = [
            salon.book(connection, at(clock), staff=staff, p_service_id=wash)["appointment"]["id"]
            for clock in ("10:00", "12:00")
            for staff in range(3)
        ]
    moves = [
        partial(
            write,
            function="reschedule_booking",
            p_idempotency_key=f"move {moved} {clock}",
            p_appointment_id=moved,
            p_new_starts_at=at(clock),
        )
        for moved in booked
        for clock in ("10:30", "11:00", "12:30")
    ]
    bookings = [
        partial(salon.book, starts_at=at("10:30"), staff=3 + number % 5, p_service_id=wash)
        for number in range(CALLERS - len(moves))
    ]
    answers = salon.at_once([*moves, *bookings])
    assert codes(answers).keys() <= {"booked", "resource_unavailable", "slot_conflict"}
    assert codes(answers)["booked"] > 0
    salon.assert_sound()


@pytest.mark.salon(staff=3)
def test_units_set_free_at_once_are_recorded_in_one_order(salon: Salon) -> None:
    """One call frees a basin, then a chair, the other a chair, then a basin, at the same times."""
    salon.add_units("basin", 2)
    salon.add_units("chair", 2)
    wash = salon.add_service(
        "Wash", 30, needs=[BASIN | {"to_minute": 15}, CHAIR | {"from_minute": 15}]
    )
    rinse = salon.add_service(
        "Rinse", 30, needs=[CHAIR | {"to_minute": 15}, BASIN | {"from_minute": 15}]
    )
    with (
        salon.connect() as one,
        salon.connect() as other,
        salon.connect() as gate,
        salon.connect() as observer,
        ThreadPoolExecutor(2) as threads,
    ):
        # each of the two has units of its own
        booked = [
            salon.book(one, at("10:00"), staff=staff, p_service_id=service)["appointment"]["id"]
            for staff, service in ((2, rinse), (1, rinse), (0, wash))
        ]
        for number, service in enumerate((wash, rinse)):
            customer_id = salon.new_customer(one, f"Customer {number}")
            # for another time: nobody is offered anything
            salon.join(one, customer_id, p_service_id=service, p_preferred_times=["23:00"])

        def cancel(connection: Connection, appointment_id: str) -> Answer:
            return save(
                connection,
                "cancel_booking",
                p_idempotency_key=appointment_id,
                p_appointment_id=appointment_id,
            )

        with gate.transaction(force_rollback=True):
            # what the first call comes to last, whether it frees both times together or not
            for clock in ("10:15", "10:30"):
                gate.execute(
                    "insert into schnittwerk_core.freed_time"
                    " (salon_id, staff_id, during, is_on_grid)"
                    " values (%s, %s, tstzrange(%s, %s), true)",
                    [salon.id, salon.staff_ids[2], at("09:30"), at(clock)],
                )
            first = threads.submit(cancel, one, booked[2])
            wait_until_blocked(observer, one)
            second = threads.submit(cancel, other, booked[1])
            wait_until_blocked(observer, other)
        results([first, second])
    salon.assert_sound()


@pytest.mark.salon(staff=4)
def test_a_unit_set_free_is_offered_to_one(salon: Salon) -> None:
    salon.add_units("basin", 1)
    wash = salon.add_service("Wash", 60, needs=[BASIN])
    with salon.connect() as connection:
        save(
            connection,
            "set_policy",
            p_policy_key="waitlist_notification_hours",
            p_policy_value=Jsonb(1000),
        )
        booked = salon.book(connection, at("10:00"), p_service_id=wash)["appointment"]["id"]
        for number in range(8):
            customer_id = salon.new_customer(connection, f"Customer {number}")
            salon.join(connection, customer_id, p_service_id=wash, p_preferred_times=["10:00"])
    cancel = partial(
        write, function="cancel_booking", p_idempotency_key="one", p_appointment_id=booked
    )
    others = [
        partial(salon.book, starts_at=at("10:00"), staff=number % 4, p_service_id=wash)
        for number in range(CALLERS // 2)
    ]
    salon.at_once([cancel, *others, *[partial(write, function="process_waitlist")] * 8])
    with salon.connect() as connection:
        while write(connection, "process_waitlist")["waitlist"]["new_offers"]:
            pass
        offered = read(connection, "list_waitlist", p_status="notified")
    live = salon.count("appointments", "status = 'pending'")
    assert live + len(offered) == 1, offered
    salon.assert_sound()
