"""Reads what `strace -f -y -ttt` prints, line by line, and tells the events in it.

A line is `PID TIME call(arguments) = result`. Where another process comes in between, it is in two parts: one that ends
in `<unfinished ...>`, and one of the same process that begins with `<... call resumed>`. With `-y` a descriptor stands
there with its path, `3</data/users.csv>`, as the kernel knows it: links followed, and relative to nothing. The calls
that take no descriptor are relative to the folder of their process, so that is followed too. Text is quoted as in C.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator

from graphprov.observe.events import Cut, Event, Executed, Linked, Opened, Removed, Renamed, opened

CALLS = (
    *("open", "openat", "openat2", "creat", "rename", "renameat", "renameat2", "link", "linkat"),
    *("unlink", "unlinkat", "truncate", "ftruncate", "execve", "execveat", "chdir", "fchdir"),
    *("clone", "clone3", "fork", "vfork"),
)
"""The system calls that say which files a program reads and writes. Reading and writing themselves are not followed:
they are many, and what a program opens for reading it almost always reads."""

_FORKS = frozenset({"clone", "clone3", "fork", "vfork"})
_LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_UNFINISHED = " <unfinished ...>"
_RESULT = re.compile(r"\)\s+= (-?\d+|\?)(?:<((?:[^<>\\]|\\.)*)>)?[^\"]*$")
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|(AT_FDCWD|-?\d+)(?:<((?:[^<>\\]|\\.)*)>(?:\(deleted\))?)?(?=[,)]|$)')
_FLAGS = re.compile(r"\bO_\w+(?:\|(?:O_\w+|__O_\w+|FASYNC|0x[0-9a-f]+))*")
_PLAIN = re.compile(
    r'(\d+) +(\d+\.\d+) openat\(AT_FDCWD<(/[^<>"\\]*)>, "([^"\\]+)", O_RDONLY(?:\|O_(?:CLOEXEC|LARGEFILE|NOCTTY))*\)'
    r" += \d+<(/[^<>\"\\]*)>"
)
"""The line that comes most by far, a file that is opened for reading, without anything that is quoted or in parts."""
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "a": "\a", "b": "\b"}


def unescaped(text: str) -> str:
    r"""A path from its quoted form.

    >>> unescaped(r"caf\303\251 \"1\"\n")
    'café "1"\n'
    """
    if "\\" not in text:
        return text

    def one(found: re.Match[str]) -> str:
        octal, digits, letter = found.groups()
        if octal:
            return chr(int(octal, 8) & 255)
        return chr(int(digits, 16)) if digits else _LETTERS.get(letter, letter)

    # Each character stands for one byte here; the bytes together are a name in the encoding of file names.
    return os.fsdecode(_ESCAPE.sub(one, text).encode("latin-1", "replace"))


class _Folder:
    """The working folder of a process; threads share one."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


