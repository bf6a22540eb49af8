"""What an instance says there is: entities, activities and agents that it states, and which specializes which."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from graphprov.constraints.normal import Instance
from graphprov.documents.statements import Statement, Value
from graphprov.documents.terms import PROV, TYPE

EMPTY_COLLECTION = (TYPE, Value.name(PROV + "EmptyCollection"))
"""The attribute that makes an entity an empty collection."""


class Specialization(NamedTuple):
    """That one entity (by root) is another one seen more narrowly, and which statement (by index) says so."""

    specific: int
    general: int
    statement: int


@dataclass
class Objects:
    """The objects of an instance, each by the root of its term, with a statement (by index) that tells of it.

    Attributes:
        entities: Those for which there is an `entity` statement, stated or inferred by constraint 21.
        activities: Those that are stated.
        agents: Those that are stated.
        empty: Entities that are empty collections, by their own or an inherited attribute.
        specializations: As stated, or inferred from a mention.
    """

    entities: dict[int, int] = field(default_factory=dict)
    activities: dict[int, int] = field(default_factory=dict)
    agents: dict[int, int] = field(default_factory=dict)
    empty: dict[int, int] = field(default_factory=dict)
    specializations: list[Specialization] = field(default_factory=list)

    @classmethod
    def of(cls, instance: Instance, roots: list[int]) -> Objects:
        """Gather them from the normal form."""
        objects = cls()
        stated = {"entity": objects.entities, "activity": objects.activities, "agent": objects.agents}
        for row in instance.rows:
            if row.kind in stated:
                root = roots[row.terms[0]]
                stated[row.kind].setdefault(root, row.statement)
                if row.kind == "entity" and _is_empty(instance.statements[row.statement]):
                    objects.empty.setdefault(root, row.statement)
            elif row.kind in ("specializationOf", "mentionOf"):
                objects.specializations.append(Specialization(roots[row.terms[1]], roots[row.terms[2]], row.statement))
        if objects.specializations:
            objects._inherit()
        return objects

    def _inherit(self) -> None:
        """Hand down what entities are to what specializes them (inference 21, with 19)."""
        narrower: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for specific, general, statement in self.specializations:
            narrower[general].append((specific, statement))
        for inherited in (self.entities, self.empty):
            ahead = deque(inherited)
            while ahead:
                for specific, statement in narrower.get(ahead.popleft(), ()):
                    if specific not in inherited:
                        inherited[specific] = statement
                        ahead.append(specific)


def _is_empty(entity: Statement) -> bool:
    return EMPTY_COLLECTION in entity.attributes
