"""A run: what happened between two moments, what it used and what it made.

The start is in the journal before the first line of the run's own work, each `used` and `generated` before the call
returns, and the end with how it went. A run that is killed stays in the graph with all it had said, and without an end.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from graphprov.capture import containers, environment, surrounding
from graphprov.capture.agents import AgentLike, AgentRef, as_agent, delegation, mention
from graphprov.capture.artifacts import Artifact, derivations, described, statements_of
from graphprov.capture.gathering import Gathering
from graphprov.capture.git import CodeVersion, NoCode
from graphprov.capture.redaction import without_credentials, without_secrets
from graphprov.capture.run_code import code_folder, code_statements, read_first
from graphprov.capture.writer import Writer, warn
from graphprov.errors import InvalidInput
from graphprov.model.identity import PREFIX, activity_id, short_id
from graphprov.model.statements import Activity, Relation, Statement
from graphprov.model.times import Moment, as_moment
from graphprov.model.vocabulary import KINDS, Element, RelationType

ERROR_CHARACTERS = 2_000


class Run:
    """One run of an activity; made by `graphprov.run`, used as a context manager or with `start` and `end`.

    >>> import tempfile, graphprov.capture as gp
    >>> from graphprov.settings import Settings
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     data = Path(folder) / "users.csv"
    ...     _ = data.write_text("ada,1815")
    ...     with gp.run("count-users", settings=Settings.load(home=folder), code=False) as run:
    ...         users = run.used(data)
    ...     print(users.short, run.status)
    dataset:users@86a2ca815b3d completed
    """

    def __init__(
        self,
        writer: Writer,
        name: str,
        *,
        kind: str = "run",
        id: str | None = None,  # noqa: A002  the name that fits the caller best
        parameters: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
        started_at: Moment | None = None,
        command: str | None = None,
        interpreter: bool = True,
    ) -> None:
        known = KINDS.get(kind)
        if known is not None and known.element is not Element.ACTIVITY:
            fitting = [each for each, about in KINDS.items() if about.element is Element.ACTIVITY]
            raise InvalidInput(f"'{kind}' is a kind of {known.element.lower()}, not of run", nearest=fitting)
        if on_behalf_of is not None and agent is False:
            raise InvalidInput("on_behalf_of= needs an agent who acts on that behalf: leave out agent=False")
        own_id = id is not None and (id.startswith(("urn:", PREFIX)) or "://" in id)
        self.id: str = id if own_id and id is not None else activity_id(kind, name, id or writer.number())
        self.kind = kind
        self.name = name
        self.status: Literal["completed", "failed"] | None = None
        self.parent: Run | None = None
        self.parent_id: str | None = None
        self.code: CodeVersion | NoCode | None = None
        self.used_artifacts: list[Artifact] = []
        self.generated_artifacts: list[Artifact] = []
        self._writer = writer
        self._parameters = without_secrets(parameters or {})
        self._metadata = without_secrets(metadata or {})
        self._agent: AgentRef | None = None if agent is False else as_agent(agent or writer.user, "person")
        self._principal = None if on_behalf_of is None else as_agent(on_behalf_of, "organization")
        self._code_at = code_folder(code)
        self._started_at = as_moment(started_at, "started_at")
        self._command = command
        self._interpreter = interpreter
        self._gathering = Gathering(writer)
        self._state: Literal["new", "open", "ended"] = "new"
        self._process: int | None = os.getpid()
        self._token: contextvars.Token[Run | None] | None = None
        self._at_end: list[Callable[[], None]] = []
        # What cannot be recorded should be told here, before any work, not at the start of it.
        Activity(id=self.id, kind=kind, name=name, parameters=self._parameters, metadata=self._metadata).row()

    @property
    def short(self) -> str:
        """The short form that the command line takes."""
        return short_id(self.id)

    @property
    def is_open(self) -> bool:
        """Whether it has started and not ended."""
        return self._state == "open"

    def __str__(self) -> str:
        return self.short

    def __repr__(self) -> str:
        return f"<Run {self.short}, {self.status or self._state}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped_well = isinstance(error, SystemExit) and error.code in (None, 0)
        self.end(None if stopped_well else error)

    def start(self) -> Self:
        """Begin: the record of the start is in the journal when this returns.

        Raises:
            InvalidInput: It has begun before.
        """
        if self._state != "new":
            raise InvalidInput(f"the run {self.name} has begun before", hint="make a new one with graphprov.run(...)")
        moment = self._started_at or self._writer.now()
        self.parent = surrounding.current_run()
        self.parent_id = self.parent.id if self.parent is not None else surrounding.parent()
        statements = self._started(moment)
        self._gathering.record(*statements)  # may raise where one asked for it; then the run has not begun
        self._state = "open"
        self._token = surrounding.current.set(self)
        surrounding.opened(self)
        return self

    @contextlib.contextmanager
    def as_current(self) -> Iterator[Self]:
        """Make it the current run inside the block, for a thread or a process that does part of its work.

        Runs that begin inside are parts of it. It neither begins nor ends it.

        Raises:
            InvalidInput: The run is not open.
        """
        self._check_open("as_current")
        token, mine = surrounding.current.set(self), surrounding.opened(self)
        try:
            yield self
        finally:
            surrounding.current.reset(token)
            if mine:
                surrounding.closed(self)

    def step_aside(self) -> None:
        """Stay open without being the current run: what begins next is no part of it, but for inside `as_current`."""
        self._leave()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled, it goes on in another process: what that says of it is said of this run; only here does it end."""
        self._check_open("pickle")
        return _elsewhere, (self._writer, self.id, self.kind, self.name)

    def end(self, error: BaseException | None = None, *, ended_at: Moment | None = None, check: bool = True) -> None:
        """End, as completed or as failed with an error. In a process forked from the run's own it does nothing.

        Args:
            error: What it failed with.
            ended_at: Default: now.
            check: Whether what it recorded is held against PROV-CONSTRAINTS: not needed where nobody states anything
                and one clock told all times.
        """
        if self._state != "open":
            return
        if os.getpid() != self._process:
            self._state = "ended"
            return
        self._last_words()
        moment = as_moment(ended_at, "ended_at") or self._writer.now()
        self.status = "completed" if error is None else "failed"
        self._state = "ended"
        self._leave()
        told = None if error is None else _told(error)
        end = self._activity(ended_at=moment, status=self.status, error=told)
        broken = self._gathering.broken(end, self.name) if check else []
        self._gathering.record(end if not broken else end.model_copy(update={"constraints_broken": broken}))
        self._writer.give_up(f"the run {self.name}")

    def _leave(self) -> None:
        surrounding.closed(self)
        if self._token is not None:
            try:
                surrounding.current.reset(self._token)
            except ValueError:  # ended in another thread or task than it began in
                surrounding.current.set(self.parent)
            self._token = None

    def used(
        self,
        subject: Any = None,
        *,
        name: str | None = None,
        kind: str | None = None,
        role: str = "input",
        version: str | None = None,
        at: Moment | None = None,
        metadata: Mapping[str, Any] | None = None,
        about_use: Mapping[str, Any] | None = None,
    ) -> Artifact:
        """Say that the run used this version of something.

        Args:
            subject: A path (file or directory), a Python object, an artifact recorded before, or an address such as
                `s3://...` (not fetched: say its `version`).
            name: What it is called. Default: for content that this machine recorded before, the name it had; else the
                file's name without its ending.
            kind: Default: likewise, else `dataset`.
            role: What it was used as.
            version: A label, for what has no content here.
            at: When. Default: now.
            metadata: More about this version.
            about_use: More about this use of it.

        Raises:
            InvalidInput: The file is missing, an object has no name, or the run is not open.
        """
        self._check_open("used")
        moment = as_moment(at, "at") or self._writer.now()
        artifact, attributes = described(self._writer, subject, name=name, kind=kind, version=version, recall=True)
        said = self._about(artifact, attributes, metadata, first_seen_only=True)
        path = attributes.get("path")
        where = {**({"path": path} if path else {}), **without_secrets(about_use or {})}
        self._gathering.record(
            *said,
            Relation(
                type=RelationType.USED, source=self.id, target=artifact.id, time=moment, role=role, metadata=where
            ),
        )
        self._gathering.remember(artifact)
        self.used_artifacts.append(artifact)
        return artifact

    def generated(
        self,
        subject: Any,
        *,
        name: str | None = None,
        kind: str | None = None,
        role: str | None = None,
        version: str | None = None,
        at: Moment | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Artifact:
        """Say that the run made this version of something; its content must be complete by now.

        The arguments are those of `used`; but what was made is never called as an older artifact that happens to have
        the same content: without a name it is the file's.

        Raises:
            InvalidInput: The file is missing, an object has no name, or the run is not open.
        """
        self._check_open("generated")
        moment = as_moment(at, "at") or self._writer.now()
        artifact, attributes = described(
            self._writer, subject, name=name, kind=kind, version=version, recall=False, made_by=self.id
        )
        self._gathering.record(
            *self._about(artifact, attributes, metadata, generated_at=moment),
            Relation(type=RelationType.WAS_GENERATED_BY, source=artifact.id, target=self.id, time=moment, role=role),
        )
        self._gathering.remember(artifact)
        self.generated_artifacts.append(artifact)
        return artifact

    def derived(self, effect: Artifact, *causes: Artifact, subtype: str | None = None) -> None:
        """Say that one output was made from exactly these inputs, and from no other input of the run.

        Without it, all outputs count as made from all inputs. `subtype` is `revision`, `quotation` or `primary-source`.

        Raises:
            InvalidInput: Something is no artifact, or the subtype is unknown.
        """
        self._check_begun("derived")
        statements = derivations(effect, causes, subtype)
        self._gathering.record(*statements)

    def parameter(self, name: str, value: Any) -> None:
        """Record one more parameter.

        Raises:
            InvalidInput: Its value cannot be kept, or the run is not open.
        """
        self._check_open("parameter")
        self._gathering.record(self._activity(parameters=without_secrets({name: value})))

    def metadata(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Record more about the run: `run.metadata(rows=17)`, or a mapping for keys that are no Python names.

        Raises:
            InvalidInput: A value cannot be kept, or the run is not open.
        """
        self._check_open("metadata")
        self._gathering.record(self._activity(metadata=without_secrets({**(values or {}), **more})))

    def informed_by(self, other: Run) -> None:
        """Say that this run was told something by another of which no artifact was recorded (PROV-DM 5.1.5)."""
        self._check_begun("informed_by")
        self._gathering.record(Relation(type=RelationType.WAS_INFORMED_BY, source=self.id, target=other.id))

    def _started(self, moment: datetime) -> list[Statement]:
        writer = self._writer
        statements: list[Statement] = []
        metadata = dict(self._metadata)
        # A run that is recorded for another host, as in a simulation, was not in this process's container.
        if writer.host == environment.host() and (container := containers.own()):
            metadata.setdefault("container", dict(container))
        if self._code_at is not None:
            self.code = read_first(self._code_at)
            if isinstance(self.code, NoCode):
                metadata.setdefault("code_missing", self.code.missing)
            else:
                statements += code_statements(self.code, self.id, moment)
        start = self._activity(
            started_at=moment,
            host=writer.host,
            user=writer.user,
            command=self._command if self._command is not None else environment.command(),
            python=environment.python() if self._interpreter else None,
            packages=list(environment.packages()) if self._interpreter else None,
            parameters=self._parameters,
            metadata=metadata,
        )
        if self._agent is not None:
            statements += [
                mention(self._agent),
                Relation(type=RelationType.WAS_ASSOCIATED_WITH, source=self.id, target=self._agent.id),
            ]
            if self._principal is not None:
                statements += delegation(self._agent, self._principal)
        if self.parent_id is not None:
            if self.parent is None:  # of another process, which may not have said it to this journal
                statements.append(surrounding.mention_of(self.parent_id))
            statements.append(Relation(type=RelationType.PART_OF, source=self.id, target=self.parent_id))
        return [start, *statements]

    def _activity(self, **values: Any) -> Activity:
        return Activity(id=self.id, kind=self.kind, name=self.name, **values)

    def _about(
        self,
        artifact: Artifact,
        attributes: dict[str, Any],
        metadata: Mapping[str, Any] | None,
        *,
        first_seen_only: bool = False,
        **own: Any,
    ) -> list[Statement]:
        """The statements about a version.

        Where it is and what type of file are said of it once on each machine: ten thousand uses from as many temporary
        folders stay one statement. Each use keeps its own path on the relation.
        """
        known = self._writer.known
        if first_seen_only and artifact.digest and known.exactly(artifact.digest, artifact.kind, artifact.name):
            attributes = {key: value for key, value in attributes.items() if key not in ("path", "media_type")}
        if not attributes and not metadata and not own:  # an artifact given again: it has been described
            return []
        return statements_of(artifact, attributes, metadata, **own)

    def now(self) -> datetime:
        """The present moment, by the run's clock."""
        return self._writer.now()

    def at_end(self, call: Callable[[], None]) -> None:
        """Have something called right before the run ends, in the process that it began in: it may still record."""
        self._at_end.append(call)

    def _last_words(self) -> None:
        calls, self._at_end = self._at_end, []
        for call in calls:
            try:
                call()
            except Exception as error:  # what is recorded last must not keep the run from ending
                warn(f"not all of the run {self.name} was recorded: {error}")

    def ran_in(self, python: str, packages: Sequence[str]) -> None:
        """Say in which Python, and with which packages as `name==version`, the run ran, where that is not this process.

        Raises:
            InvalidInput: The run is not open.
        """
        self._check_open("ran_in")
        self._gathering.record(self._activity(python=python, packages=list(packages)))

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Commit what is said inside as one record, at its end: thousands of files then cost one wait for the disk.

        What was said is in the journal when the block is left, also by an error; not before.
        """
        with self._gathering.at_once():
            yield

    def _check_begun(self, call: str) -> None:
        if self._state == "new":
            raise InvalidInput(
                f"{call}() was called before the run {self.name} began",
                hint="write `with graphprov.run(...) as run:`, or call run.start()",
            )

    def _check_open(self, call: str) -> None:
        self._check_begun(call)
        if self._state == "ended":
            raise InvalidInput(
                f"{call}() was called after the run {self.name} had ended",
                hint="call it inside the `with` block, or begin another run",
            )


def _elsewhere(writer: Writer, id_: str, kind: str, name: str) -> Run:
    """A run that is open in another process."""
    run = Run(writer, name, kind=kind, id=id_, agent=False, code=False)
    run._state, run._process = "open", None
    return run


def _told(error: BaseException) -> str:
    """An error in one line: type, message, and where it was raised."""
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = traceback.extract_tb(error.__traceback__)
    if where:
        last = where[-1]
        message = without_credentials(message)[:ERROR_CHARACTERS]  # cut last: half a token is known by nothing
        message = f"{message} ({Path(last.filename).name}:{last.lineno} in {last.name})"
    return without_credentials(message[: ERROR_CHARACTERS + 200])
