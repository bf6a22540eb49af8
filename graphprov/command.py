"""How to type `graphprov` here: by its name where that finds this very installation, else by its path."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAME = "graphprov"


def typed() -> str:
    """What a person types to run this `graphprov` again, from the folder they stand in.

    A virtual environment that was never activated is not on the path: there it is, say, `.venv/bin/graphprov`.
    """
    script = Path(sys.argv[0])
    if script.stem != NAME or not script.is_file():
        return NAME
    found = shutil.which(NAME)
    if found and Path(found).resolve() == script.resolve():
        return NAME
    absolute = script.absolute()
    here = Path.cwd()
    shown = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return f"{os.curdir}{os.sep}{shown}" if len(shown.parts) == 1 else str(shown)
