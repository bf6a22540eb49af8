"""What a run ran in: packages, Python, host, user and command line."""

from __future__ import annotations

import functools
import getpass
import platform
import re
import shlex
import socket
import sys
from collections.abc import Sequence
from importlib import metadata

from graphprov.capture.redaction import command_line

ARGUMENT_CHARACTERS = 500


@functools.cache
def packages() -> tuple[str, ...]:
    """What is installed, as sorted `name==version`; read once in a process.

    Names are in the normal form of the packaging standard (PEP 503): lower case, words joined by hyphens. Where a
    package is installed twice, the one that Python would import counts.
    """
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # noqa: S112  a broken installation of something else is none of our business
            continue
        if name and version:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return tuple(sorted(f"{name}=={version}" for name, version in found.items()))


@functools.cache
def python() -> str:
    """The interpreter, such as `CPython 3.12.4`."""
    return f"{platform.python_implementation()} {platform.python_version()}"


@functools.cache
def host() -> str:
    """This machine's name; `unknown` where it has none."""
    return socket.gethostname() or "unknown"


@functools.cache
def user() -> str:
    """The login name of the user; `unknown` where there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def command() -> str:
    """The command line of this process, without the secrets in it."""
    return shown(_arguments())


def shown(arguments: Sequence[str]) -> str:
    """A command line as it is recorded: without the secrets in it, and with no argument at any length."""
    # The text of `python -c` is a program, and as long as one likes. Cut last: half a token is known by nothing.
    return shlex.join(
        argument if len(argument) <= ARGUMENT_CHARACTERS else argument[:ARGUMENT_CHARACTERS] + "..."
        for argument in shlex.split(command_line(arguments))
    )


def _arguments() -> list[str]:
    """The command line as typed; where another program runs this one in its own process, as that one set it."""
    typed, set_ = list(sys.orig_argv), list(sys.argv)
    if not set_ or set_[0] in ("", "-c", "-m", *typed) or ("-m" in typed and typed[-len(set_) + 1 :] == set_[1:]):
        return typed
    return ["python", *set_]
