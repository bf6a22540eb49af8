"""What one run says, on its way to the journal: statement by statement, or many committed at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from graphprov.capture import checking
from graphprov.capture.artifacts import Artifact
from graphprov.capture.writer import Writer, warn
from graphprov.model.statements import Activity, Statement


class Gathering:
    """The statements of one run; keeps as many of them in memory as the check at the run's end looks at."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._kept: list[Statement] = []
        self._batch: list[Statement] | None = None
        self._to_remember: list[tuple[str, str, str, str | None]] = []

    def record(self, *statements: Statement) -> None:
        """Commit statements, or add them to the batch that is open.

        Raises:
            JournalError: The journal cannot be written, and the recorder is strict.
        """
        if self._batch is not None:
            self._batch += statements
            return
        self._writer.record(statements)
        self._kept += statements[: max(checking.CHECKED_STATEMENTS - len(self._kept), 0)]

    def remember(self, artifact: Artifact) -> None:
        """Have this machine know what the content is called."""
        if artifact.digest is None:
            return
        path = str(artifact.path) if artifact.path is not None else None
        if self._batch is None:
            self._writer.known.remember(artifact.digest, artifact.kind, artifact.name, path)
        else:
            self._to_remember.append((artifact.digest, artifact.kind, artifact.name, path))

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Commit what is said inside as one record, at its end, also by an error; inside another it is part of that."""
        if self._batch is not None:
            yield
            return
        self._batch = []
        try:
            yield
        finally:
            batch, self._batch = self._batch, None
            self.record(*batch)
            self._writer.known.remember_all(self._to_remember)
            self._to_remember = []

    def broken(self, end: Activity, run: str) -> list[str]:
        """Warn of the constraints that what was said breaks, with the run's end. It is recorded all the same."""
        broken: list[str] = []
        with contextlib.suppress(Exception):  # a check must never stop the work that it checks
            broken = checking.broken([*self._kept, end])
        for sentence in broken:
            warn(f"what the run {run} recorded cannot have happened so: {sentence}")
        return broken
