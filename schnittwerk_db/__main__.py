"""The command ``schnittwerk``, which can say what to install where the extra ``cli`` is missing."""

import os
import sys
from pathlib import Path

from schnittwerk_db.extras import MissingExtraError, needs_extra


def main() -> None:
    """Runs the command line on the arguments of the process."""
    try:
        with needs_extra("cli"):
            from schnittwerk_db.cli import main as run
    except MissingExtraError as error:
        sys.exit(f"Error: {error}")
    for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, stream) is None:  # it is closed
            setattr(sys, stream, Path(os.devnull).open(mode))  # noqa: SIM115 -- until the end
    run(prog_name="schnittwerk")


if __name__ == "__main__":
    main()
