"""The customers: who they are, what they have booked, two made one, exported or erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import click

from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.bookings import appointment_columns, more_columns
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.output import print_json, print_records, print_table, say
from schnittwerk_db.cli.session import Session, opened, tell_namesakes
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import DAY
from schnittwerk_db.cli.waitlist import WAITING, waitlist_columns
from schnittwerk_db.cli.words import word
from schnittwerk_db.errors import BookingError
from schnittwerk_db.json_text import json_text
from schnittwerk_db.models import (
    AppointmentEntry,
    Customer,
    ErasedCustomer,
    MergedCustomer,
    UnmergedCustomer,
)

_CLEARED = {"email": "email", "phone": "phone", "profile": "profile_id", "notes": "notes"}
_PAST = 5  # appointments of the last year that are shown
_LIVE = ("pending", "confirmed")

# what a merge tells of, by its name in the book
_VALUES = {
    "full_name": N_("name"),
    "email": N_("e-mail"),
    "phone": N_("phone"),
    "notes": N_("notes"),
    "profile_id": N_("login"),
}
_COUNTS = {
    "appointments": N_("appointments"),
    "visits": N_("visits"),
    "holds": N_("held slots"),
    "fees": N_("fees"),
    "waitlist_entries": N_("waitlist entries"),
    "consents": N_("consents"),
}

CUSTOMER = click.argument("customer", metavar="NAME_OR_ID")
LIMIT = click.option("--limit", type=int, default=50, show_default=True, help="At most so many.")
EMAIL = click.option("--email", help="Their e-mail address.")
PHONE = click.option("--phone", help="Their telephone number.")
NOTES = click.option("--notes", help="The salon's notes on them, which they do not see.")
PROFILE = click.option("--profile", help="The user who they are: see `profiles`.")


class _Searched(click.Group):
    """A group in which a word that is no command is what `list` searches for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            args = ["list", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # so that its options, too, can do without the word
        first = next((it for it in args if not it.startswith("-")), None)
        if args and first not in self.commands and args[0] == "--limit":
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Searched, invoke_without_command=True)
@click.pass_context
def customers(ctx: click.Context) -> None:
    """List and keep the customers.

    NAME_OR_ID is a customer's name, or the first characters of their id. A word that is no command
    is searched for.

    \b
    schnittwerk customers
    schnittwerk customers keller
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, None, 50)


@customers.command("list")
@click.argument("search", required=False)
@LIMIT
@click.pass_obj
def list_customers(settings: Settings, search: str | None, limit: int) -> None:
    """List customers, or those of whom SEARCH is a part of the name, e-mail or phone number.

    \b
    schnittwerk customers list keller
    """
    _list(settings, search, limit)


def _list(settings: Settings, search: str | None, limit: int) -> None:
    with opened(settings) as session:
        none = _("no customer")
        if search:
            none = _("no customer that {search!r} finds").format(search=search)
        print_records(
            settings,
            session.client.list_customers(search, limit),
            {
                _("name"): lambda it: it.full_name,
                _("e-mail"): lambda it: it.email,
                _("phone"): lambda it: it.phone,
            },
            none,
            wide={
                _("same e-mail"): lambda it: ", ".join(map(str, it.merge_candidate_ids)),
                _("id"): lambda it: it.id,
            },
        )


@customers.command()
@CUSTOMER
@click.pass_obj
def show(settings: Settings, customer: str) -> None:
    """Show a customer, what they have booked and wait for, and how they may be written to.

    \b
    schnittwerk customers show "Anna Keller"
    """
    with opened(settings) as session:
        found = session.customer(customer)
        contact = session.client.get_contact_preferences(found.id)
        to_come, past = _appointments(session, found.id)
        waiting = [
            it
            for status in WAITING
            for it in session.client.list_waitlist(status)
            if it.customer_id == found.id
        ]
        if settings.json:
            print_json(
                {
                    "customer": found,
                    "contact_preferences": contact,
                    "appointments_to_come": to_come,
                    "past_appointments": past,
                    "waitlist_entries": waiting,
                }
            )
            return
        consents = [channel for channel, is_given in contact.consents.items() if is_given]
        lines = {
            _("name"): found.full_name,
            _("e-mail"): found.email,
            _("phone"): found.phone,
            _("notes"): found.notes,
            _("login"): found.profile_id,
            _("language"): contact.language,
            _("agreed to"): ", ".join(map(word, consents)) or _("nothing"),
            _("same e-mail"): ", ".join(map(session.shown_id, found.merge_candidate_ids)),
            _("id"): session.shown_id(found.id),
        }
        margin = max(map(len, lines))
        for name, value in lines.items():
            for number, line in enumerate(str(value or "").splitlines()):
                say(f"{'' if number else name:<{margin}}  {line}")
        for title, appointments in ((_("to come"), to_come), (_("past"), past)):
            if appointments:
                more = more_columns(session) if settings.wide else {}
                columns = {**appointment_columns(session), **more}
                del columns[_("customer")]
                say("")
                say(f"{title}:")
                print_table(appointments, columns)
        if waiting:
            say("")
            say(_("waits for:"))
            entry_columns = dict(waitlist_columns(session))
            del entry_columns[_("customer")]
            print_table(waiting, entry_columns)


def _appointments(
    session: Session, customer_id: UUID
) -> tuple[list[AppointmentEntry], list[AppointmentEntry]]:
    """The live appointments to come, and the last ones of the year that is over."""
    year = dt.timedelta(days=365)
    found = [
        it
        for days in (0, 366)  # a call looks at 400 days, and a salon at most 730 ahead
        for it in session.client.list_appointments(
            *session.span(session.today + days * DAY, session.today + (days + 365) * DAY),
            customer_id=customer_id,
        )
    ]
    found += session.client.list_appointments(
        *session.span(session.today - year, session.today - DAY), customer_id=customer_id
    )
    to_come = [it for it in found if it.status in _LIVE and it.starts_at > session.now]
    past = sorted(
        (it for it in found if it.starts_at <= session.now),
        key=lambda it: it.starts_at,
        reverse=True,
    )
    return sorted(to_come, key=lambda it: it.starts_at), past[:_PAST]


@customers.command()
@click.argument("full_name", metavar="NAME")
@EMAIL
@PHONE
@NOTES
@PROFILE
@click.pass_obj
def add(
    settings: Settings,
    full_name: str,
    email: str | None,
    phone: str | None,
    notes: str | None,
    profile: str | None,
) -> None:
    """Add the customer NAME.

    \b
    schnittwerk customers add "Lea Brunner" --email lea@example.org --phone "079 123 45 67"
    """
    with opened(settings) as session:
        saved = session.client.save_customer(
            full_name, email, phone, _profile_id(session, profile), notes
        )
        _tell(settings, session, _("added"), saved)
        if not settings.json:
            tell_namesakes(session, saved)


@customers.command()
@CUSTOMER
@click.option("--name", "full_name", metavar="NEW_NAME", help="What they are called from now on.")
@EMAIL
@PHONE
@NOTES
@PROFILE
@click.option(
    "--clear",
    type=click.Choice(list(_CLEARED)),
    multiple=True,
    help="Empty this option; may be repeated.",
)
@click.pass_obj
def edit(
    settings: Settings,
    customer: str,
    full_name: str | None,
    email: str | None,
    phone: str | None,
    notes: str | None,
    profile: str | None,
    clear: tuple[str, ...],
) -> None:
    """Change what is given of a customer.

    \b
    schnittwerk customers edit "Anna Keller" --phone "079 123 45 67" --clear notes
    """
    if not clear and (full_name, email, phone, notes, profile) == (None,) * 5:
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        saved = session.client.save_customer(
            full_name,
            email,
            phone,
            _profile_id(session, profile),
            notes,
            session.customer(customer).id,
            [_CLEARED[it] for it in clear] or None,
        )
        _tell(settings, session, _("changed"), saved)
        if full_name is not None and not settings.json:
            tell_namesakes(session, saved)


@customers.command()
@click.argument("keep", metavar="KEEP")
@click.argument("merge", metavar="MERGE")
@YES
@click.pass_obj
def merge(settings: Settings, keep: str, merge: str, yes: bool) -> None:
    """Make one customer of two: KEEP gets what MERGE has, who is removed.

    Both are a name or the first characters of an id. What will be moved is shown first. An admin
    can undo it with `customers unmerge`.

    \b
    schnittwerk customers merge "Anna Keller" 01a22cc9-9449
    """
    with opened(settings) as session:
        kept, merged = session.customer(keep), session.customer(merge)

        def question(result: MergedCustomer) -> str:
            return _("Merge {merged} into {kept}, who gets {what}?").format(
                merged=_called(session, merged), kept=_called(session, kept), what=_gets(result)
            )

        done = agreed(
            settings,
            session,
            yes,
            lambda: session.client.merge_customers(kept.id, merged.id),
            question,
        )
        if settings.json:
            print_json(done)
            return
        say(
            _("merged {merged} into {kept}, who got {what}").format(
                merged=_called(session, merged),
                kept=_called(session, done.customer),
                what=_gets(done),
            )
        )
        if done.dropped:
            say(
                _("of {merged} only the audit trail keeps: {values}").format(
                    merged=merged.full_name, values=_named(done.dropped)
                )
            )
        if done.ended_entry_ids:
            say(_("of two waitlist entries for one service only one goes on"))
        say(
            _("undo it with: schnittwerk customers unmerge {id}").format(
                id=session.shown_id(merged.id)
            )
        )


@customers.command()
@click.argument("merged", metavar="ID")
@YES
@click.pass_obj
def unmerge(settings: Settings, merged: str, yes: bool) -> None:
    """Undo the merge in which the customer ID was removed.

    They get back what was theirs and the other customer still has; what was booked since stays.

    \b
    schnittwerk customers unmerge 01a22cc9-9449
    """
    with opened(settings) as session:
        merged_id = session.id_of("merged_customer", merged)

        def question(result: UnmergedCustomer) -> str:
            return _("Undo the merge of {customer}, who gets {what} back from {kept}?").format(
                customer=result.customer.full_name,
                kept=_called(session, result.kept),
                what=_gets(result),
            )

        done = agreed(
            settings, session, yes, lambda: session.client.unmerge_customer(merged_id), question
        )
        if settings.json:
            print_json(done)
            return
        say(
            _("{customer} is there again, and got {what} back from {kept}").format(
                customer=_called(session, done.customer),
                kept=_called(session, done.kept),
                what=_gets(done),
            )
        )
        if done.elsewhere:
            say(
                _("{count} of what was moved stay with those who have them now").format(
                    count=done.elsewhere
                )
            )


@customers.command()
@CUSTOMER
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there, for nobody else to read; else it is printed.",
)
@click.pass_obj
def export(settings: Settings, customer: str, output: Path | None) -> None:
    """Export all that is kept of a customer, as JSON.

    \b
    schnittwerk customers export "Anna Keller" --output anna.json
    """
    with opened(settings) as session:
        text = json_text(session.client.export_customer(session.customer_id(customer)), "\n")
    if output is None:
        click.echo(text)
        return
    try:
        output.touch(mode=0o600)
        if output.is_file():  # also one that was there before
            output.chmod(0o600)
        output.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise Refusal(f"{output}: {error.strerror}") from error


@customers.command()
@CUSTOMER
@YES
@click.pass_obj
def erase(settings: Settings, customer: str, yes: bool) -> None:
    """Erase the personal data of a customer; it cannot be undone.

    What was booked stays, without saying by whom. Appointments to come are to be cancelled first.

    \b
    schnittwerk customers erase "Anna Keller"
    """
    with opened(settings) as session:
        customer_id = session.customer_id(customer)
        question = _("Erase the personal data of {customer}? It cannot be undone").format(
            customer=session.customer_name(customer_id)
        )

        def act() -> ErasedCustomer:
            try:
                return session.client.erase_customer(customer_id)
            except BookingError as error:
                if error.code == "wrong_status":
                    for it in _appointments(session, customer_id)[0]:
                        error.add_note(f"{session.local(it.starts_at)} {it.service_name}")
                raise

        erased = agreed(settings, session, yes, act, lambda _erased: question)
    if settings.json:
        print_json(erased)
    else:
        counts = {kind: rows for kind, rows in asdict(erased).items() if kind != "customer_id"}
        rows = ", ".join(f"{word(kind)} ({rows})" for kind, rows in counts.items())
        say(
            _("erased customer {id}, with what was in {rows}").format(
                id=erased.customer_id, rows=rows
            )
        )


def _profile_id(session: Session, profile: str | None) -> UUID | None:
    return None if profile is None else session.user_id(profile)


def _called(session: Session, customer: Customer) -> str:
    return f"{customer.full_name} ({session.shown_id(customer.id)})"


def _gets(result: MergedCustomer | UnmergedCustomer) -> str:
    counts = [
        f"{_(name)} ({count})" for it, name in _COUNTS.items() if (count := getattr(result, it, 0))
    ]
    values = result.filled if isinstance(result, MergedCustomer) else result.taken_back
    return ", ".join([*counts, *(_(_VALUES[it]) for it in values)]) or _("nothing")


def _named(values: Sequence[str]) -> str:
    return ", ".join(_(_VALUES[it]) for it in values)


def _tell(settings: Settings, session: Session, done: str, customer: Customer) -> None:
    if settings.json:
        print_json(customer)
        return
    contact = "".join(f", {it}" for it in (customer.phone, customer.email) if it)
    say(
        _("{what}: {name}{contact}, customer {id}").format(
            what=done, name=customer.full_name, contact=contact, id=session.shown_id(customer.id)
        )
    )
