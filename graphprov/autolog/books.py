"""What one run read and wrote through the libraries, and when that is recorded.

| what | recorded |
| --- | --- |
| a read | the content's digest is taken before the library reads; recorded at once in the script's own run |
| a write | after the call has returned; a file that the same run writes again, or that is still open: at the end of the run |
| both, in a run that was opened with `graphprov.run` | at its end, unless the run itself says `used` or `generated` of that path |
| both, in a process that was forked from that of the run | at once: it does not see the run's end |
"""  # noqa: E501  a table

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from graphprov.autolog.places import Local, Place, Remote, Unknown
from graphprov.capture import Run
from graphprov.capture.artifacts import SeenPath, stem
from graphprov.capture.before import Signature, signature
from graphprov.digest import ContentDigest, digest_path
from graphprov.errors import InvalidInput
from graphprov.model.identity import unique_number
from graphprov.observe.judgement import data_set
from graphprov.observe.ledger import There
from graphprov.observe.looking import look
from graphprov.observe.policy import LeftOut, Policy
from graphprov.observe.recording import KindRule, Kinds

PARAMETERS_KEPT = 100
"""How many calls' parameters a run keeps; more are counted."""


@dataclass
class _Read:
    """A content that was read."""

    path: str
    at: datetime
    content: ContentDigest | None
    why: str | None = None


@dataclass
class _Written:
    """A file that was written, last at this time."""

    path: str
    at: datetime
    kind: str | None
    handle: Any = None
    recorded: str | None = None
    """The digest of what was recorded of it."""
    waits: bool = True


