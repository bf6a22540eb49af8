"""Command lines: what follows an option that is named like a secret, and the options of programs known for theirs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import PurePath

from graphprov.capture.redaction.names import is_secret_name
from graphprov.capture.redaction.text import REDACTED, clean

_ASSIGNMENT = re.compile(r"(-{0,2})([A-Za-z_][\w.-]*)([=:])(.+)", re.DOTALL)
_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)")

OPTIONS: dict[str, tuple[str, ...]] = {
    "curl": ("-u", "--user", "-U", "--proxy-user"),
    "http": ("-a", "--auth"),
    "https": ("-a", "--auth"),
    "ldapsearch": ("-w",),
    "mariadb": ("-p",),
    "mongosh": ("-p",),
    "mysql": ("-p",),
    "mysqldump": ("-p",),
    "openssl": ("-pass", "-passin", "-passout"),
    "redis-cli": ("-a",),
    "smbclient": ("-U",),
    "sqlcmd": ("-P",),
    "sshpass": ("-p",),
    "unzip": ("-P",),
}
"""Options whose value is a secret and whose name does not say so, by program."""
_JOINED = frozenset({"mariadb", "mysql", "mysqldump", "sshpass", "sqlcmd", "redis-cli"})
"""Programs that take the value in one word with the option: `mysql -ppa55`."""
_APART = frozenset(OPTIONS) - {"mysql", "mariadb", "mysqldump"}


NO_OPTIONS: tuple[str, ...] = ()


def command_line(arguments: Sequence[str]) -> str:
    """A command line as one would type it, without the secrets in it.

    >>> command_line(["train.py", "--password", "pa55", "--C=1.0", "token=abc", "https://ada:x@db.example/t"])
    "train.py --password '[redacted]' --C=1.0 'token=[redacted]' 'https://[redacted]@db.example/t'"
    >>> command_line(["curl", "-u", "ada:pa55", "db.example"]), command_line(["mysql", "-ppa55", "users"])
    ("curl -u '[redacted]' db.example", "mysql '-p[redacted]' users")
    """
    shown, hide_next = [], False
    program, own = "", NO_OPTIONS
    for argument in arguments:
        if PurePath(argument).name in OPTIONS:
            program = PurePath(argument).name
            own = OPTIONS[program]
        if hide_next and not argument.startswith("--"):
            shown.append(REDACTED)
            hide_next = False
            continue
        option = _OPTION.fullmatch(argument)
        hide_next = option is not None and (is_secret_name(option[1]) or (argument in own and program in _APART))
        joined = next((each for each in own if argument.startswith(each) and len(argument) > len(each)), None)
        assigned = _ASSIGNMENT.fullmatch(argument)
        if joined is not None and program in _JOINED:
            shown.append(joined + REDACTED)
        elif assigned is not None and is_secret_name(assigned[2]) and "/" not in assigned[4][:1]:
            shown.append("".join(assigned.group(1, 2, 3)) + REDACTED)
        else:
            shown.append(clean(argument))
    return shlex.join(shown)
