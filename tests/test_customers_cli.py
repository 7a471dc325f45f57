"""The commands `customers` and `profiles`."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from salon import CUSTOMER, SERVICE, Salon, open_example

pytestmark = [
    # no version changes what commands say
    pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session"),
    pytest.mark.salon(by=open_example),
]


def test_customers_are_added_changed_and_shown(salon: Salon) -> None:
    added = salon.json("customers", "add", "Lea Brunner", "--email", "lea@example.org")
    assert salon.json("customers", "brunner") == salon.json("customers", "list", "BRUNNER")
    assert [it["id"] for it in salon.json("customers", "brunner")] == [added["id"]]
    assert len(salon.json("customers", "--limit", "1")) == 1
    told = salon.run("customers", "edit", "Lea Brunner", "--phone", "079 123 45 67", "--notes", "x")
    assert told.startswith("changed: Lea Brunner, 079 123 45 67, lea@example.org, customer ")
    salon.run("customers", "edit", added["id"][:23], "--clear", "notes", "--clear", "email")
    assert "nothing to change" in salon.failure("customers", "edit", CUSTOMER, exit_code=2)
    slot = salon.slot()
    salon.appointment(slot.starts_at, customer_id=UUID(added["id"]), staff_id=slot.staff_id)
    salon.execute(
        "insert into schnittwerk_core.appointments"
        " (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, created_at)"
        " select salon_id, customer_id, staff_id, service_id, starts_at - interval '30 days',"
        " ends_at - interval '30 days', price, created_at - interval '60 days'"
        " from schnittwerk_core.appointments where customer_id = %s",
        added["id"],
    )
    salon.run("waitlist", "join", SERVICE, "tomorrow", "--customer", "Lea Brunner")
    salon.run("contact", "Lea Brunner", "--email", "--language", "de")
    shown = salon.run("customers", "show", "lea brunner")
    card, to_come, past, waits = shown.split("\n\n")
    assert [it.split(maxsplit=1)[1].strip() for it in card.splitlines()[:2]] == [
        *("Lea Brunner", "079 123 45 67"),
    ]
    assert [it.split()[-1] for it in card.splitlines()[2:4]] == ["de", "email"]
    assert [it.splitlines()[0] for it in (to_come, past, waits)] == [
        *("to come:", "past:", "waits for:"),
    ]
    assert all(SERVICE in it and "Lea Brunner" not in it for it in (to_come, past, waits))
    record = salon.json("customers", "show", "lea brunner")
    assert [len(record[it]) for it in ("appointments_to_come", "past_appointments")] == [1, 1]
    assert record["contact_preferences"]["consents"]["email"] is True
    assert record["waitlist_entries"][0]["service_name"] == SERVICE


def test_a_namesake_is_noted(salon: Salon) -> None:
    for command, id_ in (("customers", salon.customer_id), ("staff", salon.staff_id)):
        name = {it["id"]: it["full_name"] for it in salon.json(command, "list")}[str(id_)]
        done = salon.invoke(command, "add", name.upper())
        assert (done.exit_code, done.stdout[:6]) == (0, "added:")
        noted = f"note: there is somebody of this name already: {str(id_)[:13]} ("
        assert done.stderr.startswith(noted)
        assert salon.invoke(command, "add", "Nobody Else").stderr == ""
    renamed = salon.invoke("customers", "edit", "Nobody Else", "--name", "Beat Graf")
    assert renamed.stderr.startswith("note: there is somebody of this name already: ")


def test_a_customer_is_found_whatever_the_blanks_and_dashes(salon: Salon) -> None:
    shown = salon.run("customers", "show", CUSTOMER)
    assert salon.run("customers", "show", f" {CUSTOMER.replace(' ', '   ')} ") == shown
    whole = str(salon.customer_id)
    assert salon.run("customers", "show", whole.replace("-", "")[:14]) == shown
    # all were added within moments
    several = salon.failure("customers", "show", whole[:6])
    assert re.search(rf"{whole[:13]}[\w-]* \({CUSTOMER}\), ", several)
    assert salon.failure("customers", "show", "01a") == (
        "there is no customer named '01a'; of an id at least 4 characters are needed"
    )


def test_two_customers_become_one_and_two_again(salon: Salon) -> None:
    merged = salon.json(
        "customers", "add", "A. Keller", "--notes", "Likes tea", "--phone", "079 12"
    )
    slot = salon.slot()
    booked = salon.appointment(
        slot.starts_at, customer_id=UUID(merged["id"]), staff_id=slot.staff_id
    )
    merge = ("customers", "merge", CUSTOMER, "a. keller")
    asked = salon.failure(*merge, exit_code=2)
    assert f"Merge A. Keller ({merged['id'][:13]}) into {CUSTOMER} (" in asked
    assert "who gets appointments (1), notes?”: add --yes" in asked
    assert salon.client.get_appointment(booked.id).customer_id == UUID(merged["id"])
    told = salon.run(*merge, "--yes").splitlines()
    assert told[0].endswith("who got appointments (1), notes")
    assert told[1] == "of A. Keller only the audit trail keeps: name, phone"
    assert told[2] == f"undo it with: schnittwerk customers unmerge {merged['id'][:13]}"
    assert salon.failure(*merge, "--yes").startswith("there is no customer named 'a. keller'")
    unmerge = ("customers", "unmerge", merged["id"][:13])
    asked = salon.failure(*unmerge, exit_code=2)
    assert "merge of A. Keller, who gets appointments (1), notes back from Anna Keller (" in asked
    undone = salon.run(*unmerge, "--yes")
    assert undone.startswith(f"A. Keller ({merged['id'][:13]}) is there again, and got app")
    assert salon.client.get_appointment(booked.id).customer_id == UUID(merged["id"])
    assert "no merged customer has an id that begins with" in salon.failure(*unmerge, "--yes")
    assert salon.json(*merge, "--yes")["merged_id"] == merged["id"]


def test_an_empty_name_is_nobodys(salon: Salon) -> None:
    salon.client.save_profile(UUID("00000000-0000-4000-8000-0000000000aa"), "admin")
    for nothing in ("", " "):
        assert "there is no user named" in salon.failure("--as", nothing, "profiles")


def test_profiles_are_listed_and_set(salon: Salon) -> None:
    user = UUID(int=7)
    refused = salon.failure("profiles", "set", str(user), "--name", "Mia Frei")
    assert refused.startswith("invalid_input: ")
    created = salon.run("profiles", "set", str(user), "--role", "admin", "--name", "Mia Frei")
    assert created == "Mia Frei is admin now\n"
    assert "Mia Frei  admin" in salon.run("profiles")
    assert salon.run("profiles", "set", "mia frei", "--inactive") == "Mia Frei may do nothing now\n"
    [profile] = salon.json("profiles", "list", "--role", "admin")
    assert (profile["id"], profile["is_active"]) == (str(user), False)
    assert salon.run("profiles", "set", str(user)[:8], "--active") == "Mia Frei is admin now\n"
    assert salon.run("profiles", "list", "--role", "staff") == "nobody has a role in the salon\n"
