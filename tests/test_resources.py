"""Resources, steps and needs as people use them: in the library, in a salon file, in commands."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from salon import TODAY, Salon, open_example

from schnittwerk_db import InvalidInput, Need, ResourceClosure, Step
from schnittwerk_db.cli.times import day as shown_day
from schnittwerk_db.loading import Loaded, load
from schnittwerk_db.notation import need_text, parse_need, parse_steps, steps_text
from schnittwerk_db.salon_file import LoadError, SalonFile

pytestmark = pytest.mark.salon(by=open_example)

COLOUR, BASIN = "Full colour", "Wash basin"

FILE = """
[salon]
name = "Schnittwerk Your Style"
time_zone = "Europe/Zurich"

[[resources]]
name = "Cabin"

[[services]]
name = "Perm"
base_price = 190
steps = "60 gap:45 30"
needs = ["Cabin", "Wash basin*2@90-135"]

[[staff]]
full_name = "Aylin Kaya"
services = [{ name = "Perm", steps = "50  gap:45 35" }]
"""


def brought(salon: Salon, text: str) -> Loaded:
    return load(salon.client, SalonFile("salon.toml", text))


def colours(salon: Salon, count: int) -> list[dt.datetime]:
    """Books a colour with each of so many staff at one time, and returns when they start."""
    client = salon.client
    client.set_business_settings({"max_advance_booking_days": 60})
    service = next(it for it in client.list_services() if it.name == COLOUR)
    first = TODAY + dt.timedelta(days=1)
    slots = client.find_slots(service.id, first, first + dt.timedelta(days=30))
    by_start: dict[dt.datetime, list[UUID]] = {}
    for slot in slots:
        by_start.setdefault(slot.starts_at, []).append(slot.staff_id)
    start, staff = next((it, who) for it, who in by_start.items() if len(who) >= count)
    customers = [it.id for it in client.list_customers()]
    return [
        client.create_booking(customer, service.id, start, who).starts_at
        for customer, who in zip(customers, staff[:count], strict=False)
    ]


# How they are written


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", ()),
        ("30", (Step(30, True),)),
        ("30 gap:45 5", (Step(30, True), Step(45, False), Step(5, True))),
    ],
)
def test_steps_are_read_as_they_are_written(text: str, steps: tuple[Step, ...]) -> None:
    assert steps_text(steps) == text
    assert [Step(**it) for it in parse_steps(text)] == list(steps)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("Basin", Need("Basin", 1, None, None)),
        ("Wash basin*2", Need("Wash basin", 2, None, None)),
        ("Basin@75-105", Need("Basin", 1, 75, 105)),
        ("Basin*3@0-", Need("Basin", 3, 0, None)),
        ("a@b*c@-20", Need("a@b*c", 1, None, 20)),
    ],
)
def test_a_need_is_read_as_it_is_written(text: str, need: Need) -> None:
    assert need_text(need) == text
    read = {"quantity": 1, "from_minute": None, "to_minute": None} | parse_need(text)
    assert Need(**read) == need


@pytest.mark.parametrize("text", ["gap", "30,45", "-5", "gap:", "30 x"])
def test_what_is_no_step_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a step such as 30, or gap:45"):
        parse_steps(text)


@pytest.mark.parametrize("text", ["", " ", "*2", "@5-6"])
def test_what_is_no_need_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a need such as Basin"):
        parse_need(text)


# The library


def test_the_library_returns_what_is_set(salon: Salon) -> None:
    client = salon.client
    service = client.save_service("Tint", 60, 80)
    assert (service.steps, service.needs) == (None, None)
    service = client.set_service_steps(
        service.id, [{"minutes": minutes, "staff": minutes != 20} for minutes in (30, 20, 15)]
    )
    assert service.steps == (Step(30, True), Step(20, False), Step(15, True))
    assert service.duration_minutes == 65
    service = client.set_service_resources(service.id, [{"pool": BASIN, "from_minute": 50}])
    assert service.needs == (Need(BASIN, 1, 50, None),)
    assert service in client.list_services()
    own = [{"service_id": service.id, "steps": [{"minutes": 9, "staff": True}] * 3}]
    [performed] = client.set_staff_services(salon.staff_id, own).staff_services
    assert (performed.estimated_duration_minutes, performed.steps) == (27, (Step(9, True),) * 3)
    assert client.get_staff_services(salon.staff_id) == [performed]
    assert client.set_service_steps(service.id, None).steps is None
    assert client.set_service_resources(service.id, []).needs is None


def test_the_library_saves_closes_and_reopens_resources(salon: Salon) -> None:
    client, day = salon.client, TODAY + dt.timedelta(days=1)
    cabin = client.save_resource("Cabin")
    assert (cabin.kind, cabin.pool, cabin.is_active, cabin.closures) == ("room", "Cabin", True, ())
    closed = client.close_resource(cabin.id, day, end_time="24:00", reason="Paint")
    assert isinstance(closed, ResourceClosure)
    assert (closed.start_date, closed.end_date, closed.end_time) == (day, day, "24:00")
    [found] = [it for it in client.list_resources() if it.id == cabin.id]
    assert found.closures == (closed,)
    assert client.reopen_resource(closed.id) == closed
    with pytest.raises(InvalidInput, match="another resource with this name"):
        client.save_resource("Cabin")


def test_a_closure_tells_whom_no_other_unit_can_take(salon: Salon) -> None:
    start, _ = colours(salon, 2)
    basin = salon.client.list_resources()[0]
    closed = salon.client.close_resource(basin.id, start.date(), start.date())
    [affected] = closed.affected_appointments
    assert (affected.cause, affected.starts_at) == ("resource_unavailable", start)
    assert [it.id for it in salon.client.list_affected_appointments()] == [affected.id]
    assert closed.moved_appointments == ()
    salon.client.cancel_booking(affected.id, override_reason="ill")
    other = salon.client.list_resources()[1]
    salon.client.reopen_resource(closed.id)
    [moved] = salon.client.close_resource(other.id, start.date()).moved_appointments
    assert [it.resource_id for it in moved.units] == [basin.id]


# A salon file


def test_a_file_brings_resources_steps_and_needs_once(salon: Salon) -> None:
    loaded = brought(salon, FILE)
    assert [str(it) for it in loaded.changes][:4] == [
        'resources "Cabin": new',
        'services "Perm".duration_minutes: 180 -> 135',
        'services "Perm".steps:  -> 60 gap:45 30',
        'services "Perm".needs: [] -> ["Cabin", "Wash basin*2@90-135"]',
    ]
    service = next(it for it in salon.client.list_services() if it.name == "Perm")
    assert service.steps == (Step(60, True), Step(45, False), Step(30, True))
    assert service.needs == (Need("Cabin", 1, None, None), Need(BASIN, 2, 90, 135))
    staff = next(it for it in salon.client.list_staff() if it.full_name == "Aylin Kaya")
    [own] = salon.client.get_staff_services(staff.id)
    assert own.steps == (Step(50, True), Step(45, False), Step(35, True))
    assert brought(salon, FILE).changes == ()


def test_a_file_takes_steps_and_needs_away(salon: Salon) -> None:
    brought(salon, FILE)
    plain = FILE.replace('steps = "60 gap:45 30"', 'steps = ""\nduration_minutes = 135')
    plain = plain[: plain.index("[[staff]]")].replace('"Cabin", "Wash basin*2@90-135"', "")
    brought(salon, plain)
    service = next(it for it in salon.client.list_services() if it.name == "Perm")
    assert (service.steps, service.needs, service.duration_minutes) == (None, None, 135)
    assert brought(salon, plain).changes == ()


def test_a_file_makes_a_service_shorter_with_what_it_needs(salon: Salon) -> None:
    brought(salon, FILE)
    short = FILE.replace("gap:45", "gap:30").replace("90-135", "90-120")
    assert [str(it) for it in brought(salon, short[: short.index("[[staff]]")]).changes] == [
        'services "Perm".needs: ["Cabin", "Wash basin*2@90-135"]'
        ' -> ["Cabin", "Wash basin*2@90-120"]',
        'services "Perm".duration_minutes: 135 -> 120',
        'services "Perm".steps: 60 gap:45 30 -> 60 gap:30 30',
    ]


def test_a_new_service_with_steps_is_one_change(salon: Salon) -> None:
    text = FILE[: FILE.index("[[staff]]")].replace('"Perm"', '"Gloss"')
    told = [str(it) for it in brought(salon, text).changes]
    assert told == ['resources "Cabin": new', 'services "Gloss": new']


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ('"60 gap:45 30"', '"60 pause:45"', 12, "services[1].steps: 'pause:45' is not a step"),
        ('"60 gap:45 30"', '"60 gap:45"', 12, "services[1].steps: must be 1 to 24 steps"),
        ('"Cabin", ', '"", ', 13, "services[1].needs[1]: '' is not a need"),
        ('"Cabin", ', '"Sauna", ', 13, 'services[1].needs[1]: There is no pool "Sauna"'),
        (
            "base_price = 190",
            "base_price = 190\nduration_minutes = 60",
            12,
            "duration_minutes: must",
        ),
        ("50  gap:45 35", "85 45", 17, "staff[1].services[1].steps: must be 3"),
        (
            'name = "Cabin"',
            'name = "Cabin"\nkind = "sauna"',
            8,
            "resources[1].kind: must be one of",
        ),
    ],
)
def test_a_file_is_told_where_it_is_wrong(
    salon: Salon, old: str, new: str, line: int, fault: str
) -> None:
    with pytest.raises(LoadError) as failed:
        brought(salon, FILE.replace(old, new))
    assert f"salon.toml:{line}: " in str(failed.value)
    assert fault in str(failed.value)


# Commands


def test_resources_are_added_edited_and_listed(salon: Salon) -> None:
    added = salon.run("resources", "add", "Cabin", "--pool", "Quiet room")
    assert added.startswith("added: Cabin, room, pool Quiet room, resource ")
    edited = salon.run("resources", "edit", "cabin", "--inactive", "--kind", "equipment")
    assert edited.startswith("changed: Cabin, equipment, pool Quiet room, inactive, resource ")
    heading, *rows = salon.run("resources", "list").splitlines()
    assert heading.split() == ["name", "kind", "pool", "active", "closed"]
    assert [it.split("  ")[0] for it in rows] == ["Cabin", "Wash basin 1", "Wash basin 2"]
    assert [it["pool"] for it in salon.json("resources", "list")] == ["Quiet room", BASIN, BASIN]
    assert "give an option" in salon.failure("resources", "edit", "Cabin", exit_code=2)
    assert "near it: Wash basin 1" in salon.failure(
        "resources", "edit", "Basin 1", "--kind", "room"
    )


def test_a_resource_is_closed_and_reopened(salon: Salon) -> None:
    start, _ = colours(salon, 2)
    day = str(start.date())
    shown = shown_day(start.date())
    closed = salon.run("resources", "close", "Wash basin 1", day, "--reason", "Leak", "--wide")
    assert closed.startswith(f"closed: Wash basin 1, {shown}\nThese appointments")
    assert "resource unavailable" in closed
    stays = next(
        it["id"] for it in salon.json("appointments", "--from", day) if it["id"] not in closed
    )
    assert "uses: Wash basin 2 " in salon.run("appointment", stays)
    assert salon.json("resources", "list")[0]["closures"][0]["reason"] == "Leak"
    assert (
        salon.run("resources", "reopen", "Wash basin 1") == f"open again: Wash basin 1, {shown}\n"
    )
    salon.run("cancel", stays, "--override", "ill", "--yes")
    closed = salon.run("resources", "close", "Wash basin 1", day)
    assert closed.startswith(
        f"closed: Wash basin 1, {shown}\nThese appointments use another unit now: "
    )
    salon.run("resources", "reopen", "Wash basin 1")
    day, first, fourth, last = (shown_day(TODAY + dt.timedelta(days=it)) for it in (50, 60, 63, 64))
    times = ("--from-time", "09:00", "--to-time", "10:00")
    closed = salon.run("resources", "close", "Wash basin 1", day, *times)
    assert closed == f"closed: Wash basin 1, {day} 09:00-10:00\n"
    salon.run("resources", "close", "Wash basin 1", first, "--to", last)
    assert f"{first} to {last}" in salon.run("resources", "list")
    assert "choose one with --on" in salon.failure("resources", "reopen", "Wash basin 1")
    salon.run("resources", "reopen", "Wash basin 1", "--on", fourth)
    assert f"Wash basin 1 is not closed on {fourth}" in salon.failure(
        "resources", "reopen", "Wash basin 1", "--on", fourth
    )


def test_steps_and_needs_are_set_as_they_are_written(salon: Salon) -> None:
    steps = salon.run("services", "steps", "perm", "60", "gap:45", "30")
    assert steps == "Perm: 60 gap:45 30, 135 minutes\n"
    needs = salon.run("services", "needs", "Perm", "Wash basin*2@100-135", "Wash basin@0-20")
    assert needs == "Perm: needs Wash basin*2@100-135, Wash basin@0-20\n"
    [line] = [it for it in salon.run("services").splitlines() if it.startswith("Perm")]
    assert "60 gap:45 30" in line
    assert "Wash basin*2@100-135, Wash basin@0-20" in line
    assert salon.run("services", "needs", "Perm", "--none") == "Perm: needs nothing\n"
    assert salon.run("services", "steps", "Perm", "--none") == "Perm: one step, 135 minutes\n"
    assert salon.json("services", "steps", "Perm", "--none")["steps"] is None
    for command in (("steps",), ("needs",), ("steps", "30", "--none")):
        failed = salon.failure("services", command[0], "Perm", *command[1:], exit_code=2)
        assert "or --none" in failed
    assert "'x' is not a step" in salon.failure("services", "steps", "Perm", "x", exit_code=2)
    assert "There is no pool" in salon.failure("services", "needs", "Perm", "Sauna")


def test_the_example_has_a_colour_with_a_gap_and_two_basins(salon: Salon) -> None:
    service = next(it for it in salon.client.list_services() if it.name == COLOUR)
    assert service.steps == (Step(30, True), Step(45, False), Step(30, True))
    assert service.needs == (Need(BASIN, 1, 75, 105),)
    assert [it.pool for it in salon.client.list_resources()] == [BASIN, BASIN]
