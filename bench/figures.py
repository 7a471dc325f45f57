"""What is measured: the figures of the table, with their floors and targets."""

from dataclasses import dataclass, replace

LARGE = "large"
SMALL = "small"


@dataclass(frozen=True)
class Script:
    """What pgbench runs: a file of this folder, in the large or the small book.

    Attributes:
        name: of the file, without .sql.
        book: which book.
        clients: how many run at once.
        is_fresh: whether every call has a new connection.
        is_awake: whether a busy loop keeps a processor awake. A short call takes several times as
            long if it has to wake one.
        calls: how many calls a client makes, if they take too long to run for some seconds.
    """

    name: str
    book: str = LARGE
    clients: int = 1
    is_fresh: bool = False
    is_awake: bool = False
    calls: int | None = None

    @property
    def writes(self) -> bool:
        return self.name.startswith(("create_", "insert_"))


@dataclass(frozen=True)
class Figure:
    """A line of the table.

    Attributes:
        name: what is measured.
        subject: the script that measures it.
        floor: the script by which it is divided.
        floor_name: the floor in words.
        target: the ratio to reach: at most for reads, at least for writes.
        stretch: the ratio that would be even better.
        promise: the seed document's figure: at most in milliseconds, or at least in calls a
            second.
    """

    name: str
    subject: Script
    floor: Script
    floor_name: str
    target: float | None = None
    stretch: float | None = None
    promise: float | None = None

    @property
    def is_race(self) -> bool:
        return self.subject.name.endswith("_same_slot")

    @property
    def is_rate(self) -> bool:
        """Whether calls a second are compared, of which more is better."""
        return self.subject.writes


_SELECT_1 = Script("select_1")

# Query, script, floor, name of the floor, target, stretch, and the seed's promise in ms.
_SLOTS = (
    ("50 staff x 30 days", "month", Script("read_slots_month"), "rows, stored", 3.0, 1.5, 1000),
    ("1 staff x 1 day", "day", replace(_SELECT_1, is_awake=True), "select 1, awake", 9, 6, 100),
    ("first free of 50 staff", "first_free", _SELECT_1, "select 1", 13, 8, 100),
)


def figures() -> list[Figure]:
    """All figures, in the order of the table."""
    found = []
    for query, script, floor, floor_name, target, stretch, promise in _SLOTS:
        name = f"find_slots, {query}"
        subject = Script(f"find_slots_{script}")
        measured = replace(subject, is_awake=floor.is_awake)
        small = Script(f"find_slots_{script}", SMALL)
        first = Script(f"find_slots_{script}", is_fresh=True)
        found += [
            Figure(name, measured, floor, floor_name, target, stretch, promise),
            Figure(f"… first call ({query})", first, subject, "warm call", 15, 10),
            Figure(f"… with 1M ({query})", subject, small, "with 10k", 1.2, 1.05),
        ]
        if script != "first_free":
            calls = 3 if script == "month" else None
            found += [
                Figure(f"baseline: {way} ({query})",
                       Script(f"slots_by_{function}_{script}", calls=calls), subject, "find_slots")
                for way, function in (("a loop", "loop"), ("not exists", "not_exists"))
            ]  # fmt: skip
    month, day = Script("find_slots_month"), Script("find_slots_day50")
    found += [
        Figure("… a gap and a pool of 4 (50 x 30)", Script("find_slots_gap_month"), month,
               "plain", 1.5),
        Figure("… a gap and a pool of 4 (50 x 1)", Script("find_slots_gap_day50"), day,
               "plain", 1.8),
        Figure("… 20 price rules (50 x 30)", Script("find_slots_rules_month"), month, "plain", 1.5),
        Figure("… 20 price rules, 5 by demand (50 x 30)", Script("find_slots_demand_month"), month,
               "plain", 1.5),
        Figure("find_visits, 3 items, 50 staff x 30 days", Script("find_visits_month"), month,
               "find_slots", 5.5),
        Figure("find_visits, 3 items, 50 staff x 1 day", Script("find_visits_day"), day,
               "find_slots", 6),
        Figure("… the first 20", Script("find_visits_first"), month, "find_slots", 1),
        Figure("… of their find_slots, x 30 days", Script("find_visits_month"),
               Script("find_slots_three_month"), "3 find_slots", 2),
        Figure("… of their find_slots, x 1 day", Script("find_visits_day"),
               Script("find_slots_three_day50"), "3 find_slots", 2),
        Figure("… three speeds a service, x 30 days", Script("find_visits_speeds_month"), month,
               "find_slots", 8),
        Figure("recommend_slots, 50 staff x 30 days", Script("recommend_slots_month"), month,
               "find_slots", 3),
    ]  # fmt: skip
    found += [
        Figure("explain_slot", Script("explain_slot"), _SELECT_1, "select 1", 12, 6),
        Figure("the original's name, 1 staff x 1 day", Script("original_slots_day"), _SELECT_1,
               "select 1", promise=100),
    ]  # fmt: skip
    found += [
        Figure(f"create_booking, clients: {count}", Script("create_booking", clients=count),
               Script("insert_appointment", clients=count), "bare insert", target, stretch,
               promise)
        for count, target, stretch, promise in (
            (1, 0.36, 0.50, None), (8, 0.25, 0.37, 100), (32, 0.22, 0.30, 100)
        )
    ]  # fmt: skip
    anyone = Script("create_booking_anyone")
    found += [
        Figure("create_visit, 3 items, given staff", Script("create_visit"),
               Script("create_booking"), "create_booking", 1 / 2.0),
        Figure("create_visit, 3 items, anyone", Script("create_visit_anyone"), anyone,
               "… with anyone", 1 / 2.2),
    ]  # fmt: skip
    found += [
        Figure(
            "… with 1M (create_booking, clients: 8)", Script("create_booking", clients=8),
            Script("create_booking", SMALL, clients=8), "with 10k", 0.83, 0.95,
        ),
        Figure(
            "create_booking, 32 for one slot", Script("create_booking_same_slot", clients=32),
            Script("create_booking", clients=32), "different slots", 1.5, 2.5,
        ),
    ]  # fmt: skip
    return found
