"""Listing services, staff and customers."""

from __future__ import annotations

import click

from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings


@click.command()
@click.pass_obj
def services(settings: Settings) -> None:
    """List the services."""
    with opened(settings) as session:
        print_records(
            settings.json,
            session.client.list_services(),
            {
                "name": lambda it: it.name,
                "category": lambda it: it.category,
                "minutes": lambda it: it.duration_minutes,
                session.salon.currency: lambda it: it.base_price,
                "active": lambda it: it.is_active,
                "id": lambda it: it.id,
            },
            none="no service",
        )


@click.command()
@click.option("--service", help="Only who performs this service.")
@click.pass_obj
def staff(settings: Settings, service: str | None) -> None:
    """List the staff."""
    with opened(settings) as session:
        print_records(
            settings.json,
            session.client.list_staff(session.service(service).id if service else None),
            {
                "name": lambda it: it.full_name,
                "active": lambda it: it.is_active,
                "id": lambda it: it.id,
            },
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
            settings.json,
            session.client.list_customers(search, limit),
            {
                "name": lambda it: it.full_name,
                "e-mail": lambda it: it.email,
                "telephone": lambda it: it.phone,
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
