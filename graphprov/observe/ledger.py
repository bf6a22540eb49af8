"""What a command's events come to: which files it read that it had not written, and which it wrote.

The rules, content by content, in the order of events:

| what happened | what it means |
| --- | --- |
| opened for reading, or executed, before the command wrote it | an input, since the first such moment |
| opened for reading after the command wrote it | nothing: it reads its own |
| emptied, or made anew | an output; what was there before does not matter |
| opened for writing with its content kept (append, update in place), and changed | an output; also an input, if it was there before |
| renamed, linked | an output at its new path; also an input at the old one, if the command had not made it |
| gone at the end | no output; an input stays one, with its content not seen |

The ledger is told events and knows nothing of the file system; what is there at the end comes as a function.
"""  # noqa: E501  a table

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from graphprov.observe.events import Cut, Event, Executed, Linked, Opened, Removed, Renamed

SLACK_SECONDS = 0.02
"""File systems take their times from a clock that stands still for some milliseconds."""


class There(StrEnum):
    """What is at a path. What is special, a pipe, a socket or a device, is never opened by us."""

    FILE = "file"
    FOLDER = "folder"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class State:
    """What is at a path at the end; times in seconds since the epoch.

    Attributes:
        there: What it is.
        modified_at: When its content was last modified, as far as the file says (mtime).
        changed_at: When its content, its place or its rights last changed, which no program can forge (ctime).
        born_at: When it came into being; None where the file system does not say.
    """

    there: There
    modified_at: float = 0.0
    changed_at: float = 0.0
    born_at: float | None = None


Look = Callable[[str], State | None]


