"""What this process is: a script, a notebook, a child of another process."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePath

from graphprov.observe.command import default_name


def interactive() -> bool:
    """Whether somebody types here: a notebook, IPython, or Python's own prompt."""
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or "ipykernel" in sys.modules


def script_name() -> str:
    """What the script's run is called: after the script, the module or the notebook; else `interactive`."""
    if interactive():
        # Jupyter's server says which notebook a kernel is for.
        return PurePath(os.environ.get("JPY_SESSION_NAME", "")).stem or "interactive"
    # A child's own command line is that of `multiprocessing`; it is given its parent's arguments.
    return default_name(["python", *(sys.argv if in_child() else sys.orig_argv[1:])])


def script_folder() -> str | None:
    """The folder of the script, whose code runs; None where there is none, or it is a program that was installed."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if interactive() or file is None:
        return None
    folder = Path(file).resolve().parent
    return None if folder.is_relative_to(Path(sys.prefix).resolve()) else str(folder)


def in_child() -> bool:
    """Whether `multiprocessing` made this process: its script is another process's, too."""
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None
