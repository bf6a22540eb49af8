"""For every rule of PROV-CONSTRAINTS a document that keeps it and, where there can be one, a twin that does not."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from graphprov.constraints import RULES, Judgement, validate
from graphprov.documents.formats import Format, read_document
from graphprov.documents.statements import Bundle, Document
from graphprov.exchange.export import write_items
from tests.constraints_oracle import Oracle

NINE, HALF_PAST, TEN = "2012-03-02T09:00:00Z", "2012-03-02T09:30:00Z", "2012-03-02T10:00:00Z"


def read(provn: str) -> tuple[Document, list[Bundle]]:
    text = f"document\nprefix ex <http://example.org/>\ndefault <http://example.org/>\n{provn}\nendDocument\n"
    items = list(read_document(io.BytesIO(text.encode()), file="twin.provn", format=Format.provn))
    return Document.of(items), [item for item in items if isinstance(item, Bundle)]


def judge(provn: str) -> Judgement:
    document, bundles = read(provn)
    return validate(document, bundles=bundles)


@dataclass(frozen=True)
class Twins:
    """Documents about one rule.

    Attributes:
        rule: Its name.
        valid: Keeps it.
        invalid: Does not; None where no document can: what the rule adds or orders leads to no violation.
        breaks: Which constraint the invalid one breaks, where it is another.
        suspicious: Valid, but its times contradict the rule; None where the rule orders nothing.
    """

    rule: str
    valid: str
    invalid: str | None = None
    breaks: str | None = None
    suspicious: str | None = None


TWINS = (
    # Definitions
    Twins(
        "optional-identifiers",
        f"wasGeneratedBy(e1, a1, {NINE})\nwasGeneratedBy(ex:g1; e1, a1, -)",
        f"wasGeneratedBy(e1, a1, {NINE})\nwasGeneratedBy(ex:g1; e1, a1, {TEN})",
        breaks="unique-generation",
    ),
    Twins(
        "optional-attributes",
        "entity(e1)\nentity(e1, [ex:colour='ex:red'])\nentity(e1, [ex:colour='ex:blue'])",
        "entity(e1)\nactivity(e1, [ex:colour='ex:red'])",
        breaks="entity-activity-disjoint",
    ),
    Twins(
        "definition-short-forms",
        "wasAssociatedWith(ex:r; a1, ag1)\nwasAssociatedWith(ex:r; a1, ag1, -)",
        "wasAssociatedWith(ex:r; a1, ag1)\nwasAssociatedWith(ex:r; a1, ag1, plan)",
        breaks="key-properties",
    ),
    Twins(
        "optional-placeholders",
        "wasStartedBy(ex:r; a1, -, -, -)\nwasStartedBy(ex:r; a1, e1, a2, -)",
        "wasDerivedFrom(ex:r; e2, e1, -, -, -)\nwasDerivedFrom(ex:r; e2, e1, a1, -, -)",
        breaks="key-properties",
    ),
    # Inferences
    Twins("communication-generation-use-inference", "wasInformedBy(a2, a1)"),
    Twins("generation-use-communication-inference", "wasGeneratedBy(e1, a1)\nused(a2, e1)"),
    Twins(
        "entity-generation-invalidation-inference",
        "wasDerivedFrom(e1, e1)",
        "entity(e1)\nwasDerivedFrom(e1, e1)",
        breaks="derivation-generation-generation-ordering",
    ),
    Twins(
        "activity-start-end-inference",
        f"activity(a1, {NINE}, {TEN})\nused(a1, e1, {HALF_PAST})",
        suspicious=f"activity(a1, {HALF_PAST}, {TEN})\nused(a1, e1, {NINE})",
    ),
    Twins(
        "wasStartedBy-inference",
        "wasStartedBy(a1, e1, -)\nwasDerivedFrom(e1, e2)",
        "wasStartedBy(a1, e1, -)\nwasDerivedFrom(e1, e1)",
        breaks="derivation-generation-generation-ordering",
    ),
    Twins(
        "wasEndedBy-inference",
        f"wasEndedBy(a1, e1, a2)\nwasGeneratedBy(ex:g1; e1, a2, {NINE})",
        "wasEndedBy(a1, e1, -)\nwasDerivedFrom(e1, e1)",
        breaks="derivation-generation-generation-ordering",
    ),
    Twins(
        "derivation-generation-use-inference",
        "wasDerivedFrom(e2, e1, a1, ex:g1, ex:u1)\nwasGeneratedBy(ex:g1; e2, a1)\nused(ex:u1; a1, e1)",
        "wasDerivedFrom(e2, e1, a1, ex:g1, ex:u1)\nwasGeneratedBy(ex:g1; e2, a1)\nused(ex:u1; a1, e3)",
        breaks="key-properties",
    ),
    Twins("revision-is-alternate-inference", "wasDerivedFrom(e2, e1, [prov:type='prov:Revision'])"),
    Twins(
        "attribution-inference",
        "wasDerivedFrom(e1, e1)\nwasAttributedTo(e2, ag1)",
        "wasDerivedFrom(e1, e1)\nwasAttributedTo(e1, ag1)",
        breaks="derivation-generation-generation-ordering",
    ),
    Twins(
        "delegation-inference",
        f"actedOnBehalfOf(ag2, ag1, a1)\nactivity(a1, {NINE}, -)\nactivity(ag2, -, {TEN})",
        suspicious=f"actedOnBehalfOf(ag2, ag1, a1)\nactivity(a1, {TEN}, -)\nactivity(ag2, -, {NINE})",
    ),
    Twins(
        "influence-inference",
        "used(ex:r; a1, e1)\nwasInfluencedBy(ex:r; a1, e1)",
        "used(ex:r; a1, e1)\nwasInfluencedBy(ex:r; a1, e2)",
        breaks="key-properties",
    ),
    Twins("alternate-reflexive", "entity(e1)\nalternateOf(e1, e1)"),
    Twins("alternate-transitive", "alternateOf(e1, e2)\nalternateOf(e2, e3)"),
    Twins("alternate-symmetric", "alternateOf(e1, e2)\nalternateOf(e2, e1)"),
    Twins(
        "specialization-transitive",
        "specializationOf(e1, e2)\nspecializationOf(e2, e3)\nspecializationOf(e1, e3)",
        "specializationOf(e1, e2)\nspecializationOf(e2, e3)\nspecializationOf(e3, e1)",
        breaks="impossible-specialization-reflexive",
    ),
    Twins("specialization-alternate-inference", "specializationOf(e1, e2)\nalternateOf(e1, e2)"),
    Twins(
        "specialization-attributes-inference",
        "entity(e1, [prov:type='prov:EmptyCollection'])\nspecializationOf(e1, e2)\nhadMember(e2, e3)",
        "entity(e1, [prov:type='prov:EmptyCollection'])\nspecializationOf(e2, e1)\nspecializationOf(e3, e2)\n"
        "hadMember(e3, e4)",
        breaks="membership-empty-collection",
    ),
    Twins(
        "mention-specialization-inference",
        "mentionOf(e1, e2, ex:b)",
        "mentionOf(e1, e2, ex:b)\nspecializationOf(e2, e1)",
        breaks="impossible-specialization-reflexive",
    ),
    # Uniqueness
    Twins(
        "key-object",
        f"activity(a1, {NINE}, -)\nactivity(a1, -, {TEN})\nactivity(a1, 2012-03-02T10:00:00+01:00, -)",
        f"activity(a1, {NINE}, -)\nactivity(a1, {TEN}, -)",
    ),
    Twins(
        "key-properties",
        f"used(ex:r; a1, e1, -)\nused(ex:r; a1, -, {NINE})",
        "used(ex:r; a1, e1)\nused(ex:r; a1, e2)",
    ),
    Twins(
        "unique-generation",
        "wasGeneratedBy(ex:g1; e1, a1)\nwasGeneratedBy(ex:g2; e1, a2)\nwasGeneratedBy(ex:g3; e1, -)",
        "wasGeneratedBy(ex:g1; e1, a1)\nwasGeneratedBy(ex:g2; e1, a1)",
    ),
    Twins(
        "unique-invalidation",
        "wasInvalidatedBy(ex:i1; e1, a1)\nwasInvalidatedBy(ex:i2; e1, a2)\nwasInvalidatedBy(e1, a1)",
        "wasInvalidatedBy(ex:i1; e1, a1)\nwasInvalidatedBy(ex:i2; e1, a1)",
    ),
    Twins(
        "unique-wasStartedBy",
        "wasStartedBy(ex:s1; a1, e1, a2)\nwasStartedBy(ex:s2; a1, e1, a3)\nwasStartedBy(ex:s3; a1, e1, -)",
        "wasStartedBy(ex:s1; a1, e1, a2)\nwasStartedBy(ex:s2; a1, e1, a2)",
    ),
    Twins(
        "unique-wasEndedBy",
        "wasEndedBy(ex:s1; a1, e1, a2)\nwasEndedBy(a1, -, a2)\nwasEndedBy(ex:s3; a1, e1, a3)",
        "wasEndedBy(a1, e1, a2)\nwasEndedBy(a1, e2, a2)",
    ),
    Twins(
        "unique-startTime",
        f"activity(a1, {NINE}, -)\nwasStartedBy(a1, -, a2, 2012-03-02T10:00:00+01:00)\nwasStartedBy(a1, -, a3)",
        f"activity(a1, {NINE}, -)\nwasStartedBy(a1, -, -, {TEN})",
    ),
    Twins(
        "unique-endTime",
        f"wasEndedBy(a1, -, a2, {NINE})\nwasEndedBy(a1, -, a3, {NINE})\nactivity(a1)",
        f"wasEndedBy(a1, -, a2, {NINE})\nwasEndedBy(a1, -, a3, {TEN})\nactivity(a1)",
    ),
    Twins(
        "unique-mention",
        "mentionOf(e1, e2, ex:b)\nmentionOf(e1, e2, ex:b)\nmentionOf(e3, e2, ex:c)",
        "mentionOf(e1, e2, ex:b)\nmentionOf(e1, e2, ex:c)",
    ),
    # Ordering. Ends and invalidations precede nothing but invalidations, so that no cycle can go through them.
    Twins(
        "start-precedes-end",
        f"activity(a1, {NINE}, {TEN})\nactivity(a2, {NINE}, {NINE})",
        suspicious=f"activity(a1, {TEN}, {NINE})",
    ),
    Twins(
        "start-start-ordering",
        f"wasStartedBy(a1, -, a2, {NINE})\nwasStartedBy(a1, -, a3, {NINE})",
        suspicious=f"wasStartedBy(a1, -, a2, {NINE})\nwasStartedBy(a1, -, a3, {TEN})",
    ),
    Twins(
        "end-end-ordering",
        f"wasEndedBy(a1, -, a2, {NINE})\nwasEndedBy(a1, -, a3)",
        suspicious=f"wasEndedBy(a1, -, a2, {NINE})\nwasEndedBy(a1, -, a3, {TEN})",
    ),
    Twins(
        "usage-within-activity",
        "wasStartedBy(a1, e1, -)\nused(ex:u1; a1, e2)\nwasDerivedFrom(e3, e2, a1, ex:g3, ex:u1)",
        "wasStartedBy(a1, e1, -)\nused(ex:u1; a1, e2)\nwasDerivedFrom(e3, e2, a1, ex:g3, ex:u1)\n"
        "wasDerivedFrom(e1, e3)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"activity(a1, {NINE}, {HALF_PAST})\nused(a1, e1, {TEN})",
    ),
    Twins(
        "generation-within-activity",
        "wasStartedBy(a1, e1, -)\nwasGeneratedBy(e2, a1)\nwasDerivedFrom(e2, e1)",
        "wasStartedBy(a1, e1, -)\nwasGeneratedBy(e2, a1)\nwasDerivedFrom(e1, e2)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"wasStartedBy(a1, -, -, {TEN})\nwasGeneratedBy(e2, a1, {NINE})",
    ),
    Twins(
        "wasInformedBy-ordering",
        f"wasInformedBy(a2, a1)\nactivity(a1, {NINE}, -)\nactivity(a2, -, {TEN})",
        suspicious=f"wasInformedBy(a2, a1)\nactivity(a1, {TEN}, -)\nactivity(a2, -, {NINE})",
    ),
    Twins(
        "generation-precedes-invalidation",
        f"wasGeneratedBy(e1, -, {NINE})\nwasInvalidatedBy(e1, -, {TEN})",
        suspicious=f"wasGeneratedBy(e1, -, {TEN})\nwasInvalidatedBy(e1, -, {NINE})",
    ),
    Twins(
        "generation-precedes-usage",
        f"wasGeneratedBy(e1, -, {NINE})\nused(a1, e1, {TEN})",
        suspicious=f"wasGeneratedBy(e1, -, {TEN})\nused(a1, e1, {NINE})",
    ),
    Twins(
        "usage-precedes-invalidation",
        f"used(a1, e1, {NINE})\nwasInvalidatedBy(e1, -, {TEN})",
        suspicious=f"used(a1, e1, {TEN})\nwasInvalidatedBy(e1, -, {NINE})",
    ),
    Twins(
        "generation-generation-ordering",
        "wasGeneratedBy(ex:g1; e1, a1)\nwasGeneratedBy(ex:g2; e1, a2)\nwasStartedBy(a1, -, a2)",
        "wasGeneratedBy(ex:g1; e1, a1)\nwasGeneratedBy(ex:g2; e1, a2)\nwasStartedBy(a2, e2, -)\nwasDerivedFrom(e2, e1)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"wasGeneratedBy(e1, a1, {NINE})\nwasGeneratedBy(e1, a2, {TEN})",
    ),
    Twins(
        "invalidation-invalidation-ordering",
        f"wasInvalidatedBy(e1, a1, {NINE})\nwasInvalidatedBy(e1, a2, {NINE})",
        suspicious=f"wasInvalidatedBy(e1, a1, {NINE})\nwasInvalidatedBy(e1, a2, {TEN})",
    ),
    Twins(
        "derivation-usage-generation-ordering",
        f"used(ex:u1; a1, e1, {NINE})\nwasGeneratedBy(ex:g2; e2, a1, {NINE})\nwasDerivedFrom(e2, e1, a1, ex:g2, ex:u1)",
        suspicious=f"used(ex:u1; a1, e1, {TEN})\nwasGeneratedBy(ex:g2; e2, a1, {NINE})\n"
        "wasDerivedFrom(e2, e1, a1, ex:g2, ex:u1)",
    ),
    Twins(
        "derivation-generation-generation-ordering",
        "entity(e1)\nentity(e2)\nentity(e3)\nwasDerivedFrom(e2, e1)\nwasDerivedFrom(e3, e2)\nwasDerivedFrom(e3, e1)",
        "entity(e1)\nentity(e2)\nentity(e3)\nwasDerivedFrom(e2, e1)\nwasDerivedFrom(e3, e2)\nwasDerivedFrom(e1, e3)",
        suspicious=f"wasGeneratedBy(e1, -, {TEN})\nwasGeneratedBy(e2, -, {NINE})\nwasDerivedFrom(e2, e1)",
    ),
    Twins(
        "wasStartedBy-ordering",
        "wasGeneratedBy(e1, -)\nwasStartedBy(a1, e1, -)\nwasGeneratedBy(e2, a1)\nwasStartedBy(a2, e2, a1)",
        "wasStartedBy(a1, e1, -)\nwasGeneratedBy(e2, a1)\nwasStartedBy(a2, e2, a1)\nwasGeneratedBy(e3, a2)\n"
        "wasDerivedFrom(e1, e3)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"wasStartedBy(a1, e1, -, {TEN})\nwasInvalidatedBy(e1, -, {NINE})",
    ),
    Twins(
        "wasEndedBy-ordering",
        f"wasGeneratedBy(e1, -, {NINE})\nwasEndedBy(a1, e1, -, {TEN})\nwasInvalidatedBy(e1, -, {TEN})",
        suspicious=f"wasGeneratedBy(e1, -, {TEN})\nwasEndedBy(a1, e1, -, {NINE})",
    ),
    Twins(
        "specialization-generation-ordering",
        "specializationOf(e2, e1)\nwasGeneratedBy(e1, -)\nwasGeneratedBy(e2, -)\nwasDerivedFrom(e2, e1)",
        "specializationOf(e2, e3)\nspecializationOf(e3, e1)\nwasGeneratedBy(e1, -)\nwasGeneratedBy(e2, -)\n"
        "wasDerivedFrom(e1, e2)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"specializationOf(e2, e1)\nwasGeneratedBy(e1, -, {TEN})\nwasGeneratedBy(e2, -, {NINE})",
    ),
    Twins(
        "specialization-invalidation-ordering",
        f"specializationOf(e2, e1)\nwasInvalidatedBy(e2, -, {NINE})\nwasInvalidatedBy(e1, -, {TEN})",
        suspicious=f"specializationOf(e2, e1)\nwasInvalidatedBy(e2, -, {TEN})\nwasInvalidatedBy(e1, -, {NINE})",
    ),
    Twins(
        "wasAssociatedWith-ordering",
        f"wasAssociatedWith(a1, ag1, -)\nactivity(a1, {NINE}, {HALF_PAST})\nwasInvalidatedBy(ag1, -, {TEN})",
        suspicious=f"wasAssociatedWith(a1, ag1, -)\nactivity(a1, {HALF_PAST}, {TEN})\nwasInvalidatedBy(ag1, -, {NINE})",
    ),
    Twins(
        "wasAttributedTo-ordering",
        "wasAttributedTo(e1, ag1)\nwasStartedBy(ag1, e2, -)\nwasDerivedFrom(e1, e2)",
        "wasAttributedTo(e1, ag1)\nwasStartedBy(ag1, e2, -)\nwasDerivedFrom(e2, e1)",
        breaks="derivation-generation-generation-ordering",
        suspicious=f"wasAttributedTo(e1, ag1)\nwasGeneratedBy(ag1, -, {TEN})\nwasGeneratedBy(e1, -, {NINE})",
    ),
    Twins(
        "actedOnBehalfOf-ordering",
        f"actedOnBehalfOf(ag2, ag1)\nwasGeneratedBy(ag1, -, {NINE})\nwasInvalidatedBy(ag2, -, {TEN})",
        suspicious=f"actedOnBehalfOf(ag2, ag1)\nwasGeneratedBy(ag1, -, {TEN})\nwasInvalidatedBy(ag2, -, {NINE})",
    ),
    # Typing and impossibility
    Twins(
        "typing",
        "entity(x)\nagent(x)\nactivity(y)\nagent(y)\nwasAttributedTo(x, y)\nwasAssociatedWith(y, x)",
        "wasGeneratedBy(x, a1)\nwasInformedBy(x, a2)",
        breaks="entity-activity-disjoint",
    ),
    Twins(
        "impossible-unspecified-derivation-generation-use",
        "wasDerivedFrom(e2, e1, a1, ex:g1, -)\nwasDerivedFrom(e3, e1)",
        "wasDerivedFrom(e2, e1, -, -, ex:u1)",
    ),
    Twins("impossible-specialization-reflexive", "specializationOf(e1, e2)", "specializationOf(e1, e1)"),
    Twins(
        "impossible-property-overlap",
        "wasDerivedFrom(ex:r; e2, e1)\nwasInfluencedBy(ex:r; e2, e1)\nwasAttributedTo(ex:r; e2, e1)",
        "wasGeneratedBy(ex:r; e1, a1)\nwasInvalidatedBy(ex:r; e1, a1)",
    ),
    Twins(
        "impossible-object-property-overlap",
        "entity(ex:r)\nused(ex:q; a1, ex:r)",
        "agent(ex:r)\nwasInfluencedBy(ex:r; a1, e1)",
    ),
    Twins("entity-activity-disjoint", "entity(x)\nactivity(y)\nagent(x)", "entity(x)\nactivity(x)"),
    Twins(
        "membership-empty-collection",
        "entity(c, [prov:type='prov:Collection'])\nhadMember(c, e)\nentity(d, [prov:type='prov:EmptyCollection'])",
        "entity(c, [prov:type='prov:EmptyCollection'])\nhadMember(c, e)",
    ),
    # From elsewhere
    Twins(
        "unique-bundle-identifier",
        "bundle ex:b\nentity(e1)\nendBundle\nbundle ex:c\nentity(e1)\nendBundle",
        "bundle ex:b\nentity(e1)\nendBundle\nbundle ex:b\nentity(e2)\nendBundle",
    ),
    Twins("mandatory-argument", "hadMember(c, e)", "hadMember(c, -)"),
)

INVALID = [twins for twins in TWINS if twins.invalid is not None]
SUSPICIOUS = [twins for twins in TWINS if twins.suspicious is not None]


def name(twins: Twins) -> str:
    return twins.rule


def test_there_are_twins_for_every_rule() -> None:
    assert sorted(twins.rule for twins in TWINS) == sorted(RULES)


@pytest.mark.parametrize("twins", TWINS, ids=name)
def test_what_keeps_a_rule_is_valid(twins: Twins) -> None:
    judgement = judge(twins.valid)
    assert judgement.valid, judgement.violations
    assert not judgement.warnings


@pytest.mark.parametrize("twins", INVALID, ids=name)
def test_what_does_not_keep_it_is_invalid_by_that_constraint(twins: Twins) -> None:
    assert twins.invalid is not None
    judgement = judge(twins.invalid)
    assert {violation.constraint for violation in judgement.violations} == {twins.breaks or twins.rule}


@pytest.mark.parametrize("twins", SUSPICIOUS, ids=name)
def test_times_against_a_rule_are_suspicious_but_valid(twins: Twins) -> None:
    assert twins.suspicious is not None
    judgement = judge(twins.suspicious)
    assert judgement.valid
    expected = {
        "activity-start-end-inference": "usage-within-activity",
        "delegation-inference": "wasAssociatedWith-ordering",
    }.get(twins.rule, twins.rule)
    assert [warning.constraint for warning in judgement.warnings] == [expected]


@pytest.mark.parametrize("twins", TWINS, ids=name)
def test_the_letter_of_the_recommendation_says_the_same(twins: Twins) -> None:
    if twins.rule == "unique-bundle-identifier":
        pytest.skip("the letter looks at one instance at a time")
    for text in filter(None, (twins.valid, twins.suspicious)):
        assert not Oracle(read(text)[0].statements).broken
    if twins.invalid is not None:
        assert Oracle(read(twins.invalid)[0].statements).broken


@pytest.mark.parametrize("form", [Format.xml, Format.json])
@pytest.mark.parametrize("twins", TWINS, ids=name)
def test_another_format_is_judged_alike(twins: Twins, form: Format) -> None:
    if twins.rule == "unique-bundle-identifier":
        pytest.skip("nothing is written twice")
    for text in filter(None, (twins.valid, twins.invalid, twins.suspicious)):
        document, _ = read(text)
        written = io.BytesIO()
        write_items(document, written, form)
        again = Document.of(read_document(io.BytesIO(written.getvalue()), file="twin", format=form))
        one, other = validate(document), validate(again)
        assert [found.constraint for found in other.violations] == [found.constraint for found in one.violations]
        assert len(other.warnings) == len(one.warnings)
