"""The components of PROV-DM as one table: what each is called, which arguments it takes, what it is in the graph.

Readers, writers, the constraints and the docs (`docs/exchange.md`) read this table; none has a list of its own. The
names of the arguments are those of PROV-JSON and PROV-XML; their order is that of PROV-N.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from graphprov.model.vocabulary import Element, RelationType

PROV = "http://www.w3.org/ns/prov#"
XSD = "http://www.w3.org/2001/XMLSchema#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

XSD_STRING = XSD + "string"
XSD_DATETIME = XSD + "dateTime"
XSD_INT = XSD + "int"
XSD_QNAME = XSD + "QName"
QUALIFIED_NAME = PROV + "QUALIFIED_NAME"
"""The datatype of a value that is a name: its text is the full IRI."""
LANGUAGE_STRING = PROV + "InternationalizedString"
"""The datatype of a text with a language."""

TYPE, LABEL, VALUE, ROLE, LOCATION = (PROV + name for name in ("type", "label", "value", "role", "location"))


class Refers(StrEnum):
    """What an argument holds."""

    ENTITY = "entity"
    ACTIVITY = "activity"
    AGENT = "agent"
    ANY = "element"
    GENERATION = "generation"
    USAGE = "usage"
    BUNDLE = "bundle"
    TIME = "time"


@dataclass(frozen=True)
class Argument:
    """One place of a component.

    Attributes:
        name: As in PROV-JSON and PROV-XML, without the prefix `prov:`.
        refers: What stands there.
        required: Whether PROV-N demands it. Other formats are read where it is missing all the same.
    """

    name: str
    refers: Refers
    required: bool = False


@dataclass(frozen=True)
class Term:
    """A component of PROV-DM.

    Attributes:
        keyword: As PROV-N and PROV-JSON write it.
        type: Local name of its class in the PROV namespace.
        section: Where PROV-DM defines it (mention: PROV-LINKS).
        arguments: Beyond the identifier, in PROV-N's order.
        identified: Whether PROV-N lets it have an identifier of its own; an element must have one.
        attributed: Whether PROV-N lets it have attributes.
        element: Which PROV type of node it describes; None for a relation.
        relation: How it lies in the graph; None for an element.
    """

    keyword: str
    type: str
    section: str
    arguments: tuple[Argument, ...]
    identified: bool = True
    attributed: bool = True
    element: Element | None = None
    relation: RelationType | None = None

    def __reduce__(self) -> tuple[Callable[[str], Term], tuple[str]]:
        """Pickled by its keyword, so that it comes back as the one in the table."""
        return term_of, (self.keyword,)

    @property
    def type_iri(self) -> str:
        """The IRI of its class."""
        return PROV + self.type

    def place(self, name: str) -> int | None:
        """Where an argument stands, by name; None where there is no such argument."""
        return next((i for i, argument in enumerate(self.arguments) if argument.name == name), None)


def _entity(name: str, *, optional: bool = False) -> Argument:
    return Argument(name, Refers.ENTITY, not optional)


def _activity(name: str, *, optional: bool = False) -> Argument:
    return Argument(name, Refers.ACTIVITY, not optional)


def _agent(name: str, *, optional: bool = False) -> Argument:
    return Argument(name, Refers.AGENT, not optional)


_TIME = Argument("time", Refers.TIME)

TERMS: dict[str, Term] = {
    term.keyword: term
    for term in (
        Term("entity", "Entity", "5.1.1", (), element=Element.ENTITY),
        Term(
            "activity",
            "Activity",
            "5.1.2",
            (Argument("startTime", Refers.TIME), Argument("endTime", Refers.TIME)),
            element=Element.ACTIVITY,
        ),
        Term("agent", "Agent", "5.3.1", (), element=Element.AGENT),
        Term(
            "wasGeneratedBy",
            "Generation",
            "5.1.3",
            (_entity("entity"), _activity("activity", optional=True), _TIME),
            relation=RelationType.WAS_GENERATED_BY,
        ),
        Term(
            "used",
            "Usage",
            "5.1.4",
            (_activity("activity"), _entity("entity", optional=True), _TIME),
            relation=RelationType.USED,
        ),
        Term(
            "wasInformedBy",
            "Communication",
            "5.1.5",
            (_activity("informed"), _activity("informant")),
            relation=RelationType.WAS_INFORMED_BY,
        ),
        Term(
            "wasStartedBy",
            "Start",
            "5.1.6",
            (_activity("activity"), _entity("trigger", optional=True), _activity("starter", optional=True), _TIME),
            relation=RelationType.WAS_STARTED_BY,
        ),
        Term(
            "wasEndedBy",
            "End",
            "5.1.7",
            (_activity("activity"), _entity("trigger", optional=True), _activity("ender", optional=True), _TIME),
            relation=RelationType.WAS_ENDED_BY,
        ),
        Term(
            "wasInvalidatedBy",
            "Invalidation",
            "5.1.8",
            (_entity("entity"), _activity("activity", optional=True), _TIME),
            relation=RelationType.WAS_INVALIDATED_BY,
        ),
        Term(
            "wasDerivedFrom",
            "Derivation",
            "5.2.1",
            (
                _entity("generatedEntity"),
                _entity("usedEntity"),
                _activity("activity", optional=True),
                Argument("generation", Refers.GENERATION),
                Argument("usage", Refers.USAGE),
            ),
            relation=RelationType.WAS_DERIVED_FROM,
        ),
        Term(
            "wasAttributedTo",
            "Attribution",
            "5.3.2",
            (_entity("entity"), _agent("agent")),
            relation=RelationType.WAS_ATTRIBUTED_TO,
        ),
        Term(
            "wasAssociatedWith",
            "Association",
            "5.3.3",
            (_activity("activity"), _agent("agent", optional=True), _entity("plan", optional=True)),
            relation=RelationType.WAS_ASSOCIATED_WITH,
        ),
        Term(
            "actedOnBehalfOf",
            "Delegation",
            "5.3.4",
            (_agent("delegate"), _agent("responsible"), _activity("activity", optional=True)),
            relation=RelationType.ACTED_ON_BEHALF_OF,
        ),
        Term(
            "wasInfluencedBy",
            "Influence",
            "5.3.5",
            (Argument("influencee", Refers.ANY, required=True), Argument("influencer", Refers.ANY, required=True)),
            relation=RelationType.WAS_INFLUENCED_BY,
        ),
        Term(
            "alternateOf",
            "Alternate",
            "5.5.2",
            (_entity("alternate1"), _entity("alternate2")),
            identified=False,
            attributed=False,
            relation=RelationType.ALTERNATE_OF,
        ),
        Term(
            "specializationOf",
            "Specialization",
            "5.5.1",
            (_entity("specificEntity"), _entity("generalEntity")),
            identified=False,
            attributed=False,
            relation=RelationType.SPECIALIZATION_OF,
        ),
        Term(
            "mentionOf",
            "Mention",
            "PROV-LINKS 3",
            (_entity("specificEntity"), _entity("generalEntity"), Argument("bundle", Refers.BUNDLE, required=True)),
            identified=False,
            attributed=False,
            relation=RelationType.MENTION_OF,
        ),
        Term(
            "hadMember",
            "Membership",
            "5.6.2",
            (_entity("collection"), _entity("entity")),
            identified=False,
            attributed=False,
            relation=RelationType.HAD_MEMBER,
        ),
    )
}
"""Each component by its keyword, in the order of a canonical export."""


def term_of(keyword: str) -> Term:
    """The component that a keyword names."""
    return TERMS[keyword]


ORDER: dict[str, int] = {keyword: i for i, keyword in enumerate(TERMS)}
"""The place of each keyword in a canonical export."""

TERM_OF_RELATION: dict[RelationType, Term] = {term.relation: term for term in TERMS.values() if term.relation}

FORMAL: dict[str, Refers] = {
    PROV + argument.name: argument.refers for term in TERMS.values() for argument in term.arguments
}
"""The IRI of every argument and what it holds; on a component that does not take it, it is an attribute like others."""
