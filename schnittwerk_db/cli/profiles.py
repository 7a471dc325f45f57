"""The profiles: who has which role in the salon."""

from __future__ import annotations

import click

from schnittwerk_db.cli.language import N_, _
from schnittwerk_db.cli.output import print_json, print_records, say
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings

ROLES = click.Choice([N_("admin"), N_("receptionist"), N_("staff"), N_("customer")])


@click.group(invoke_without_command=True)
@click.pass_context
def profiles(ctx: click.Context) -> None:
    """List and set who has which role in the salon.

    \b
    schnittwerk profiles
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, None)


@profiles.command("list")
@click.option("--role", type=ROLES, help="Only those with this role.")
@click.pass_obj
def list_profiles(settings: Settings, role: str | None) -> None:
    """List the users who have a role in the salon.

    \b
    schnittwerk profiles list --role admin
    """
    _list(settings, role)


def _list(settings: Settings, role: str | None) -> None:
    with opened(settings) as session:
        print_records(
            settings,
            session.client.list_profiles(role),
            {
                _("name"): lambda it: it.full_name,
                _("role"): lambda it: _(it.role),
                _("e-mail"): lambda it: it.email,
                _("active"): lambda it: it.is_active,
                _("user"): lambda it: it.id,
            },
            _("nobody has a role in the salon"),
        )


@profiles.command("set")
@click.argument("profile", metavar="USER")
@click.option("--role", type=ROLES, help="What they may do; needed for a new user.")
@click.option("--name", "full_name", help="Their name.")
@click.option("--email", help="Their e-mail address.")
@click.option("--active/--inactive", "is_active", default=None, help="Whether they may do it now.")
@click.pass_obj
def set_profile(
    settings: Settings,
    profile: str,
    role: str | None,
    full_name: str | None,
    email: str | None,
    is_active: bool | None,
) -> None:
    """Give USER a role in the salon, or change what is given.

    USER is the name of somebody who has a role, or the first characters of their id. Somebody new
    is named by their whole id: "sub" of the claims with which they sign in.

    \b
    schnittwerk profiles set 00000000-0000-4000-8000-000000000007 --role staff --name "Mia Frei"
    schnittwerk profiles set "Mia Frei" --inactive
    """
    if (role, full_name, email, is_active) == (None,) * 4:
        raise click.UsageError(_("nothing to change: give an option"))
    with opened(settings) as session:
        saved = session.client.save_profile(
            session.user_id(profile), role, full_name, email, is_active
        )
        if settings.json:
            print_json(saved)
            return
        who = saved.full_name or str(saved.id)
        say(
            _("{name} is {role} now").format(name=who, role=_(saved.role))
            if saved.is_active
            else _("{name} may do nothing now").format(name=who)
        )
