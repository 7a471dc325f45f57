"""Listing salons, services, staff and customers."""

from __future__ import annotations

import click

from schnittwerk_db.cli.output import print_records
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import connect


@click.command()
@click.pass_obj
def salons(settings: Settings) -> None:
    """List the salons."""
    with connect(settings.dsn) as client:
        print_records(
            settings.json,
            client.list_salons(),
            {
                "name": lambda it: it.name,
                "time zone": lambda it: it.time_zone,
                "currency": lambda it: it.currency,
                "id": lambda it: it.id,
            },
            none="no salon",
        )


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
            none="no staff",
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
                "id": lambda it: it.id,
            },
            none="no customer",
        )
