"""Labels of blank nodes that are the same for the same content."""

from __future__ import annotations

import re

from graphprov.documents.provo_triples import Unnamed
from graphprov.documents.statements import BLANK
from graphprov.model.statements import digest_text

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_RANDOM = re.compile(r"N[0-9a-f]{32}")
"""What rdflib calls a blank node without a label: as a label of ours, it would not be read as one."""
_DIGITS = 20


def label_of(name: str) -> str:
    """A blank label as every format takes it: as it is or, where it holds other characters, its digest."""
    label = name[len(BLANK) :]
    if _SAFE.fullmatch(label) and not _RANDOM.fullmatch(label):
        return name
    return f"{BLANK}x{digest_text(label)[:_DIGITS]}"


def label_of_unnamed(graph: str | None, owner: str, property_: str, node: Unnamed) -> str:
    """A label for a node that has none, from what it says and what leads to it."""
    return f"{BLANK}q{digest_text(repr((graph or '', owner, property_, node.properties)))[:_DIGITS]}"
