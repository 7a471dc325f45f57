"""The staff: who works, when, and what they perform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.bookings import parse_amount
from schnittwerk_db.cli.hours import WEEK, parse_weekdays, parse_window, parse_windows
from schnittwerk_db.cli.language import _, weekday_name
from schnittwerk_db.cli.output import print_json, print_records, print_table, say
from schnittwerk_db.cli.session import Session, opened, pick, tell_namesakes
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.models import Availability, Service, Staff, StaffService
from schnittwerk_db.notation import steps_text, windows_text

_CLEARED = {"email": "email", "phone": "phone", "profile": "profile_id"}

NAME = click.argument("staff", metavar="NAME")
PROFILE = click.option("--profile", help="The user who they are: see `profiles`.")
SERVICE = click.option("--service", help="Only who performs this service.")


@click.group(invoke_without_command=True)
@SERVICE
@click.pass_context
def staff(ctx: click.Context, service: str | None) -> None:
    """List and keep the staff, their hours and what they perform.

    NAME is a member of staff's name or id.

    \b
    schnittwerk staff
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, service)


@staff.command("list")
@SERVICE
@click.pass_obj
def list_staff(settings: Settings, service: str | None) -> None:
    """List the staff.

    \b
    schnittwerk staff list --service "Women's cut"
    """
    _list(settings, service)


def _list(settings: Settings, service: str | None) -> None:
    with opened(settings) as session:
        none = _("no staff")
        if service is not None:
            none = _("nobody performs {service}").format(service=service)
        print_records(
            settings,
            session.client.list_staff(session.service(service).id if service is not None else None),
            {
                _("name"): lambda it: it.full_name,
                _("phone"): lambda it: it.phone,
                _("e-mail"): lambda it: it.email,
                _("active"): lambda it: it.is_active,
            },
            none,
            wide={_("profile"): lambda it: it.profile_id, _("id"): lambda it: it.id},
        )


@staff.command()
@click.argument("full_name", metavar="NAME")
@click.option("--email", help="Their e-mail address; for the salon team.")
@click.option("--phone", help="Their telephone number; for the salon team.")
@PROFILE
@click.pass_obj
def add(
    settings: Settings,
    full_name: str,
    email: str | None,
    phone: str | None,
    profile: str | None,
) -> None:
    """Add the member of staff NAME.

    They can be booked once `staff hours` and `staff services` say when they work and what they
    perform.

    \b
    schnittwerk staff add "Mia Frei" --email mia@example.org
    """
    with opened(settings) as session:
        saved = session.client.save_staff(full_name, email, phone, _profile_id(session, profile))
        _tell(settings, session, _("added"), saved)
        if not settings.json:
            tell_namesakes(session, saved)


@staff.command()
@NAME
@click.option("--name", "full_name", metavar="NEW_NAME", help="What they are called from now on.")
@click.option("--email", help="Their e-mail address.")
@click.option("--phone", help="Their telephone number.")
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
    staff: str,
    full_name: str | None,
    email: str | None,
    phone: str | None,
    profile: str | None,
    clear: tuple[str, ...],
) -> None:
    """Change what is given of NAME.

    \b
    schnittwerk staff edit "Mia Frei" --phone "+41 79 000 00 00" --clear email
    """
    if not clear and (full_name, email, phone, profile) == (None, None, None, None):
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        saved = session.client.save_staff(
            full_name,
            email,
            phone,
            _profile_id(session, profile),
            id=session.staff(staff).id,
            clear=[_CLEARED[it] for it in clear] or None,
        )
        _tell(settings, session, _("changed"), saved)


@staff.command()
@NAME
@YES
@click.pass_obj
def deactivate(settings: Settings, staff: str, yes: bool) -> None:
    """Let NAME be booked no longer.

    Their appointments stay in the book, and are listed for somebody to move or cancel.

    \b
    schnittwerk staff deactivate "Mia Frei"
    """
    with opened(settings) as session:
        found = session.staff(staff)
        saved = agreed(
            settings,
            session,
            yes,
            lambda: session.client.save_staff(None, is_active=False, id=found.id),
            lambda it: _("Deactivate {name}? They can no longer be booked").format(
                name=it.full_name
            ),
        )
        _tell(settings, session, _("deactivated"), saved)


