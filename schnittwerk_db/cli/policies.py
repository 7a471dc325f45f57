"""Booking policies."""

from __future__ import annotations

import json

import click

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.output import print_json, print_records
from schnittwerk_db.cli.session import opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.models import Policy


@click.group()
def policies() -> None:
    """Show and set booking policies."""


@policies.command("list")
@click.pass_obj
def list_policies(settings: Settings) -> None:
    """List every policy with its value and what it may be."""
    with opened(settings) as session:
        print_records(
            settings.json,
            session.client.list_policies(),
            {
                "policy": lambda it: it.policy_key,
                "value": lambda it: json.dumps(it.in_force),
                "default": lambda it: json.dumps(it.default_value),
                "may be": _range,
                "description": lambda it: it.description,
            },
            none="no policy",
        )


@policies.command("get")
@click.argument("key")
@click.pass_obj
def get_policy(settings: Settings, key: str) -> None:
    """Print the value of the policy KEY that holds."""
    with opened(settings) as session:
        known = {it.policy_key: it for it in session.client.list_policies()}
    if key not in known:
        raise Refusal(f"there is no policy {key!r}; there are {', '.join(known)}")
    if settings.json:
        print_json(known[key])
    else:
        click.echo(json.dumps(known[key].in_force))


@policies.command("set")
@click.argument("key")
@click.argument("value")
@click.option("--inactive", is_flag=True, help="Keep the value, but let the default hold.")
@click.pass_obj
def set_policy(settings: Settings, key: str, value: str, inactive: bool) -> None:
    """Set the policy KEY to VALUE, a number or true or false."""
    with opened(settings) as session:
        saved = session.client.set_policy(key, _typed(value), not inactive)
    if settings.json:
        print_json(saved)
    else:
        held = "" if saved.is_active else " (inactive: the default holds)"
        click.echo(f"{saved.policy_key} = {json.dumps(saved.policy_value)}{held}")


def _typed(value: str) -> object:
    """A JSON value, or the text itself, of which the database says what it makes of it."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _range(policy: Policy) -> str:
    if policy.minimum is None:
        return policy.value_type
    return f"{policy.value_type} {policy.minimum} to {policy.maximum}"
