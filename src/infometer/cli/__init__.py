"""The command line: ``infometer COMMAND``; one file a command.

The script works from a bare install: without the ``cli`` extra it says what to install.
"""

from __future__ import annotations

import sys

from infometer.extras import MissingExtraError, require

__all__ = ["main"]

STOPPED = "Stopped; the same command takes up what it has kept, or begins anew."


def main() -> None:
    """Run the command line; exit 0 done, 2 bad input, 3 missing extra, 130 Ctrl-C."""
    try:
        require("typer", "cli")
        from infometer.cli.app import run

        run()
    except MissingExtraError as missing:
        print(missing, file=sys.stderr)  # noqa: T201
        sys.exit(3)
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)  # noqa: T201
        sys.exit(130)
