"""`schnittwerk migrate` and `schnittwerk rollback`."""

import click

from schnittwerk_db.cli.asking import YES, confirm
from schnittwerk_db.cli.language import _
from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.progress import followed
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import default_dsn


@click.command()
@click.option("--to", metavar="CHANGE", help="Stop after this change or @tag.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be deployed.")
@click.option("--folder", is_flag=True, help="Only print the folder of the scripts, for sqitch.")
@click.pass_obj
def migrate(settings: Settings, to: str | None, dry_run: bool, folder: bool) -> None:
    """Bring the database up to date.

    \b
    schnittwerk migrate --dry-run
    """
    # yoyo takes as long to load as a short command to run
    from schnittwerk_db.migrate import MIGRATIONS
    from schnittwerk_db.migrate import migrate as deploy

    if folder:
        say(str(MIGRATIONS))
        return
    changes = deploy(_dsn(settings), to, dry_run, follow=followed(settings, _("migrating")))
    done = _("{change} would be deployed") if dry_run else _("{change} deployed")
    _print(settings, "pending" if dry_run else "deployed", changes, done, _("up to date"))


@click.command()
@click.option("--to", metavar="CHANGE", required=True, help="Last change or @tag to keep, or zero.")
@YES
@click.pass_obj
def rollback(settings: Settings, to: str, yes: bool) -> None:
    """Revert the changes after CHANGE and drop the data in them.

    \b
    schnittwerk rollback --to booking
    """
    from schnittwerk_db.migrate import rollback as revert

    question = _("Drop everything after {change}, with its data?").format(change=to)
    if to == "zero":
        question = _("Drop everything, with its data?")
    confirm(settings, yes, question)
    changes = revert(_dsn(settings), to)
    _print(settings, "reverted", changes, _("{change} reverted"), _("nothing to revert"))


def _dsn(settings: Settings) -> str:
    return default_dsn() if settings.dsn is None else settings.dsn


def _print(settings: Settings, key: str, changes: list[str], done: str, none: str) -> None:
    if settings.json:
        print_json({key: changes})
    else:
        for line in [done.format(change=change) for change in changes] or [none]:
            say(line)
