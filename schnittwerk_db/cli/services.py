"""The services: what can be booked, for how long and for how much."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import click

from schnittwerk_db.cli.affected import tell_affected
from schnittwerk_db.cli.asking import YES, agreed
from schnittwerk_db.cli.bookings import parse_amount
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.refusals import translated
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.models import Service
from schnittwerk_db.notation import needs_text, parse_need, parse_steps, steps_text

T = TypeVar("T")

# options that `--clear` empties, by the names of the parameters
_CLEARED = {
    "min": "min_price",
    "max": "max_price",
    "buffer-before": "buffer_before_minutes",
    "buffer-after": "buffer_after_minutes",
}

SERVICE = click.argument("service")


def _options(is_new: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of a service, which a new one has to have in part."""
    options = (
        click.option(
            "--minutes",
            "duration_minutes",
            type=int,
            required=is_new,
            help="How long it takes; of one with steps that is their sum.",
        ),
        click.option(
            "--price",
            "base_price",
            type=parse_amount,
            metavar="AMOUNT",
            required=is_new,
            help="Its base price.",
        ),
        click.option("--category", help="Such as cut; general if left out."),
        click.option(
            "--min",
            "min_price",
            type=parse_amount,
            metavar="AMOUNT",
            help="Price rules and staff prices go no lower.",
        ),
        click.option(
            "--max",
            "max_price",
            type=parse_amount,
            metavar="AMOUNT",
            help="Price rules and staff prices go no higher.",
        ),
        click.option(
            "--buffer-before",
            "buffer_before_minutes",
            type=int,
            metavar="MINUTES",
            help="Kept free before it; none if left out.",
        ),
        click.option(
            "--buffer-after",
            "buffer_after_minutes",
            type=int,
            metavar="MINUTES",
            help="Kept free after it; the salon's buffer if left out.",
        ),
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group(invoke_without_command=True)
@click.pass_context
def services(ctx: click.Context) -> None:
    """List and keep the services, their prices, their steps and what they need.

    \b
    schnittwerk services
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


@services.command("list")
@click.pass_obj
def list_services(settings: Settings) -> None:
    """List the services.

    \b
    schnittwerk services list --wide
    """
    _list(settings)


def _list(settings: Settings) -> None:
    with opened(settings) as session:
        print_records(
            settings,
            sorted(session.client.list_services(), key=lambda it: it.name.casefold()),
            {
                _("name"): lambda it: it.name,
                _("minutes"): lambda it: steps_text(it.steps) or it.duration_minutes,
                session.salon.currency: lambda it: it.base_price,
                _("needs"): lambda it: needs_text(it.needs),
                _("active"): lambda it: it.is_active,
            },
            none=_("no service"),
            wide={
                _("category"): lambda it: it.category,
                _("at least"): lambda it: it.min_price,
                _("at most"): lambda it: it.max_price,
                _("before"): lambda it: it.buffer_before_minutes,
                _("after"): lambda it: it.buffer_after_minutes,
                _("id"): lambda it: it.id,
            },
        )


@services.command()
@click.argument("name")
@_options(is_new=True)
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    duration_minutes: int,
    base_price: Decimal,
    category: str | None,
    min_price: Decimal | None,
    max_price: Decimal | None,
    buffer_before_minutes: int | None,
    buffer_after_minutes: int | None,
) -> None:
    """Add the service NAME. `staff services` says who performs it.

    \b
    schnittwerk services add "Women's cut" --minutes 60 --price 75 --category cut
    """
    with opened(settings) as session:
        saved = session.client.save_service(
            name,
            duration_minutes,
            base_price,
            category,
            buffer_before_minutes,
            buffer_after_minutes,
            None,
            min_price,
            max_price,
        )
        _tell(settings, session, _("added"), saved)


@services.command()
@SERVICE
@click.option("--name", help="What it is called from now on.")
@_options(is_new=False)
@click.option(
    "--clear",
    type=click.Choice(list(_CLEARED)),
    multiple=True,
    help="Empty this option; may be repeated.",
)
@click.pass_obj
def edit(
    settings: Settings,
    service: str,
    name: str | None,
    duration_minutes: int | None,
    base_price: Decimal | None,
    category: str | None,
    min_price: Decimal | None,
    max_price: Decimal | None,
    buffer_before_minutes: int | None,
    buffer_after_minutes: int | None,
    clear: tuple[str, ...],
) -> None:
    """Change what is given of SERVICE (its name or id). What was booked stays as it is.

    \b
    schnittwerk services edit "Women's cut" --minutes 75 --clear buffer-after
    """
    given = (
        name,
        duration_minutes,
        base_price,
        category,
        buffer_before_minutes,
        buffer_after_minutes,
        min_price,
        max_price,
    )
    if not clear and all(it is None for it in given):
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        saved = session.client.save_service(
            name,
            duration_minutes,
            base_price,
            category,
            buffer_before_minutes,
            buffer_after_minutes,
            None,
            min_price,
            max_price,
            session.service(service).id,
            [_CLEARED[it] for it in clear] or None,
        )
        _tell(settings, session, _("changed"), saved)


@services.command()
@SERVICE
@click.argument("base_price", type=parse_amount, metavar="AMOUNT")
@click.option(
    "--min", "min_price", type=parse_amount, metavar="AMOUNT", help="And let it go no lower."
)
@click.option(
    "--max", "max_price", type=parse_amount, metavar="AMOUNT", help="And let it go no higher."
)
@click.pass_obj
def price(
    settings: Settings,
    service: str,
    base_price: Decimal,
    min_price: Decimal | None,
    max_price: Decimal | None,
) -> None:
    """Set the base price of SERVICE (its name or id). What was booked keeps its price.

    The members of staff who have a price of their own keep it: see `staff services`. Rules by which
    prices differ are those of `prices`.

    \b
    schnittwerk services price "Women's cut" 79 --min 70
    """
    with opened(settings) as session:
        saved = session.client.save_service(
            None,
            None,
            base_price,
            min_price=min_price,
            max_price=max_price,
            id=session.service(service).id,
        )
        _tell(settings, session, _("changed"), saved)


@services.command()
@SERVICE
@YES
@click.pass_obj
def deactivate(settings: Settings, service: str, yes: bool) -> None:
    """Offer SERVICE (its name or id) no longer.

    Appointments that are booked stay in the book, and are listed for somebody to move or cancel.

    \b
    schnittwerk services deactivate "Fringe trim"
    """
    with opened(settings) as session:
        found = session.service(service)
        saved = agreed(
            settings,
            session,
            yes,
            lambda: session.client.save_service(None, None, None, is_active=False, id=found.id),
            lambda it: _("Deactivate {name}? It can no longer be booked").format(name=it.name),
        )
        _tell(settings, session, _("deactivated"), saved)


@services.command()
@SERVICE
@click.pass_obj
def activate(settings: Settings, service: str) -> None:
    """Offer SERVICE (its name or id) again.

    \b
    schnittwerk services activate "Fringe trim"
    """
    with opened(settings) as session:
        saved = session.client.save_service(
            None, None, None, is_active=True, id=session.service(service).id
        )
        _tell(settings, session, _("activated"), saved)


@services.command("steps")
@SERVICE
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
            return
        say(
            _("{service}: {steps}, {minutes} minutes").format(
                service=saved.name,
                steps=steps_text(saved.steps) or _("one step"),
                minutes=saved.duration_minutes,
            )
        )
        tell_affected(session, saved.affected_appointments)


@services.command("needs")
@SERVICE
@click.argument("needs", nargs=-1, metavar="[NEED]...")
@click.option("--none", is_flag=True, help="Nothing.")
@click.pass_obj
def set_needs(settings: Settings, service: str, needs: tuple[str, ...], none: bool) -> None:
    """Set what SERVICE (its name or id) needs of rooms and equipment.

    A NEED is a pool, *HOW MANY of it if more than one, and @FROM-TO the minutes after the start if
    not all the time: Cabin, Basin@75-105, Chair*2@0-30.

    \b
    schnittwerk services needs Colour "Wash basin@75-105"
    """
    wanted = [_parsed(parse_need, it) for it in _given(needs, none, "NEED")]
    with opened(settings) as session:
        saved = session.client.set_service_resources(session.service(service).id, wanted)
        if settings.json:
            print_json(saved)
            return
        say(
            _("{service}: needs {needs}").format(
                service=saved.name, needs=needs_text(saved.needs) or _("nothing")
            )
        )
        tell_affected(session, saved.affected_appointments)


def _given(typed: tuple[str, ...], none: bool, what: str) -> tuple[str, ...]:
    """What was typed, which is something or --none."""
    if none == bool(typed):
        raise click.UsageError(_("give at least one {what}, or --none").format(what=what))
    return typed


def _parsed(parse: Callable[[str], T], typed: str) -> T:
    try:
        return parse(typed)
    except ValueError as error:
        raise click.UsageError(translated(str(error))) from None


def _tell(settings: Settings, session: Session, what: str, service: Service) -> None:
    """Says what became of a service, on which terms it is now."""
    if settings.json:
        print_json(service)
        return
    terms = [
        _("{minutes} minutes").format(minutes=service.duration_minutes),
        f"{service.base_price} {session.salon.currency}",
    ]
    if service.min_price is not None:
        terms.append(_("at least {price}").format(price=service.min_price))
    if service.max_price is not None:
        terms.append(_("at most {price}").format(price=service.max_price))
    if service.buffer_before_minutes is not None:
        terms.append(
            _("{minutes} minutes free before").format(minutes=service.buffer_before_minutes)
        )
    if service.buffer_after_minutes is not None:
        terms.append(_("{minutes} minutes free after").format(minutes=service.buffer_after_minutes))
    say(
        _("{what}: {name}, {terms}, service {id}").format(
            what=what,
            name=service.name,
            terms=", ".join(terms),
            id=session.shown_id(service.id),
        )
    )
    tell_affected(session, service.affected_appointments)
