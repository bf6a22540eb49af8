"""PROV-O's names for the components of PROV-DM, as one table that the reader and the writer share.

A relation is said in RDF as one triple (`ex:a prov:used ex:e`), or through a node of its own that takes everything else
(`ex:a prov:qualifiedUsage [ a prov:Usage ; prov:entity ex:e ; prov:atTime ... ]`; PROV-O 3.3). What PROV-O's own names
leave open is said with the names that the `prov` package reads: classes and properties for alternates, specializations,
mentions and memberships that carry attributes, and the argument names of PROV-DM, read wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphprov.documents.terms import LABEL, LOCATION, PROV, RDF, ROLE, TERMS, TYPE, Term
from graphprov.model.vocabulary import Element

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF_TYPE = RDF + "type"
REVISION, QUOTATION, PRIMARY_SOURCE = (PROV + name for name in ("Revision", "Quotation", "PrimarySource"))
BUNDLE = PROV + "Bundle"
AS_IN_BUNDLE = PROV + "asInBundle"

ALIASES: dict[str, str] = {
    TYPE: RDF_TYPE,
    LABEL: RDFS + "label",
    LOCATION: PROV + "atLocation",
    ROLE: PROV + "hadRole",
}
"""The RDF property of each attribute that has one of another name."""
ATTRIBUTE_OF = {property_: attribute for attribute, property_ in ALIASES.items()}
"""The other way round."""


@dataclass(frozen=True)
class Relation:
    """How PROV-O says a relation.

    Attributes:
        term: The component of PROV-DM.
        plain: The property of the single triple, from the first argument to the second.
        inverse: The same, the other way round (PROV-O appendix B); empty where there is none.
        qualified: The property that leads from the first argument to the node.
        first: A property of the node for the first argument, for nodes to which no `qualified` leads.
        arguments: For each further argument, the properties of the node that hold it; the first of them is written.
    """

    term: Term
    plain: str
    inverse: str
    qualified: str
    first: str
    arguments: tuple[tuple[str, ...], ...]


def _relation(keyword: str, inverse: str, first: str, *arguments: str) -> tuple[str, Relation]:
    """A row; the properties of an argument are separated by spaces."""
    term = TERMS[keyword]
    names = [
        dict.fromkeys([*properties.split(), term.arguments[place].name, *(["influencer"] if place == 1 else [])])
        for place, properties in enumerate(arguments, start=1)
    ]
    return keyword, Relation(
        term,
        PROV + keyword,
        PROV + inverse if inverse else "",
        f"{PROV}qualified{term.type}",
        PROV + first if first else "",
        tuple(tuple(PROV + name for name in found) for found in names),
    )


RELATIONS: dict[str, Relation] = dict(
    (
        #         keyword              inverse            first            then
        _relation("wasGeneratedBy", "generated", "entity", "activity", "atTime"),
        _relation("used", "wasUsedBy", "activity", "entity", "atTime"),
        _relation("wasInformedBy", "informed", "informed", "activity"),
        _relation("wasStartedBy", "started", "", "entity", "hadActivity activity", "atTime startedAtTime"),
        _relation("wasEndedBy", "ended", "", "entity", "hadActivity activity", "atTime endedAtTime"),
        _relation("wasInvalidatedBy", "invalidated", "entity", "activity", "atTime"),
        _relation(
            "wasDerivedFrom", "hadDerivation", "generatedEntity", "entity", "hadActivity", "hadGeneration", "hadUsage"
        ),
        _relation("wasAttributedTo", "contributed", "entity", "agent"),
        _relation("wasAssociatedWith", "wasAssociateFor", "activity", "agent", "hadPlan"),
        _relation("actedOnBehalfOf", "hadDelegate", "delegate", "agent", "hadActivity"),
        _relation("wasInfluencedBy", "influenced", "influencee", "influencer entity activity agent"),
        _relation("alternateOf", "", "alternate1", "alternate2"),
        _relation("specializationOf", "generalizationOf", "specificEntity", "generalEntity"),
        _relation("mentionOf", "", "specificEntity", "generalEntity", "bundle"),
        _relation("hadMember", "wasMemberOf", "collection", "entity"),
    )
)
"""Each relation by its keyword."""

SUBTYPES: dict[str, tuple[str, str, str]] = {
    REVISION: (PROV + "wasRevisionOf", PROV + "hadRevision", PROV + "qualifiedRevision"),
    QUOTATION: (PROV + "wasQuotedFrom", PROV + "quotedAs", PROV + "qualifiedQuotation"),
    PRIMARY_SOURCE: (PROV + "hadPrimarySource", PROV + "wasPrimarySourceOf", PROV + "qualifiedPrimarySource"),
}
"""The classes of derivation (PROV-DM 5.2.2 to 5.2.4): the single triple, its inverse, the property to the node."""

PLAIN: dict[str, tuple[Relation, bool, str | None]] = {
    **{relation.plain: (relation, False, None) for relation in RELATIONS.values()},
    **{relation.inverse: (relation, True, None) for relation in RELATIONS.values() if relation.inverse},
    **{plain: (RELATIONS["wasDerivedFrom"], False, subtype) for subtype, (plain, _, _) in SUBTYPES.items()},
    **{inverse: (RELATIONS["wasDerivedFrom"], True, subtype) for subtype, (_, inverse, _) in SUBTYPES.items()},
}
"""What a triple of each property says: the relation, whether its ends are swapped, and the subtype."""

QUALIFIED: dict[str, tuple[Relation, str | None]] = {
    **{relation.qualified: (relation, None) for relation in RELATIONS.values()},
    **{qualified: (RELATIONS["wasDerivedFrom"], subtype) for subtype, (_, _, qualified) in SUBTYPES.items()},
}
"""What the property that leads to a node says of it."""

QUALIFIED_OF: dict[str, str] = {
    f"{PROV}{name}": f"{PROV}qualified{type_}"
    for name, type_ in (
        *((f"qualified{relation.term.type}Of", relation.term.type) for relation in RELATIONS.values()),
        ("qualifiedRevisionOf", "Revision"),
        ("qualifiedQuotationOf", "Quotation"),
        ("qualifiedSourceOf", "PrimarySource"),
        ("qualifiedUsingActivity", "Usage"),
    )
}
"""From the node to the first argument: the inverses of `QUALIFIED` (PROV-O appendix B)."""

RELATION_OF_CLASS: dict[str, Relation] = {
    **{relation.term.type_iri: relation for relation in RELATIONS.values()},
    **dict.fromkeys(SUBTYPES, RELATIONS["wasDerivedFrom"]),
}
"""The relation whose nodes are of a class."""

INFLUENCE = RELATIONS["wasInfluencedBy"]
GENERAL_INFLUENCES = frozenset(PROV + name for name in ("EntityInfluence", "ActivityInfluence", "AgentInfluence"))
"""Classes of influence that no component of PROV-DM stands for: read as an influence where nothing says more."""

SHORT_TIMES: dict[str, Relation] = {
    PROV + "generatedAtTime": RELATIONS["wasGeneratedBy"],
    PROV + "invalidatedAtTime": RELATIONS["wasInvalidatedBy"],
}
"""A time of an entity that stands for an event with that time."""

ACTIVITY_TIMES = (PROV + "startedAtTime", PROV + "endedAtTime")
"""The times of an activity, in the order of its arguments."""

ELEMENT_OF_CLASS: dict[str, Element] = {PROV + element.value: element for element in Element}
"""PROV's three types."""
SUBCLASSES: dict[str, Element] = {
    PROV + name: element
    for element, names in {
        Element.ENTITY: ("Plan", "Collection", "EmptyCollection", "Bundle", "Dictionary", "EmptyDictionary"),
        Element.AGENT: ("Person", "Organization", "SoftwareAgent"),
    }.items()
    for name in names
}
"""Classes that PROV-O derives from them."""
