"""Agents as people name them: a plain name, `kind:name`, a full identifier, or what `gp.agent` returned."""

from __future__ import annotations

from dataclasses import dataclass

from graphprov.capture.redaction import without_credentials
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, parse_id, short_id
from graphprov.model.statements import Agent, Relation, Statement
from graphprov.model.vocabulary import KINDS, Element, RelationType

AGENT_KINDS = tuple(name for name, kind in KINDS.items() if kind.element is Element.AGENT)


@dataclass(frozen=True)
class AgentRef:
    """A person, an organization, a data source or a piece of software, as recorded."""

    id: str
    kind: str | None
    name: str

    @property
    def short(self) -> str:
        """The short form that the command line takes, such as `person:ada`."""
        return short_id(self.id)

    def __str__(self) -> str:
        return self.short


AgentLike = str | AgentRef


def as_agent(given: AgentLike, kind: str) -> AgentRef:
    """The agent that is meant, of the given kind where its text does not say one.

    Raises:
        InvalidInput: The text is empty, or names a kind that is none of an agent's.

    >>> as_agent("ada", "person").id, as_agent("software:nightly", "person").id
    ('urn:graphprov:person:ada', 'urn:graphprov:software:nightly')
    """
    if isinstance(given, AgentRef):
        return given
    if not isinstance(given, str):
        raise InvalidInput(f"an agent is named by text, not by {type(given).__name__}")
    given = without_credentials(given)
    if (parts := parse_id(given)) is not None:
        check_agent_kind(parts.kind)
        return AgentRef(given, parts.kind, parts.name)
    if given.startswith("urn:") or "://" in given:
        return AgentRef(given, None, given)
    first, colon, rest = given.partition(":")
    if colon and rest and first in AGENT_KINDS:
        kind, given = first, rest
    check_agent_kind(kind)
    return AgentRef(artifact_id(kind, given), kind, given)


def check_agent_kind(kind: str) -> None:
    """Refuse a kind of entity or activity.

    Raises:
        InvalidInput: It is one.
    """
    known = KINDS.get(kind)
    if known is not None and known.element is not Element.AGENT:
        raise InvalidInput(f"'{kind}' is a kind of {known.element.lower()}, not of agent", nearest=AGENT_KINDS)


def mention(agent: AgentRef) -> Agent:
    """The statement that there is this agent; always alike, so that many mentions are one statement."""
    return Agent(id=agent.id, kind=agent.kind, name=agent.name)


def delegation(agent: AgentRef, principal: AgentRef) -> list[Statement]:
    """That an agent acts on behalf of another: once for all its runs, not once for each."""
    return [
        mention(principal),
        Relation(type=RelationType.ACTED_ON_BEHALF_OF, source=agent.id, target=principal.id),
    ]
