"""What `why` and `contain` call the artifacts and runs that they mention, and what they say of each."""

from __future__ import annotations

from collections.abc import Sequence

from graphprov.analysis.explanation import Code, Containment, Thing, Why
from graphprov.analysis.report import Subject
from graphprov.model.identity import parse_id, short_id
from graphprov.model.vocabulary import Element, RelationType
from graphprov.report import words
from graphprov.report.lines import Column, Lines
from graphprov.report.view import Node, with_short_versions


class Labels:
    """The things and people of an answer by id."""

    def __init__(self, answer: Why | Containment) -> None:
        self.things = {thing.id: thing for thing in answer.things}
        nodes = {
            thing.id: Node(thing.id, "mentioned", thing.element, thing.kind, thing.name, thing.version, thing.time)
            for thing in answer.things
        }
        for flawed in answer.flawed:
            kind, time = flawed.kind, flawed.time
            node = Node(flawed.id, "flawed", Element.ENTITY, kind, flawed.name, flawed.version, time)
            nodes.setdefault(flawed.id, node)
        self._nodes = with_short_versions(nodes)
        self._agents = {agent.id: agent for agent in answer.agents}

    def label(self, identifier: str) -> str:
        """What a person calls it."""
        node = self._nodes.get(identifier)
        return words.visible(short_id(identifier)) if node is None else node.label

    def subject(self, subject: Subject) -> str:
        """What a subject of the flaw is called; a version is told from the others."""
        return self.label(subject.id) if subject.id in self._nodes else words.visible(subject.name)

    def typed(self, identifier: str) -> str:
        """What a person may type for it, quoted for a shell."""
        node = self._nodes.get(identifier)
        return words.argument(identifier, identifier) if node is None else node.typed

    def person(self, identifier: str) -> str:
        """The plain name of an agent."""
        if identifier in self._agents:
            return words.visible(self._agents[identifier].name)
        parts = parse_id(identifier)
        return words.visible(short_id(identifier) if parts is None else parts.name)

    def who(self, thing: Thing) -> str:
        """Who answers for it, and on whose behalf: 'ada for trust-team, bob'; empty where nobody is recorded."""
        told = []
        for one in thing.responsible:
            agent = self._agents.get(one)
            if agent is None or agent.relation == RelationType.ACTED_ON_BEHALF_OF:
                continue
            behalf = [self.person(principal) for principal in agent.on_behalf_of]
            told.append(self.person(one) + (f" for {words.listed(behalf)}" if behalf else ""))
        return ", ".join(told)

    def what(self, identifier: str) -> str:
        """Its kind, in words; that a run failed."""
        thing = self.things.get(identifier)
        if thing is None:
            return "-"
        is_run = Element(thing.element) is Element.ACTIVITY
        kind = words.kind_words(thing.kind) if thing.kind else "run" if is_run else "artifact"
        return f"{kind}, FAILED" if thing.failed else kind


def code(one: Code) -> str:
    """A code version in words.

    >>> code(Code(id="c", name="web", version="3f2a91", commit="3f2a91" + "0" * 34, dirty=True, how="used"))
    'code web, commit 3f2a91000000 with uncommitted changes'
    """
    name = words.visible(one.name)
    commit = f", commit {words.visible(one.commit[:12])}" if one.commit else ""
    version = f"@{words.visible(one.version)}" if one.version and not commit else ""
    state = " with uncommitted changes" if one.dirty else ""
    return f"{'code' if one.how == 'used' else 'plan'} {name}{version}{commit}{state}"


def table_of(page: Lines, labels: Labels, identifiers: Sequence[str]) -> None:
    """One row for each of some things: what it is, when it was made or started, and who answers for it."""
    rows = [
        (
            labels.label(one),
            labels.what(one),
            words.when(labels.things[one].time if one in labels.things else None, unknown="-"),
            (labels.who(labels.things[one]) if one in labels.things else "") or "-",
        )
        for one in identifiers
    ]
    page.table((Column("name"), Column("what", 16), Column("when", 17), Column("who", 20)), rows)


def listed(page: Lines, labels: Labels, identifiers: Sequence[str], most: int = 10) -> None:
    """Some things, one a line; only the first so many."""
    for one in identifiers[:most]:
        page.line("  ", page.fit(labels.label(one), page.width - 2))
    if len(identifiers) > most:
        page.line(f"  and {len(identifiers) - most:,} more, all in the JSON form")
