"""The words of the graph as tables: which kinds of things there are, and which PROV relations join them.

Every other module reads these tables; none has a list of its own. A kind that is not in them is a kind of the user's
own: it is kept as it is, and carries the PROV label alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from graphprov.errors import InvalidInput


class Element(StrEnum):
    """The three PROV types (PROV-DM 2.1); each node carries exactly one of them as a label."""

    ENTITY = "Entity"
    ACTIVITY = "Activity"
    AGENT = "Agent"


@dataclass(frozen=True)
class Kind:
    """What a person calls a thing: `name` as typed, `label` as it stands in Neo4j."""

    name: str
    element: Element
    label: str
    plural: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("dataset", Element.ENTITY, "Dataset", "datasets"),
        Kind("model", Element.ENTITY, "Model", "models"),
        Kind("code-version", Element.ENTITY, "CodeVersion", "code versions"),
        Kind("predictions", Element.ENTITY, "Predictions", "predictions"),
        Kind("evaluation", Element.ENTITY, "Evaluation", "evaluations"),
        Kind("feature-table", Element.ENTITY, "FeatureTable", "feature tables"),
        Kind("incident", Element.ENTITY, "Incident", "incidents"),
        Kind("incident-entry", Element.ENTITY, "IncidentEntry", "incident entries"),
        Kind("data-source", Element.AGENT, "DataSource", "data sources"),
        Kind("person", Element.AGENT, "Person", "people"),
        Kind("organization", Element.AGENT, "Organization", "organizations"),
        Kind("software", Element.AGENT, "SoftwareAgent", "software agents"),
        Kind("run", Element.ACTIVITY, "Run", "runs"),
        Kind("training", Element.ACTIVITY, "Training", "training runs"),
        Kind("inference", Element.ACTIVITY, "Inference", "inference runs"),
        Kind("cleaning", Element.ACTIVITY, "Cleaning", "cleaning runs"),
        Kind("merging", Element.ACTIVITY, "Merging", "merging runs"),
        Kind("evaluating", Element.ACTIVITY, "Evaluating", "evaluation runs"),
        Kind("labelling", Element.ACTIVITY, "Labelling", "labelling runs"),
        Kind("collecting", Element.ACTIVITY, "Collecting", "collection runs"),
        Kind("transforming", Element.ACTIVITY, "Transforming", "transformation runs"),
    )
}


class RelationType(StrEnum):
    """PROV's relations in Cypher's case, from effect to cause; then graphprov's own.

    `SAME_CONTENT_AS` is the one relation that nobody states and that is not kept: it is found where digests agree.
    """

    USED = "USED"
    WAS_GENERATED_BY = "WAS_GENERATED_BY"
    WAS_DERIVED_FROM = "WAS_DERIVED_FROM"
    WAS_ATTRIBUTED_TO = "WAS_ATTRIBUTED_TO"
    WAS_ASSOCIATED_WITH = "WAS_ASSOCIATED_WITH"
    ACTED_ON_BEHALF_OF = "ACTED_ON_BEHALF_OF"
    WAS_INFORMED_BY = "WAS_INFORMED_BY"
    SPECIALIZATION_OF = "SPECIALIZATION_OF"
    ALTERNATE_OF = "ALTERNATE_OF"
    MENTION_OF = "MENTION_OF"
    HAD_MEMBER = "HAD_MEMBER"
    WAS_INVALIDATED_BY = "WAS_INVALIDATED_BY"
    WAS_STARTED_BY = "WAS_STARTED_BY"
    WAS_ENDED_BY = "WAS_ENDED_BY"
    WAS_INFLUENCED_BY = "WAS_INFLUENCED_BY"
    PART_OF = "PART_OF"
    ABOUT = "ABOUT"
    ENTRY_OF = "ENTRY_OF"
    SAID_BY = "SAID_BY"
    NOT_ALTERNATE_OF = "NOT_ALTERNATE_OF"
    SAME_CONTENT_AS = "SAME_CONTENT_AS"


@dataclass(frozen=True)
class RelationRule:
    """What PROV-DM says of a relation: its ends, and which attributes of its own it may carry."""

    type: RelationType
    source: Element
    target: Element
    attributes: frozenset[str]
    section: str
    """Where PROV-DM defines it."""


def _rule(
    type_: RelationType, source: Element, target: Element, section: str, attributes: tuple[str, ...] = ()
) -> tuple[RelationType, RelationRule]:
    return type_, RelationRule(type_, source, target, frozenset(attributes), section)


_E, _A, _G = Element.ENTITY, Element.ACTIVITY, Element.AGENT
# WAS_INFLUENCED_BY may join any two elements, ABOUT may lead to any: the ends here are assumed where nothing is known.
RELATIONS: dict[RelationType, RelationRule] = dict(
    (
        _rule(RelationType.USED, _A, _E, "5.1.4", ("time", "role")),
        _rule(RelationType.WAS_GENERATED_BY, _E, _A, "5.1.3", ("time", "role")),
        _rule(RelationType.WAS_DERIVED_FROM, _E, _E, "5.2.1", ("subtype", "activity")),
        _rule(RelationType.WAS_ATTRIBUTED_TO, _E, _G, "5.3.2", ("role",)),
        _rule(RelationType.WAS_ASSOCIATED_WITH, _A, _G, "5.3.3", ("role", "plan")),
        _rule(RelationType.ACTED_ON_BEHALF_OF, _G, _G, "5.3.4", ("activity", "role")),
        _rule(RelationType.WAS_INFORMED_BY, _A, _A, "5.1.5", ()),
        _rule(RelationType.SPECIALIZATION_OF, _E, _E, "5.5.1", ()),
        _rule(RelationType.ALTERNATE_OF, _E, _E, "5.5.2", ()),
        _rule(RelationType.MENTION_OF, _E, _E, "PROV-LINKS 3", ()),
        _rule(RelationType.HAD_MEMBER, _E, _E, "5.6.2", ()),
        _rule(RelationType.WAS_INVALIDATED_BY, _E, _A, "5.1.8", ("time", "role")),
        _rule(RelationType.WAS_STARTED_BY, _A, _E, "5.1.6", ("time", "role", "activity")),
        _rule(RelationType.WAS_ENDED_BY, _A, _E, "5.1.7", ("time", "role", "activity")),
        _rule(RelationType.WAS_INFLUENCED_BY, _E, _E, "5.3.5", ()),
        _rule(RelationType.PART_OF, _A, _A, "(graphprov: a run inside another)", ()),
        _rule(
            RelationType.ABOUT, _E, _E, "(graphprov: an incident and its subject, an entry and what it speaks of)", ()
        ),
        _rule(RelationType.ENTRY_OF, _E, _E, "(graphprov: something said of an incident)", ()),
        _rule(RelationType.SAID_BY, _E, _G, "(graphprov: who says it)", ()),
        _rule(RelationType.NOT_ALTERNATE_OF, _E, _E, "(graphprov: an alternate that was taken back)", ()),
        _rule(RelationType.SAME_CONTENT_AS, _E, _E, "(graphprov: equal content digests)", ()),
    )
)

DERIVATION_SUBTYPES = ("revision", "quotation", "primary-source")
"""Subtypes of derivation (PROV-DM 5.2.2 to 5.2.4)."""

IMPORTED, UNKNOWN, GENERAL, PLAN, FORGOTTEN = "Imported", "Unknown", "General", "Plan", "Forgotten"
"""Labels beside those of PROV and of kinds: content that came in by a document under a name not of graphprov's making,
to be joined with the same content recorded here; an end that a relation leaves open; what others are specialisations
of; what a document says to be a plan; and what somebody asked to forget. Neo4j counts nodes and relations by label at
once, so a search knows what not to look for."""

PLAN_TYPE = "http://www.w3.org/ns/prov#Plan"
"""The type by which a document says that an entity is a plan, such as code (PROV-DM 5.7.2.3)."""

SPECIALISING = frozenset({RelationType.SPECIALIZATION_OF, RelationType.MENTION_OF})
"""Relations from a more special entity to a general one: a mention is a specialisation too (PROV-LINKS 3)."""

TARGET_TYPE = "target_type"
"""The key under which an `ABOUT` says the PROV type of what it leads to, where neither the id nor the table tells."""

CODE_ROLE = "code"
"""The role in which an activity used the code that it ran."""

_KIND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check_kind(kind: str) -> str:
    """Return `kind` when it is one of ours or fit to be the user's own: lower-case words joined by hyphens.

    Raises:
        InvalidInput: It has another form, or is the name of a PROV type.

    >>> check_kind("satellite-image")
    'satellite-image'
    """
    if not _KIND.fullmatch(kind):
        raise InvalidInput(
            f"'{kind}' cannot be a kind: expected lower-case words joined by hyphens, such as 'satellite-image'",
            nearest=sorted(KINDS),
        )
    if kind.capitalize() in list(Element):
        fitting = [each.name for each in KINDS.values() if each.element == kind.capitalize()]
        raise InvalidInput(f"'{kind}' cannot be a kind: it is the name of a PROV type", nearest=fitting)
    return kind


def labels_of(kind: str | None, element: Element) -> list[str]:
    """The labels of a node beyond its PROV one: the kind's own, where graphprov knows the kind for that element.

    >>> labels_of("model", Element.ENTITY), labels_of("satellite-image", Element.ENTITY)
    (['Model'], [])
    """
    known = KINDS.get(kind or "")
    return [known.label] if known is not None and known.element is element else []


def plural(kind: str, count: int) -> str:
    """A number of things of a kind, in words.

    >>> plural("dataset", 1), plural("dataset", 3), plural("satellite-image", 2)
    ('1 dataset', '3 datasets', '2 satellite images')
    """
    singular = kind.replace("-", " ")
    if count == 1 or singular.endswith("s"):
        return f"{count:,} {singular}"
    known = KINDS.get(kind)
    return f"{count:,} {known.plural if known else singular + 's'}"
