"""What no run made: sources and what they delivered, people and teams, data and models from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from graphprov.capture.agents import AgentLike, AgentRef, as_agent, check_agent_kind, delegation, mention
from graphprov.capture.artifacts import Artifact, described, relation, statements_of
from graphprov.capture.redaction import without_credentials, without_secrets
from graphprov.capture.times import Moment, as_moment
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import activity_id
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement, digest
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
    kind: str,
    name: str | None = None,
    version: str | None = None,
    source: AgentLike | None = None,
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
        delivery: Whether it was delivered, so that it has a time of delivery even where none is given: the moment when
            this machine first recorded it.
    """
    artifact, attributes = described(writer, subject, name=name, kind=kind, version=version, recall=False)
    since, until = as_moment(valid_from, "valid_from"), as_moment(valid_until, "valid_until")
    _check_order(since, until)
    delivered, issued = as_moment(delivered_at, "delivered_at"), as_moment(issued_at, "issued_at")
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
        statements += [mention(agent), relation(RelationType.WAS_ATTRIBUTED_TO, artifact.id, agent.id)]
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
    at: Moment | None = None,
    agent: AgentLike | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Artifact:
    """Record that a version must not be used any more; see `graphprov.invalidate`."""
    if not reason.strip():
        raise InvalidInput("why it is invalid is missing", hint='give it as reason="..."')
    if not isinstance(artifact, Artifact):
        artifact, _ = described(writer, artifact, name=None, kind=None, version=None, recall=True)
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
                metadata={**without_secrets(metadata or {}), "reason": without_credentials(reason)},
            ),
            mention(who),
            Relation(type=RelationType.WAS_ASSOCIATED_WITH, source=activity, target=who.id),
            Entity(id=artifact.id, kind=artifact.kind, name=artifact.name, invalidated_at=moment),
            Relation(type=RelationType.WAS_INVALIDATED_BY, source=artifact.id, target=activity, time=moment),
        ]
    )
    return artifact


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
