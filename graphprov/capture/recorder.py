"""`Recorder`: everything that can be recorded, for one journal, clock, host and user."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, overload

from graphprov.capture import simulation
from graphprov.capture.agents import AgentLike, AgentRef
from graphprov.capture.artifacts import Artifact
from graphprov.capture.incidents import Subject, open_incident
from graphprov.capture.plan import Named
from graphprov.capture.runs import Run
from graphprov.capture.simulation import Simulation, new_writer
from graphprov.capture.sources import add_agent, add_artifact, invalidate, recall
from graphprov.capture.steps import Function, Step
from graphprov.capture.surrounding import PARENT_RUN
from graphprov.capture.writer import Clock, Writer
from graphprov.model.times import Moment
from graphprov.settings import Settings

_Surroundings = tuple[frozenset[tuple[str, str]], Simulation | None]
"""What the environment says, and who is simulated."""


class Recorder:
    """Records into one journal.

    Args:
        settings: Where the journal, the cache and the database are. Default: `Settings.load()`.
        clock: Tells the time, for simulated or replayed work. Default: the machine's clock.
        host: The machine to name. Default: this one.
        user: The login name to name; also the person who is responsible where no agent is given. Default: the user's.
        flush: Whether what waits is sent in the background, where a database is reachable.
        strict: Whether a journal that cannot be written is an error. Default: a warning, since the work is worth more.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        host: str | None = None,
        user: str | None = None,
        flush: bool = True,
        strict: bool = False,
    ) -> None:
        self._own = new_writer(
            settings or Settings.load(), clock=clock, host=host, user=user, flush=flush, strict=strict
        )

    @property
    def _writer(self) -> Writer:
        return self._own

    def now(self) -> datetime:
        """The present moment, by the recorder's clock."""
        return self._writer.now()

    @property
    def settings(self) -> Settings:
        """Where it records to."""
        return self._writer.settings

    def run(
        self,
        name: str,
        *,
        kind: str = "run",
        id: str | None = None,  # noqa: A002
        parameters: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
        started_at: Moment | None = None,
        command: str | None = None,
        interpreter: bool = True,
        settings: Settings | None = None,
        clock: Clock | None = None,
        host: str | None = None,
        user: str | None = None,
    ) -> Run:
        """A run, to be entered with `with`.

        Args:
            name: What people call the activity; all its runs share it.
            kind: `training`, `inference`, `cleaning`, `merging`, ... or one of your own.
            id: A stable number or label for this run, or a full identifier. Default: a new one.
            parameters: What the run was told: numbers, text, times, nested mappings, lists.
            metadata: What else to keep about it.
            agent: Who ran it: a name, `kind:name`, or an agent recorded before. Default: the user; False: nobody.
            on_behalf_of: The team or organization that this agent acted for.
            code: Record the version of the code in the git repository of the calling file (or of the working
                directory): True; of that folder or file: a path; not at all: False.
            started_at: Default: when it is entered.
            command: The command line to note. Default: this process's, without secrets.
            interpreter: Whether it runs in this process, so that its Python and packages are those of the run.
            settings: Instead of the recorder's own; so are `clock`, `host` and `user`.

        Raises:
            InvalidInput: The name is empty, the kind is none of a run's, or a parameter cannot be kept.
        """
        return Run(
            self._writer.but(settings, clock, host, user),
            name,
            kind=kind,
            id=id,
            parameters=parameters,
            metadata=metadata,
            agent=agent,
            on_behalf_of=on_behalf_of,
            code=code,
            started_at=started_at,
            command=command,
            interpreter=interpreter,
        )

    @overload
    def step(self, name: Function, /) -> Function: ...

    @overload
    def step(
        self,
        name: str | None = None,
        *,
        kind: str = "run",
        used: Named = (),
        generated: Named = (),
        derived: Mapping[str, str | Sequence[str]] | None = None,
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
    ) -> Step: ...

    def step(
        self,
        name: str | Callable[..., Any] | None = None,
        *,
        kind: str = "run",
        used: Named = (),
        generated: Named = (),
        derived: Mapping[str, str | Sequence[str]] | None = None,
        metadata: Mapping[str, Any] | None = None,
        agent: AgentLike | Literal[False] | None = None,
        on_behalf_of: AgentLike | None = None,
        code: bool | str | os.PathLike[str] = True,
    ) -> Any:
        """A decorator, with or without parentheses: each call of the function is a run.

        What the arguments are is said by their annotations, `In[...]`, `Out[...]` and `Param[...]`, or by `used` and
        `generated`, which win. Numbers, text, times and paths of which nothing is said are parameters. The run of a
        generator lasts from its first value to its last, and what it yields can be outputs.

        Args:
            name: Default: the function's, with hyphens.
            used: The arguments that hold inputs (paths, objects or artifacts): their names, or a mapping from them to
                what the artifact is called.
            generated: The arguments that hold the paths of outputs, or `return` for what the function returns.
            derived: From outputs to the inputs, by argument, that each was made from, and from no other.
            kind: As for `run`; so are the others.

        Raises:
            InvalidInput: The function has no such argument, or an annotation does not fit.
        """
        function = None if name is None or isinstance(name, str) else name
        step = Step(
            self._present_writer,
            name if isinstance(name, str) else None,
            kind=kind,
            used=used,
            generated=generated,
            derived=derived,
            metadata=metadata,
            agent=agent,
            on_behalf_of=on_behalf_of,
            code=code,
        )
        return step if function is None else step(function)

    def _present_writer(self) -> Writer:
        return self._writer

    def source(
        self,
        name: str,
        *,
        kind: str = "data-source",
        contact: str | None = None,
        homepage: str | None = None,
        contract: str | None = None,
        licence: str | None = None,
        valid_from: Moment | None = None,
        valid_until: Moment | None = None,
        on_behalf_of: AgentLike | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> AgentRef:
        """Record where data comes from: a vendor, a device, a site, a labeller.

        Args:
            name: What people call it.
            contact: Whom to ask or tell there.
            contract: The contract's number.
            licence: Under which licence it delivers.
            valid_from: When the contract or licence begins.
            valid_until: When it ends.
            on_behalf_of: The organization it belongs to.

        Raises:
            InvalidInput: The name is empty, or a time is none.
        """
        return add_agent(
            self._writer,
            name,
            kind=kind,
            contact=contact,
            homepage=homepage,
            contract=contract,
            licence=licence,
            valid_from=valid_from,
            valid_until=valid_until,
            on_behalf_of=on_behalf_of,
            metadata=metadata,
        )

    def agent(
        self,
        name: str,
        *,
        kind: str = "person",
        contact: str | None = None,
        homepage: str | None = None,
        on_behalf_of: AgentLike | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> AgentRef:
        """Record a person, an `organization` or a piece of `software`.

        Args:
            on_behalf_of: The team or organization that it acts for.

        Raises:
            InvalidInput: The name is empty, or the kind is none of an agent's.
        """
        return add_agent(
            self._writer,
            name,
            kind=kind,
            contact=contact,
            homepage=homepage,
            on_behalf_of=on_behalf_of,
            metadata=metadata,
        )

    def receive(
        self,
        subject: Any,
        *,
        name: str | None = None,
        source: AgentLike | None = None,
        kind: str | None = None,
        version: str | None = None,
        contact: str | None = None,
        homepage: str | None = None,
        delivered_at: Moment | None = None,
        issued_at: Moment | None = None,
        contract: str | None = None,
        licence: str | None = None,
        valid_from: Moment | None = None,
        valid_until: Moment | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Artifact:
        """Record a delivery: a version of an artifact that came from a source.

        Args:
            subject: The path of what was delivered, or an object.
            name: What the artifact is called; all deliveries of it share the name. Default: the file's.
            source: Who delivered it. Default: as the side-car says.
            kind: Default: as the side-car says, else `dataset`.
            version: A label that the source gave it.
            contact: Whom to ask or tell at the source; it is said of the source, and so is `homepage`.
            delivered_at: When it arrived. Default, where neither time is given: when this machine first recorded it.
            issued_at: When the source issued it. It comes before the arrival where a window is compared.
            contract: The contract's number. It is said of this delivery, so a later contract changes no earlier one;
                so are `licence`, `valid_from` and `valid_until`.

        Raises:
            InvalidInput: The file is missing, a time is none, no source is said, or a side-car cannot be read.
        """
        return add_artifact(
            self._writer,
            subject,
            kind=kind,
            name=name,
            version=version,
            source=source,
            contact=contact,
            homepage=homepage,
            delivered_at=delivered_at,
            issued_at=issued_at,
            contract=contract,
            licence=licence,
            valid_from=valid_from,
            valid_until=valid_until,
            metadata=metadata,
            delivery=True,
        )

    def artifact(
        self,
        subject: Any = None,
        *,
        kind: str,
        name: str | None = None,
        version: str | None = None,
        source: AgentLike | None = None,
        issued_at: Moment | None = None,
        delivered_at: Moment | None = None,
        generated_at: Moment | None = None,
        contract: str | None = None,
        licence: str | None = None,
        valid_from: Moment | None = None,
        valid_until: Moment | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Artifact:
        """Record a version of something that no recorded run made: by its path or object, or by name and version.

        Raises:
            InvalidInput: The file is missing, or there is neither content nor a version.
        """
        return add_artifact(
            self._writer,
            subject,
            kind=kind,
            name=name,
            version=version,
            source=source,
            issued_at=issued_at,
            delivered_at=delivered_at,
            generated_at=generated_at,
            contract=contract,
            licence=licence,
            valid_from=valid_from,
            valid_until=valid_until,
            metadata=metadata,
        )

    def dataset(self, subject: Any = None, **options: Any) -> Artifact:
        """Record a dataset, as `artifact` does."""
        return self.artifact(subject, **{"kind": "dataset", **options})

    def model(self, subject: Any = None, **options: Any) -> Artifact:
        """Record a model, as `artifact` does."""
        return self.artifact(subject, **{"kind": "model", **options})

    def invalidate(
        self,
        artifact: Artifact | str | os.PathLike[str],
        *,
        reason: str,
        name: str | None = None,
        kind: str | None = None,
        at: Moment | None = None,
        agent: AgentLike | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Artifact:
        """Record that a version must not be used any more (PROV-DM 5.1.8). What used it before stays as it was.

        Args:
            artifact: What an earlier call returned, a version's full id, or the path of a file or directory.
            reason: Why.
            name: What the artifact is called, where this machine has not recorded the content; so is `kind`.
            at: Since when. Default: now.
            agent: Who says so. Default: the user.
            metadata: More about it.

        Raises:
            InvalidInput: The reason is empty, the file is missing, or what its content is called is not known.
        """
        return invalidate(
            self._writer, artifact, reason=reason, name=name, kind=kind, at=at, agent=agent, metadata=metadata
        )

    def recall(self, path: str | os.PathLike[str]) -> Artifact | None:
        """What this machine has recorded the content of a file or directory as; None where it has not.

        Raises:
            InvalidInput: The file is missing.
        """
        return recall(self._writer, path)

    def incident(
        self,
        subject: Subject | Sequence[Subject],
        *,
        reason: str,
        since: Moment | None = None,
        until: Moment | None = None,
        severity: str | None = None,
        found_by: str | None = None,
        found_at: Moment | None = None,
    ) -> str:
        """Record that something is wrong with one subject or several; returns the incident's id.

        Said twice, it is one, and it never opens again what was closed: that is `graphprov.incidents.reopen`.

        Args:
            subject: An artifact, agent or run, as recorded, or `kind:name`, `kind:name@version`, or a full id; or a
                list of such. The start of a digest will do where this machine has recorded the file.
            reason: What is wrong.
            since: When it began to be wrong.
            until: When it was right again.
            severity: `low`, `medium`, `high` or `critical`.
            found_by: Who found it. Default: the user.
            found_at: When it was found. Default: when this machine first said so.

        Raises:
            InvalidInput: The reason is empty, a subject has no kind, its version is not known, the window is empty, or
                there is no such severity.
        """
        return open_incident(
            self._writer,
            subject,
            reason=reason,
            since=since,
            until=until,
            severity=severity,
            found_by=found_by or self._writer.user,
            found_at=found_at,
        )

    def record(self, statements: Sequence[Any]) -> bool:
        """Record statements of the model as they are; for importers and tools. Whether the journal took them."""
        return self._writer.record(list(statements))


class DefaultRecorder(Recorder):
    """Records as the environment says at the moment of each call: what the functions of `graphprov` use."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with a function that it records, it follows the environment of the other process."""
        return DefaultRecorder, ()

    def __init__(self) -> None:
        self._for: _Surroundings | None = None
        self._left: dict[_Surroundings, Writer] = {}
        """Writers of other variables whose statements still wait for their journal."""

    @property
    def _writer(self) -> Writer:
        variables = frozenset(
            pair for pair in os.environ.items() if pair[0].startswith("GRAPHPROV_") and pair[0] != PARENT_RUN
        )
        now = (variables, simulation.present())
        if self._for != now:  # two threads at once make two writers, which is no harm
            writer = self._left.pop(now, None) or new_writer(Settings.load())
            self._leave()
            self._own, self._for = writer, now
        return self._own

    def _leave(self) -> None:
        """Keep the present writer as long as something waits in it; try those again that were kept before."""
        if self._for is None:
            return
        kept = {**self._left, self._for: self._own}
        self._left = {when: writer for when, writer in kept.items() if not writer.offer()}
