"""What no run made: sources and what they delivered, people and teams, data and models from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from graphprov.capture.agents import AgentLike, AgentRef, as_agent, check_agent_kind, delegation, mention
from graphprov.capture.artifacts import Artifact, attribution, described, statements_of
from graphprov.capture.redaction import without_credentials, without_secrets
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import PREFIX, activity_id, parse_id, short_version
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement, digest
from graphprov.model.times import Moment, as_moment
from graphprov.model.vocabulary import RelationType


def add_agent(
    writer: Writer,
    name: str,
    *,
    kind: str,
    contact: str | None = None,
    homepage: str | None = None,
    contract: str | None = None,
    licence: str | None = None,
    valid_from: Moment | None = None,
    valid_until: Moment | None = None,
    on_behalf_of: AgentLike | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> AgentRef:
    """Record an agent of any kind; see `graphprov.source` and `graphprov.agent`."""
    check_agent_kind(kind)
    agent = as_agent(name, kind)
    since, until = as_moment(valid_from, "valid_from"), as_moment(valid_until, "valid_until")
    _check_order(since, until)
    statements: list[Statement] = [
        Agent(
            id=agent.id,
            kind=agent.kind,
            name=agent.name,
            contact=contact,
            homepage=without_credentials(homepage) if homepage else None,
            contract=contract,
            licence=licence,
            valid_from=since,
            valid_until=until,
            metadata=without_secrets(metadata or {}),
        )
    ]
    if on_behalf_of is not None:
        statements += delegation(agent, as_agent(on_behalf_of, "organization"))
    writer.record(statements)
    return agent


def add_artifact(
    writer: Writer,
    subject: Any,
    *,
    kind: str | None,
    name: str | None = None,
    version: str | None = None,
    source: AgentLike | None = None,
    contact: str | None = None,
    homepage: str | None = None,
    delivered_at: Moment | None = None,
    issued_at: Moment | None = None,
    generated_at: Moment | None = None,
    contract: str | None = None,
    licence: str | None = None,
    valid_from: Moment | None = None,
    valid_until: Moment | None = None,
    metadata: Mapping[str, Any] | None = None,
    delivery: bool = False,
) -> Artifact:
    """Record a version that no recorded run made; see `graphprov.receive` and `graphprov.dataset`.

    Args:
        contact: Whom to ask or tell at the source; it is said of the source, and so is `homepage`.
        delivery: Whether it was delivered, so that it has a time of delivery even where none is given: the moment when
            this machine first recorded it.
    """
    artifact, attributes = described(writer, subject, name=name, kind=kind, version=version, recall=False, strict=True)
    since, until = as_moment(valid_from, "valid_from"), as_moment(valid_until, "valid_until")
    _check_order(since or attributes.get("valid_from"), until or attributes.get("valid_until"))
    delivered = as_moment(delivered_at, "delivered_at") or attributes.get("delivered_at")
    issued = as_moment(issued_at, "issued_at") or attributes.get("issued_at")
    source = source or attributes.get("source")
    if delivery and source is None:
        raise InvalidInput("who delivered it is not said", hint='give it as source="acme", or in a side-car')
    attributes.pop("source", None)
    if delivery and delivered is None and issued is None:
        delivered = _first_delivery(writer, artifact) or writer.now()
    statements = statements_of(
        artifact,
        attributes,
        metadata,
        generated_at=as_moment(generated_at, "generated_at"),
        issued_at=issued,
        delivered_at=delivered,
        contract=contract,
        licence=licence,
        valid_from=since,
        valid_until=until,
    )
    if source is not None:
        agent = as_agent(source, "data-source")
        statements += attribution(artifact, agent)
        if contact or homepage:
            statements.append(Agent(id=agent.id, kind=agent.kind, name=agent.name, contact=contact, homepage=homepage))
    writer.record(statements)
    if artifact.digest is not None:
        path = str(artifact.path) if artifact.path is not None else None
        writer.known.remember(artifact.digest, artifact.kind, artifact.name, path, delivered)
    return artifact


def invalidate(
    writer: Writer,
    artifact: Artifact | str | os.PathLike[str],
    *,
    reason: str,
    name: str | None = None,
    kind: str | None = None,
    at: Moment | None = None,
    agent: AgentLike | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Artifact:
    """Record that a version must not be used any more; see `graphprov.invalidate`."""
    if not reason.strip():
        raise InvalidInput("why it is invalid is missing", hint='give it as reason="..."')
    if not isinstance(artifact, Artifact):
        artifact = _recorded(writer, artifact, name, kind)
    reason = writer.redactor.text(reason)
    moment = as_moment(at, "at") or writer.now()
    who = as_agent(agent or writer.user, "person")
    # The activity's number follows from what it says: the same said twice is one invalidation.
    number = digest([artifact.id, moment, reason, who.id])
    activity = activity_id("invalidating", f"invalidate {artifact.name}", number)
    writer.record(
        [
            Activity(
                id=activity,
                kind="invalidating",
                name=f"invalidate {artifact.name}",
                started_at=moment,
                ended_at=moment,
                status="completed",
                host=writer.host,
                user=writer.user,
                metadata={**without_secrets(metadata or {}), "reason": reason},
            ),
            mention(who),
            Relation(type=RelationType.WAS_ASSOCIATED_WITH, source=activity, target=who.id),
            *_invalid(artifact, moment),
            Relation(type=RelationType.WAS_INVALIDATED_BY, source=artifact.id, target=activity, time=moment),
        ]
    )
    return artifact


def recall(writer: Writer, path: str | os.PathLike[str], kind: str | None = None) -> Artifact | None:
    """What this machine has recorded the content of a file as; see `Recorder.recall`."""
    artifact, _ = described(writer, Path(path), name=None, kind=kind, version=None, recall=True)
    if artifact.digest is None or writer.known.exactly(artifact.digest, artifact.kind, artifact.name) is None:
        return None
    return artifact


def _recorded(writer: Writer, subject: Any, name: str | None, kind: str | None) -> Artifact:
    """The version that a path or an id stands for; never one that nobody has recorded, under a name made up here."""
    if isinstance(subject, str) and subject.startswith(PREFIX):
        parts = parse_id(subject)
        if parts is None or parts.version is None:
            raise InvalidInput(f"{subject} is no version's id: expected {PREFIX}kind:name@version")
        return Artifact(subject, parts.kind, parts.name, short_version(parts.version))
    if name is not None or not isinstance(subject, str | os.PathLike):
        return described(writer, subject, name=name, kind=kind, version=None, recall=False)[0]
    if (found := recall(writer, subject, kind)) is None:
        raise InvalidInput(
            f"the content of {os.fspath(subject)} was not recorded on this machine, so what it is called is not known",
            hint="give the version's full id, or kind= and name=",
        )
    return found


def _invalid(artifact: Artifact, moment: datetime) -> list[Statement]:
    """The version with its end. What makes it a version is said too: a database may not have it yet."""
    if parse_id(artifact.id) is None:  # from elsewhere: nothing more is known of it
        return [Entity(id=artifact.id, invalidated_at=moment)]
    return statements_of(artifact, {"digest": artifact.digest}, None, invalidated_at=moment)


def _first_delivery(writer: Writer, artifact: Artifact) -> Any:
    """When this machine first recorded the delivery of a content, so that to say it again changes nothing."""
    if artifact.digest is None:
        return None
    known = writer.known.exactly(artifact.digest, artifact.kind, artifact.name)
    return known.delivered_at if known is not None else None


def _check_order(since: Any, until: Any) -> None:
    if since is not None and until is not None and until <= since:
        raise InvalidInput(
            f"it would be valid until {until:%Y-%m-%d %H:%M}Z, before it begins to be at {since:%Y-%m-%d %H:%M}Z"
        )
