"""What the database says of a refusal, in the user's language and in the words of commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from schnittwerk_db.cli.language import N_, _

# What to do about a refusal, by its code; other times are named where there are any.
REMEDIES = {
    "salon_required": N_("name the salon with --salon, or run: schnittwerk salons use NAME"),
    "forbidden": N_("ask an administrator of the salon for a role that may do this"),
    "idempotency_key_reused": N_("give a new request a new --key"),
    "request_in_flight": N_("repeat the command with the same --key"),
    "rate_limited": N_("wait a minute, then repeat the command with the same --key"),
    "cancellation_deadline_passed": N_("--override REASON passes the deadline"),
    "reschedule_deadline_passed": N_("--override REASON passes the deadline"),
    "reschedule_limit_reached": N_("--override REASON passes the limit"),
    "booking_limit_reached": N_("--override REASON passes the limit"),
    "hold_expired": N_("hold the slot again, if it is still free"),
    "promotion_not_valid": N_("check the code, or leave --code out"),
    "promotion_used_up": N_("leave --code out"),
    "service_not_offered": N_("schnittwerk staff --service SERVICE lists who performs it"),
    "price_mismatch": N_("tell the customer the price, then give it as --price"),
}

# What the database says, with values in braces; `translated` finds which of them a text is.
TEMPLATES = (
    N_("There is more than one salon"),
    N_("The key was used with other arguments"),
    N_("Another request with this key is still running"),
    N_("Too many requests within a minute"),
    N_("The status does not allow it"),
    N_("The appointment is part of a visit"),
    N_("Appointment must be cancelled at least {hours} hours in advance"),
    N_("Appointment must be rescheduled at least {hours} hours in advance"),
    N_("Appointment cannot be rescheduled more than {count} times"),
    N_("Customer cannot have more than {limit}"),
    N_("There is no open offer"),
    N_("The slot is no longer held"),
    N_("There is one already"),
    N_("The promotion code is not valid for this booking"),
    N_("The promotion has been used up"),
    N_("This service is not offered by this member of staff"),
    N_("End time must be after start time"),
    N_("The service takes {minutes} minutes"),
    N_("The price is {price}"),
    N_("Appointment must be booked at least {hours} hours in advance"),
    N_("Appointment cannot be booked more than {days} days in advance"),
    N_("Appointments cannot be booked on holidays or blackout dates"),
    N_("Business is closed on this day"),
    N_("Appointment time is outside business hours ({hours})"),
    N_("Appointments start every {minutes} minutes from opening"),
    N_("The member of staff is not available at this time"),
    N_("No {pool} is free at this time"),
    N_("Time slot conflicts with another appointment"),
    N_("The customer has another appointment at this time"),
)


def translated(text: str) -> str:
    """A text of the database in the user's language; as it is where it is not known."""
    for template, pattern in _patterns(TEMPLATES):
        if found := pattern.fullmatch(text):
            return _(template).format(**found.groupdict())
    return _(text) if text else text


@cache
def _patterns(templates: Sequence[str]) -> list[tuple[str, re.Pattern[str]]]:
    return [
        (it, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(it)), re.DOTALL))
        for it in templates
    ]
