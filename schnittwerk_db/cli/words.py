"""What the database calls things, one list for each purpose.

`word` says in words what has a code. What is typed as it is shown is only translated.
"""

from __future__ import annotations

from schnittwerk_db.cli.language import N_, _, pgettext

# of appointments and visits
APPOINTMENT_STATUSES = (
    N_("pending"),
    N_("confirmed"),
    N_("completed"),
    N_("cancelled"),
    N_("no-show"),
)

# of holds; "open" is said by `hold_status`
HOLD_STATUSES = (N_("used"), N_("released"), N_("lapsed"))

# of entries on the waitlist
WAITLIST_STATUSES = (
    N_("active"),
    N_("notified"),
    N_("booked"),
    N_("cancelled"),
    N_("expired"),
)

FEE_STATUSES = (N_("owed"), N_("waived"), N_("withdrawn"))

FEE_CAUSES = (N_("late cancellation"), N_("no-show"))

DELIVERY_STATUSES = (N_("pending"), N_("delivered"), N_("parked"), N_("skipped"))

# what became of an appointment, as its history has it
ACTIONS = (
    N_("created"),
    N_("confirmed"),
    N_("rescheduled"),
    N_("changed"),
    N_("cancelled"),
    N_("completed"),
    N_("no-show"),
)

# who did it; "service" is said by `role`
ROLES = (N_("admin"), N_("receptionist"), N_("staff"), N_("customer"), N_("owner"))

# what can have an id or a name
THINGS = (
    N_("appointment"),
    N_("visit"),
    N_("hold"),
    N_("waitlist entry"),
    N_("customer"),
    N_("merged customer"),
    N_("member of staff"),
    N_("service"),
    N_("resource"),
    N_("closure"),
    N_("price rule"),
    N_("holiday"),
    N_("time off"),
    N_("user"),
    N_("salon"),
)

RESOURCE_KINDS = (N_("room"), N_("equipment"))

# types of time off: any text may be one, these are usual
TIME_OFF_TYPES = (
    N_("vacation"),
    N_("sick leave"),
    N_("sick"),
    N_("training"),
    N_("dentist"),
    N_("other"),
)

HOLIDAY_TYPES = (N_("public holiday"), N_("blackout date"), N_("maintenance"))

PRICE_RULE_KINDS = (N_("time"), N_("lead time"), N_("demand"), N_("promotion"))

# why an appointment can no longer take place
HINDRANCES = (
    N_("service not offered"),
    N_("holiday"),
    N_("outside business hours"),
    N_("staff unavailable"),
    N_("resource unavailable"),
)

# what `explain` looks at
RULES = (
    N_("status"),
    N_("not part of a visit"),
    N_("reschedule deadline"),
    N_("reschedule limit"),
    N_("booking limit"),
    N_("service is offered"),
    N_("minimum notice"),
    N_("booking horizon"),
    N_("no holiday"),
    N_("open that day"),
    N_("business hours"),
    N_("slot grid"),
    N_("staff available"),
    N_("rooms and equipment are free"),
    N_("time is free"),
    N_("customer is free"),
)

# what a salon's file has
LOADED = (
    N_("resources"),
    N_("services"),
    N_("holidays"),
    N_("special hours"),
    N_("price rules"),
    N_("customers"),
)

# what grows old
EXPIRING = (
    N_("operations"),
    N_("refusals"),
    N_("events"),
    N_("customers"),
    N_("notes"),
    N_("audit"),
)

# of the values of policies
VALUE_TYPES = (N_("boolean"), N_("integer"), N_("number"))

CHANNELS = (N_("email"), N_("sms"), N_("chat"))

# what is counted of offers and holds
COUNTED = (
    *(N_("made"), N_("accepted"), N_("declined"), N_("expired")),
    *(N_("used"), N_("released"), N_("lapsed")),
)

# of durations; the percentiles are called the same everywhere
DURATIONS = (N_("average"),)

# what is left of a customer whose personal data was erased, after how many
ERASED = (
    N_("appointments"),
    N_("history"),
    N_("waitlist entries"),
    N_("operations"),
    N_("deliveries"),
    N_("audit values"),
)


def word(code: str) -> str:
    """What the database has a code for, such as ``no_show``, in the user's language."""
    text = "no-show" if code in ("no_show", "no show") else code.replace("_", " ")
    return _(text) if text else text


def role(code: str | None) -> str | None:
    """A role in the user's language; the service is a program, not what can be booked."""
    if code is None:
        return None
    return pgettext("role", "service") if code == "service" else word(code)


def waitlist_status(status: str) -> str:
    """The status of a waitlist entry in the user's language; who left has not cancelled a date."""
    return pgettext("waitlist", "cancelled") if status == "cancelled" else word(status)


def hold_status(status: str) -> str:
    """The status of a hold in the user's language; an open one is not a free slot."""
    return pgettext("hold", "open") if status == "open" else _(status)


def loaded(kind: str) -> str:
    """What a file has of a kind, after how many."""
    return pgettext("count", "staff") if kind == "staff" else word(kind)