@staff.command()
@NAME
@click.pass_obj
def activate(settings: Settings, staff: str) -> None:
    """Let NAME be booked again.

    \b
    schnittwerk staff activate "Mia Frei"
    """
    with opened(settings) as session:
        saved = session.client.save_staff(None, is_active=True, id=session.staff(staff).id)
        _tell(settings, session, _("activated"), saved)


@staff.command()
@NAME
@click.argument("days", type=parse_weekdays, required=False, metavar="[DAYS]")
@click.argument("windows", nargs=-1, metavar="[WINDOW]...")
@click.option(
    "--break",
    "breaks",
    type=parse_window,
    multiple=True,
    metavar="WINDOW",
    help="A break in them, such as 12:00-13:00; may be repeated.",
)
@click.pass_obj
def hours(
    settings: Settings,
    staff: str,
    days: list[int] | None,
    windows: tuple[str, ...],
    breaks: tuple[dict[str, str], ...],
) -> None:
    """Show when NAME works, or have them work on DAYS during the WINDOWS.

    DAYS are weekdays such as mon, mon-fri or tue,thu; the others stay as they are. A WINDOW is
    local times such as 09:00-17:00, several for a day in parts; or closed for a day off. Only
    --break keeps the windows. The salon's opening hours bound all of them: see `hours`.

    \b
    schnittwerk staff hours "Mia Frei"
    schnittwerk staff hours "Mia Frei" tue-fri 09:00-17:00 --break 12:00-13:00
    schnittwerk staff hours "Mia Frei" mon closed
    """
    if days is not None and not windows and not breaks:
        raise click.UsageError(_("give windows such as 09:00-17:00, closed, or --break"))
    if days is None and breaks:
        raise click.UsageError(_("say on which days: mon, mon-fri or tue,thu"))
    wanted = parse_windows(windows) if windows else None
    with opened(settings) as session:
        found = session.staff(staff)
        week = session.client.get_staff_availability(found.id)
        if days is None:
            if settings.json:
                print_json(week)
            else:
                print_table(
                    WEEK,
                    {
                        _("day"): lambda it: weekday_name((it - 1) % 7),
                        _("works"): lambda it: _day_text(week, it),
                    },
                )
            return
        kept = [
            asdict(it)
            for it in week
            if it.day_of_week not in days
            or (wanted is None and it.availability_type == "available")
        ]
        new: list[dict[str, Any]] = [
            window | {"day_of_week": day, "availability_type": kind}
            for day in days
            for kind, all_of_kind in (("available", wanted or ()), ("unavailable", breaks))
            for window in all_of_kind
        ]
        # a refusal quotes them by what they were given as, for each day
        given_as = {"available": "WINDOW", "unavailable": "--break"}
        click.get_current_context().params["windows"] = tuple(
            (given_as[it["availability_type"]], windows_text([it])) for it in new
        )
        saved = session.client.set_staff_availability(found.id, new + kept)
        if settings.json:
            print_json(saved)
            return
        for day in sorted(days, key=WEEK.index):
            say(
                _("{name}, {day}: {hours}").format(
                    name=found.full_name,
                    day=weekday_name((day - 1) % 7),
                    hours=_day_text(saved.staff_availability, day),
                )
            )
        tell_affected(session, saved.affected_appointments)


