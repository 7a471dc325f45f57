"""What is kept of a person, in a dump of the database: all of it, and after an erasure nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from calls import Answer, Connection, codes, is_blocked, save, write
from conftest import Database
from psycopg.types.json import Jsonb
from salon import TODAY, Salon, at

from schnittwerk_db import Client, NotFound, RuleViolation, connect

pytestmark = pytest.mark.salon(staff=2)

USER = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture
def client(salon: Salon) -> Client:
    return salon.client


def dump(database: Database) -> str:
    return "\n".join(database.dump())


def update_without_triggers(salon: Salon, table: str, change: str) -> None:
    salon.execute(f"alter table schnittwerk_core.{table} disable trigger user")
    salon.execute(f"update schnittwerk_core.{table} set {change}")
    salon.execute(f"alter table schnittwerk_core.{table} enable trigger user")


# Erasure


class Person:
    """A customer with a value of their own in every place that keeps some.

    What is written is made by the API alone; `marks` are the values, by place.
    """

    def __init__(self, client: Client, salon: Salon) -> None:
        self.client = client
        self.salon = salon
        self.marks: dict[str, str] = {}
        # so that whatever is booked, held or offered keeps how its price came about
        salon.add_price_rule("time", {}, {"amount": 1})
        self.id = self._register()
        self.key, self.asked, self.answer = self._book_and_complete()
        self._book_move_and_cancel()
        self._book_in_vain()
        self._wait()
        self._hold()
        self._be_offered()
        self._be_written_to()

    def mark(self, place: str) -> str:
        """A value that stands nowhere else."""
        unique = uuid4()
        value = f"zq.{place}.{unique.hex[:12]}@qz.example"
        if place.endswith("phone"):
            value = f"+{unique.int % 10**19}"
        return self.marks.setdefault(place, value)

    def _register(self) -> UUID:
        connection = self.client.connection
        self._save_profile("old_profile_name", "old_profile_email")
        connection.execute("select set_config('schnittwerk.acting_user', %s, false)", [USER])
        registered = self.client.register_customer(
            self.mark("old_name"), self.mark("old_email"), self.mark("old_phone")
        )
        connection.execute("reset schnittwerk.acting_user")
        self._save_profile("profile_name", "profile_email")
        for salons_notes in ("old_salons_notes", "salons_notes"):
            self.client.save_customer(
                self.mark("name"),
                self.mark("email"),
                self.mark("phone"),
                USER,
                self.mark(salons_notes),
                registered.id,
            )
        self.client.set_contact_preferences(registered.id, "rm", {"email": True, "sms": False})
        return registered.id

    def _save_profile(self, name: str, email: str) -> None:
        self.client.save_profile(USER, "customer", self.mark(name), self.mark(email))

    def _book(self, place: str, hour: str, **more: Any) -> tuple[dict[str, Any], Answer]:
        asked = {
            "p_idempotency_key": place,
            "p_customer_id": self.id,
            "p_service_id": self.salon.service_id,
            "p_starts_at": at(hour),
            "p_staff_id": self.salon.staff_ids[0],
            "p_notes": self.mark(f"{place}_notes"),
            "p_override_reason": self.mark(f"{place}_override"),
            **more,
        }
        return asked, write(self.client.connection, "create_booking", **asked)

    def _book_and_complete(self) -> tuple[str, dict[str, Any], Answer]:
        """An appointment that has taken place, and will be counted."""
        asked, answer = self._book("completed", "08:00")
        appointment_id = answer["appointment"]["id"]
        update_without_triggers(
            self.salon,
            "appointments",
            "starts_at = starts_at - interval '30 days',"
            f" ends_at = ends_at - interval '30 days' where id = '{appointment_id}'",
        )
        self.client.confirm_booking(appointment_id, idempotency_key="confirm")
        self.client.complete_booking(appointment_id, idempotency_key="complete")
        return "completed", asked, answer

    def _book_move_and_cancel(self) -> None:
        """Somebody else gets the time: what was said is not theirs."""
        _, answer = self._book("cancelled", "10:00")
        appointment_id = answer["appointment"]["id"]
        self.client.set_policy("waitlist_notification_hours", 1000)
        other = self.client.save_customer("Somebody else")
        self.client.join_waitlist(
            other.id, self.salon.service_id, at("0:00").date(), at("0:00").date()
        )
        self.client.reschedule_booking(
            appointment_id,
            at("12:00"),
            None,
            self.mark("moved_reason"),
            self.mark("moved_override"),
        )
        self.client.cancel_booking(
            appointment_id, self.mark("cancelled_reason"), self.mark("cancelling_override")
        )
        assert [it.customer_id for it in self.client.list_waitlist("notified")] == [other.id]

    def _book_in_vain(self) -> None:
        self.salon.book(self.client.connection, at("16:00"))
        _, answer = self._book("failed", "16:30")
        assert answer["code"] == "slot_conflict"
        assert answer["operation_id"] is not None
        del self.marks["failed_notes"]  # of what was refused no notes are kept

    def _wait(self) -> None:
        entry = self.client.join_waitlist(
            self.id,
            self.salon.service_id,
            at("0:00", 3).date(),
            at("0:00", 3).date(),
            notes=self.mark("old_waitlist_notes"),
        )
        self.client.update_waitlist_entry(entry.id, {"notes": self.mark("waitlist_notes")})
        self.client.leave_waitlist(entry.id)

    def _hold(self) -> None:
        """A slot for themselves, which they give up, and one for nobody yet that they book."""
        held = self.client.hold_slot(
            self.salon.service_id, at("18:00"), self.salon.staff_ids[1], self.id
        )
        self.client.release_hold(held.id)
        held = self.client.hold_slot(self.salon.service_id, at("20:00"), self.salon.staff_ids[1])
        booked = self.client.create_booking(
            self.id, self.salon.service_id, at("20:00"), hold_id=held.id
        )
        self.client.cancel_booking(booked.id)

    def _be_offered(self) -> None:
        day = at("00:00", 4).date()
        entry = self.client.join_waitlist(
            self.id, self.salon.service_id, day, day, self.salon.staff_ids[1]
        )
        booked = self.salon.appointment(at("10:00", 4), staff_id=self.salon.staff_ids[1])
        self.client.cancel_booking(booked.id)
        self.client.leave_waitlist(entry.id)

    def _be_written_to(self) -> None:
        """The mail server's answer tells the address."""
        self.client.dispatch_events("relay", [{"name": "mail", "channel": "email"}])
        theirs = {it.id for it in self.appointments()}
        delivery = next(it for it in self.client.list_deliveries() if it.subject_id in theirs)
        self.client.end_delivery(delivery.id, "refused", f"550 no <{self.mark('last_error')}>")

    def appointments(self) -> list[Any]:
        return self.client.list_appointments(at("00:00", -40), at("00:00", 10), customer_id=self.id)

    def places_in(self, text: str) -> set[str]:
        return {place for place, value in self.marks.items() if value in text}


