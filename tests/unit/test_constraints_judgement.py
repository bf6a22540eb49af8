"""What a judgement tells: which statements, where, and why, in words for people."""

from __future__ import annotations

import io

import pytest

from graphprov.constraints import Judgement, validate
from graphprov.constraints.times import instant
from graphprov.documents.formats import Format, read_document
from graphprov.documents.statements import Bundle, Document, Statement
from graphprov.documents.terms import TERMS


def judge(provn: str) -> Judgement:
    text = f"document\nprefix ex <http://example.org/>\n{provn}\nendDocument\n"
    items = list(read_document(io.BytesIO(text.encode()), file="a.provn", format=Format.provn))
    return validate(Document.of(items), bundles=[item for item in items if isinstance(item, Bundle)])


def why(provn: str) -> list[str]:
    return [violation.why for violation in judge(provn).violations]


def test_identifiers_that_one_constraint_made_one_may_join_statements_that_it_does_not_speak_of() -> None:
    assert why(
        "wasAttributedTo(ex:r1; ex:b1, ex:a1)\n"
        "wasStartedBy(ex:a2, -, ex:a1, -)\n"
        "wasStartedBy(ex:r1; ex:a2, ex:b1, ex:a1, -)"
    )[1].startswith("ex:r1 names an attribution and a start; as influences (inference 15) they are one,")


@pytest.mark.parametrize(
    ("provn", "expected"),
    [
        (
            "wasGeneratedBy(ex:e1, ex:a1, 2012-03-02T09:00:00Z)\nwasGeneratedBy(ex:e1, ex:a1, 2012-03-02T09:30:00Z)",
            "ex:e1 has two generations by ex:a1 with different times: 09:00Z and 09:30Z on 2012-03-02",
        ),
        (
            "wasGeneratedBy(ex:g1; ex:e1, ex:a1)\nwasGeneratedBy(ex:g2; ex:e1, ex:a1)",
            "ex:e1 has two generations by ex:a1 with different identifiers: ex:g1 and ex:g2",
        ),
        (
            "used(ex:r; ex:a1, ex:e1)\nused(ex:r; ex:a1, ex:e2)",
            "ex:r is stated twice as a usage with different entities: ex:e1 and ex:e2",
        ),
        (
            "wasAssociatedWith(ex:r; ex:a1, ex:ag, -)\nwasAssociatedWith(ex:r; ex:a1, ex:ag, ex:p)",
            "ex:r is stated twice as an association with different plans: none and ex:p",
        ),
        (
            "used(ex:r; ex:a1, ex:e1)\nwasInfluencedBy(ex:r; ex:a1, ex:e2)",
            "ex:r names a usage and an influence; as influences (inference 15) they are one, with different influencer",
        ),
        (
            "activity(ex:a1, 2012-03-02T09:00:00, -)\nwasStartedBy(ex:a1, -, -, 2012-03-02T09:30:00)",
            "ex:a1 starts at 09:00 by its own statement, but at 09:30 on 2012-03-02 by another",
        ),
        (
            "activity(ex:a1, 2012-03-02T09:00:00, -)\nactivity(ex:a1, 2013-03-02T09:00:00, -)",
            "ex:a1 is stated twice as an activity with different start times: 2012-03-02T09:00:00 and 2013-",
        ),
        (
            "wasDerivedFrom(ex:e2, ex:e1, ex:a1, ex:g1, -)\nwasGeneratedBy(ex:g2; ex:e2, ex:a1)",
            "ex:e2 has two generations by ex:a1 with different identifiers: ex:g2 and ex:g1 (inference 11: the",
        ),
        (
            "entity(ex:e1)\nwasDerivedFrom(ex:e1, ex:e1)",
            "no order of events fits: ex:e1 is generated, strictly before ex:e1 is generated",
        ),
        (
            "specializationOf(ex:e1, ex:e2)\nspecializationOf(ex:e2, ex:e1)",
            "ex:e1 is a specialization of itself, through ex:e2",
        ),
        ("entity(ex:r)\nused(ex:r; ex:a1, ex:e1)", "ex:r names both an entity and a usage"),
        ("wasDerivedFrom(ex:e2, ex:e1, -, ex:g, ex:u)", "a derivation names a generation and a usage, but no activity"),
        ("hadMember(ex:c, -)", "hadMember has no entity, which is not optional"),
    ],
)
def test_a_violation_says_in_a_sentence_what_is_wrong(provn: str, expected: str) -> None:
    (said,) = why(provn)
    assert said.startswith(expected)


