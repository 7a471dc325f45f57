"""The command ``schnittwerk``, which can say what to install where the extra ``cli`` is missing."""

import sys

from schnittwerk_db.extras import MissingExtraError, needs_extra


def main() -> None:
    """Runs the command line on the arguments of the process."""
    try:
        with needs_extra("cli"):
            from schnittwerk_db.cli import main as run
    except MissingExtraError as error:
        sys.exit(f"Error: {error}")
    run(prog_name="schnittwerk")


if __name__ == "__main__":
    main()