@staff.command()
@NAME
@click.option(
    "--add", "added", multiple=True, metavar="SERVICE", help="Have them perform it; repeatable."
)
@click.option(
    "--price",
    "custom_price",
    type=parse_amount,
    metavar="AMOUNT",
    help="With --add: their own price.",
)
@click.option(
    "--minutes",
    "estimated_duration_minutes",
    type=int,
    help="With --add: how long they take.",
)
@click.option(
    "--remove", "removed", multiple=True, metavar="SERVICE", help="No longer; may be repeated."
)
@click.pass_obj
def services(
    settings: Settings,
    staff: str,
    added: tuple[str, ...],
    custom_price: Decimal | None,
    estimated_duration_minutes: int | None,
    removed: tuple[str, ...],
) -> None:
    """List what NAME performs, and on which terms; add services to it or remove some.

    Without --price and --minutes the service's own hold. Adding one that they perform already
    changes the terms that are given.

    \b
    schnittwerk staff services "Mia Frei"
    schnittwerk staff services "Mia Frei" --add "Women's cut" --price 85 --minutes 75
    schnittwerk staff services "Mia Frei" --remove Updo
    """
    own = (custom_price, estimated_duration_minutes)
    if not added and own != (None, None):
        raise click.UsageError(_("--price and --minutes go with --add only"))
    with opened(settings) as session:
        found = session.staff(staff)
        there = session.client.list_services()
        performed = {it.service_id: it for it in session.client.get_staff_services(found.id)}
        if not added and not removed:
            _print_services(settings, session, found, list(performed.values()), there)
            return
        terms = {key: _terms(it) for key, it in performed.items()}
        for name in removed:
            gone = _picked(there, name)
            if terms.pop(gone.id, None) is None:
                raise click.UsageError(
                    _("{name} does not perform {service}").format(
                        name=found.full_name, service=gone.name
                    )
                )
        for name in added:
            new = _picked(there, name).id
            terms[new] = _changed(terms.get(new) or {"service_id": new}, *own)
        saved = session.client.set_staff_services(found.id, list(terms.values()))
        if settings.json:
            print_json(saved)
            return
        _print_services(settings, session, found, saved.staff_services, there)
        tell_affected(session, saved.affected_appointments)


def _picked(there: Sequence[Service], name: str) -> Service:
    return pick("service", there, lambda it: it.name, name)


def _terms(performed: StaffService) -> dict[str, Any]:
    """What somebody performs, as the call takes it: without what is the service's."""
    terms = {key: it for key, it in asdict(performed).items() if it is not None}
    if "steps" in terms:
        del terms["estimated_duration_minutes"]  # their sum
    return terms


def _changed(terms: dict[str, Any], price: Decimal | None, minutes: int | None) -> dict[str, Any]:
    """Terms with those that are given; minutes take the place of steps of one's own."""
    if price is not None:
        terms = terms | {"custom_price": price}
    if minutes is not None:
        terms = terms | {"estimated_duration_minutes": minutes}
        terms.pop("steps", None)
    return terms


def _print_services(
    settings: Settings,
    session: Session,
    member: Staff,
    performed: Sequence[StaffService],
    there: Sequence[Service],
) -> None:
    services = {it.id: it for it in there}

    def minutes(it: StaffService) -> object:
        service = services[it.service_id]
        own = it.estimated_duration_minutes
        return steps_text(it.steps) or own or steps_text(service.steps) or service.duration_minutes

    print_records(
        settings,
        sorted(performed, key=lambda it: services[it.service_id].name),
        {
            _("service"): lambda it: services[it.service_id].name,
            _("minutes"): minutes,
            session.salon.currency: lambda it: (
                services[it.service_id].base_price if it.custom_price is None else it.custom_price
            ),
            _("own terms"): lambda it: ", ".join(
                own
                for own, value in (
                    (_("minutes"), it.estimated_duration_minutes),
                    (_("price"), it.custom_price),
                )
                if value is not None
            ),
        },
        none=_("{name} performs no service yet").format(name=member.full_name),
        wide={_("id"): lambda it: it.service_id},
    )


def _day_text(week: Sequence[Availability], day: int) -> str:
    """When somebody works on a weekday, and their breaks."""
    windows = sorted((it for it in week if it.day_of_week == day), key=lambda it: it.start_time)

    def listed(kind: str) -> str:
        return ", ".join(
            f"{it.start_time}-{it.end_time}" for it in windows if it.availability_type == kind
        )

    works, breaks = listed("available"), listed("unavailable")
    if not works:
        return _("off")
    return _("{hours}, break {breaks}").format(hours=works, breaks=breaks) if breaks else works


def _profile_id(session: Session, name_or_id: str | None) -> UUID | None:
    """The user of that name or id."""
    return None if name_or_id is None else session.user_id(name_or_id)


def _tell(settings: Settings, session: Session, what: str, member: Staff) -> None:
    if settings.json:
        print_json(member)
        return
    contact = "".join(f", {it}" for it in (member.phone, member.email) if it)
    say(
        _("{what}: {name}{contact}, staff {id}").format(
            what=what, name=member.full_name, contact=contact, id=session.shown_id(member.id)
        )
    )
    tell_affected(session, member.affected_appointments)
