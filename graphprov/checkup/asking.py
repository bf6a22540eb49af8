"""Checks that ask one of the named questions of `cypher/audit/`, for every kind that the store holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from graphprov.checkup.checks import Context
from graphprov.checkup.report import Finding
from graphprov.model.identity import short_id
from graphprov.model.times import show_time
from graphprov.store import Store

Row = dict[str, Any]


def opened(context: Context) -> Store:
    """The store, for checks that are made only where there is one."""
    assert context.store is not None  # noqa: S101  (see `examine`)
    return context.store


def rows(context: Context, question: str, elements: tuple[str, ...], **parameters: Any) -> Iterator[Row]:
    """The answers to a question for each kind of these PROV types."""
    for element in elements:
        for kind in context.kinds.get(element, ()):
            yield from opened(context).query(question, kind=kind, **parameters).dicts()


def asking(
    question: str, about: str, says: Callable[[Row], str], *elements: str, **parameters: Any
) -> Callable[[Context], Iterator[Finding]]:
    """A check that is one question; each row is a finding.

    Args:
        about: The column with the id of what is found.
        says: The sentence for a row; ids in it are short, times are text.
        elements: Of which PROV types the kinds are.
    """

    def look(context: Context) -> Iterator[Finding]:
        for row in rows(context, question, elements, **parameters):
            yield Finding(says=says({key: _shown(value) for key, value in row.items()}), about=row[about], details=row)

    return look


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return show_time(value)
    if isinstance(value, str) and value.startswith("urn:"):
        return short_id(value)
    return value
