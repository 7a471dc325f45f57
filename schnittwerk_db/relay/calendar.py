"""Appointments as iCalendar, for the customer's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from icalendar import Calendar, Event, vCalAddress

from schnittwerk_db.models import Delivery
from schnittwerk_db.relay.visits import one_of

_METHODS = {
    "appointment.created": "REQUEST",
    "appointment.confirmed": "REQUEST",
    "appointment.rescheduled": "REQUEST",
    "appointment.cancelled": "CANCEL",
}


def method_of(delivery: Delivery) -> str | None:
    """REQUEST or CANCEL; None for an event that changes nothing in a calendar.

    A visit is cancelled when all its appointments are, else changed.
    """
    method = _METHODS.get(delivery.event.type)
    visit = delivery.message and delivery.message["visit"]
    return "REQUEST" if method and visit and visit["appointments"] else method


def invitation(delivery: Delivery, organizer: str) -> bytes:
    """The appointment or visit as a calendar that asks to add, move or remove it.

    The UID is the appointment's or visit's, and SEQUENCE rises with every change; times are in UTC.
    A visit is one entry, from the start of its first appointment to the end of its last.
    """
    event, about = delivery.event, delivery.message
    method = method_of(delivery)
    if about is None or method is None:
        raise ValueError("the delivery is about no appointment")
    visit = about["visit"]
    appointments = visit and (visit["appointments"] or visit["cancelled"])
    one = one_of(appointments) if visit else {**about, **event.data}
    entry = Event()
    entry.add("uid", f"{visit['id'] if visit else event.subject_id}@schnittwerk")
    entry.add("sequence", visit["sequence"] if visit else event.sequence)
    entry.add("dtstamp", event.occurred_at.replace(microsecond=0))
    entry.add("dtstart", _instant(one["starts_at"]))
    entry.add("dtend", _instant(one["ends_at"]))
    entry.add("summary", f"{one['service']['name']}, {about['salon']['name']}")
    if visit:
        entry.add("description", "\n".join(map(_line, appointments)))
    status = (visit or event.data)["status"]
    entry.add("status", "CANCELLED" if method == "CANCEL" else _status(status))
    host = vCalAddress(f"mailto:{organizer}")
    host.params["CN"] = about["salon"]["name"]
    entry.add("organizer", host)
    guest = vCalAddress(f"mailto:{about['customer']['email']}")
    guest.params["CN"] = about["customer"]["full_name"]
    guest.params["PARTSTAT"] = "ACCEPTED"
    entry.add("attendee", guest)
    calendar = Calendar()
    calendar.add("prodid", "-//schnittwerk-db//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def _line(appointment: Mapping[str, Any]) -> str:
    """An appointment of a visit, in the salon's time."""
    start, end = (
        dt.datetime.fromisoformat(appointment["local_times"][it]) for it in ("starts_at", "ends_at")
    )
    service, staff = appointment["service"]["name"], appointment["staff"]["full_name"]
    return f"{start:%Y-%m-%d %H:%M}\N{EN DASH}{end:%H:%M} {service}, {staff}"


def _status(status: str) -> str:
    return "TENTATIVE" if status == "pending" else "CONFIRMED"
