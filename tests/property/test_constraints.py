"""The fast validator says what the recommendation, applied to the letter, says."""

from __future__ import annotations

from hypothesis import given, note, settings
from hypothesis import strategies as st

from graphprov.constraints import validate
from graphprov.constraints.words import Names, as_provn
from graphprov.documents.statements import Attribute, Document, Statement, Value
from graphprov.documents.terms import PROV, TERMS, TYPE, Refers, Term
from tests.constraints_oracle import Oracle

EX = "http://example.org/"
ENTITIES, ACTIVITIES, AGENTS = ["e1", "e2", "e3"], ["a1", "a2"], ["ag1", "e1", "a1"]
RELATIONS = ["r1", "r2", "r3"]
TIMES = ["2012-03-02T10:30:00Z", "2012-03-02T11:30:00+01:00", "2012-03-02T12:30:00Z"]
EMPTY: Attribute = (TYPE, Value.name(PROV + "EmptyCollection"))


def names(*pools: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted({name for pool in pools for name in pool})).map(
        lambda name: name if name.startswith("_:") else EX + name
    )


PLACES: dict[Refers, st.SearchStrategy[str]] = {
    # A name stands out of place now and then.
    Refers.ENTITY: names([*ENTITIES, "_:b1"]) | names(ENTITIES) | names(ENTITIES, ACTIVITIES),
    Refers.ACTIVITY: names([*ACTIVITIES, "_:b2"]) | names(ACTIVITIES) | names(ACTIVITIES, ENTITIES),
    Refers.AGENT: names(AGENTS),
    Refers.ANY: names(ENTITIES, ACTIVITIES),
    Refers.GENERATION: names(RELATIONS),
    Refers.USAGE: names(RELATIONS),
    Refers.BUNDLE: names(["b1", "b2"]),
    Refers.TIME: st.sampled_from(TIMES),
}


def statements(term: Term) -> st.SearchStrategy[Statement]:
    own = {"entity": ENTITIES, "activity": ACTIVITIES, "agent": AGENTS}
    identifier: st.SearchStrategy[str | None]
    if term.element is not None:
        identifier = names(own[term.keyword])
    elif term.identified:
        identifier = st.none() | names(RELATIONS) | names([*RELATIONS, "_:r", "e1"])
    else:
        identifier = st.none()
    arguments = [
        PLACES[argument.refers] if argument.required else st.none() | PLACES[argument.refers]
        for argument in term.arguments
    ]
    attributes = st.sampled_from([(), (EMPTY,)]) if term.keyword == "entity" else st.just(())
    return st.builds(Statement, st.just(term), identifier, st.tuples(*arguments), attributes)


def documents(*keywords: str) -> st.SearchStrategy[Document]:
    kinds = st.sampled_from(keywords or sorted(TERMS))
    return st.lists(kinds.flatmap(lambda keyword: statements(TERMS[keyword])), max_size=7).map(
        lambda made: Document(statements=made)
    )


def agree(document: Document) -> None:
    judgement, oracle = validate(document), Oracle(document.statements)
    note("\n".join(as_provn(statement, Names()) for statement in document.statements))
    note(str([violation.why for violation in judgement.violations]))
    note(f"the letter: {sorted(oracle.broken)}")
    assert judgement.valid == (not oracle.broken)
    found = {violation.number or 0 for violation in judgement.violations}
    uniqueness = {number for number in found if 22 <= number <= 29}
    if not any(22 <= number <= 29 or number == 101 for number in oracle.broken):
        assert not uniqueness
        # One identifier for events of two kinds makes them one event there; that it does is the violation.
        both = {42} if 53 in found & oracle.broken else set()
        assert found - both == oracle.broken - both


@settings(max_examples=200)
@given(documents())
def test_any_statements_are_judged_as_by_the_letter(document: Document) -> None:
    agree(document)


@settings(max_examples=200)
@given(documents("wasGeneratedBy", "used", "wasStartedBy", "wasEndedBy", "activity", "wasDerivedFrom"))
def test_what_is_merged_is_judged_as_by_the_letter(document: Document) -> None:
    agree(document)


@settings(max_examples=200)
@given(documents("entity", "wasDerivedFrom", "specializationOf", "wasGeneratedBy", "wasInvalidatedBy", "mentionOf"))
def test_the_order_of_entities_is_judged_as_by_the_letter(document: Document) -> None:
    agree(document)


@settings(max_examples=200)
@given(documents("wasAssociatedWith", "wasAttributedTo", "actedOnBehalfOf", "wasDerivedFrom", "wasStartedBy", "entity"))
def test_the_order_of_agents_is_judged_as_by_the_letter(document: Document) -> None:
    agree(document)