@dataclass(frozen=True, slots=True)
class Input:
    """A content that was read and that the command had not made.

    Attributes:
        path: Where it was.
        named: How the command called it.
        time: When it was first opened.
        content_at: Where it still is; None: it is gone, since the command changed, replaced or removed the file.
        changed: Whether it was changed after it was first opened, and not by the command, so that what is there may not
            be what was read.
    """

    path: str
    named: str
    time: float
    content_at: str | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A file that the command wrote and that is there at its end; `time` is when it was last opened for that."""

    path: str
    named: str
    time: float


@dataclass(slots=True)
class _Content:
    """What is at one path, and what has happened to it so far."""

    origin: str
    named: str
    own: bool = False
    """The command made all of it."""
    read_at: float | None = None
    both_at: float | None = None
    """Since when it has been open for both reading and writing."""
    touched_at: float | None = None
    """Since when it may have been written to, keeping what it held."""
    written_at: float | None = None
    moved: bool = False


class Ledger:
    """Takes events one by one, and tells at the end what they come to."""

    def __init__(self) -> None:
        self._at: dict[str, _Content] = {}
        self._gone: dict[str, Input] = {}
        self._vanished: set[str] = set()
        self._folders: set[str] = set()
        self._aliases: dict[str, str] = {}
        """Folders as named, to where they really are: renaming does not say where a link leads, opening does."""
        self.programs: dict[str, float] = {}
        """What was executed, and when first."""

    def add(self, event: Event) -> None:
        """Take the next event."""
        match event:
            case Opened():
                self._opened(event)
            case Renamed():
                self._renamed(event)
            case Linked():
                self._linked(event)
            case Removed():
                self._retire(self._real(event.path))
            case Cut():
                path = self._real(event.path)
                self._write(path, event.path, event.time, anew=event.size == 0)
            case Executed():
                self.programs.setdefault(event.path, event.time)
                real = event.real or event.path
                self._read(real, real, event.time)
            case _:
                assert_never(event)

    def inputs(self, look: Look) -> Iterator[Input]:
        """The inputs, those first whose content is gone."""
        yield from self._gone.values()
        for path, content in self._at.items():
            if content.own or path in self._gone:
                continue
            state = look(path)
            written = _was_written(content, state)
            since = content.read_at or content.both_at or (content.touched_at if written else None)
            if since is None:
                continue
            if state is None or (written and (content.moved or not _began_here(content, state))):
                yield Input(content.origin, content.named, since, None)
            elif not written:
                # A move changes the time of change; only the file's own word is left then.
                changed_at = state.modified_at if content.moved else state.changed_at
                yield Input(content.origin, content.named, since, path, changed_at > since + SLACK_SECONDS)

    def outputs(self, look: Look) -> Iterator[Output]:
        """What was written and is there."""
        for path, content in self._at.items():
            if not (content.own or content.moved or content.touched_at):
                continue
            state = look(path)
            if state is None or state.there is not There.FILE:
                continue
            if content.own or content.moved or _was_written(content, state):
                named = path if content.moved or content.named == content.origin != path else content.named
                yield Output(path, named, content.written_at or content.touched_at or content.read_at or 0.0)

    def vanished(self, look: Look) -> list[str]:
        """The files that the command wrote and that are not there at the end."""
        return sorted(path for path in self._vanished if path not in self._at or look(path) is None)

    def _opened(self, event: Opened) -> None:
        self._learn(event)
        if event.writes:
            content = self._write(event.path, event.named, event.time, anew=event.anew)
            if event.reads and content.both_at is None:
                content.both_at = event.time
        else:
            self._read(event.path, event.named, event.time)

    def _read(self, path: str, named: str, time: float) -> None:
        content = self._content(path, named)
        if not content.own and content.touched_at is None and content.read_at is None:
            content.read_at = time

    def _write(self, path: str, named: str, time: float, *, anew: bool) -> _Content:
        content = self._content(path, named)
        if anew and not content.own:
            self._retire(path)
            content = self._put(path, _Content(path, named, own=True))
        if content.own:
            content.written_at = time
        else:
            content.touched_at = content.touched_at or time
        return content

    def _renamed(self, event: Renamed) -> None:
        source, target = self._real(event.source), self._real(event.target)
        if source == target:
            return
        pairs = [(source, target)]
        if source in self._folders:  # of a folder: all that is known below it moves along
            below = [path for path in self._at if path.startswith(source + "/")]
            pairs = [(path, target + path[len(source) :]) for path in below]
        if event.exchanged:
            here, there = self._content(source, source), self._content(target, target)
            for content, path in ((here, target), (there, source)):
                self._move(content, path, event.time)
            return
        for old, new in pairs:
            content = self._content(old, old)
            self._retire(new)
            del self._at[old]
            self._move(content, new, event.time)

    def _move(self, content: _Content, path: str, time: float) -> None:
        if content.own:
            content.named = content.origin = path
            content.written_at = time
        elif content.read_at is None and content.touched_at is None:
            content.read_at = time
        content.moved = not content.own
        self._put(path, content)

    def _linked(self, event: Linked) -> None:
        source, target = self._real(event.source), self._real(event.target)
        self._read(source, source, event.time)
        self._retire(target)
        self._put(target, _Content(target, target, own=True, written_at=event.time))

    def _retire(self, path: str) -> None:
        """What is at the path is there no more."""
        content = self._at.pop(path, None)
        if content is None:
            return
        if content.own or content.touched_at is not None:
            self._vanished.add(path)
        # A file that was never opened for reading alone and then removed, such as a database's log, most likely was not
        # there before.
        if not content.own and content.read_at is not None:
            self._gone.setdefault(content.origin, Input(content.origin, content.named, content.read_at, None))

    def _content(self, path: str, named: str) -> _Content:
        return self._at.get(path) or self._put(path, _Content(path, named))

    def _put(self, path: str, content: _Content) -> _Content:
        self._at[path] = content
        folder = posixpath.dirname(path)
        while folder not in self._folders:
            self._folders.add(folder)
            folder = posixpath.dirname(folder)
        return content

    def _learn(self, event: Opened) -> None:
        if event.path != event.named and posixpath.basename(event.path) == posixpath.basename(event.named):
            self._aliases[posixpath.dirname(event.named)] = posixpath.dirname(event.path)

    def _real(self, path: str) -> str:
        if not self._aliases or path in self._at:
            return path
        folder, name = posixpath.split(path)
        return posixpath.join(self._aliases[folder], name) if folder in self._aliases else path


def _was_written(content: _Content, state: State | None) -> bool:
    """Whether what could have been written to was: opened so, and changed since. Databases open so just to read."""
    if content.touched_at is None:
        return False
    return state is None or content.moved or state.changed_at >= content.touched_at - SLACK_SECONDS


def _began_here(content: _Content, state: State) -> bool:
    """Whether the file came into being with the command's first opening of it."""
    first = min(time for time in (content.read_at, content.touched_at) if time is not None)
    return state.born_at is not None and state.born_at >= first - SLACK_SECONDS