def test_statements_are_shown_as_in_prov_n_with_their_lines() -> None:
    (violation,) = judge(
        "wasGeneratedBy(ex:g1; ex:e1, ex:a1, 2012-03-02T09:00:00Z)\nentity(ex:other)\n"
        "wasGeneratedBy(ex:g2; ex:e1, ex:a1)"
    ).violations
    assert violation.statements == [
        "wasGeneratedBy(ex:g1; ex:e1, ex:a1, 2012-03-02T09:00:00Z) (line 3)",
        "wasGeneratedBy(ex:g2; ex:e1, ex:a1) (line 5)",
    ]
    assert violation.lines == [3, 5]
    assert (violation.constraint, violation.number, violation.source) == ("unique-generation", 24, "PROV-CONSTRAINTS")


def test_a_clash_that_follows_from_others_names_these_too() -> None:
    # The start is that of the third line by its activity and starter, which only the first line tells.
    (violation,) = judge(
        "wasStartedBy(ex:s; ex:a1, -, ex:a2, -)\n"
        "wasStartedBy(ex:s; ex:a1, -, -, 2012-03-02T09:00:00)\n"
        "wasStartedBy(ex:a1, ex:e1, ex:a2, 2012-03-02T10:00:00)"
    ).violations
    assert violation.lines == [3, 4, 5]
    assert "different times: 09:00 and 10:00" in violation.why


def test_an_ordering_violation_shows_the_shortest_cycle_of_events() -> None:
    (violation,) = judge(
        "wasStartedBy(ex:a1, ex:t, -)\nused(ex:u1; ex:a1, ex:e1)\nwasDerivedFrom(ex:e2, ex:e1, ex:a1, -, ex:u1)\n"
        "wasDerivedFrom(ex:t, ex:e2)\nwasDerivedFrom(ex:x, ex:t)\nwasDerivedFrom(ex:e2, ex:x)\nentity(ex:x)"
    ).violations
    assert [(step.before, step.after, step.strictly, step.number) for step in violation.cycle] == [
        ("the generation of ex:e2", "the generation of ex:t", True, 42),
        ("the generation of ex:t", "the start of ex:a1", False, 43),
        ("the start of ex:a1", "the generation of ex:e2", False, 34),
    ]
    assert violation.cycle[0].statements == ["wasDerivedFrom(ex:t, ex:e2) (line 6)"]


def test_entities_without_events_between_two_others_are_no_step() -> None:
    (violation,) = judge(
        "specializationOf(ex:e3, ex:e2)\nspecializationOf(ex:e2, ex:e1)\nwasGeneratedBy(ex:e1, -)\n"
        "wasGeneratedBy(ex:e3, -)\nwasDerivedFrom(ex:e1, ex:e3)"
    ).violations
    assert [(step.before, step.after) for step in violation.cycle] == [
        ("the generation of ex:e3", "the generation of ex:e1"),
        ("the generation of ex:e1", "the generation of ex:e3"),
    ]
    assert len(violation.cycle[1].statements) == 2


def test_two_knots_are_two_violations() -> None:
    assert len(why("".join(f"entity(ex:e{n})\nwasDerivedFrom(ex:e{n}, ex:e{n})\n" for n in range(2)))) == 2


def test_each_bundle_is_judged_on_its_own() -> None:
    judgement = judge(
        "entity(ex:x)\nbundle ex:b1\nactivity(ex:x)\nendBundle\nbundle ex:b2\nentity(ex:y)\nactivity(ex:y)\nendBundle"
    )
    assert [violation.bundle for violation in judgement.violations] == ["http://example.org/b2"]


def test_a_repeated_bundle_is_told_with_both_lines() -> None:
    (violation,) = judge("bundle ex:b\nendBundle\nbundle ex:b\nendBundle").violations
    assert violation.statements == ["bundle ex:b (line 3)", "bundle ex:b (line 5)"]


def test_a_blank_label_is_something_that_may_be_what_a_name_says() -> None:
    generated = TERMS["wasGeneratedBy"]
    blank = [
        Statement(generated, label, ("http://example.org/e1", "http://example.org/a1", None))
        for label in ("_:a", "_:b")
    ]
    assert validate(Document(statements=blank)).valid


def test_an_extension_is_not_judged() -> None:
    assert judge("entity(ex:e)\nex:anything(ex:r; ex:e, ex:e)").valid


def test_an_empty_document_is_valid() -> None:
    assert judge("").valid


def test_a_name_is_shown_whole_where_no_prefix_fits_it() -> None:
    both = [
        Statement(TERMS[keyword], "urn:x:1", (None,) * (2 * (keyword == "activity")))
        for keyword in ("entity", "activity")
    ]
    (violation,) = validate(Document(statements=both)).violations
    assert violation.statements == ["entity(urn:x:1)", "activity(urn:x:1)"]
    assert violation.lines == []


