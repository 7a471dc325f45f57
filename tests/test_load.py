"""Salon files: what they bring, and what is said of the faulty ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from conftest import Database

from schnittwerk_db import Client, connect
from schnittwerk_db.cli.demo import EXAMPLE
from schnittwerk_db.loading import Loaded, load
from schnittwerk_db.relay import ConfigError, read_config
from schnittwerk_db.salon_file import LoadError, SalonFile

SMALL = """\
[salon]
name = "Salon A"
time_zone = "Europe/Zurich"
currency = "EUR"

[settings]
buffer_time_minutes = 10
[settings.opening_hours]
1 = { is_open = true, start_time = "09:00", end_time = "18:00" }

[policies]
minimum_booking_notice_hours = 0.5

[[services]]
name = "Cut"
duration_minutes = 60
base_price = 75.50
buffer_after_minutes = 0

[[staff]]
full_name = "Vanessa"
email = "vanessa@example.com"
services = [
  { name = "Cut", custom_price = 80, estimated_duration_minutes = 45 },
]
availability = [
  { days = ["mon", "tue"], start_time = 09:00:00, end_time = "24:00" },
]
breaks = [
  { days = ["tue"], start_time = "12:00", end_time = "13:00" },
]
[[staff.time_off]]
start_date = 2026-12-28
end_date = 2026-12-30
[[staff.time_off]]
start_date = 2027-02-01
start_time = "14:00"
end_time = 15:30:00
type = "doctor"

[[holidays]]
name = "Christmas Day"
date = 2026-12-25
is_recurring = true
[[holidays]]
name = "Course"
date = 2027-01-11
end_date = 2027-01-12
type = "blackout_date"
staff = ["Vanessa"]

[[special_hours]]
date = 2026-12-24
windows = [{ start_time = "09:00", end_time = "12:00" }]

