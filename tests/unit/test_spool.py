"""What a document says on its way into the store: nothing lost, nothing counted that was not taken, memory bounded."""

from __future__ import annotations

import io
import json
import resource
from collections.abc import Callable, Iterable, Iterator

import pytest

from graphprov.documents.formats import Format, read_document
from graphprov.documents.statements import Bundle, DocumentError, Item, Namespace, Statement, Value, attributes_of
from graphprov.documents.terms import TERMS
from graphprov.exchange.spool import Rows, Shelf, Spool
from graphprov.model.identity import SKOLEM

EX = "http://example.org/"
TOO_LONG = EX + "x" * 4_000
Told = list[DocumentError]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as shelf:
        yield shelf


@pytest.fixture
def filled(shelf: Shelf) -> Callable[..., tuple[Spool, Told]]:
    def fill(items: Iterable[Item]) -> tuple[Spool, Told]:
        told: Told = []
        spool = Spool("d" * 64, "file.json", shelf)
        spool.fill(items, told.append)
        return spool, told

    return fill


def rows_of(spool: Spool) -> Rows:
    return [row for rows in spool.chunks() for row in rows]


def entity(number: int, **attributes: str) -> Statement:
    pairs = attributes_of((EX + name, Value(text)) for name, text in attributes.items())
    return Statement(TERMS["entity"], f"{EX}e{number}", (), pairs)


def used(activity: str, thing: str, label: str | None = None) -> Statement:
    return Statement(TERMS["used"], label, (activity, thing, None))


def influence(number: int, attribute: str = "") -> Statement:
    return Statement(
        TERMS["wasInfluencedBy"], None, (f"{EX}e{number}", f"{EX}e0"), attributes_of([(f"{EX}a", Value(attribute))])
    )


def test_what_stands_before_the_end_of_a_truncated_document_is_kept(filled: Callable[..., tuple[Spool, Told]]) -> None:
    whole = json.dumps({"prefix": {"ex": EX}, "entity": {f"ex:e{number}": {} for number in range(30)}})
    cut = whole[: whole.index('"ex:e20"')].encode()
    told: Told = []
    spool, fatal = filled(read_document(io.BytesIO(cut), file="file.json", format=Format.json, bad=told.append))
    assert len(told + fatal) == 1
    assert spool.statements == len(rows_of(spool)) == 20


def test_a_label_whose_statement_cannot_be_taken_names_no_other(filled: Callable[..., tuple[Spool, Told]]) -> None:
    derived = Statement(TERMS["wasDerivedFrom"], None, (f"{EX}e2", f"{EX}e1", f"{EX}a", None, "_:u1"))
    spool, told = filled([used(f"{EX}a", TOO_LONG, "_:u1"), used(f"{EX}a", f"{EX}e1"), derived])
    assert len(told) == 1
    (usage,) = [row for _, row in rows_of(spool) if row.get("relation") == "USED"]
    assert "identifier" not in usage["properties"]


def test_a_statement_put_by_that_then_cannot_be_taken_is_not_counted(
    filled: Callable[..., tuple[Spool, Told]],
) -> None:
    spool, told = filled([influence(1), Statement(TERMS["wasInfluencedBy"], None, (TOO_LONG, f"{EX}e0"))])
    assert (spool.statements, len(told), len(rows_of(spool))) == (1, 1, 1)


def test_a_label_in_a_dictionary_is_the_thing_that_the_document_calls_so(
    filled: Callable[..., tuple[Spool, Told]],
) -> None:
    text = """<prov:document xmlns:prov="http://www.w3.org/ns/prov#" xmlns:ex="http://example.org/"
        xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <prov:dictionary prov:id="_:d"/><prov:entity prov:id="ex:e"/>
      <prov:hadDictionaryMember><prov:dictionary prov:ref="_:d"/><prov:keyEntityPair>
        <prov:key xsi:type="xsd:string">k</prov:key><prov:entity prov:ref="ex:e"/>
      </prov:keyEntityPair></prov:hadDictionaryMember>
    </prov:document>"""
    spool, told = filled(read_document(io.BytesIO(text.encode()), file="file.xml", format=Format.xml))
    assert not told
    (extension,) = spool.extensions
    called = {row["id"] for _, row in rows_of(spool)} - {f"{EX}e"}
    assert called == {value.text for value in extension.arguments if value and value.text.startswith(SKOLEM)}


def test_small_documents_open_no_file_and_large_ones_share_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))
    try:
        with Shelf() as shelf:
            spools = [Spool("d" * 64, "file.json", shelf) for _ in range(600)]
            for number, spool in enumerate(spools):
                spool.fill([entity(number, name="x" * 20_000)])
            assert [rows_of(spool)[0][1]["id"] for spool in spools] == [f"{EX}e{number}" for number in range(600)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    "item",
    [
        Bundle(TOO_LONG),
        Namespace("ex", TOO_LONG),
        Namespace("x" * 4_001, EX),
        Statement(TERMS["entity"], EX, (), (), TOO_LONG),
    ],
    ids=["bundle", "namespace", "prefix", "bundle of a statement"],
)
def test_a_name_that_no_index_holds_is_told_while_reading(shelf: Shelf, item: Item) -> None:
    with pytest.raises(DocumentError, match=r"file\.provn.*expected at most 4,000"):
        Spool("d" * 64, "file.provn", shelf).fill([item])


def test_the_default_namespace_has_no_prefix(filled: Callable[..., tuple[Spool, Told]]) -> None:
    spool, told = filled([Namespace("", EX)])
    assert (spool.namespaces, told) == ({Namespace("", EX)}, [])


def test_long_statements_that_wait_leave_memory(shelf: Shelf) -> None:
    spool = Spool("d" * 64, "file.json", shelf)
    waiting = []

    def items() -> Iterator[Item]:
        for number in range(60):
            yield influence(number, "x" * 100_000)
            waiting.append(len(spool._waiting))

    spool.fill(items())
    assert max(waiting) < 50
    assert spool.statements == len(rows_of(spool)) == 60