def test_the_json_form_says_whether_it_is_valid() -> None:
    assert judge("entity(ex:e)").model_dump(mode="json") == {"violations": [], "warnings": [], "valid": True}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2012-03-02T10:30:00Z", "2012-03-02T11:30:00+01:00"),
        ("2012-03-02T10:30:00Z", "2012-03-02T10:30:00.000Z"),
        ("2012-03-02T00:30:00+01:00", "2012-03-01T23:30:00Z"),
        ("2012-02-29T24:00:00", "2012-03-01T00:00:00"),
        ("10000-01-01T00:00:00-00:30", "10000-01-01T00:30:00Z"),
        ("-0044-03-15T00:00:00Z", "-0044-03-14T23:00:00-01:00"),
    ],
)
def test_times_are_equal_as_moments(one: str, other: str) -> None:
    assert instant(one) == instant(other) is not None
    assert judge(f"activity(ex:a, {one}, -)\nactivity(ex:a, {other}, -)").valid


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2012-03-02T10:30:00", "2012-03-02T10:30:00Z"),
        ("2012-03-02T10:30:00Z", "2012-03-02T10:30:00+01:00"),
        ("2012-03-02T10:30:00.1234567Z", "2012-03-02T10:30:00.1234568Z"),
    ],
)
def test_times_that_are_not_the_same_moment_for_sure_are_different(one: str, other: str) -> None:
    assert not judge(f"activity(ex:a, {one}, -)\nactivity(ex:a, {other}, -)").valid


def test_times_sort_as_moments() -> None:
    written = ["-0001-12-31T00:00:00Z", "1999-12-31T23:59:59.9Z", "2000-01-01T00:00:00Z", "2000-01-01T00:00:00.05Z"]
    moments = [moment for text in written if (moment := instant(text))]
    assert sorted(moments) == moments
    assert len(moments) == 4


@pytest.mark.parametrize("text", ["", "soon", "2012-03-02", "2012-13-02T00:00:00", "2012-03-02T25:00:00", "9" * 100])
def test_what_is_no_time_is_no_moment(text: str) -> None:
    assert instant(text) is None


def warnings(provn: str) -> list[str]:
    return [warning.why for warning in judge(provn).warnings]


def test_a_use_before_the_generation_is_suspicious() -> None:
    judgement = judge("wasGeneratedBy(ex:e1, -, 2012-03-02T09:30:00Z)\nused(ex:a1, ex:e1, 2012-03-02T09:00:00Z)")
    assert judgement.valid
    (warning,) = judgement.warnings
    assert warning.why == "ex:e1 is used by ex:a1 at 09:00Z before it is generated at 09:30Z on 2012-03-02"
    assert warning.lines == [3, 4]


def test_times_are_compared_across_events_without_a_time() -> None:
    (said,) = warnings(
        "wasGeneratedBy(ex:e1, -, 2012-03-02T09:30:00Z)\nentity(ex:e2)\nwasDerivedFrom(ex:e2, ex:e1)\n"
        "used(ex:a1, ex:e2, 2012-03-02T09:00:00Z)"
    )
    assert said == "ex:e2 is used by ex:a1 at 09:00Z before ex:e1 is generated at 09:30Z on 2012-03-02"


def test_one_wrong_time_is_told_once() -> None:
    used = "\n".join(
        f"wasDerivedFrom(ex:e{n + 1}, ex:e{n})\nwasGeneratedBy(ex:e{n + 1}, -, 2012-03-02T09:{n + 10}:00Z)"
        for n in range(5)
    )
    assert len(warnings(f"wasGeneratedBy(ex:e0, -, 2012-03-02T10:00:00Z)\n{used}")) == 1


def test_times_with_and_without_a_zone_are_not_compared() -> None:
    assert not warnings("wasGeneratedBy(ex:e1, -, 2012-03-02T09:30:00Z)\nused(ex:a1, ex:e1, 2012-03-02T09:00:00)")


def test_equal_times_are_in_order() -> None:
    assert not warnings("wasGeneratedBy(ex:e1, -, 2012-03-02T09:30:00Z)\nused(ex:a1, ex:e1, 2012-03-02T10:30:00+01:00)")


def test_times_that_could_not_be_merged_are_no_warning_besides() -> None:
    judgement = judge(
        "wasGeneratedBy(ex:e1, ex:a1, 2012-03-02T09:00:00Z)\nwasGeneratedBy(ex:e1, ex:a1, 2012-03-02T09:30:00Z)"
    )
    assert len(judgement.violations) == 1
    assert not judgement.warnings


def test_an_element_without_an_identifier_is_told_not_judged() -> None:
    (violation,) = validate(Document(statements=[Statement(TERMS["entity"], None, ())])).violations
    assert (violation.constraint, violation.why) == (
        "mandatory-argument",
        "entity has no identifier, which is not optional",
    )


def test_a_name_that_the_store_gave_to_a_label_is_as_unknown_as_the_label() -> None:
    """`validate FILE` and `validate --store` judge alike."""
    said = "prefix blank <urn:graphprov:blank:>\nwasGeneratedBy({}; ex:e1, ex:a1)\nwasGeneratedBy(ex:g2; ex:e1, ex:a1)"
    assert judge(said.format("blank:g1")).violations == []
    assert len(judge(said.format("ex:g1")).violations) == 1
