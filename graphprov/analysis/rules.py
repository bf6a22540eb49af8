"""How a flaw spreads, as a table: the one place that says which relation carries it, with what certainty.

The analysis, the docs (`docs/impact.md`) and the tests read this table. The names are those of W3C PROV-DM.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from graphprov.model.vocabulary import RelationType
from graphprov.store.neighbourhood import EdgeClass
from graphprov.store.walk import WALKS

RULES_VERSION = "2"
"""Raised when a rule changes what is affected, so that an old report can be told from a wrong one."""


class Certainty(IntEnum):
    """How sure it is that something is affected; a path is as certain as its weakest step."""

    DECLARED = 0
    INFERRED = 1
    POSSIBLE = 2

    @property
    def word(self) -> str:
        """The word for it in reports."""
        return self.name.lower()


@dataclass(frozen=True)
class Rule:
    """One way in which a flaw spreads from a cause to an effect.

    Attributes:
        classes: The relations that it walks, each as the store tells it.
        cleared_by: What may keep the flaw from what a run generated that it entered this way; for `processing`, from
            the output itself.
        says: What is affected, as the end of a sentence.
    """

    name: str
    classes: tuple[EdgeClass, ...]
    certainty: Certainty
    cleared_by: tuple[str, ...]
    says: str

    @property
    def relations(self) -> tuple[RelationType, ...]:
        """The PROV relations that it walks, each once."""
        return tuple(dict.fromkeys(relation_of(edge_class) for edge_class in self.classes))


def relation_of(edge_class: EdgeClass) -> RelationType:
    """The PROV relation that a class of edges is recorded as."""
    return WALKS[EdgeClass.USE if edge_class is EdgeClass.CODE_USE else edge_class].relation


RULES: tuple[Rule, ...] = (
    Rule(
        "derivation",
        (EdgeClass.DERIVATION,),
        Certainty.DECLARED,
        (),
        "what was derived from something affected, whatever the subtype",
    ),
    Rule(
        "use",
        (EdgeClass.USE,),
        Certainty.INFERRED,
        ("precision", "time"),
        "a run that used something affected",
    ),
    Rule(
        "processing",
        (EdgeClass.GENERATION,),
        Certainty.INFERRED,
        ("precision", "time"),
        "what an affected run generated",
    ),
    Rule(
        "code",
        (EdgeClass.CODE_USE, EdgeClass.PLAN),
        Certainty.INFERRED,
        (),
        "a run that used affected code, or had it as the plan of an association, and all that it generated",
    ),
    Rule(
        "communication",
        (EdgeClass.COMMUNICATION,),
        Certainty.INFERRED,
        ("precision",),
        "a run that was informed by an affected one, and what it generated",
    ),
    Rule(
        "membership up",
        (EdgeClass.MEMBER_UP,),
        Certainty.DECLARED,
        (),
        "a collection with an affected member",
    ),
    Rule(
        "membership down",
        (EdgeClass.MEMBER_DOWN,),
        Certainty.DECLARED,
        (),
        "the members of a collection that is affected otherwise than by membership up",
    ),
    Rule(
        "specialisation",
        (EdgeClass.SPECIALISATION, EdgeClass.MENTION),
        Certainty.DECLARED,
        (),
        "what is special of a general entity that is no subject, and affected otherwise than by membership up",
    ),
    Rule(
        "unversioned use",
        (EdgeClass.GENERAL, EdgeClass.GENERAL_MENTION, EdgeClass.GENERAL_USE),
        Certainty.POSSIBLE,
        ("precision", "time"),
        "a run that used the general entity of something affected without saying which version it read",
    ),
    Rule(
        "influence",
        (EdgeClass.INFLUENCE, EdgeClass.START, EdgeClass.END),
        Certainty.POSSIBLE,
        ("precision",),
        "what was influenced, started or ended by something affected, and what it generated",
    ),
    Rule(
        "same content",
        (EdgeClass.SAME,),
        Certainty.DECLARED,
        (),
        "an imported entity and another one with the same content digest, either way",
    ),
)

RULE_OF: dict[EdgeClass, Rule] = {edge_class: rule for rule in RULES for edge_class in rule.classes}
