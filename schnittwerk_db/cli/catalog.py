"""Listing services, staff and customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.notation import needs_text, parse_need, parse_steps, steps_text

T = TypeVar("T")


@click.group(invoke_without_command=True)
@click.pass_context
def services(ctx: click.Context) -> None:
    """List the services; set their steps and what they need."""
    if ctx.invoked_subcommand is not None:
        return
    settings: Settings = ctx.obj
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_services(),
            {
                "name": lambda it: it.name,
                "minutes": lambda it: steps_text(it.steps) or it.duration_minutes,
                session.salon.currency: lambda it: it.base_price,
                "needs": lambda it: needs_text(it.needs),
                "active": lambda it: it.is_active,
            },
            none="no service",
            wide={"category": lambda it: it.category, "id": lambda it: it.id},
        )


@services.command("steps")
@click.argument("service")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@click.option("--none", is_flag=True, help="One step of the service's duration.")
@click.pass_obj
def set_steps(settings: Settings, service: str, steps: tuple[str, ...], none: bool) -> None:
    """Set the steps of SERVICE (its name or id).

    A STEP is minutes with the member of staff such as 30, or minutes without, a gap in which they
    can serve somebody else, such as gap:45. The service takes as long as its steps together.

    \b
    schnittwerk services steps Colour 30 gap:45 30
    """
    wanted = _parsed(parse_steps, " ".join(_given(steps, none, "STEP")))
    with opened(settings) as session:
        saved = session.client.set_service_steps(session.service(service).id, wanted or None)
        if settings.json:
            print_json(saved)
        else:
            how = steps_text(saved.steps) or "one step"
            say(f"{saved.name}: {how}, {saved.duration_minutes} minutes")


@services.command("needs")
@click.argument("service")
@click.argument("needs", nargs=-1, metavar="[NEED]...")
@click.option("--none", is_flag=True, help="Nothing.")
@click.pass_obj
def set_needs(settings: Settings, service: str, needs: tuple[str, ...], none: bool) -> None:
    """Set what SERVICE (its name or id) needs of rooms and equipment.

    A NEED is a pool, *HOW MANY of it if more than one, and @FROM-TO the minutes after the start if
    not all the time: Cabin, Basin@75-105, Chair*2@0-30.
    """
    wanted = [_parsed(parse_need, it) for it in _given(needs, none, "NEED")]
    with opened(settings) as session:
        saved = session.client.set_service_resources(session.service(service).id, wanted)
        if settings.json:
            print_json(saved)
        else:
            say(f"{saved.name}: needs {needs_text(saved.needs) or 'nothing'}")


def _given(typed: tuple[str, ...], none: bool, what: str) -> tuple[str, ...]:
    """What was typed, which is something or --none."""
    if none == bool(typed):
        raise click.UsageError(f"give at least one {what}, or --none")
    return typed


def _parsed(parse: Callable[[str], T], typed: str) -> T:
    try:
        return parse(typed)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@click.command()
@click.option("--service", help="Only who performs this service.")
@click.pass_obj
def staff(settings: Settings, service: str | None) -> None:
    """List the staff."""
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_staff(session.service(service).id if service else None),
            {
                "name": lambda it: it.full_name,
                "active": lambda it: it.is_active,
            },
            wide={"id": lambda it: it.id},
            none=f"nobody performs {service}" if service else "no staff",
        )


@click.command()
@click.argument("search", required=False)
@click.option("--limit", type=int, default=50, show_default=True, help="At most so many.")
@click.pass_obj
def customers(settings: Settings, search: str | None, limit: int) -> None:
    """List customers, or those that SEARCH finds."""
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_customers(search, limit),
            {
                "name": lambda it: it.full_name,
                "e-mail": lambda it: it.email,
                "telephone": lambda it: it.phone,
            },
            wide={
                "same e-mail": lambda it: ", ".join(map(str, it.merge_candidate_ids)),
                "id": lambda it: it.id,
            },
            none=f"no customer that {search!r} finds" if search else "no customer",
        )


@click.command()
@click.argument("customer")
@click.option("--language", help="In which they are written to, such as de.")
@click.option("--email/--no-email", default=None, help="Whether they agreed to e-mail.")
@click.option("--sms/--no-sms", default=None, help="Whether they agreed to SMS.")
@click.option("--chat/--no-chat", default=None, help="Whether they agreed to chat.")
@click.pass_obj
def contact(
    settings: Settings,
    customer: str,
    language: str | None,
    email: bool | None,
    sms: bool | None,
    chat: bool | None,
) -> None:
    """Show how CUSTOMER may be written to, and set what is given."""
    given = {"email": email, "sms": sms, "chat": chat}
    consents = {channel: agreed for channel, agreed in given.items() if agreed is not None}
    with opened(settings) as session:
        customer_id = session.customer_id(customer)
        found = (
            session.client.set_contact_preferences(customer_id, language, consents or None)
            if language or consents
            else session.client.get_contact_preferences(customer_id)
        )
        if settings.json:
            print_json(found)
            return
        agreed = [channel for channel, is_agreed in found.consents.items() if is_agreed]
        say(f"language: {found.language or 'none chosen'}")
        say(f"agreed to: {', '.join(agreed) or 'nothing'}")
