"""`schnittwerk migrate` and `schnittwerk rollback`."""

import click

from schnittwerk_db.cli.output import print_json, say
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.client import default_dsn
from schnittwerk_db.json_text import visible


@click.command()
@click.option("--to", metavar="CHANGE", help="Stop after this change or @tag.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be deployed.")
@click.option("--folder", is_flag=True, help="Only print the folder of the scripts, for sqitch.")
@click.pass_obj
def migrate(settings: Settings, to: str | None, dry_run: bool, folder: bool) -> None:
    """Bring the database up to date."""
    # yoyo takes as long to load as a short command to run
    from schnittwerk_db.migrate import MIGRATIONS
    from schnittwerk_db.migrate import migrate as deploy

    if folder:
        say(str(MIGRATIONS))
        return
    changes = deploy(_dsn(settings), to, dry_run)
    done = "would be deployed" if dry_run else "deployed"
    _print(settings, "pending" if dry_run else "deployed", changes, done, "up to date")


@click.command()
@click.option("--to", metavar="CHANGE", required=True, help="Last change or @tag to keep, or zero.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(settings: Settings, to: str, yes: bool) -> None:
    """Revert the changes after CHANGE and drop the data in them."""
    from schnittwerk_db.migrate import rollback as revert

    if not yes:
        what = "everything" if to == "zero" else f"everything after {to}"
        click.confirm(visible(f"Drop {what}, with its data?"), abort=True, err=True)
    changes = revert(_dsn(settings), to)
    _print(settings, "reverted", changes, "reverted", "nothing to revert")


def _dsn(settings: Settings) -> str:
    return default_dsn() if settings.dsn is None else settings.dsn


def _print(settings: Settings, key: str, changes: list[str], done: str, none: str) -> None:
    if settings.json:
        print_json({key: changes})
    else:
        for line in [f"{change} {done}" for change in changes] or [none]:
            say(line)