[[customers]]
full_name = "Anna"
notes = "window seat"
"""


@dataclass(frozen=True)
class Loader:
    """Loads salon files into a database, which is empty at first."""

    client: Client
    folder: Path
    dsn: str

    def load(self, text: str) -> Loaded:
        file = self.folder / "salon.toml"
        file.write_text(text)
        return load(self.client, file)

    def add_customers(self, name: str, count: int, email: str | None = None) -> None:
        """Adds customers of a name, with addresses that differ in a number, or without."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(
                "insert into schnittwerk_core.customers (salon_id, full_name, email)"
                " select id, %s, 'a' || n || %s from schnittwerk_core.salon,"
                " generate_series(1, %s) n",
                [name, email, count],
            )

    def traces(self) -> list[tuple[int, ...]]:
        """How many rows tell that something was written."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(
                """
                select
                  (select count(*) from schnittwerk_core.audit),
                  (select count(*) from schnittwerk_core.journal_personal),
                  (select count(*) from schnittwerk_core.events),
                  (select count(*) from schnittwerk_core.refusal),
                  (select count(*) from schnittwerk_core.rate_usage)
                """
            ).fetchall()

    def faults(self, text: str) -> list[str]:
        with pytest.raises(LoadError) as refused:
            self.load(text)
        prefix = f"{self.folder}/salon.toml:"
        return [str(it).removeprefix(prefix) for it in refused.value.faults]


@pytest.fixture
def loader(database: Database, tmp_path: Path) -> Iterator[Loader]:
    with connect(database.dsn()) as client:
        yield Loader(client, tmp_path, database.dsn())


def faults_in(text: str) -> list[str]:
    with pytest.raises(LoadError) as refused:
        SalonFile("salon.toml", text)
    return [str(it) for it in refused.value.faults]


def told(loaded: Loaded) -> list[str]:
    return [str(it) for it in loaded.changes]


def everything(client: Client) -> list[object]:
    """All that a file can bring, without the dates of one day and the ids."""
    first, last = dt.date(2026, 12, 1), dt.date(2027, 3, 1)
    [staff] = client.list_staff()
    return [
        client.list_salons(),
        client.list_services(),
        staff,
        client.get_staff_availability(staff.id),
        client.list_time_off(first, last),
        client.list_holidays(first, last),
        client.list_special_hours(first, last),
        client.list_policies(),
        client.list_customers(),
        client.get_business_settings(),
        client.list_resources(),
    ]


# What they bring


def test_a_file_brings_everything_it_names(loader: Loader) -> None:
    loaded = loader.load(SMALL)
    client = loader.client
    assert client.salon_id == loaded.salon.id
    assert (loaded.salon.name, loaded.salon.currency) == ("Salon A", "EUR")
    settings = client.get_business_settings()
    assert settings.buffer_time_minutes == 10
    assert settings.opening_hours["1"]["end_time"] == "18:00"
    policies = {it.policy_key: it.policy_value for it in client.list_policies()}
    assert policies["minimum_booking_notice_hours"] == Decimal("0.5")
    [service] = client.list_services()
    assert (service.base_price, service.buffer_after_minutes) == (Decimal("75.50"), 0)
    [staff] = client.list_staff(service.id)
    assert staff.email == "vanessa@example.com"
    week = client.get_staff_availability(staff.id)
    assert [(it.day_of_week, it.start_time, it.end_time, it.availability_type) for it in week] == [
        (1, "09:00", "24:00", "available"),
        (2, "09:00", "24:00", "available"),
        (2, "12:00", "13:00", "unavailable"),
    ]
    vacation, doctor = client.list_time_off(dt.date(2026, 12, 1), dt.date(2027, 3, 1))
    assert (vacation.end_date, vacation.start_time) == (dt.date(2026, 12, 30), None)
    assert (doctor.start_time, doctor.end_time, doctor.type) == ("14:00", "15:30", "doctor")
    holidays = client.list_holidays(dt.date(2026, 12, 1), dt.date(2027, 12, 31))
    assert [(it.date.isoformat(), it.name, it.staff_ids) for it in holidays] == [
        ("2026-12-25", "Christmas Day", ()),
        ("2027-01-11", "Course", (staff.id,)),
        ("2027-01-12", "Course", (staff.id,)),
        ("2027-12-25", "Christmas Day", ()),
    ]
    [special] = client.list_special_hours(dt.date(2026, 12, 24), dt.date(2026, 12, 24))
    assert special.end_time == "12:00"
    [customer] = client.list_customers()
    assert customer.notes == "window seat"
    assert loaded.counts == {
        "resources": 0,
        "services": 1,
        "staff": 1,
        "price_rules": 0,
        "holidays": 2,
        "special_hours": 1,
        "customers": 1,
    }


def test_the_terms_of_a_member_of_staff_reach_the_slots(loader: Loader) -> None:
    loader.load(SMALL)
    [service] = loader.client.list_services()
    today = dt.datetime.now(dt.UTC).date()
    monday = today + dt.timedelta(days=7 - today.weekday() + 7)
    slots = loader.client.find_slots(service.id, monday)
    assert {(it.price, it.duration_minutes) for it in slots} <= {(Decimal(80), 45)}


def test_loading_a_file_again_changes_nothing(loader: Loader) -> None:
    loader.load(SMALL)
    before = everything(loader.client)
    loader.load(SMALL)
    assert everything(loader.client) == before


def test_what_has_changed_is_brought_up_to_date_and_the_rest_is_kept(loader: Loader) -> None:
    loader.load(SMALL)
    client = loader.client
    [service], [staff], [customer] = (
        client.list_services(),
        client.list_staff(),
        client.list_customers(),
    )
    client.save_customer("Anna", "anna@example.com", notes="aisle seat", id=customer.id)
    client.save_customer("Beat")
    loader.load(
        """
        [salon]
        name = "Salon A"
        time_zone = "UTC"
        [[services]]
        name = "Cut"
        duration_minutes = 30
        base_price = 40
        [[staff]]
        full_name = "Vanessa"
        phone = "04411"
        [[holidays]]
        name = "Course"
        date = 2027-01-11
        [[customers]]
        full_name = "Anna"
        phone = "04422"
        """
    )
    [salon] = client.list_salons()
    assert (salon.time_zone, salon.currency) == ("UTC", "EUR")
    [changed] = client.list_services()
    assert (changed.id, changed.duration_minutes, changed.base_price) == (
        service.id,
        30,
        Decimal(40),
    )
    assert changed.buffer_after_minutes == 0
    [member] = client.list_staff(service.id)
    assert (member.id, member.email, member.phone) == (staff.id, "vanessa@example.com", "04411")
    assert len(client.get_staff_availability(staff.id)) == 3
    course = client.list_holidays(dt.date(2027, 1, 11), dt.date(2027, 1, 12))
    assert [(it.staff_ids, it.type) for it in course] == [((staff.id,), "blackout_date")] * 2
    anna, beat = client.list_customers()
    assert (anna.id, anna.email, anna.phone) == (customer.id, "anna@example.com", "04422")
    assert (anna.notes, beat.full_name) == ("aisle seat", "Beat")


NAME = '[salon]\nname = "Salon A"\ntime_zone = "Europe/Zurich"\n'


def test_customers_of_one_name_are_told_apart_by_e_mail(loader: Loader) -> None:
    file = NAME + "".join(
        f'[[customers]]\nfull_name = "Anna"\nemail = "{it}@example.com"\n' for it in ("a", "b")
    )
    assert told(loader.load(file)) == ['salon "Salon A": new', *['customers "Anna": new'] * 2]
    assert told(loader.load(file.replace('"b@', '"B@') + 'phone = "12345"\n')) == [
        'customers "Anna".email: b@example.com -> B@example.com',
        'customers "Anna".phone: not set -> 12345',
    ]
    anna = '[[customers]]\nfull_name = "Anna"\n'
    assert loader.faults(NAME + anna) == [
        "5: customers[1].full_name: 2 customers of the book could be meant:"
        " tell them apart by their e-mail"
    ]
    without = loader.client.save_customer("Anna")
    assert told(loader.load(NAME + anna + 'notes = "shy"\n')) == [
        'customers "Anna".notes: not set -> shy'
    ]
    assert told(loader.load(NAME + anna + 'email = "c@example.com"\n')) == [
        'customers "Anna".email: not set -> c@example.com'
    ]
    [customer] = loader.client.list_customers("c@example.com")
    assert (customer.id, customer.notes) == (without.id, "shy")
    twice = '[[customers]]\nfull_name = "Anna"\nemail = "A@example.com"\n'
    assert loader.faults(file + twice) == ["12: customers[3].email: A@example.com is there twice"]


def test_a_name_that_two_of_the_staff_have_is_refused(loader: Loader) -> None:
    loader.load(NAME)
    for _ in range(2):
        loader.client.save_staff("Vanessa")
    vanessa = '[[staff]]\nfull_name = "Vanessa"\nphone = "12345"\n'
    course = '[[holidays]]\nname = "Course"\ndate = 2027-01-11\nstaff = ["Vanessa"]\n'
    message = "several members of staff of the book are named 'Vanessa': rename all but one"
    assert loader.faults(NAME + vanessa + course) == [
        f"5: staff[1].full_name: {message}",
        f"10: holidays[1].staff[1]: {message}",
    ]


def test_a_customer_is_found_among_more_than_a_search_lists(loader: Loader) -> None:
    loader.load(SMALL)
    [anna] = loader.client.list_customers()
    loader.add_customers("A. Anna", 1100)  # before her, by name
    changed = SMALL.replace("window seat", "aisle seat")
    assert told(loader.load(changed)) == ['customers "Anna".notes: window seat -> aisle seat']
    assert [it.id for it in loader.client.list_customers("Anna", 1)] == [anna.id]
    loader.client.save_customer(None, "anna@example.com", id=anna.id)
    loader.add_customers("A.anna@example.com", 1100)
    assert told(loader.load(changed + 'email = "ANNA@example.com"\n')) == [
        'customers "Anna".email: anna@example.com -> ANNA@example.com'
    ]


def test_a_customer_of_a_name_that_very_many_have_is_refused(loader: Loader) -> None:
    loader.load(SMALL)
    loader.add_customers("Anna", 1100, "@example.com")
    for more in ("", 'email = "new@example.com"\n'):
        [fault] = loader.faults(SMALL + more)
        assert "could be meant: tell them apart by their e-mail" in fault
    assert told(loader.load(SMALL + 'email = "a1100@example.com"\n')) == [
        'customers "Anna".notes: not set -> window seat'
    ]


def test_an_erased_customer_does_not_come_back(loader: Loader) -> None:
    loader.load(SMALL)
    [anna] = loader.client.list_customers()
    loader.client.erase_customer(anna.id)
    loaded = loader.load(SMALL)
    assert (loaded.changes, loaded.skipped) == (
        (),
        ('customers "Anna": not in the book, not added',),
    )
    assert loader.client.list_customers() == []
    loaded = load(loader.client, loader.folder / "salon.toml", new_customers=True)
    assert (told(loaded), loaded.skipped) == (['customers "Anna": new'], ())


def test_what_was_changed_by_other_means_is_told_when_the_file_changes_it_back(
    loader: Loader,
) -> None:
    loader.load(SMALL)
    client = loader.client
    before = everything(client)
    [service], [staff] = client.list_services(), client.list_staff()
    hours = {"is_open": True, "start_time": "10:00", "end_time": "18:00"}
    client.set_business_settings({"buffer_time_minutes": 15, "opening_hours": {"1": hours}})
    client.set_policy("minimum_booking_notice_hours", 2)
    client.save_service(None, None, Decimal(90), id=service.id)
    client.save_staff(None, email="v@example.com", id=staff.id)
    client.set_staff_services(staff.id, [{"service_id": service.id, "custom_price": 85}])
    client.set_staff_availability(
        staff.id, [{"day_of_week": 1, "start_time": "09:00", "end_time": "12:00"}]
    )
    course, christmas = (
        next(it.id for it in client.list_holidays(date, date))
        for date in (dt.date(2027, 1, 11), dt.date(2026, 12, 25))
    )
    client.update_holiday(course, {"end_date": "2027-01-15"})
    client.delete_holiday(christmas)
    client.set_special_hours(dt.date(2026, 12, 24), [])
    changed = everything(client)
    traces = loader.traces()

    would = load(client, loader.folder / "salon.toml", dry_run=True)
    assert (everything(client), loader.traces()) == (changed, traces)
    loaded = loader.load(SMALL)
    assert [it for it, old in zip(everything(client), before, strict=True) if it != old] == [
        client.list_holidays(dt.date(2026, 12, 1), dt.date(2027, 3, 1))  # with other ids
    ]
    assert told(loaded) == told(would)
    assert told(loaded) == [
        "settings.opening_hours.1.start_time: 10:00 -> 09:00",
        "settings.buffer_time_minutes: 15 -> 10",
        "policies.minimum_booking_notice_hours: 2 -> 0.5",
        'services "Cut".base_price: 90.00 -> 75.50',
        'staff "Vanessa".email: v@example.com -> vanessa@example.com',
        'staff "Vanessa".services "Cut".custom_price: 85.00 -> 80.00',
        'staff "Vanessa".services "Cut".estimated_duration_minutes: not set -> 45',
        'staff "Vanessa".availability.mon: 09:00-12:00 -> 09:00-24:00',
        'staff "Vanessa".availability.tue: not set -> 09:00-24:00',
        'staff "Vanessa".breaks.tue: not set -> 12:00-13:00',
        'holidays "Christmas Day" 2026-12-25: new',
        'holidays "Course" 2027-01-11.end_date: 2027-01-15 -> 2027-01-12',
        "special_hours.2026-12-24: closed -> 09:00-12:00",
    ]


def test_a_second_run_leaves_no_trace_however_the_file_spells_it(loader: Loader) -> None:
    loader.load(SMALL)
    traces = loader.traces()
    assert loader.load(SMALL).changes == ()
    spelt = (
        SMALL.replace("1 = { is_open = true, ", "1 = { ")
        .replace("base_price = 75.50", "base_price = 75.500e0")
        .replace("custom_price = 80", "custom_price = 80.0")
        .replace('"mon", "tue"', '"tue", "mon"')
    )
    assert loader.load(spelt).changes == ()
    assert loader.traces() == traces


def test_one_date_may_have_a_holiday_for_each_of_the_staff(loader: Loader) -> None:
    names = ("Vanessa", "Noah")
    file = NAME + "".join(f'[[staff]]\nfull_name = "{it}"\n' for it in names)
    file += "".join(
        f'[[holidays]]\nname = "Course"\ndate = 2027-01-11\nstaff = ["{it}"]\n' for it in names
    )
    loader.load(file)
    assert len(loader.client.list_holidays(dt.date(2027, 1, 11), dt.date(2027, 1, 11))) == 2
    assert loader.load(file).changes == ()


def test_what_a_file_leaves_out_is_kept(loader: Loader) -> None:
    loader.load(SMALL)
    kept = everything(loader.client)
    loaded = loader.load(
        NAME
        + """
        [settings.opening_hours]
        6 = { start_time = "08:00", end_time = "12:00" }
        [[staff]]
        full_name = "Vanessa"
        breaks = [{ days = ["mon"], start_time = "12:00", end_time = "13:00" }]
        [[staff.time_off]]
        start_date = 2026-12-28
        end_date = 2026-12-30
        type = "course"
        """
    )
    assert told(loaded) == [
        "settings.opening_hours.6: new",
        'staff "Vanessa".breaks.tue: 12:00-13:00 -> not set',
        'staff "Vanessa".breaks.mon: not set -> 12:00-13:00',
    ]
    assert loaded.skipped == (
        'staff "Vanessa".time_off 2026-12-28.type: vacation -> course, not changed:'
        " remove the time off first",
    )
    for index in (1, 4, 5, 6, 7, 8):
        assert everything(loader.client)[index] == kept[index]
    assert "1" in loader.client.get_business_settings().opening_hours


def test_loading_tells_of_appointments_in_time_that_it_takes_away(loader: Loader) -> None:
    loader.load(SMALL)
    [service], [customer] = loader.client.list_services(), loader.client.list_customers()
    today = dt.datetime.now(dt.UTC).date()
    [slot] = loader.client.find_slots(service.id, today, today + dt.timedelta(days=60), limit=1)
    booked = loader.client.create_booking(customer.id, service.id, slot.starts_at)
    loaded = loader.load(SMALL + f'[[holidays]]\nname = "Closed"\ndate = {slot.starts_at.date()}\n')
    assert [it.id for it in loaded.affected_appointments] == [booked.id]


def test_a_salon_that_is_named_by_id_may_be_renamed(loader: Loader) -> None:
    salon = loader.load(SMALL).salon
    file = loader.folder / "other.toml"
    file.write_text('[salon]\nname = "Salon B"\ntime_zone = "UTC"\n')
    assert told(load(loader.client, file, salon.id)) == [
        "salon.name: Salon A -> Salon B",
        "salon.time_zone: Europe/Zurich -> UTC",
    ]
    assert [(it.id, it.name) for it in loader.client.list_salons()] == [(salon.id, "Salon B")]


# All or nothing


def test_a_file_that_the_database_refuses_leaves_nothing(loader: Loader) -> None:
    text = SMALL.replace("duration_minutes = 60", "duration_minutes = 0")
    assert loader.faults(text)
    assert loader.client.list_salons() == []
    assert loader.client.salon_id is None
    loader.load(SMALL)
    before = everything(loader.client)
    assert loader.faults(text.replace('"09:00", end_time = "18:00"', '"10:00", end_time = "11:00"'))
    assert everything(loader.client) == before


def test_loading_is_part_of_a_callers_transaction(loader: Loader) -> None:
    file = loader.folder / "salon.toml"
    file.write_text(SMALL)
    with psycopg.connect(loader.dsn) as connection:
        connection.execute("select 1")
        load(Client(connection), file)
        connection.rollback()
    assert loader.client.list_salons() == []


# What is said of faults


def test_every_fault_of_the_file_itself_is_told_at_once_with_its_line() -> None:
    assert faults_in(
        """\
