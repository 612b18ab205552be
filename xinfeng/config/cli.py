"""The command `xinfeng`: Django's commands, with the database started first; and verifying."""

import os
import sys

from xinfeng.base.host import ServerProblem
from xinfeng.config import verify, witness

WITHOUT_DATABASE = {
    "makemessages",
    "compilemessages",
    "help",
    "draw_states",
    "collectstatic",
    "openapi",
}


def main() -> None:
    for name, run in (("verify", verify.main), ("witness", witness.main)):
        if sys.argv[1:2] == [name]:
            sys.exit(run(sys.argv[2:]))
    _manage()


def _manage() -> None:
    """Everything else is Django's, which is loaded only now: verifying needs none of it."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinfeng.config.settings")
    arguments = sys.argv[1:]
    verb = arguments[0] if arguments else "help"
    if verb not in WITHOUT_DATABASE and "--help" not in arguments:
        from xinfeng.config import database  # noqa: PLC0415

        try:
            database.start()
        except (ServerProblem, database.DatabaseProblem) as problem:
            sys.exit(f"xinfeng {verb}: {problem}")
    execute_from_command_line(["xinfeng", *arguments])