class Books:
    """Takes what calls touched, and records it of a run. Safe for threads.

    Args:
        run: Is open.
        policy: Which files count.
        kinds: Which files are of which kind, as of `graphprov run --as`.
        at_once: Whether to record each thing as it comes.
        cache: Where digests of large files are kept.
    """

    def __init__(
        self, run: Run, policy: Policy, kinds: tuple[KindRule, ...] = (), *, at_once: bool, cache: Path | None = None
    ) -> None:
        self.run = run
        self._policy = policy
        self._kinds = Kinds(kinds, policy.project)
        self._at_once = at_once
        self._cache = cache
        self._lock = threading.RLock()
        self._signatures: dict[str, Signature | None] = {}
        self._seen: set[tuple[str, str]] = set()
        self._reads: list[_Read] = []
        self._remote: list[tuple[Callable[..., Any], Remote, datetime]] = []
        self._addresses: set[tuple[str, str]] = set()
        self._written: dict[str, _Written] = {}
        self._left: dict[str, LeftOut] = {}
        self._not_seen: Counter[str] = Counter()
        self._parameters: dict[str, Any] = {}
        self._told: set[str] = set()
        self._forked = False

    def forked(self) -> Books:
        """Books for the same run in a process that was forked from its own, with what has been read and written."""
        books = Books(self.run, self._policy, at_once=True, cache=self._cache)
        books._kinds, books._forked = self._kinds, True
        books._seen, books._signatures = set(self._seen), dict(self._signatures)
        books._written = {path: replace(each, waits=False, handle=None) for path, each in self._written.items()}
        return books

    def reads(self, place: Place) -> None:
        """Something is about to be read, or to be written to while it keeps what is in it."""
        with self._lock:
            match place:
                case Local():
                    self._read(place)
                case Remote():
                    self._at_address(self.run.used, place)
                case Unknown():
                    self._not_seen[place.what] += 1

    def existed(self, place: Place) -> bool:
        """Whether a file that is about to be written is one that this run has written before."""
        if not isinstance(place, Local):
            return False
        path = _whole(os.path.realpath(place.path))
        return path in self._written and os.path.lexists(path)

    def wrote(self, place: Place, *, kind: str | None = None, complete: bool = True, again: bool = False) -> None:
        """Something has been written.

        Args:
            kind: What it is, where the call tells.
            complete: Whether the file is complete.
            again: Whether this run had written the file before, and it was still there.
        """
        with self._lock:
            match place:
                case Local():
                    self._write(place, kind, complete=complete, again=again)
                case Remote():
                    self._at_address(self.run.generated, place)
                case Unknown():
                    self._not_seen[place.what] += 1

    def parameter(self, name: str, values: Any) -> None:
        """What a call was told: of several calls of one name each that differs is kept, numbered."""
        with self._lock:
            if (told := f"{name} {values!r}") in self._told:
                return
            self._told.add(told)
            if len(self._parameters) >= PARAMETERS_KEPT:
                self._not_seen["parameters of further calls"] += 1
                return
            number = sum(each == name or each.startswith(f"{name} (") for each in self._parameters) + 1
            label = name if number == 1 else f"{name} ({number})"
            self._parameters[label] = values
            self.run.parameter(label, values)

    def not_seen(self, why: str) -> None:
        """Count something of which it cannot be told what was read or written."""
        with self._lock:
            self._not_seen[why] += 1

    def settle(self) -> None:
        """Record what has been closed meanwhile."""
        with self._lock:
            if self._at_once:
                for each in self._written.values():
                    if each.waits and each.handle is not None and getattr(each.handle, "closed", False):
                        self._record_output(each)

    def close(self) -> None:
        """Record all that waits, and what was left out: the run is about to end."""
        with self._lock, self.run.at_once():
            said = {str(each.path) for each in self.run.used_artifacts if each.path is not None}
            for read in self._reads:
                if self._at_once or read.path not in said:
                    self._record_input(read)
            self._reads = []
            made = {str(each.path) for each in self.run.generated_artifacts if each.path is not None}
            for each in self._written.values():
                if each.waits and (self._at_once or each.path not in made):
                    self._record_output(each)
            for record, remote, at in self._remote:
                record(remote.address, name=remote.name, at=at)
            self._remote = []
            kept = {os.path.realpath(path) for path in (*said, *made)}
            left = Counter(reason.value for path, reason in self._left.items() if path not in kept)
            about = {"left_out": dict(sorted(left.items())), "not_seen": dict(sorted(self._not_seen.items()))}
            if any(about.values()):
                self.run.metadata({key: value for key, value in about.items() if value})

    def _read(self, place: Local) -> None:
        real = os.path.realpath(place.path)
        whole = _whole(real)
        if whole in self._written or not self._counts(real, place.path, output=False):
            return
        stands = signature(whole)
        if stands is None or self._signatures.get(whole) == stands:
            return
        self._signatures[whole] = None if os.path.isdir(whole) else stands  # noqa: PTH112
        named = place.path if whole == real else whole
        read = _Read(named, self.run.now(), None)
        try:
            read.content = digest_path(whole, cache=self._cache)
        except InvalidInput as error:
            read.why = error.message
        known = (whole, str(read.content) if read.content else unique_number())
        if known in self._seen:
            return
        self._seen.add(known)
        if self._at_once:
            self._record_input(read)
        else:
            self._reads.append(read)

    def _write(self, place: Local, kind: str | None, *, complete: bool, again: bool) -> None:
        real = os.path.realpath(place.path)
        whole = _whole(real)
        if not self._counts(real, place.path, output=True):
            return
        named = place.path if whole == real else whole
        earlier = self._written.get(whole)
        written = _Written(named, self.run.now(), kind or (earlier.kind if earlier else None), place.handle)
        written.recorded = earlier.recorded if earlier else None
        self._written[whole] = written
        closed = place.handle is None or getattr(place.handle, "closed", False)
        if self._at_once and complete and closed and (self._forked or not again):
            self._record_output(written)

    def _counts(self, real: str, named: str, *, output: bool) -> bool:
        """Whether a file counts, by the rules of `graphprov run`."""
        reason = self._policy.reason(real, output=output)
        if reason is not None and named != real and self._policy.reason(named, output=output) is None:
            reason = None
        if reason is None:
            state = look(real)
            if state is not None and state.there is There.SPECIAL:
                reason = LeftOut.SPECIAL
        if reason is not None:
            self._left.setdefault(real, reason)
        return reason is None

    def _record_input(self, read: _Read) -> None:
        if read.content is None:
            seen, name = SeenPath(read.path, not_seen=read.why), stem(Path(read.path))
            self.run.used(seen, name=name, kind=self._kinds.of(read.path), at=read.at)
        else:
            self.run.used(SeenPath(read.path, read.content), kind=self._kinds.of(read.path), at=read.at)

    def _record_output(self, written: _Written) -> None:
        written.waits, written.handle = False, None
        if not os.path.lexists(written.path):
            self._left.setdefault(os.path.realpath(written.path), LeftOut.VANISHED)
            return
        try:
            content = digest_path(written.path, cache=self._cache)
        except InvalidInput as error:
            seen = SeenPath(written.path, not_seen=error.message)
        else:
            if str(content) == written.recorded:
                return
            written.recorded = str(content)
            seen = SeenPath(written.path, content)
        self.run.generated(seen, kind=self._kinds.of(written.path) or written.kind, at=written.at)

    def _at_address(self, record: Callable[..., Any], remote: Remote) -> None:
        known = (record.__name__, remote.address)
        if known in self._addresses:
            return
        self._addresses.add(known)
        if self._at_once:
            record(remote.address, name=remote.name, at=self.run.now())
        else:
            self._remote.append((record, remote, self.run.now()))


def _whole(path: str) -> str:
    """The data set that a file is a part of, as `graphprov run` takes it, else the file."""
    return data_set(path) or path