[salon]
name = "Salon A"
timezone = "UTC"
[[services]]
name = "Cut"
duration_minutes = "60"
base_price = true
[[services]]
name = "Cut"
duration_minutes = 6.5
base_price = 1
[[staff]]
full_name = "Vanessa"
services = [
  "Cut",  # a comment
  { name = "Cut", price = 3 },
]
availability = [{ days = ["monday"], start_time = "09:00", end_time = 9 }]
[[staff.time_off]]
start_date = "2026-12-24"
[[staff.time_off]]
[staf]
[customers]
""",
    ) == [
        "salon.toml:1: salon.time_zone: is missing",
        "salon.toml:3: salon.timezone: is not a known key; did you mean time_zone?",
        "salon.toml:6: services[1].duration_minutes: must be a whole number",
        "salon.toml:7: services[1].base_price: must be a number",
        "salon.toml:9: services[2].name: Cut is there twice",
        "salon.toml:10: services[2].duration_minutes: must be a whole number",
        "salon.toml:16: staff[1].services[2].price: is not a known key",
        "salon.toml:18: staff[1].availability[1].days[1]: must be one of"
        " sun, mon, tue, wed, thu, fri, sat",
        'salon.toml:18: staff[1].availability[1].end_time: must be a time such as "09:00"',
        "salon.toml:20: staff[1].time_off[1].start_date: must be a date such as 2026-12-24",
        "salon.toml:21: staff[1].time_off[2].start_date: is missing",
        "salon.toml:22: staf: is not a known key; did you mean staff?",
        "salon.toml:23: customers: must be an array",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "salon.toml:1: salon: is missing"),
        ('[salon]\nname = "A\n', "salon.toml:2: Illegal character '\\n'"),
        ('[salon]\nname = "A"\n\nx = [\n', "salon.toml:4: Invalid value"),
        ('[salon]\nname = "A"\nname = "B"\n', "salon.toml:3: Cannot overwrite a value"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, fault: str) -> None:
    assert faults_in(text) == [fault]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ('"a\\u0000b"', "must not contain the character NUL"),
        ('{ "\\u0000" = 1 }', "must not contain the character NUL"),
        ("[" * 5000, "is nested too deeply"),
        ("[" * 150 + "]" * 150, "is nested too deeply"),
        ("{ " + "a." * 5000 + "a = 1 }", "is nested too deeply"),
        ("9" * 5000, "has too large a number"),
        ("0xffffffffffffffff", "has too large a number"),
        ("nan", "must be a finite number, and not too large"),
        ("1e99999999999999999999", "has too large a number"),
        ("1e999999999", "must be a finite number, and not too large"),
    ],
    ids=lambda it: it[:20],
)
def test_what_no_database_takes_is_told_with_file_and_line(
    tmp_path: Path, value: str, fault: str
) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(f"a = [\n  1,\n]\nb = {value}\nc = 1\n")
    with pytest.raises(LoadError) as refused:
        SalonFile.read(file)
    assert str(refused.value) == f"{file}:4: {fault}"
    with pytest.raises(ConfigError) as unusable:
        read_config(file)
    assert str(unusable.value) == f"{file}:4: {fault}"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "salon.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert SalonFile.read(file).values == SalonFile("salon.toml", SMALL).values


def test_what_cannot_be_read_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.toml"
    with pytest.raises(LoadError, match=r"^\S+/nowhere\.toml: cannot be read: .*No such file"):
        SalonFile.read(file)
    with pytest.raises(ConfigError, match=r"^\S+/nowhere\.toml: cannot be read: .*No such file"):
        read_config(file)


def test_what_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "salon.toml"
    file.write_bytes(b'[salon]\nname = "\xff"\n')
    with pytest.raises(LoadError, match=r"salon\.toml:2: is not UTF-8 text"):
        SalonFile.read(file)


def test_what_only_the_database_can_judge_is_told_at_its_line_too(loader: Loader) -> None:
    assert loader.faults(
        """\
