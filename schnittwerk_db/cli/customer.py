"""What is kept of a customer: handed over, or erased."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from schnittwerk_db.cli.asking import YES, confirm
from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.words import word
from schnittwerk_db.json_text import json_text

CUSTOMER = click.argument("customer", metavar="NAME_OR_ID")


@click.group()
def customer() -> None:
    """Export or erase what is kept of a customer.

    \b
    schnittwerk customer export "Anna Keller"
    """


@customer.command()
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
    schnittwerk customer export "Anna Keller" --output anna.json
    """
    with opened(settings) as session:
        text = json_text(session.client.export_customer(session.customer_id(customer)), "\n")
    if output is None:
        click.echo(text)
        return
    try:
        output.touch(mode=0o600)
        output.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise Refusal(f"{output}: {error.strerror}") from error


@customer.command()
@CUSTOMER
@YES
@click.pass_obj
def erase(settings: Settings, customer: str, yes: bool) -> None:
    """Erase the personal data of a customer; it cannot be undone.

    What was booked stays, without saying by whom. Appointments to come are to be cancelled first.

    \b
    schnittwerk customer erase "Anna Keller"
    """
    with opened(settings) as session:
        customer_id = session.customer_id(customer)
        question = _("Erase the personal data of {customer}? It cannot be undone")
        confirm(settings, yes, question.format(customer=session.customer_name(customer_id)))
        erased = session.client.erase_customer(customer_id)
    if settings.json:
        print_json(erased)
    else:
        counts = {kind: rows for kind, rows in asdict(erased).items() if kind != "customer_id"}
        rows = ", ".join(f"{rows} {word(kind)}" for kind, rows in counts.items())
        say(
            _("erased customer {id}, with what was in {rows}").format(
                id=erased.customer_id, rows=rows
            )
        )
