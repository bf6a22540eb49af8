"""Two identifiers for one thing: said by somebody, taken back, or told by the content."""

from __future__ import annotations

import pytest
from graphs import draw

import graphprov as gp
from graphprov.analysis.catalogue import show
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.documents.statements import Statement, Value, attributes_of
from graphprov.documents.terms import TERMS
from graphprov.errors import InvalidInput, UnknownReference
from graphprov.exchange.importing import import_items
from graphprov.store import Store

DIGEST = "a" * 64


def alternates(store: Store, flaw: str) -> list[str]:
    return impact(store, Flaw.of(flaw)).look_at_also


def test_what_is_said_to_be_the_same_is_shown_and_to_be_looked_at_also(database: Store) -> None:
    draw(database, "clean <-used- train -gen-> model\nother <-used- serve")
    gp.same("ex:clean", "ex:other", reason="a copy under another name", by="ada")
    assert alternates(database, "ex:clean") == ["ex:other"]
    ((other, how),) = show(database, "ex:other").same.rows
    assert other == "ex:clean"
    assert "said by person:ada on " in how
    assert how.endswith(": a copy under another name")


def test_it_can_be_taken_back_and_said_again(database: Store) -> None:
    draw(database, "clean <-used- train\nother <-used- serve")
    for undo, expected in ((False, ["ex:other"]), (True, []), (False, ["ex:other"]), (True, [])):
        gp.same("ex:other", "ex:clean", reason="I looked at both", undo=undo)
        assert alternates(database, "ex:clean") == expected
    kept = database.run("MATCH ()-[r:ALTERNATE_OF|NOT_ALTERNATE_OF]->() RETURN count(r)").rows
    assert kept == [(4,)]


def test_the_same_of_the_same_is_looked_at_too(database: Store) -> None:
    draw(database, "clean <-used- train\nb <-used- serve\nc <-used- serve")
    gp.same("ex:clean", "ex:b", reason="copy")
    gp.same("ex:b", "ex:c", reason="copy")
    assert alternates(database, "ex:clean") == ["ex:b", "ex:c"]


def test_a_run_cannot_be_the_same_and_an_unknown_thing_is_named(database: Store) -> None:
    draw(database, "clean <-used- train")
    with pytest.raises(InvalidInput, match="only two entities"):
        gp.same("ex:clean", "ex:train", reason="x")
    with pytest.raises(UnknownReference, match="clear"):
        gp.same("ex:clean", "clear", reason="x")
    with pytest.raises(InvalidInput, match="reason is empty"):
        gp.same("ex:clean", "ex:clean", reason=" ")


def test_things_that_share_a_type_can_be_the_same(database: Store) -> None:
    for keyword, name in (("entity", "ada"), ("agent", "ada"), ("agent", "bob"), ("entity", "table")):
        import_items(database, [Statement(TERMS[keyword], f"http://x/{name}", ())])
    gp.same("http://x/ada", "http://x/bob", reason="she signs both ways")
    gp.same("http://x/table", "http://x/ada", reason="she is in it")
    with pytest.raises(InvalidInput, match="bob is an agent and http://x/table an entity: only two entities"):
        gp.same("http://x/bob", "http://x/table", reason="x")


@pytest.mark.parametrize("imported_first", [True, False])
def test_a_flaw_goes_over_to_the_same_content_that_a_document_brought(store: Store, imported_first: bool) -> None:
    ours = f"ours : dataset digest=sha256:{DIGEST}\nraw <-used- clean -gen-> ours\nours <-used- train -gen-> model"
    theirs = [
        Statement(TERMS["entity"], "http://x/theirs", (), attributes_of([("http://x/sha256", Value(DIGEST.upper()))])),
        Statement(TERMS["used"], None, ("http://x/run", "http://x/theirs", None)),
        Statement(TERMS["wasGeneratedBy"], None, ("http://x/result", "http://x/run", None)),
    ]
    if imported_first:
        import_items(store, theirs)
        draw(store, ours)
    else:
        draw(store, ours)
        import_items(store, theirs)
    report = impact(store, Flaw.of("ex:raw"))
    assert [(node.id, node.distance) for node in report.affected if node.id.startswith("http")] == [
        ("http://x/theirs", 3), ("http://x/run", 4), ("http://x/result", 5),
    ]  # fmt: skip
    back = impact(store, Flaw.of("http://x/theirs"))
    assert {node.id for node in back.affected} >= {"ex:ours", "ex:train", "ex:model"}
    assert ("ex:ours", "same content (sha256), joined for impact") in show(store, "http://x/theirs").same.rows


def test_another_algorithm_or_value_joins_nothing(store: Store) -> None:
    draw(store, f"ours : dataset digest=sha256:{DIGEST}\nours <-used- train")
    for number, (name, text) in enumerate([("sha256", "b" * 64), ("sha512", "a" * 128), ("digest", DIGEST)]):
        pair = (f"http://x/{name}", Value(text))
        import_items(store, [Statement(TERMS["entity"], f"http://x/{number}", (), attributes_of([pair]))])
    assert {node.id for node in impact(store, Flaw.of("ex:ours")).affected} == {"ex:train"}


def test_empty_content_joins_nothing(store: Store) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    draw(store, f"ours : dataset digest=sha256:{empty}\nours <-used- train")
    import_items(
        store, [Statement(TERMS["entity"], "http://x/e", (), attributes_of([("http://x/sha256", Value(empty))]))]
    )
    assert {node.id for node in impact(store, Flaw.of("ex:ours")).affected} == {"ex:train"}


def test_content_that_was_corrected_is_what_was_said_last(store: Store) -> None:
    draw(store, f"a : dataset digest=sha256:{DIGEST}\nb : dataset digest=sha256:{'b' * 64}\na <-used- x\nb <-used- y")
    for digest in (DIGEST, "b" * 64):
        pair = ("http://x/sha256", Value(digest))
        import_items(store, [Statement(TERMS["entity"], "http://x/data.csv", (), attributes_of([pair]))])
    assert {node.id for node in impact(store, Flaw.of("ex:a")).affected} == {"ex:x"}
    assert {node.id for node in impact(store, Flaw.of("ex:b")).affected} == {"http://x/data.csv", "ex:y"}


def test_of_several_digests_that_which_recording_uses_joins(store: Store) -> None:
    draw(store, f"a : dataset digest=sha256:{DIGEST}\na <-used- x")
    pairs = [("http://x/md5", Value("c" * 32)), ("http://x/sha256", Value(DIGEST))]
    import_items(store, [Statement(TERMS["entity"], "http://x/data.csv", (), attributes_of(pairs))])
    assert {node.id for node in impact(store, Flaw.of("ex:a")).affected} == {"http://x/data.csv", "ex:x"}
