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


_WORDS = re.compile(r"""\s+|(?:'[^']*'|"[^"]*"|[^\s'"])+|['"]""")
_ENDS = re.compile(r"(.*?)([;|&)]*)", re.DOTALL)
_OTHER_NAMES = frozenset({"pass"})
"""Options that mean a secret, though a parameter of that name may be anything."""


def command_line(arguments: Sequence[str]) -> str:
    """A command line as one would type it, without the secrets in it; also inside of what a shell is given to run.

    >>> command_line(["train.py", "--password", "pa55", "--C=1.0", "token=abc", "https://ada:x@db.example/t"])
    "train.py --password '[redacted]' --C=1.0 'token=[redacted]' 'https://[redacted]@db.example/t'"
    >>> command_line(["curl", "-u", "ada:pa55", "db.example"]), command_line(["mysql", "-ppa55", "users"])
    ("curl -u '[redacted]' db.example", "mysql '-p[redacted]' users")
    >>> print(command_line(["bash", "-c", "curl -u ada:pa55 db.example; mysql -ppa55 users | head -n 3"]))
    bash -c 'curl -u [redacted] db.example; mysql -p[redacted] users | head -n 3'
    """
    words = _Words()
    shown = []
    for place, argument in enumerate(arguments):
        if place and not words.hides_next and re.search(r"\s", argument):
            shown.append(_script(argument))
        else:
            shown.append(words.next(argument))
    return shlex.join(shown)


def _script(text: str) -> str:
    """A text that may be a command line, or several."""
    words, shown = _Words(), []
    for word in _WORDS.findall(text):
        if word.isspace():
            shown.append(word)
            if "\n" in word:
                words = _Words()
            continue
        parted = _ENDS.fullmatch(word)
        assert parted is not None  # noqa: S101  (it fits any text)
        shown.append(words.next(parted[1]) + parted[2])
        if parted[2]:
            words = _Words()
    return clean("".join(shown))


class _Words:
    """The words of one command, one after another."""

    def __init__(self) -> None:
        self.hides_next = False
        self._program, self._own = "", NO_OPTIONS

    def next(self, word: str) -> str:
        """The next word, without a secret in it."""
        if not word:
            return word
        if PurePath(word).name in OPTIONS:
            self._program = PurePath(word).name
            self._own = OPTIONS[self._program]
        if self.hides_next and not word.startswith("--"):
            self.hides_next = False
            return REDACTED
        option = _OPTION.fullmatch(word)
        apart = word in self._own and self._program in _APART
        self.hides_next = option is not None and (_is_secret(option[1]) or apart)
        joined = next((each for each in self._own if word.startswith(each) and len(word) > len(each)), None)
        assigned = _ASSIGNMENT.fullmatch(word)
        if joined is not None and self._program in _JOINED:
            return joined + REDACTED
        if assigned is not None and "/" not in assigned[4][:1]:
            dashes, name = assigned.group(1, 2)
            if is_secret_name(name) or (dashes and _is_secret(name)):
                return "".join(assigned.group(1, 2, 3)) + REDACTED
        return clean(word)


def _is_secret(option: str) -> bool:
    return option.lower() in _OTHER_NAMES or is_secret_name(option)