def kept(salon: Salon) -> set[str]:
    """The registered columns that hold something of a customer."""
    registered = salon.execute(
        "select table_name, column_name from schnittwerk_core.personal_column"
        " where about <> 'staff' and erasure <> 'kept'",
    )
    return {
        f"{it['table_name']}.{it['column_name']}"
        for it in registered
        if salon.execute(
            f"select 1 from schnittwerk_core.{it['table_name']} t"
            f" where t.{it['column_name']} is not null",
        )
    }


@pytest.fixture
def person(client: Client, salon: Salon) -> Person:
    return Person(client, salon)


def test_after_an_erasure_a_dump_holds_nothing_of_the_person(
    database: Database, client: Client, person: Person
) -> None:
    assert person.places_in(dump(database)) == set(person.marks)
    assert len(person.marks) > 20
    [has_preferences] = person.salon.execute(
        "select count(*) from schnittwerk_core.contact_preference where language = 'rm'",
    )
    assert has_preferences == {"count": 1}
    erased = client.erase_customer(person.id)
    assert erased.customer_id == person.id
    assert all(asdict(erased).values()), erased
    assert person.places_in(dump(database)) == set()
    for table in ("contact_preference", "contact_consent", "profiles"):
        assert person.salon.execute(f"select * from schnittwerk_core.{table}") == []


def test_every_personal_column_is_filled_before_an_erasure(salon: Salon, person: Person) -> None:
    registered = salon.execute(
        "select table_name || '.' || column_name as name from schnittwerk_core.personal_column"
        " where about = 'customer' or table_name = 'journal_personal'",
    )
    assert {it["name"] for it in registered} - kept(salon) == set()


