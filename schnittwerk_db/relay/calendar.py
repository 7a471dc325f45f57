"""Appointments as iCalendar, for the customer's calendar."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar, Event, vCalAddress

from schnittwerk_db.models import Delivery

_METHODS = {
    "appointment.created": "REQUEST",
    "appointment.confirmed": "REQUEST",
    "appointment.rescheduled": "REQUEST",
    "appointment.cancelled": "CANCEL",
}


def method_of(delivery: Delivery) -> str | None:
    """REQUEST or CANCEL; None for what changes nothing in a calendar."""
    return _METHODS.get(delivery.event.type)


def invitation(delivery: Delivery, organizer: str) -> bytes:
    """The appointment as a calendar that asks to enter it, to move it, or to take it out.

    The UID stays the appointment's, SEQUENCE rises with every event of it; times are in UTC.
    """
    event, about = delivery.event, delivery.message
    method = method_of(delivery)
    if about is None or method is None:
        raise ValueError("there is no appointment in it")
    entry = Event()
    entry.add("uid", f"{event.subject_id}@schnittwerk")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.occurred_at.replace(microsecond=0))
    entry.add("dtstart", _instant(event.data["starts_at"]))
    entry.add("dtend", _instant(event.data["ends_at"]))
    entry.add("summary", f"{about['service']['name']}, {about['salon']['name']}")
    entry.add("status", "CANCELLED" if method == "CANCEL" else _status(event.data["status"]))
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


def _status(status: str) -> str:
    return "TENTATIVE" if status == "pending" else "CONFIRMED"
