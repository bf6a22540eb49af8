"""How one step of a `why` reads, from cause to effect: `cause VERB effect`, in the words that every form uses.

PROV's relations are recorded from effect to cause and a flaw walks them backwards, so each is read the other way round
here. Two of them can carry a flaw either way (`HAD_MEMBER`, `SPECIALIZATION_OF`): the rule by which it spread
says which way it was, and one sentence that is true of both serves where a report does not name the rule.
"""

from __future__ import annotations

from graphprov.analysis.report import Step
from graphprov.model.vocabulary import RelationType
from graphprov.report import words

VERBS: dict[str, str] = {
    RelationType.USED: "was used by",
    RelationType.WAS_GENERATED_BY: "generated",
    RelationType.WAS_DERIVED_FROM: "went into",
    RelationType.WAS_INFORMED_BY: "informed",
    RelationType.SPECIALIZATION_OF: "is a general or a special form of",
    RelationType.MENTION_OF: "is mentioned as",
    RelationType.HAD_MEMBER: "is the collection or a member of",
    RelationType.WAS_STARTED_BY: "started",
    RelationType.WAS_ENDED_BY: "ended",
    RelationType.WAS_INFLUENCED_BY: "influenced",
    RelationType.WAS_ASSOCIATED_WITH: "was the plan of",
    RelationType.WAS_ATTRIBUTED_TO: "answers for",
    RelationType.SAME_CONTENT_AS: "has the same content as",
}
"""Each relation read from cause to effect, whatever the rule."""

VERBS_BY_RULE: dict[tuple[str, str], str] = {
    (RelationType.USED, "code"): "is the code of",
    (RelationType.USED, "unversioned use"): "was used, without saying which version, by",
    (RelationType.SPECIALIZATION_OF, "specialisation"): "has the version",
    (RelationType.SPECIALIZATION_OF, "unversioned use"): "is a version of",
    (RelationType.HAD_MEMBER, "membership up"): "is a member of",
    (RelationType.HAD_MEMBER, "membership down"): "has the member",
}
"""Where the rule tells more than the relation does."""

_LONGEST = 60


def verb(step: Step) -> str:
    r"""What stands between cause and effect; the name itself of a relation that is not PROV's, safe to print.

    >>> verb(Step(relation="HAD_MEMBER", cause="a", effect="b", certainty="declared", rule="membership up"))
    'is a member of'
    >>> verb(Step(relation="KNOWS\x1b", cause="a", effect="b", certainty="possible"))
    'KNOWS\\x1b'
    """
    found = VERBS_BY_RULE.get((step.relation, step.rule)) if step.rule is not None else None
    return found or VERBS.get(step.relation) or words.visible(words.middle(step.relation, _LONGEST))
