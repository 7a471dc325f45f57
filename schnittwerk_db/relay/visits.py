"""Shows the appointments of a visit as one, for a calendar or a subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def one_of(appointments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Appointments, sorted by start, as one from the first start to the last end.

    It has the names of all services and staff, and the total price.
    """
    services = dict.fromkeys(it["service"]["name"] for it in appointments)
    staff = dict.fromkeys(it["staff"]["full_name"] for it in appointments)
    return {
        "starts_at": appointments[0]["starts_at"],
        "ends_at": max(it["ends_at"] for it in appointments),
        "price": sum(it["price"] for it in appointments),
        "service": {"name": ", ".join(services)},
        "staff": {"full_name": ", ".join(staff)},
    }
