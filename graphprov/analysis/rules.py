"""How a flaw spreads, as a table: the one place that says which relation carries it, with what certainty.

The analysis, the docs (`docs/impact.md`) and the tests read this table. The names are those of W3C PROV-DM.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from graphprov.model.vocabulary import RelationType
from graphprov.store.neighbourhood import EdgeClass


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
    """One way in which a flaw spreads from a cause to an effect."""

    name: str
    relation: RelationType
    edge_class: EdgeClass
    certainty: Certainty
    cleared_by: tuple[str, ...]
    says: str


RULES: tuple[Rule, ...] = (
    Rule(
        "derivation",
        RelationType.WAS_DERIVED_FROM,
        EdgeClass.DERIVATION,
        Certainty.DECLARED,
        (),
        "what was derived from something affected, whatever the subtype",
    ),
    Rule(
        "use",
        RelationType.USED,
        EdgeClass.USE,
        Certainty.INFERRED,
        (),
        "a run that used something affected",
    ),
    Rule(
        "code",
        RelationType.USED,
        EdgeClass.CODE_USE,
        Certainty.INFERRED,
        (),
        "a run of affected code, and all that it generated",
    ),
    Rule(
        "same content",
        RelationType.SAME_CONTENT_AS,
        EdgeClass.SAME,
        Certainty.DECLARED,
        (),
        "an imported entity and another one with the same content digest, either way",
    ),
    Rule(
        "processing",
        RelationType.WAS_GENERATED_BY,
        EdgeClass.GENERATION,
        Certainty.INFERRED,
        ("precision", "time"),
        "what a run generated that used something affected",
    ),
)

RULE_OF: dict[EdgeClass, Rule] = {rule.edge_class: rule for rule in RULES}

NOT_FOLLOWED: dict[str, str] = {
    RelationType.WAS_INFORMED_BY: "runs informed by affected runs are not followed yet",
    RelationType.HAD_MEMBER: "collections and their members are not followed yet",
    RelationType.WAS_INFLUENCED_BY: "influence is not followed yet",
    RelationType.WAS_STARTED_BY: "starting is not followed yet",
    RelationType.WAS_ENDED_BY: "ending is not followed yet",
    RelationType.SPECIALIZATION_OF: "versions of an affected general artifact are not followed yet",
    RelationType.MENTION_OF: "what mentions an affected entity of a bundle is not followed yet",
    RelationType.USED: "runs that read a general artifact without saying which version are not followed yet",
    RelationType.WAS_ASSOCIATED_WITH: "runs that had affected code as their plan are not followed yet",
}
"""Relations that can carry a flaw too and are not walked yet: where one leads out of the affected, a report is cut."""
