"""Names split into namespace and local part, also where one is as long as a book."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from graphprov.documents.names import Prefixes, _lengths, _longest
from graphprov.documents.statements import Namespace

_SMALL = st.text("a#/:", max_size=6)


def by_definition(iri: str, candidates: set[str]) -> str | None:
    """The longest one that ends with a separator, else the longest one."""
    fitting = sorted((known for known in candidates if known and iri.startswith(known)), key=len, reverse=True)
    return next((known for known in fitting if known[-1] in "#/:"), fitting[0] if fitting else None)


@given(_SMALL, st.sets(_SMALL, max_size=8))
def test_the_namespace_of_a_name_is_the_longest_with_a_separator_or_else_the_longest(
    iri: str, candidates: set[str]
) -> None:
    assert _longest(iri, candidates, _lengths(candidates)) == by_definition(iri, candidates)


def test_a_name_of_megabytes_is_split_at_once() -> None:
    name = "http://example.org/" + "#" * 3_000_000
    start = time.process_time()
    prefixes = Prefixes([name], [Namespace("ex", "http://example.org/")])
    assert time.process_time() - start < 1
    assert prefixes.split(name)[0] == "ex"
