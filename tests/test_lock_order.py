"""No two calls deadlock, in whatever order they come to the rows that both of them lock.

Each call is stopped at a row that a third session has locked, so that it holds all that it locks
before that row. Then another call begins, and the row is let go. Everything is rolled back.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import LiteralString
from uuid import UUID

import pytest
from calls import Answer, Connection, is_blocked, save, write
from psycopg.types.json import Jsonb
from salon import Salon, at

# What a version could do otherwise is to find rows in another order, and that is forced here.
pytestmark = [
    pytest.mark.parametrize("cluster", [15], indirect=True, ids=["pg15"], scope="session"),
    pytest.mark.salon(staff=2),
    pytest.mark.timeout(400),
]

FIRST_PROMOTION = "00000000-0000-4000-8000-000000000001"
SECOND_PROMOTION = "00000000-0000-4000-8000-000000000002"
LONG_AGO = at("10:00", day=-10)


@dataclass
class Scene:
    """A salon in which every call below has something to lock."""

    salon: Salon
    ids: dict[str, str] = field(default_factory=dict)

    def begin(self, connection: Connection) -> None:
        salon, ids = self.salon, self.ids
        for policy, value in (
            ("waitlist_notification_hours", 1000),
            ("late_entry_hours", 168),
            ("max_open_bookings_per_customer", 100),
            ("prevent_customer_overlap", True),
            ("late_cancellation_fee_percent", 50),
            ("no_show_fee_percent", 50),
            ("retention_notes_days", 1),
            ("retention_customers_days", 1),
        ):
            save(connection, "set_policy", p_policy_key=policy, p_policy_value=Jsonb(value))
        for number in range(3):
            saved = save(connection, "save_resource", p_name=f"Chair {number}", p_pool="chair")
            ids[f"chair {number}"] = saved["resource"]["id"]
        save(
            connection,
            "set_service_resources",
            p_service_id=salon.service_id,
            p_needs=Jsonb([{"pool": "chair"}]),
        )
        # Each booking takes a turn on both, whatever their order in the table.
        for promotion_id in (SECOND_PROMOTION, FIRST_PROMOTION):
            connection.execute(
                "insert into schnittwerk_core.price_rule"
                " (salon_id, id, name, kind, conditions, adjustment)"
                " values (%s, %s, %s, 'promotion', '{\"max_uses\": 100}', '{\"amount\": -5}')",
                [salon.id, promotion_id, promotion_id],
            )
        ids["another service"] = str(salon.add_service("Shave", 60, needs=[{"pool": "chair"}]))
        for name in ("Dora", "Emil", "Past", "Gone"):
            ids[name] = salon.new_customer(connection, name)
        for number, customer in enumerate((salon.customer_id, ids["Emil"])):
            booked = salon.book(connection, at("10:00"), staff=number, p_customer_id=customer)
            ids[f"appointment {number}"] = booked["appointment"]["id"]
        connection.execute(
            "insert into schnittwerk_core.fee"
            " (salon_id, appointment_id, customer_id, cause, amount)"
            " select a.salon_id, a.id, a.customer_id, 'late_cancellation', 25"
            " from schnittwerk_core.appointments a where a.id = %s",
            [ids["appointment 0"]],
        )
        ids["visit"] = self.visit(connection, ids["Dora"], "10:00", 0, 1)["visit"]["id"]
        for name in ("Dora", "Emil"):
            ids[f"{name}'s entry"] = salon.join(connection, ids[name])
        for name, number in (("Dora", 0), ("Emil", 1)):
            held = self.hold(connection, number, ids[name], "held")
            ids[f"{name}'s hold"] = held["hold"]["id"]
        salon.free(connection, "16:00", staff=0)
        assert write(connection, "process_waitlist")["waitlist"]["new_offers"] == 1
        salon.free(connection, "18:00", staff=1)
        for name in ("Past", "Gone"):
            for number in range(2):
                ids[f"{name} {number}"] = salon.insert(
                    connection, LONG_AGO.replace(hour=10 if name == "Past" else 14), number
                )
                connection.execute(
                    "update schnittwerk_core.appointments"
                    " set customer_id = %s, status = 'confirmed', notes = 'Short' where id = %s",
                    [ids[name], ids[f"{name} {number}"]],
                )
        # now the one with the lower id comes last in the table
        connection.execute(
            "update schnittwerk_core.appointments set notes = 'Long' where id in (%s, %s)",
            [ids["Past 0"], ids["Gone 0"]],
        )
        connection.execute("update schnittwerk_core.customers set created_at = %s", [LONG_AGO])

    def hold(self, connection: Connection, staff: int, customer_id: str, key: str) -> Answer:
        """Holds a slot, for the customer in place of the one that they hold."""
        return write(
            connection,
            "hold_slot",
            p_idempotency_key=f"{customer_id} {key}",
            p_service_id=self.salon.service_id,
            p_starts_at=at("20:00" if key == "held" else "22:00"),
            p_staff_id=self.salon.staff_ids[staff],
            p_customer_id=customer_id,
        )

    def visit(self, connection: Connection, customer_id: str, clock: str, *staff: int) -> Answer:
        """Books one haircut after the other, with the staff of these numbers."""
        items = [
            {
                "service_id": str(self.salon.service_id),
                "staff_id": str(self.salon.staff_ids[number]),
            }
            for number in staff
        ]
        return write(
            connection,
            "create_visit",
            p_idempotency_key=f"{customer_id} {clock}",
            p_customer_id=customer_id,
            p_items=Jsonb(items),
            p_starts_at=at(clock, day=1),
        )

    def calls(self) -> dict[str, Callable[[Connection], Answer]]:
        salon, ids = self.salon, self.ids
        keyed = partial(partial, write, p_idempotency_key="key")
        book = partial(
            keyed,
            function="create_booking",
            p_service_id=salon.service_id,
            p_starts_at=at("14:00"),
        )
        move = partial(keyed, function="reschedule_booking", p_new_starts_at=at("12:00"))
        dora = {"p_entry_id": ids["Dora's entry"]}
        # These lock appointments.
        return {
            "cancel": keyed(function="cancel_booking", p_appointment_id=ids["appointment 0"]),
            "move to another": move(
                p_appointment_id=ids["appointment 0"], p_new_staff_id=salon.staff_ids[1]
            ),
            "move the other way": move(
                p_appointment_id=ids["appointment 1"], p_new_staff_id=salon.staff_ids[0]
            ),
            "change the service": keyed(
                function="reschedule_booking",
                p_appointment_id=ids["appointment 1"],
                p_new_starts_at=at("10:00"),
                p_new_service_id=ids["another service"],
            ),
            "move a visit": keyed(
                function="reschedule_visit",
                p_visit_id=ids["visit"],
                p_new_starts_at=at("12:00", day=1),
            ),
            "confirm": keyed(function="confirm_booking", p_appointment_id=ids["appointment 0"]),
            "waive": keyed(
                function="waive_fee", p_appointment_id=ids["appointment 0"], p_reason="ill"
            ),
            "no-show": keyed(function="mark_no_show", p_appointment_id=ids["Past 0"]),
            "erase": partial(write, function="erase_customer", p_customer_id=ids["Past"]),
            "retention": partial(write, function="apply_retention"),
            "merge": partial(
                write,
                function="merge_customers",
                p_keep_id=ids["Emil"],
                p_merge_id=ids["Dora"],
            ),
            # These lock resources, customers or entries.
            "book": book(p_customer_id=salon.customer_id),
            "book a visit": lambda it: self.visit(it, str(salon.customer_id), "14:00", 0, 1),
            "book a visit the other way": lambda it: self.visit(it, ids["Emil"], "14:00", 1, 0),
            "book what is waited for": book(p_customer_id=ids["Dora"]),
            "hold another": partial(self.hold, staff=1, customer_id=ids["Dora"], key="new"),
            "hold the other way": partial(self.hold, staff=0, customer_id=ids["Emil"], key="new"),
            "book what is held": keyed(
                function="create_booking",
                p_service_id=salon.service_id,
                p_starts_at=at("20:00"),
                p_customer_id=ids["Dora"],
                p_hold_id=ids["Dora's hold"],
            ),
            "release": keyed(function="release_hold", p_hold_id=ids["Emil's hold"]),
            "accept": keyed(function="accept_waitlist_offer", **dora),
            "leave": keyed(function="leave_waitlist", **dora),
            "join": keyed(
                function="join_waitlist",
                p_customer_id=salon.customer_id,
                p_service_id=salon.service_id,
                p_preferred_start_date=at("10:00").date(),
                p_preferred_end_date=at("10:00").date(),
            ),
            "wait for another": keyed(
                function="update_waitlist_entry",
                p_changes=Jsonb({"staff_id": str(salon.staff_ids[1])}),
                **dora,
            ),
            "process waitlist": partial(write, function="process_waitlist"),
            "time off": partial(
                write,
                function="add_time_off",
                p_staff_id=salon.staff_ids[0],
                p_start_date=at("10:00").date(),
            ),
            "deactivate": partial(
                write,
                function="save_staff",
                p_is_active=False,
                p_id=salon.staff_ids[1],
                p_full_name="Staff 1",
            ),
            "close a chair": partial(
                write,
                function="close_resource",
                p_resource_id=ids["chair 0"],
                p_start_date=at("10:00").date(),
            ),
            "deactivate a chair": partial(
                write, function="save_resource", p_name=None, p_is_active=False, p_id=ids["chair 1"]
            ),
            "steps": partial(
                write,
                function="set_service_steps",
                p_service_id=salon.service_id,
                p_steps=Jsonb([{"minutes": 30, "staff": True}] * 2),
            ),
            "policy": partial(
                write,
                function="set_policy",
                p_policy_key="late_entry_hours",
                p_policy_value=Jsonb(24),
            ),
        }

    def gates(self) -> dict[str, tuple[LiteralString, str | UUID]]:
        """Rows that calls stop at: a table, and the id of one of its rows."""
        ids, salon = self.ids, self.salon
        return {
            "appointment": ("appointments", ids["appointment 0"]),
            "past appointment": ("appointments", ids["Past 0"]),
            "first member of staff": ("resource", salon.staff_ids[0]),
            "second member of staff": ("resource", salon.staff_ids[1]),
            "first chair": ("resource", ids["chair 0"]),
            "second chair": ("resource", ids["chair 1"]),
            "customer": ("customers", salon.customer_id),
            "customer's turn": ("customer_turn", salon.customer_id),
            "entry": ("waitlist", ids["Dora's entry"]),
            # Of two rows that are locked in either order a gate at one shows it: the second
            # promotion needs none.
            "promotion": ("price_rule", FIRST_PROMOTION),
        }


@pytest.fixture
def scene(salon: Salon) -> Scene:
    scene = Scene(salon)
    with salon.connect() as connection:
        scene.begin(connection)
    return scene


def test_calls_that_lock_the_same_rows_do_not_deadlock(scene: Scene) -> None:
    calls = scene.calls()
    met: dict[str, set[str]] = {name: set() for name in calls}
    with (
        scene.salon.connect() as gate,
        scene.salon.connect() as one,
        scene.salon.connect() as other,
        scene.salon.connect() as observer,
        ThreadPoolExecutor(2) as threads,
    ):

        def start(connection: Connection, call: Callable[[Connection], Answer]) -> Future[None]:
            def make() -> None:
                with connection.transaction(force_rollback=True):
                    call(connection)

            made = threads.submit(make)
            # asking all the time would slow down what is waited for
            while not wait([made], timeout=0.001).done and not is_blocked(observer, connection):
                pass
            return made

        # A plan may find rows in any order. These find them as the tables have them.
        for connection in (one, other):
            connection.execute("set enable_indexscan = off")
            connection.execute("set enable_bitmapscan = off")
        for table, row_id in scene.gates().values():
            for first, call in calls.items():
                for second, other_call in calls.items():
                    with gate.transaction():
                        key = "customer_id" if table == "customer_turn" else "id"
                        gate.execute(
                            f"select from schnittwerk_core.{table} where {key} = %s for update",
                            [row_id],
                        )
                        made = [start(one, call)]
                        if made[0].done():
                            break
                        made.append(start(other, other_call))
                        if not made[1].done():
                            met[first].add(second)
                    for it in made:
                        it.result()
    assert [name for name, others in met.items() if not others] == []