class StraceReader:
    """Follows the processes of one command through the lines that strace prints.

    Args:
        folder: The working folder in which the command began.
    """

    def __init__(self, folder: str) -> None:
        self._first = folder
        self._folders: dict[int, _Folder] = {}
        self._waiting: dict[int, str] = {}
        self.alive: set[int] = set()
        """Processes and threads that have been seen and have not ended."""
        self.ended: dict[int, str] = {}
        """How processes ended, as strace says it; of the first process at least."""

    def read(self, line: str) -> Iterator[Event]:
        """The events that a line tells: none, one, or rarely more. What is not understood tells none."""
        if (plain := _PLAIN.fullmatch(line)) is not None:
            number, moment, folder, path, real = plain.groups()
            self._meet(pid := int(number))
            self._folders[pid].path = folder
            named = posixpath.normpath(path if path[0] == "/" else f"{folder}/{path}")
            yield Opened(float(moment), real, named, reads=True, writes=False, anew=False)
            return
        found = _LINE.match(line)
        if found is None:
            return
        pid, time, rest = int(found[1]), float(found[2]), found[3]
        if rest.startswith("+++"):
            self.alive.discard(pid)
            self._folders.pop(pid, None)
            self._waiting.pop(pid, None)
            self.ended[pid] = rest.strip("+ \n")
            return
        if rest.startswith("---"):
            return
        self._meet(pid)
        if rest.endswith(_UNFINISHED):
            self._waiting[pid] = rest[: -len(_UNFINISHED)]
            return
        if (resumed := _RESUMED.match(rest)) is not None:
            begun = self._waiting.pop(pid, "")
            if not begun.startswith(resumed[1]):
                return
            rest = begun + resumed[2]
        if (call := _CALL.match(rest)) is not None:
            yield from self._call(pid, time, call[1], call[2])

    def _meet(self, pid: int) -> None:
        if pid in self._folders:
            return
        self.alive.add(pid)
        # A child may be heard of before the call that made it has returned: then that call is still unfinished.
        parents = [each for each, begun in self._waiting.items() if begun.partition("(")[0] in _FORKS]
        folder = self._folders[parents[-1]].path if parents and parents[-1] in self._folders else self._first
        self._folders[pid] = _Folder(folder)

    def _call(self, pid: int, time: float, name: str, text: str) -> Iterator[Event]:
        result = _RESULT.search(text)
        if result is None or result[1] == "?" or int(result[1]) < 0:
            return
        arguments = text[: result.start()]
        if name in _FORKS:
            self._fork(pid, int(result[1]), shared="CLONE_FS" in arguments)
            return
        if name == "execve" or name == "execveat":
            arguments = arguments.partition(", [")[0]
        given = list(_ARGUMENT.finditer(arguments))
        if name in ("open", "openat", "openat2", "creat"):
            yield from self._open(pid, time, name, arguments, given, result[2])
            return
        paths = list(self._paths(pid, given))
        if name == "fchdir" and given and given[0][3]:
            self._folders[pid].path = unescaped(given[0][3])
        elif name == "ftruncate" and len(given) == 2 and given[0][3]:
            yield Cut(time, unescaped(given[0][3]), int(given[1][2]))
        elif not paths:
            return
        elif name == "chdir":
            self._folders[pid].path = paths[0]
        elif name == "truncate" and len(given) == 2:
            yield Cut(time, paths[0], int(given[1][2]))
        elif name in ("unlink", "unlinkat"):
            yield Removed(time, paths[0])
        elif name in ("execve", "execveat"):
            yield Executed(time, paths[0])
        elif len(paths) == 2 and name.startswith("rename"):
            yield Renamed(time, paths[0], paths[1], "RENAME_EXCHANGE" in arguments.rpartition('"')[2])
        elif len(paths) == 2 and name.startswith("link"):
            yield Linked(time, paths[0], paths[1])

    def _open(
        self, pid: int, time: float, name: str, arguments: str, given: list[re.Match[str]], real: str | None
    ) -> Iterator[Event]:
        named = next(self._paths(pid, given), None)
        if named is None:
            return
        path = unescaped(real) if real else named
        if not path.startswith("/"):  # a pipe, a socket
            return
        # The flags stand behind the path, in which anything may stand.
        words = _FLAGS.search(arguments.rpartition('"')[2])
        if name == "creat":
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        elif words is None:
            return
        else:
            names = words[0].split("|")
            if "O_DIRECTORY" in names or "O_PATH" in names or "O_TMPFILE" in names or "__O_TMPFILE" in names:
                return
            flags = 0
            for word in names:
                flags |= getattr(os, word, 0)
        yield opened(time, path, named, flags)

    def _paths(self, pid: int, given: list[re.Match[str]]) -> Iterator[str]:
        """The paths among the arguments, each relative to the descriptor before it or to the process's folder."""
        base: str | None = None
        for argument in given:
            quoted, number, at = argument.groups()
            if number is not None:
                base = unescaped(at) if at else None
                if number == "AT_FDCWD" and base is not None and pid in self._folders:
                    self._folders[pid].path = base
                continue
            path = unescaped(quoted)
            yield posixpath.normpath(posixpath.join(base or self._folders[pid].path, path)) if path else base or ""
            base = None

    def _fork(self, parent: int, child: int, *, shared: bool) -> None:
        known = child in self._folders
        if child in self.ended or (known and not shared):
            return
        self.alive.add(child)
        folder = self._folders[parent]
        self._folders[child] = folder if shared else _Folder(folder.path)
