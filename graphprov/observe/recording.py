"""From what was judged to what is recorded: digests, versions, and what could not be known."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pathspec import GitIgnoreSpec

from graphprov.capture import Artifact, Run
from graphprov.capture.artifacts import SeenPath
from graphprov.capture.known import KnownContent
from graphprov.capture.redaction import Redactor
from graphprov.digest import ContentDigest, digest_paths
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, short_version
from graphprov.model.statements import system_text
from graphprov.observe.judgement import Judgement
from graphprov.observe.ledger import Input, Output
from graphprov.observe.looking import look
from graphprov.observe.policy import is_below
from graphprov.settings import Settings

CHANGED = "changed_during_run"
OVERWRITTEN = "the command changed, replaced or removed the file"
LAST_KNOWN = "the last version that was recorded at this path; its content was not seen before the command changed it"


@dataclass(frozen=True)
class KindRule:
    """Files that match a pattern in git's syntax are of this kind."""

    pattern: str
    kind: str

    @classmethod
    def parse(cls, text: str) -> KindRule:
        """From `PATTERN=KIND`.

        Raises:
            InvalidInput: It is not of this form, or the kind is none of an artifact's.
        """
        from graphprov.capture.artifacts import check_entity_kind

        pattern, equals, kind = text.rpartition("=")
        if not (equals and pattern and kind):
            raise InvalidInput(f"'{text}' says no kind", hint='write it as --as "models/*.joblib=model"')
        check_entity_kind(kind)
        return cls(pattern, kind)


class Kinds:
    """Which files are of which kind, by rules; the last one that matches decides.

    >>> kinds = Kinds((KindRule("/models/*", "model"),), "/p/a")
    >>> kinds.of("/p/a/models/m.bin"), kinds.of("/p/a2/models/m.bin")
    ('model', None)
    """

    def __init__(self, rules: Sequence[KindRule], project: str) -> None:
        self._rules = [(GitIgnoreSpec.from_lines([rule.pattern]), rule.kind) for rule in rules]
        self._project = project

    def of(self, path: str) -> str | None:
        """The kind of the file at an absolute path; patterns are relative to the project, or to `/` outside of it."""
        relative = os.path.relpath(path, self._project) if is_below(path, self._project) else path[1:]
        return next((kind for patterns, kind in reversed(self._rules) if patterns.match_file(relative)), None)


class Recording:
    """Says of a run what it used and generated.

    Args:
        run: Has begun.
        settings: Where digests are cached, and what this machine knows of contents.
        project: The folder that the patterns of kinds are relative to.
        kinds: Which files are of which kind; the last that matches decides.
        before: The digests of files that were declared as inputs, taken before the command began.
    """

    def __init__(
        self,
        run: Run,
        settings: Settings,
        *,
        project: str,
        began: datetime,
        ended: datetime,
        kinds: Sequence[KindRule] = (),
        before: Mapping[str, ContentDigest] | None = None,
    ) -> None:
        self._run = run
        self._settings = settings
        self._known = KnownContent(settings.journal, Redactor(settings.redact))
        self._began = began
        self._ended = ended
        self._kinds = Kinds(kinds, project)
        self._before = dict(before or {})
        self.failed: dict[str, str] = {}
        """Files that could not be recorded, and why: the others are."""
        self.unseen = 0
        """Inputs whose content is not known, not even by inference."""

    def record(self, judgement: Judgement) -> None:
        """Record all inputs, then all outputs, in one commit; digests are taken before."""
        places = [each.content_at for each in judgement.inputs if each.content_at and each.path not in self._before]
        places += [each.path for each in judgement.outputs]
        digests = digest_paths(list(dict.fromkeys(places)), cache=self._settings.cache) if places else {}
        with self._run.at_once():
            declared = set(self._before) - {each.path for each in judgement.inputs}
            for path in sorted(declared):
                with self._alone(path):
                    self._input(Input(path, path, self._began.timestamp(), path), digests)
            for each in sorted(judgement.inputs, key=lambda each: (each.time, each.path)):
                with self._alone(each.path):
                    self._input(each, digests)
            for output in sorted(judgement.outputs, key=lambda each: (each.time, each.path)):
                with self._alone(output.path):
                    self._output(output, digests[output.path])

    @contextlib.contextmanager
    def _alone(self, path: str) -> Iterator[None]:
        """What is wrong with one file is no reason to lose the others."""
        try:
            yield
        except Exception as error:
            self.failed[system_text(path)] = error.message if isinstance(error, InvalidInput) else str(error)

    def _input(self, given: Input, digests: Mapping[str, ContentDigest | InvalidInput]) -> None:
        moment = self._moment(given.time)
        path = _as_known(given.named, given.path)
        kind = self._kinds.of(given.path)
        about = {CHANGED: True} if given.changed else {}
        content = self._before.get(given.path) or (digests.get(given.content_at) if given.content_at else None)
        if isinstance(content, ContentDigest):
            self._run.used(SeenPath(path, content), kind=kind, at=moment, about_use=about)
            return
        if content is None and (last := self._last_known(path, given.path)) is not None:
            self._run.used(last, at=moment, about_use={"path": path, "inferred": LAST_KNOWN})
            return
        self.unseen += 1
        why = content.message if isinstance(content, InvalidInput) else OVERWRITTEN
        self._run.used(SeenPath(path, not_seen=why), kind=kind, at=moment, about_use=about)

    def _output(self, given: Output, content: ContentDigest | InvalidInput) -> None:
        state = look(given.path)
        # The file's own time is that of its last writing, unless the command set another.
        written = state.modified_at if state is not None and state.modified_at > given.time else None
        moment = self._ended if written is None else self._moment(written)
        path = _as_known(given.named, given.path)
        if isinstance(content, ContentDigest):
            seen = SeenPath(path, content)
        else:
            seen = SeenPath(path, not_seen=content.message)
        self._run.generated(seen, kind=self._kinds.of(given.path), at=moment)

    def _last_known(self, *paths: str) -> Artifact | None:
        for path in paths:
            if (found := self._known.at(path)) is not None:
                digest, known = found
                digits = digest.partition(":")[2]
                return Artifact(
                    artifact_id(known.kind, known.name, digits),
                    known.kind,
                    known.name,
                    short_version(digits),
                    digest,
                    Path(path),
                )
        return None

    def _moment(self, time: float) -> datetime:
        return min(max(datetime.fromtimestamp(time, UTC), self._began), self._ended)


def _as_known(named: str, path: str) -> str:
    """The path that people know: as the command named it, where that still leads to the file."""
    return named if named == path or os.path.realpath(named) == path else path