[salon]
name = "Salon A"
time_zone = "UTC"

[settings]
buffer_minutes = 3
slot_interval_minutes = 0
[settings.opening_hours]
1 = { is_open = true, start_time = "09:00", end_time = "9" }

[policies]
max_reschedules = "3"
lunch = true

[[services]]
name = "Cut"
duration_minutes = 0
base_price = 75.505

[[staff]]
full_name = "Vanessa"
services = ["Cut", "Shave", { name = "Colour", custom_price = -1 }]
availability = [
  { days = ["mon", "tue"], start_time = "09:00", end_time = "18:00" },
  { days = ["sat", "wed"], start_time = "18:00", end_time = "09:00" },
]
[[staff.time_off]]
start_date = 2026-12-24
end_date = 2026-12-23

[[services]]
name = "Colour"
duration_minutes = 90
base_price = 98

[[holidays]]
name = "Course"
date = 2027-01-11
type = "course"
[[holidays]]
name = "Course"
date = 2027-01-12
staff = ["Noah"]

[[special_hours]]
date = 2026-12-24
windows = [
  { start_time = "09:00", end_time = "12:00" },
  { start_time = "14:00", end_time = "13:00" },
]

[[customers]]
full_name = " "
""",
    ) == [
        '6: settings.buffer_minutes: settings has no key "buffer_minutes"; it may have'
        " opening_hours, buffer_time_minutes, max_advance_booking_days,"
        " slot_interval_minutes, preferred_hours, quiet_hours, price_rounding",
        "7: settings.slot_interval_minutes: must be from 1 to 1440",
        "9: settings.opening_hours.1.end_time: must be a local time as HH:MM,"
        ' from 00:00 to 24:00, not "9"',
        "12: policies.max_reschedules: policy_value of max_reschedules must be a JSON integer,"
        ' not "3"',
        '13: policies.lunch: There is no policy "lunch"; list_policies() shows all',
        "17: services[1].duration_minutes: must be from 1 to 1440",
        "18: services[1].base_price: must have at most two decimals",
        "22: staff[1].services[2]: 'Shave' is not among the services",
        "22: staff[1].services[3].custom_price: must be from 0 to 99999999.99",
        "25: staff[1].availability[2].end_time: must be after its start_time",
        "29: staff[1].time_off[1].end_date: The time off must end after its start",
        "39: holidays[1].type: must be public_holiday, blackout_date or maintenance",
        "43: holidays[2].staff[1]: 'Noah' is not among the staff",
        "49: special_hours[1].windows[2].end_time: must be after its start_time",
        "53: customers[1].full_name: must not be empty",
    ]


def test_a_number_is_the_same_with_more_zeros_and_a_flag_is_not_a_number(loader: Loader) -> None:
    text = SMALL.replace("minimum_booking_notice_hours = 0.5", "minimum_booking_notice_hours = 1")
    loader.load(text)
    loader.client.set_policy("minimum_booking_notice_hours", Decimal("1.00"))
    assert loader.load(text).changes == ()
    [fault] = loader.faults(text.replace("hours = 1", "hours = true"))
    assert fault.endswith("must be a JSON number, not true")


@pytest.mark.parametrize("text", [SMALL, EXAMPLE.read_text()], ids=["small", "example"])
def test_every_key_is_found_on_its_line(text: str) -> None:
    file = SalonFile("salon.toml", text)
    lines = text.splitlines()

    def walk(place: tuple[str | int, ...], value: object) -> Iterator[tuple[str, str]]:
        if place:
            file.blame(place, "here")
            last = place[-1] if isinstance(place[-1], str) else str(place[-2])
            yield lines[file.faults.pop().line - 1], last
        if isinstance(value, dict):
            for key, item in value.items():
                yield from walk((*place, key), item)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk((*place, index), item)

    found = list(walk((), file.values))
    assert len(found) > 60
    for line, key in found:
        assert key in line or line.startswith("  "), (key, line)
