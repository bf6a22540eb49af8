"""Any document, through a real database and back: the same statements, the same bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import documents
from graphs import empty
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphprov.documents.formats import Format
from graphprov.documents.statements import Document, Namespace, Statement, Value, attributes_of
from graphprov.documents.terms import TERMS
from graphprov.exchange.export import document_of_store, write_items
from graphprov.exchange.importing import import_files, import_items
from graphprov.store import Store

HOSTILE = [
    "http://x/`) DETACH DELETE n //",
    "http://x/' OR 1=1 RETURN 1 //",
    'http://x/"}) MATCH (n) DETACH DELETE n //',
    "http://x/a\nb\tc",
    "http://x/$(row)",
    "http://x/n.id",
    "http://x/:Entity",
    "http://x/\\u0027\\",
    "http://x/{{7*7}}",
    "http://x/\u202e\u200b",
    "http://x/id",
    "http://x/statement",
    "http://x/prov",
]
GUARD = Statement(TERMS["entity"], "http://x/guard", (), ((("http://x/a"), Value("1")),))


@settings(max_examples=60)
@given(documents.documents())
def test_what_goes_in_comes_out(store: Store, document: Document) -> None:
    empty(store)
    import_items(store, document.items())
    assert document_of_store(store) == document


@settings(max_examples=30)
@given(st.lists(documents.documents(), min_size=2, max_size=3), st.randoms())
def test_the_order_in_which_documents_came_in_leaves_no_trace(
    store: Store, several: list[Document], random: object
) -> None:
    written = []
    for order in (several, several[::-1]):
        empty(store)
        for document in order:
            import_items(store, document.items())
        out = io.BytesIO()
        write_items(document_of_store(store), out, Format.provn if _fits(order) else Format.json)
        written.append(out.getvalue())
    assert written[0] == written[1]


def _fits(several: list[Document]) -> bool:
    return any(document.extensions for document in several)


@settings(max_examples=60)
@given(documents.documents(blank_labels=True))
@example(Document.of([Statement(TERMS["wasDerivedFrom"], None, (None, None, None, None, "_:nowhere"))]))
@example(Document.of([Statement(TERMS["used"], "urn:graphprov:blank:x", (None, "http://x/e", None))]))
def test_an_export_imported_elsewhere_exports_the_same_bytes(
    store: Store, tmp_path_factory: object, document: Document
) -> None:
    document.extensions.clear()
    empty(store)
    import_items(store, document.items())
    first, second = io.BytesIO(), io.BytesIO()
    write_items(document_of_store(store), first, Format.json)
    file = Path(tmp_path_factory.mktemp("again")) / "again.json"  # type: ignore[attr-defined]
    file.write_bytes(first.getvalue())
    empty(store)
    import_files(store, [file])
    write_items(document_of_store(store), second, Format.json)
    assert second.getvalue() == first.getvalue()


@settings(max_examples=40)
@given(st.sampled_from(HOSTILE), st.sampled_from(HOSTILE), st.sampled_from(HOSTILE))
@example(HOSTILE[0], HOSTILE[1], HOSTILE[2])
def test_names_from_a_document_never_become_part_of_a_query(store: Store, id_: str, name: str, text: str) -> None:
    empty(store)
    import_items(store, [GUARD])
    document = Document.of(
        [
            Statement(TERMS["entity"], id_, (), attributes_of([(name, Value(text)), (text, Value.name(name))])),
            Statement(TERMS["used"], name, (text, id_, None), attributes_of([(name, Value(text))])),
            Statement(TERMS["wasDerivedFrom"], None, (id_, name, text, id_, name)),
            Statement(TERMS["entity"], id_, (), (), id_),
            Namespace(name, text),
        ]
    )
    import_items(store, document.items())
    back = document_of_store(store)
    assert {each.said for each in back.statements} == {each.said for each in [*document.statements, GUARD]}
    odd = "CALL db.labels() YIELD label WHERE label =~ '.*[^A-Za-z].*' RETURN collect(label)"
    assert store.run(odd).rows == [([],)]


@settings(max_examples=25)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20) | st.text())
def test_any_json_at_all_is_read_or_refused_with_one_clear_error(
    store: Store, tmp_path_factory: object, value: object
) -> None:
    file = Path(tmp_path_factory.mktemp("any")) / "any.json"  # type: ignore[attr-defined]
    file.write_text(json.dumps({"entity": {"ex:e": {"ex:a": value}}, "prefix": {"ex": "http://x/"}}))
    summary = import_files(store, [file], keep_going=True)
    assert len(summary.bad) + summary.statements >= 1