PRICED = """
    select a.id, a.price_details from schnittwerk_core.appointments a where a.customer_id = %(id)s
    union all
    select h.id, h.price_details
    from schnittwerk_core.hold h
    left join schnittwerk_core.appointments a on a.id = h.appointment_id
    where %(id)s in (h.customer_id, a.customer_id)
    union all
    select o.id, o.price_details
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.id = o.entry_id
    where w.customer_id = %(id)s
"""


def test_after_an_erasure_nobody_knows_how_a_price_came_about(
    client: Client, person: Person
) -> None:
    query = (
        f"with priced as ({PRICED}) select p.id,"
        " (p.price_details is not null)::int + (select count(*)"
        " from schnittwerk_core.journal j"
        " join schnittwerk_core.journal_personal v on v.journal_id = j.id"
        " where j.subject_id = p.id and concat(v.before, v.after) like '%%price_details%%') as kept"
        " from priced p order by p.id"
    )

    def kept_of_each() -> list[int]:
        with person.salon.connect() as connection:
            return [kept for _, kept in connection.execute(query, {"id": person.id})]

    before = kept_of_each()
    # two bookings and a held one, two holds and an offer: each itself, and in the journal
    assert len(before) == 6
    assert min(before) >= 2
    others = "select count(*) from schnittwerk_core.waitlist_offer where price_details is not null"
    assert person.salon.execute(others) == [{"count": 2}]
    client.erase_customer(person.id)
    assert kept_of_each() == [0] * 6
    assert person.salon.execute(others) == [{"count": 1}]


def test_after_an_erasure_appointments_stay_to_be_counted(client: Client, person: Person) -> None:
    before = person.appointments()
    assert sorted(it.status for it in before) == ["cancelled", "cancelled", "completed"]
    client.erase_customer(person.id)
    after = person.appointments()
    assert {it.customer_name for it in after} == {"Erased customer"}
    assert [(it.id, it.status, it.starts_at, it.price, it.notes) for it in after] == [
        (it.id, it.status, it.starts_at, it.price, None) for it in before
    ]
    metrics = client.booking_metrics(at("00:00", -40), at("00:00", -5))
    assert metrics.operations["create"] == {"completed": 5, "failed": 1, "refused": 0}


def test_the_erasure_is_in_the_trail_and_told_to_those_who_have_copies(
    client: Client, person: Person
) -> None:
    client.erase_customer(person.id)
    today = (at("00:00", -8), at("00:00", -5))
    newest, *_ = client.list_audit(*today, row_id=person.id)
    assert (newest.table_name, newest.action, newest.role) == ("customers", "erase", "service")
    assert (newest.before, newest.after, newest.reason) == (None, None, None)
    told = [it for it in client.read_events("copies", 1000).events if it.type == "customer.erased"]
    assert [it.data["customer_id"] for it in told] == [str(person.id)]


def test_a_retry_after_an_erasure_is_answered_by_ids_only(client: Client, person: Person) -> None:
    client.erase_customer(person.id)
    again = write(client.connection, "create_booking", **person.asked)
    appointment_id = person.answer["appointment"]["id"]
    assert again == person.answer | {"replayed": True, "appointment": {"id": appointment_id}}
    with pytest.raises(NotFound, match="its customer has been erased since") as replay:
        client.create_booking(
            **{name.removeprefix("p_"): value for name, value in person.asked.items()}
        )
    assert replay.value.replayed
    assert str(replay.value.operation_id) == person.answer["operation_id"]
    stored = client.get_operation(person.key, "create")
    assert (stored.success, stored.http_status, stored.appointment) == (True, 201, None)


def test_an_erasure_reaches_who_was_merged_into_the_customer(
    database: Database, client: Client, person: Person
) -> None:
    """The person as the one who was merged, while the kept customer books and cancels for them."""
    kept = client.save_customer("zq.kept", "zq.kept@qz.example")
    merge = client.merge_customers(kept.id, person.id)
    assert merge.merged_id == person.id
    booked = client.create_booking(
        kept.id, person.salon.service_id, at("10:00", 5), notes=person.mark("later_notes")
    )
    client.cancel_booking(booked.id, person.mark("later_reason"))
    assert person.places_in(str(client.export_customer(kept.id))) >= {"email", "later_reason"}
    assert person.places_in(dump(database)) == set(person.marks)
    client.erase_customer(kept.id)
    text = dump(database)
    assert person.places_in(text) == set()
    assert "zq.kept" not in text
    with pytest.raises(RuleViolation, match="cannot be undone") as refused:
        client.unmerge_customer(person.id)
    assert refused.value.code == "no_longer_kept"
    again = write(client.connection, "create_booking", **person.asked)
    appointment_id = person.answer["appointment"]["id"]
    assert again == person.answer | {"replayed": True, "appointment": {"id": appointment_id}}


