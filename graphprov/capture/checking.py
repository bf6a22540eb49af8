"""What a run recorded, held against PROV-CONSTRAINTS: it may be wrong, but it is kept, and a warning says so."""

from __future__ import annotations

from collections.abc import Sequence

from graphprov.model.statements import Statement
from graphprov.model.vocabulary import Element, RelationType

CHECKED_STATEMENTS = 20_000
"""How many statements of a run, from the first on, are checked when it ends. What is beyond is not checked, nor kept in
memory; `graphprov validate --store` checks all."""

TOLD_SENTENCES = 20
"""How much of what a run breaks is told and recorded with it, each in a sentence."""

_NATURAL = frozenset({"generation-precedes-usage"})
"""What a run does that reads a file and writes it again with the same content: by its content it is one version."""


def broken(statements: Sequence[Statement]) -> list[str]:
    """Which constraints the statements of one run break, each in a sentence; also times against the order of events.

    Of more than `TOLD_SENTENCES` the first are told, and then how many more there are.

    >>> from graphprov.model.statements import Entity, Relation
    >>> loop = Relation(type=RelationType.WAS_DERIVED_FROM, source="x:e", target="x:e")
    >>> broken([Entity(id="x:e"), loop])[0].partition(":")[0]
    'derivation-generation-generation-ordering'
    """
    from graphprov.constraints import validate
    from graphprov.documents.graph import statement_of_element, statement_of_relation
    from graphprov.documents.statements import Document

    said = []
    for row in (statement.row() for statement in statements):
        if "node" in row:
            said.append(statement_of_element(row["id"], Element(row["node"]), row["properties"]))
        else:
            relation = RelationType(row["relation"])
            said.append(statement_of_relation(relation, row["source"], row["target"], row["properties"]))
    judgement = validate(Document(statements=said))
    doubted = [found for found in judgement.warnings if found.constraint not in _NATURAL]
    every = [*judgement.violations, *doubted]
    told = [f"{found.constraint}: {found.why}" for found in every[:TOLD_SENTENCES]]
    if more := len(every) - len(told):
        told.append(f"and {more:,} more; `graphprov validate --store` tells them all")
    return told
