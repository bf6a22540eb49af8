"""PROV-N: what is written is read back the same, whatever it is; the fast way and the grammar say the same."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphprov.documents.names import Prefixes, Scope
from graphprov.documents.provn_reader import read_provn
from graphprov.documents.provn_shapes import STATEMENT, Names, statement_of
from graphprov.documents.provn_statement import read_statement
from graphprov.documents.provn_text import Misread
from graphprov.documents.provn_writer import write_provn
from graphprov.documents.statements import Document, DocumentError, Statement
from tests.documents import documents, in_order, names_in

HEAD = "document\nprefix ex <http://example.org/>\ndefault <http://example.org/d/>\n"


def written(document: Document) -> str:
    stream = io.StringIO(newline="\n")
    write_provn(in_order(document), stream, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue()


def stated(text: str) -> list[str]:
    """The lines that hold statements."""
    return [line for line in text.split("\n") if line.endswith(")") and not line.startswith("  bundle ")]


def read(text: str) -> Document:
    return Document.of(read_provn(io.BytesIO(text.encode()), file="test.provn"))


def names() -> Names:
    scope = Scope()
    scope.declare("ex", "http://example.org/")
    scope.declare("", "http://example.org/d/")
    return Names(scope)


class Dripping(io.BytesIO):
    """A stream that gives less than one asks for, as pipes do."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__(data)
        self._sizes = sizes

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._sizes.pop() if self._sizes else size)


@given(documents())
def test_what_is_written_is_read_back_the_same(document: Document) -> None:
    text = written(document)
    again = read(text)
    assert again == document


@given(documents())
def test_every_statement_stands_in_one_line(document: Document) -> None:
    assert len(stated(written(document))) == len(document.statements) + len(document.extensions)


@given(documents(with_extensions=False))
def test_the_fast_way_takes_all_that_the_writer_writes(document: Document) -> None:
    for line in stated(written(document)):
        assert STATEMENT.fullmatch(line), line


FRAGMENTS = st.sampled_from(
    [
        *("ex:a", "b", "-", "12", "2011-11-16T16:05:00", "2011-02-30T00:00:00", "2011-11-16", "ex:", "ex:a.", "zz:a"),
        *(r"ex:\=", r"ex:\q", r"\-", "ex:%41", "ex:%4", "/a", "//c\n", "/*c*/", "ex:a//b", "é", "ex:a:b", "\x00"),
        *("(", ")", "[", "]", ",", ";", "=", "{", "}", "<", ">", " ", "\n", "\t", "\f", "\u00a0", "%%", "@en", "@"),
        *('"x"', '""', '"""x"""', '"\\n"', '"\\q"', '"\\u00e9"', '"', "'ex:a'", "'a b'", "'", '"a]b"', '"//"', "\\"),
        *("xsd:int", "xsd:QName", '"ex:a" %% xsd:QName', "ex:k=1", "ex:k='ex:a'", 'ex:k="x"@en', 'ex:k="1"%%xsd:int'),
    ]
)
KEYWORDS = st.sampled_from(
    ["entity", "activity", "used", "wasDerivedFrom", "hadMember", "wasStartedBy", "ex:f", "mentionOf"]
)
ROUGH = st.builds(lambda keyword, parts: f"{keyword}({''.join(parts)})", KEYWORDS, st.lists(FRAGMENTS, max_size=12))
ARGUMENTS = st.sampled_from(["ex:a", "b", "-", "12", "2011-11-16T16:05:00", r"ex:\=", "ex:a/b#c", "ex:", "é", "zz:a"])
PAIRS = st.builds(
    lambda key, space, value: f"{key}{space}={space}{value}",
    st.sampled_from(["ex:k", "prov:type", "k", r"ex:\=", "zz:k"]),
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from(
        ['"x"', '"]"', '"\\""', '"x" %% xsd:int', '"x"@en-GB', "'ex:a'", "-12", "1.5", '"ex:a" %% xsd:QName']
    ),
)
LIKELY = st.builds(
    lambda keyword, own, arguments, pairs: (
        f"{keyword}({own}{', '.join(arguments)}{', [' + ','.join(pairs) + ']' if pairs is not None else ''})"
    ),
    KEYWORDS,
    st.sampled_from(["", "ex:i; ", "-;", "12 ;"]),
    st.lists(ARGUMENTS, min_size=1, max_size=6),
    st.one_of(st.none(), st.lists(PAIRS, max_size=3)),
)


@given(st.one_of(LIKELY, ROUGH))
@example("entity(ex:a,[ex:k=1,])")
@example('entity(ex:a,[ex:k="x""y"])')
@example("used(;ex:a)")
def test_the_fast_way_and_the_grammar_say_the_same(text: str) -> None:
    match = STATEMENT.fullmatch(text)
    fast = match and statement_of(match, names(), None, 1)
    if fast:
        slow = read_statement(text, names(), None, 1)
        assert isinstance(slow, Statement)
        assert fast.said == slow.said


@given(LIKELY)
def test_the_fast_way_takes_what_is_frequent(text: str) -> None:
    try:
        slow = read_statement(text, names(), None, 1)
    except Misread:
        return
    match = STATEMENT.fullmatch(text)
    fast = match and statement_of(match, names(), None, 1)
    assert fast or not isinstance(slow, Statement)


def told(data: bytes, sizes: list[int] | None = None) -> tuple[list[object], list[str]]:
    wrong: list[str] = []
    stream = io.BytesIO(data) if sizes is None else Dripping(data, sizes)
    items = list(read_provn(stream, file="test.provn", bad=lambda error: wrong.append(str(error))))
    return [(getattr(item, "said", item), getattr(item, "line", 0)) for item in items], wrong


PIECES = st.one_of(
    LIKELY, ROUGH, FRAGMENTS, st.sampled_from(["bundle ex:b", "endBundle", "prefix p <http://p/>", "endDocument"])
)


@given(st.lists(PIECES, max_size=8), st.lists(st.integers(1, 9), max_size=200))
@example(["\xa0", "\xa0", "activity(//c\n)", "entity(ex:a)"], [6, *[1] * 10, 5, *[9] * 8])
def test_how_a_stream_is_cut_changes_nothing(pieces: list[str], sizes: list[int]) -> None:
    data = (HEAD + "\n".join(pieces) + "\nendDocument").encode()
    assert told(data, sizes) == told(data)


@given(st.one_of(st.binary(max_size=40), st.lists(FRAGMENTS, max_size=20).map(lambda parts: "".join(parts).encode())))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for given_ in (data, HEAD.encode() + data):
        _, wrong = told(given_)
        with pytest.raises(DocumentError) as first:
            list(read_provn(io.BytesIO(given_), file="test.provn"))
        assert str(first.value) == wrong[0]


@given(st.lists(st.one_of(LIKELY, ROUGH), max_size=4))
def test_a_bad_statement_takes_no_good_one_with_it(pieces: list[str]) -> None:
    text = HEAD
    for piece in pieces:
        text += f"{piece}\nentity(ex:good, [ex:n=1])\n"
    items, _ = told((text + "endDocument").encode())
    good = [
        item
        for item, _ in items
        if isinstance(item, tuple) and item[0] == "entity" and item[1] == "http://example.org/good"
    ]
    openings = sum('"""' in piece or "/*" in piece for piece in pieces)
    assert len(good) >= len(pieces) or openings
