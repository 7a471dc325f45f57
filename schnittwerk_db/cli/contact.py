"""How customers may be written to."""

from __future__ import annotations

import click

from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.words import word


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
    """Show how CUSTOMER may be written to, and set what is given.

    \b
    schnittwerk contact "Anna Keller"
    schnittwerk contact "Anna Keller" --language de --email --no-sms
    """
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
        say(_("language: {language}").format(language=found.language or _("none chosen")))
        say(
            _("agreed to: {channels}").format(channels=", ".join(map(word, agreed)) or _("nothing"))
        )