def test_an_erasure_reaches_what_happened_while_a_customer_was_merged(
    database: Database, client: Client, person: Person
) -> None:
    kept = client.save_customer("zq.kept")
    booked = client.create_booking(person.id, person.salon.service_id, at("10:00", 5))
    client.merge_customers(kept.id, person.id)
    client.cancel_booking(booked.id, person.mark("meanwhile_reason"))
    client.unmerge_customer(person.id)
    assert "meanwhile_reason" in person.places_in(dump(database))
    client.erase_customer(person.id)
    text = dump(database)
    assert person.places_in(text) == set()
    assert "zq.kept" in text


def test_an_erased_customer_is_not_exported_booked_or_changed(
    client: Client, person: Person
) -> None:
    assert client.export_customer(person.id)["customer"]["full_name"] == person.marks["name"]
    client.erase_customer(person.id)
    for call in (
        partial(client.export_customer, person.id),
        partial(client.create_booking, person.id, person.salon.service_id, at("20:00")),
        partial(client.join_waitlist, person.id, person.salon.service_id, TODAY, at("0:00").date()),
        partial(client.save_customer, "Anna again", id=person.id),
        partial(client.set_contact_preferences, person.id, "de"),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_second_erasure_finds_nothing_more(client: Client, person: Person) -> None:
    client.erase_customer(person.id)
    again = asdict(client.erase_customer(person.id))
    assert again == dict.fromkeys(again, 0) | {"customer_id": person.id}


def test_an_export_has_all_that_a_dump_has(client: Client, person: Person) -> None:
    exported = str(client.export_customer(person.id))
    # of an operation it tells what became of it, and in history and trail why rules were waived
    in_operations_only = {"failed_override"}
    assert set(person.marks) - person.places_in(exported) == in_operations_only


def test_an_erasure_leaves_other_customers_what_is_theirs(
    database: Database, client: Client, person: Person
) -> None:
    other = client.save_customer("Beat", "beat@example.com", notes="only mornings")
    client.create_booking(other.id, person.salon.service_id, at("20:00"), notes="by the window")
    client.erase_customer(person.id)
    left = dump(database)
    for value in ("beat@example.com", "only mornings", "by the window"):
        assert value in left


# Races


def erase(salon: Salon, connection: Connection) -> Answer:
    return write(connection, "erase_customer", p_customer_id=salon.customer_id)


def book_with_notes(salon: Salon, connection: Connection, n: int = 0) -> Answer:
    return write(
        connection,
        "create_booking",
        p_idempotency_key=f"race {n}",
        p_customer_id=salon.customer_id,
        p_service_id=salon.service_id,
        p_starts_at=at("00:00") + n * timedelta(minutes=75),
        p_staff_id=salon.staff_ids[0],
        p_notes="as last time",
    )


def assert_nothing_is_left_of_who_is_erased(salon: Salon) -> None:
    left = salon.execute(
        """
        select c.id from schnittwerk_core.customers c
        where c.erased_at is not null and (
          c.full_name <> 'Erased customer' or num_nonnulls(c.email, c.phone, c.notes) > 0
          or exists (
            select from schnittwerk_core.appointments a
            where a.customer_id = c.id and (a.notes is not null or a.status = 'pending'))
          or exists (
            select from schnittwerk_core.booking_operations o
            where o.customer_id = c.id and o.response #>> '{appointment,notes}' is not null)
          or exists (
            select from schnittwerk_core.contact_preference p where p.customer_id = c.id)
          or exists (
            select from schnittwerk_core.journal_personal p where p.subject_id = c.id)
        )
        """,
    )
    assert left == []


@pytest.mark.parametrize(("is_kept", "code"), [(True, "wrong_status"), (False, "booked")])
def test_an_erasure_waits_for_a_booking_that_is_being_made(
    salon: Salon, is_kept: bool, code: str
) -> None:
    answers = salon.behind(partial(book_with_notes, salon), partial(erase, salon), is_kept=is_kept)
    assert codes(answers) == {"booked": 1} | {code: 1 if is_kept else 2}
    assert_nothing_is_left_of_who_is_erased(salon)
    salon.assert_sound()


@pytest.mark.parametrize(("is_kept", "code"), [(True, "not_found"), (False, "booked")])
def test_a_booking_waits_for_an_erasure_that_is_being_made(
    salon: Salon, is_kept: bool, code: str
) -> None:
    answers = salon.behind(partial(erase, salon), partial(book_with_notes, salon), is_kept=is_kept)
    assert codes(answers[1:]) == {code: 1}
    assert_nothing_is_left_of_who_is_erased(salon)
    salon.assert_sound()


def test_of_an_erasure_and_bookings_at_once_one_kind_wins(salon: Salon) -> None:
    answers = salon.at_once(
        [*(partial(book_with_notes, salon, n=n) for n in range(6)), partial(erase, salon)]
    )
    *bookings, erasure = answers
    if erasure["success"]:
        assert codes(bookings) == {"not_found": 6}
    else:
        assert erasure["code"] == "wrong_status"
        assert codes(bookings)["booked"] >= 1
    assert set(codes(bookings)) <= {"booked", "not_found"}
    assert_nothing_is_left_of_who_is_erased(salon)
    salon.assert_sound()


def test_contact_preferences_are_not_set_of_who_is_being_erased(salon: Salon) -> None:
    prefer = partial(
        write,
        function="set_contact_preferences",
        p_customer_id=salon.customer_id,
        p_language="rm",
    )
    answers = salon.behind(partial(erase, salon), prefer, is_kept=True)
    assert codes(answers[1:]) == {"not_found": 1}
    assert_nothing_is_left_of_who_is_erased(salon)


@pytest.mark.parametrize(
    ("function", "is_first"),
    [("save_staff", True), ("save_staff", False), ("save_customer", False)],
)
def test_a_profile_is_linked_or_its_user_erased(
    salon: Salon, function: str, is_first: bool
) -> None:
    user_id = str(uuid4())
    with salon.connect() as connection:
        save(connection, "save_profile", p_profile_id=user_id, p_role="customer")
        carla = {"p_full_name": "Carla", "p_profile_id": user_id, "p_id": salon.customer_id}
        save(connection, "save_customer", **carla)
    link = partial(write, function=function, p_full_name="New", p_profile_id=user_id)
    both = [link, partial(erase, salon)] if is_first else [partial(erase, salon), link]
    answers = salon.behind(both[0], both[1], is_kept=True)
    linking, erasing = answers if is_first else reversed(answers)
    assert erasing["success"]
    assert linking.get("code") == (None if is_first else "not_found")
    kept = salon.execute(f"select id from schnittwerk_core.profiles where id = '{user_id}'")
    assert len(kept) == is_first


def test_who_registers_while_being_erased_is_somebody_new(salon: Salon) -> None:
    user_id = str(uuid4())

    def register(connection: Connection) -> Answer:
        connection.execute("select set_config('schnittwerk.acting_user', %s, false)", [user_id])
        return write(
            connection, "register_customer", p_full_name="Carla", p_email="carla@example.com"
        )

    with salon.connect() as connection:
        save(connection, "save_profile", p_profile_id=user_id, p_role="customer")
        carla = {"p_full_name": "Carla", "p_profile_id": user_id, "p_id": salon.customer_id}
        save(connection, "save_customer", **carla)
    _, registered = salon.behind(partial(erase, salon), register, is_kept=True)
    assert registered["http_status"] == 201
    assert registered["customer"]["full_name"] == "Carla"
    assert registered["customer"]["id"] != str(salon.customer_id)
    assert_nothing_is_left_of_who_is_erased(salon)


def test_what_is_changed_of_an_entry_during_an_erasure_is_seen_by_it(salon: Salon) -> None:
    def change(connection: Connection) -> Answer:
        return write(
            connection,
            "update_waitlist_entry",
            p_idempotency_key=str(uuid4()),
            p_entry_id=entry["id"],
            p_changes=Jsonb(
                {"notes": "called", "preferred_start_date": today, "preferred_end_date": today}
            ),
        )

    today = str(at("00:00").date())
    dates_have_passed = (
        "update schnittwerk_core.waitlist"
        " set preferred_start_date = '2020-01-01', preferred_end_date = '2020-01-01'"
    )
    with salon.connect() as connection:
        entry = save(
            connection,
            "join_waitlist",
            p_idempotency_key="join",
            p_customer_id=salon.customer_id,
            p_service_id=salon.service_id,
            p_preferred_start_date=today,
            p_preferred_end_date=today,
        )["waitlist_entry"]
    salon.execute(dates_have_passed)
    _, erasing = salon.behind(change, partial(erase, salon), is_kept=True)
    assert codes([erasing]) == {"wrong_status": 1}
    salon.execute(dates_have_passed)
    with salon.connect() as connection:
        save(connection, "erase_customer", p_customer_id=salon.customer_id)
        assert codes([change(connection)]) == {"wrong_status": 1}
    assert_nothing_is_left_of_who_is_erased(salon)


def test_what_a_mail_server_says_during_an_erasure_is_not_kept(
    database: Database, client: Client, person: Person
) -> None:
    person.salon.execute(
        "update schnittwerk_core.event_delivery set status = 'pending', last_error = null",
    )
    with (
        connect(person.salon.dsn) as relay,
        person.salon.connect() as observer,
        ThreadPoolExecutor(1) as thread,
    ):
        with relay.connection.transaction():
            sending = relay.claim_delivery(["mail"])
            assert sending is not None
            erasing = thread.submit(client.erase_customer, person.id)
            while not erasing.done() and not is_blocked(observer, client.connection):
                pass
            relay.end_delivery(sending.id, "refused", f"550 no <{person.marks['email']}>")
        erasing.result()
    assert person.places_in(dump(database)) == set()


# Retention


def grow_old(salon: Salon, days: int) -> None:
    """Moves all that has happened back in time."""
    ago = f"- interval '{days} days'"
    for table, columns in {
        "customers": ("created_at",),
        "appointments": ("starts_at", "ends_at"),
        "hold": ("starts_at", "ends_at", "expires_at"),
        "waitlist": ("created_at", "updated_at"),
        "booking_operations": ("created_at", "updated_at"),
        "refusal": ("created_at",),
        "event_delivery": ("occurred_at",),
    }.items():
        moved = ", ".join(f"{it} = {it} {ago}" for it in columns)
        update_without_triggers(salon, table, moved)
    update_without_triggers(
        salon,
        "waitlist",
        f"preferred_start_date = preferred_start_date - {days},"
        f" preferred_end_date = preferred_end_date - {days}",
    )
    salon.forge(f"set occurred_at = occurred_at {ago}")


@pytest.fixture
def old(client: Client, person: Person) -> Person:
    """The person, whose last visit was long ago, and a refusal of then."""
    with pytest.raises(NotFound):
        client.create_booking(uuid4(), person.salon.service_id, at("10:00"))
    grow_old(person.salon, 400)
    return person


@pytest.mark.parametrize(
    "days",
    [
        pytest.param({"customers": 200}, id="customers"),
        pytest.param({"notes": 100, "audit": 300}, id="notes"),
        pytest.param({"customers": 200, "notes": 100, "audit": 300}, id="all"),
    ],
)
def test_a_dry_run_tells_what_a_run_deletes_and_changes_nothing(
    database: Database, client: Client, old: Person, days: dict[str, int]
) -> None:
    for kind, number in days.items():
        client.set_policy(f"retention_{kind}_days", number)
    before = dump(database)
    would_go = client.apply_retention(is_dry_run=True)
    assert dump(database) == before
    expected = {"operations", "refusals", "events", *days}
    assert {kind for kind, count in asdict(would_go).items() if count} == expected
    assert client.apply_retention() == would_go
    stays = {"name", "email", "phone", "salons_notes", "profile_name", "profile_email"}
    stays |= {"last_error"}  # of a message that is yet to be sent or given up
    assert old.places_in(dump(database)) == (set() if "customers" in days else stays)
    nothing = dict.fromkeys(asdict(would_go), 0)
    assert asdict(client.apply_retention()) == nothing
    assert asdict(client.apply_retention(is_dry_run=True)) == nothing


def test_without_a_policy_customers_notes_and_trail_are_kept_for_ever(
    client: Client, old: Person
) -> None:
    grow_old(old.salon, 3000)
    gone = client.apply_retention()
    assert (gone.customers, gone.notes, gone.audit) == (0, 0, 0)
    assert min(gone.operations, gone.refusals, gone.events) > 0
    exported = str(client.export_customer(old.id))
    assert set(old.marks) - old.places_in(exported) == {"failed_override"}
