"""The page on documents says what the tables in the code say."""

from __future__ import annotations

from graphprov.documents.formats import FORMATS
from graphprov.documents.graph import PROPERTY_OF_ARGUMENT
from graphprov.documents.terms import TERMS, Refers, Term
from tests.unit.test_model_docs import DOCS, rows

PAGE = (DOCS / "exchange.md").read_text(encoding="utf-8")


def own_properties(term: Term) -> str:
    """What the page says of a component's arguments beyond its two ends."""
    if term.relation is None:
        return "`started_at`, `ended_at`" if term.arguments else "attributes"
    told = []
    for argument in term.arguments[2:]:
        name = "time" if argument.refers is Refers.TIME else PROPERTY_OF_ARGUMENT[argument.name]
        told.append(f"`{name}`" + ("" if name == argument.name else f" ({argument.name})"))
    return ", ".join(told)


def test_every_component_of_prov_dm_stands_on_the_page_as_it_lies_in_the_graph() -> None:
    assert [tuple(row) for row in rows(PAGE, "How each component lies in Neo4j")][: len(TERMS)] == [
        (
            term.type,
            f"`{term.keyword}`",
            f"node `:{term.element}`" if term.element else f"`{term.relation}`",
            own_properties(term),
            term.section,
        )
        for term in TERMS.values()
    ]


def test_every_format_stands_on_the_page() -> None:
    listed = [name.strip("` ") for row in rows(PAGE, "Formats") for name in row[0].split(",")]
    assert sorted(listed) == sorted(FORMATS)
