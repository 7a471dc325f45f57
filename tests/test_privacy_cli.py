"""The commands for what is kept of people: audit, export, erasure, retention."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from salon import CUSTOMER, SERVICE, Salon, open_example
from test_cli import first_slot

from schnittwerk_db import NotFound

pytestmark = pytest.mark.salon(by=open_example)

SALON = "Schnittwerk Your Style"


def book(salon: Salon, *options: str) -> str:
    """The id of a new appointment."""
    slot, start = first_slot(salon)
    booked = salon.json(
        *("book", SERVICE, start, "--customer", CUSTOMER, "--staff", str(slot.staff_id), *options)
    )
    return str(booked["id"])


# The audit trail


def test_the_trail_is_shown_newest_first(salon: Salon) -> None:
    salon.client.set_policy("late_cancellation_fee_percent", 0)
    appointment = book(salon, "--notes", "window seat")
    salon.run("cancel", appointment, "--reason", "ill", "--yes")
    heading, cancelled, created = salon.run("audit", "--wide", "--id", appointment).splitlines()
    assert heading.split() == ["when", "who", "change", "what", "reason", "row"]
    who = f"service/{salon.client.connection.info.user}"
    for line, action in ((cancelled, "update"), (created, "insert")):
        when, *words = [it.strip() for it in line.split("  ") if it]
        assert dt.datetime.fromisoformat(when.partition(" ")[2])
        assert words[:2] == [who, f"{action} appointments"]
        assert words[-1] == appointment
    assert "  status pending → cancelled, " in cancelled
    assert "…  ill     " in cancelled
    assert "notes window seat" in created
    assert re.search(r"_at \w+ [\d-]+ [\d:]+, ", created)
    assert "salon_id" not in created
    last = salon.run("audit", "--id", appointment[:13], "--limit", "1", "--wide").splitlines()
    assert last[1:] == [cancelled]
    newest, oldest = salon.json("audit", "--table", "appointments")
    assert (newest["reason"], newest["before"]["status"]) == ("ill", "pending")
    assert oldest["after"]["notes"] == "window seat"


def test_the_trail_is_narrowed_down(salon: Salon) -> None:
    admin = UUID(int=7)
    salon.client.save_profile(admin, "admin", "Boss")
    salon.client.connection.execute(f"set schnittwerk.acting_user = '{admin}'".encode())
    salon.client.set_policy("max_reschedules", 5)
    [entry] = salon.json("audit", "--user", "Boss", "--table", "booking_policies")
    assert (entry["table_name"], entry["role"]) == ("booking_policies", "admin")
    told = salon.run("audit", "--table", "booking_policies", "--user", str(admin))
    assert "admin/Boss/book_owner" in told
    yesterday = str(dt.date.today() - dt.timedelta(days=2))
    assert salon.run("audit", "--from", "2020-01-01", "--to", "2020-12-31") == (
        "no change from Wed 2020-01-01 to Thu 2020-12-31\n"
    )
    assert salon.json("audit", "--to", yesterday) == []
    assert "--limit must be from 1 to 10000" in salon.failure("audit", "--limit", "0")
    assert salon.failure("audit", "--id", "seven") == "no id begins with 'seven'"


# Export and erasure


def test_a_customer_is_exported_by_name_or_id(salon: Salon, tmp_path: Path) -> None:
    appointment = book(salon, "--notes", "Grüße")
    printed = salon.run("customers", "export", CUSTOMER.upper())
    assert "Grüße" in printed
    exported = json.loads(printed)
    assert exported["customer"]["full_name"] == CUSTOMER
    assert [(it["id"], it["price"]) for it in exported["appointments"]] == [(appointment, 98)]
    file = tmp_path / "anna.json"
    by_id = ("customers", "export", str(salon.customer_id))
    assert salon.run(*by_id, "--output", str(file)) == ""
    assert without_time(json.loads(file.read_text("utf-8"))) == without_time(exported)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    salon.run(*by_id, "--output", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert salon.failure(*by_id, "--output", f"{tmp_path}/nowhere/anna.json").endswith(
        "/nowhere/anna.json: No such file or directory"
    )
    assert salon.failure("customers", "export", "Ana Keller").endswith("near it: Anna Keller")
    assert salon.failure("customers", "export", str(UUID(int=7))).startswith("not_found")


def without_time(exported: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in exported.items() if key != "exported_at"}


def test_a_customer_is_erased_once_nothing_is_to_come(salon: Salon) -> None:
    erase, appointment = ("customers", "erase", CUSTOMER, "--yes"), book(salon, "--notes", "quiet")
    # before anybody is asked
    refused = salon.failure(*erase[:3])
    assert re.fullmatch(
        r"wrong_status: The customer has appointments to come: cancel them first"
        rf" \(\w+ [\d-]+ [\d:]+ {SERVICE}\)",
        refused,
    )
    salon.run("cancel", appointment, "--yes")
    known = salon.customer_id
    by_id = (*erase[:2], str(salon.customer_id))
    assert f"personal data of {CUSTOMER}?" in salon.failure(*by_id, exit_code=2)
    told = salon.run(*erase)
    assert told.startswith(
        f"erased customer {known}, with what was in appointments (1), history (0), waitlist "
    )
    assert salon.failure(*erase) == f"there is no customer named {CUSTOMER!r}"
    assert salon.json("customers", "erase", str(known), "--yes")["appointments"] == 0
    assert salon.failure("customers", "export", str(known)).startswith("not_found")
    [newest, *_] = salon.run("audit", "--id", str(known)).splitlines()[1:]
    assert newest.endswith("  erase customers")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_erasure_that_nobody_can_confirm_is_wrong_usage(
    salon: Salon, options: tuple[str, ...]
) -> None:
    told = salon.failure(*options, "customers", "erase", CUSTOMER, exit_code=2)
    assert "add --yes" in told
    assert f"Erase the personal data of {CUSTOMER}?" in told
    assert salon.client.list_customers(CUSTOMER)


@pytest.mark.parametrize(("answer", "exit_code"), [("n", 1), ("y", 0)])
def test_an_erasure_at_a_terminal_asks_first(salon: Salon, answer: str, exit_code: int) -> None:
    known = salon.customer_id
    done = at_terminal(salon, answer)
    assert done.returncode == exit_code, done.stderr
    assert f"Erase the personal data of {CUSTOMER}? It cannot be undone [y/N]" in done.stderr
    if exit_code:
        assert salon.client.list_customers(CUSTOMER)
        assert done.stderr.endswith("Aborted!\n")
    else:
        with pytest.raises(NotFound):
            salon.client.export_customer(known)


def test_an_erasure_that_prints_json_asks_nothing(salon: Salon) -> None:
    done = at_terminal(salon, "y", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert salon.client.list_customers(CUSTOMER)


def at_terminal(salon: Salon, answer: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The erasure as somebody does it who sits at a terminal, and what they type."""
    terminal, its_end = pty.openpty()
    try:
        os.write(terminal, f"{answer}\n".encode())
        return subprocess.run(
            [
                *(sys.executable, "-c", "from schnittwerk_db.cli import main; main()"),
                *("--dsn", salon.dsn, *options, "customers", "erase", CUSTOMER),
            ],
            stdin=its_end,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(its_end)


# Retention


def rows(text: str) -> dict[str, list[str]]:
    """What a table tells, by kind."""
    lines = [line.removeprefix(SALON).split() for line in text.splitlines()[1:]]
    return {kind: rest for kind, *rest in lines}


@pytest.fixture
def old(salon: Salon) -> Salon:
    """Of long ago: an operation, and more refusals than go in a call."""
    book(salon)
    salon.execute(
        "update schnittwerk_core.booking_operations set created_at = now() - interval '40 days'",
    )
    salon.execute(
        "insert into schnittwerk_core.refusal"
        " (salon_id, operation_type, code, caller, correlation_id, created_at)"
        " select id, 'create', 'not_found', 'service', 'c', now() - interval '40 days'"
        " from schnittwerk_core.salon, generate_series(1, 10001)",
    )
    return salon


def test_retention_tells_what_would_go_and_deletes_it(old: Salon) -> None:
    would_go = old.run("retention", "--dry-run")
    assert would_go.splitlines()[0].split() == ["salon", "kind", "policy", "days", "found"]
    assert rows(would_go) == {
        "operations": ["retention_operations_days", "30", "1"],
        "refusals": ["retention_operations_days", "30", "10001"],
        "events": ["retention_events_days", "90", "0"],
        "customers": ["retention_customers_days", "kept", "for", "ever", "0"],
        "notes": ["retention_notes_days", "kept", "for", "ever", "0"],
        "audit": ["retention_audit_days", "kept", "for", "ever", "0"],
    }
    assert "Delete 10002 rows for good?" in old.failure("retention", exit_code=2)
    assert old.run("retention", "--dry-run") == would_go
    assert old.run("retention", "--yes") == would_go.replace("found", "deleted")
    assert {it["rows"] for it in old.json("retention", "--dry-run")} == {0}


def test_retention_goes_by_the_policies_of_each_salon(old: Salon) -> None:
    old.run("policies", "set", "retention_operations_days", "60")
    old.run("policies", "set", "retention_audit_days", "90")
    old.client.save_salon("Other", "UTC")
    found = {(it["salon"], it["kind"]): it for it in old.json("retention", "--dry-run")}
    assert found[SALON, "operations"] == {
        "salon": SALON,
        "kind": "operations",
        "policy": "retention_operations_days",
        "days": 60,
        "rows": 0,
    }
    assert found[SALON, "audit"]["days"] == 90
    assert found["Other", "operations"]["days"] == 30
    assert {it["salon"] for it in old.json("--salon", "other", "retention", "--yes")} == {"Other"}
    only = ("--salon", SALON)
    old.run(*only, "policies", "set", "retention_operations_days", "60", "--inactive")
    counted = {it["kind"]: it["rows"] for it in old.json(*only, "retention", "--yes")}
    assert (counted["operations"], counted["refusals"]) == (1, 10001)


def test_the_daily_upkeep_honours_the_policies(old: Salon) -> None:
    old.run("policies", "set", "retention_customers_days", "365")
    old.execute(
        "update schnittwerk_core.customers set created_at = now() - interval '400 days'"
        f" where full_name <> '{CUSTOMER}'",
    )
    for table in ("journal", "journal_personal"):
        old.execute(f"alter table schnittwerk_core.{table} disable trigger {table}_is_not_changed")
    old.execute("update schnittwerk_core.journal set occurred_at = now() - interval '91 days'")
    done = old.json("maintain")[SALON]
    assert done.pop("events") > 0
    assert done.pop("partitions_made") >= 9
    assert done == {
        "operations": 1,
        "refusals": 10001,
        "ended_holds": 0,
        "ended_offers": 0,
        "claims": 0,
        "holds": 0,
        "customers": 3,
        "notes": 0,
        "audit": 0,
        "partitions_dropped": 0,
        "affected_appointments": [],
    }
    assert old.run("maintain") == (
        f"{SALON}: 0 operations, 0 refusals, 0 ended holds, 0 ended offers, 0 claims, 0 holds,"
        " 0 events, 0 notes,"
        " 0 audit entries deleted, 0 customers erased\n"
    )
    names = sorted(it.full_name for it in old.client.list_customers())
    assert names[0] == CUSTOMER
