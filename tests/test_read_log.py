"""Whoever reads personal data leaves a line of JSON in the server's log."""

from datetime import date, timedelta

import psycopg
import pytest
from calls import logged_by, read, save, write
from conftest import Database
from psycopg.types.json import Jsonb
from salon import Salon, at

WEEK: dict[str, object] = {"p_from": date.today(), "p_to": date.today() + timedelta(days=7)}
pytestmark = pytest.mark.salon()

APPOINTMENT = "the appointment's id"
CUSTOMER = "the customer's id"
SERVICE = "the service's id"

# Every read that shows what is about people, with how many of them it shows, and whom it names.
READS: dict[str, tuple[dict[str, object], int, bool]] = {
    "list_customers": ({"p_search": "ca"}, 1, False),
    "list_affected_appointments": ({}, 0, False),
    "list_appointments": ({"p_from": at("00:00"), "p_to": at("00:00", day=1)}, 1, False),
    "list_day": ({"p_date": at("00:00").date()}, 4, False),
    "get_appointment": ({"p_appointment_id": APPOINTMENT}, 1, True),
    "get_operation": ({"p_idempotency_key": "key", "p_operation_type": "create"}, 1, True),
    "list_waitlist": ({}, 0, False),
    "list_profiles": ({}, 0, False),
    "list_staff": ({}, 1, False),
    "list_time_off": (WEEK, 0, False),
    "recommend_slots": (
        {"p_service_id": SERVICE, "p_from": WEEK["p_from"], "p_customer_id": CUSTOMER},
        1,
        True,
    ),
    "get_contact_preferences": ({"p_customer_id": CUSTOMER}, 1, True),
    "export_customer": ({"p_customer_id": CUSTOMER}, 1, True),
    "list_audit": ({"p_from": at("00:00", day=-14), "p_to": at("00:00"), "p_limit": 2}, 2, False),
}


def test_every_read_of_personal_data_leaves_a_line(salon: Salon) -> None:
    with salon.connect() as connection:
        booked = salon.book(connection, at("10:00"), key="key")["appointment"]
        save(connection, "save_customer", p_full_name="Carla", p_id=salon.customer_id)
        ids = {
            APPOINTMENT: booked["id"],
            CUSTOMER: str(salon.customer_id),
            SERVICE: str(salon.service_id),
        }
        connection.execute(
            "select set_config('request.headers', %s, false)", ['{"x-correlation-id": "req-1"}']
        )
        lines = logged_by(connection)
        for function, (arguments, rows, is_named) in READS.items():
            # as PostgREST makes a GET
            with connection.transaction():
                connection.execute("set transaction read only")
                read(connection, function, **{k: ids.get(str(v), v) for k, v in arguments.items()})
            assert lines == [
                {
                    "message": "Personal data read",
                    "correlationId": "req-1",
                    "salonId": str(salon.id),
                    "userId": None,
                    "role": "service",
                    "login": "book_owner",
                    "function": function,
                    "customerId": str(salon.customer_id) if is_named else None,
                    "rows": rows,
                }
            ]
            lines.clear()


def test_a_read_of_what_is_public_leaves_no_line(salon: Salon, database: Database) -> None:
    with psycopg.connect(database.dsn("authenticator"), autocommit=True) as connection:
        connection.execute("set role schnittwerk_anon")
        lines = logged_by(connection)
        for function in ("list_salons", "list_services", "list_staff"):
            assert read(connection, function)
        read(connection, "find_slots", p_service_id=salon.service_id, p_from=at("00:00").date())
        assert lines == []


def test_a_policy_switches_the_log_of_reads_off(salon: Salon) -> None:
    with salon.connect() as connection:
        save(
            connection, "set_policy", p_policy_key="log_personal_reads", p_policy_value=Jsonb(False)
        )
        lines = logged_by(connection)
        read(connection, "list_customers")
        assert lines == []


def test_a_delivery_that_a_relay_claims_leaves_a_line(salon: Salon) -> None:
    with salon.connect() as connection:
        salon.book(connection, at("10:00"))
        save(
            connection,
            "save_customer",
            p_full_name="C",
            p_email="c@example.com",
            p_id=salon.customer_id,
        )
        save(
            connection,
            "set_contact_preferences",
            p_customer_id=salon.customer_id,
            p_consents=Jsonb({"email": True}),
        )
        target = {"name": "mail", "channel": "email"}
        save(connection, "dispatch_events", p_consumer="relay", p_targets=Jsonb([target]))
        lines = logged_by(connection)
        assert write(connection, "claim_delivery", p_targets=["mail"])["delivery"]
        [line] = lines
        assert (line["function"], line["customerId"]) == ("claim_delivery", str(salon.customer_id))
